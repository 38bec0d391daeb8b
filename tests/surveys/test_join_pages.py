"""Entering by a link, by a room's code, on a second device; and what a dead link says."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from assessment.models import AssessmentState
from core import secret_pages
from surveys.domain.address_list import Row
from surveys.domain.invitations import invite_addresses, issue_link, revoke
from surveys.domain.links import stop_token
from surveys.domain.rooms import open_room
from surveys.domain.seats import cookie_name
from surveys.models import Invitation, Participant, ParticipantState, SurveyMode
from surveys.views import joining
from tests.factories.assessment import AssessmentFactory
from tests.factories.invitations import InvitationFactory, link_to
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(place):
    return SurveyFactory(assessment=AssessmentFactory(team=place.team))


@pytest.fixture
def invitation(survey):
    return InvitationFactory(participant=ParticipantFactory(survey=survey, user=None))


@pytest.fixture
def anonymous(survey):
    survey.mode, survey.minimum_group, survey.minimum_role_group = SurveyMode.ANONYMOUS, 5, 5
    survey.save()
    return survey


def join(token):
    return reverse("surveys:join", args=[token])


def held(client, survey):
    return client.cookies.get(cookie_name(survey.assessment.public_id))


def room_of(survey, place, **more):
    from surveys.domain.links import room_token

    room = open_room(survey, **{"n_seats": 30, "hours": 4, "by": place.lead, **more})
    return room, reverse("surveys:join-room", args=[room_token(room.public_id)])


def test_fetching_the_page_uses_nothing_up(client, invitation, survey):
    token = link_to(invitation)
    for _ in range(3):
        page = Client().get(join(token))  # a mail scanner, a preview
        assert page.status_code == 200
        assert not page.cookies.get(cookie_name(survey.assessment.public_id))
    assert Client().head(join(token)).status_code in {200, 405}
    response = client.post(join(token))
    assert response.url == reverse("surveys:answer-start", args=[survey.assessment.public_id])
    assert held(client, survey)
    assert client.get(response.url).status_code == 200


def test_page_says_until_when_and_keeps_its_address_to_itself(client, invitation):
    token = link_to(invitation, days=3)
    response = client.get(join(token))
    day = timezone.localtime() + timedelta(days=3)
    assert f"{day.day} {day:%B %Y}" in response.content.decode()
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_opening_the_link_again_on_the_same_device_goes_on(client, invitation):
    token = link_to(invitation)
    entered = client.post(join(token)).url
    other = link_to(Invitation.objects.get())
    assert client.get(join(other)).status_code == 410  # a sibling of a used link is as dead for everybody
    assert client.get(entered).status_code == 200


def test_dead_links_answer_alike_whatever_they_were(client, invitation, survey, place):
    used, expired = link_to(invitation), None
    Client().post(join(used))
    other = InvitationFactory(participant=ParticipantFactory(survey=survey, user=None))
    expired = link_to(other, days=-1)
    gone = InvitationFactory(participant=ParticipantFactory(survey=survey, user=None))
    revoked = link_to(gone)
    revoke(gone.participant, by=place.lead)
    answers = set()
    for token in (used, expired, revoked, "guessed", used[:-1] + "x", "%00", "‮abc"):
        for verb in (client.get, client.post):
            response = verb(join(token))
            body = re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", response.content.decode())
            answers.add((response.status_code, body, response.headers["Referrer-Policy"]))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 410


def test_used_link_shows_the_way_on_to_the_device_that_used_it(client, invitation, survey):
    token = link_to(invitation)
    client.post(join(token))
    page = client.get(join(token))
    assert page.status_code == 410
    assert reverse("surveys:answer-start", args=[survey.assessment.public_id]) in page.content.decode()


def test_dead_link_asks_the_database_as_often_as_one_that_was_never_made(client, invitation, django_assert_num_queries):
    used = link_to(invitation)
    Client().post(join(used))
    for token in (used, "guessed"):
        with django_assert_num_queries(1):
            client.get(join(token))


@pytest.mark.usefixtures("still_clock")
def test_who_guesses_is_slowed_down_and_who_has_a_link_gets_in(client, invitation, monkeypatch):
    monkeypatch.setattr(secret_pages, "WRONG_LINKS", 3)
    seen = [client.get(join(f"guess-{n}")).status_code for n in range(5)]
    assert seen == [410, 410, 410, 429, 429]
    assert client.get(join(link_to(invitation))).status_code == 200


def test_closed_survey_says_so_to_who_has_a_link(client, invitation, survey):
    survey.assessment.state = AssessmentState.CLOSED
    survey.assessment.save()
    response = client.post(join(link_to(invitation)))
    assert response.status_code == 409
    assert "The survey is closed" in response.content.decode()


def test_person_with_a_place_of_their_own_does_not_use_up_somebody_elses_link(client, invitation, survey, place):
    ParticipantFactory(survey=survey, user=place.member)
    client.force_login(place.member)
    token = link_to(invitation)
    assert "place of your own" in client.post(join(token)).content.decode()
    invitation.refresh_from_db()
    assert invitation.entered_at is None


def test_second_person_on_a_shared_device_is_told_before_they_enter(client, invitation, survey):
    client.post(join(link_to(invitation)))
    other = InvitationFactory(participant=ParticipantFactory(survey=survey, user=None))
    token = link_to(other)
    assert "This device holds another place" in client.get(join(token)).content.decode()
    client.post(join(token))
    assert client.get(join(token)).status_code == 410
    other.refresh_from_db()
    assert other.entered_at


def second_device(client, survey):
    page = client.post(reverse("surveys:device-link", args=[survey.assessment.public_id]))
    assert page.status_code == 200
    return re.search(r"http://testserver(/device/[\w-]+/)", page.content.decode())[1], page


def test_seat_goes_on_on_a_second_device(client, invitation, survey):
    client.post(join(link_to(invitation)))
    address, page = second_device(client, survey)
    assert "<svg" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    laptop = Client()
    assert laptop.get(address).status_code == 200
    assert laptop.get(address).status_code == 200  # looking uses nothing up
    laptop.post(address)
    start = reverse("surveys:answer-start", args=[survey.assessment.public_id])
    assert laptop.get(start).status_code == client.get(start).status_code == 200
    assert Client().post(address).status_code == 410
    assert held(laptop, survey).value == held(client, survey).value


def test_second_device_has_a_quarter_of_an_hour(client, invitation, survey):
    client.post(join(link_to(invitation)))
    address, _ = second_device(client, survey)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert Client().post(address).status_code == 410


def test_room_gives_each_device_a_seat_in_the_role_it_names(survey, place):
    room, address = room_of(survey, place)
    for role in ("engineer", "product"):
        device = Client()
        assert device.get(address).status_code == 200
        assert device.post(address, {"roles": [role], "name": "Dora\u202e"}).status_code == 302
        assert device.get(address).status_code == 302  # the same device has its seat
        assert device.post(address, {"roles": [role]}).status_code == 302
    assert [seat.roles for seat in survey.participants.order_by("pk")] == [["engineer"], ["product"]]
    assert survey.participants.first().label == "Dora"
    room.refresh_from_db()
    assert room.n_entered == 2


def test_room_asks_again_when_no_role_is_named(client, survey, place):
    _, address = room_of(survey, place)
    response = client.post(address, {"name": "Dora"})
    assert response.status_code == 422
    assert 'value="Dora"' in response.content.decode()
    assert "Choose at least one" in response.content.decode()
    assert not survey.participants.exists()


def test_room_is_full_when_all_have_come(survey, place):
    _, address = room_of(survey, place, n_seats=2)
    got = [Client().post(address, {"roles": ["engineer"]}).status_code for _ in range(4)]
    assert got == [302, 302, 409, 409]
    assert survey.participants.count() == 2


@pytest.mark.parametrize("how", ["closed", "replaced", "late", "tampered"])
def test_room_code_that_is_over_lets_nobody_in(client, survey, place, how):
    _, address = room_of(survey, place)
    if how == "replaced":
        room_of(survey, place)
    if how == "closed":
        client.force_login(place.lead)
        client.post(reverse("surveys:room-close", args=[survey.assessment.public_id]))
    if how == "tampered":
        address = address[:-2] + "/"
    later = timezone.now() + timedelta(hours=5 if how == "late" else 0)
    with time_machine.travel(later):
        assert Client().post(address, {"roles": ["engineer"]}).status_code == 410
    assert not survey.participants.exists()


def test_whole_office_behind_one_address_gets_in(survey, place):
    _, address = room_of(survey, place, n_seats=250)
    got = {Client().post(address, {"roles": ["product"]}, REMOTE_ADDR="10.0.0.1").status_code for _ in range(60)}
    assert got == {302}
    assert joining.ROOM_FROM_ADDRESS == 300
    assert joining.ROOM_IN_SURVEY == 600


@pytest.mark.usefixtures("still_clock")
def test_flood_through_a_room_is_stopped_by_address_and_by_survey(survey, place, monkeypatch):
    monkeypatch.setattr(joining, "ROOM_FROM_ADDRESS", 3)
    monkeypatch.setattr(joining, "ROOM_IN_SURVEY", 5)
    _, address = room_of(survey, place)
    flood = [Client().post(address, {"roles": ["product"]}, REMOTE_ADDR="10.0.0.1").status_code for _ in range(5)]
    assert flood == [302, 302, 302, 429, 429]
    others = [
        Client().post(address, {"roles": ["product"]}, REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(2, 6)
    ]
    assert others == [302, 302, 429, 429]
    assert survey.participants.count() == 5


def test_anonymous_room_asks_for_no_name_and_keeps_no_time(client, anonymous, place):
    _, address = room_of(anonymous, place)
    assert 'name="name"' not in client.get(address).content.decode()
    client.post(address, {"roles": ["engineer"], "name": "Dora"})
    seat = anonymous.participants.get()
    assert seat.label == ""
    entered = timezone.localtime(seat.invitation.entered_at)
    assert (entered.hour, entered.minute, entered.second, entered.microsecond) == (0, 0, 0, 0)


def test_anonymous_link_keeps_no_time_and_no_person_in_the_audit(client, anonymous, place):
    seats = invite_addresses(anonymous, [Row(1, place.member.email, "", ("engineer",))], by=place.lead, by_mail=False)
    link = issue_link(seats[0], by=place.lead)
    client.post(join(link.token))
    seat = Participant.objects.get()
    entered = timezone.localtime(seat.invitation.entered_at)
    assert (entered.hour, entered.minute, entered.second) == (0, 0, 0)
    event = AuditEvent.objects.get(verb="survey.entered")
    at = timezone.localtime(event.at)
    assert (event.who, event.about, event.facts, at.hour, at.minute) == (None, None, {"way": "link"}, 0, 0)
    assert place.member.email not in repr(list(AuditEvent.objects.values()))


def test_new_link_of_an_anonymous_seat_that_began_takes_nothing_away(client, anonymous, place):
    seat = ParticipantFactory(survey=anonymous, user=None)
    InvitationFactory(participant=seat)
    client.post(join(link_to(seat.invitation)))
    client.post(reverse("surveys:answer-start", args=[anonymous.assessment.public_id]))
    seat.refresh_from_db()
    assert seat.state == ParticipantState.STARTED
    before = seat.secret_digest
    link = issue_link(seat, by=place.lead)
    assert Client().post(join(link.token)).status_code == 410
    seat.refresh_from_db()
    assert seat.secret_digest == before


def test_new_link_of_a_named_seat_shuts_the_first_device_out_and_keeps_the_answers(client, invitation, survey, place):
    client.post(join(link_to(invitation)))
    start = reverse("surveys:answer-start", args=[survey.assessment.public_id])
    client.post(start)
    link = issue_link(Participant.objects.get(), by=place.lead)
    assert client.get(start).status_code == 409
    other = Client()
    other.post(join(link.token))
    assert other.get(start).status_code == 200
    assert Participant.objects.get().state == ParticipantState.STARTED


def test_every_visit_writes_an_event(client, invitation, survey, place):
    client.post(join(link_to(invitation)))
    Client().post(second_device(client, survey)[0])
    Client().post(room_of(survey, place)[1], {"roles": ["engineer"]})
    client.post(reverse("surveys:stop", args=[stop_token(invitation.public_id)]))
    client.post(reverse("surveys:stop", args=[stop_token(invitation.public_id)]))
    verbs = sorted(AuditEvent.objects.exclude(verb="survey.room_opened").values_list("verb", flat=True))
    assert verbs == [
        "survey.device_added",
        "survey.entered",
        "survey.entered",
        "survey.reminders_stopped",
    ]


def test_stop_link_works_by_one_click_of_a_mail_program(invitation):
    strict = Client(enforce_csrf_checks=True)
    address = reverse("surveys:stop", args=[stop_token(invitation.public_id)])
    strict.get(address)
    invitation.refresh_from_db()
    assert invitation.stopped_at is None
    response = strict.post(address, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    invitation.refresh_from_db()
    assert invitation.stopped_at


def test_stop_link_that_was_tampered_with_stops_nothing(client, invitation):
    token = stop_token(invitation.public_id)
    assert (
        client.post(reverse("surveys:stop", args=[token[:-1] + ("a" if token[-1] != "a" else "b")])).status_code == 410
    )
    invitation.refresh_from_db()
    assert invitation.stopped_at is None


def test_stop_link_of_a_seat_that_is_gone_says_the_same(client, invitation):
    token = stop_token(invitation.public_id)
    invitation.participant.delete()
    assert client.post(reverse("surveys:stop", args=[token])).status_code == 200


def test_reminder_leads_on_from_the_device_that_began_and_says_the_same_elsewhere(client, invitation, survey):
    address = reverse("surveys:resume", args=[survey.assessment.public_id])
    elsewhere = Client().get(address)
    unknown = Client().get(reverse("surveys:resume", args=[invitation.public_id]))
    assert elsewhere.status_code == unknown.status_code == 200
    client.post(join(link_to(invitation)))
    assert client.get(address).url == reverse("surveys:answer-start", args=[survey.assessment.public_id])


def test_form_of_a_link_is_protected(invitation):
    assert Client(enforce_csrf_checks=True).post(join(link_to(invitation))).status_code == 403
