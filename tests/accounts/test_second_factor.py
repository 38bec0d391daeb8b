"""Second factors: app, recovery codes, the organization's rule, and getting out of a lock-out."""

import io
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.management import CommandError, call_command
from rest_framework.authtoken.models import Token

from accounts.models import AuditEvent, Membership, Role, User
from tests.accounts.test_sign_in import PASSWORD, sign_in
from tests.factories.accounts import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_earlier_attempts():
    cache.clear()
    yield
    cache.clear()


def add_app(user):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_of(secret, offset=0):
    counter = list(totp.yield_hotp_counters_from_time())[1] + offset
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def is_signed_in(client):
    return "_auth_user_id" in client.session


def administrator():
    return MembershipFactory(team=None, organization=MembershipFactory().organization, role=Role.ADMINISTRATOR)


def test_an_app_is_added_after_the_password_and_then_asked_for(client, django_capture_on_commit_callbacks):
    user = UserFactory()
    client.force_login(user)
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="code">(\w+)<', page)[1]
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}, follow=True).content.decode()
    codes = re.findall(r'<li class="code">(\d{8})', page)
    assert len(codes) == 10
    assert "Keep these recovery codes." in page
    assert codes[0] not in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "second_factor.added" in AuditEvent.objects.values_list("verb", flat=True)

    client.logout()
    assert sign_in(client, user.email)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    assert "This code is not right" in client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)})
    assert is_signed_in(client)

    client.logout()
    for attempt, expected in ((codes[0], True), (codes[0], False), (codes[1], True)):
        client.logout()
        sign_in(client, user.email)
        client.post("/accounts/2fa/authenticate/", {"code": attempt})
        assert is_signed_in(client) is expected


def test_a_code_works_once(client):
    user = UserFactory()
    secret = add_app(user)
    code = code_of(secret)
    for expected in (True, False):
        sign_in(client, user.email)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_signed_in(client) is expected
        client.logout()


@pytest.mark.usefixtures("still_clock")
def test_guessing_codes_is_stopped(client):
    user = UserFactory()
    secret = add_app(user)
    sign_in(client, user.email)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "123"})
    page = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).content.decode()
    assert "Too many attempts" in page
    assert not is_signed_in(client)


def test_the_secret_is_sealed_and_a_new_key_opens_nothing(client, settings):
    user = UserFactory()
    secret = add_app(user)
    assert secret not in str(Authenticator.objects.get().data)
    sign_in(client, user.email)
    settings.SECRET_KEY = "another"
    sign_in(client, user.email)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 200
    assert not is_signed_in(client)


def test_a_new_password_by_mail_does_not_get_past_the_second_factor(client, mailoutbox):
    user = UserFactory()
    add_app(user)
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mailoutbox[0].body)[1]
    form = client.get(link, follow=True)
    new = "staple-battery-horse"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new, "action": ""})
    assert not is_signed_in(client)


def test_a_code_by_mail_does_not_get_past_the_second_factor(client, mailoutbox):
    user = UserFactory()
    add_app(user)
    client.post("/accounts/login/code/", {"email": user.email})
    code = re.search(r"^\S{6,12}$", mailoutbox[0].body, re.M)[0]
    response = client.post("/accounts/login/code/confirm/", {"code": code})
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)


def test_the_api_gives_no_token_past_the_second_factor(client):
    user = UserFactory()
    fields = {"username": user.email, "password": PASSWORD}
    assert client.post("/api/v1/token/", fields, content_type="application/json").status_code == 200
    add_app(user)
    Token.objects.all().delete()
    response = client.post("/api/v1/token/", fields, content_type="application/json")
    assert response.status_code == 403
    assert not Token.objects.exists()


def test_requiring_one_needs_an_own_one_and_is_recorded(client):
    place = administrator()
    client.force_login(place.user)
    address = f"/organizations/{place.organization.public_id}/second-factor/"
    refused = client.post(address, {"required": "yes"})
    assert refused.status_code == 409
    assert "Set up your own second factor first" in refused.content.decode()
    add_app(place.user)
    assert client.post(address, {"required": "yes"}).status_code == 302
    place.organization.refresh_from_db()
    assert place.organization.requires_second_factor
    event = AuditEvent.objects.get(verb="organization.second_factor_required")
    assert (event.who, event.organization) == (place.user, place.organization)


def require(place):
    place.organization.requires_second_factor = True
    place.organization.save()


def test_who_has_none_gets_one_page_until_there_is_one(client, django_capture_on_commit_callbacks):
    place = administrator()
    require(place)
    ben = MembershipFactory(team=None, organization=place.organization, role=Role.CONSULTANT).user
    client.force_login(ben)
    for address in ("/", "/organizations/", "/api/v1/assessments/"):
        assert client.get(address)["Location"] == "/accounts/me/second-factor-missing/"
    page = client.get("/accounts/me/second-factor-missing/").content.decode()
    assert place.organization.name in page
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="code">(\w+)<', page)[1]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert client.get("/organizations/").status_code == 200


def test_the_rule_follows_roles_and_leaves_teams_alone():
    place = administrator()
    require(place)
    member = MembershipFactory(organization=place.organization, team__organization=place.organization).user
    consultant = MembershipFactory(team=None, organization=place.organization, role=Role.CONSULTANT)
    member.refresh_from_db()
    consultant.user.refresh_from_db()
    assert (member.needs_second_factor, consultant.user.needs_second_factor) == (False, True)
    consultant.delete()
    consultant.user.refresh_from_db()
    assert not consultant.user.needs_second_factor


def test_a_place_in_a_team_judges_only_who_is_asked_for_one(django_assert_num_queries):
    place = MembershipFactory()
    team = TeamFactory(organization=place.organization)
    with django_assert_num_queries(1):  # storing it
        Membership.objects.create(user=place.user, team=team, organization=team.organization, role=Role.MEMBER)
    User.objects.filter(pk=place.user.pk).update(needs_second_factor=True)  # by a place that has ended since
    place.user.refresh_from_db()
    MembershipFactory(user=place.user, team__organization=place.organization)
    place.user.refresh_from_db()
    assert not place.user.needs_second_factor


def test_tokens_of_who_must_have_one_are_taken(client):
    place = administrator()
    Token.objects.create(user=place.user)
    require(place)
    place.save()  # any change of a place judges anew
    assert not Token.objects.exists()


def test_an_administrator_resets_a_factor_and_ends_the_sessions(client):
    place = administrator()
    person = MembershipFactory(team=None, organization=place.organization, role=Role.CONSULTANT)
    add_app(person.user)
    elsewhere = type(client)()
    elsewhere.force_login(person.user)
    client.force_login(place.user)
    address = f"/memberships/{person.public_id}/second-factor/"
    assert "Reset the second factor" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert not Authenticator.objects.filter(user=person.user).exists()
    assert elsewhere.get("/organizations/").status_code == 302
    event = AuditEvent.objects.get(verb="second_factor.reset")
    assert (event.who, event.about, event.label) == (place.user, person.user, "")


def test_nobody_resets_a_factor_of_somebody_who_belongs_elsewhere_too(client):
    place = administrator()
    person = MembershipFactory(team=None, organization=place.organization, role=Role.CONSULTANT)
    MembershipFactory(user=person.user)
    add_app(person.user)
    client.force_login(place.user)
    address = f"/memberships/{person.public_id}/second-factor/"
    assert "You cannot reset" in client.get(address).content.decode()
    assert client.post(address).status_code == 409
    assert Authenticator.objects.filter(user=person.user).exists()


def test_nobody_resets_a_factor_of_whoever_runs_the_installation(client):
    place = administrator()
    person = MembershipFactory(
        team=None, organization=place.organization, role=Role.CONSULTANT, user=UserFactory(is_staff=True)
    )
    client.force_login(place.user)
    assert client.post(f"/memberships/{person.public_id}/second-factor/").status_code == 409


def test_the_command_lets_the_last_administrator_in_again(client):
    place = administrator()
    require(place)
    add_app(place.user)
    client.force_login(place.user)
    out, err = io.StringIO(), io.StringIO()
    call_command("unlock_person", place.user.email.upper(), site_url="http://testserver", stdout=out, stderr=err)
    assert "1 second factors and recovery codes removed" in err.getvalue()
    assert client.get("/organizations/").status_code == 302
    form = client.get(out.getvalue().strip().removeprefix("http://testserver"), follow=True)
    new = "staple-battery-horse"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new, "action": ""})
    assert client.get("/organizations/")["Location"] == "/accounts/me/second-factor-missing/"
    assert AuditEvent.objects.get(verb="second_factor.reset").role == "server"


def test_the_command_knows_nobody_by_a_wrong_address():
    with pytest.raises(CommandError, match="Nobody here signs in"):
        call_command("unlock_person", "nobody@example.org")
    assert not User.objects.exists()


def test_what_a_passkey_hands_over_is_a_hidden_field_without_a_label(client):
    client.force_login(UserFactory())
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    assert re.search(r'<input type="hidden" name="credential"', page)
    assert [name for name in re.findall(r"<label[^>]*>([^<]*)", page) if name.strip() == "Credential"] == []
