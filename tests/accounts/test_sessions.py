"""Where somebody is signed in, and signing out elsewhere."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.domain.sessions import device_words
from accounts.models import AuditEvent, SignedInSession
from tests.accounts.test_sign_in import PASSWORD, sign_in
from tests.factories.accounts import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8", ""),
        ("", ""),
        ("<script>" * 10_000, ""),
    ],
)
def test_devices_are_named_as_people_name_them(agent, words):
    assert device_words(agent) == words


def two_browsers(user):
    here, there = Client(headers={"user-agent": FIREFOX}), Client(headers={"user-agent": IPHONE})
    sign_in(here, user.email)
    sign_in(there, user.email)
    return here, there


def is_in(client):
    return client.get("/organizations/").status_code == 200


def test_the_list_names_each_browser_and_this_one():
    here, _ = two_browsers(UserFactory())
    page = here.get("/accounts/me/sessions/").content.decode()
    assert page.count("Firefox on Linux</p>") == page.count("Safari on iPhone</p>") == 1
    assert page.count("this browser") == 1
    assert "127.0.0.1" not in page


def test_no_address_and_no_full_description_is_stored():
    two_browsers(UserFactory())
    rows = [str(row) for row in SignedInSession.objects.values_list()]
    assert len(rows) == 2
    assert not any("127.0.0.1" in row or "Mozilla" in row for row in rows)


def test_one_session_elsewhere_is_ended():
    user = MembershipFactory().user
    here, there = two_browsers(user)
    row = user.signed_in_sessions.get(device="Safari on iPhone")
    page = here.post(f"/accounts/me/sessions/{row.public_id}/end/", follow=True).content.decode()
    assert "1 session is signed out." in page
    assert is_in(here)
    assert not is_in(there)
    assert AuditEvent.objects.get(verb="session.ended").facts == {"n_sessions": 1}


def test_all_others_are_ended_at_once():
    user = UserFactory()
    here, there = two_browsers(user)
    third = Client()
    sign_in(third, user.email)
    here.post("/accounts/me/sessions/end-others/")
    assert [is_in(client) for client in (here, there, third)] == [True, False, False]


def test_nobody_ends_somebody_elses_session():
    here, _ = two_browsers(UserFactory())
    other = UserFactory()
    stranger, _ = two_browsers(other)
    row = SignedInSession.objects.exclude(user=other).first()
    assert stranger.post(f"/accounts/me/sessions/{row.public_id}/end/").status_code == 404
    assert is_in(here)


def test_a_new_password_gives_a_new_key_and_ends_the_others():
    user = UserFactory()
    here, there = two_browsers(user)
    before = here.cookies[settings.SESSION_COOKIE_NAME].value
    new = "staple-battery-horse"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert is_in(here)
    assert not is_in(there)
    page = here.get("/accounts/me/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "this browser" in page
    assert "iPhone" not in page


def test_the_key_changes_at_sign_in(client):
    client.get("/accounts/login/")
    client.session["planted"] = 1
    client.session.save()
    planted = client.session.session_key
    sign_in(client, UserFactory().email)
    assert client.session.session_key != planted


def test_signing_out_forgets_the_session(client):
    sign_in(client, UserFactory().email)
    client.post("/accounts/logout/")
    assert not SignedInSession.objects.exists()


def test_last_seen_is_written_every_ten_minutes_and_costs_nothing_between(time_machine, django_assert_num_queries):
    user = UserFactory()
    here, _ = two_browsers(user)
    here.get("/accounts/me/name/")
    with django_assert_num_queries(2):  # session, person
        here.get("/accounts/me/name/")
    row = user.signed_in_sessions.get(device="Firefox on Linux")
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    here.get("/accounts/me/name/")
    later = user.signed_in_sessions.get(device="Firefox on Linux")
    assert later.last_seen_at - row.last_seen_at >= timedelta(minutes=10)


@pytest.mark.parametrize("n_sessions", [1, 3])
def test_the_list_takes_the_same_queries_however_long(n_sessions, client, django_assert_num_queries):
    user = UserFactory()
    for _ in range(n_sessions - 1):
        Client().force_login(user)
    client.force_login(user)
    with django_assert_num_queries(4):
        client.get("/accounts/me/sessions/")


def test_the_device_is_named_in_the_readers_language():
    here, _ = two_browsers(UserFactory())
    page = here.get("/accounts/me/sessions/", headers={"Accept-Language": "de"}).content.decode()
    assert "Firefox unter Linux" in page
