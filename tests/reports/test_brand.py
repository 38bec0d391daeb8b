"""The look of an organization: chosen with care, printed for ever, part of which report is which."""

import io

import page
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEvent, Role
from core.images import MAX_BYTES, picture_of
from core.models import JobState
from reports.brand_forms import REFUSALS
from reports.domain import render
from reports.domain.branding import (
    BrandDraft,
    brand_in_use,
    brands_for,
    keep_draft,
    put_in_use,
    tone_for_words,
    withdraw_brand,
)
from reports.domain.exports import export
from reports.models import Brand, Form, Report
from tests.factories.accounts import MembershipFactory, OrganizationFactory, UserFactory
from tests.factories.reports import ReportFactory, ResultFactory

pytestmark = pytest.mark.django_db
NAVY, YELLOW = "#0b2a6b", "#ffe873"


def png(colour=(11, 42, 107), size=(300, 90)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def draft(**changes):
    given = {"colour": NAVY, "rule_colour": NAVY, "cover_text": "Made by Nordlicht", "footer_text": "Confidential"}
    return BrandDraft(**{**given, "logo": b"", "logo_alt": "", **changes})


@pytest.fixture
def result():
    return ResultFactory()


@pytest.fixture
def organization(result):
    return result.assessment.team.organization


@pytest.fixture
def ada(organization):
    return MembershipFactory(team=None, organization=organization, role=Role.ADMINISTRATOR).user


@pytest.fixture
def address(organization):
    return reverse("reports:brand", args=[organization.public_id])


def test_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can(client, ada, address):
    client.force_login(ada)
    answer = client.post(address, {"colour": YELLOW})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert (
        "#ffe873 has a contrast of 1.18 on paper and under white words, where 4.5 is needed to read; "
        f"the nearest tone of it that passes is {tone_for_words(YELLOW)}."
    ) in said
    assert not Brand.objects.exists()
    assert client.post(address, {"colour": tone_for_words(YELLOW)}).status_code == 302


def test_new_look_is_used_and_told_in_the_audit_log(client, ada, address, organization):
    client.force_login(ada)
    client.post(
        address, {"colour": NAVY.upper(), "footer_text": "Confidential", "logo": SimpleUploadedFile("l", png())}
    )
    brand = brand_in_use(organization)
    event = AuditEvent.objects.get(verb="brand.put_in_use")
    assert (brand.colour, brand.rule_colour, brand.footer_text) == (NAVY, NAVY, "Confidential")
    assert brand.logo_alt == f"Logo of {organization.name}"
    assert Image.open(io.BytesIO(bytes(brand.logo))).size == (300, 90)
    assert (event.who, event.organization) == (ada, organization)


def test_looking_changes_nothing_and_the_draft_keeps_the_logo(client, ada, address, organization):
    client.force_login(ada)
    sent = {"colour": NAVY, "preview": "1", "logo": SimpleUploadedFile("l", png())}
    answer = client.post(address, sent)
    assert brand_in_use(organization) is None
    assert "A draft, not used yet" in answer.content.decode()
    client.post(address, {"colour": NAVY, "kept": answer.context["shown"].digest})
    assert bytes(brand_in_use(organization).logo)


def test_logo_sent_with_a_wrong_colour_need_not_be_sent_again(client, ada, address, organization):
    client.force_login(ada)
    answer = client.post(address, {"colour": YELLOW, "logo": SimpleUploadedFile("l", png())})
    assert answer.status_code == 422
    client.post(address, {"colour": NAVY, "kept": answer.context["shown"].digest})
    assert bytes(brand_in_use(organization).logo)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"x" * (MAX_BYTES + 1), "bytes"),
        (b"no picture", "format"),
        (png()[:-40], "broken"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>N</text></svg>', "text"),
    ],
)
def test_bad_logo_is_answered_with_one_sentence_and_keeps_what_was_typed(client, ada, address, content, sentence):
    client.force_login(ada)
    answer = client.post(address, {"colour": NAVY, "cover_text": "Ours", "logo": SimpleUploadedFile("l", content)})
    assert answer.status_code == 422
    assert answer.context["form"].errors["logo"] == [str(REFUSALS[sentence])]
    assert answer.context["form"]["cover_text"].value() == "Ours"


def test_kept_logo_of_another_organization_is_not_taken(client, ada, address, organization):
    foreign = keep_draft(OrganizationFactory(), draft(logo=png()), by=UserFactory())
    client.force_login(ada)
    client.post(address, {"colour": NAVY, "kept": foreign.digest})
    assert bytes(brand_in_use(organization).logo) == b""


def test_drafts_nobody_wears_are_thrown_away_and_worn_ones_stay(organization, ada, result):
    worn = put_in_use(organization, draft(), by=ada)
    ReportFactory(result=result, brand=worn.digest)
    for footer in ("A", "B"):
        keep_draft(organization, draft(footer_text=footer), by=ada)
    put_in_use(organization, draft(footer_text="C"), by=ada)
    kept = set(Brand.objects.values_list("footer_text", flat=True))
    assert kept == {"Confidential", "C"}


def test_changed_look_gives_a_new_report_and_the_same_look_the_same(organization, ada, result):
    plain = render.request_report(result, by=ada)
    put_in_use(organization, draft(), by=ada)
    first = render.request_report(result, by=ada)
    put_in_use(organization, draft(colour="#333333"), by=ada)
    second = render.request_report(result, by=ada)
    put_in_use(organization, draft(), by=ada)
    assert render.request_report(result, by=ada).pk == first.pk
    withdraw_brand(organization, by=ada)
    assert render.request_report(result, by=ada).pk == plain.pk
    assert len({plain.pk, first.pk, second.pk}) == 3


def test_report_is_printed_in_the_look_it_was_asked_for_even_when_that_changed_since(organization, ada, result):
    put_in_use(organization, draft(), by=ada)
    report = render.request_report(result, by=ada)
    put_in_use(organization, draft(cover_text="Made by Suedlicht"), by=ada)
    html = render.report_html(render.printed_data(report))
    assert "Made by Nordlicht" in html
    assert "Suedlicht" not in html


def test_consultant_may_print_in_the_look_of_their_own_organization(client, organization, result):
    place = MembershipFactory(team=None, organization=organization, role=Role.CONSULTANT)
    own = MembershipFactory(team=None, organization=OrganizationFactory(), role=Role.ADMINISTRATOR, user=place.user)
    theirs = put_in_use(own.organization, draft(), by=place.user)
    foreign = put_in_use(OrganizationFactory(), draft(), by=UserFactory())
    assert brands_for(place.user, result.assessment.team) == [theirs]
    client.force_login(place.user)
    ask = reverse("reports:report-request", args=[result.assessment.public_id])
    client.post(ask, {"brand": theirs.digest})
    client.post(ask, {"brand": foreign.digest})
    client.post(ask, {"brand": "none"})
    assert list(Report.objects.order_by("pk").values_list("brand", flat=True)) == [theirs.digest, ""]


@pytest.mark.parametrize("form", Form.values)
def test_branded_report_meets_both_standards_and_has_the_same_bytes_twice(form, organization, ada, result):
    put_in_use(organization, draft(logo=picture_of(png()).png, logo_alt="Nordlicht"), by=ada)
    pdf = render.report_pdf(result, form=form)
    assert render.report_pdf(result, form=form).content == pdf.content
    assert pdf.warnings == ()
    for profile in ("ua1", "3a"):
        assert [f.message for f in page.validate_pdf_bytes(pdf.content, profile=profile).failures] == []
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        told = [str(o.Alt) for o in opened.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert "Nordlicht" in told


def test_words_of_a_look_are_printed_as_words(organization, ada, result):
    wild = "<script>x</script>\n" + "W" * 500
    brand = put_in_use(organization, draft(cover_text=wild, footer_text='"; } <b>'), by=ada)
    report = ReportFactory(result=result, brand=brand.digest, state=JobState.QUEUED)
    html = render.report_html(render.printed_data(report))
    assert "<script>" not in html
    assert "<b>" not in html
    assert render.report_pdf(result).warnings == ()


def test_one_html_page_carries_the_logo_and_fetches_nothing(organization, ada, result):
    put_in_use(organization, draft(logo=png(), logo_alt="Nordlicht"), by=ada)
    html = export(result, "page", by=ada).content.decode()
    assert 'src="data:image/png;base64,' in html
    assert "https://static.invalid" not in html


def test_a_look_is_settled_by_administrators_alone(client, organization, address):
    client.force_login(MembershipFactory(team=None, organization=organization, role=Role.CONSULTANT).user)
    assert client.get(address).status_code == 403


def test_settings_page_takes_few_queries(client, ada, address, organization, django_assert_max_num_queries):
    put_in_use(organization, draft(logo=png(), logo_alt="N"), by=ada)
    client.force_login(ada)
    with django_assert_max_num_queries(8):
        said = client.get(address).content.decode()
    assert "data:image/png;base64," in said
