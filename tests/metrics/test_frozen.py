"""What was measured is frozen with a closed assessment: nothing is added, renewed or taken away."""

import datetime as dt

import pytest

from assessment.models import AssessmentState, Evidence
from core.jobs import claim_job
from core.models import JobState
from core.refusals import Refused
from metrics.domain.collect import store
from metrics.domain.measure import Findings
from metrics.domain.repositories import remove_repository, request_collection, restart_collection
from metrics.models import Collection, Measurement, Repository
from metrics.signals.types import Measured
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    return AssessmentFactory(state=AssessmentState.CLOSED)


def test_collection_of_a_closed_assessment_is_refused(closed):
    with pytest.raises(Refused, match="frozen"):
        request_collection(closed, RepositoryFactory(team=closed.team))
    assert not Collection.objects.exists()


def test_restart_in_a_closed_assessment_is_refused(closed):
    row = CollectionFactory(assessment=closed, state=JobState.DONE)
    with pytest.raises(Refused, match="frozen"):
        restart_collection(row)


def test_repository_a_closed_assessment_rests_on_stays(closed):
    row = CollectionFactory(assessment=closed, state=JobState.DONE)
    with pytest.raises(Refused, match="stays"):
        remove_repository(row.repository)
    assert Repository.objects.filter(pk=row.repository_id).exists()


def test_run_that_ends_after_the_closing_leaves_the_evidence_alone(closed):
    held = claim_job(Collection, CollectionFactory(assessment=closed).pk)
    store(held, Findings(dt.date(2026, 9, 30), "a" * 40, (Measured("size_p75", n=40, value=120.0),)))
    held.refresh_from_db()
    assert held.state == JobState.CANCELLED
    assert "closed before" in held.error
    assert not Measurement.objects.exists()
    assert not Evidence.objects.exists()
