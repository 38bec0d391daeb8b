"""Votes: one for each seat in each round, stored or refused, never both and never twice."""

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from core.refusals import Invalid, Refused
from surveys.domain.workshop.changing import has_changed, held_by
from surveys.models import AgendaItem, ItemState, Round, Vote, Workshop, WorkshopSeat

DONT_KNOW = "dk"


def level_from(value: str) -> int | None:
    """1..5, or None for “I don’t know”; raises Invalid for anything else."""
    if value == DONT_KNOW:
        return None
    if value not in {"1", "2", "3", "4", "5"}:
        raise Invalid(_("Not stored: there is no such choice. Reload the page and choose again."))
    return int(value)


@transaction.atomic
def cast_vote(seat: WorkshopSeat, *, item: uuid.UUID, number: int, level: int | None) -> Vote:
    """Store the seat's vote in an open round, in place of the one it had there.

    The round's row is held, so a vote is either in before the reveal reads, or refused.
    """
    rounds = Round.objects.select_for_update(of=("self",)).select_related("item")
    row = rounds.filter(item__public_id=item, item__workshop_id=seat.workshop_id, number=number).first()
    if row is None or not is_open(row):
        raise Refused(_("This vote is over, so it was not stored. A vote stored before counts."))
    return _store(row, seat, level)


def is_open(row: Round) -> bool:
    in_time = row.closes_at is None or row.closes_at > timezone.now()
    return row.revealed_at is None and row.item.state == ItemState.VOTING and in_time


def own_votes(seat: WorkshopSeat) -> dict[int, Vote]:
    """The seat's votes by round, the only ones its device is ever told."""
    return {vote.round_id: vote for vote in seat.votes.all()}


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
    workshop: Workshop, seat: WorkshopSeat, votes: Mapping[uuid.UUID, int | None], *, role: str, by: User
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


def _store(row: Round, seat: WorkshopSeat, level: int | None) -> Vote:
    vote, _made = Vote.objects.update_or_create(round=row, seat=seat, defaults={"level": level, "role": seat.role})
    return vote
