"""Signing in with a real browser: passkeys from a virtual authenticator, by keyboard, without JavaScript, and axe."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from playwright.sync_api import expect

from accounts.models import Role
from tests.browser.conftest import PATIENCE_MS, press
from tests.browser.test_every_page import check
from tests.factories.accounts import MembershipFactory

PASSWORD = "correct-horse-battery"
OWN = [
    "/accounts/me/",
    "/accounts/me/name/",
    "/accounts/me/sessions/",
    "/accounts/me/second-factor-missing/",
    "/accounts/email/",
    "/accounts/email/key/not-a-token/",
    "/accounts/password/change/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/linked/",
]


@pytest.fixture(autouse=True)
def _forget_earlier_attempts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def site(live_server):
    """A passkey belongs to a host name; an address would not do."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def page_with_key(page, context):
    """A page whose browser has a passkey store of its own, which always says yes."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    page.set_default_timeout(PATIENCE_MS)
    yield page
    assert complaints == []


def sign_in_by_keyboard(page, site, user):
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab") if page.evaluate("document.activeElement.type") != "password" else None
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")


def confirm(page):
    if page.get_by_role("heading", name="Is it you?").count():
        page.get_by_label("Password").fill(PASSWORD)
        press(page, "Go on")


def test_a_passkey_is_added_and_then_signs_in_alone(page_with_key, site, place):
    page, user = page_with_key, place.member
    sign_in_by_keyboard(page, site, user)
    page.get_by_role("link", name=str(user)).click()
    with page.expect_navigation():
        page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep these recovery codes.")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Laptop").first).to_be_visible()

    press(page, "Sign out")
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site}/")
    expect(page.get_by_role("link", name=str(user))).to_be_visible()

    press(page, "Sign out")
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Now the second step.")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site}/")


def test_a_passkey_that_was_not_used_is_a_sentence(page, site, place):
    page.goto(f"{site}/accounts/login/")
    refuse = "navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    page.evaluate("() => { " + refuse + "; }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey was not used")).to_be_visible()


def test_an_app_is_set_up_and_asked_for_without_javascript(browser, site, place):
    context = browser.new_context(java_script_enabled=False)
    page, user = context.new_page(), place.member
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{site}/accounts/login/")
    assert "Passkeys need JavaScript" in page.locator("noscript").first.text_content()
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in", exact=True)
    page.goto(f"{site}/accounts/2fa/totp/activate/")
    confirm(page)
    secret = page.locator("span.code").inner_text()
    counter = list(totp.yield_hotp_counters_from_time())[1]
    page.get_by_label("Code").fill(totp.format_hotp_value(totp.hotp_value(secret, counter)))
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep these recovery codes.")
    code = page.locator("li.code").first.inner_text()
    press(page, "Sign out")
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/")
    context.close()


def test_pages_before_signing_in_hold_in_both_sizes(page, live_server, transactional_db, settings):
    settings.SIGN_UP_DOMAINS = ["example.org"]
    paths = [
        "login/",
        "login/code/",
        "signup/",
        "signup/key/not-a-token/",
        "linked/login/error/",
        "linked/login/cancelled/",
    ]
    check(page, [f"{live_server.url}/accounts/{path}" for path in paths])


def test_pages_of_the_own_account_hold_in_both_sizes(page, live_server, place):
    page.set_default_timeout(PATIENCE_MS)
    place.member.name = "Zahlungsverkehrs-Rückversicherungsabwicklungsgesellschaft"
    place.member.save()
    check(page, [f"{live_server.url}/accounts/login/"])
    sign_in_by_keyboard(page, live_server.url, place.member)
    page.goto(f"{live_server.url}/accounts/email/")
    check(page, [f"{live_server.url}/accounts/reauthenticate/"])
    page.goto(f"{live_server.url}/accounts/email/")
    confirm(page)
    check(page, [live_server.url + path for path in OWN])


def test_pages_of_an_administrator_hold_in_both_sizes(signed_in, live_server, place):
    person = MembershipFactory(team=None, organization=place.organization, role=Role.CONSULTANT)
    Authenticator.objects.create(user=person.user, type=Authenticator.Type.TOTP, data={})
    organization = f"{live_server.url}/organizations/{place.organization.public_id}"
    addresses = [f"{organization}/second-factor/", f"{live_server.url}/memberships/{person.public_id}/second-factor/"]
    page = signed_in(place.admin)
    check(page, addresses)
    assert re.search("Reset the second factor of", page.content())
