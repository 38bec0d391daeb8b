"""How a request finds its seat: by sign-in, by this device's cookie, by a link that is used once, by a transfer."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assessment.models import AssessmentState
from core.refusals import Refused
from surveys.domain.links import LinkOver, digest_of, seal, unseal
from surveys.domain.seats import (
    TRANSFER,
    cookie_name,
    enter,
    find_seat,
    hold_here,
    make_transfer,
    new_secret,
    take_transfer,
)
from surveys.models import Participant, ParticipantState, PersonalLink, SeatTransfer
from tests.factories.accounts import UserFactory
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


def cookies(seat, secret):
    return {cookie_name(seat.survey.assessment.public_id): secret}


def found(user, given, survey):
    return find_seat(user, given, survey.assessment.public_id)


@pytest.fixture
def nobody():
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def test_link_leads_to_its_seat_and_the_secret_finds_it_again(invitation, survey, nobody):
    seat, secret = enter(link_to(invitation))
    assert seat == invitation.participant
    again = found(nobody, cookies(seat, secret), survey)
    assert (again, again.secret) == (seat, secret)


def test_only_digests_are_stored(invitation):
    token = link_to(invitation)
    digests = set(PersonalLink.objects.values_list("token_digest", flat=True))
    assert digests == {digest_of(token)}
    seat, secret = enter(token)
    assert Participant.objects.get(pk=seat.pk).secret_digest == digest_of(secret)
    assert len(token) == len(secret) == 43  # 256 bits


def test_link_is_used_once_and_uses_up_its_siblings(invitation):
    first, second = link_to(invitation), link_to(invitation)
    enter(first)
    for token in (first, second):
        with pytest.raises(LinkOver):
            enter(token)


def test_every_dead_link_ends_in_the_same_words(invitation, survey):
    said = set()
    expired, used = link_to(invitation, days=-1), link_to(invitation)
    enter(used)
    revoked = InvitationFactory(participant=ParticipantFactory(survey=survey, user=None), revoked_at=timezone.now())
    for token in (expired, used, link_to(revoked), "guessed", "", "ö" * 5000):
        with pytest.raises(LinkOver) as refusal:
            enter(token)
        said.add((refusal.value.sentence, refusal.value.status))
    assert len(said) == 1


def test_closed_survey_is_not_entered_and_keeps_the_link(invitation):
    token = link_to(invitation)
    assessment = invitation.survey.assessment
    assessment.state = AssessmentState.CLOSED
    assessment.save()
    with pytest.raises(Refused, match="closed"):
        enter(token)
    invitation.refresh_from_db()
    assert invitation.entered_at is None


def test_revoked_invitation_closes_the_device_that_entered(invitation, survey, nobody):
    seat, secret = enter(link_to(invitation))
    invitation.revoked_at = timezone.now()
    invitation.save()
    assert found(nobody, cookies(seat, secret), survey) is None


def test_secret_of_one_survey_opens_no_other(invitation, survey, nobody):
    _, secret = enter(link_to(invitation))
    other = SurveyFactory()
    assert found(nobody, {cookie_name(other.assessment.public_id): secret}, other) is None


def test_person_signed_in_comes_before_the_device(invitation, survey, place):
    seat, secret = enter(link_to(invitation))
    own = ParticipantFactory(survey=survey, user=place.member)
    assert found(place.member, cookies(seat, secret), survey) == own
    assert found(place.member, cookies(seat, secret), survey).secret == ""


def test_person_who_left_the_team_has_left_the_survey(survey, place):
    ParticipantFactory(survey=survey, user=place.stranger)
    assert found(place.stranger, {}, survey) is None


def test_link_sent_to_an_account_gives_the_seat_to_the_account(survey, place):
    invitation = InvitationFactory(participant=ParticipantFactory(survey=survey, user=None), email=place.member.email)
    seat, _ = enter(link_to(invitation), by=place.member)
    assert seat.user == place.member
    assert found(place.member, {}, survey) == seat


@pytest.mark.parametrize("who", ["stranger", "lead"])
def test_seat_goes_to_no_other_account(invitation, place, who):
    seat, _ = enter(link_to(invitation), by=place.by_name(who))
    assert seat.user is None


def test_transfer_brings_the_same_secret_to_a_second_device_once(invitation, survey, nobody):
    seat, secret = enter(link_to(invitation))
    token, _ = make_transfer(seat)
    assert take_transfer(token) == (seat, secret)
    with pytest.raises(LinkOver):
        take_transfer(token)
    assert found(nobody, cookies(seat, secret), survey) == seat  # the first device keeps it


def test_transfer_is_short_and_a_new_one_ends_the_old(invitation):
    seat, _ = enter(link_to(invitation))
    old, _ = make_transfer(seat)
    new, _ = make_transfer(seat)
    with pytest.raises(LinkOver):
        take_transfer(old)
    with time_machine.travel(timezone.now() + TRANSFER + timedelta(seconds=1)), pytest.raises(LinkOver):
        take_transfer(new)


def test_database_alone_does_not_give_the_secret_of_a_transfer(invitation):
    seat, secret = enter(link_to(invitation))
    token, _ = make_transfer(seat)
    row = SeatTransfer.objects.get()
    assert secret not in f"{row.sealed}{bytes.fromhex(row.sealed)!r}{row.token_digest}"
    assert unseal(row.sealed, token) == secret
    assert unseal(seal("x" * 43, "one token"), "another token") != "x" * 43


def test_transfer_of_a_seat_that_got_a_new_secret_is_over(invitation):
    seat, _ = enter(link_to(invitation))
    token, _ = make_transfer(seat)
    new_secret(seat)
    with pytest.raises(LinkOver):
        take_transfer(token)


def test_seat_held_by_sign_in_alone_is_not_transferred(survey, place):
    with pytest.raises(Refused, match="Sign in on the other device"):
        make_transfer(ParticipantFactory(survey=survey, user=place.member))


def test_named_seat_of_an_account_needs_no_secret(survey, place):
    seat = ParticipantFactory(survey=survey, user=place.member)
    hold_here(seat)
    assert seat.secret == seat.secret_digest == ""


def address(survey, name="answer-start"):
    return reverse(f"surveys:{name}", args=[survey.assessment.public_id])


def test_device_without_an_account_answers(client, invitation, survey):
    seat, secret = enter(link_to(invitation))
    client.cookies[cookie_name(survey.assessment.public_id)] = secret
    assert client.get(address(survey)).status_code == 200
    response = client.post(address(survey))
    assert response.status_code == 302
    assert client.get(response.url).status_code == 200
    seat.refresh_from_db()
    assert seat.state == ParticipantState.STARTED
    cookie = response.cookies[cookie_name(survey.assessment.public_id)]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
    assert cookie["expires"]


def test_cookie_is_secure_on_https(client, invitation, survey, settings):
    settings.SESSION_COOKIE_SECURE = True
    client.cookies[cookie_name(survey.assessment.public_id)] = enter(link_to(invitation))[1]
    cookie = client.post(address(survey)).cookies[cookie_name(survey.assessment.public_id)]
    assert cookie["secure"] is True


def test_device_with_a_wrong_secret_is_told_what_to_do(client, survey):
    client.cookies[cookie_name(survey.assessment.public_id)] = "guessed"
    for name in ("answer-start", "answer-review"):
        response = client.get(address(survey, name))
        assert response.status_code == 409
        assert "Ask whoever invited you for a new link" in response.content.decode()


def test_device_sees_no_other_page_of_the_assessment(client, invitation, survey):
    client.cookies[cookie_name(survey.assessment.public_id)] = enter(link_to(invitation))[1]
    for name in ("surveys:participant-list", "assessment:assessment-detail", "reports:result"):
        response = client.get(reverse(name, args=[survey.assessment.public_id]))
        assert response.status_code == 302
        assert "/login/" in response.url
    page = client.get(address(survey)).content.decode()
    overview = reverse("assessment:assessment-detail", args=[survey.assessment.public_id])
    assert f'href="{overview}"' not in page


def test_stranger_who_holds_a_seat_answers_and_sees_nothing_else(client, invitation, survey):
    client.force_login(UserFactory())
    client.cookies[cookie_name(survey.assessment.public_id)] = enter(link_to(invitation))[1]
    assert client.get(address(survey)).status_code == 200
    assert client.get(reverse("assessment:assessment-detail", args=[survey.assessment.public_id])).status_code == 404
