"""Flow inputs of the repositories become those of the team."""

import pytest

from assessment.domain.flow.given import Origin
from assessment.domain.flow_inputs import given_of
from core.models import JobState
from metrics.domain.as_evidence import record_measured
from metrics.domain.as_flow import pool_flow
from metrics.models import Collection
from tests.factories.metrics import CollectionFactory, RepositoryFactory

pytestmark = pytest.mark.django_db


def read(value, n, p75=None):
    return {"value": value, "p75": p75, "n": n, "window_days": 56, "source": "changes made ready"}


def test_arrivals_add_up_reviewers_do_not_and_times_are_weighed():
    one = Collection(flow={"changes_per_day": read(3, 90), "reviewers": read(4, 4), "pickup_days": read(1, 30, 2)})
    two = Collection(flow={"changes_per_day": read(1, 30), "reviewers": read(6, 6), "pickup_days": read(5, 10, 6)})
    pooled = {given.name: given for given in pool_flow([one, two])}
    assert (pooled["changes_per_day"].value, pooled["changes_per_day"].n) == (4, 120)
    assert pooled["reviewers"].value == 6
    assert (pooled["pickup_days"].value, pooled["pickup_days"].p75, pooled["pickup_days"].n) == (2, 3, 40)
    assert pooled["pickup_days"].origin is Origin.MEASURED


def test_measuring_replaces_what_was_measured_before():
    collection = CollectionFactory(state=JobState.DONE, flow={"changes_per_day": read(3, 90)})
    record_measured(collection.assessment)
    later = CollectionFactory(
        assessment=collection.assessment,
        repository=RepositoryFactory(team=collection.assessment.team),
        state=JobState.DONE,
        flow={"build_days": read(2, 40)},
    )
    record_measured(later.assessment)
    assert {given.name: given.value for given in given_of(later.assessment)} == {"build_days": 2, "changes_per_day": 3}
    Collection.objects.update(flow={})
    record_measured(later.assessment)
    assert given_of(later.assessment) == []
