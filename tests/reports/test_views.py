"""Who may see what, and what stands on the pages."""

import pytest
from django.urls import reverse

from accounts.models import Role
from assessment.domain.scoring.types import State
from assessment.models import CapContest
from core.models import JobState
from core.polling import job_version
from reports.domain.render import TEMPLATE_VERSION
from tests.factories import team_of_nine
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.reports import MODEL, ReportFactory, ResultFactory, practice_score, score_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def result():
    return ResultFactory(card=team_of_nine.card())


@pytest.fixture
def people(result):
    team = result.assessment.team
    organization = {"team": None, "organization": team.organization}
    return {
        "stranger": UserFactory(),
        "member": MembershipFactory(team=team, role=Role.MEMBER).user,
        "lead": MembershipFactory(team=team, role=Role.LEAD).user,
        "consultant": MembershipFactory(role=Role.CONSULTANT, **organization).user,
        "administrator": MembershipFactory(role=Role.ADMINISTRATOR, **organization).user,
    }


def address(name, result, *more):
    return reverse(f"reports:{name}", args=[result.assessment.public_id, *more])


READS = {"anonymous": 302, "stranger": 404, "member": 200, "lead": 200, "consultant": 200, "administrator": 200}
STAFF = {"anonymous": 302, "stranger": 404, "member": 403, "lead": 200, "consultant": 200, "administrator": 200}


@pytest.mark.parametrize("who", list(READS))
@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [("result", (), READS), ("practice", ("EN1",), READS), ("cap-contest", ("EN1", 0), STAFF)],
)
def test_pages_of_a_result_open_for_those_who_may(client, result, people, name, more, expected, who):
    if who != "anonymous":
        client.force_login(people[who])
    assert client.get(address(name, result, *more)).status_code == expected[who]


@pytest.mark.parametrize(
    ("who", "expected"), [("anonymous", 302), ("stranger", 404), ("member", 403), ("lead", 302), ("consultant", 302)]
)
def test_only_staff_has_a_report_made(client, result, people, who, expected):
    if who != "anonymous":
        client.force_login(people[who])
    response = client.post(address("report-request", result))
    assert response.status_code == expected
    assert result.reports.count() == (1 if who in {"lead", "consultant"} else 0)


@pytest.mark.parametrize(("who", "expected"), [("anonymous", 302), ("stranger", 404), ("member", 200), ("lead", 200)])
def test_a_report_is_for_those_who_see_its_team(client, result, people, who, expected):
    report = ReportFactory(result=result)
    if who != "anonymous":
        client.force_login(people[who])
    assert client.get(reverse("reports:report-status", args=[report.public_id])).status_code == expected


def test_result_page_leads_from_a_number_to_its_arithmetic(client, result, people):
    client.force_login(people["member"])
    page = client.get(address("result", result)).content.decode()
    assert address("practice", result, "EN1") in page
    arithmetic = client.get(address("practice", result, "EN1")).content.decode()
    assert "Planning score" in arithmetic
    assert "Direct pushes to main" in arithmetic


def test_make_the_report_is_offered_only_to_those_who_may(client, result, people):
    for who, offered in (("member", False), ("lead", True)):
        client.force_login(people[who])
        assert ("Make the report" in client.get(address("result", result)).content.decode()) is offered


def test_result_page_without_a_result_says_what_to_do(client, people, result):
    empty = AssessmentFactory(team=result.assessment.team)
    client.force_login(people["member"])
    response = client.get(reverse("reports:result", args=[empty.public_id]))
    assert response.status_code == 200
    assert "There is no result yet." in response.content.decode()
    assert client.get(reverse("reports:practice", args=[empty.public_id, "EN1"])).status_code == 404


def test_a_report_without_a_result_is_refused_in_a_sentence(client, people, result):
    empty = AssessmentFactory(team=result.assessment.team)
    client.force_login(people["lead"])
    response = client.post(reverse("reports:report-request", args=[empty.public_id]), follow=True)
    assert "There is no result to print yet" in response.content.decode()


def test_an_unknown_practice_is_not_found(client, result, people):
    client.force_login(people["member"])
    assert client.get(address("practice", result, "XX1")).status_code == 404
    client.force_login(people["lead"])
    assert client.get(address("cap-contest", result, "EN1", 9)).status_code == 404


def test_contesting_a_cap_needs_a_note_and_keeps_it(client, result, people):
    client.force_login(people["lead"])
    target = address("cap-contest", result, "EN1", 0)
    assert client.post(target, {"note": " "}).status_code == 422
    assert client.post(target, {"note": "Protected by a ruleset."}).status_code == 302
    kept = CapContest.objects.get()
    assert (kept.practice, kept.cap, kept.note, kept.by) == ("EN1", 0, "Protected by a ruleset.", people["lead"])


def test_a_contest_note_can_be_edited_and_withdrawn_on_the_page(client, people, result):
    contest = CapContest.objects.create(assessment=result.assessment, practice="EN1", cap=0, note="A ruleset protects.")
    edit, withdraw = (address(name, result, "EN1", 0) for name in ("cap-contest", "cap-contest-withdraw"))
    client.force_login(people["lead"])
    page = client.get(address("practice", result, "EN1")).content.decode()
    assert edit in page
    assert withdraw in page
    assert contest.note in client.get(edit).content.decode()
    client.force_login(people["member"])
    assert withdraw not in client.get(address("practice", result, "EN1")).content.decode()
    client.force_login(people["lead"])
    assert client.post(withdraw).status_code == 302
    assert not CapContest.objects.exists()
    assert client.post(withdraw).status_code == 404


def test_a_cap_that_does_not_limit_is_not_offered_for_contest(client, people):
    unstaged = score_card(tuple(practice_score(about.id, State.NOT_ASKED) for about in MODEL.practices()))
    result = ResultFactory(card=unstaged, assessment__team=people["lead"].memberships.get().team)
    client.force_login(people["lead"])
    page = client.get(address("practice", result, "EN1")).content.decode()
    assert address("cap-contest", result, "EN1", 0) not in page
    assert "Not judged: " in page
    assert "was not measured." in page


def test_names_from_people_are_escaped_on_the_page(client, people, result):
    result.assessment.team.name = "<script>x</script>"
    result.assessment.team.save()
    client.force_login(people["member"])
    page = client.get(address("result", result)).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_pages_carry_no_inline_style_or_script(client, result, people):
    client.force_login(people["lead"])
    for name, more in (("result", ()), ("practice", ("RV1",)), ("cap-contest", ("RV1", 0))):
        page = client.get(address(name, result, *more)).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page


def test_result_page_takes_a_fixed_number_of_queries(client, result, people, django_assert_max_num_queries):
    client.force_login(people["member"])
    with django_assert_max_num_queries(15):
        client.get(address("result", result))


def test_status_answers_a_poll_with_nothing_news_or_the_end(client, result, people):
    report = ReportFactory(result=result, template_version=TEMPLATE_VERSION)
    client.force_login(people["lead"])
    target = reverse("reports:report-status", args=[report.public_id])
    poll = {"HX-Request": "true"}
    assert client.get(f"{target}?version={job_version(report)}", headers=poll).status_code == 204
    news = client.get(f"{target}?version=old", headers=poll)
    assert news.status_code == 200
    assert "HX-Request" in news["Vary"]
    report.state = JobState.DONE
    report.save()
    assert client.get(target, headers=poll).status_code == 286


def test_status_page_of_a_failed_report_says_why_and_offers_again(client, result, people):
    report = ReportFactory(result=result, state=JobState.FAILED, error="Rendering took longer than 180 seconds.")
    client.force_login(people["lead"])
    page = client.get(reverse("reports:report-status", args=[report.public_id])).content.decode()
    assert "Rendering took longer than 180 seconds." in page
    assert "Try again" in page


def test_download_sends_a_safe_attachment(client, result, people, django_capture_on_commit_callbacks):
    client.force_login(people["lead"])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("report-request", result))
    report = result.reports.get()
    response = client.get(reverse("reports:report-download", args=[report.public_id]))
    content = b"".join(response.streaming_content)
    assert content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert "headwater-" in response["Content-Disposition"]


@pytest.mark.parametrize("who", ["stranger", "member"])
def test_download_of_a_report_without_a_file_is_not_found(client, result, people, who):
    report = ReportFactory(result=result)
    client.force_login(people[who])
    assert client.get(reverse("reports:report-download", args=[report.public_id])).status_code == 404
