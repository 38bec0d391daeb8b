"""The roadmap page: what it shows to whom, and deciding with plain forms."""

import datetime as dt
from dataclasses import asdict

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessment.domain import team_roadmap as domain
from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.team_roadmap import team_roadmap
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, shipped_model

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("midday")]


@pytest.fixture
def assessment():
    row = AssessmentFactory()
    for practice in shipped_model().practices():
        content = asdict(make_summary(practice.id, 2.0))
        at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
        record_evidence(row, source="survey", practice=practice.id, content=content, n=5, observed_at=at)
    rescore(row)
    return row


@pytest.fixture
def lead(client, assessment):
    user = MembershipFactory(team=assessment.team, role="lead", user__name="Ada").user
    client.force_login(user)
    return user


def address(assessment, name="roadmap", *more):
    return reverse(f"reports:{name}", args=[assessment.public_id, *more])


def first(assessment, n=0):
    return team_roadmap(assessment).actions[n]


def test_team_says_what_it_can_carry_and_the_plan_follows(client, assessment, lead):
    planned = len(team_roadmap(assessment).actions)
    given = {"open_actions": "1", "now": "3", "next": "", "later": "0"}
    assert client.post(address(assessment, "roadmap-capacity"), given).url == address(assessment)
    plan = team_roadmap(assessment)
    assert 0 < len(plan.actions) < planned
    assert all(step.horizon != "later" for step in plan.actions)
    page = client.get(address(assessment)).content.decode()
    assert "At most 1 action is open at once. Now 3 person-days, Later 0 person-days." in page
    assert "What the team can carry" in client.get(address(assessment, "roadmap-history")).content.decode()
    client.post(address(assessment, "roadmap-undo"))
    assert len(team_roadmap(assessment).actions) == planned


@pytest.mark.parametrize(
    ("open_actions", "now"), [("4", ""), ("0", ""), ("", ""), ("2", "-1"), ("2", "nan"), ("2", "1e9")]
)
def test_what_no_team_can_carry_is_refused_at_its_field(client, assessment, lead, open_actions, now):
    response = client.post(address(assessment, "roadmap-capacity"), {"open_actions": open_actions, "now": now})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not assessment.roadmap_revisions.exists()


def test_dates_that_cannot_be_keep_what_was_written(client, assessment, lead):
    step = first(assessment)
    days = {
        "starts_on": timezone.localdate() + dt.timedelta(days=9),
        "due_on": timezone.localdate(),
        "note": "Ask Ben first.",
    }
    response = client.post(address(assessment, "roadmap-action", step.id), days)
    assert response.status_code == 422
    page = response.content.decode()
    assert "It would be due before it starts." in page
    assert "Ask Ben first." in page
    assert not assessment.roadmap_revisions.exists()


def test_deciding_with_plain_forms(client, assessment, lead):
    step, other = first(assessment), first(assessment, 5)
    assert (
        f"{len(team_roadmap(assessment).actions)} actions are proposed."
        in client.get(address(assessment)).content.decode()
    )
    response = client.post(address(assessment, "roadmap-decide", step.id), {"decision": "accept", "seen": "0"})
    assert response.url == f"{address(assessment)}#step-{step.id}"
    client.post(
        address(assessment, "roadmap-decide", other.id), {"decision": "reject", "reason": "<b>No</b>", "seen": "1"}
    )
    page = client.get(address(assessment)).content.decode()
    assert "1 of " in page
    assert "Not taken: &lt;b&gt;No&lt;/b&gt;." in page
    assert client.post(address(assessment, "roadmap-decide", step.id), {"decision": "sell"}).status_code == 422


def test_details_page_keeps_what_was_typed_and_tells_the_history(client, assessment, lead):
    step = first(assessment, 3)
    there = address(assessment, "roadmap-action", step.id)
    start = team_roadmap(assessment).decisions.begins_on
    sent = {
        "owner": str(lead.pk),
        "starts_on": start.isoformat(),
        "due_on": start.isoformat(),
        "note": "Soon",
        "seen": "0",
    }
    assert client.post(there, sent).status_code == 302
    page = client.get(there).content.decode()
    assert f'value="{start.isoformat()}"' in page
    assert "after it is due" in page
    assert "Owner, dates or note set" in page
    assert "Ada" in client.get(address(assessment)).content.decode()
    assert client.post(there, sent | {"due_on": "1999-01-01", "seen": "1"}).status_code == 422
    assert client.post(there, sent | {"due_on": "soon"}).status_code == 422


def test_add_move_undo_and_return(client, assessment, lead):
    own = {"title": "Talk first", "practice": "SP1", "effort": "S", "owner": "engineer", "outcome": "", "watch": ""}
    assert client.post(address(assessment, "roadmap-add"), own).url.endswith("#step-own-1")
    last = team_roadmap(assessment).actions[-1].id
    client.post(address(assessment, "roadmap-move", last), {"before": first(assessment, 4).id})
    client.post(address(assessment, "roadmap-move", last), {"way": "up", "before": ""})
    assert client.post(address(assessment, "roadmap-move", "nothing"), {"way": "up"}).status_code == 409
    client.post(address(assessment, "roadmap-undo"))
    history = client.get(address(assessment, "roadmap-history")).content.decode()
    assert "Undone" in history
    assert "Added: Talk first" in history
    assert client.post(address(assessment, "roadmap-return"), {"number": "1"}).status_code == 302
    assert client.post(address(assessment, "roadmap-return"), {"number": "1e3"}).status_code == 409


def test_member_reads_without_buttons_and_a_page_without_result_says_so(client, assessment):
    client.force_login(MembershipFactory(team=assessment.team).user)
    page = client.get(address(assessment)).content.decode()
    assert "Leave it out" not in page
    assert 'draggable="true"' not in page
    empty = AssessmentFactory(team=assessment.team)
    assert "There is no roadmap yet." in client.get(address(empty)).content.decode()
    assert client.get(address(empty, "roadmap-action", "SP1-A1")).status_code == 404


def test_page_asks_the_database_as_often_whatever_was_decided(client, assessment, lead):
    client.get(address(assessment))
    counts = []
    for n in (1, 3):
        for step in team_roadmap(assessment).actions[:n]:
            domain.set_details(assessment, step.id, owner=str(lead.pk), starts_on=None, due_on=None, note="x", by=lead)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address(assessment))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
