"""A maturity model of others from its upload to the text of its report: one way through for each scoring rule."""

import json
import re

import pytest
from django.urls import reverse

from accounts.models import Role
from assessment.domain.evidence import current_result
from assessment.domain.lifecycle import close_assessment, open_assessment, set_targets
from assessment.maturity.foreign.asked import EVERYBODY, practice_code
from assessment.maturity.loader import asked_model_of, foreign_model_of
from assessment.models import Assessment, MaturityModel
from core.refusals import Invalid
from reports.domain.other_report.moves import other_moves
from reports.domain.other_report.rules import front_of
from reports.domain.render import report_pdf
from surveys.domain import answer_store
from surveys.domain.seats import new_secret
from surveys.domain.summarize import summarize_survey
from surveys.models import AnonymousAnswer, Answer
from tests.assessment.foreign.samples import activity, lens, question, samm_files, write_dsomm, write_samm
from tests.assessment.test_model_pages import PERIOD, consultant, packed, sent
from tests.factories.accounts import MembershipFactory, TeamFactory
from tests.factories.surveys import AnonymousSurveyFactory, ParticipantFactory, SurveyFactory
from tests.reports.reading import lines_of

pytestmark = pytest.mark.django_db
__all__ = ["consultant"]


@pytest.fixture
def team(consultant):
    return TeamFactory(organization=consultant.organization)


def started(client, team, content, kind):
    """Upload, store, start and open an assessment with it, all on pages."""
    place = team.organization.memberships.get(role=Role.CONSULTANT)
    page = sent(client, place, content, kind)
    client.post(page.redirect_chain[-1][0])
    row = MaturityModel.objects.get(organization=team.organization)
    client.post(reverse("assessment:assessment-create", args=[team.public_id]), PERIOD | {"maturity_model": row.pk})
    assessment = Assessment.objects.get(maturity_model=row)
    open_assessment(assessment)
    return assessment


def seats_of(assessment, n, factory=SurveyFactory):
    survey = factory(assessment=assessment)
    people = [MembershipFactory(team=assessment.team).user for _ in range(n)]
    return [ParticipantFactory(survey=survey, user=user, roles=[EVERYBODY]) for user in people]


def answered(client, seat, answers):
    """Answer on the pages as a browser without JavaScript does; the last page that came back."""
    assessment, page = seat.survey.assessment, None
    client.force_login(seat.user)
    client.post(reverse("surveys:answer-start", args=[assessment.public_id]))
    for stage in asked_model_of(assessment.maturity_model).stages:
        address = reverse("surveys:answer-section", args=[assessment.public_id, stage.id])
        assert client.get(address).status_code == 200
        page = client.post(address, {"seat": seat.public_id, **answers})
    return page


def result_of(assessment):
    summarize_survey(assessment.survey)
    close_assessment(assessment)
    return current_result(assessment)


def pages_of(client, assessment):
    """The result page, read by somebody who leads, and the text of the report."""
    client.force_login(MembershipFactory(team=assessment.team, role=Role.LEAD).user)
    page = client.get(reverse("reports:result", args=[assessment.public_id]))
    text = " ".join(text for _, text in lines_of(report_pdf(current_result(assessment)).content))
    return re.sub(r"\s+", " ", page.content.decode()), text


def test_samm_from_the_zip_to_the_report(client, team, tmp_path):
    assessment = started(client, team, packed(write_samm(tmp_path, samm_files())), "samm")
    seats = seats_of(assessment, 3)
    everything = {f"q-{one.id}": "c" for one in asked_model_of(assessment.maturity_model).questions()}
    answered(client, seats[0], everything | {"q-P-RO-A-1": "a", "q-B-WA-B-3": "na", "why-B-WA-B-3": "No walls."})
    answered(client, seats[1], everything | {"q-P-RO-A-1": "b", "q-B-WA-B-3": "na", "why-B-WA-B-3": "None."})
    answered(client, seats[2], everything | {"q-P-RO-A-1": "c"})
    set_targets(assessment, {"P-RO": 3.0})
    card = result_of(assessment).score["card"]
    assert card["practices"]["P-RO"]["value"] == 2.75  # the median of 0, 0.5 and 1 in one of six activities
    assert card["practices"]["B-WA"]["ceiling"] == 2.5
    page, text = pages_of(client, assessment)
    for said in (page, text):
        assert "OWASP SAMM: 2.62 of 2.75." in said
        assert "2.75 of 3.00, target 3.00" in said
        assert "Does not apply here." in said
        assert "from “No” to “Fully”" in said
        assert "Do P-1-A" in said
    assert assessment.maturity_model.digest in text.replace(" ", "")
    assert "CC BY-SA 4.0" in text


def test_dsomm_from_its_file_to_the_report(client, team, tmp_path):
    tree = {
        "Build": {
            "Images": {
                "Pin bases": activity("11111111-1111-4111-8111-111111111111"),
                "Sign images": activity(
                    "22222222-2222-4222-8222-222222222222",
                    level=2,
                    dependsOn=["11111111-1111-4111-8111-111111111111"],
                ),
            },
            "Kept images": {"Scan them": activity("33333333-3333-4333-8333-333333333333", level=2)},
        }
    }
    file = write_dsomm(tmp_path / "model.yaml", tree)
    assessment = started(client, team, file.read_bytes(), "dsomm")
    for seat, letter in zip(seats_of(assessment, 3), "bcd", strict=True):
        answered(client, seat, {"q-11111111-1111-4111-8111-111111111111": letter})
    card = result_of(assessment).score["card"]
    assert card["practices"]["build/images"]["by_level"]["1"]["share"] == 0.5
    page, text = pages_of(client, assessment)
    for said in (page, text):
        assert "OWASP DevSecOps Maturity Model: 12% is in place." in said  # a quarter of one part, nothing of the other
        assert "2 of 3 questions have no answer." in said
        assert "In about half" in said
        assert "from “In a small part” to “In most of it”" in said
        assert "First: Pin bases" in said
    assert text.index("Pin bases") < text.index("First: Pin bases")


def test_lens_from_its_file_to_the_report(client, team):
    rules = [("release_one && release_two", "NO"), ("release_one", "MEDIUM"), ("default", "HIGH")]
    other = question("pages", [("default", "HIGH")], choices=("one", "no"))
    content = lens(question("release", rules, description="How it goes out."), other)
    assessment = started(client, team, json.dumps(content), "aws-lens")
    ticks = [("a", "b"), ("a", "b"), ("a",), ("a",)]
    seats = seats_of(assessment, 4)
    for seat, letters in zip(seats, ticks, strict=True):
        answered(client, seat, {f"q-release.{one}": one for one in letters})
    assert set(Answer.objects.values_list("kind", "level", "ticked")) == {
        ("ticked", None, "1 2"),
        ("ticked", None, "1"),
    }
    card = result_of(assessment).score["card"]
    assert card["questions"] == {"release": "MEDIUM_RISK", "pages": "UNANSWERED"}  # two of four are not more than half
    page, text = pages_of(client, assessment)
    for said in (page, text):
        assert "0 questions at high risk, 1 at medium risk." in said
        assert "Do two" in said
        assert "“two” by 2" in said
        assert "1 of 2 questions has no answer." in said
    assert "How it goes out." not in text


REFUSED = {
    "none of these with another": ({"q-pages.a": "a", "q-pages.b": "b"}, "stands alone"),
    "a tick and don't know": ({"q-pages.a": "a", "q-pages.dk": "dk"}, "not both"),
    "no reason": ({"q-pages.na": "na"}, "say in one line"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_sets_that_cannot_be_are_refused_beside_the_question(case, client, team):
    content = lens(question("pages", [("default", "HIGH")], choices=("one", "no")))
    assessment = started(client, team, json.dumps(content), "aws-lens")
    (seat,) = seats_of(assessment, 1)
    fields, sentence = REFUSED[case]
    page = answered(client, seat, fields)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Answer.objects.count() == 0


def test_ticks_can_be_changed_but_not_all_taken_away(client, team):
    content = lens(question("pages", [("default", "HIGH")], choices=("one", "two")))
    assessment = started(client, team, json.dumps(content), "aws-lens")
    (seat,) = seats_of(assessment, 1)
    answered(client, seat, {"q-pages.a": "a"})
    answered(client, seat, {"q-pages.b": "b", "seen-pages": "a|"})
    assert Answer.objects.get().ticked == "2"
    page = answered(client, seat, {"seen-pages": "b|"})
    assert "tick at least one choice" in page.content.decode()
    stored = client.get(reverse("surveys:stored", args=[assessment.public_id])).content.decode()
    assert "two" in stored


def test_without_names_nothing_is_told_of_fewer_than_the_minimum(client, team):
    content = lens(*(question(name, [(f"{name}_one", "NO"), ("default", "HIGH")]) for name in ("many", "few")))
    assessment = started(client, team, json.dumps(content), "aws-lens")
    seats = seats_of(assessment, 5, AnonymousSurveyFactory)
    for n, seat in enumerate(seats):
        new_secret(seat)
        seat.state = "started"
        seat.save()
        for name in ("many", "few")[: 2 if n < 4 else 1]:
            fields = {"kind": "ticked", "level": None, "ticked": "1", "reason": "", "version": f"version{n}"}
            answer_store.put(seat, name, fields, replaces=None)
    assert AnonymousAnswer.objects.count() == 9
    close_assessment(assessment)
    summarize_survey(assessment.survey)
    result = current_result(assessment)
    assert result.score["card"]["questions"] == {"many": "NO_RISK", "few": "UNANSWERED"}
    told = json.dumps(result.inputs)
    assert '"few"' not in told
    assert '"ticked": []' in told  # how many took which choice is not told where there is a minimum


def test_pages_that_need_our_own_format_say_so_in_a_sentence(client, team):
    content = lens(question("pages", [("default", "HIGH")]))
    assessment = started(client, team, json.dumps(content), "aws-lens")
    (seat,) = seats_of(assessment, 1)
    answered(client, seat, {"q-pages.a": "a"})
    result_of(assessment)
    client.force_login(MembershipFactory(team=team, role=Role.LEAD).user)
    overview = client.get(reverse("assessment:assessment-detail", args=[assessment.public_id])).content.decode()
    for name in ("reports:flow", "assessment:assessment-targets"):
        address = reverse(name, args=[assessment.public_id])
        assert client.get(address).status_code in {200, 302, 409}, name
        assert address not in overview, name
    for name in ("reports:roadmap", "surveys:workshop-lead"):
        address = reverse(name, args=[assessment.public_id])
        assert client.get(address).status_code == 200, name
        assert address in overview, name
    for name in ("reports:agreement", "reports:roadmap-follow"):
        assert client.get(reverse(name, args=[assessment.public_id])).status_code in {200, 409}, name
    assert client.get(reverse("reports:practice", args=[assessment.public_id, "pages"])).status_code == 409
    assert client.get(reverse("reports:export", args=[assessment.public_id, "figures"])).status_code == 404
    seen = client.get(reverse("reports:report-preview", args=[assessment.public_id])).content.decode()
    assert "1 question at high risk" in seen


def test_targets_are_samms_alone(client, team, tmp_path):
    assessment = started(client, team, packed(write_samm(tmp_path, samm_files())), "samm")
    client.force_login(MembershipFactory(team=team, role=Role.LEAD).user)
    address = reverse("assessment:assessment-targets", args=[assessment.public_id])
    assert "No target" in client.get(address).content.decode()
    assert client.post(address, {"P-RO": "1.5", "B-WA": ""}).status_code == 302
    assessment.refresh_from_db()
    assert assessment.target_profile == {"P-RO": 1.5}
    with pytest.raises(Invalid):
        set_targets(assessment, {"P-RO": 3.5})
    assert practice_code("P-RO") == "P-RO"
    assert foreign_model_of(assessment.maturity_model).rule == "samm"


def test_samm_page_tells_what_would_move_the_score(client, team, tmp_path):
    assessment = started(client, team, packed(write_samm(tmp_path, samm_files())), "samm")
    answered(client, seats_of(assessment, 1)[0], {"q-P-RO-A-1": "b"})
    result = result_of(assessment)
    section = other_moves(result)
    assert len(section.rows) == 10
    assert section.rows[0].gain.startswith("+0.")
    assert section.rows[0].how == "If the answer were “Fully” instead of “Half”."
    page, _ = pages_of(client, assessment)
    assert section.title in page
    assert f'href="#{section.rows[0].anchor}"' in page
    assert f'id="{section.rows[0].anchor}"' in page
    told = client.get(f"/api/v1/results/{result.public_id}/moves/").json()["moves"]
    assert told["n_tried"] == 12


def test_lens_page_tells_which_choice_lowers_a_risk(client, team):
    rules = [("release_one && release_two", "NO"), ("release_one", "MEDIUM"), ("default", "HIGH")]
    assessment = started(client, team, json.dumps(lens(question("release", rules))), "aws-lens")
    answered(client, seats_of(assessment, 1)[0], {"q-release.b": "b"})
    (row,) = other_moves(result_of(assessment)).rows
    assert (row.what, row.gain) == ("Question release", "No risk instead of High risk")
    assert row.how == "If this were ticked too: one"
    assert row.others == ("High risk 1 to 0",)


def test_parts_stand_as_the_model_has_them_whatever_order_the_database_gave_them_back_in(client, team, tmp_path):
    assessment = started(client, team, packed(write_samm(tmp_path, samm_files())), "samm")
    (seat,) = seats_of(assessment, 1)
    answered(client, seat, {f"q-{one.id}": "b" for one in asked_model_of(assessment.maturity_model).questions()})
    result = result_of(assessment)
    model, card = foreign_model_of(assessment.maturity_model), result.score["card"]
    for functions in (card["functions"], dict(reversed(card["functions"].items()))):
        front = front_of(model, {**card, "functions": functions})
        assert [row.name for row in front.rows] == [one.name for one in model.dimensions]
        assert front.headline == front_of(model, card).headline
