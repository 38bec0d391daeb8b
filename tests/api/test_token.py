import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import AuditEvent
from tests.factories.places import make_place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_throttle():
    cache.clear()


@pytest.fixture
def place():
    return make_place()


def ask(client, user, password="correct-horse-battery"):
    return client.post(reverse("api:token"), {"username": user.email, "password": password}, "application/json")


def test_a_token_is_made_once_and_its_making_is_in_the_audit_log(client, place):
    first, second = ask(client, place.member), ask(client, place.member)
    assert first.json()["token"] == second.json()["token"]
    event = AuditEvent.objects.get()
    assert (event.verb, event.who, event.organization) == ("token.made", place.member, place.organization)
    assert first.json()["token"] not in str(vars(event))


def test_a_wrong_password_gets_no_token_and_writes_no_event(client, place):
    assert ask(client, place.member, "wrong").status_code == 400
    assert not AuditEvent.objects.exists()
