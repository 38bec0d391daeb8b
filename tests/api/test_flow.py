"""Flow over the API: the same numbers as the command, inputs by hand, scenarios."""

import pytest

from assessment.domain.flow.given import Origin
from assessment.domain.flow_inputs import record_flow_inputs
from assessment.models import FlowScenario
from tests.assessment.flow.test_constraint import WAITS
from tests.assessment.flow.test_constraint import team as team_inputs

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead_api(api, ada):
    return api(ada)


@pytest.fixture
def base(lead_api, assessment):
    record_flow_inputs(assessment, [*team_inputs(), *WAITS], origin=Origin.MEASURED)
    return f"/api/v1/assessments/{assessment.public_id}/"


def test_flow_tells_every_input_with_its_origin_and_what_they_lead_to(lead_api, base):
    told = lead_api.get(f"{base}flow/").json()
    origins = {one["name"]: one["origin"] for one in told["inputs"]}
    assert (origins["reviewers"], origins["ca2"]) == ("measured", "default")
    assert round(told["baseline"]["lead_time_days"], 1) == 9.3
    assert told["scenario"] is None


def test_inputs_are_set_and_taken_back(lead_api, base):
    told = lead_api.patch(f"{base}flow/", {"reviewers": 6}, format="json").json()
    assert next(one for one in told["inputs"] if one["name"] == "reviewers")["origin"] == "facilitator"
    told = lead_api.patch(f"{base}flow/", {"reviewers": None}, format="json").json()
    assert next(one for one in told["inputs"] if one["name"] == "reviewers")["value"] == 3


@pytest.mark.parametrize("wrong", [{"reviewers": 0}, {"p_sendback": 1}, {"typo": 1}, {"reviewers": "many"}])
def test_inputs_that_cannot_be_are_refused(lead_api, base, wrong):
    assert lead_api.patch(f"{base}flow/", wrong, format="json").status_code in {400, 422}


def test_what_if_keeps_nothing(lead_api, base):
    told = lead_api.post(f"{base}flow/what-if/", {"volume_percent": 26, "size_percent": 51}, format="json").json()
    assert round(told["scenario"]["review_utilization"], 2) == 1.43
    assert told["scenario"]["lead_time_days"] is None
    assert "No steady state" in told["scenario"]["note"]
    assert not FlowScenario.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"coding_percent": 100, "coding_means": "time"}, {"p_sendback": 1}, {"demand": "x"}, {"size_percent": -100}],
)
def test_what_if_that_cannot_be_is_refused(lead_api, base, wrong):
    assert lead_api.post(f"{base}flow/what-if/", wrong, format="json").status_code in {400, 422}


def test_scenario_from_saving_to_deleting(lead_api, base):
    body = {"name": "Upstream", "what_if": {"volume_percent": 26, "p_sendback": 0.15, "quick_path_share": 0.25}}
    made = lead_api.post(f"{base}scenarios/", body, format="json")
    assert made.status_code == 201
    again = lead_api.post(f"{base}scenarios/", body, format="json").json()
    assert again["id"] == made.json()["id"]
    address = f"/api/v1/scenarios/{again['id']}/"
    assert lead_api.get(address).json()["scenario"]["lead_time_days"] < 9
    assert lead_api.patch(address, {"in_report": True}, format="json").json()["in_report"] is True
    assert lead_api.patch(address, {"name": "Other"}, format="json").status_code == 422
    assert len(lead_api.get(f"{base}scenarios/").json()["results"]) == 1
    assert lead_api.delete(address).status_code == 204
    assert not FlowScenario.objects.exists()
