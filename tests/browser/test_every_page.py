"""Every page passes axe-core without a violation and fits 390 px, in light and dark."""

import pytest
from django.utils import timezone

from assessment.domain.drafts import copy_model
from assessment.domain.evidence import rescore
from assessment.domain.roadmap.wishes import OwnAction
from assessment.domain.team_roadmap import accept, add_own, set_details
from assessment.maturity.loader import load_shipped_model
from assessment.models import AssessmentState
from surveys.domain.answers import save_answer, save_comment
from surveys.domain.summarize import summarize_survey
from surveys.models import ParticipantState
from tests.browser.conftest import DESK, PHONE
from tests.factories.assessment import AssessmentFactory
from tests.factories.models import changed_model
from tests.factories.surveys import ParticipantFactory, SurveyFactory

axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
LONG = "Zahlungsverkehrs-Rückversicherungsabwicklungsgesellschaft"

ANONYMOUS = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/key/1-x/", "/no-such-page/"]
OF_PLACES = ["/", "/organizations/", "/organizations/{organization}/", "/teams/{team}/", "/teams/{team}/people/new/"]
OF_ASSESSMENT = [
    "",
    "edit/",
    "targets/",
    "people/",
    "people/names/",
    "close/",
    "answer/",
    "answer/pages/define/",
    "answer/check/",
    "answer/stored/",
    "answer/pages/review/",
    "result/",
    "flow/",
    "flow/inputs/",
    "roadmap/",
    "roadmap/follow/",
    "roadmap/history/",
    "roadmap/add/",
    "roadmap/capacity/",
    "roadmap/tracker/",
    "roadmap/actions/SP1-A1/",
    "result/agreement/",
    "result/SP1/",
    "repositories/",
    "repositories/attach/",
]
OF_DRAFT = [
    "",
    "yaml/",
    "try/",
    "publish/",
    "parts/general/all/",
    "parts/practice/SP1/",
    "parts/action/SP1-A1/",
    "parts/signal/spec_link_rate/",
    "translations/de/SP1/",
]
VIEWS = [(PHONE, "light"), (DESK, "dark")]


@pytest.fixture
def assessment(place):
    place.team.name = LONG
    place.team.save()
    assessment = AssessmentFactory(team=place.team, title=LONG, scope_note=LONG)
    survey = SurveyFactory(assessment=assessment)
    seat = ParticipantFactory(survey=survey, user=place.lead, state=ParticipantState.FINISHED)
    save_answer(seat, question="SP1.m", answer=3)
    save_answer(seat, question="SP1.e", answer="na", reason=LONG)
    save_comment(seat, practice="SP1", text=LONG)
    ParticipantFactory(survey=survey, user=place.member, roles=["security"])
    summarize_survey(survey)
    rescore(assessment)
    own = OwnAction(id="", practice="SP1", title=LONG, owner="engineer", effort="S", outcome=LONG, watch=LONG)
    begins_on = timezone.localdate()
    name = add_own(assessment, own, by=place.lead)
    set_details(assessment, name, owner="", starts_on=begins_on, due_on=begins_on, note=LONG, by=place.lead)
    accept(assessment, name, by=place.lead)
    return assessment


def problems(page):
    found = axe_playwright.Axe().run(page).response["violations"]
    return [f"{v['id']} ({v['impact']}): {node['html'][:160]}" for v in found for node in v["nodes"]]


def check(page, addresses):
    wrong = {}
    for size, scheme in VIEWS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for address in addresses:
            page.goto(address)
            width = page.evaluate("document.fonts.ready.then(() => document.documentElement.scrollWidth)")
            found = problems(page)
            if width > size["width"]:
                found.append(f"{width} px wide")
            if found:
                wrong[f"{address} {size['width']} px {scheme}"] = found
    assert wrong == {}


def test_planted_violation_is_found(page):
    page.set_content("<html lang='en'><title>Planted</title><main><h1>Planted</h1><input></main></html>")
    assert [problem.split()[0] for problem in problems(page)] == ["label"]


def test_pages_before_signing_in(signed_in, page, live_server, place):
    check(page, [live_server.url + path for path in ANONYMOUS])


def test_pages_of_teams(signed_in, live_server, place, assessment):
    places = {"organization": place.organization.public_id, "team": place.team.public_id}
    check(signed_in(place.admin), [live_server.url + path.format(**places) for path in OF_PLACES])


def test_pages_of_an_open_assessment(signed_in, live_server, place, assessment):
    base = f"{live_server.url}/assessments/{assessment.public_id}/"
    check(signed_in(place.lead), [base + path for path in OF_ASSESSMENT])


def test_pages_of_a_closed_assessment(signed_in, live_server, place, assessment):
    assessment.state = AssessmentState.CLOSED
    assessment.save()
    base = f"{live_server.url}/assessments/{assessment.public_id}/"
    check(
        signed_in(place.lead),
        [base + path for path in ("", "answer/", "answer/pages/define/", "answer/check/", "comments/")],
    )


def test_pages_of_writing_a_model(signed_in, live_server, place):
    draft = copy_model(load_shipped_model(), place.organization, name="ours", title=LONG, by=place.consultant)
    base = f"{live_server.url}/model-drafts/{draft.public_id}/"
    of_place = f"{live_server.url}/organizations/{place.organization.public_id}/"
    lists = [of_place + path for path in ("maturity-models/", "model-drafts/")]
    check(signed_in(place.consultant), [*lists, *(base + path for path in OF_DRAFT)])


def test_pages_of_versions_and_terms(signed_in, live_server, place, assessment):
    base = f"{live_server.url}/assessments/{assessment.public_id}/"
    target = changed_model()
    check(signed_in(place.lead), [base + path for path in ("versions/", f"versions/{target.digest}/", "validity/")])


def test_empty_pages(signed_in, live_server, place):
    check(signed_in(place.stranger), [f"{live_server.url}/", f"{live_server.url}/organizations/"])
