"""What a survey forgets of a person who leaves.

While the assessment is not closed, a seat goes with its answers and the summary is made without them. In a closed one
the seat stays without a name and without answers: the summary is final, and only the numbers of people asked and
finished are read from seats. An anonymous answer cannot be found without the secret on the person's device; it stays.
"""

from django.db.models import Q

from accounts.models import Organization, User
from assessment.models import AssessmentState
from surveys.domain.invite import deal_left_out
from surveys.models import Invitation, Participant, ParticipantState
from surveys.tasks import summarize_soon


def forget_person(user: User, organization: Organization | None) -> None:
    """In the surveys of one organization, or in all."""
    of_person = Q(user=user) | Q(invitation__email__iexact=user.email)
    seats = Participant.objects.filter(of_person).select_related("survey__assessment")
    if organization is not None:
        seats = seats.filter(survey__assessment__team__organization=organization)
    for seat in seats.distinct():
        _forget(seat)


def _forget(seat: Participant) -> None:
    survey = seat.survey
    if survey.assessment.state == AssessmentState.CLOSED or _is_anonymous_voice(seat):
        _strip(seat)
        return
    seat.delete()
    deal_left_out(survey)
    survey.save(update_fields=["updated_at"])  # the number of people asked is part of every summary
    summarize_soon(survey.pk, at_once=True)


def _is_anonymous_voice(seat: Participant) -> bool:
    """Whether the seat counts a voice that can no longer be told apart."""
    return seat.survey.is_anonymous and seat.state != ParticipantState.INVITED


def _strip(seat: Participant) -> None:
    """Leave a nameless seat that only counts; `update` so that nothing else of the row is touched."""
    seat.answers.all().delete()
    seat.comments.all().delete()
    Invitation.objects.filter(participant=seat).delete()
    Participant.objects.filter(pk=seat.pk).update(user=None, label="", fix_first="", secret_digest="")
