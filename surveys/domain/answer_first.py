"""What somebody who is asked does not see yet: evidence on a practice waits until they have answered it.

What is measured, and what others said, would colour the answer.
"""

from typing import Any

from assessment.models import Assessment, AssessmentState
from surveys.domain import answer_store
from surveys.domain.answers import sections_of
from surveys.models import Participant, ParticipantState


def practices_to_answer_first(user: Any, assessment: Assessment) -> frozenset[str]:
    """The practices this person is asked about and has not answered, while the assessment is open.

    Without names nobody can tell which those are, so it is all of them until the person has finished.
    """
    if assessment.state != AssessmentState.OPEN or not user.is_authenticated:
        return frozenset()
    rows = Participant.objects.filter(survey__assessment=assessment, user=user)
    seat = rows.exclude(state=ParticipantState.FINISHED).select_related("survey").first()
    if seat is None:
        return frozenset()
    seat.survey.assessment = assessment
    answered = answer_store.answered(seat)
    asked = [one for section in sections_of(seat) for one in section.practices]
    return frozenset(one.practice.id for one in asked if any(q.id not in answered for q in one.questions))
