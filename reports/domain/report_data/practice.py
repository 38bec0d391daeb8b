"""One practice with its whole arithmetic, from the questions to the staged level."""

from assessment.domain.scoring.bands import is_enough
from assessment.domain.scoring.types import PracticeScore, Reason
from assessment.maturity.schema import Cap, Condition
from reports.charts.scale import scale_words
from reports.domain.report_data.facts import signal_name
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.ledger import ledger_rows_of
from reports.domain.report_data.plan import action_card
from reports.domain.report_data.practice_types import CapLine, PracticeData, QuestionText, RoleLine
from reports.domain.report_data.summary import scope_of
from reports.domain.report_data.types import MethodPart, Parameter
from reports.domain.report_data.voices import state_word, voice_row
from reports.domain.report_data.words import (
    as_sentence,
    count_text,
    grade_text,
    percent_text,
    range_text,
    score_text,
    signed_text,
    value_text,
)

WIDTH = 560.0  # one figure on a page of its own may be wide
OPERATORS = {"<": "under", "<=": "at most", ">": "over", ">=": "at least", "==": "is", "in": "is one of"}


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
        return f"{score.name} is not known yet."
    return f"{score.name} is staged {gathered.level_name(score.staged_level)}."


def _self_report(score: PracticeScore) -> tuple[Parameter, ...]:
    said, summary = score.self_report, score.summary
    if said is None:
        return ()
    counted = (
        f" ({summary.n_answered} levels, {summary.n_dont_know} don’t know, {summary.n_not_applicable} not applicable)"
        if summary
        else ""
    )
    return (
        Parameter("Self-report S", f"{said.value:.2f}, n = {said.n}"),
        Parameter("Interval", range_text((said.low, said.high))),
        Parameter("Standard error", f"{said.standard_error:.2f}"),
        Parameter("Effective number of voices", f"{said.n_effective:.1f}"),
        Parameter("Average deviation", f"{said.average_deviation:.2f} levels{', split' if score.split else ''}"),
        Parameter("Coverage", f"{percent_text(said.coverage)}{counted}"),
    )


def _roles(gathered: Gathered, score: PracticeScore) -> tuple[RoleLine, ...]:
    """Only roles large enough to have a mean; the summary already withheld the others."""
    voices = score.summary.roles if score.summary else ()
    return tuple(
        RoleLine(
            role=gathered.role_names.get(voice.role, voice.role),
            n=voice.n,
            mean=score_text(voice.mean),
            dont_know=f"{voice.n_dont_know} of {voice.n_primary_answers}",
        )
        for voice in voices
        if voice.mean is not None
    )


def _distribution(gathered: Gathered, score: PracticeScore) -> tuple[Parameter, ...]:
    """Shown for split practices only: elsewhere a count by level would point at single people."""
    if not score.split or score.summary is None:
        return ()
    units = ("answer", "answers") if score.summary.counts == "answers" else ("person", "people")
    return tuple(
        Parameter(gathered.level_name(level), count_text(n, *units))
        for level, n in enumerate(score.summary.distribution, start=1)
    )


def _combination(gathered: Gathered, score: PracticeScore) -> tuple[Parameter, ...]:
    rows = []
    if score.evidence:
        rows.append(
            Parameter("Evidence E", f"{score.evidence.value:.2f}, standard error {score.evidence.standard_error:.2f}")
        )
    if score.gap is not None:
        rows.append(Parameter("Gap G = S − E", f"{signed_text(score.gap, 2)} levels"))
    hidden = gathered.withheld and score.self_report is None
    rows.append(Parameter("State", state_word(score, gathered.withheld) if hidden else str(score.state)))
    if score.planning_score is not None:
        rows.append(Parameter("Planning score B", f"{score.planning_score:.2f}, range {range_text(score.range)}"))
    rows.append(Parameter("Staged level", gathered.level_name(score.staged_level)))
    return tuple(rows)


def _cap_line(gathered: Gathered, score: PracticeScore, index: int) -> CapLine:
    cap = gathered.practices[score.practice].caps[index]
    return CapLine(
        index=index,
        condition=as_sentence(" and ".join(_condition(gathered, condition) for condition in cap.when)),
        because=as_sentence(cap.because),
        level=gathered.level_name(cap.max_level),
        applies=any(_is_about(reason, cap.because) for reason in score.reasons if reason.kind == "cap"),
        limits=any(_is_about(reason, cap.because) for reason in score.held_back_by if reason.kind == "cap"),
        unjudged=_unjudged(gathered, cap),
        contested=gathered.contested.get((score.practice, index), ""),
    )


def _unjudged(gathered: Gathered, cap: Cap) -> str:
    """Which signals of the condition were not measured, or not often enough to tell."""
    signals = [condition.signal for condition in cap.when if condition.signal]
    missing = [
        f"Not judged: {signal_name(gathered.model, signal)} was not measured."
        for signal in signals
        if signal not in gathered.readings
    ]
    few = [
        f"Not judged: {signal_name(gathered.model, signal)} rests on too few observations "
        f"({count_text(gathered.readings[signal].n, 'observation')})."
        for signal in signals
        if signal in gathered.readings and not is_enough(gathered.model.signals[signal], gathered.readings[signal].n)
    ]
    return next(iter((*missing, *few)), "")


def _is_about(reason: Reason, because: str) -> bool:
    return because.rstrip(".") in reason.text


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
    return f"{subject} {OPERATORS[condition.op]} {said}"
