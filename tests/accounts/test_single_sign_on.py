"""Single sign-on against a real OpenID Connect provider: a process of its own on the loopback."""

import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount

from accounts.models import AuditEvent, User
from tests.factories.accounts import UserFactory
from tests.processes import PATIENCE_S, free_port, wait_for

pytestmark = pytest.mark.django_db
LOGIN, CALLBACK = "/accounts/oidc/sso/login/", "/accounts/oidc/sso/login/callback/"


class RealProvider:
    """The provider's process, and a person at its page."""

    def __init__(self, *options):
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(self.port), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self._answers, why="the provider never answered")

    def _answers(self):
        try:
            return requests.get(f"{self.url}/.well-known/openid-configuration", timeout=PATIENCE_S).ok
        except requests.ConnectionError:
            return False

    def stop(self):
        self.process.kill()
        self.process.wait()

    def knows(self, sub, **claims):
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=PATIENCE_S).raise_for_status()

    def sign_in(self, address, sub, **form):
        """What a person's browser does at the provider: send its form; returns where it is sent back to."""
        answer = requests.post(address, data={"sub": sub, **form}, allow_redirects=False, timeout=PATIENCE_S)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"


@pytest.fixture(scope="module")
def running():
    provider = RealProvider("--require-nonce")
    yield provider
    provider.stop()


def configure(settings, url):
    app = {
        "provider_id": "sso",
        "name": "Example",
        "client_id": "headwater",
        "secret": "x",
        "settings": {"server_url": url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "provider_class": "accounts.single_sign_on.Provider",
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [app],
        }
    }


@pytest.fixture
def provider(running, settings):
    configure(settings, running.url)
    return running


def go(client, provider, sub, **form):
    return client.get(provider.sign_in(client.get(LOGIN)["Location"], sub, **form))


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_the_request_carries_state_nonce_and_a_challenge(client, provider):
    asked = parse_qs(urlsplit(client.get(LOGIN)["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) > 30
    assert asked["state"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert asked["redirect_uri"] == [f"http://testserver{CALLBACK}"]


def test_a_known_verified_address_is_linked_and_signs_in(client, provider):
    ada = UserFactory(email="ada@example.org")
    provider.knows("ada", email="ADA@example.org", email_verified=True, name="Somebody Else")
    response = go(client, provider, "ada")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(ada.pk)
    linked = SocialAccount.objects.get()
    assert (linked.user, linked.uid, linked.extra_data) == (ada, "ada", {"sub": "ada"})
    assert set(AuditEvent.objects.values_list("verb", flat=True)) == {"provider.linked", "person.signed_in"}
    assert AuditEvent.objects.get(verb="person.signed_in").facts == {"way": "socialaccount"}


def test_the_link_outlives_a_change_of_address(client, provider):
    ada = UserFactory(email="ada@example.org")
    provider.knows("ada", email="ada@example.org", email_verified=True)
    go(client, provider, "ada")
    client.logout()
    User.objects.filter(pk=ada.pk).update(email="lovelace@example.org")
    go(client, provider, "ada")
    assert client.session["_auth_user_id"] == str(ada.pk)


@pytest.mark.parametrize("verified", [False, None, "false", 1])
def test_an_address_that_is_not_verified_opens_nothing(client, provider, verified):
    UserFactory(email="ada@example.org")
    provider.knows("mallory", email="ada@example.org", email_verified=verified)
    response = go(client, provider, "mallory")
    assert response.status_code == 403
    assert "Example has not verified your e-mail address, so it opens nothing here." in response.content.decode()
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_somebody_unknown_is_refused_with_one_sentence_while_sign_up_is_closed(client, provider):
    provider.knows("eve", email="eve@example.org", email_verified=True)
    response = go(client, provider, "eve")
    assert response.status_code == 403
    assert "Nobody is known here under the address that Example names" in response.content.decode()
    assert not User.objects.exists()


def test_somebody_unknown_of_a_listed_domain_gets_an_account(client, provider, settings):
    settings.SIGN_UP_DOMAINS = ["example.org"]
    provider.knows("eve", email="eve@example.org", email_verified=True, name="Eve Example")
    assert go(client, provider, "eve")["Location"] == "/"
    eve = User.objects.get()
    assert (eve.email, eve.name, eve.has_usable_password()) == ("eve@example.org", "Eve Example", False)
    provider.knows("bob", email="bob@elsewhere.org", email_verified=True)
    client.logout()
    assert go(client, provider, "bob").status_code == 403


def test_a_second_factor_is_asked_for_afterwards(client, provider):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    ada = UserFactory(email="ada@example.org")
    TOTP.activate(ada, generate_totp_secret())
    provider.knows("ada", email="ada@example.org", email_verified=True)
    assert go(client, provider, "ada")["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)


def test_a_person_who_is_not_active_stays_out(client, provider):
    UserFactory(email="ada@example.org", is_active=False)
    provider.knows("ada", email="ada@example.org", email_verified=True)
    go(client, provider, "ada")
    assert not is_signed_in(client)


@pytest.fixture
def ada(provider):
    provider.knows("ada", email="ada@example.org", email_verified=True)
    return UserFactory(email="ada@example.org")


def refused(client, response):
    assert response.status_code == 401
    assert "Signing in did not work." in response.content.decode()
    assert not is_signed_in(client)
    return True


def test_a_wrong_state_is_refused(client, provider, ada):
    back = provider.sign_in(client.get(LOGIN)["Location"], "ada")
    assert refused(client, client.get(back.replace("state=", "state=x")))


def test_an_answer_for_another_browser_is_refused(client, provider, ada):
    from django.test import Client

    client.get(LOGIN)
    back = provider.sign_in(Client().get(LOGIN)["Location"], "ada")
    assert refused(client, client.get(back))


def test_a_wrong_nonce_is_refused(client, provider, ada, caplog):
    address = client.get(LOGIN)["Location"]
    nonce = parse_qs(urlsplit(address).query)["nonce"][0]
    back = provider.sign_in(address.replace(nonce, "of-another-attempt"), "ada")
    assert refused(client, client.get(back))
    assert "(nonce)" in caplog.text


def test_an_answer_used_twice_is_refused(client, provider, ada):
    back = provider.sign_in(client.get(LOGIN)["Location"], "ada")
    client.get(back)
    client.logout()
    assert refused(client, client.get(back))


def test_a_forged_code_is_refused(client, provider, ada):
    back = provider.sign_in(client.get(LOGIN)["Location"], "ada")
    assert refused(client, client.get(back.replace("code=", "code=x")))


def test_a_token_for_somebody_else_is_refused(client, provider, ada, settings):
    back = provider.sign_in(client.get(LOGIN)["Location"].replace("client_id=headwater", "client_id=other"), "ada")
    assert refused(client, client.get(back))


def test_cancelling_at_the_provider_says_so(client, provider):
    address = client.get(LOGIN)["Location"]
    state = parse_qs(urlsplit(address).query)["state"][0]  # this provider forgets to send it back when it says no
    back = provider.sign_in(address, "ada", action="deny")
    page = client.get(f"{back}&state={state}", follow=True).content.decode()
    assert "You cancelled at the single sign-on of your company." in page


def test_an_expired_token_is_refused(client, settings, caplog):
    short = RealProvider("--require-nonce", "--token-max-age", "-300")
    try:
        configure(settings, short.url)
        UserFactory(email="ada@example.org")
        short.knows("ada", email="ada@example.org", email_verified=True)
        assert refused(client, go(client, short, "ada"))
        assert "expired" in caplog.text
    finally:
        short.stop()


def test_a_provider_that_is_down_is_a_page(client, settings):
    gone = RealProvider("--require-nonce")
    configure(settings, gone.url)
    address = client.get(LOGIN)["Location"]
    back = gone.sign_in(address, "ada")
    gone.stop()
    assert refused(client, client.get(LOGIN))
    assert refused(client, client.get(back))


def test_linking_on_demand_is_not_possible(client, provider, ada):
    """Otherwise a page could link a stranger's identity to whoever is signed in."""
    mallory = UserFactory()
    client.force_login(mallory)
    client.get(provider.sign_in(client.get(f"{LOGIN}?process=connect")["Location"], "ada"))
    assert not SocialAccount.objects.filter(user=mallory).exists()


def test_without_a_provider_there_is_no_button_and_no_page(client, settings):
    assert "/oidc/" not in client.get("/accounts/login/").content.decode()
    assert client.get(LOGIN).status_code == 404


def test_the_button_names_the_provider(client, provider):
    page = client.get("/accounts/login/").content.decode()
    assert f'href="{LOGIN}' in page
    assert "Sign in with Example" in page
