"""Who may fetch and do what: one row per address and verb, one column per role. An address without a row fails.

A stranger (somebody else's lead) is told 404, a member without the verb 403. Pages send an anonymous visitor to the
sign-in page (302); the API answers 401.
"""

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.world import ROLES, World, build_world

pytestmark = pytest.mark.django_db

# fmt: off
#    address                        verb    anonymous stranger member lead consultant administrator
TABLE = (
    ("accounts:membership-edit", "GET", 302, 404, 403, 200, 200, 200),
    ("accounts:membership-edit", "POST", 302, 404, 403, 200, 200, 200),
    ("accounts:membership-link", "POST", 302, 404, 403, 302, 302, 302),
    ("accounts:membership-remove", "GET", 302, 404, 403, 200, 200, 200),
    ("accounts:membership-remove", "POST", 302, 404, 403, 302, 302, 302),
    ("accounts:organization-create", "GET", 302, 403, 403, 403, 403, 403),
    ("accounts:organization-create", "POST", 302, 403, 403, 403, 403, 403),
    ("accounts:organization-detail", "GET", 302, 404, 200, 200, 200, 200),
    ("accounts:organization-edit", "GET", 302, 404, 403, 403, 403, 200),
    ("accounts:organization-edit", "POST", 302, 404, 403, 403, 403, 200),
    ("accounts:organization-list", "GET", 302, 200, 200, 200, 200, 200),
    ("accounts:organization-person-add", "GET", 302, 404, 403, 403, 403, 200),
    ("accounts:organization-person-add", "POST", 302, 404, 403, 403, 403, 200),
    ("accounts:setup", "GET", 410, 410, 410, 410, 410, 410),
    ("accounts:setup", "POST", 410, 410, 410, 410, 410, 410),
    ("accounts:team-create", "GET", 302, 404, 403, 403, 200, 200),
    ("accounts:team-create", "POST", 302, 404, 403, 403, 200, 200),
    ("accounts:team-delete", "GET", 302, 404, 403, 403, 403, 200),
    ("accounts:team-delete", "POST", 302, 404, 403, 403, 403, 409),
    ("accounts:team-detail", "GET", 302, 404, 200, 200, 200, 200),
    ("accounts:team-edit", "GET", 302, 404, 403, 200, 200, 200),
    ("accounts:team-edit", "POST", 302, 404, 403, 200, 200, 200),
    ("accounts:team-person-add", "GET", 302, 404, 403, 200, 200, 200),
    ("accounts:team-person-add", "POST", 302, 404, 403, 200, 200, 200),
    ("api:assessment-close", "POST", 401, 404, 403, 200, 200, 200),
    ("api:assessment-detail", "GET", 401, 404, 200, 200, 200, 200),
    ("api:assessment-detail", "PATCH", 401, 404, 403, 200, 200, 200),
    ("api:assessment-list", "GET", 401, 200, 200, 200, 200, 200),
    ("api:assessment-list", "POST", 401, 400, 400, 400, 400, 400),
    ("api:assessment-open", "POST", 401, 404, 403, 409, 409, 409),
    ("api:collection-cancel", "POST", 401, 404, 403, 200, 200, 200),
    ("api:collection-detail", "GET", 401, 404, 200, 200, 200, 200),
    ("api:collection-list", "GET", 401, 404, 200, 200, 200, 200),
    ("api:collection-list", "POST", 401, 404, 403, 400, 400, 400),
    ("api:evidence-list", "GET", 401, 404, 200, 200, 200, 200),
    ("api:own-answers", "GET", 401, 404, 200, 404, 404, 404),
    ("api:own-answers", "PUT", 401, 404, 400, 404, 404, 404),
    ("api:report-detail", "GET", 401, 404, 200, 200, 200, 200),
    ("api:report-download", "GET", 401, 404, 200, 200, 200, 200),
    ("api:report-list", "GET", 401, 404, 200, 200, 200, 200),
    ("api:report-list", "POST", 401, 404, 403, 202, 202, 202),
    ("api:repository-detail", "GET", 401, 404, 200, 200, 200, 200),
    ("api:repository-detail", "DELETE", 401, 404, 403, 204, 204, 204),
    ("api:repository-list", "GET", 401, 404, 200, 200, 200, 200),
    ("api:repository-list", "POST", 401, 404, 403, 400, 400, 400),
    ("api:result-detail", "GET", 401, 404, 200, 200, 200, 200),
    ("api:result-list", "GET", 401, 404, 200, 200, 200, 200),
    ("api:schema", "GET", 200, 200, 200, 200, 200, 200),
    ("api:token", "POST", 400, 400, 400, 400, 400, 400),
    ("assessment:assessment-close", "GET", 302, 404, 403, 200, 200, 200),
    ("assessment:assessment-close", "POST", 302, 404, 403, 302, 302, 302),
    ("assessment:assessment-create", "GET", 302, 404, 403, 200, 200, 200),
    ("assessment:assessment-create", "POST", 302, 404, 403, 200, 200, 200),
    ("assessment:assessment-delete", "GET", 302, 404, 403, 403, 403, 200),
    ("assessment:assessment-delete", "POST", 302, 404, 403, 403, 403, 302),
    ("assessment:assessment-detail", "GET", 302, 404, 200, 200, 200, 200),
    ("assessment:assessment-edit", "GET", 302, 404, 403, 200, 200, 200),
    ("assessment:assessment-edit", "POST", 302, 404, 403, 200, 200, 200),
    ("assessment:assessment-list", "GET", 302, 200, 200, 200, 200, 200),
    ("assessment:assessment-open", "POST", 302, 404, 403, 409, 409, 409),
    ("assessment:assessment-reopen", "POST", 302, 404, 403, 409, 409, 409),
    ("assessment:assessment-targets", "GET", 302, 404, 403, 200, 200, 200),
    ("assessment:assessment-targets", "POST", 302, 404, 403, 200, 200, 200),
    ("metrics:collection-cancel", "POST", 302, 404, 403, 302, 302, 302),
    ("metrics:collection-detail", "GET", 302, 404, 200, 200, 200, 200),
    ("metrics:collection-restart", "POST", 302, 404, 403, 302, 302, 302),
    ("metrics:collection-start", "POST", 302, 404, 403, 302, 302, 302),
    ("metrics:collection-status", "GET", 302, 404, 200, 200, 200, 200),
    ("metrics:repository-attach", "GET", 302, 404, 403, 200, 200, 200),
    ("metrics:repository-attach", "POST", 302, 404, 403, 422, 422, 422),
    ("metrics:repository-list", "GET", 302, 404, 200, 200, 200, 200),
    ("metrics:repository-remove", "GET", 302, 404, 403, 200, 200, 200),
    ("metrics:repository-remove", "POST", 302, 404, 403, 302, 302, 302),
    ("reports:cap-contest", "GET", 302, 404, 403, 200, 200, 200),
    ("reports:cap-contest", "POST", 302, 404, 403, 200, 200, 200),
    ("reports:cap-contest-withdraw", "POST", 302, 404, 403, 302, 302, 302),
    ("reports:practice", "GET", 302, 404, 200, 200, 200, 200),
    ("reports:report-download", "GET", 302, 404, 200, 200, 200, 200),
    ("reports:report-request", "POST", 302, 404, 403, 302, 302, 302),
    ("reports:report-status", "GET", 302, 404, 200, 200, 200, 200),
    ("reports:result", "GET", 302, 404, 200, 200, 200, 200),
    ("surveys:answer-review", "GET", 302, 404, 200, 403, 403, 403),
    ("surveys:answer-review", "POST", 302, 404, 302, 403, 403, 403),
    ("surveys:answer-save", "POST", 302, 404, 422, 403, 403, 403),
    ("surveys:answer-section", "GET", 302, 404, 200, 403, 403, 403),
    ("surveys:answer-section", "POST", 302, 404, 302, 403, 403, 403),
    ("surveys:answer-start", "GET", 302, 404, 200, 200, 200, 200),
    ("surveys:answer-start", "POST", 302, 404, 302, 200, 200, 200),
    ("surveys:comment-list", "GET", 302, 404, 403, 409, 409, 409),
    ("surveys:comment-save", "POST", 302, 404, 200, 403, 403, 403),
    ("surveys:participant-list", "GET", 302, 404, 403, 200, 200, 200),
    ("surveys:participant-list", "POST", 302, 404, 403, 200, 200, 200),
)
# fmt: on

CONTENT = {True: "application/json", False: "application/x-www-form-urlencoded"}
OPEN_ADDRESSES = {"core:health": 200}  # named addresses everybody may fetch, whoever they are
NOT_OURS = (
    "account_",
    "set_language",
)  # pages of django-allauth and Django; tests/accounts and tests/core cover those we open


def names_of(resolver: URLResolver, namespace: str = "") -> set[str]:
    found: set[str] = set()
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = f"{namespace}{part.namespace}:" if part.namespace else namespace
            found |= names_of(part, inner)
        elif isinstance(part, URLPattern) and part.name:
            found.add(f"{namespace}{part.name}")
    return found


def test_every_named_address_has_a_row():
    named = {name for name in names_of(get_resolver()) if not name.startswith(NOT_OURS)}
    assert named - set(OPEN_ADDRESSES) == {row[0] for row in TABLE}


def test_each_role_gets_what_the_table_says():
    world = build_world()
    wrong = {}
    for name, verb, *expected in TABLE:
        got = [status_of(world, role, name, verb) for role in ROLES]
        if got != expected:
            wrong[f"{verb} {name}"] = {
                role: f"{is_} instead of {should}"
                for role, is_, should in zip(ROLES, got, expected, strict=True)
                if is_ != should
            }
    assert wrong == {}


def status_of(world: World, role: str, name: str, verb: str) -> int:
    """The answer's status, with whatever the request changed undone."""
    client = Client()
    if user := world.users.get(role):
        client.force_login(user)
    with transaction.atomic():
        response = client.generic(verb, world.address(name), content_type=CONTENT[name.startswith("api:")])
        request_finished.disconnect(close_old_connections)  # the test's own connection is not this request's to close
        response.close()
        request_finished.connect(close_old_connections)
        transaction.set_rollback(True)
    return response.status_code
