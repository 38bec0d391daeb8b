"""The constraint sentence: which stage sets the pace, on what readings, how sure, and what comes next."""

from dataclasses import dataclass

from assessment.domain.flow.constraint import Confidence, Silence, Verdict
from core.figures import percent_text
from core.language import gettext, gettext_noop, list_text, number
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.words import as_sentence

CONFIDENCES = {
    Confidence.CLEAR: gettext_noop("clear"),
    Confidence.LIKELY: gettext_noop("likely"),
    Confidence.TWO_CANDIDATES: gettext_noop("two candidates, test both"),
}
READINGS = {
    "waiting": gettext_noop("measured waiting"),
    "relief": gettext_noop("what relief buys in the flow model"),
    "reported": gettext_noop("what people report"),
}
DRIFTING = {
    "changes_per_day": gettext_noop("changes made ready per day"),
    "time_in_review_mean_days": gettext_noop("time in review"),
}
NOT_MEASURED = gettext_noop("Time through the value stream has not been measured, so no stage is said to set the pace.")


@dataclass(frozen=True)
class ConstraintWords:
    title: str
    lead: str
    reading: str


def constraint_words(gathered: Gathered) -> ConstraintWords | None:
    """None where the data do not allow to name a constraint."""
    if gathered.flow is None or not gathered.flow.verdict.speaks:
        return None
    verdict = gathered.flow.verdict
    title = gettext("{stage} sets the pace for {team}.")
    return ConstraintWords(
        title=title.format(stage=stage_name(gathered, verdict.stage), team=gathered.team.name),
        lead=" ".join(part for part in (_waits(verdict), _relief(verdict), _confidence(gathered, verdict)) if part),
        reading=" ".join((_kind(verdict), _readings(verdict))),
    )


def silence_words(gathered: Gathered) -> str:
    """Why no stage is said to set the pace."""
    verdict = gathered.flow.verdict if gathered.flow else Verdict(silence=Silence.NOT_MEASURED)
    off = verdict.disagreement or 0.0
    if verdict.silence is Silence.LITTLE:
        text = gettext(
            "Flow was measured, but open changes, arrivals and time in review contradict Little’s law by {off}, so "
            "no stage is said to set the pace: either the data or the assumption of a steady system is wrong."
        )
        return text.format(off=percent_text(off))
    if verdict.silence is Silence.NOT_STATIONARY and verdict.disagreeing == "queue_growth":
        text = gettext(
            "Flow was measured, but the review queue changed by {off} of its inflow, so there is no steady picture "
            "and no stage is said to set the pace."
        )
        return text.format(off=percent_text(abs(off)))
    if verdict.silence is Silence.NOT_STATIONARY:
        text = gettext(
            "Flow was measured, but the two halves of the window differ by a factor of {off} in {what}, so there is no "
            "steady picture and no stage is said to set the pace."
        )
        return text.format(off=number(f"{off:.1f}"), what=gettext(DRIFTING[verdict.disagreeing]))
    if verdict.silence is Silence.IMPOSSIBLE and gathered.flow:
        text = gettext("The flow model cannot take a number, so no stage is said to set the pace: {problem}")
        return text.format(problem=gathered.flow.problem)
    return gettext(NOT_MEASURED)


def stage_name(gathered: Gathered, stage: str) -> str:
    return next((each.name for each in gathered.model.stages if each.id == stage), stage)


def days_text(days: float) -> str:
    """Working days with one decimal, two under one day."""
    return number(f"{days:.2f}" if abs(days) < 1 else f"{days:.1f}")


def _waits(verdict: Verdict) -> str:
    if verdict.wait_days is None:
        return ""
    observed = gettext("n = {n}, {days} days").format(n=verdict.wait_n, days=verdict.wait_window_days)
    if verdict.wait_p75_days is None:
        text = gettext("Work waits {wait} working days before it ({observed}).")
        return text.format(wait=days_text(verdict.wait_days), observed=observed)
    text = gettext("Work waits {wait} working days before it ({p75} at the 75th percentile; {observed}).")
    return text.format(wait=days_text(verdict.wait_days), p75=days_text(verdict.wait_p75_days), observed=observed)


def _relief(verdict: Verdict) -> str:
    if verdict.relief_days is None:
        return ""
    bought = days_text(verdict.relief_days)
    if verdict.build_relief_days is None or verdict.stage == "build":
        return gettext("One fifth of relief there is worth {days} days of lead time.").format(days=bought)
    text = gettext("One fifth of relief there is worth {days} days of lead time; the same in coding is worth {coding}.")
    return text.format(days=bought, coding=days_text(verdict.build_relief_days))


def _confidence(gathered: Gathered, verdict: Verdict) -> str:
    word = gettext(CONFIDENCES[verdict.confidence or Confidence.TWO_CANDIDATES])
    said = gettext("Confidence: {word}.").format(word=word)
    if not verdict.runner_up:
        return said
    after = gettext("Next in line: {stage}.").format(stage=stage_name(gathered, verdict.runner_up))
    return f"{said} {after}"


def _kind(verdict: Verdict) -> str:
    if verdict.is_policy:
        return gettext(
            "It is a policy constraint: a rule or a habit makes work wait, so the remedy is a rule, not people."
        )
    return gettext("It is a capacity constraint: work waits for people or machines that are busy.")


def _readings(verdict: Verdict) -> str:
    used = [name for name in READINGS if name not in verdict.missing]
    text = gettext("Kind of reading: {readings}").format(readings=list_text([gettext(READINGS[name]) for name in used]))
    if not verdict.missing:
        return as_sentence(text)
    names = list_text([gettext(READINGS[name]) for name in verdict.missing])
    return as_sentence(gettext("{text}; not known: {names}").format(text=text, names=names))
