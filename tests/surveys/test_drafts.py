"""Writing a maturity model in the browser: drafts, their parts, their check, and what is published."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from accounts.models import AuditEvent
from assessment.domain import drafts
from assessment.maturity.editing import at
from assessment.maturity.formats import check_text
from assessment.maturity.lint import lint
from assessment.maturity.loader import SHIPPED, load_shipped_model, model_of
from assessment.maturity.parts import leaves_of, mark_of_part, place_of
from assessment.maturity.reading import parse_yaml
from assessment.models import Assessment, MaturityModel, ModelDraft, Result
from core.refusals import Invalid, Refused
from surveys.models import Answer, Participant, Survey
from tests.factories.accounts import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(place):
    return drafts.copy_model(
        load_shipped_model(), place.organization, name="ours", title="Our model", by=place.consultant
    )


@pytest.fixture
def signed_in(client, place):
    client.force_login(place.consultant)
    return client


def address(draft, name, *more):
    return reverse(f"assessment:{name}", args=[draft.public_id, *more])


def fields_of(page):
    """What a browser would send of the form with the most fields on a page."""
    forms = re.findall(r"<form\b.*?</form>", page, re.S)
    form, found = max(forms, key=len), {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") not in {"radio", "file"} and "name" in attributes:
            found[attributes["name"]] = html.unescape(attributes.get("value", ""))
    for name, inside in re.findall(r'<textarea\b[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found[html.unescape(name)] = html.unescape(inside.removeprefix("\n"))
    for name, inside in re.findall(r'<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[html.unescape(name)] = html.unescape(chosen.group(1)) if chosen else ""
    return {html.unescape(name): value for name, value in found.items()}


def changed_lines(before, after):
    return [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]


def test_a_copy_differs_from_the_shipped_model_by_its_names_alone(draft):
    text = SHIPPED.read_text(encoding="utf-8")
    changed = changed_lines(text, draft.text)
    assert [b for _, b in changed] == ["  id: ours", "  title: Our model"]
    assert draft.findings["errors"] == []
    assert {"de", "es", "fr"} == set(draft.translations)
    assert (draft.slug, draft.version, draft.title) == ("ours", "1.0", "Our model")


def test_a_form_that_is_sent_as_it_came_changes_nothing(signed_in, draft):
    before = draft.text
    for what, name in (("practice", "SP1"), ("signal", "size_p75"), ("action", "RV3-A3"), ("general", "all")):
        page = signed_in.get(address(draft, "draft-part", what, name)).content.decode()
        response = signed_in.post(address(draft, "draft-part", what, name), fields_of(page))
        assert response.status_code == 302, (what, name)
        draft.refresh_from_db()
        assert draft.text == before, (what, name)


def test_a_weight_a_threshold_an_action_and_a_text_are_changed_one_line_each(signed_in, draft, place):
    before = draft.text
    edits = {
        ("practice", "SP1"): {"weight": "1.3"},
        ("signal", "size_p75"): {"thresholds/3": "420"},
        ("action", "SP1-A1"): {"effort": "L"},
        ("practice", "SP2"): {"questions/0/options/1/text": "A specialist: on big items?"},
    }
    for part, change in edits.items():
        page = signed_in.get(address(draft, "draft-part", *part)).content.decode()
        assert signed_in.post(address(draft, "draft-part", *part), fields_of(page) | change).status_code == 302
    draft.refresh_from_db()
    changed = changed_lines(before, draft.text)
    assert len(changed) == 4
    assert ("    weight: 1.2", "    weight: 1.3") in changed
    assert draft.findings["errors"] == []
    events = AuditEvent.objects.filter(verb="maturity_model.draft_changed")
    assert {(event.who, event.facts["part"]) for event in events} == {
        (place.consultant, name) for name in ("SP1", "size_p75", "SP1-A1", "SP2")
    }


def test_mistakes_are_told_at_once_and_keep_the_draft_from_being_published(signed_in, draft):
    part = address(draft, "draft-part", "signal", "size_p75")
    fields = fields_of(signed_in.get(part).content.decode())
    page = signed_in.post(part, fields | {"thresholds/3": "4000"}, follow=True).content.decode()
    assert "Saved and checked. Errors: 1," in page
    assert "thresholds-not-monotone" in page
    assert signed_in.post(address(draft, "draft-publish")).status_code == 409
    assert not MaturityModel.objects.filter(organization=draft.organization).exists()
    draft.refresh_from_db()
    assert [one["code"] for one in draft.findings["errors"]] == [p.code for p in lint(parse_yaml(draft.text))]
    fields = fields_of(signed_in.get(part).content.decode())
    signed_in.post(part, fields | {"thresholds/3": "410"})
    assert signed_in.post(address(draft, "draft-publish")).status_code == 302


def test_what_is_published_is_an_immutable_row_of_the_organization(signed_in, draft, place):
    signed_in.post(address(draft, "draft-publish"))
    row = MaturityModel.objects.get(slug="ours")
    assert (row.organization, row.source, row.rule) == (place.organization, draft.text, "headwater")
    assert row in MaturityModel.objects.for_organization(place.organization)
    assert row not in MaturityModel.objects.for_organization(OrganizationFactory())
    with pytest.raises(ValueError, match="never changes"):
        row.save()
    with override("de"):
        assert model_of(row).practices()[0].name == model_of(load_shipped_model()).practices()[0].name
    assert AuditEvent.objects.get(verb="maturity_model.published").facts == {"slug": "ours", "version": "1.0"}


def test_the_next_version_is_published_beside_the_first(signed_in, draft):
    signed_in.post(address(draft, "draft-publish"))
    general = address(draft, "draft-part", "general", "all")
    fields = fields_of(signed_in.get(general).content.decode())
    signed_in.post(general, fields | {"meta/purpose": "Something else."})
    response = signed_in.post(address(draft, "draft-publish"))
    assert (response.status_code, "raise the version" in response.content.decode()) == (409, True)
    assert MaturityModel.objects.filter(slug="ours").count() == 1
    fields = fields_of(signed_in.get(general).content.decode())
    signed_in.post(general, fields | {"meta/version": "1.1"})
    assert signed_in.post(address(draft, "draft-publish")).status_code == 302
    assert set(MaturityModel.objects.filter(slug="ours").values_list("version", flat=True)) == {"1.0", "1.1"}


def test_the_id_of_a_model_for_everybody_is_not_taken(place):
    draft = drafts.copy_model(load_shipped_model(), place.organization, name="delivery", title="X", by=place.admin)
    with pytest.raises(Refused, match="whole installation"):
        drafts.publish_draft(draft, by=place.admin)


def test_the_later_of_two_saves_is_told_and_loses_nothing(client, place, draft):
    part = address(draft, "draft-part", "practice", "SP1")
    client.force_login(place.admin)
    fields = fields_of(client.get(part).content.decode())
    client.post(part, fields | {"weight": "1.4"})
    client.force_login(place.consultant)
    late = client.post(part, fields | {"weight": "0.9", "intent": "Mine."})
    page = late.content.decode()
    assert late.status_code == 409
    assert "Olga changed this meanwhile" in page
    assert "Stored now: 1.4" in page
    assert (fields_of(page)["weight"], fields_of(page)["intent"]) == ("0.9", "Mine.")
    draft.refresh_from_db()
    assert "weight: 1.4" in draft.text
    assert client.post(part, fields_of(page)).status_code == 302
    draft.refresh_from_db()
    assert "intent: Mine." in draft.text


def test_two_people_on_two_parts_do_not_disturb_each_other(client, place, draft):
    one, two = (address(draft, "draft-part", "practice", name) for name in ("SP1", "SP2"))
    client.force_login(place.admin)
    first, second = (fields_of(client.get(part).content.decode()) for part in (one, two))
    assert client.post(one, first | {"weight": "1.4"}).status_code == 302
    assert client.post(two, second | {"weight": "1.5"}).status_code == 302
    draft.refresh_from_db()
    assert "weight: 1.4" in draft.text
    assert "weight: 1.5" in draft.text


def test_two_saves_at_the_same_moment_write_once(place, draft):
    data = parse_yaml(draft.text)
    seen = mark_of_part(data, "practice", place_of(data, "practice", "SP1"))
    stale = ModelDraft.objects.get(pk=draft.pk)
    drafts.save_part(draft, "practice", "SP1", {("weight",): 1.4}, seen=seen, by=place.admin)
    with pytest.raises(drafts.Changed):
        drafts._keep(stale, stale, stale.text, by=place.admin, part="SP1")


def test_yaml_goes_in_and_comes_out_byte_for_byte(signed_in, place):
    text = SHIPPED.read_text(encoding="utf-8").replace("  id: delivery", "  id: theirs") + "# the end\n"
    file = SimpleUploadedFile("theirs.yaml", text.encode())
    made = signed_in.post(reverse("assessment:draft-list", args=[place.organization.public_id]), {"file": file})
    draft = ModelDraft.objects.get()
    assert made["Location"] == address(draft, "draft-detail")
    response = signed_in.get(address(draft, "draft-export"))
    assert response.content == text.encode()
    assert 'filename="theirs.yaml"' in response["Content-Disposition"]
    page = signed_in.get(address(draft, "draft-yaml")).content.decode()
    assert fields_of(page)["text"] == text


def test_an_edited_draft_exports_what_lints_the_same(signed_in, draft):
    part = address(draft, "draft-part", "practice", "SP1")
    fields = fields_of(signed_in.get(part).content.decode())
    signed_in.post(part, fields | {"weight": "1.4", "levels/2": "No: #228B22, 'really' – “yes”?"})
    exported = signed_in.get(address(draft, "draft-export")).content.decode()
    draft.refresh_from_db()
    checked = check_text(exported, "YAML")
    assert draft.findings == {
        "language": "en",
        "errors": [one.model_dump() for one in checked.errors],
        "warnings": [one.model_dump() for one in checked.warnings],
    }


def test_the_yaml_view_saves_mistakes_but_nothing_that_cannot_be_read(signed_in, draft):
    view = address(draft, "draft-yaml")
    fields = fields_of(signed_in.get(view).content.decode())
    for text in ("- a list", "a: *b", "a: [", "a: !!python/object:os.system x", 'meta: {title: "\\0"}', "x: 1\nx: 2\n"):
        response = signed_in.post(view, fields | {"text": text})
        assert response.status_code == 422, text
        assert html.escape(text) in response.content.decode()
    draft.refresh_from_db()
    assert draft.text == fields["text"]
    assert signed_in.post(view, fields | {"text": "meta: {id: small}\n"}).status_code == 302
    draft.refresh_from_db()
    assert draft.findings["errors"]
    assert signed_in.get(address(draft, "draft-detail")).status_code == 200
    late = signed_in.post(view, fields | {"text": fields["text"] + "# mine\n"})
    assert late.status_code == 409
    assert "What is stored now" in late.content.decode()
    assert fields_of(late.content.decode())["text"].endswith("# mine\n")


def test_a_file_that_is_no_text_makes_no_draft(place):
    for text in ("", "- 1", "a: " + "[" * 50, "x" * 2_100_000, 'a: "\\ud800"', 'a: "\\0"'):
        with pytest.raises(Invalid):
            drafts.import_draft(place.organization, text, by=place.admin)
    assert not ModelDraft.objects.exists()


def test_a_translation_is_kept_with_the_wording_it_was_made_from(signed_in, draft):
    view = address(draft, "draft-translation", "de", "SP1")
    fields = fields_of(signed_in.get(view).content.decode())
    place = "dimensions/SPEC/practices/SP1/name"
    assert fields[place] == draft.translations["de"][place][1]
    assert signed_in.post(view, fields | {place: "Klarer Auftrag"}).status_code == 302
    draft.refresh_from_db()
    assert draft.translations["de"][place][1] == "Klarer Auftrag"
    export = signed_in.get(address(draft, "draft-export"), {"language": "de"}).content.decode()
    assert parse_yaml(export)["texts"][place]["text"] == "Klarer Auftrag"
    part = address(draft, "draft-part", "practice", "SP1")
    signed_in.post(part, fields_of(signed_in.get(part).content.decode()) | {"name": "Something else"})
    assert "The original changed since this was translated" in signed_in.get(view).content.decode()
    late = signed_in.post(view, fields | {place: "Zu spät"})
    assert (late.status_code, "Zu spät" in late.content.decode()) == (409, True)


def test_actions_are_added_and_taken_out(signed_in, draft):
    response = signed_in.post(address(draft, "draft-part-add", "action", "SP1"))
    draft.refresh_from_db()
    name = response["Location"].rstrip("/").rpartition("/")[2]
    data = parse_yaml(draft.text)
    assert leaves_of(data, "action", place_of(data, "action", name))
    assert "gone from this draft" in signed_in.get(address(draft, "draft-part-remove", "action", name)).content.decode()
    signed_in.post(address(draft, "draft-part-remove", "action", name))
    draft.refresh_from_db()
    assert f"id: {name}" not in draft.text
    assert draft.findings["errors"] == []


def test_practices_questions_evidence_and_signals_are_added_sound_and_taken_out_again(signed_in, draft):
    before = draft.text
    added = {}
    for what, under, more in (
        ("practice", "SP1", {}),
        ("question", "SP1", {}),
        ("evidence", "SP1", {"signal": "size_p75"}),
        ("signal", "new", {}),
    ):
        response = signed_in.post(address(draft, "draft-part-add", what, under), more)
        assert response.status_code == 302, what
        added[what] = response["Location"].rstrip("/").rpartition("/")[2]
        draft.refresh_from_db()
        assert draft.findings["errors"] == [], what
        assert signed_in.get(response["Location"]).status_code == 200
    data = parse_yaml(draft.text)
    assert at(data, place_of(data, "practice", added["practice"]))["questions"][0]["id"] == f"{added['practice']}.m"
    practice = at(data, place_of(data, "practice", "SP1"))
    assert practice["questions"][-1]["id"] == "SP1.x"
    assert practice["evidence"][-1] == {"signal": "size_p75", "role": "proxy"}
    assert data["signals"][added["signal"]]["kind"] == "threshold"
    assert "indistinct-anchor" in {one["code"] for one in draft.findings["warnings"]}  # what is to be filled in
    for what, name in (
        ("practice", added["practice"]),
        ("question", "SP1.x"),
        ("evidence", "SP1:size_p75"),
        ("signal", added["signal"]),
    ):
        assert signed_in.post(address(draft, "draft-part-remove", what, name)).status_code == 302
    draft.refresh_from_db()
    assert draft.text == before


def test_a_signal_that_headwater_measures_comes_back_as_it_is_defined(signed_in, draft):
    definition = parse_yaml(draft.text)["signals"]["size_p75"]
    signed_in.post(address(draft, "draft-part-remove", "signal", "size_p75"))
    draft.refresh_from_db()
    assert "dangling-reference" in {one["code"] for one in draft.findings["errors"]}
    page = signed_in.get(address(draft, "draft-detail")).content.decode()
    assert "<option>size_p75</option>" in page
    signed_in.post(address(draft, "draft-part-add", "signal", "new"), {"signal": "size_p75"})
    draft.refresh_from_db()
    assert draft.findings["errors"] == []
    known = parse_yaml(draft.text)["signals"]["size_p75"]
    assert {key: known[key] for key in definition if key != "source"} == {
        key: value for key, value in definition.items() if key != "source"
    }


def test_what_cannot_be_added_is_said_and_changes_nothing(signed_in, draft):
    before = draft.text
    for what, under, more in (
        ("evidence", "SP1", {}),
        ("question", "XX9", {}),
        ("signal", "new", {"signal": "size_p75"}),
    ):
        assert signed_in.post(address(draft, "draft-part-add", what, under), more).status_code in {409, 422}
    assert signed_in.post(address(draft, "draft-part-add", "everything", "SP1")).status_code == 404
    draft.refresh_from_db()
    assert draft.text == before


def test_a_file_of_translations_is_taken_in_with_the_wording_it_was_made_from(signed_in, draft):
    export = signed_in.get(address(draft, "draft-export"), {"language": "de"}).content.decode()
    place = "dimensions/SPEC/practices/SP1/name"
    changed = export.replace(parse_yaml(export)["texts"][place]["text"], "Klarer Auftrag", 1)
    changed += '  no/such/place: {of: "12345678", text: Nirgends}\n'
    view = address(draft, "draft-translation-import", "de")
    page = signed_in.post(view, {"file": SimpleUploadedFile("de.yaml", changed.encode())}, follow=True)
    assert "1 have no place in this draft" in page.content.decode()
    draft.refresh_from_db()
    assert draft.translations["de"][place][1] == "Klarer Auftrag"
    assert draft.translations["de"][place][0] == parse_yaml(export)["texts"][place]["of"]
    for wrong in (b"language: fr\ntexts: {}\n", b"a: &b 1\nc: *b\n", b"language: de\ntexts: {a: b}\n", b"\xff"):
        assert signed_in.post(view, {"file": SimpleUploadedFile("x.yaml", wrong)}).status_code in {409, 422}
    assert signed_in.post(view).status_code == 409
    before = dict(draft.translations)
    draft.refresh_from_db()
    assert draft.translations == before


def test_trying_the_survey_stores_nothing_and_shows_a_score(signed_in, draft):
    view = reverse("surveys:draft-try", args=[draft.public_id])
    kept = [model.objects.count() for model in (Assessment, Survey, Participant, Answer, Result)]
    events = AuditEvent.objects.count()
    page = signed_in.get(view, {"role": "engineer"}).content.decode()
    assert 'name="SP2.e"' in page
    page = signed_in.post(f"{view}?role=engineer", {"SP2.e": "4", "SP3.m": "dk", "nonsense": "5"}).content.decode()
    assert "What these answers would give" in page
    assert 'name="SP2.e" value="4" checked' in page
    assert [model.objects.count() for model in (Assessment, Survey, Participant, Answer, Result)] == kept
    assert AuditEvent.objects.count() == events


def test_drafts_belong_to_their_organization(client, place, draft):
    for user, status in ((place.lead, 403), (place.member, 403), (place.stranger, 404)):
        client.force_login(user)
        assert client.get(address(draft, "draft-detail")).status_code == status
        assert client.post(address(draft, "draft-publish")).status_code == status
    draft.refresh_from_db()
    assert draft.published_as is None


def test_deleting_asks_first_and_leaves_what_is_published(signed_in, draft):
    signed_in.post(address(draft, "draft-publish"))
    assert "gone for good" in signed_in.get(address(draft, "draft-delete")).content.decode()
    signed_in.post(address(draft, "draft-delete"))
    assert not ModelDraft.objects.exists()
    assert MaturityModel.objects.filter(slug="ours").exists()


def test_pages_ask_the_same_number_of_queries_whatever_the_drafts(signed_in, draft, place, django_assert_num_queries):
    page = reverse("assessment:draft-list", args=[place.organization.public_id])
    signed_in.get(page)
    for _ in range(2):
        with django_assert_num_queries(7):
            signed_in.get(page)
        drafts.copy_model(load_shipped_model(), place.organization, name="more", title="More", by=place.admin)
