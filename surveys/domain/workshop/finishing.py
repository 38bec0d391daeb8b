"""The end of a workshop: agreed levels become evidence beside the survey's, and votes are cut from their seats."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from statistics import variance
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from assessment.domain.evidence import record_evidence, rescore, withdraw_evidence
from assessment.domain.scoring.types import SurveySummary
from assessment.maturity.foreign.types import Question
from assessment.models import EvidenceSource, Result
from core.refusals import Refused
from surveys.domain.agreement import average_deviation
from surveys.domain.joined import Answer, Joined, join_question, values_of
from surveys.domain.workshop.changing import has_changed, held_by
from surveys.domain.workshop.subjects import Chosen, chosen_of, subjects_of
from surveys.models import NOT_HERE, AgendaItem, ItemState, Outcome, Round, Vote, Workshop, WorkshopState

WORKSHOP = EvidenceSource.WORKSHOP


@transaction.atomic
def finish_workshop(workshop: Workshop, *, by: User) -> Result:
    """End it, bring the result up to date and forget whose vote was whose."""
    row = held_by(workshop, by)
    if row.items.filter(state=ItemState.VOTING).exists():
        raise Refused(_("A vote is open. Reveal it or take it back first."))
    now = timezone.now()
    Workshop.objects.filter(pk=row.pk).update(state=WorkshopState.FINISHED, finished_at=now, current=None)
    n_agreed = row.items.filter(outcome=Outcome.AGREED).count()
    record("workshop.finished", by=by, on=row, team=row.assessment.team, n=n_agreed)
    forget_voters(row)
    has_changed(row)
    return speak(row)


def forget_voters(workshop: Workshop) -> None:
    """No vote knows its seat any more, and no seat a name; a device only finds that it is over."""
    Vote.objects.filter(round__item__workshop=workshop).update(seat=None)
    workshop.seats.update(name="", transfer_digest="")


@transaction.atomic
def speak(workshop: Workshop) -> Result:
    """Write the evidence of every agreed practice afresh and bring the result up to date; safe to run twice."""
    agreed = list(workshop.items.filter(outcome=Outcome.AGREED))
    is_ours = workshop.assessment.maturity_model.is_ours
    said = [_summed(workshop, item) for item in agreed] if is_ours else _answers_of_others(workshop, agreed)
    withdraw_evidence(workshop.assessment, source=WORKSHOP, keep=[one.practice for one in said])
    for one in said:
        record_evidence(
            workshop.assessment,
            source=WORKSHOP,
            practice=one.practice,
            content=one.content,
            n=one.n,
            observed_at=one.observed_at,
        )
    return rescore(workshop.assessment)


@dataclass(frozen=True)
class _Said:
    """One row of evidence."""

    practice: str
    content: dict[str, Any]
    n: int
    observed_at: dt.datetime


def _summed(workshop: Workshop, item: AgendaItem) -> _Said:
    summary = summary_of(item.practice, item.agreed_level or 0, _last_levels(item, workshop.minimum))
    return _Said(item.practice, asdict(summary), summary.n, item.settled_at or timezone.now())


def _answers_of_others(workshop: Workshop, agreed: Sequence[AgendaItem]) -> list[_Said]:
    """One row for each practice of which a question was agreed on, each question as a survey tells it."""
    subjects, votes = subjects_of(workshop.assessment.maturity_model), _last_votes(agreed)
    rows: dict[str, list[tuple[Joined, dt.datetime]]] = defaultdict(list)
    for item in agreed:
        if (asked := subjects[item.practice].asked) is not None:
            answer = agreed_answer(asked, item, votes.get(item.pk, ()), minimum=workshop.minimum)
            rows[subjects[item.practice].practice].append((answer, item.settled_at or timezone.now()))
    return [_row_of(practice, found) for practice, found in rows.items()]


def _row_of(practice: str, found: Sequence[tuple[Joined, dt.datetime]]) -> _Said:
    answers = sorted((answer for answer, _at in found), key=lambda one: one.question)
    content = {"questions": [asdict(one) for one in answers]}
    return _Said(practice, content, max(one.n for one in answers), max(at for _answer, at in found))


def agreed_answer(question: Question, item: AgendaItem, votes: Sequence[Answer], *, minimum: int) -> Joined:
    """What was agreed, with how the last votes lay where so many may be told."""
    told = join_question(question, votes, minimum) or Joined(question.id, "answered", 0)
    if item.agreed_level == NOT_HERE:
        return replace(told, state="na", value=None, low=None, high=None, counted=(), ticked=())
    if item.agreed_ticked:
        numbers = set(map(int, item.agreed_ticked.split()))
        counted = tuple(choice.id for n, choice in enumerate(question.choices, start=1) if n in numbers)
        return replace(told, state="answered", counted=counted)
    return replace(told, state="answered", value=values_of(question)[item.agreed_level or 0])


def _last_votes(items: Sequence[AgendaItem]) -> dict[int, list[Answer]]:
    """Of each item the votes of its last revealed round, as answers of a survey; two questions to the database."""
    revealed = Round.objects.filter(item__in=items, revealed_at__isnull=False).order_by("number")
    last = dict(revealed.values_list("item", "pk"))
    found: dict[int, list[Answer]] = {}
    rows = Vote.objects.filter(round__in=last.values()).order_by("public_id")
    for item, level, ticked in rows.values_list("round__item", "level", "ticked"):
        found.setdefault(item, []).append(answer_of(chosen_of(level, ticked)))
    return found


def answer_of(chosen: Chosen) -> Answer:
    """A vote on a question of others as an answer of a survey."""
    return "dk" if chosen is None else "na" if chosen == NOT_HERE else chosen


def summary_of(practice: str, agreed: int, levels: Sequence[int]) -> SurveySummary:
    """The agreed level as scoring reads it. It is the group's word, so everybody stands behind it (`reach`, and nobody
    is silent); how far the votes lay apart makes it more or less sure (`variance`, `average_deviation`)."""
    reach = tuple(1.0 if agreed >= level else 0.0 for level in range(1, 6))
    counts = tuple(levels.count(level) for level in range(1, 6))
    n = max(1, len(levels))
    return SurveySummary(
        practice=practice,
        value=float(agreed),
        n=n,
        n_effective=float(n),
        variance=variance(levels) if len(levels) > 1 else 0.0,
        average_deviation=average_deviation(levels) or 0.0,
        n_invited=n,
        n_questions=1,
        n_answered=n,
        n_dont_know=0,
        n_not_applicable=0,
        reach=(reach[0], reach[1], reach[2], reach[3], reach[4]),
        distribution=(counts[0], counts[1], counts[2], counts[3], counts[4]),
    )


def _last_levels(item: AgendaItem, minimum: int) -> list[int]:
    """The levels of the last revealed round; none where too few gave one for them to be shown."""
    last = item.rounds.exclude(revealed_at=None).last()
    votes = last.votes.exclude(level=None).values_list("level", flat=True) if last else []
    levels = sorted(level for level in votes if level is not None)
    return levels if len(levels) >= minimum else []
