"""The what-if page: what it shows, what it refuses, scenarios, and the inputs set by hand."""

import json

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from assessment.domain.flow.given import Origin
from assessment.domain.flow.whatif import WhatIf, whatif_from
from assessment.domain.flow_inputs import record_flow_inputs, set_flow_inputs
from assessment.domain.flow_reading import flow_reading_of
from assessment.domain.scenarios import save_scenario, show_in_report
from assessment.models import Assessment, AssessmentState, FlowScenario
from core.refusals import Refused
from tests.assessment.flow.test_constraint import TOLD, WAITS, team
from tests.factories.accounts import MembershipFactory
from tests.factories.assessment import AssessmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    row = AssessmentFactory()
    record_flow_inputs(row, [*team(), *WAITS], origin=Origin.MEASURED)
    record_flow_inputs(row, TOLD, origin=Origin.SURVEY)
    return row


@pytest.fixture
def lead(client, assessment):
    user = MembershipFactory(team=assessment.team, role="lead").user
    client.force_login(user)
    return user


def address(assessment, name="flow"):
    return reverse(f"reports:{name}", args=[assessment.public_id])


def query(**changes):
    return {
        "coding_percent": "40",
        "coding_means": "speed",
        "demand": "given",
        "volume_percent": "0",
        "size_percent": "0",
    } | changes


@pytest.mark.usefixtures("lead")
def test_page_without_a_question_asks_the_usual_one(client, assessment):
    page = client.get(address(assessment)).content.decode()
    assert "Lead time goes from 9.3 to 8.9 working days (−5.2%)." in page
    assert "Coding 1.4 times as fast is used up by 2.2% more changes a day; at 13% more, review never clears." in page
    assert "A fifth of relief buys most at Review; once that is done, most at Release" in page
    assert "a default stands in" not in page


@pytest.mark.usefixtures("lead")
def test_time_and_speed_are_told_apart(client, assessment):
    page = client.get(address(assessment), query(coding_means="time")).content.decode()
    assert "Coding 1.7 times as fast" in page


@pytest.mark.usefixtures("lead")
def test_push_grows_the_volume_with_the_speed(client, assessment):
    page = client.get(address(assessment), query(demand="push", coding_percent="10")).context["page"]
    assert page.facts[0].after == "98%"


@pytest.mark.usefixtures("lead")
def test_preset_button_sets_growth_and_leaves_the_rest(client, assessment):
    response = client.get(address(assessment), query(preset="telemetry-2026", p_sendback="15"))
    form = response.context["form"]
    assert (form["volume_percent"].value(), form["size_percent"].value()) == ("16", "51")
    assert form["p_sendback"].value() == "15"
    assert response.context["preset"] == "telemetry-2026"
    assert "there is no steady state" in response.content.decode()


@pytest.mark.usefixtures("lead")
def test_htmx_gets_the_outcome_alone(client, assessment):
    response = client.get(address(assessment), query(), headers={"HX-Request": "true"})
    page = response.content.decode()
    assert "<h1>Lead time goes from" in page
    assert "<form class=" not in page.partition("save-scenario")[0]
    assert response.headers["Vary"].startswith("HX-Request") or "HX-Request" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"coding_percent": "100", "coding_means": "time"}, "Coding cannot take 100% less time"),
        ({"coding_percent": "fast"}, "Enter a number."),
        ({"reviewers": "0"}, "must be above 0|whole number"),
        ({"reviewers": "2.5"}, "whole number"),
        ({"p_sendback": "100"}, "below 100 percent"),
        ({"approval_days": "-1"}, "cannot be negative"),
        ({"volume_percent": "nan"}, "Enter a number."),
        ({"demand": "x"}, "Select a valid choice"),
    ],
)
@pytest.mark.usefixtures("lead")
def test_what_cannot_be_is_said_beside_its_field(client, assessment, wrong, words):
    response = client.get(address(assessment), query(**wrong))
    assert response.status_code == 422
    page = response.content.decode()
    assert any(word in page for word in words.split("|"))
    name, typed = next(iter(wrong.items()))
    assert response.context["form"][name].value() == typed


@pytest.mark.usefixtures("lead")
def test_impossible_measurement_is_named_and_can_be_changed(client, assessment):
    record_flow_inputs(assessment, team(p_integration_fail=1.0), origin=Origin.MEASURED)
    page = client.get(address(assessment)).content.decode()
    assert "p_integration_fail is 1; give a probability" in page
    assert address(assessment, "flow-inputs") in page
    assert client.post(address(assessment, "scenario-save"), query(name="X")).status_code == 409


def test_defaults_are_named(client):
    bare = AssessmentFactory()
    client.force_login(MembershipFactory(team=bare.team).user)
    page = client.get(address(bare)).content.decode()
    assert "Not known about this team, so a default stands in: changes per working day; definition, days;" in page


def test_scenario_is_saved_named_replaced_and_opened_by_its_link(client, assessment, lead):
    for volume in ("26", "30"):
        saved = client.post(address(assessment, "scenario-save"), query(name="Trial", volume_percent=volume))
    row = FlowScenario.objects.get()
    assert (row.name, row.made_by, row.values["volume_percent"]) == ("Trial", lead, 30)
    assert saved.url == reverse("reports:scenario", args=[row.public_id])
    response = client.get(saved.url)
    assert response.context["form"]["volume_percent"].value() == 30
    assert "Scenario “Trial”" in response.content.decode()
    assert AuditEvent.objects.filter(verb="scenario.saved").count() == 2


@pytest.mark.usefixtures("lead")
def test_scenario_without_a_name_loses_nothing(client, assessment):
    response = client.post(address(assessment, "scenario-save"), query(name=" ", volume_percent="26"))
    assert response.status_code == 422
    assert response.context["form"]["volume_percent"].value() == "26"


def test_scenario_in_the_report_belongs_to_the_result(assessment, lead):
    row = save_scenario(assessment, name="Trial", whatif=WhatIf(volume_percent=26), by=lead)
    assert assessment.results.count() == 0
    show_in_report(row, shown=True, by=lead)
    show_in_report(row, shown=True, by=lead)
    reading = flow_reading_of(assessment.results.first())
    assert [(each.name, each.whatif.volume_percent, each.case.lead_time_days) for each in reading.scenarios] == [
        ("Trial", 26, None)
    ]
    assert AuditEvent.objects.filter(verb="scenario.put_in_report").count() == 1


@pytest.mark.usefixtures("lead")
def test_scenario_is_put_into_the_report_taken_out_and_deleted(client, assessment):
    row = save_scenario(assessment, name="Trial", whatif=WhatIf(), by=None)
    show = reverse("reports:scenario-show", args=[row.public_id])
    client.post(show, {"shown": "yes"})
    row.refresh_from_db()
    assert row.in_report
    client.post(show, {"shown": "no"})
    row.refresh_from_db()
    assert not row.in_report
    client.post(reverse("reports:scenario-delete", args=[row.public_id]))
    assert not FlowScenario.objects.exists()


def test_old_scenario_still_opens():
    assert whatif_from({"coding_percent": 20, "no_longer_known": 1}) == WhatIf(coding_percent=20)


def test_whatif_survives_being_stored():
    whatif = WhatIf(volume_percent=26, p_sendback=0.15)
    assert whatif_from(json.loads(json.dumps(whatif.__dict__))) == whatif


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.usefixtures("lead")
def test_page_takes_the_same_few_queries_whatever_is_saved(client, assessment, n, django_assert_num_queries):
    for i in range(n):
        save_scenario(assessment, name=f"Scenario {i}", whatif=WhatIf(volume_percent=i), by=None)
    with django_assert_num_queries(7):
        client.get(address(assessment))


@pytest.mark.usefixtures("lead")
def test_inputs_are_set_by_hand_and_taken_back(client, assessment):
    page = client.get(address(assessment, "flow-inputs")).content.decode()
    assert "measured 25 (n = 40, 90 days)" in page
    client.post(address(assessment, "flow-inputs"), {"reviewers": "6", "p_sendback": "10"})
    reading = flow_reading_of(assessment.results.first())
    by_hand = {one.name: one.value for one in reading.inputs if one.origin is Origin.FACILITATOR}
    assert by_hand == {"reviewers": 6, "p_sendback": 0.1}
    client.post(address(assessment, "flow-inputs"), {})
    assert not assessment.flow_inputs.filter(origin="facilitator").exists()


@pytest.mark.usefixtures("lead")
def test_inputs_that_cannot_be_are_refused_and_kept_in_the_form(client, assessment):
    response = client.post(address(assessment, "flow-inputs"), {"reviewers": "0", "p_sendback": "100", "ca2": "2"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Is 0; give a whole number from 1" in page
    assert "below 100 percent" in page
    assert not assessment.flow_inputs.filter(origin="facilitator").exists()


def test_a_closed_assessment_keeps_its_numbers(client, assessment, lead):
    assert address(assessment, "flow-inputs") in client.get(address(assessment)).content.decode()
    Assessment.objects.filter(pk=assessment.pk).update(state=AssessmentState.CLOSED)
    assert address(assessment, "flow-inputs") not in client.get(address(assessment)).content.decode()
    before = assessment.results.count()
    for answer in (
        client.get(address(assessment, "flow-inputs")),
        client.post(address(assessment, "flow-inputs"), {"reviewers": "6"}),
    ):
        assert answer.status_code == 409
        assert "Open it again to change its numbers." in answer.content.decode()
    with pytest.raises(Refused, match="stays as it is"):
        set_flow_inputs(Assessment.objects.get(pk=assessment.pk), {"reviewers": 6.0}, by=lead)
    assert (assessment.results.count(), assessment.flow_inputs.filter(origin="facilitator").exists()) == (before, False)
