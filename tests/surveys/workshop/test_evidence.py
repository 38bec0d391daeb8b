"""What the repositories show in the workshop: with the reveal, beside what the room said, and never before."""

import datetime as dt
from dataclasses import asdict

import pytest
from django.test import Client
from django.urls import reverse

from assessment.domain.evidence import record_evidence
from assessment.domain.scoring.types import SignalReading
from assessment.models import EvidenceSource
from surveys.domain.workshop.joining import room_token
from surveys.domain.workshop.leading import open_vote, reveal, settle
from surveys.domain.workshop.watching import scene_of
from tests.factories.workshops import make_workshop, vote_all

pytestmark = pytest.mark.django_db
TOLD = ("60%", "n = 40, 90 days", "which allows 2.5 to 3.5", "Thresholds (a judgement): level 2 from 30%")


@pytest.fixture
def room(place):
    """A workshop about a practice on which a repository speaks for 2.5 to 3.5."""
    workshop, seats = make_workshop(place, n_seats=3)
    reading = SignalReading(
        "spec_link_rate",
        n=40,
        value=0.6,
        window_days=90,
        unit="share",
        observed_on="2026-06-30",
        examples=("abc Add (names no item)",),
    )
    record_evidence(
        workshop.assessment,
        source=EvidenceSource.METRIC,
        practice="SP1",
        signal=reading.signal,
        content=asdict(reading),
        n=40,
        observed_at=dt.datetime(2026, 6, 30, tzinfo=dt.UTC),
    )
    return workshop, workshop.items.get(practice="SP1"), seats


def voted(room, place, levels, number=1):
    workshop, item, seats = room
    open_vote(workshop, item, by=place.lead)
    vote_all(item, seats, levels, number)
    workshop.refresh_from_db()
    return workshop, item


def shown(workshop, item):
    item.refresh_from_db()
    return scene_of(workshop, item).evidence


def screens(workshop, seat, lead):
    """The wall, a telephone of nobody we know, and the facilitator's screen."""
    phone, leading = Client(), Client()
    phone.cookies[f"workshop-{workshop.public_id.hex}"] = seat.secret
    leading.force_login(lead)
    wall = Client().get(reverse("surveys:workshop-room", args=[room_token(workshop.public_id)]))
    seen = phone.get(reverse("surveys:workshop-seat", args=[workshop.public_id]))
    led = leading.get(reverse("surveys:workshop-lead", args=[workshop.assessment.public_id]))
    return [answer.content.decode() for answer in (wall, seen, led)]


def test_evidence_stands_on_every_screen_with_the_reveal_and_on_none_before(room, place):
    workshop, item = voted(room, place, [4, 5, 5])
    assert shown(workshop, item) is None
    for page in screens(workshop, room[2][0], place.lead):
        assert "What the repository shows" not in page
        assert "60%" not in page
    reveal(workshop, item, by=place.lead)
    for page in screens(workshop, room[2][0], place.lead):
        assert all(part in page for part in TOLD), [part for part in TOLD if part not in page]
        assert "days old" in page
        assert "places it at 4.7; the repository speaks for 3.5" in page


def test_examples_are_for_those_who_may_see_the_teams_work_and_not_for_the_wall(room, place):
    workshop, item = voted(room, place, [3, 3, 3])
    reveal(workshop, item, by=place.lead)
    told = ["names no item" in page for page in screens(workshop, room[2][0], place.lead)]
    assert told == [False, False, True]


def test_the_value_it_stands_beside_is_the_mean_and_then_the_agreed_level(room, place):
    workshop, item = voted(room, place, [1, 1, 2])
    reveal(workshop, item, by=place.lead)
    assert shown(workshop, item).state == "tension"
    settle(workshop, item, level=3, by=place.lead)
    assert shown(workshop, item).state == "aligned"


def test_a_room_of_which_too_few_gave_a_level_is_compared_with_nothing(room, place):
    workshop, item = voted(room, place, [None, None, 5])
    reveal(workshop, item, by=place.lead)
    found = shown(workshop, item)
    assert (len(found.lines), found.state, found.sentence) == (1, "", "")


def test_evidence_goes_while_people_vote_again(room, place):
    workshop, item = voted(room, place, [2, 4, 4])
    reveal(workshop, item, by=place.lead)
    assert shown(workshop, item)
    voted(room, place, [3, 3, 3], number=2)
    assert shown(workshop, item) is None
