"""A workshop that is prepared, and voices in it."""

from surveys.domain.workshop.joining import take_seat
from surveys.domain.workshop.preparing import prepare_workshop
from surveys.domain.workshop.voting import cast_vote
from tests.factories.assessment import AssessmentFactory


def make_workshop(place, *, n_seats=0, **fields):
    """Led by Ada; her agenda holds every practice. Returns the workshop and its seats."""
    assessment = AssessmentFactory(team=place.team)
    workshop = prepare_workshop(assessment, by=place.lead)
    for name, value in fields.items():
        setattr(workshop, name, value)
    workshop.save()
    roles = ["engineer", "product", "quality"]
    return workshop, [take_seat(workshop, role=roles[n % 3], name=f"Guest {n}") for n in range(n_seats)]


def vote_all(item, seats, levels, number=1):
    for seat, level in zip(seats, levels, strict=True):
        cast_vote(seat, item=item.public_id, number=number, level=level)
