"""What every change of a workshop does: it holds the row, checks who leads, and raises the version."""

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from surveys.models import AgendaItem, Workshop, WorkshopState


def held(workshop: Workshop) -> Workshop:
    """The row as it stands now, kept from others until the transaction ends."""
    rows = Workshop.objects.select_for_update(of=("self",)).select_related("assessment__team", "facilitator", "current")
    return rows.get(pk=workshop.pk)


def held_by(workshop: Workshop, leader: User) -> Workshop:
    """The same, for its facilitator alone and while it is not finished."""
    row = held(workshop)
    check_not_finished(row)
    if row.facilitator_id != leader.pk:
        raise Refused(
            _("{name} leads this workshop. Take it over first, if you two have agreed on it.").format(
                name=row.facilitator or _("Nobody")
            )
        )
    return row


def check_not_finished(workshop: Workshop) -> None:
    if workshop.state == WorkshopState.FINISHED:
        raise Refused(_("The workshop is finished. What was agreed stands in the result."))


def has_changed(workshop: Workshop) -> None:
    """Let every phone and screen know at its next question."""
    Workshop.objects.filter(pk=workshop.pk).update(version=F("version") + 1)


def out_of_step(item: AgendaItem) -> Refused:
    text = _(
        "This does not fit the moment: {practice} is now at “{state}”. Reload the page to see where the workshop is."
    )
    return Refused(text.format(practice=item.practice, state=item.get_state_display()))
