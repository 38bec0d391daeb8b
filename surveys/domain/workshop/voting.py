"""Votes: one for each seat in each round, stored or refused, never both and never twice."""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import BigAutoField, IntegerField, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from core.prepared import Prepared, Slot
from core.refusals import Refused
from surveys.domain.workshop.changing import has_changed, held_by
from surveys.domain.workshop.subjects import Chosen, as_stored
from surveys.models import AgendaItem, ItemState, Round, Vote, Workshop, WorkshopSeat

DONT_KNOW = "dk"


@transaction.atomic
def cast_vote(seat: WorkshopSeat, *, item: uuid.UUID, number: int, level: Chosen) -> None:
    """Store the seat's vote in an open round, in place of the one it had there; Invalid for what is not offered.

    The round's row is held, so a vote is either in before the reveal reads, or refused.
    """
    row = _ROUND.first(item=item, workshop=seat.workshop_id, number=number)
    if row is None or not is_open(row):
        raise Refused(_("This vote is over, so it was not stored. A vote stored before counts."))
    _store(row, seat, level)


def is_open(row: Round) -> bool:
    in_time = row.closes_at is None or row.closes_at > timezone.now()
    return row.revealed_at is None and row.item.state == ItemState.VOTING and in_time


def own_votes(seat: int) -> dict[int, frozenset[str]]:
    """What this seat voted, by round, as its page sends it: the only votes its device is ever told."""
    return {
        round_id: frozenset(ticked.split() or [DONT_KNOW if level is None else str(level)])
        for round_id, level, ticked in _OWN(seat=seat)
    }


_OWN = Prepared(
    lambda: Vote.objects.filter(seat=Slot("seat", BigAutoField())).values_list("round_id", "level", "ticked")
)
_ROUND = Prepared(
    lambda: (
        Round.objects.select_for_update(of=("self",))
        .select_related("item")
        .filter(
            item__public_id=Slot("item", UUIDField()),
            item__workshop=Slot("workshop", BigAutoField()),
            number=Slot("number", IntegerField()),
        )
    )
)


@transaction.atomic
def make_ballots(workshop: Workshop, *, n: int, by: User) -> list[WorkshopSeat]:
    """As many sheets as asked for; those made before keep their numbers, so printing again makes no new voices."""
    row = held_by(workshop, by)
    made = list(row.seats.filter(is_paper=True).order_by("pk"))
    numbers = range(len(made) + 1, n + 1)
    made += [WorkshopSeat.objects.create(workshop=row, is_paper=True, name=str(number)) for number in numbers]
    record("workshop.ballots_made", by=by, on=row, team=row.assessment.team, n=n)
    return made[:n]


@transaction.atomic
def enter_ballot(
    workshop: Workshop, seat: WorkshopSeat, votes: Mapping[uuid.UUID, Chosen], *, role: str, by: User
) -> int:
    """What a sheet says, for practices whose votes are not revealed yet; the vote is opened where it was not.

    Returns how many votes were stored.
    """
    row = held_by(workshop, by)
    seat.role = role
    seat.save(update_fields=["role", "updated_at"])
    stored = 0
    for item in row.items.select_for_update().filter(public_id__in=votes):
        if item.state == ItemState.WAITING:
            AgendaItem.objects.filter(pk=item.pk).update(state=ItemState.VOTING)
            Round.objects.get_or_create(item=item, number=1)
            Workshop.objects.filter(pk=row.pk, rule_fixed_at=None).update(rule_fixed_at=timezone.now())
        open_round = item.rounds.select_for_update().filter(revealed_at=None).last()
        if open_round is not None:
            _store(open_round, seat, votes[item.public_id])
            stored += 1
    record("workshop.ballot_entered", by=by, on=row, team=row.assessment.team, n=stored)
    has_changed(row)
    return stored


def _store(row: Round, seat: WorkshopSeat, chosen: Chosen) -> None:
    """Whoever stores holds the round, so no second vote of the seat comes in between."""
    level, ticked = as_stored(row.item, chosen)
    said = {"level": level, "ticked": ticked, "role": seat.role}
    if not Vote.objects.filter(round=row, seat=seat).update(**said):
        Vote.objects.create(round=row, seat=seat, **said)
