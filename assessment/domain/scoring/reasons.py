"""The arithmetic of one practice in words: short sentences with their numbers. Patterns: docs/scoring.md."""

from collections.abc import Iterator, Sequence

from assessment.domain.scoring.bands import reading_level
from assessment.domain.scoring.staging import rounded_level
from assessment.domain.scoring.types import PracticeScore, Reason, SelfReport, SignalBand, State, SurveySummary
from assessment.domain.scoring.words import counted, listed, one_place, quantity, sentence
from assessment.maturity.schema import MaturityModelFile

FACTS_NAMED = 3


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
        text = 'More than half of the answers are "does not apply here"; please confirm.'
        yield Reason("not_applicable", text, score.practice)
    if report and score.split:
        text = f"Opinions are split: the answers lie {one_place(report.average_deviation)} levels from their mean."
        yield Reason("split", text, score.practice)
    for high, low, gap in score.role_gaps:
        text = f"{_role(model, high)} places it {one_place(gap)} levels higher than {_role(model, low)} does."
        yield Reason("role_gap", text, score.practice)
    for role, share in score.blind_roles:
        text = f'{_role(model, role)} answered {share:.0%} of its own questions here with "I don\'t know".'
        yield Reason("coverage", text, score.practice)


def _self_report_text(report: SelfReport, summary: SurveySummary) -> str:
    people = counted(report.n, "person places", "people place")
    if summary.n_invited is not None and summary.n_invited >= report.n:
        people = f"{report.n} of {summary.n_invited} people asked place"
    spread = f"80% range {one_place(report.low)} to {one_place(report.high)}"
    return sentence(f"{people} it at {one_place(report.value)} ({spread}).")


def _coverage_text(model: MaturityModelFile, summary: SurveySummary) -> str:
    share, least = summary.coverage, model.scoring.coverage_min
    tail = "." if share >= least else f"; under {least:.0%} the practice counts as not known."
    return f'{share:.0%} of the answers are a level, the rest "I don\'t know"{tail}'


def _of_evidence(model: MaturityModelFile, score: PracticeScore) -> Iterator[Reason]:
    for band in score.bands:
        yield Reason("evidence", _band_text(model, band), score.practice, band.signal)
    if score.evidence:
        text = f"Together the evidence supports {one_place(score.evidence.value)}."
        yield Reason("evidence", text, score.practice)


def _band_text(model: MaturityModelFile, band: SignalBand) -> str:
    if band.dropped:
        return f"{fact(model, band)}: left out, {band.dropped}."
    low, high = max(1.0, band.low), min(5.0, band.high)
    reads = f"reads {one_place(band.level)}, " if band.level is not None else ""
    return f"{fact(model, band)}: {reads}allows {one_place(low)} to {one_place(high)}, weighs {band.weight:.2f}."


def fact(model: MaturityModelFile, band: SignalBand) -> str:
    """What was measured, as a phrase: name, value or grade, how many, how long."""
    shown = band.grade.replace("_", " ") if band.grade else quantity(band.value or 0.0, band.unit)
    window = f", {band.window_days} days" if band.window_days else ""
    return f"{model.signals[band.signal].name} {shown} (n {band.n}{window})"


def _of_level(model: MaturityModelFile, score: PracticeScore) -> Iterator[Reason]:
    yield Reason("state", _state_text(model, score), score.practice)
    if score.planning_score is None or score.range is None:
        return
    low, high = score.range
    text = f"Planning score {one_place(score.planning_score)}, range {one_place(low)} to {one_place(high)}."
    yield Reason("planning", text, score.practice)
    level = rounded_level(score.planning_score, model.scoring)
    text = f"Rounded with a tolerance of {model.scoring.level_rounding_tolerance} that is level {level}."
    yield Reason("rounding", text, score.practice, level=level)


def _state_text(model: MaturityModelFile, score: PracticeScore) -> str:
    if score.state is State.NOT_ASKED:
        return _not_asked_text(score)
    if score.state is State.NOT_KNOWN:
        return f'Too many answered "I don\'t know" to place {score.name}.'
    if score.state is State.SELF_REPORT_ONLY:
        return "Nothing measured speaks to it, so the self-report stands alone with half a level of possible bias."
    if score.state is State.CONTRADICTION:
        return _contradiction_text(model, score)
    gap = one_place(abs(score.gap or 0.0))
    if score.state is State.TENSION:
        return f"People and evidence lie {gap} levels apart: a tension, so the range is widened by half of that."
    return f"People and evidence lie {gap} levels apart: aligned, and {score.support} by what was measured."


def _not_asked_text(score: PracticeScore) -> str:
    if score.summary and score.summary.n_not_applicable:
        return f"Everybody asked said that {score.name} does not apply here."
    return f"Nobody answered about {score.name}."


def _contradiction_text(model: MaturityModelFile, score: PracticeScore) -> str:
    people, measured = (score.self_report, score.evidence)
    if people is None or measured is None:
        return ""
    facts = listed([fact(model, band) for band in _furthest(score, people.value)])
    lower = one_place(min(people.value, measured.value))
    return (
        f"People place {score.name} at {one_place(people.value)}; what was measured supports "
        f"{one_place(measured.value)} ({facts}). Until that is settled we plan on {lower}."
    )


def _furthest(score: PracticeScore, people: float) -> list[SignalBand]:
    weighing = [band for band in score.bands if band.weight > 0]
    return sorted(weighing, key=lambda band: (-abs(reading_level(band) - people), band.signal))[:FACTS_NAMED]


def _role(model: MaturityModelFile, role: str) -> str:
    return next((definition.name for definition in model.roles if definition.id == role), role)
