"""One practice with its whole arithmetic, from the questions to the staged level."""

from assessment.domain.scoring.bands import is_enough
from assessment.domain.scoring.types import PracticeScore, Reason, SelfReport
from assessment.maturity.schema import Cap, Condition
from core.figures import grade_text, percent_text, range_text, value_text
from core.language import gettext, gettext_noop, list_text, number
from reports.charts.scale import scale_words
from reports.domain.report_data.appendix_types import MethodPart, Parameter
from reports.domain.report_data.facts import signal_name
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.labels import label
from reports.domain.report_data.ledger import ledger_rows_of
from reports.domain.report_data.plan import action_card
from reports.domain.report_data.practice_types import CapLine, PracticeData, QuestionText, RoleLine
from reports.domain.report_data.summary import scope_of
from reports.domain.report_data.voices import state_word, voice_row
from reports.domain.report_data.words import as_sentence, count_text, score_text, signed_text

WIDTH = 560.0  # one figure on a page of its own may be wide
OPERATORS = {
    "<": gettext_noop("under"),
    "<=": gettext_noop("at most"),
    ">": gettext_noop("over"),
    ">=": gettext_noop("at least"),
    "==": gettext_noop("is"),
    "in": gettext_noop("is one of"),
}


def practice_page(gathered: Gathered, practice: str) -> PracticeData:
    """Raises KeyError when the maturity model has no such practice."""
    about, score = gathered.practices[practice], gathered.scores[practice]
    row = voice_row(gathered, score, width=WIDTH)
    names = [level.name for level in gathered.model.scale.levels]
    dimension = next((d.name for d in gathered.model.dimensions if d.id == score.dimension), score.dimension)
    return PracticeData(
        scope=scope_of(gathered),
        practice=practice,
        name=about.name,
        intent=about.intent,
        dimension=dimension,
        title=_title(gathered, score),
        row=row,
        words=scale_words(names, width=WIDTH),
        levels=tuple(
            MethodPart(f"{number} {gathered.model.level_name(number)}", text)
            for number, text in sorted(about.levels.items())
        ),
        questions=tuple(
            QuestionText(q.id, q.text, q.facet, f"{gathered.model.scoring.question_weights[q.facet]:g}")
            for q in about.questions
        ),
        self_report=_self_report(score),
        roles=_roles(gathered, score),
        distribution=_distribution(gathered, score),
        evidence=ledger_rows_of(gathered, practice),
        combination=_combination(gathered, score),
        reasons=_reasons(gathered, score),
        held_back=tuple(as_sentence(reason.text) for reason in score.held_back_by),
        caps=tuple(_cap_line(gathered, score, index) for index in range(len(about.caps))),
        actions=tuple(action_card(gathered, step) for step in gathered.roadmap.steps if step.practice == practice),
    )


def _reasons(gathered: Gathered, score: PracticeScore) -> tuple[str, ...]:
    """The steps of the arithmetic; what is withheld is not told as if nobody had answered."""
    if gathered.withheld and score.self_report is None:
        told = (reason.text for reason in score.reasons if reason.kind != "state")
        return (gathered.withheld, *(as_sentence(text) for text in told))
    return tuple(as_sentence(reason.text) for reason in score.reasons)


def _title(gathered: Gathered, score: PracticeScore) -> str:
    if score.staged_level is None:
        return gettext("{name} is not known yet.").format(name=score.name)
    return gettext("{name} is staged {level}.").format(name=score.name, level=gathered.level_name(score.staged_level))


def _self_report(score: PracticeScore) -> tuple[Parameter, ...]:
    said, summary = score.self_report, score.summary
    if said is None:
        return ()
    counted = (
        gettext(" ({n_answered} levels, {n_dont_know} don’t know, {n_not_applicable} not applicable)").format(
            n_answered=summary.n_answered, n_dont_know=summary.n_dont_know, n_not_applicable=summary.n_not_applicable
        )
        if summary
        else ""
    )
    return (
        Parameter(gettext("Self-report S"), number(f"{said.value:.2f}") + f", n = {said.n}"),
        Parameter(gettext("Interval"), range_text((said.low, said.high))),
        Parameter(gettext("Standard error"), number(f"{said.standard_error:.2f}")),
        Parameter(gettext("Effective number of voices"), number(f"{said.n_effective:.1f}")),
        Parameter(gettext("Average deviation"), _deviation(score, said)),
        Parameter(gettext("Coverage"), f"{percent_text(said.coverage)}{counted}"),
    )


def _deviation(score: PracticeScore, said: SelfReport) -> str:
    if said.average_deviation is None or (score.summary and score.summary.is_coarse):
        return gettext("not shown")
    text = gettext("{n} levels, split") if score.split else gettext("{n} levels")
    return text.format(n=number(f"{said.average_deviation:.2f}"))


def _roles(gathered: Gathered, score: PracticeScore) -> tuple[RoleLine, ...]:
    """Only roles large enough to have a mean; the summary already withheld the others."""
    voices = score.summary.roles if score.summary else ()
    return tuple(
        RoleLine(
            role=gathered.role_names.get(voice.role, voice.role),
            n=voice.n,
            mean=score_text(voice.mean),
            dont_know=gettext("{n_dont_know} of {n_primary_answers}").format(
                n_dont_know=voice.n_dont_know, n_primary_answers=voice.n_primary_answers
            ),
        )
        for voice in voices
        if voice.mean is not None
    )


def _distribution(gathered: Gathered, score: PracticeScore) -> tuple[Parameter, ...]:
    """Shown for split practices only: elsewhere a count by level would point at single people."""
    if not score.split or score.summary is None:
        return ()
    unit = "answer" if score.summary.counts == "answers" else "person"
    return tuple(
        Parameter(gathered.level_name(level), count_text(n, unit))
        for level, n in enumerate(score.summary.distribution, start=1)
    )


def _combination(gathered: Gathered, score: PracticeScore) -> tuple[Parameter, ...]:
    rows = []
    if score.evidence:
        rows.append(
            Parameter(
                gettext("Evidence E"),
                gettext("{value}, standard error {standard_error}").format(
                    value=number(f"{score.evidence.value:.2f}"),
                    standard_error=number(f"{score.evidence.standard_error:.2f}"),
                ),
            )
        )
    if score.gap is not None:
        rows.append(
            Parameter(gettext("Gap G = S − E"), gettext("{signed} levels").format(signed=signed_text(score.gap, 2)))
        )
    hidden = gathered.withheld and score.self_report is None
    rows.append(Parameter(gettext("State"), state_word(score, gathered.withheld) if hidden else label(score.state)))
    if score.planning_score is not None:
        rows.append(
            Parameter(
                gettext("Planning score B"),
                gettext("{planning_score}, range {range}").format(
                    planning_score=number(f"{score.planning_score:.2f}"), range=range_text(score.range)
                ),
            )
        )
    rows.append(Parameter(gettext("Staged level"), gathered.level_name(score.staged_level)))
    return tuple(rows)


def _cap_line(gathered: Gathered, score: PracticeScore, index: int) -> CapLine:
    cap = gathered.practices[score.practice].caps[index]
    return CapLine(
        index=index,
        condition=as_sentence(list_text([_condition(gathered, condition) for condition in cap.when])),
        because=as_sentence(cap.because),
        level=gathered.level_name(cap.max_level),
        applies=any(_is_about(reason, index, cap) for reason in score.reasons),
        limits=any(_is_about(reason, index, cap) for reason in score.held_back_by),
        unjudged=_unjudged(gathered, cap),
        contested=gathered.contested.get((score.practice, index), ""),
    )


def _unjudged(gathered: Gathered, cap: Cap) -> str:
    """Which signals of the condition were not measured, or not often enough to tell."""
    signals = [condition.signal for condition in cap.when if condition.signal]
    missing = [
        gettext("Not judged: {signal} was not measured.").format(signal=signal_name(gathered.model, signal))
        for signal in signals
        if signal not in gathered.readings
    ]
    few = [
        gettext("Not judged: {signal} rests on too few observations ({count}).").format(
            signal=signal_name(gathered.model, signal), count=count_text(gathered.readings[signal].n, "observation")
        )
        for signal in signals
        if signal in gathered.readings and not is_enough(gathered.model.signals[signal], gathered.readings[signal].n)
    ]
    return next(iter((*missing, *few)), "")


def _is_about(reason: Reason, index: int, cap: Cap) -> bool:
    """By the cap's place, never by its text, which is another in another language."""
    if reason.kind != "cap":
        return False
    if reason.cap is not None:
        return reason.cap == index
    signal = next((condition.signal for condition in cap.when if condition.signal), "")
    return (reason.signal, reason.level) == (signal, cap.max_level)  # of a result from before places were kept


def _condition(gathered: Gathered, condition: Condition) -> str:
    if condition.signal:
        about = gathered.model.signals.get(condition.signal)
        subject, unit = signal_name(gathered.model, condition.signal), about.unit if about else ""
    else:
        subject, unit = gathered.model.facts.get(condition.fact or "", condition.fact or ""), ""
    wanted = condition.value
    if isinstance(wanted, tuple):
        said = ", ".join(grade_text(grade) for grade in wanted)
    elif isinstance(wanted, str):
        said = grade_text(wanted)
    else:
        said = value_text(wanted, None, unit)
    return f"{subject} {gettext(OPERATORS[condition.op])} {said}"
