"""Weekly measuring of what was taken on: which weeks, once each, beside the evidence."""

import datetime as dt
from dataclasses import asdict
from itertools import pairwise

import pytest
import time_machine

from assessment.domain import team_roadmap as roadmap
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.team_roadmap import decisions_of, team_roadmap
from assessment.models import AssessmentState
from core.models import JobState
from metrics.domain.as_evidence import latest_collections
from metrics.domain.collect import collect, store
from metrics.domain.follow import measure_due, series_of, weeks_of
from metrics.domain.measure import Findings
from metrics.domain.repositories import schedule_of
from metrics.models import Collection, Measurement
from metrics.signals.types import Measured
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory
from tests.factories.scoring import make_summary, shipped_model
from tests.metrics.repositories import NOON, plain_history

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    row = AssessmentFactory()
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    for practice in shipped_model().practices():
        content = asdict(make_summary(practice.id, 2.0))
        record_evidence(row, source="survey", practice=practice.id, content=content, n=5, observed_at=at)
    rescore(row)
    return row


@pytest.fixture
def repository(assessment):
    return RepositoryFactory(team=assessment.team)


def take_on(assessment):
    step = team_roadmap(assessment).actions[0]
    roadmap.accept(assessment, step.id, by=None)
    return step


def begun(assessment):
    return decisions_of(assessment.roadmap_revisions.first()).begins_on


def test_nothing_is_measured_while_nothing_is_taken_on(assessment, repository):
    assert measure_due() == 0
    roadmap.reject(assessment, "EN1-A1", reason="No.", by=None)
    assert measure_due() == 0


def test_weeks_end_on_sundays_and_reach_back_twelve(assessment):
    take_on(assessment)
    decisions = decisions_of(assessment.roadmap_revisions.first())
    weeks = weeks_of(decisions, begun(assessment) + dt.timedelta(days=20))
    assert {week.isoweekday() for week in weeks} == {7}
    assert begun(assessment) - dt.timedelta(weeks=12) <= weeks[-1] < begun(assessment) - dt.timedelta(weeks=11)
    assert weeks == sorted(weeks, reverse=True)
    long_after = weeks_of(decisions, begun(assessment) + dt.timedelta(days=900))
    assert max(long_after) <= decisions.ends_on + dt.timedelta(days=56)


def test_each_week_is_measured_once_also_after_closing(assessment, repository):
    take_on(assessment)
    assessment.state = AssessmentState.CLOSED
    assessment.save()
    today = begun(assessment)
    n_weeks = len(weeks_of(decisions_of(assessment.roadmap_revisions.first()), today))
    assert measure_due(today=today) == 1
    assert measure_due(today=today) == 0  # one at a time
    for _ in range(n_weeks + 3):
        Collection.objects.update(state=JobState.DONE)
        measure_due(today=today)
    assert Collection.objects.filter(is_follow_up=True).count() == n_weeks


def test_half_of_the_days_measurings_are_left_to_people_and_a_switched_off_team_rests(assessment, repository, settings):
    take_on(assessment)
    settings.COLLECTIONS_PER_DAY = 2
    CollectionFactory(assessment=assessment, repository=repository)
    assert measure_due() == 0
    settings.COLLECTIONS_PER_DAY = 500
    schedule = schedule_of(assessment.team)
    schedule.is_on = False
    schedule.save()
    assert measure_due() == 0


def test_follow_up_becomes_no_evidence_and_stands_beside_a_run_a_person_asked_for(assessment, repository):
    CollectionFactory(assessment=assessment, repository=repository)
    take_on(assessment)
    assert measure_due() == 1
    held = Collection.objects.get(is_follow_up=True)
    held.state, held.claim = JobState.RUNNING, "11111111-1111-1111-1111-111111111111"
    held.save()
    readings = (Measured("red_merge_rate", 40, value=0.2),)
    store(held, Findings(held.until_on, "head", readings))
    held.refresh_from_db()
    assert (held.state, held.measurements.count()) == (JobState.DONE, 1)
    assert not assessment.evidence.filter(source="metric").exists()
    assert latest_collections(assessment) == []


def measured(assessment, repository, week, value):
    run = CollectionFactory(
        assessment=assessment, repository=repository, until_on=week, is_follow_up=True, state=JobState.DONE
    )
    Measurement.objects.create(collection=run, signal="red_merge_rate", value=value, n=10)


def test_series_pools_repositories_and_leaves_out_a_week_that_lacks_one(assessment, repository):
    other, week = RepositoryFactory(team=assessment.team), dt.date(2026, 10, 4)
    for row, value in ((repository, 0.1), (other, 0.3)):
        measured(assessment, row, week, value)
    measured(assessment, repository, week + dt.timedelta(days=7), 0.5)
    points = series_of(assessment, {"red_merge_rate"})["red_merge_rate"]
    assert [(point.on, round(point.value, 3), point.n) for point in points] == [(week, 0.2, 20)]


@time_machine.travel(NOON, tick=False)
def test_weeks_before_the_start_are_read_from_the_same_history(waiting):
    assessment = waiting(plain_history(90)).assessment
    Collection.objects.update(state=JobState.DONE)
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    content = asdict(make_summary("SP1", 2.0))
    record_evidence(assessment, source="survey", practice="SP1", content=content, n=5, observed_at=at)
    rescore(assessment)
    roadmap.accept(assessment, team_roadmap(assessment).actions[0].id, by=None)
    for _ in range(3):
        assert measure_due() == 1
        collect(Collection.objects.get(is_follow_up=True, state=JobState.QUEUED).pk)
    points = series_of(assessment, {"size_p75"})["size_p75"]
    assert [later.on - point.on for point, later in pairwise(points)] == [dt.timedelta(days=7)] * 2
    assert points[-1].on <= begun(assessment)
    heads = Collection.objects.filter(is_follow_up=True).values_list("head_commit", flat=True)
    assert len(set(heads)) == 3  # each week saw what the main line was then
