"""The arithmetic of one practice in words: short sentences with their numbers. Patterns: docs/scoring.md."""

from collections.abc import Iterator, Sequence

from assessment.domain.scoring.bands import reading_level
from assessment.domain.scoring.staging import rounded_level
from assessment.domain.scoring.types import PracticeScore, Reason, SelfReport, SignalBand, State, SurveySummary
from assessment.domain.scoring.words import count_word, graded, one_place, percent, quantity, sentence
from assessment.maturity.schema import MaturityModelFile
from core.language import gettext, list_text, ngettext, number

FACTS_NAMED = 3
SUPPORTED = "supported"  # the word of `PracticeScore.support`


def reasons_of(model: MaturityModelFile, score: PracticeScore, caps: Sequence[Reason]) -> tuple[Reason, ...]:
    """Every step in the order it was taken; caps that do not bite are told too."""
    return (
        *_of_people(model, score),
        *_of_evidence(model, score),
        *_of_level(model, score),
        *(reason for reason in score.held_back_by if reason.kind == "share_rule"),
        *caps,
    )


def _of_people(model: MaturityModelFile, score: PracticeScore) -> Iterator[Reason]:
    summary, report = score.summary, score.self_report
    if summary and report:
        yield Reason("self_report", _self_report_text(report, summary), score.practice)
    if summary and summary.n_dont_know:
        yield Reason("coverage", _coverage_text(model, summary), score.practice)
    if summary and summary.n_not_applicable > summary.n_answered + summary.n_dont_know:
        text = gettext('More than half of the answers are "does not apply here"; please confirm.')
        yield Reason("not_applicable", text, score.practice)
    if report and report.average_deviation is not None and score.split:
        text = gettext("Opinions are split: the answers lie {distance} levels from their mean.").format(
            distance=one_place(report.average_deviation)
        )
        yield Reason("split", text, score.practice)
    for high, low, gap in score.role_gaps:
        text = gettext("{role} places it {gap} levels higher than {other} does.").format(
            role=_role(model, high), gap=one_place(gap), other=_role(model, low)
        )
        yield Reason("role_gap", text, score.practice)
    for role, share in score.blind_roles:
        text = gettext('{role} answered {share}% of its own questions here with "I don\'t know".').format(
            role=_role(model, role), share=percent(share)
        )
        yield Reason("coverage", text, score.practice)


def _self_report_text(report: SelfReport, summary: SurveySummary) -> str:
    value, low, high = one_place(report.value), one_place(report.low), one_place(report.high)
    if summary.n_invited is not None and summary.n_invited >= report.n:
        asked = gettext("{n} of {invited} people asked place it at {value} (80% range {low} to {high}).")
        return asked.format(n=report.n, invited=summary.n_invited, value=value, low=low, high=high)
    text = ngettext(
        "{n} person places it at {value} (80% range {low} to {high}).",
        "{n} people place it at {value} (80% range {low} to {high}).",
        report.n,
    )
    return sentence(text.format(n=count_word(report.n), value=value, low=low, high=high))


def _coverage_text(model: MaturityModelFile, summary: SurveySummary) -> str:
    share, least = summary.coverage, model.scoring.coverage_min
    if share >= least:
        return gettext('{share}% of the answers are a level, the rest "I don\'t know".').format(share=percent(share))
    return gettext(
        '{share}% of the answers are a level, the rest "I don\'t know"; '
        "under {least}% the practice counts as not known."
    ).format(share=percent(share), least=percent(least))


def _of_evidence(model: MaturityModelFile, score: PracticeScore) -> Iterator[Reason]:
    for band in score.bands:
        yield Reason("evidence", _band_text(model, band), score.practice, band.signal)
    if score.evidence:
        text = gettext("Together the evidence supports {value}.").format(value=one_place(score.evidence.value))
        yield Reason("evidence", text, score.practice)


def _band_text(model: MaturityModelFile, band: SignalBand) -> str:
    if band.dropped:
        return gettext("{fact}: left out, {why}.").format(fact=fact(model, band), why=band.dropped)
    low, high = max(1.0, band.low), min(5.0, band.high)
    if band.level is None:
        text, reads = gettext("{fact}: allows {low} to {high}, weighs {weight}."), ""
    else:
        text = gettext("{fact}: reads {reads}, allows {low} to {high}, weighs {weight}.")
        reads = one_place(band.level)
    return text.format(
        fact=fact(model, band),
        reads=reads,
        low=one_place(low),
        high=one_place(high),
        weight=number(f"{band.weight:.2f}"),
    )


def fact(model: MaturityModelFile, band: SignalBand) -> str:
    """What was measured, as a phrase: name, value or grade, how many, how long."""
    shown = graded(band.grade) if band.grade else quantity(band.value or 0.0, band.unit)
    text = gettext("{signal} {shown} (n {n}, {days} days)") if band.window_days else "{signal} {shown} (n {n})"
    return text.format(signal=model.signals[band.signal].name, shown=shown, n=band.n, days=band.window_days)


def _of_level(model: MaturityModelFile, score: PracticeScore) -> Iterator[Reason]:
    yield Reason("state", _state_text(model, score), score.practice)
    if score.planning_score is None or score.range is None:
        return
    low, high = score.range
    text = gettext("Planning score {score}, range {low} to {high}.").format(
        score=one_place(score.planning_score), low=one_place(low), high=one_place(high)
    )
    yield Reason("planning", text, score.practice)
    level = rounded_level(score.planning_score, model.scoring)
    text = gettext("Rounded with a tolerance of {tolerance} that is level {level}.").format(
        tolerance=number(str(model.scoring.level_rounding_tolerance)), level=level
    )
    yield Reason("rounding", text, score.practice, level=level)


def _state_text(model: MaturityModelFile, score: PracticeScore) -> str:
    if score.state is State.NOT_ASKED:
        return _not_asked_text(score)
    if score.state is State.NOT_KNOWN:
        return gettext('Too many answered "I don\'t know" to place {practice}.').format(practice=score.name)
    if score.state is State.SELF_REPORT_ONLY:
        return gettext(
            "Nothing measured speaks to it, so the self-report stands alone with half a level of possible bias."
        )
    if score.state is State.CONTRADICTION:
        return _contradiction_text(model, score)
    gap = one_place(abs(score.gap or 0.0))
    if score.state is State.TENSION:
        text = gettext(
            "People and evidence lie {gap} levels apart: a tension, so the range is widened by half of that."
        )
    elif score.support == SUPPORTED:
        text = gettext("People and evidence lie {gap} levels apart: aligned, and supported by what was measured.")
    else:
        text = gettext(
            "People and evidence lie {gap} levels apart: aligned, and not contradicted by what was measured."
        )
    return text.format(gap=gap)


def _not_asked_text(score: PracticeScore) -> str:
    if score.summary and score.summary.n_not_applicable:
        return gettext("Everybody asked said that {practice} does not apply here.").format(practice=score.name)
    return gettext("Nobody answered about {practice}.").format(practice=score.name)


def _contradiction_text(model: MaturityModelFile, score: PracticeScore) -> str:
    people, measured = (score.self_report, score.evidence)
    if people is None or measured is None:
        return ""
    facts = list_text([fact(model, band) for band in _furthest(score, people.value)])
    lower = one_place(min(people.value, measured.value))
    return gettext(
        "People place {practice} at {people}; what was measured supports {measured} ({facts}). "
        "Until that is settled we plan on {lower}."
    ).format(
        practice=score.name,
        people=one_place(people.value),
        measured=one_place(measured.value),
        facts=facts,
        lower=lower,
    )


def _furthest(score: PracticeScore, people: float) -> list[SignalBand]:
    weighing = [band for band in score.bands if band.weight > 0]
    return sorted(weighing, key=lambda band: (-abs(reading_level(band) - people), band.signal))[:FACTS_NAMED]


def _role(model: MaturityModelFile, role: str) -> str:
    return next((definition.name for definition in model.roles if definition.id == role), role)
