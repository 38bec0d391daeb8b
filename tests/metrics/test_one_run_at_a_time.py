import pytest
from django.db import IntegrityError, transaction

from core.models import JobState
from metrics.domain.repositories import request_collection, restart_collection
from metrics.models import Collection
from tests.factories.metrics import CollectionFactory

pytestmark = pytest.mark.django_db


def test_database_allows_one_collection_under_way_for_a_repository():
    row = CollectionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionFactory(assessment=row.assessment, repository=row.repository, state=JobState.RUNNING)
    CollectionFactory(assessment=row.assessment, repository=row.repository, state=JobState.DONE)


def test_second_request_is_handed_the_run_under_way():
    row = CollectionFactory()
    assert request_collection(row.assessment, row.repository) == row
    assert Collection.objects.count() == 1


def test_restart_beside_a_run_under_way_changes_nothing():
    over = CollectionFactory(state=JobState.FAILED)
    CollectionFactory(assessment=over.assessment, repository=over.repository)
    assert restart_collection(over) is False
    over.refresh_from_db()
    assert over.state == JobState.FAILED
