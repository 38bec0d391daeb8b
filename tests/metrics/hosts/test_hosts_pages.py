"""The form of a host: saved, tested, and silent about its token."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from core.sealed import open_sealed
from metrics.clients.known import CLIENTS
from metrics.models import HostConnection, HostKind
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import RepositoryFactory
from tests.metrics.hosts.server import TOKEN
from tests.metrics.repositories import UNTIL, plain_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(place):
    return AssessmentFactory(team=place.team, period_end_on=UNTIL)


@pytest.fixture
def lead(client, place):
    client.force_login(place.lead)
    return client


@pytest.fixture
def typed(github):
    """What a person types for the host on loopback."""
    return {
        "host_kind": "github", "host_url": github.url, "host_project": "org/service", "host_token": TOKEN,
        "host_time_zone": "Europe/Berlin",
    }  # fmt: skip


@pytest.fixture
def page(assessment):
    repository = RepositoryFactory(team=assessment.team)
    return reverse("metrics:repository-host", args=[assessment.public_id, repository.public_id])


def test_attaching_with_a_host_connects_it(lead, assessment, root, typed):
    folder = plain_history().write(root / "service.git")
    url = reverse("metrics:repository-attach", args=[assessment.public_id])
    lead.post(url, {"location": str(folder), **typed})
    held = HostConnection.objects.get()
    assert (held.kind, held.project, held.time_zone) == ("github", "org/service", "Europe/Berlin")
    assert open_sealed(held.sealed_credential) == TOKEN


def test_refused_host_leaves_nothing_attached_and_says_why(lead, assessment, root, typed):
    folder = plain_history().write(root / "service.git")
    url = reverse("metrics:repository-attach", args=[assessment.public_id])
    answer = lead.post(url, {"location": str(folder), **typed, "host_url": "https://127.0.0.1"})
    assert answer.status_code == 422
    assert "leads to this machine itself" in answer.content.decode()
    assert not assessment.team.repositories.exists()


def test_the_form_says_how_each_host_writes_a_project_and_what_its_token_needs(lead, page):
    shown = lead.get(page).content.decode()
    for kind, client in CLIENTS.items():
        for text in (str(HostKind(kind).label), client.PROJECT, client.NEEDS):
            assert escape(text) in shown, text
    assert "Zugriffstoken" in lead.get(page, headers={"accept-language": "de"}).content.decode()


def test_testing_says_what_is_seen_and_what_will_be_skipped(lead, page, typed, github):
    github.hide("/actions/runs")
    text = lead.post(page, {**typed, "test": "1"}).content.decode()
    assert "org/service" in text
    assert "Pipeline runs need the permission Actions: read." in text
    assert "3 signals will be skipped:" in text
    assert "Flaky failures, Main broken after merge, Pipeline feedback P75" in text
    assert not HostConnection.objects.exists()


def test_testing_while_attaching_keeps_what_was_typed(lead, assessment, typed, github):
    url = reverse("metrics:repository-attach", args=[assessment.public_id])
    text = lead.post(url, {"location": "/some/where", "name": "Pay", **typed, "test": "1"}).content.decode()
    assert "Nothing is hidden from it." in text
    for kept in ("/some/where", "Pay", "org/service", github.url, "Europe/Berlin"):
        assert f'value="{kept}"' in text
    assert not assessment.team.repositories.exists()


def test_testing_a_refused_token_says_so_and_never_prints_it(lead, page, typed):
    text = lead.post(page, {**typed, "host_token": "wrong-token-7", "test": "1"}).content.decode()
    assert "does not accept the token" in text
    assert "wrong-token-7" not in text


def test_testing_nothing_asks_for_the_host_first(lead, page):
    assert "Choose a hosting service" in lead.post(page, {"test": "1"}).content.decode()


def test_limit_while_testing_is_a_sentence(lead, page, typed, github):
    github.limit(429, retry_after="90")
    assert "asks to wait" in lead.post(page, {**typed, "test": "1"}).content.decode()


def test_token_is_written_and_never_shown(lead, page, typed):
    lead.post(page, typed)
    assert HostConnection.objects.get().sealed_credential
    text = lead.get(page).content.decode()
    assert TOKEN not in text
    assert 'value="org/service"' in text
    lead.post(page, {**typed, "host_token": "", "host_time_zone": "Asia/Tokyo"})
    held = HostConnection.objects.get()
    assert open_sealed(held.sealed_credential) == TOKEN
    assert "The token may read" in lead.post(page, {**typed, "host_token": "", "test": "1"}).content.decode()


def test_choosing_none_forgets_everything(lead, page, typed):
    lead.post(page, typed)
    lead.post(page, {"host_kind": ""})
    assert not HostConnection.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("host_project", "", "Say which project"),
        ("host_url", "http://git.example.org", "REPOSITORY_HTTP_HOSTS"),
        ("host_time_zone", "Mars/Olympus", "no time zone of this name"),
        ("host_kind", "sourceforge", "Select a valid choice"),
    ],
)
def test_wrong_host_is_refused_beside_its_field(lead, page, typed, field, value, said):
    answer = lead.post(page, {**typed, field: value})
    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert said in answer.content.decode()
    assert not HostConnection.objects.exists()


def test_hidden_parts_of_the_last_reading_are_shown(lead, page, typed):
    lead.post(page, typed)
    HostConnection.objects.update(unseen={"runs": "Pipeline runs need the permission Actions: read."})
    assert "Pipeline runs need the permission" in lead.get(page).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"host_project": "alone"}, "Ein Projekt auf GitHub wird als Besitzer/Name geschrieben."),
        ({"host_token": "wrong-token-7"}, "nimmt das Token nicht an"),
        ({"host_token": '{"app_id": ""}'}, "Eine App wird mit ihrer ID, der ID ihrer Installation"),
        ({"host_url": "https://127.0.0.1"}, "Die Adresse führt auf diese Maschine selbst"),
    ],
)
def test_a_host_that_refuses_is_told_in_german(lead, page, typed, changed, said):
    answer = lead.post(page, {**typed, **changed, "test": "1"}, headers={"Accept-Language": "de"})
    assert said in answer.content.decode()
