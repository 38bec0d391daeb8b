"""The operator's site: for staff alone, to look at, without answers and secrets."""

import pytest
from django.urls import reverse

from accounts.admin import operator_site
from accounts.domain.audit import record
from accounts.models import User
from assessment.models import Assessment
from tests.factories.accounts import UserFactory
from tests.factories.assessment import AssessmentFactory

pytestmark = pytest.mark.django_db
MODELS = {"User", "Organization", "Team", "Membership", "AuditEvent", "Assessment", "MaturityModel"}


@pytest.fixture
def rows(place):
    assessment = AssessmentFactory(team=place.team)
    record("assessment.opened", by=place.lead, on=assessment, team=place.team)
    return assessment


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_nothing_else_is_registered():
    assert {model.__name__ for model in operator_site._registry} == MODELS


def test_staff_looks_at_every_list_and_row(rows, client):
    client.force_login(UserFactory(is_staff=True))
    for model in operator_site._registry:
        assert client.get(address(model)).status_code == 200
        row = getattr(model, "with_ended", model._default_manager).first()
        page = client.get(address(model, "change", row.pk))
        assert page.status_code == 200
        assert "_save" not in page.content.decode()


@pytest.mark.parametrize("kind", [{"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_not_even_the_operator_changes_a_row_here(rows, client, kind):
    client.force_login(UserFactory(**kind))
    for model in operator_site._registry:
        row = getattr(model, "with_ended", model._default_manager).first()
        assert client.get(address(model, "add")).status_code == 403
        assert client.post(address(model, "change", row.pk), {"name": "x"}).status_code == 403
        assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("who", ["admin", "consultant", "lead"])
def test_nobody_else_gets_in(place, rows, client, who):
    client.force_login(place.by_name(who))
    for model in (User, Assessment):
        assert client.get(address(model)).status_code in {302, 403}


def test_staff_signs_in_on_the_page_where_everybody_does(client):
    response = client.get("/admin/login/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_no_password_is_shown(client):
    staff = UserFactory(is_staff=True)
    client.force_login(staff)
    assert staff.password not in client.get(address(User, "change", staff.pk)).content.decode()
