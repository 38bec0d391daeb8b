"""What all telephones show is drawn once; nobody's vote, token or clock is in it."""

import re
from dataclasses import asdict

import pytest
from django.core.cache import caches
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment.domain.evidence import record_evidence
from assessment.domain.scoring.types import SignalReading
from assessment.models import EvidenceSource
from surveys.domain.workshop.joining import cookie_name, stamp_for
from surveys.domain.workshop.leading import cancel_vote, open_vote, reveal, set_timer, settle
from tests.factories.accounts import MembershipFactory
from tests.factories.workshops import make_workshop, vote_all

pytestmark = pytest.mark.django_db
CHECKED = re.compile(r'value="(\w+)" checked')


def phone_of(seat, **headers):
    client = Client(headers=headers)
    client.cookies[cookie_name(seat.workshop.public_id)] = seat.secret
    return client


def watched(seat, **headers):
    watch = reverse("surveys:workshop-seat-watch", args=[seat.workshop.public_id])
    return phone_of(seat, **headers).get(watch).content.decode()


@pytest.fixture
def room(place):
    workshop, seats = make_workshop(place, n_seats=4)
    item = workshop.items.all()[0]
    open_vote(workshop, item, by=place.lead)
    workshop.refresh_from_db()
    return workshop, item, seats


def kept(workshop, language="en"):
    """What the process keeps of the telephones' page."""
    return caches["drawn"].get(f"workshop/{workshop.public_id.hex}/{workshop.version}/{language}/0")


def test_each_telephone_sees_its_own_vote_and_no_other_in_what_is_drawn_once(room):
    workshop, item, seats = room
    vote_all(item, seats[:3], [4, 2, None])
    for _ in range(2):  # the second time nothing is drawn
        assert [CHECKED.findall(watched(seat)) for seat in seats] == [["4"], ["2"], ["dk"], []]
        assert ["is stored. You can" in watched(seat).partition("vote-state")[2] for seat in seats] == [
            True, True, True, False,
        ]  # fmt: skip
    vote_all(item, seats[:1], [5])
    assert CHECKED.findall(watched(seats[0])) == ["5"]
    assert "checked" not in kept(workshop)


def test_what_is_kept_is_the_same_whoever_asked_first(room):
    workshop, item, seats = room
    vote_all(item, seats[:1], [4])
    watched(seats[0])
    first = kept(workshop)
    caches["drawn"].clear()
    watched(seats[3])
    assert kept(workshop) == first
    assert seats[0].secret not in first
    assert str(seats[0].public_id) not in first


def test_each_answer_carries_a_token_of_its_own(room):
    _workshop, _item, seats = room
    tokens = re.compile(f'name="csrfmiddlewaretoken" value="(\\w{{{CSRF_TOKEN_LENGTH}}})"')
    found = [tokens.findall(watched(seat)) for seat in seats]
    assert all(len(both) == 2 for both in found)
    assert len({token for both in found for token in both}) == 8


def test_clock_runs_on_in_what_was_drawn_before(room, place, time_machine):
    workshop, item, seats = room
    time_machine.move_to(timezone.now(), tick=False)
    set_timer(workshop, item, minutes=5, by=place.lead)
    assert 'data-seconds="300">5 min' in watched(seats[0])
    time_machine.shift(40)
    assert 'data-seconds="260">4 min' in watched(seats[1])


def test_languages_are_drawn_apart(room):
    _workshop, _item, seats = room
    assert "Reload to see what is next" in watched(seats[0], accept_language="en")
    assert "Neu laden, um zu sehen" in watched(seats[1], accept_language="de")
    assert "Reload to see what is next" in watched(seats[2], accept_language="en")


def test_written_text_that_looks_like_a_gap_stays_text(room, place):
    workshop, item, seats = room
    vote_all(item, seats, [3, 3, 3, 4])
    reveal(workshop, item, by=place.lead)
    item.refresh_from_db()
    settle(workshop, item, by=place.lead, level=3, dissent="mark-1-4; <b>token</b>", check_what="", check_who="")
    assert "mark-1-4; &lt;b&gt;token&lt;/b&gt;" in watched(seats[0])


def test_news_cost_two_questions_once_they_are_drawn(room, django_assert_num_queries):
    _workshop, _item, seats = room
    watched(seats[0])
    for seat in seats[1:]:
        with django_assert_num_queries(2):
            watched(seat)


def test_kept_stamp_follows_the_version(room, place):
    workshop, item, seats = room
    cookies = {cookie_name(workshop.public_id): seats[0].secret}
    before = stamp_for(cookies, workshop.public_id)
    vote_all(item, seats, [1, 2, 3, 4])
    assert "<meter" not in watched(seats[0])
    reveal(workshop, item, by=place.lead)
    after = stamp_for(cookies, workshop.public_id)
    assert after.version > before.version
    assert f"version={after.version}" in watched(seats[0])
    assert "<meter" in watched(seats[0])


def test_examples_of_the_teams_work_are_drawn_apart_for_who_may_see_them(room, place):
    """Nobody who is not signed in gets the drawing of somebody who is."""
    workshop, _item, seats = room
    record_evidence(
        workshop.assessment, source=EvidenceSource.METRIC, practice="SP1", signal="spec_link_rate", n=40,
        content=asdict(SignalReading("spec_link_rate", n=40, value=0.6, unit="share", examples=("abc Add (a title)",))),
        observed_at=timezone.now(),
    )  # fmt: skip
    item = workshop.items.get(practice="SP1")
    cancel_vote(workshop, workshop.items.all()[0], by=place.lead)
    open_vote(workshop, item, by=place.lead)
    vote_all(item, seats, [3, 3, 3, 4])
    reveal(workshop, item, by=place.lead)
    watch = reverse("surveys:workshop-seat-watch", args=[workshop.public_id])
    member, stranger = phone_of(seats[0]), phone_of(seats[1])
    member.force_login(place.member)
    stranger.force_login(MembershipFactory().user)
    for _ in range(2):
        assert "abc Add (a title)" in member.get(watch).content.decode()
        assert "abc Add (a title)" not in stranger.get(watch).content.decode()
        assert "abc Add (a title)" not in watched(seats[2])
