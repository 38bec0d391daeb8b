"""The page that tells whether what was taken on shows, and the mails to owners."""

import datetime as dt
from dataclasses import asdict

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.events import person_left
from accounts.models import Membership
from assessment.domain import team_roadmap as roadmap
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.team_roadmap import team_roadmap
from core.models import JobState
from metrics.models import Measurement
from reports.domain.owner_reminders import TRIES, plan_reminders, send_waiting
from reports.models import OwnerReminder
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.metrics import CollectionFactory, RepositoryFactory
from tests.factories.scoring import make_summary, shipped_model

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("midday")]


def place(row, level):
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    for practice in shipped_model().practices():
        content = asdict(make_summary(practice.id, level))
        record_evidence(row, source="survey", practice=practice.id, content=content, n=5, observed_at=at)
    rescore(row)


@pytest.fixture
def assessment():
    row = AssessmentFactory()
    place(row, 2.0)
    return row


@pytest.fixture
def owner(client, assessment):
    user = MembershipFactory(team=assessment.team, role="lead", user__name="Ada").user
    client.force_login(user)
    return user


def own(assessment, owner, **days):
    """Accept the first action; `starts` and `due` in days from today."""
    step, today = team_roadmap(assessment).actions[0], timezone.localdate()
    at = {f"{name}_on": today + dt.timedelta(days=n) for name, n in days.items()}
    fields = {"starts_on": None, "due_on": None, "owner": str(owner.pk), "note": ""} | at
    roadmap.set_details(assessment, step.id, **fields, by=owner)
    roadmap.accept(assessment, step.id, by=owner)
    return step


def measure(assessment, step, values, *, n_before):
    repository = RepositoryFactory(team=assessment.team)
    for i, value in enumerate(values):
        week = timezone.localdate() + dt.timedelta(weeks=i - n_before + 1)
        run = CollectionFactory(
            assessment=assessment,
            repository=repository,
            until_on=week,
            is_follow_up=True,
            state=JobState.DONE,
            finished_at=timezone.now(),
        )
        Measurement.objects.create(collection=run, signal=step.indicator_signal, value=value, n=10)


def page_of(client, assessment):
    return client.get(reverse("reports:roadmap-follow", args=[assessment.public_id])).content.decode()


def test_page_before_anything_is_taken_on(client, assessment, owner):
    assert "Nothing is taken on yet." in page_of(client, assessment)


def test_few_readings_are_too_early(client, assessment, owner):
    step = own(assessment, owner)
    measure(assessment, step, [0.2, 0.3, 0.25, 0.2], n_before=3)
    page = page_of(client, assessment)
    assert "Too early to say" in page
    assert "3 weekly readings before the start and 1 since; it takes 6 and 6." in page
    assert "Ada" in page


@pytest.mark.parametrize(("days_later", "word"), [(0, "Starts"), (5, "Started"), (8, "Started")])
def test_start_is_told_as_past_or_to_come(client, assessment, owner, days_later, word):
    own(assessment, owner, starts=5)
    day = date_format(timezone.localdate() + dt.timedelta(days=5))
    with time_machine.travel(timezone.now() + dt.timedelta(days=days_later)):
        assert f"{word} {day}." in page_of(client, assessment)


def test_no_visible_effect_is_said_in_these_words(client, assessment, owner):
    step = own(assessment, owner)
    measure(assessment, step, [0.2, 0.22, 0.19, 0.21] * 10, n_before=16)
    page = page_of(client, assessment)
    assert "No visible effect: beside where it was heading anyway" in page
    assert "0 of 1 indicators moved as hoped." in page
    assert "<polyline" in page


def test_wrong_way_fires_the_stop_rule_and_writes_to_the_owner_once(client, assessment, owner):
    step = own(assessment, owner, starts=0)
    OwnerReminder.objects.all().delete()
    wobble = [0.05, 0.06, 0.04, 0.05] * 10  # a window of 90 days takes 13 weeks to fill with what came after
    measure(assessment, step, [v + 0.6 * min(1, max(0, i - 15) / 13) for i, v in enumerate(wobble)], n_before=16)
    assert "Stop rule: the indicator went the wrong way" in page_of(client, assessment)
    plan_reminders()
    assert set(OwnerReminder.objects.values_list("kind", flat=True)) == {"starts", "stop"}
    assert plan_reminders() == 0
    assert send_waiting() == 2
    assert send_waiting() == 0
    assert sorted(one.subject.split(":")[0] for one in mail.outbox)[0] == "A stop rule fires"
    assert "Ada" in mail.outbox[0].body
    roadmap.stop(assessment, step.id, reason="It made it worse.", by=owner)
    assert "Stop rule" not in page_of(client, assessment)


def pilot(assessment, owner, *, weeks_ago):
    """The model's action with a stop rule of its own, begun so many weeks ago."""
    start = timezone.localdate() - dt.timedelta(weeks=weeks_ago)
    with time_machine.travel(start, tick=False):
        fields = {"starts_on": timezone.localdate(), "due_on": None, "owner": str(owner.pk), "note": ""}
        roadmap.set_details(assessment, "RV3-A3", **fields, by=owner)
        roadmap.accept(assessment, "RV3-A3", by=owner)
    OwnerReminder.objects.all().delete()
    return team_roadmap(assessment).step("RV3-A3")


def test_stop_rule_of_the_model_is_announced_and_silent_before_its_day(client, assessment, owner):
    step = pilot(assessment, owner, weeks_ago=5)
    measure(assessment, step, [20, 21, 19, 20, 20, 40, 41, 42, 43, 44], n_before=10)
    page = page_of(client, assessment)
    assert "Its stop rule looks on" in page
    assert "Stop rule of" not in page
    plan_reminders()
    assert not OwnerReminder.objects.filter(kind="stop").exists()


def test_stop_rule_of_the_model_fires_on_its_day_and_writes_once(client, assessment, owner):
    step = pilot(assessment, owner, weeks_ago=7)
    measure(assessment, step, [20, 20, 20, 28, 29, 30, 31, 30, 31], n_before=9)
    page = page_of(client, assessment)
    assert "Time waiting on reviewers P75 was 20 h before this began and is 31 h. Stop it, or say why not." in page
    assert "stop it unless more than 60% of the assistant&#x27;s comments are accepted." in page
    plan_reminders()
    (row,) = OwnerReminder.objects.filter(kind="stop")
    assert row.about_on == timezone.localdate() - dt.timedelta(weeks=1)
    assert plan_reminders() == 0
    roadmap.stop(assessment, step.id, reason="Its advice was noise.", by=owner)
    assert "Stop rule of" not in page_of(client, assessment)


def test_stop_rule_of_the_model_asks_only_what_nothing_measures_while_the_signal_holds(client, assessment, owner):
    step = pilot(assessment, owner, weeks_ago=7)
    measure(assessment, step, [20, 21, 19, 20, 20, 21, 20, 20, 21, 20], n_before=10)
    page = page_of(client, assessment)
    assert "stop it unless more than 60%" in page
    assert "before this began and is" not in page


@pytest.mark.parametrize(("due", "kind"), [(2, "due"), (-1, "overdue"), (30, None)])
def test_owner_hears_before_the_due_day_and_after_it(assessment, owner, due, kind):
    step = own(assessment, owner)
    start = timezone.localdate() - dt.timedelta(days=40)
    decided = team_roadmap(assessment).decisions.with_decision(
        step.id, due_on=timezone.localdate() + dt.timedelta(days=due), starts_on=start
    )
    revision = assessment.roadmap_revisions.first()
    revision.content["about"][step.id] |= {
        "due_on": decided.of(step.id).due_on.isoformat(),
        "starts_on": start.isoformat(),
    }
    revision.save()
    plan_reminders()
    assert [row.kind for row in OwnerReminder.objects.all()] == ([kind] if kind else [])


def test_no_mail_server_no_reminder_and_somebody_who_left_gets_none(assessment, owner, settings):
    own(assessment, owner, starts=1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert plan_reminders() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    owner.memberships.all().delete()
    assert plan_reminders() == 0


def test_mail_that_fails_is_tried_five_times(assessment, owner, settings):
    own(assessment, owner, starts=1)
    plan_reminders()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for _ in range(TRIES + 2):
        assert send_waiting() == 0
    assert OwnerReminder.objects.get().n_tries == TRIES


def test_next_assessment_confronts_the_last_roadmap(client, assessment, owner):
    step = own(assessment, owner)
    following = AssessmentFactory(team=assessment.team, period_end_on=dt.date(2027, 3, 31))
    place(following, 3.0)
    page = page_of(client, following)
    assert f"What became of the roadmap of {assessment.title}" in page
    assert step.title in page
    assert "Reached" in page


def test_who_left_is_named_on_no_page_and_in_no_history(client, assessment, owner):
    step = own(assessment, owner)
    page = reverse("reports:roadmap", args=[assessment.public_id])
    history = reverse("reports:roadmap-history", args=[assessment.public_id])
    assert "Ada" in client.get(page).content.decode()
    client.force_login(MembershipFactory(team=assessment.team, role="lead", user__name="Ben").user)
    organization = assessment.team.organization
    person_left.send(Membership, user=owner, organization=organization)
    owner.memberships.all().delete()
    told = client.get(page).content.decode() + client.get(history).content.decode() + page_of(client, assessment)
    assert step.title in told
    assert "Ada" not in told
