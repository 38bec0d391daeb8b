"""Words people add to a report: kept when two write at once, printed as theirs, told to whom they are meant for."""

import datetime as dt
import io

import page
import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from assessment.models import AssessmentState
from core.refusals import Refused
from reports.domain import render
from reports.domain.exports import export
from reports.domain.remarks import DAYS_AFTER_CLOSING, RemarkConflict, places_of, write_remark
from reports.domain.report_data import report_data
from reports.models import Profile, RemarkVersion, Report
from tests.factories.accounts import MembershipFactory
from tests.factories.reports import ResultFactory
from tests.factories.surveys import AnonymousSurveyFactory

pytestmark = pytest.mark.django_db
CLOSED = AssessmentState.CLOSED


@pytest.fixture
def result():
    return ResultFactory()


@pytest.fixture
def ada(result):
    return MembershipFactory(team=result.assessment.team, role=Role.LEAD, user__name="Ada Nowak").user


def write(result, by, text="**Begin** with review.", *, place="opening", reach="client", based_on=0):
    return write_remark(result.assessment, place=place, text=text, reach=reach, based_on=based_on, by=by)


def address(result, place="opening"):
    return reverse("reports:remark", args=[result.assessment.public_id, place])


def test_every_place_of_the_report_prints_its_text_with_author_and_day(result, ada):
    places = [place.id for place in places_of(result.assessment)]
    for place in places:
        write(result, ada, f"Text for {place}", place=place)
    html = render.report_html(report_data(result))
    assert all(f"<p>Text for {place}</p>" in html for place in places)
    assert html.count("In the words of Ada Nowak, ") == len(places) > 5
    assert html.index("Text for opening") < html.index('id="reading"') < html.index("Text for roadmap")
    assert html.index("Text for roadmap") < html.index("Text for closing") < html.index('id="ledger"')


def test_second_of_two_writers_overwrites_nothing_and_sees_both_texts(client, result, ada):
    write(result, ada, "Ada's text")
    client.force_login(ada)
    answer = client.post(address(result), {"text": "Ben's text", "reach": "team", "based_on": "0"})
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "Ada&#x27;s text" in said or "Ada's text" in said
    assert answer.context["form"]["text"].value() == "Ben's text"
    assert RemarkVersion.objects.count() == 1
    again = {"text": "Ben's text", "reach": "team", "based_on": answer.context["form"]["based_on"].value()}
    assert client.post(address(result), again).status_code == 302
    kept = list(RemarkVersion.objects.order_by("number").values_list("number", "text"))
    assert kept == [(1, "Ada's text"), (2, "Ben's text")]


def test_number_taken_meanwhile_is_a_conflict_too(result, ada):
    write(result, ada, "One")
    with pytest.raises(RemarkConflict) as conflict:
        write(result, ada, "Two", based_on=0)
    assert conflict.value.theirs.text == "One"


def test_preview_keeps_nothing_and_shows_what_is_printed(client, result, ada):
    client.force_login(ada)
    sent = {"text": "*Now* <script>x</script>", "reach": "team", "based_on": "0", "preview": "1"}
    said = client.post(address(result), sent).content.decode()
    assert "<em>Now</em> &lt;script&gt;x&lt;/script&gt;" in said
    assert not RemarkVersion.objects.exists()


def test_same_text_again_makes_no_version_and_an_empty_one_takes_it_out(result, ada):
    write(result, ada)
    assert write(result, ada, based_on=1) is None
    write(result, ada, "", based_on=1)
    assert report_data(result).opening is None
    assert AuditEvent.objects.filter(verb="report.text_written").count() == 2


@pytest.mark.parametrize(
    ("reach", "readers"),
    [("team", {"team"}), ("board", {"team", "board"}), ("client", {"team", "board", "client"})],
)
def test_each_reader_gets_only_texts_meant_for_them(result, ada, reach, readers):
    write(result, ada, "Meant for some", reach=reach)
    found = {
        profile for profile in Profile.values if "Meant for some" in render.report_html(report_data(result, profile))
    }
    assert found == readers


def test_changed_text_gives_a_new_report_to_its_readers_alone(result, ada):
    def asked(profile):
        return render.request_report(result, by=ada, profile=profile).pk

    before = {profile: asked(profile) for profile in Profile.values}
    write(result, ada, reach="board")
    after = {profile: asked(profile) for profile in Profile.values}
    assert {profile for profile in Profile.values if before[profile] != after[profile]} == {"team", "board"}
    write(result, ada, "", based_on=1)
    assert {profile: asked(profile) for profile in Profile.values} == before


def test_report_prints_the_texts_it_was_asked_for_with(result, ada):
    write(result, ada, "As asked for")
    report = render.request_report(result, by=ada)
    write(result, ada, "Written since", based_on=1)
    html = render.report_html(render.printed_data(Report.objects.get(pk=report.pk)))
    assert "As asked for" in html
    assert "Written since" not in html


def test_texts_are_settled_when_the_assessment_closes(client, result, ada):
    write(result, ada)
    result.assessment.state, result.assessment.closed_at = CLOSED, timezone.now()
    result.assessment.save()
    with pytest.raises(Refused, match="settled"):
        write(result, ada, "Later", based_on=1)
    client.force_login(ada)
    assert client.post(address(result), {"text": "x", "reach": "team", "based_on": "1"}).status_code == 409
    assert 'name="text"' not in client.get(address(result)).content.decode()


def test_where_nothing_was_shown_before_closing_texts_stay_open_for_two_weeks(result, ada, time_machine):
    AnonymousSurveyFactory(assessment=result.assessment)
    result.assessment.state, result.assessment.closed_at = CLOSED, timezone.now()
    result.assessment.save()
    assert write(result, ada) is not None
    time_machine.move_to(timezone.now() + dt.timedelta(days=DAYS_AFTER_CLOSING, minutes=1))
    with pytest.raises(Refused, match="settled"):
        write(result, ada, "Later", based_on=1)


def test_unknown_place_is_not_found_and_a_member_may_not_write(client, result, ada):
    client.force_login(ada)
    assert client.get(address(result, "nowhere")).status_code == 404
    client.force_login(MembershipFactory(team=result.assessment.team, role=Role.MEMBER).user)
    assert client.get(address(result)).status_code == 403


def test_text_too_long_is_said_beside_the_field_and_stays(client, result, ada):
    client.force_login(ada)
    answer = client.post(address(result), {"text": "w" * 3001, "reach": "team", "based_on": "0"})
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == "w" * 3001
    assert "maxlength" not in answer.content.decode()  # what is put in would be cut there without a word


def test_report_with_wild_texts_is_printed_and_fetches_nothing(result, ada):
    wild = "![x](file:///etc/passwd) <img src=http://127.0.0.1:1/x> [a](https://example.org)\n\n" + "w" * 2000
    write(result, ada, wild)
    write(result, ada, "> " * 900 + "x", place="roadmap")
    write(result, ada, "- Łódź, кириллица, Ελληνικά\n" * 40, place="closing")
    pdf = render.report_pdf(result)
    assert pdf.warnings == ()
    for profile in ("ua1", "3a"):
        assert [f.message for f in page.validate_pdf_bytes(pdf.content, profile=profile).failures] == []
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        marks = [mark for sheet in opened.pages for mark in sheet.get("/Annots", [])]
        links = [str(mark.A.URI) for mark in marks if "/A" in mark and "/URI" in mark.A]
    assert "https://example.org" in links
    assert [link for link in links if link.startswith(("file", "http:"))] == []


def test_markdown_carries_the_words_as_a_quotation_without_their_marks(result, ada):
    write(result, ada, "**Begin** with `review` <b>")
    text = export(result, "text", by=ada).content.decode()
    assert "> In the words of Ada Nowak" in text
    assert "> Begin with \\`review\\` \\<b\\>" in text


def test_list_of_places_takes_few_queries(client, result, ada, django_assert_max_num_queries):
    write(result, ada)
    client.force_login(ada)
    with django_assert_max_num_queries(12):
        said = client.get(reverse("reports:remark-list", args=[result.assessment.public_id])).content.decode()
    assert "<strong>Begin</strong>" in said
