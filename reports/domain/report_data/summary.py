"""The first page: scope, the headline sentence, one number if demanded, and the decision asked."""

import datetime as dt
from collections.abc import Sequence

from assessment.domain.roadmap_types import Horizon, RoadmapStep, StepKind
from assessment.domain.scoring.types import PracticeScore, State
from assessment.models import AssessmentState
from core.figures import percent_text, range_text
from core.language import gettext, list_text, ngettext, number
from reports.domain.report_data.constraint import constraint_words, silence_words
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.people import turnout
from reports.domain.report_data.types import Headline, Scope
from reports.domain.report_data.voices import voice_sentence
from reports.domain.report_data.words import count_text, count_word, date_text, period_text, score_text


def scope_of(gathered: Gathered) -> Scope:
    assessment, result = gathered.assessment, gathered.result
    made_on = result.created_at.date()
    return Scope(
        assessment=str(assessment.public_id),
        team=gathered.team.name,
        organization=gathered.organization.name,
        title=assessment.title,
        period=period_text(assessment.period_start_on, assessment.period_end_on),
        note=gathered.scope_note,
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
            title=gettext("Not enough is known about {team} yet.").format(team=gathered.team.name),
            lead=gettext(
                "No keystone practice has a reading. Invite people to answer, or attach a repository, and read again."
            ),
            reading=gettext("Kind of reading: none. Nothing below is a judgement of the team."),
            practice="",
            unknowns=unknowns,
        )
    return Headline(
        title=gettext("The weakest keystone of {team} is “{practice}”.").format(
            team=gathered.team.name, practice=chosen.name
        ),
        lead=_lead(gathered, chosen, keystones),
        reading=_reading(gathered),
        practice=chosen.practice,
        unknowns=unknowns,
    )


def overall_sentences(gathered: Gathered) -> tuple[str, ...]:
    overall = gathered.card.overall
    if overall.score is None:
        return (gettext("No overall number is given: too few dimensions are known."),)
    first = gettext(
        "If one number is demanded: {score}, the harmonic mean of the dimensions in the "
        "index (arithmetic mean {score_2}), because the parts work in series."
    ).format(score=number(f"{overall.score:.1f}"), score_2=score_text(overall.arithmetic))
    names = {dimension.dimension: dimension.name for dimension in gathered.card.dimensions}
    lowest = names.get(overall.lowest_dimension, overall.lowest_dimension)
    n_lowest = [d.staged_level for d in gathered.card.dimensions].count(overall.lowest_staged)
    second = _lowest(gathered.level_name(overall.lowest_staged), lowest if n_lowest == 1 else "")
    if overall.balance_gap is not None:
        second = gettext("{lowest}; highest and lowest dimension of the index differ by {gap} levels").format(
            lowest=second, gap=number(f"{overall.balance_gap:.1f}")
        )
    return (first, second + ".", *_robustness(overall.order_changes, overall.order_is_robust))


def _lowest(level: str, dimension: str) -> str:
    if dimension:
        return gettext("The lowest staged dimension is {dimension} at {level}").format(dimension=dimension, level=level)
    return gettext("The lowest staged level is {level}").format(level=level)


def decision_of(gathered: Gathered) -> str:
    """What the sponsor is asked for."""
    now = [step for step in gathered.roadmap.steps if step.horizon == Horizon.NOW]
    if not now:
        return gettext("Decision asked: who answers and which repository is read, so that a plan can be made.")
    settle = [step for step in now if step.kind == StepKind.SETTLE]
    actions = [step for step in now if step.kind == StepKind.ACTION]
    days = sum(step.effort_days for step in now)
    owners = list_text(list(dict.fromkeys(gathered.role_in_sentence(s.owner) for s in now)))
    parts = []
    if actions:
        steps = ngettext("{n} improvement step", "{n} improvement steps", len(actions))
        parts.append(
            gettext("{days} for {steps}").format(days=_days(actions), steps=steps.format(n=count_word(len(actions))))
        )
    if settle:
        parts.append(
            gettext("{days} to settle {count}").format(
                days=_days(settle), count=count_text(len(settle), "disagreement")
            )
        )
    return gettext(
        "Decision asked: {days} planned person-days in the next 30 days ({parts}), with owners named from: {owners}."
    ).format(days=number(f"{days:g}"), parts=list_text(parts), owners=owners)


def _days(steps: Sequence[RoadmapStep]) -> str:
    return number(f"{sum(step.effort_days for step in steps):g}")


def _provisional(gathered: Gathered) -> str:
    if gathered.assessment.state != AssessmentState.OPEN:
        return ""
    return gettext("This result is provisional: it moves with every answer until the assessment is closed.")


def _repositories(gathered: Gathered) -> str:
    """Nothing where readings came with a file from elsewhere: then no collection of ours tells of them."""
    if not gathered.repositories:
        return "" if gathered.readings else gettext("No repository has been measured.")
    until = date_text(dt.date.fromisoformat(gathered.measured_until))
    return gettext("{count} measured up to {until}.").format(
        count=count_text(len(gathered.repositories), "repository"), until=until
    )


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
        first = gettext(
            "Its planning score is {score} on a scale of 1 to 5 (range {range}{people}), and it is {staged}."
        ).format(
            score=score_text(chosen.planning_score),
            range=range_text(chosen.range),
            people=people,
            staged=_staged(gathered, chosen),
        )
    after = next((score for score in keystones if score.practice != chosen.practice), None)
    if after is None:
        return gettext("{first} No other keystone is known.").format(first=first)
    return gettext("{first} Next in line: {name} at {score}.").format(
        first=first, name=after.name, score=score_text(after.planning_score)
    )


def _staged(gathered: Gathered, score: PracticeScore) -> str:
    if score.staged_level is None:
        return gettext("not staged")
    return gettext("staged {level}").format(level=gathered.level_name(score.staged_level))


def _reading(gathered: Gathered) -> str:
    total = sum(practice.keystone for practice in gathered.practices.values())
    first = gettext("Kind of reading: the lowest of the {total} keystones, the practices the others rest on.").format(
        total=total
    )
    return f"{first} {silence_words(gathered)}"


def _unknowns(gathered: Gathered) -> tuple[str, ...]:
    sentences = []
    if not any(seat.answered for seat in gathered.seats):
        sentences.append(gettext("Nobody has answered yet, so nothing can be scored."))
    elif gathered.withheld and not any(score.self_report for score in gathered.card.practices):
        sentences.append(gathered.withheld)
    if not gathered.repositories and not gathered.readings:
        sentences.append(gettext("No repository has been measured, so every reading rests on self-report alone."))
    blind = gathered.card.blind_spots
    if blind:
        names = [gathered.practices[practice].name for practice in blind if practice in gathered.practices]
        sentences.append(
            gettext("Not known because too many answered “I don’t know”: {names}.").format(names=list_text(names))
        )
    return tuple(sentences)


def _robustness(changes: float | None, robust: bool | None) -> tuple[str, ...]:
    if changes is None:
        return ()
    verdict = (
        gettext("so the order can be relied on") if robust else gettext("so the order of the dimensions is not robust")
    )
    return (
        gettext(
            "With practice weights drawn at random between 0.5 and 1.5 the order of the "
            "dimensions changes in {percent} of draws, {verdict}."
        ).format(percent=percent_text(changes), verdict=verdict),
    )
