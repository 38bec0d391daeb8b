"""Signing in: the form, its limits, closed registration, passwords."""

import re

import pytest
from django.core.cache import cache

from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def _forget_earlier_attempts():
    cache.clear()
    yield
    cache.clear()


def sign_in(client, email, password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_sign_in_leads_to_the_assessments(client):
    response = sign_in(client, UserFactory().email)
    assert response.status_code == 302
    assert response["Location"] == "/"


def test_address_may_be_written_in_capitals(client):
    assert sign_in(client, UserFactory(email="ada@example.org").email.upper()).status_code == 302


def test_wrong_password_is_refused_with_a_sentence_tied_to_the_form(client):
    page = sign_in(client, UserFactory().email, "wrong").content.decode()
    assert "errorlist" in page
    assert 'role="alert"' in page


@pytest.mark.usefixtures("still_clock")
def test_sixth_wrong_password_is_refused_unheard(client):
    user = UserFactory()
    for _ in range(5):
        sign_in(client, user.email, "wrong")
    response = sign_in(client, user.email)
    assert response.status_code == 200
    assert "Too many attempts for this address. Wait five minutes" in response.content.decode()


def test_anonymous_is_sent_to_sign_in_and_comes_back(client):
    response = client.get("/organizations/")
    assert response["Location"] == "/accounts/login/?next=/organizations/"


def test_nobody_registers_by_themselves(client):
    assert "no open registration" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    assert not User.objects.filter(email="new@example.org").exists()


def test_signing_out_needs_a_post(client):
    client.force_login(UserFactory())
    client.get("/accounts/logout/")
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").status_code == 302


def test_forgotten_password_is_set_again_through_the_mailed_link(client, mailoutbox):
    user = UserFactory()
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mailoutbox[0].body)[1]
    form = client.get(link, follow=True)
    assert "Set your password" in form.content.decode()
    new = "staple-battery-horse"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new, "action": ""})
    user.refresh_from_db()
    assert user.check_password(new)


def test_mail_is_in_our_words(client, mailoutbox, settings):
    settings.SITE_URL = "https://headwater.example.org"
    for address, subject in (
        (UserFactory().email, "set a new password"),
        ("who@example.org", "this address is not known"),
    ):
        client.post("/accounts/password/reset/", {"email": address})
        mail = mailoutbox.pop()
        assert mail.subject == f"Headwater: {subject}"
        assert mail.body.count("https://headwater.example.org") == 2
        assert mail.from_email == settings.DEFAULT_FROM_EMAIL == "Headwater <headwater@localhost>"
        assert not re.search("Hello from|Thank you for using|sign up|webmaster", mail.body)


@pytest.fixture
def _no_mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


@pytest.mark.usefixtures("_no_mail_server")
def test_without_a_mail_server_nothing_is_sent_or_printed_and_the_page_says_so(client, capfd, caplog):
    assert "This installation sends no e-mail" in client.get("/accounts/password/reset/").content.decode()
    page = client.post("/accounts/password/reset/", {"email": UserFactory().email}, follow=True).content.decode()
    assert "This installation sends no e-mail" in page
    assert "on its way" not in page
    assert "password/reset/key" not in "".join([*capfd.readouterr(), caplog.text])


@pytest.mark.usefixtures("_no_mail_server")
def test_without_a_mail_server_an_old_link_leads_to_an_administrator(client):
    page = client.get("/accounts/password/reset/key/1-set-password/").content.decode()
    assert "Ask an administrator of your organization for a new one." in page
    assert "Send me a new link" not in page


def test_mail_server_that_fails_is_named_in_the_log_alone(client, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert client.post("/accounts/password/reset/", {"email": UserFactory().email}).status_code == 302
    assert "A mail was not sent; 127.0.0.1 said:" in caplog.text
    assert "password/reset/key" not in caplog.text


def test_used_password_link_says_so(client):
    page = client.get("/accounts/password/reset/key/1-set-password/").content.decode()
    assert "This link no longer works." in page


@pytest.mark.parametrize("path", ["login", "password/reset", "password/reset/done", "signup", "inactive"])
def test_pages_of_signing_in_wear_our_look(client, path):
    page = client.get(f"/accounts/{path}/").content.decode()
    assert 'class="brand"' in page
    assert "<style" not in page


def test_forms_of_signing_in_speak_our_words(client):
    page = client.get("/accounts/login/").content.decode()
    assert re.findall(r"<label[^>]*>([^<]+)", page) == ["E-mail address", "Password", "Stay signed in"]
    assert "placeholder" not in page
    client.force_login(UserFactory())
    page = client.get("/accounts/password/change/").content.decode()
    assert re.findall(r"<label[^>]*>([^<]+)", page) == ["Current password", "New password", "New password, again"]
    assert "At least 10 characters." in page


def test_one_action_is_followed_by_one_message(client, mailoutbox):
    user = UserFactory()
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mailoutbox[0].body)[1]
    form = client.get(link, follow=True)
    new = "staple-battery-horse"
    fields = {"password1": new, "password2": new, "action": ""}
    page = client.post(form.request["PATH_INFO"], fields, follow=True).content.decode()
    assert re.findall(r'<li class="success">([^<]+)', page) == ["Your new password is set."]


def test_password_can_be_changed(client):
    user = UserFactory()
    client.force_login(user)
    new = "staple-battery-horse"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", fields).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)


def test_a_mailed_link_that_is_opened_elsewhere_says_why_it_asks_again(client):
    answer = client.get("/accounts/login/code/confirm/?code=KMRG-PCDN", follow=True)
    assert answer.redirect_chain == [("/accounts/login/code/", 302)]
    assert "A link works in the browser that asked for it" in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_a_language_is_offered_in_its_own_words(client, language):
    page = client.get("/accounts/login/", headers={"Accept-Language": language}).content.decode()
    assert [f">{name}</button>" in page for name in ("English", "Deutsch", "Español", "Français")] == [True] * 4
