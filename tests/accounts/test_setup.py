"""The first administrator, from the printed link to being signed in."""

import datetime as dt
import io
import logging
import re

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.domain.setup import has_administrator, is_setup_link, issue_setup_link, make_first_administrator
from accounts.models import AuditEvent, Membership, Organization, Role, SetupLink, User
from core.refusals import Refused
from tests.factories.accounts import MembershipFactory, OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db

ANSWERS = {
    "name": "Ada",
    "email": "Ada@example.org",
    "organization_name": "Acme",
    "password": "correct-horse-battery",
}


def administrator(**organization):
    return MembershipFactory(team=None, organization=OrganizationFactory(**organization), role=Role.ADMINISTRATOR)


def url(token):
    return reverse("accounts:setup", args=[token])


def test_link_keeps_only_the_digest_of_its_token():
    token = issue_setup_link()
    stored = SetupLink.objects.get()
    assert len(token) > 40
    assert token not in str(vars(stored))


def test_new_link_replaces_the_one_before():
    first, second = issue_setup_link(), issue_setup_link()
    assert not is_setup_link(first)
    assert is_setup_link(second)


def test_link_expires_after_a_day():
    with time_machine.travel(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), tick=False) as clock:
        token = issue_setup_link()
        clock.shift(dt.timedelta(hours=23, minutes=59))
        assert is_setup_link(token)
        clock.shift(dt.timedelta(minutes=1))
        assert not is_setup_link(token)
        with pytest.raises(Refused, match="expired"):
            make_first_administrator(token, **ANSWERS)


def test_link_is_refused_while_there_is_an_administrator():
    administrator()
    with pytest.raises(Refused, match="administrator exists"):
        issue_setup_link()


@pytest.mark.parametrize("closed", [{"password": None}, {"is_active": False}])
def test_administrator_who_cannot_sign_in_does_not_count(closed):
    place = administrator()
    if "password" in closed:
        place.user.set_unusable_password()
    else:
        place.user.is_active = False
    place.user.save()
    assert not has_administrator()


def test_administrator_of_demonstration_data_does_not_count():
    administrator(is_demo=True)
    assert not has_administrator()


def test_page_makes_the_administrator_and_signs_in(client):
    response = client.post(url(issue_setup_link()), ANSWERS)
    ada = User.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/")
    assert (ada.email, ada.name, ada.is_staff, ada.is_superuser) == ("ada@example.org", "Ada", True, False)
    assert ada.check_password(ANSWERS["password"])
    assert client.session["_auth_user_id"] == str(ada.pk)
    place = Membership.objects.get()
    assert (place.user, place.organization.name, place.role, place.team) == (ada, "Acme", Role.ADMINISTRATOR, None)


def test_administrator_made_by_the_page_can_sign_in_later(client):
    client.post(url(issue_setup_link()), ANSWERS)
    client.logout()
    entry = {"login": "ada@example.org", "password": ANSWERS["password"], "next": "/health/"}
    client.post(reverse("account_login"), entry)
    assert "_auth_user_id" in client.session


def test_link_works_once(client):
    token = issue_setup_link()
    client.post(url(token), ANSWERS)
    response = client.post(url(token), ANSWERS | {"email": "eve@example.org"})
    assert response.status_code == 410
    assert User.objects.count() == Organization.objects.count() == 1


def test_two_people_with_one_link_make_one_administrator():
    token = issue_setup_link()
    make_first_administrator(token, **ANSWERS)
    with pytest.raises(Refused):
        make_first_administrator(token, **ANSWERS | {"email": "eve@example.org"})
    assert User.objects.count() == 1
    assert AuditEvent.objects.values_list("verb", "who").get() == ("installation.set_up", User.objects.get().pk)


def test_person_already_known_keeps_their_row(client):
    known = UserFactory(email="ada@example.org", name="A.")
    client.post(url(issue_setup_link()), ANSWERS)
    known.refresh_from_db()
    assert known.name == "Ada"
    assert known.check_password(ANSWERS["password"])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": "short"}, "too short"),
        ({"password": "ada@example.org"}, "too similar"),
        ({"email": "nobody"}, "valid email"),
        ({"organization_name": " "}, "required"),
    ],
)
def test_page_says_what_is_wrong_and_keeps_the_link(wrong, says, client):
    token = issue_setup_link()
    response = client.post(url(token), ANSWERS | wrong)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert ANSWERS["password"] not in response.content.decode()
    assert not User.objects.exists()
    assert is_setup_link(token)


def test_wrong_token_opens_nothing(client):
    issue_setup_link()
    response = client.get(url("guess"))
    assert response.status_code == 410
    assert "This link is over" in response.content.decode()


def test_page_tells_no_other_site_and_no_cache_its_address(client):
    response = client.get(url(issue_setup_link()))
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_log_never_holds_the_token(client):
    token = issue_setup_link()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    (configured,) = (
        h for h in logging.getLogger().handlers if any(type(f).__name__ == "HideTokens" for f in h.filters)
    )
    handler.filters = configured.filters
    logging.getLogger().addHandler(handler)
    try:
        client.post(url(token), ANSWERS | {"password": "short"})
    finally:
        logging.getLogger().removeHandler(handler)
    assert "/setup/…" in written.getvalue()
    assert token not in written.getvalue()


def test_command_prints_a_link_that_opens_the_page(client):
    printed = io.StringIO()
    call_command("setup_link", site_url="http://here.example:81/", stdout=printed)
    (path,) = re.fullmatch(r"http://here\.example:81(/setup/[\w-]+/)\n", printed.getvalue()).groups()
    assert client.get(path).status_code == 200


def test_command_prints_nothing_when_not_needed():
    administrator()
    printed = io.StringIO()
    call_command("setup_link", if_needed=True, stdout=printed)
    assert printed.getvalue() == ""


def test_command_refuses_with_one_sentence_and_status_2():
    administrator()
    with pytest.raises(CommandError, match="An administrator exists already") as refusal:
        call_command("setup_link")
    assert refusal.value.returncode == 2
