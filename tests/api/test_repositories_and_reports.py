import subprocess

import pytest

from assessment.domain.evidence import rescore
from core.models import JobState
from metrics.models import Collection, Repository
from reports.models import Report
from tests.factories.metrics import CollectionFactory, RepositoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def checkout(tmp_path, settings):
    """A repository with one commit, under a configured root."""
    settings.REPOSITORY_ROOTS = [tmp_path]
    folder = tmp_path / "payments"
    folder.mkdir()
    (folder / "app.py").write_text("print('hello')\n")
    git = ["git", "-C", str(folder), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
        subprocess.run([*git, *arguments], check=True)
    return folder


def under(assessment, what):
    return f"/api/v1/assessments/{assessment.public_id}/{what}/"


def test_attach_collect_and_read_the_measurements(api, ada, assessment, checkout, django_capture_on_commit_callbacks):
    client = api(ada)
    attached = client.post(under(assessment, "repositories"), {"location": str(checkout)}, format="json")
    assert attached.status_code == 201
    assert attached.json()["name"] == "payments"
    with django_capture_on_commit_callbacks(execute=True):
        started = client.post(under(assessment, "collections"), {"repository": attached.json()["id"]}, format="json")
    assert started.status_code == 202
    told = client.get(f"/api/v1/collections/{started.json()['id']}/").json()
    assert told["state"] == "done"
    assert len(told["measurements"]) >= 61
    assert all(row["skipped"] or row["value"] is not None or row["grade"] for row in told["measurements"])


@pytest.mark.parametrize("location", ["/etc", "ext::sh -c true", "file:///etc", "--upload-pack=true", "git@host:x.git"])
def test_attach_refuses_a_bad_location_with_one_sentence(api, ada, assessment, checkout, location):
    answer = api(ada).post(under(assessment, "repositories"), {"location": location}, format="json")
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")
    assert not Repository.objects.exists()


def test_collect_a_strangers_repository_finds_nothing(api, ada, assessment):
    body = {"repository": str(RepositoryFactory().public_id)}
    assert api(ada).post(under(assessment, "collections"), body, format="json").status_code == 404


def test_cancel_ends_a_waiting_collection(api, ada, assessment):
    row = CollectionFactory(assessment=assessment)
    assert api(ada).post(f"/api/v1/collections/{row.public_id}/cancel/").json()["state"] == "cancelled"
    assert Collection.objects.get().state == JobState.CANCELLED


def test_report_before_any_result_is_a_conflict(api, ada, assessment):
    answer = api(ada).post(under(assessment, "reports"))
    assert answer.status_code == 409
    assert "no result" in answer.json()["detail"]


def test_report_is_requested_once_and_downloaded(api, ada, ben, assessment, django_capture_on_commit_callbacks):
    rescore(assessment)
    with django_capture_on_commit_callbacks(execute=True):
        first = api(ada).post(under(assessment, "reports"))
    again = api(ada).post(under(assessment, "reports"))
    assert first.status_code == again.status_code == 202
    assert first.json()["id"] == again.json()["id"]
    assert Report.objects.get().state == JobState.DONE
    file = api(ben).get(f"/api/v1/reports/{first.json()['id']}/download/")
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF-")


def test_download_of_an_unfinished_report_is_a_conflict(api, ben, assessment):
    row = Report.objects.create(result=rescore(assessment), template_version="1", language="en")
    answer = api(ben).get(f"/api/v1/reports/{row.public_id}/download/")
    assert answer.status_code == 409
    assert "waiting to start" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("what", "body", "status", "said"),
    [
        ("repositories", {"location": "/etc"}, 422, "Dieser Ordner liegt außerhalb"),
        ("reports", {}, 409, "Es gibt noch kein Ergebnis zum Drucken"),
    ],
)
def test_a_refusal_is_told_in_the_language_asked_for(api, ada, assessment, checkout, what, body, status, said):
    answer = api(ada).post(under(assessment, what), body, format="json", headers={"Accept-Language": "de"})
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(said)
