"""The facilitator's steps. Each is one transaction, checks who leads, and fits the moment or is refused."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from core.refusals import Invalid, Refused
from surveys.domain.workshop.changing import has_changed, held, held_by, out_of_step
from surveys.domain.workshop.preparing import lowest_minimum
from surveys.domain.workshop.steps import Stage, Step, stage_after
from surveys.domain.workshop.subjects import Chosen, as_stored
from surveys.models import AgendaItem, ItemState, NoteKind, Outcome, Round, Workshop, WorkshopKind, WorkshopNote
from surveys.models import WorkshopState as State


@transaction.atomic
def open_vote(workshop: Workshop, item: AgendaItem, *, by: User, closes_at: datetime | None = None) -> Round:
    """A secret vote: the first, or another that keeps the one before. From the first one on the rule is fixed."""
    row = held_by(workshop, by)
    if row.kind == WorkshopKind.ROOM and row.items.filter(state=ItemState.VOTING).exclude(pk=item.pk).exists():
        raise Refused(_("Another vote is open. Reveal it or take it back first."))
    again = item.rounds.exists()
    _move(item, Step.AGAIN if again else Step.OPEN, timer_ends_at=None)
    number = item.rounds.count() + 1
    opened = Round.objects.create(item=item, number=number, closes_at=closes_at)
    if row.rule_fixed_at is None:  # the promise may have been given after the workshop was prepared
        minimum = max(row.minimum, lowest_minimum(row.assessment))
        Workshop.objects.filter(pk=row.pk).update(rule_fixed_at=timezone.now(), minimum=minimum)
    Workshop.objects.filter(pk=row.pk).update(state=State.RUNNING, current=item)
    record("workshop.vote_opened", by=by, on=row, team=row.assessment.team, practice=item.practice, round=number)
    has_changed(row)
    return opened


@transaction.atomic
def cancel_vote(workshop: Workshop, item: AgendaItem, *, by: User) -> None:
    """Take an open vote back with all its votes; a round revealed before stays."""
    row = held_by(workshop, by)
    last = _open_round(item)
    _move(item, Step.CANCEL)
    number = last.number
    last.delete()
    record("workshop.vote_cancelled", by=by, on=row, team=row.assessment.team, practice=item.practice, round=number)
    has_changed(row)


@transaction.atomic
def reveal(workshop: Workshop, item: AgendaItem, *, by: User) -> None:
    """Show how the votes lie, once enough have voted. Whoever votes at the same moment is in, or is told it is over."""
    row = held_by(workshop, by)
    last = _open_round(item)
    if last.votes.count() < row.minimum:
        text = _(
            "Nothing is revealed of fewer than {n} votes: it would tell who said what. Wait, or take the vote back."
        )
        raise Refused(text.format(n=row.minimum))
    _move(item, Step.REVEAL)
    Round.objects.filter(pk=last.pk, revealed_at=None).update(revealed_at=timezone.now())
    record("workshop.revealed", by=by, on=row, team=row.assessment.team, practice=item.practice, round=last.number)
    has_changed(row)


@transaction.atomic
def settle(
    workshop: Workshop,
    item: AgendaItem,
    *,
    level: Chosen,
    dissent: str = "",
    check_what: str = "",
    check_who: str = "",
    by: User,
) -> None:
    """What was agreed with who sees it otherwise; without it they agree to disagree, and the reason is asked."""
    row, (agreed_level, agreed_ticked) = held_by(workshop, by), as_stored(item, level)
    if level is None and not dissent.strip():
        raise Invalid(_("Say in a sentence on what people disagree; it is printed in the report."))
    outcome = Outcome.AGREED if level is not None else Outcome.DISAGREED
    texts = {
        "dissent": dissent.strip()[:500],
        "check_what": check_what.strip()[:300],
        "check_who": check_who.strip()[:120],
    }
    agreed = {"agreed_level": agreed_level, "agreed_ticked": agreed_ticked}
    fields = {"outcome": outcome, "settled_at": timezone.now(), "timer_ends_at": None, **agreed, **texts}
    if item.state == ItemState.SETTLED:
        _move(item, Step.REOPEN)
    _move(item, Step.SETTLE, **fields)
    record("workshop.settled", by=by, on=row, team=row.assessment.team, practice=item.practice, outcome=outcome)
    has_changed(row)


@transaction.atomic
def confirm(workshop: Workshop, practices: list[str], *, by: User) -> int:
    """In bulk: what everybody agrees on already, without a vote. The survey's own evidence goes on speaking for it."""
    row = held_by(workshop, by)
    items = row.items.filter(practice__in=practices, state=ItemState.WAITING)
    fields = {"state": ItemState.SETTLED, "outcome": Outcome.CONFIRMED, "settled_at": timezone.now()}
    for item in items:
        record(
            "workshop.settled",
            by=by,
            on=row,
            team=row.assessment.team,
            practice=item.practice,
            outcome=Outcome.CONFIRMED,
        )
    n = items.update(**fields)
    has_changed(row)
    return n


@transaction.atomic
def reopen(workshop: Workshop, item: AgendaItem, *, by: User) -> None:
    row = held_by(workshop, by)
    _move(item, Step.REOPEN, outcome=Outcome.NONE, agreed_level=None, agreed_ticked="", settled_at=None)
    Workshop.objects.filter(pk=row.pk).update(current=item)
    record("workshop.reopened", by=by, on=row, team=row.assessment.team, practice=item.practice)
    has_changed(row)


@transaction.atomic
def look_at(workshop: Workshop, item: AgendaItem | None, *, by: User) -> None:
    """Put a practice on the screens, or none: then they show how to join."""
    row = held_by(workshop, by)
    if row.kind == WorkshopKind.ROOM and row.items.filter(state=ItemState.VOTING).exists():
        raise Refused(_("A vote is open. Reveal it or take it back first."))
    Workshop.objects.filter(pk=row.pk).update(current=item)
    has_changed(row)


@transaction.atomic
def set_timer(workshop: Workshop, item: AgendaItem, *, minutes: int, by: User) -> None:
    """So many minutes from now, by the server's clock; 0 takes the timer away, more adds to what is left."""
    row, now = held_by(workshop, by), timezone.now()
    left = max(item.timer_ends_at - now, timedelta(0)) if item.timer_ends_at else timedelta(0)
    item.timer_ends_at = now + left + timedelta(minutes=min(minutes, 60)) if minutes > 0 else None
    item.save(update_fields=["timer_ends_at", "updated_at"])
    has_changed(row)


@transaction.atomic
def open_all(workshop: Workshop, *, closes_at: datetime, by: User) -> int:
    """By deadline: the first vote on everything planned, or the second on everything revealed."""
    row = held_by(workshop, by)
    if row.kind != WorkshopKind.DEADLINE or closes_at <= timezone.now():
        raise Invalid(_("Choose a deadline that lies ahead."))
    waiting = list(row.items.filter(state=ItemState.WAITING, is_planned=True))
    chosen = waiting or list(row.items.filter(state=ItemState.TALKING))
    for item in chosen:
        open_vote(row, item, by=by, closes_at=closes_at)
    return len(chosen)


@transaction.atomic
def reveal_due(workshop: Workshop, *, by: User) -> tuple[int, int]:
    """By deadline: reveal what is due and has votes enough; how many were revealed and how many have too few."""
    row = held_by(workshop, by)
    due = list(
        row.items.filter(state=ItemState.VOTING, rounds__revealed_at=None, rounds__closes_at__lte=timezone.now())
    )
    enough = [item for item in due if _open_round(item).votes.count() >= row.minimum]
    for item in enough:
        reveal(row, item, by=by)
    return len(enough), len(due) - len(enough)


@transaction.atomic
def add_note(workshop: Workshop, *, kind: str, text: str, owner: str = "", by: User) -> WorkshopNote:
    """Caught as it comes, beside the practice that is being talked about."""
    row = held_by(workshop, by)
    if not text.strip() or kind not in NoteKind.values:
        raise Invalid(_("Write a sentence first."))
    practice = row.current.practice if row.current else ""
    record("workshop.note_added", by=by, on=row, team=row.assessment.team, kind=kind)
    words = {"text": text.strip()[:500], "owner": owner.strip()[:120]}
    return WorkshopNote.objects.create(workshop=row, practice=practice, kind=kind, **words)


@transaction.atomic
def hand_over(workshop: Workshop, *, to: User, by: User) -> None:
    """Give the lead to somebody who may have it. Nobody gets it in another way: not by a lost link, not by chance."""
    row = held_by(workshop, by)
    _lead(row, to)
    record("workshop.handed_over", by=by, on=row, team=row.assessment.team, about=to, taken=False)
    has_changed(row)


@transaction.atomic
def take_over(workshop: Workshop, *, by: User) -> None:
    """Take the lead on purpose, when who leads cannot go on."""
    row = held(workshop)
    _lead(row, by)
    record("workshop.handed_over", by=by, on=row, team=row.assessment.team, about=by, taken=True)
    has_changed(row)


def _lead(row: Workshop, user: User) -> None:
    if not user.has_perm("surveys.lead_workshop", row.assessment):
        raise Invalid(_("{name} may not lead a workshop of this team.").format(name=user))
    Workshop.objects.filter(pk=row.pk).update(facilitator=user)


def _open_round(item: AgendaItem) -> Round:
    """The round that is being voted in, held so that no vote slips in while it is read."""
    last = item.rounds.select_for_update().filter(revealed_at=None).last()
    if last is None:
        raise out_of_step(item)
    return last


def _move(item: AgendaItem, step: Step, **fields: object) -> None:
    """One conditional update: a second click or a stale page changes nothing."""
    revealed = item.rounds.exclude(revealed_at=None).count()
    after = stage_after(Stage(item.state), step, n_revealed=revealed)
    if after is None or not AgendaItem.objects.filter(pk=item.pk, state=item.state).update(state=after, **fields):
        raise out_of_step(item)
    item.refresh_from_db()
