"""Signing up and changing one's address through a mailed link."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import AuditEvent, User
from tests.accounts.test_sign_in import PASSWORD
from tests.factories.accounts import UserFactory

TOKEN = re.compile(r'value="\w{64}"')
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_earlier_attempts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def _open(settings):
    settings.SIGN_UP_DOMAINS = ["example.org"]


def link_in(mail):
    return re.search(r"http://testserver(/accounts/\S+)", mail.body)[1]


def ask(client, email):
    return client.post("/accounts/signup/", {"email": email})


@pytest.mark.usefixtures("_open")
def test_somebody_of_a_listed_domain_signs_up_once_the_address_is_proved(client, mailoutbox):
    assert "A mail is on its way to new@example.org" in ask(client, "New@Example.org").content.decode()
    assert not User.objects.exists()
    link = link_in(mailoutbox[0])
    assert "new@example.org" in client.get(link).content.decode()
    weak = client.post(link, {"name": "Neu", "password": "password1234"})
    assert (weak.status_code, "too common" in weak.content.decode()) == (422, True)
    assert client.post(link, {"name": "Neu", "password": PASSWORD})["Location"] == "/"
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("new@example.org", "Neu", False)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert set(AuditEvent.objects.values_list("verb", flat=True)) == {"person.signed_up", "person.signed_in"}
    assert client.get(link).status_code == 410


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("email", ["a@elsewhere.org", "a@example.org.evil.org", "a@sub.example.org"])
def test_other_domains_get_one_sentence(client, mailoutbox, email):
    response = ask(client, email)
    response.content.decode()
    assert response.status_code == 422
    assert (
        "Only addresses of example.org may sign up; others are added by an administrator." in response.content.decode()
    )
    assert mailoutbox == []


@pytest.mark.usefixtures("_open")
def test_a_known_address_gets_the_same_page_and_another_mail(client, mailoutbox):
    UserFactory(email="known@example.org")
    pages = [ask(client, f"{name}@example.org").content.decode() for name in ("known", "fresh")]
    pages = [TOKEN.sub("", page).replace(name, "X") for page, name in zip(pages, ("known", "fresh"), strict=True)]
    assert pages[0] == pages[1]
    assert [mail.subject for mail in mailoutbox] == ["Headwater: you have an account", "Headwater: your account"]
    assert "/signup/key/" not in mailoutbox[0].body


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("spoil", [lambda link: link.replace("key/", "key/x"), lambda link: link[:-2] + "/"])
def test_a_tampered_link_opens_nothing(client, mailoutbox, spoil):
    ask(client, "new@example.org")
    assert client.get(spoil(link_in(mailoutbox[0]))).status_code == 410


@pytest.mark.usefixtures("_open")
def test_a_link_is_over_after_a_day_and_when_the_domain_is_taken_off(client, mailoutbox, time_machine, settings):
    ask(client, "new@example.org")
    link = link_in(mailoutbox[0])
    settings.SIGN_UP_DOMAINS = ["elsewhere.org"]
    assert client.get(link).status_code == 410
    settings.SIGN_UP_DOMAINS = ["example.org"]
    assert client.get(link).status_code == 200
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    assert client.get(link).status_code == 410
    assert client.post(link, {"name": "Neu", "password": PASSWORD}).status_code == 410


@pytest.mark.usefixtures("_open", "still_clock")
def test_asking_again_and_again_is_stopped(client, mailoutbox):
    assert [ask(client, "new@example.org").status_code for _ in range(6)] == [200] * 5 + [429]
    assert ask(client, "other@example.org").status_code == 200


def sign_in_again(client, user):
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def test_an_address_is_changed_once_the_new_one_is_proved(client, mailoutbox):
    user = UserFactory(email="old@example.org")
    client.force_login(user)
    assert client.get("/accounts/email/")["Location"].startswith("/accounts/reauthenticate/")
    sign_in_again(client, user)
    client.post("/accounts/email/", {"email": "New@example.org"})
    user.refresh_from_db()
    assert user.email == "old@example.org"
    assert mailoutbox[0].to == ["new@example.org"]
    link = link_in(mailoutbox[0])
    client.get(link)
    user.refresh_from_db()
    assert user.email == "old@example.org"  # a mail scanner opens links; only the button changes
    client.post(link)
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert client.post(link).status_code == 409
    assert "email.changed" in AuditEvent.objects.values_list("verb", flat=True)


def test_a_taken_address_gets_the_same_page_and_changes_nothing(client, mailoutbox):
    UserFactory(email="taken@example.org")
    sign_in_again(client, UserFactory())
    pages = [
        re.sub(
            r'value="\w{64}"', "", client.post("/accounts/email/", {"email": f"{name}@example.org"}).content.decode()
        )
        for name in ("taken", "fresh")
    ]
    assert pages[0].replace("taken", "X") == pages[1].replace("fresh", "X")
    assert "/email/key/" not in mailoutbox[0].body
    assert "/email/key/" in mailoutbox[1].body


def test_an_address_taken_in_the_meantime_is_refused(client, mailoutbox):
    user = UserFactory()
    sign_in_again(client, user)
    client.post("/accounts/email/", {"email": "new@example.org"})
    UserFactory(email="new@example.org")
    assert client.post(link_in(mailoutbox[0])).status_code == 409


def test_somebody_elses_link_changes_nothing(client, mailoutbox):
    sign_in_again(client, UserFactory())
    client.post("/accounts/email/", {"email": "new@example.org"})
    client.force_login(UserFactory())
    link = link_in(mailoutbox[0])
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 409


def test_without_a_mail_server_the_pages_say_so(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.SIGN_UP_DOMAINS = ["example.org"]
    assert "This installation sends no e-mail" in client.get("/accounts/signup/").content.decode()
    assert "This installation sends no e-mail" in client.get("/accounts/login/code/").content.decode()
    assert "/login/code/" not in client.get("/accounts/login/").content.decode()
    user = UserFactory()
    sign_in_again(client, user)
    assert "This installation sends no e-mail" in client.get("/accounts/email/").content.decode()
