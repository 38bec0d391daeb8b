"""Changing what counts of a repository, and the pages that show it: parts, weights, logs, costs and the weekly run."""

import datetime as dt

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from assessment.models import AssessmentState, Evidence
from core.models import JobState
from core.refusals import Invalid, Refused
from metrics.domain.as_evidence import record_measured
from metrics.domain.queries import cost_of
from metrics.domain.repositories import edit_repository
from metrics.models import Collection, CollectionSchedule, Measurement
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory
from tests.metrics.repositories import plain_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(place):
    return AssessmentFactory(team=place.team, state=AssessmentState.OPEN)


@pytest.fixture
def lead(client, place):
    client.force_login(place.lead)
    return client


def measured(assessment, name, value, n):
    row = CollectionFactory(assessment=assessment, repository__name=name, state=JobState.DONE)
    Measurement.objects.create(collection=row, signal="size_p75", value=value, n=n, window_days=90, unit="lines")
    return row.repository


def address(name, assessment, repository=None):
    args = [assessment.public_id, *([repository.public_id] if repository else [])]
    return reverse(f"metrics:{name}", args=args)


def size_of(assessment):
    return Evidence.objects.filter(assessment=assessment, signal="size_p75").first()


def edit(repository, **fields):
    held = {"name": repository.name, "weight": 1.0, "folders": "", "rules": ""}
    return edit_repository(repository, **held | fields)


def test_another_weight_is_scored_at_once_and_each_repository_stays_visible(assessment):
    small, large = measured(assessment, "a", 100, 30), measured(assessment, "b", 400, 30)
    record_measured(assessment)
    assert size_of(assessment).content["value"] == 250
    assert edit(large, weight=2) is False
    said = size_of(assessment).content
    assert (said["value"], said["n"]) == (300, 60)
    assert [(p["source"], p["value"], p["n"], p["weight"]) for p in said["parts"]] == [
        ("a", 100, 30, 1),
        ("b", 400, 30, 2),
    ]
    edit(small, weight=0)
    said = size_of(assessment).content
    assert (said["value"], said["n"], said["source"], len(said["parts"])) == (400, 30, "b", 2)
    edit(large, weight=0)
    assert size_of(assessment) is None


def test_a_closed_assessment_keeps_what_was_pooled(assessment):
    repository = measured(assessment, "a", 100, 30)
    record_measured(assessment)
    type(assessment).objects.update(state=AssessmentState.CLOSED)
    edit(repository, weight=0)
    assert size_of(assessment).content["value"] == 100


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"weight": -1}, Invalid), ({"weight": 1000}, Invalid), ({"folders": "../x"}, Invalid), ({"rules": "x"}, Invalid)],
)
def test_what_cannot_count_is_refused(fields, error):
    with pytest.raises(error):
        edit(RepositoryFactory(), **fields)


def test_the_same_part_is_attached_once():
    one = RepositoryFactory(folders="shop")
    other = RepositoryFactory(team=one.team, location=one.location, folders="bank")
    with pytest.raises(Refused, match="already attached"):
        edit(other, folders="shop")


def test_other_rules_are_measured_at_once(lead, assessment, root, django_capture_on_commit_callbacks):
    folder = plain_history().write(root / "service")
    repository = RepositoryFactory(team=assessment.team, location=str(folder), name="service")
    url = address("repository-edit", assessment, repository)
    given = {"name": "service", "weight": "1", "folders": "app", "rules": "file: app/part1*"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = lead.post(url, given)
    row = Collection.objects.get()
    assert answer.headers["Location"] == reverse("metrics:collection-detail", args=[row.public_id])
    assert (row.state, row.facts["merged_changes_180d"]) == (JobState.DONE, 29)  # of 40, less parts 1 and 10 to 19
    page = lead.get(answer.headers["Location"]).content.decode()
    assert "Asked for by Ada" in page
    assert "Opening service" in page
    assert "seconds of work" in page
    assert lead.post(url, given).headers["Location"] == address("repository-list", assessment)
    assert Collection.objects.count() == 1


def test_a_line_that_is_no_rule_is_shown_beside_its_field(lead, assessment):
    repository = RepositoryFactory(team=assessment.team)
    given = {"name": "x", "weight": "1", "folders": "a/../b", "rules": "files: x"}
    answer = lead.post(address("repository-edit", assessment, repository), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is no folder" in page
    assert "is no rule" in page


def test_the_list_says_what_counts_and_when_the_week_is_over(lead, assessment):
    RepositoryFactory(team=assessment.team, folders="shop\nlibs/money", weight=0)
    CollectionSchedule.objects.create(team=assessment.team, next_at=dt.datetime(2026, 9, 7, 3, 4, tzinfo=dt.UTC))
    page = lead.get(address("repository-list", assessment)).content.decode()
    assert "Only shop, libs/money" in page
    assert "counts for nothing" in page
    assert "next on Monday, 7 Sep, 03:04" in page
    lead.post(address("collection-schedule", assessment), {"is_on": "no"})
    assert "Measure every week" in lead.get(address("repository-list", assessment)).content.decode()


def test_a_cost_names_only_what_was_spent():
    assert cost_of(Collection()) == ""
    assert cost_of(Collection(busy_s=1.25)) == "1.2 seconds of work"
    whole = cost_of(Collection(busy_s=61, n_calls=1, n_bytes=2_500_000))
    assert whole == "61.0 seconds of work, 1 call to the host, 2.5 MB over the network"


def test_a_weight_that_cannot_be_is_refused_in_the_readers_language():
    held = {"name": "service", "folders": "", "rules": ""}
    with override("de"), pytest.raises(Invalid, match="Ein Gewicht liegt zwischen 0 und 100"):
        edit_repository(RepositoryFactory(), weight=1000, **held)


def test_figures_of_a_cost_are_written_as_the_reader_writes_them():
    with override("de"):
        said = cost_of(Collection(busy_s=88, n_calls=4_980, n_bytes=12_000_000))
    assert said == "88,0 Sekunden Arbeit, 4.980 Aufrufe beim Hosting-Dienst, 12,0 MB über das Netz"


@pytest.mark.parametrize(
    ("state", "is_shown"), [(JobState.QUEUED, True), (JobState.RUNNING, True), (JobState.DONE, False)]
)
def test_the_list_says_what_a_run_under_way_waits_for(lead, assessment, state, is_shown):
    note = "GitHub asks to wait: its limit of requests is reached. It goes on at 23:59 UTC."
    repository = RepositoryFactory(team=assessment.team)
    CollectionFactory(assessment=assessment, repository=repository, state=state, progress_note=note)
    lead.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    page = lead.get(address("repository-list", assessment)).content.decode()
    assert ("Weiter geht es um 23:59 UTC." in page) is is_shown
