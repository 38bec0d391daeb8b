"""The end of a workshop: agreed levels become evidence beside the survey's, and votes are cut from their seats."""

from collections.abc import Sequence
from dataclasses import asdict
from statistics import variance

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from assessment.domain.evidence import record_evidence, rescore, withdraw_evidence
from assessment.domain.scoring.types import SurveySummary
from assessment.models import EvidenceSource, Result
from core.refusals import Refused
from surveys.domain.agreement import average_deviation
from surveys.domain.workshop.changing import has_changed, held_by
from surveys.models import AgendaItem, ItemState, Outcome, Vote, Workshop, WorkshopState

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
    withdraw_evidence(workshop.assessment, source=WORKSHOP, keep=[item.practice for item in agreed])
    for item in agreed:
        summary = summary_of(item.practice, item.agreed_level or 0, _last_levels(item, workshop.minimum))
        record_evidence(
            workshop.assessment,
            source=WORKSHOP,
            practice=item.practice,
            content=asdict(summary),
            n=summary.n,
            observed_at=item.settled_at or timezone.now(),
        )
    return rescore(workshop.assessment)


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
