"""How far a seat is, how far a survey is, and what a person's next step in an assessment is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assessment.maturity.loader import asked_model_of
from assessment.maturity.schema import MaturityModelFile, Question
from assessment.models import Assessment, AssessmentState
from surveys.domain import answer_store
from surveys.domain.again import asked_again
from surveys.domain.answers import sections_of
from surveys.domain.meter import groups_of
from surveys.domain.sections import Section, minutes, sections_for
from surveys.models import Participant, ParticipantState


@dataclass(frozen=True)
class SectionProgress:
    stage: str
    name: str
    n_asked: int
    n_answered: int
    minutes_left: int = 0


@dataclass(frozen=True)
class SeatProgress:
    """One participant's way through the pages."""

    sections: tuple[SectionProgress, ...]
    minutes_left: int

    @property
    def n_asked(self) -> int:
        return sum(s.n_asked for s in self.sections)

    @property
    def n_answered(self) -> int:
        return sum(s.n_answered for s in self.sections)

    def of_stage(self, stage: str) -> SectionProgress | None:
        return next((s for s in self.sections if s.stage == stage), None)

    @property
    def first_open_stage(self) -> str:
        """Where to go on: the first page with an open question, or no page when all are answered."""
        return next((s.stage for s in self.sections if s.n_answered < s.n_asked), "")


def seat_progress(participant: Participant) -> SeatProgress:
    answered = answer_store.answered(participant) - asked_again(participant).keys()
    sections = sections_of(participant)
    left = {s.stage.id: [q for q in s.questions() if q.id not in answered] for s in sections}
    counts = tuple(_section_progress(section, left[section.stage.id]) for section in sections)
    return SeatProgress(sections=counts, minutes_left=minutes(q for part in left.values() for q in part))


def _section_progress(section: Section, left: Sequence[Question]) -> SectionProgress:
    n_asked = len(section.questions())
    return SectionProgress(section.stage.id, section.stage.name, n_asked, n_asked - len(left), minutes(left))


@dataclass(frozen=True)
class Standing:
    """How an assessment's survey stands, seen by one person."""

    seat: Participant | None
    n_invited: int
    n_finished: int

    @property
    def n_waiting(self) -> int:
        return self.n_invited - self.n_finished


def standings(assessments: Iterable[Assessment], user: Any) -> dict[int, Standing]:
    """By assessment key, for any number of assessments in one query."""
    seats: dict[int, list[Participant]] = defaultdict(list)
    keys = [assessment.pk for assessment in assessments]
    for seat in Participant.objects.filter(survey__assessment__in=keys).select_related("survey"):
        seats[seat.survey.assessment_id].append(seat)
    return {key: _standing(seats[key], user) for key in keys}


def _standing(seats: Sequence[Participant], user: Any) -> Standing:
    own = next((seat for seat in seats if seat.user_id == user.pk), None)
    n_finished = sum(seat.state == ParticipantState.FINISHED for seat in seats)
    return Standing(seat=own, n_invited=len(seats), n_finished=n_finished)


class NextStep(StrEnum):
    INVITE = "invite"
    OPEN = "open"
    WAIT_UNTIL_OPEN = "wait until open"
    ANSWER = "answer"
    GO_ON = "go on"
    WATCH = "watch"
    CLOSE = "close"
    ANSWERED = "answered"
    LOOK = "look"
    RESULT = "result"


def next_step(assessment: Assessment, standing: Standing, *, leads: bool) -> NextStep:
    """The one thing to do next; `leads` says whether the person may invite, open and close."""
    if assessment.state == AssessmentState.CLOSED:
        return NextStep.RESULT
    if assessment.state == AssessmentState.DRAFT:
        if not leads:
            return NextStep.WAIT_UNTIL_OPEN
        return NextStep.OPEN if standing.n_invited else NextStep.INVITE
    seat = standing.seat
    if seat and seat.state != ParticipantState.FINISHED:
        return NextStep.ANSWER if seat.state == ParticipantState.INVITED else NextStep.GO_ON
    if leads:
        if not standing.n_invited:
            return NextStep.INVITE
        return NextStep.WATCH if standing.n_waiting else NextStep.CLOSE
    return NextStep.ANSWERED if seat else NextStep.LOOK


@dataclass(frozen=True)
class RoleCount:
    """Seats of one role; a person with two roles counts in both, but in an anonymous survey once."""

    role: str
    name: str
    n_invited: int
    n_finished: int
    minutes: int


def role_counts(assessment: Assessment) -> list[RoleCount]:
    """Per group of the meter: how many, how many finished, how long it takes at most."""
    model = asked_model_of(assessment.maturity_model)
    seats = list(Participant.objects.filter(survey__assessment=assessment).select_related("survey"))
    counts = []
    for group in groups_of(seats[0].survey, seats, model) if seats else ():
        n_finished = sum(seat.state == ParticipantState.FINISHED for seat in group.seats)
        longest = max(_minutes_in_role(model, group.role, seat) for seat in group.seats)
        counts.append(RoleCount(group.role, group.name, len(group.seats), n_finished, longest))
    return counts


def _minutes_in_role(model: MaturityModelFile, role: str, seat: Participant) -> int:
    sections = sections_for(model, roles=[role] if role else seat.roles, left_out=seat.left_out)
    return minutes(question for section in sections for question in section.questions())
