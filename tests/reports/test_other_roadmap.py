"""The roadmap of a model of others: its steps in its order, decided about by the same pages as ours."""

import csv
import io
import json
import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from assessment.domain import team_roadmap as domain
from assessment.domain.evidence import current_result, rescore
from assessment.domain.team_roadmap import team_roadmap
from assessment.models import Evidence
from core.refusals import Refused
from reports.domain.exports import export
from reports.domain.owner_reminders import plan_reminders
from reports.domain.render import report_pdf
from reports.domain.tickets import drafts_of
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.workshops import PINNED, other_model
from tests.reports.reading import lines_of

pytestmark = pytest.mark.django_db


def begun(folder, kind, practice, **said):
    row = AssessmentFactory(maturity_model=other_model(kind, folder))
    told = {"state": "answered", "n": 3, "low": None, "high": None, "counted": [], "ticked": [], "value": None}
    told |= {"n_dont_know": 0, "n_not_applicable": 0}
    content = {"questions": [told | said]}
    Evidence.objects.create(
        assessment=row, source="survey", practice=practice, content=content, n=3, observed_at=timezone.now()
    )
    rescore(row)
    return row


@pytest.fixture
def samm(tmp_path):
    return begun(tmp_path, "samm", "P-RO", question="P-RO-A-1", value=0.5)


@pytest.fixture
def lead(client, samm):
    user = MembershipFactory(team=samm.team, role="lead", user__name="Ada").user
    client.force_login(user)
    return user


def address(assessment, name="roadmap", *more):
    return reverse(f"reports:{name}", args=[assessment.public_id, *more])


def page_of(client, assessment):
    return re.sub(r"\s+", " ", client.get(address(assessment)).content.decode())


def titles(assessment):
    return [step.title for step in team_roadmap(assessment).actions]


def named(assessment, title):
    return next(step.id for step in team_roadmap(assessment).actions if step.title == title)


def test_the_steps_stand_in_the_order_of_the_model_and_nothing_is_dated(client, samm, lead):
    result = current_result(samm)
    assert titles(samm) == [row["title"] for row in result.roadmap["steps"]]
    page = page_of(client, samm)
    assert "12 actions are proposed." in page
    assert "nothing is dated that nobody dated" in page
    for words in ("person-days", "180 days", "Does it show?", "Where this would lead"):
        assert words not in page
    for name in ("roadmap-capacity", "roadmap-follow"):
        assert client.get(address(samm, name)).status_code == 409


def test_accepting_leaving_out_and_undoing_hold_whatever_is_answered_later(client, samm, lead):
    first, second = (step.id for step in team_roadmap(samm).actions[:2])
    assert client.post(address(samm, "roadmap-decide", first), {"decision": "accept"}).status_code == 302
    no_reason = client.post(address(samm, "roadmap-decide", second), {"decision": "reject"})
    assert no_reason.status_code == 422
    client.post(address(samm, "roadmap-decide", second), {"decision": "reject", "reason": "No time this year."})
    page = page_of(client, samm)
    assert "1 of 11 actions is taken on." in page or "1 of 11 actions are taken on." in page
    assert "Not taken: No time this year." in page
    assert team_roadmap(samm).decisions.of(first).starts_on is None  # no day that nobody set
    row = Evidence.objects.get(assessment=samm)
    row.content["questions"][0]["value"] = 1.0  # done in full: the result holds it no more
    row.content["questions"][0]["question"] = "P-RO-A-1"
    row.save()
    rescore(samm)
    assert first in [step.id for step in team_roadmap(samm).actions]
    client.post(address(samm, "roadmap-undo"))
    assert second in [step.id for step in team_roadmap(samm).actions]
    history = client.get(address(samm, "roadmap-history")).content.decode()
    assert [word for word in ("Accepted", "Not taken", "Undone") if word not in history] == []
    client.post(address(samm, "roadmap-return"), {"number": "2"})
    assert second not in [step.id for step in team_roadmap(samm).actions]


def test_order_is_the_teams_but_never_before_what_a_step_waits_for(tmp_path):
    row = begun(tmp_path, "dsomm", "x", question=PINNED, value=0.25)
    assert titles(row) == ["Pin bases", "Sign images"]
    assert (
        domain.move(row, named(row, "Sign images"), up=True, by=None)
        == "“Sign images” stays where it is: it waits for “Pin bases”."
    )
    assert titles(row) == ["Pin bases", "Sign images"]


def test_steps_are_moved_by_the_same_buttons(client, samm, lead):
    before = titles(samm)
    third = named(samm, before[2])
    client.post(address(samm, "roadmap-move", third), {"way": "up"})
    assert titles(samm)[:3] == [before[0], before[2], before[1]]
    client.post(address(samm, "roadmap-move", third), {"before": named(samm, before[0])})
    assert titles(samm)[:3] == [before[2], before[0], before[1]]


def test_owner_dates_note_and_an_own_action(client, samm, lead):
    step = team_roadmap(samm).actions[0].id
    given = {"owner": str(lead.pk), "starts_on": "2030-01-07", "due_on": "2030-02-01", "note": "With the new team"}
    assert client.post(address(samm, "roadmap-action", step), given).status_code == 302
    wrong = given | {"due_on": "2029-01-01"}
    assert client.post(address(samm, "roadmap-action", step), wrong).status_code == 422
    form = client.get(address(samm, "roadmap-add")).content.decode()
    assert [name for name in ("effort", "owner", "watch") if f'name="{name}"' in form] == []
    own = {"title": "Walk the road", "practice": "P-RO", "outcome": "Everybody has seen it"}
    assert client.post(address(samm, "roadmap-add"), own).status_code == 302
    page = page_of(client, samm)
    for words in ("Ada, from 7 January 2030, due 1 February 2030", "With the new team", "Walk the road"):
        assert words in page
    assert titles(samm)[-1] == "Walk the road"


def test_it_is_taken_along_as_files_and_tickets(client, samm, lead):
    first, second = team_roadmap(samm).actions[:2]
    domain.accept(samm, first.id, by=None)
    given = {"owner": str(lead.pk), "starts_on": date(2030, 1, 7), "due_on": None, "note": ""}
    domain.set_details(samm, first.id, **given, by=None)
    domain.reject(samm, second.id, reason="No time.", by=None)
    text = client.get(address(samm, "roadmap-export", "csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (rows[0]["title"], rows[0]["owner"], rows[0]["starts_on"], rows[0]["ends_on"]) == (
        first.title, "Ada", "2030-01-07", "",
    )  # fmt: skip
    assert (rows[0]["part"], rows[0]["from_level"], rows[1]["starts_on"]) == ("Taken on", "", "")
    told = json.loads(client.get(address(samm, "roadmap-export", "json")).content)
    assert told["actions"][-1]["reason"] == "No time."
    markdown = client.get(address(samm, "roadmap-export", "md")).content.decode()
    assert "## Taken on" in markdown
    assert "- Accepted, Ada, from 2030-01-07" in markdown
    (draft,) = drafts_of(samm, None)
    assert draft.draft.title == f"Walls: {first.title}"
    assert "from 2030-01-07" in draft.draft.body
    assert " to ," not in draft.draft.body


def test_the_report_is_made_of_the_plan_as_it_was_decided(samm):
    first, second = team_roadmap(samm).actions[:2]
    before = current_result(samm)
    domain.accept(samm, first.id, by=None)
    domain.set_details(samm, first.id, owner="", starts_on=date(2030, 1, 7), due_on=None, note="", by=None)
    domain.reject(samm, second.id, reason="No time this year.", by=None)
    rescore(samm)
    result = current_result(samm)
    assert result.digest != before.digest
    assert result.score == before.score  # decisions move no score
    text = " ".join(line for _, line in lines_of(report_pdf(result).content))
    assert "Not taken: No time this year." in text
    assert "Accepted, from 7 January 2030, level 1" in text
    assert "No time this year." not in " ".join(line for _, line in lines_of(report_pdf(before).content))


@pytest.mark.usefixtures("midday")
def test_owners_are_reminded_and_nothing_is_measured_for_it(samm, lead, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    step = team_roadmap(samm).actions[0].id
    domain.accept(samm, step, by=None)
    today = timezone.localdate()
    domain.set_details(samm, step, owner=str(lead.pk), starts_on=None, due_on=today, note="", by=None)
    assert plan_reminders() == 1


def test_unknown_actions_are_refused(samm):
    with pytest.raises(Refused, match="no such action"):
        domain.reject(samm, "nothing", reason="x", by=None)


@pytest.mark.parametrize("n_steps", [1, 12])
def test_page_asks_the_same_few_questions_however_many_steps(client, samm, lead, n_steps, django_assert_num_queries):
    result = current_result(samm)
    result.roadmap["steps"] = result.roadmap["steps"][:n_steps]
    result.save()
    page_of(client, samm)
    with django_assert_num_queries(7):
        page_of(client, samm)


@pytest.mark.parametrize("decides", [False, True])
def test_a_step_of_a_lens_is_told_with_its_question(tmp_path, decides):
    lens = begun(tmp_path, "lens", "out", question="out", counted=["out_one"])
    first = team_roadmap(lens).actions[0]
    if decides:
        domain.accept(lens, first.id, by=None)
        rescore(lens)
        assert [one.draft.title for one in drafts_of(lens, None)] == [f"Question out: {first.title}"]
    text = " ".join(line for _, line in lines_of(report_pdf(current_result(lens)).content))
    assert f"{first.title} {'Accepted, ' if decides else ''}Medium risk, Question out" in text


def test_exports_hold_what_is_not_taken_with_its_reason(samm, lead):
    left = team_roadmap(samm).actions[1]
    domain.reject(samm, left.id, reason="No time this year.", by=None)
    rescore(samm)
    result = current_result(samm)
    rows = csv.DictReader(io.StringIO(export(result, "actions", by=lead).content.decode("utf-8-sig")))
    assert [row["Title"] for row in rows if row["State"] == "Not taken"] == [left.title]
    text = export(result, "text", by=lead).content.decode()
    for said in (text, export(result, "page", by=lead).content.decode()):
        assert "No time this year." in said[said.rindex("Not taken</h3>" if "<html" in said else "### Not taken") :]
