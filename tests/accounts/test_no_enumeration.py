"""Known and unknown addresses are answered alike, in wording and in work; and guessing is stopped, an office is not."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.accounts.test_sign_in import PASSWORD, sign_in
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "known-a@example.org", "nobody-a@example.org"


@pytest.fixture(autouse=True)
def _forget_earlier_attempts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def known():
    return UserFactory(email=KNOWN)


def seen(response, email):
    """The answer as it looks, apart from the token against forged requests and the address that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return response.status_code, response.get("Location"), text.replace(email, "X")


FORMS = {
    "password": lambda client, email: client.post("/accounts/login/", {"login": email, "password": "wrong"}),
    "reset": lambda client, email: client.post("/accounts/password/reset/", {"email": email}, follow=True),
    "code": lambda client, email: client.post("/accounts/login/code/", {"email": email}, follow=True),
    "wrong code": lambda client, email: (
        client.post("/accounts/login/code/", {"email": email})
        and client.post("/accounts/login/code/confirm/", {"code": "ABCDEF"})
    ),
    "last wrong code": lambda client, email: (
        client.post("/accounts/login/code/", {"email": email})
        and [client.post("/accounts/login/code/confirm/", {"code": "ABCDEF"}, follow=True) for _ in range(3)][-1]
    ),
}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("form", FORMS)
def test_known_and_unknown_are_answered_alike(form):
    answers = [seen(FORMS[form](Client(), email), email) for email in (KNOWN, UNKNOWN)]
    assert answers[0] == answers[1]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("form", ["reset", "code"])
def test_known_and_unknown_are_each_sent_one_mail(mailoutbox, form):
    """A mail server takes its time; were one kind not mailed, the clock would tell which."""
    for n, email in enumerate((KNOWN, UNKNOWN), start=1):
        FORMS[form](Client(), email)
        assert [len(mailoutbox), mailoutbox[-1].to] == [n, [email]]


@pytest.mark.parametrize("kind", ["with a password", "without one", "not active", "unknown"])
def test_a_password_is_hashed_once_whoever_it_is(client, kind):
    fields = {"without one": {"password": None}, "not active": {"is_active": False}}.get(kind, {})
    if kind != "unknown":
        UserFactory(email=KNOWN, **fields)
    hasher = type(hashers.get_hasher())
    with mock.patch.object(hasher, "encode", autospec=True, side_effect=hasher.encode) as encode:
        sign_in(client, KNOWN, "wrong")
    assert encode.call_count == 1


@pytest.mark.usefixtures("known", "still_clock")
@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_the_limit_of_an_account_counts_for_unknown_ones_too(client, email):
    for _ in range(5):
        assert "do not fit together" in sign_in(client, email, "wrong").content.decode()
    assert "Too many attempts for this address" in sign_in(client, email, "wrong").content.decode()


def test_a_whole_office_behind_one_address_gets_in():
    people = [UserFactory() for _ in range(60)]
    assert {sign_in(Client(), person.email).status_code for person in people} == {302}


def test_an_office_gets_in_while_somebody_in_it_types_wrong_passwords():
    for n in range(8):
        for _ in range(5):
            sign_in(Client(), f"guess{n}@example.org", "wrong")
    assert sign_in(Client(), UserFactory().email).status_code == 302


@pytest.mark.usefixtures("still_clock")
def test_one_address_that_guesses_at_many_accounts_is_stopped():
    for n in range(100):
        sign_in(Client(), f"guess{n}@example.org", "wrong")
    assert "Too many attempts" in sign_in(Client(), UserFactory().email).content.decode()
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(elsewhere, UserFactory().email).status_code == 302


@pytest.mark.usefixtures("still_clock")
def test_a_flood_of_requests_gets_the_page_that_says_so(client):
    for _ in range(300):
        client.post("/accounts/login/", {})
    response = client.post("/accounts/login/", {})
    assert response.status_code == 429
    assert "Wait five minutes, then try again." in response.content.decode()


@pytest.mark.usefixtures("still_clock")
@pytest.mark.parametrize(("n_proxies", "expected"), [(0, 200), (1, 302)])
def test_behind_a_trusted_proxy_people_are_told_apart(settings, n_proxies, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = n_proxies
    for n in range(100):
        sign_in(Client(headers={"x-forwarded-for": "203.0.113.5"}), f"guess{n}@example.org", "wrong")
    other = Client(headers={"x-forwarded-for": "203.0.113.6"})
    assert sign_in(other, UserFactory().email).status_code == expected


@pytest.mark.usefixtures("known", "still_clock")
def test_codes_and_new_passwords_are_asked_for_at_most_five_times(mailoutbox):
    for path in ("/accounts/login/code/", "/accounts/password/reset/"):
        for _ in range(6):
            Client().post(path, {"email": KNOWN})
        assert len(mailoutbox) == 5
        mailoutbox.clear()


@pytest.mark.usefixtures("known")
def test_a_code_signs_in_once_and_in_the_browser_that_asked(mailoutbox):
    client = Client()
    client.post("/accounts/login/code/", {"email": KNOWN})
    code = re.search(r"^\S{6,12}$", mailoutbox[0].body, re.M)[0]
    assert Client().post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/accounts/login/code/"
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/"
    assert client.get("/organizations/").status_code == 200


@pytest.mark.usefixtures("known")
def test_the_mailed_link_signs_in_by_one_button_in_the_browser_that_asked(mailoutbox):
    client = Client()
    client.post("/accounts/login/code/", {"email": KNOWN})
    link = re.search(r"https?://[^/]+(\S+\?code=(\S+))", mailoutbox[0].body)
    address, code = link[1], link[2]
    assert Client().get(address)["Location"] == "/accounts/login/code/"  # another browser: nothing is opened
    for _ in range(2):  # a mail program that looks at the link uses nothing up
        assert f'value="{code}"' in client.get(address).content.decode()
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == "/"
    assert "_auth_user_id" in client.session


@pytest.mark.usefixtures("known")
def test_a_code_is_over_after_ten_minutes(mailoutbox, time_machine):
    client = Client()
    client.post("/accounts/login/code/", {"email": KNOWN})
    code = re.search(r"^\S{6,12}$", mailoutbox[0].body, re.M)[0]
    time_machine.move_to(timezone.now() + timedelta(seconds=601))
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "too short"),
        ("password1234", "too common"),
        ("83910573920", "entirely numeric"),
        ("known-a@example", "too similar to the email"),
    ],
)
def test_each_rule_for_passwords_says_what_is_wrong(client, known, password, sentence):
    client.force_login(known)
    fields = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert sentence in client.post("/accounts/password/change/", fields).content.decode()
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
