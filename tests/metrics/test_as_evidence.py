"""Several repositories become one reading; one signal becomes a row for every practice that lists it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.maturity.loader import SHIPPED, read_model
from assessment.models import Evidence, Result
from core.models import JobState
from metrics.domain.as_evidence import latest_collections, pool, record_measured
from metrics.models import Collection, Measurement, Repository
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory

MODEL = read_model(SHIPPED)
SIZE = MODEL.signals["size_p75"]
CI = MODEL.signals["ci_present"]


def row(name, *, value=None, grade="", n=10, until=dt.date(2026, 6, 30), examples=(), **fields):
    collection = Collection(repository=Repository(name=name), until_on=until)
    return Measurement(collection=collection, value=value, grade=grade, n=n, examples=list(examples), **fields)


@pytest.fixture
def assessment(db):
    return AssessmentFactory()


@pytest.fixture
def finished(assessment):
    def make(name, until=dt.date(2026, 6, 30), *, facts=None, repository=None, **measured):
        more = {"repository": repository} if repository else {"repository__name": name}
        collection = CollectionFactory(
            assessment=assessment, state=JobState.DONE, until_on=until, facts=facts or {}, **more
        )
        for signal, (value, n) in measured.items():
            said = {"grade": value} if isinstance(value, str) else {"value": value}
            Measurement.objects.create(collection=collection, signal=signal, n=n, window_days=90, **said)
        return collection

    return make


def test_pool_weights_values_by_n():
    pooled = pool("size_p75", [row("a", value=100, n=30), row("b", value=400, n=10)], SIZE)
    assert (pooled.value, pooled.n, pooled.source) == (175, 40, "a, b")


def test_pool_takes_the_grade_with_the_lowest_band():
    rows = [
        row("a", grade="tests_on_changes", n=1),
        row("b", grade="none", n=1),
        row("c", grade="present_no_tests", n=1),
    ]
    assert pool("ci_present", rows, CI).grade == "none"


def test_pool_of_one_repository_changes_nothing():
    pooled = pool("size_p75", [row("a", value=0.1, n=7, unit="lines", window_days=90, examples=["x"])], SIZE)
    assert (pooled.value, pooled.n, pooled.unit, pooled.window_days) == (0.1, 7, "lines", 90)
    assert pooled.examples == ("x",)


def test_pool_names_the_repository_of_each_example_and_takes_the_oldest_day():
    rows = [
        row("a", value=1, examples=[f"a{n}" for n in range(12)]),
        row("b", value=1, until=dt.date(2026, 3, 31), examples=["b0"]),
    ]
    pooled = pool("size_p75", rows, SIZE)
    assert pooled.examples == (*(f"a: a{n}" for n in range(6)), "b: b0")
    assert pooled.observed_on == "2026-03-31"


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 1000)), min_size=1, max_size=6))
def test_pooled_value_lies_between_the_values(pairs):
    value = pool("size_p75", [row(str(at), value=value, n=n) for at, (value, n) in enumerate(pairs)], SIZE).value
    values = [value for value, _ in pairs]
    assert min(values) - 1e-6 <= value <= max(values) + 1e-6


@given(st.permutations(range(4)))
def test_pool_does_not_depend_on_the_order(order):
    rows = [row(str(at), value=at * 10, n=at + 1) for at in range(4)]
    mixed = pool("size_p75", [rows[at] for at in order], SIZE)
    assert mixed.value == pytest.approx(pool("size_p75", rows, SIZE).value)


def test_record_measured_writes_a_row_for_every_practice_that_lists_the_signal(assessment, finished):
    finished("a", direct_push_rate=(0.1, 60), ai_marked_share=(0.2, 60))
    record_measured(assessment)
    listing = {p.id for p in MODEL.practices() if any(link.signal == "direct_push_rate" for link in p.evidence)}
    rows = Evidence.objects.filter(assessment=assessment)
    assert set(rows.filter(signal="direct_push_rate").values_list("practice", flat=True)) == listing
    assert [r.practice for r in rows.filter(signal="ai_marked_share")] == [""]


def test_record_measured_adds_up_the_facts_of_the_model_only(assessment, finished):
    finished("a", facts={"merged_changes_180d": 40, "deployable_units": 1, "future_dated_commits": 3})
    finished("b", facts={"merged_changes_180d": 2})
    record_measured(assessment)
    assert {r.signal: r.content["value"] for r in Evidence.objects.all()} == {
        "merged_changes_180d": 42,
        "deployable_units": 1,
    }


def test_record_measured_replaces_what_was_said_before(assessment, finished):
    first = finished("a", size_p75=(100, 30), revert_rate=(0.1, 60))
    record_measured(assessment)
    finished("a", dt.date(2026, 7, 31), repository=first.repository, size_p75=(200, 30))
    record_measured(assessment)
    assert {r.signal: r.content["value"] for r in Evidence.objects.all()} == {"size_p75": 200}


def test_the_newest_finished_collection_of_each_repository_counts(assessment, finished):
    old = finished("a", dt.date(2026, 3, 31))
    new = finished("a", repository=old.repository)
    other = finished("b")
    CollectionFactory(assessment=assessment, repository=old.repository, state=JobState.FAILED)
    CollectionFactory(state=JobState.DONE)
    assert latest_collections(assessment) == [new, other]


def test_record_measured_scores_the_assessment_again(finished, assessment, django_capture_on_commit_callbacks):
    finished("a", size_p75=(100, 30))
    with django_capture_on_commit_callbacks(execute=True):
        record_measured(assessment)
    assert Result.objects.filter(assessment=assessment).count() == 1
