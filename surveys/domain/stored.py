"""Everything that is stored about one seat, as its participant may see, download and delete it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accounts.domain.audit import record
from assessment.models import Assessment, AssessmentState
from core.refusals import Refused
from surveys.domain import answer_store
from surveys.models import Participant, ParticipantState
from surveys.tasks import summarize_soon


def what_is_stored(participant: Participant) -> dict[str, Any]:
    """Plain data for the page and the download; nothing about the person is stored for the survey beside it."""
    survey, texts = participant.survey, answer_store.texts(participant)
    invitation = getattr(participant, "invitation", None)
    return {
        "assessment": str(survey.assessment),
        "mode": survey.mode,
        "account": participant.user.email if participant.user else "",
        "invited_at": invitation.email if invitation else "",
        "language_of_mails": invitation.language if invitation and invitation.email else "",
        "reminders_sent": invitation.n_reminders if invitation else 0,
        "roles": list(participant.roles),
        "questions_left_out": list(participant.left_out),
        "state": participant.state,
        "finished_on": participant.finished_at.date().isoformat() if participant.finished_at else "",
        "answers": [
            {"question": one.question, "kind": one.kind, "level": one.level, "reason": one.reason}
            | ({"ticked": [int(n) for n in one.ticked.split()]} if one.ticked else {})
            | ({"changed_at": one.updated_at.isoformat()} if one.updated_at else {})
            for _, one in sorted(answer_store.given(participant).items())
        ],
        "comments": {practice: one.text for practice, one in sorted(texts.items()) if practice},
        "fix_first": texts[answer_store.WISH].text if answer_store.WISH in texts else "",
    }


def can_be_reached(participant: Participant) -> bool:
    """Whether the seat's answers can be found from here: without names, only the device that gave them can."""
    return bool(participant.secret) or not participant.survey.is_anonymous


@transaction.atomic
def delete_what_is_stored(participant: Participant) -> None:
    """Take back everything the seat has said; the invitation stays, and the person may begin again."""
    state = Assessment.objects.values_list("state", flat=True).get(survey=participant.survey_id)
    if state == AssessmentState.CLOSED:
        raise Refused(
            gettext("The assessment is closed and its answers are summed up. What is left is listed on this page.")
        )
    if not can_be_reached(participant):
        raise Refused(gettext("This device does not hold the key to your answers. Delete them where you answered."))
    answer_store.forget(participant)
    participant.state, participant.finished_at = ParticipantState.INVITED, None
    participant.save(update_fields=["state", "finished_at", "updated_at"])
    assessment, anonymous = participant.survey.assessment, participant.survey.is_anonymous
    by = None if anonymous else participant.user
    record("survey.answers_deleted", by=by, on=assessment, team=assessment.team, day_only=anonymous)
    summarize_soon(participant.survey_id, at_once=True)
