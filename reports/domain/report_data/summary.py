"""The first page: scope, the headline sentence, one number if demanded, and the decision asked."""

import datetime as dt
from collections.abc import Sequence

from assessment.domain.roadmap_types import Horizon, RoadmapStep, StepKind
from assessment.domain.scoring.types import PracticeScore, State
from assessment.models import AssessmentState
from reports.domain.report_data.constraint import constraint_words, silence_words
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.people import turnout
from reports.domain.report_data.types import Headline, Scope
from reports.domain.report_data.voices import voice_sentence
from reports.domain.report_data.words import (
    count_text,
    count_word,
    date_text,
    list_text,
    percent_text,
    period_text,
    range_text,
    score_text,
)


def scope_of(gathered: Gathered) -> Scope:
    assessment, result = gathered.assessment, gathered.result
    made_on = result.created_at.date()
    return Scope(
        assessment=str(assessment.public_id),
        team=gathered.team.name,
        organization=gathered.organization.name,
        title=assessment.title,
        period=period_text(assessment.period_start_on, assessment.period_end_on),
        note=assessment.scope_note,
        model=f"{gathered.model.meta.title} {gathered.model.meta.version}",
        made_on=date_text(made_on),
        made_on_iso=result.created_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        people=turnout(gathered.seats),
        repositories=_repositories(gathered),
        not_for=gathered.model.meta.not_for,
        is_demo=assessment.is_demo,
        provisional=_provisional(gathered),
        digest=result.digest,
    )


def headline_of(gathered: Gathered) -> Headline:
    keystones = _known_keystones(gathered)
    chosen = gathered.scores.get(gathered.roadmap.constraint_practice or "") or next(iter(keystones), None)
    unknowns = _unknowns(gathered)
    if found := constraint_words(gathered):
        return Headline(
            title=found.title,
            lead=found.lead,
            reading=found.reading,
            practice=chosen.practice if chosen else "",
            unknowns=unknowns,
            is_constraint=True,
        )
    if chosen is None or chosen.planning_score is None:
        return Headline(
            title=f"Not enough is known about {gathered.team.name} yet.",
            lead="No keystone practice has a reading. Invite people to answer, or attach a repository, and read again.",
            reading="Kind of reading: none. Nothing below is a judgement of the team.",
            practice="",
            unknowns=unknowns,
        )
    return Headline(
        title=f"The weakest keystone of {gathered.team.name} is “{chosen.name}”.",
        lead=_lead(gathered, chosen, keystones),
        reading=_reading(gathered),
        practice=chosen.practice,
        unknowns=unknowns,
    )


def overall_sentences(gathered: Gathered) -> tuple[str, ...]:
    overall = gathered.card.overall
    if overall.score is None:
        return ("No overall number is given: too few dimensions are known.",)
    first = (
        f"If one number is demanded: {overall.score:.1f}, the harmonic mean of the dimensions in the index "
        f"(arithmetic mean {score_text(overall.arithmetic)}), because the parts work in series."
    )
    names = {dimension.dimension: dimension.name for dimension in gathered.card.dimensions}
    lowest = names.get(overall.lowest_dimension, overall.lowest_dimension)
    second = (
        f"The lowest staged dimension is {lowest} at {gathered.level_name(overall.lowest_staged)}"
        if lowest
        else f"The lowest staged level is {gathered.level_name(overall.lowest_staged)}"
    )
    if overall.balance_gap is not None:
        second += f"; highest and lowest dimension differ by {overall.balance_gap:.1f} levels"
    return (first, second + ".", *_robustness(overall.order_changes, overall.order_is_robust))


def decision_of(gathered: Gathered) -> str:
    """What the sponsor is asked for."""
    now = [step for step in gathered.roadmap.steps if step.horizon == Horizon.NOW]
    if not now:
        return "Decision asked: who answers and which repository is read, so that a plan can be made."
    settle = [step for step in now if step.kind == StepKind.SETTLE]
    actions = [step for step in now if step.kind == StepKind.ACTION]
    days = sum(step.effort_days for step in now)
    owners = list_text(list(dict.fromkeys(gathered.role_in_sentence(s.owner) for s in now)))
    parts = []
    if actions:
        steps = f"{count_word(len(actions))} improvement step{'s' if len(actions) > 1 else ''}"
        parts.append(f"{_days(actions)} for {steps}")
    if settle:
        parts.append(f"{_days(settle)} to settle {count_text(len(settle), 'disagreement')}")
    return (
        f"Decision asked: {days:g} planned person-days in the next 30 days ({list_text(parts)}), "
        f"with owners named from: {owners}."
    )


def _days(steps: Sequence[RoadmapStep]) -> str:
    return f"{sum(step.effort_days for step in steps):g}"


def _provisional(gathered: Gathered) -> str:
    if gathered.assessment.state != AssessmentState.OPEN:
        return ""
    return "This result is provisional: it moves with every answer until the assessment is closed."


def _repositories(gathered: Gathered) -> str:
    if not gathered.repositories:
        return "No repository has been measured."
    until = date_text(dt.date.fromisoformat(gathered.measured_until))
    return f"{count_text(len(gathered.repositories), 'repository', 'repositories')} measured up to {until}."


def _known_keystones(gathered: Gathered) -> list[PracticeScore]:
    known = [
        score
        for score in gathered.card.practices
        if score.planning_score is not None and gathered.practices[score.practice].keystone
    ]
    return sorted(known, key=lambda score: (score.planning_score or 0.0, score.practice))


def _lead(gathered: Gathered, chosen: PracticeScore, keystones: list[PracticeScore]) -> str:
    if chosen.state == State.CONTRADICTION:
        first = voice_sentence(gathered, chosen)
    else:
        people = f", n = {chosen.self_report.n}" if chosen.self_report else ""
        first = (
            f"Its planning score is {score_text(chosen.planning_score)} on a scale of 1 to 5 "
            f"(range {range_text(chosen.range)}{people}), and it is {_staged(gathered, chosen)}."
        )
    after = next((score for score in keystones if score.practice != chosen.practice), None)
    if after is None:
        return f"{first} No other keystone is known."
    return f"{first} Next in line: {after.name} at {score_text(after.planning_score)}."


def _staged(gathered: Gathered, score: PracticeScore) -> str:
    if score.staged_level is None:
        return "not staged"
    return f"staged {gathered.level_name(score.staged_level)}"


def _reading(gathered: Gathered) -> str:
    total = sum(practice.keystone for practice in gathered.practices.values())
    first = f"Kind of reading: the lowest of the {total} keystones, the practices the others rest on."
    return f"{first} {silence_words(gathered)}"


def _unknowns(gathered: Gathered) -> tuple[str, ...]:
    sentences = []
    if not any(seat.answered for seat in gathered.seats):
        sentences.append("Nobody has answered yet, so nothing can be scored.")
    elif gathered.withheld and not any(score.self_report for score in gathered.card.practices):
        sentences.append(gathered.withheld)
    if not gathered.repositories:
        sentences.append("No repository has been measured, so every reading rests on self-report alone.")
    blind = gathered.card.blind_spots
    if blind:
        names = [gathered.practices[practice].name for practice in blind if practice in gathered.practices]
        sentences.append(f"Not known because too many answered “I don’t know”: {list_text(names)}.")
    return tuple(sentences)


def _robustness(changes: float | None, robust: bool | None) -> tuple[str, ...]:
    if changes is None:
        return ()
    verdict = "so the order can be relied on" if robust else "so the order of the dimensions is not robust"
    return (
        "With practice weights drawn at random between 0.5 and 1.5 the order of the dimensions changes in "
        f"{percent_text(changes)} of draws, {verdict}.",
    )
