"""Bringing a maturity model on a page: checked first, then stored for one organization; what is hostile is refused."""

import io
import json
import re
import stat
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent, Role
from assessment.domain.lifecycle import create_assessment
from assessment.domain.model_store import models_for
from assessment.maturity.loader import SHIPPED, load_foreign_model, load_shipped_model, model_of
from assessment.maturity.uploaded import MAX_BYTES, check_uploaded
from assessment.models import Assessment, MaturityModel, ModelUpload
from core.refusals import Invalid
from tests.assessment.foreign.samples import lens, question, samm_files, write_samm
from tests.factories.accounts import MembershipFactory, OrganizationFactory, TeamFactory
from tests.factories.models import changed_model

pytestmark = pytest.mark.django_db
PERIOD = {"title": "Q4", "period_start_on": "2026-07-01", "period_end_on": "2026-09-30"}


@pytest.fixture
def consultant(client):
    place = MembershipFactory(team=None, organization=OrganizationFactory(), role=Role.CONSULTANT)
    client.force_login(place.user)
    return place


def packed(folder):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.yml")):
            archive.write(file, f"core-main/{file.relative_to(folder)}")
        archive.writestr("__MACOSX/core-main/._a.yml", b"\x00\x05")
    return content.getvalue()


def sent(client, place, content, kind, name="model", **more):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    address = reverse("assessment:model-list", args=[place.organization.public_id])
    return client.post(address, {"format": kind, "file": file, **more}, follow=True)


def test_a_lens_is_looked_at_first_and_stored_on_a_second_click(client, consultant):
    rules = [("release_one && !release_one", "NO"), ("default", "HIGH")]
    page = sent(client, consultant, json.dumps(lens(question("release", rules, _note="x"))), "aws-lens", slug="mine")
    text = page.content.decode()
    assert all(one in text for one in ("Questions: 1,", "unsatisfiable-rule", "unknown-key"))
    assert "pillars[0].questions[0]._note" in text
    assert MaturityModel.objects.filter(slug="mine").count() == 0
    client.post(page.redirect_chain[-1][0])
    row = MaturityModel.objects.get(slug="mine")
    assert (row.organization, row.rule, ModelUpload.objects.count()) == (consultant.organization, "risk-rules", 0)


def test_what_was_noticed_is_told_in_the_language_of_whoever_reads_it(client, consultant):
    file = lens(question("release", [("release_one", "NO"), ("default", "HIGH")], _note="x"))
    page = sent(client, consultant, json.dumps(file), "aws-lens")
    address, english = page.redirect_chain[-1][0], "is no key of the format; it was kept beside the model."
    assert english in page.content.decode()
    german = client.get(address, headers={"Accept-Language": "de"}).content.decode()
    assert english not in german
    assert "ist kein Schlüssel des Formats" in german
    row = ModelUpload.objects.get()
    ModelUpload.objects.filter(pk=row.pk).update(findings={kind: row.findings[kind] for kind in ("errors", "warnings")})
    assert english in client.get(address, headers={"Accept-Language": "de"}).content.decode()  # from before


def test_what_is_thrown_away_is_not_stored(client, consultant):
    page = sent(client, consultant, json.dumps(lens(question("release", [("default", "HIGH")]))), "aws-lens")
    client.post(page.redirect_chain[-1][0], {"discard": "1"})
    assert (MaturityModel.objects.filter(rule="risk-rules").count(), ModelUpload.objects.count()) == (0, 0)


def test_the_samm_folder_comes_as_a_zip(client, consultant, tmp_path):
    page = sent(client, consultant, packed(write_samm(tmp_path, samm_files())), "samm", name="core.zip")
    assert "Questions: 12, practices: 2, dimensions: 2," in page.content.decode()
    client.post(page.redirect_chain[-1][0])
    assert MaturityModel.objects.get(slug="samm").rule == "samm"


def test_broken_file_lists_every_error_with_its_place_and_keeps_nothing(client, consultant):
    page = sent(client, consultant, json.dumps(lens(question("release", [("nobody", "NO")]))), "aws-lens")
    text = page.content.decode()
    assert (page.status_code, ModelUpload.objects.count()) == (422, 0)
    assert all(one in text for one in ("Nothing was stored", "dangling-reference", "riskRules[0].condition"))


def test_own_model_is_chosen_when_an_assessment_starts(client, consultant):
    text = SHIPPED.read_text(encoding="utf-8").replace("id: headwater", "id: ours", 1)
    text = text.replace("version:", "version: 0.0.1 #", 1)
    client.post(sent(client, consultant, text, "headwater", slug="ours").redirect_chain[-1][0])
    row = MaturityModel.objects.get(organization=consultant.organization)
    team = TeamFactory(organization=consultant.organization)
    address = reverse("assessment:assessment-create", args=[team.public_id])
    assert "The one that comes with Headwater" in client.get(address).content.decode()
    client.post(address, PERIOD | {"maturity_model": str(row.pk)})
    assert Assessment.objects.get().maturity_model == row
    assert model_of(row).practices()


def test_models_of_an_organization_are_nobody_elses(client, consultant):
    other = OrganizationFactory()
    content = json.dumps(lens(question("release", [("default", "HIGH")]))).encode()
    model = check_uploaded(io.BytesIO(content), "lens.json", "aws-lens").model
    row, for_all = load_foreign_model(model, organization=consultant.organization), load_foreign_model(model)
    assert row != for_all
    assert models_for(other) == [for_all]
    assert models_for(consultant.organization) == [row, for_all]
    dates = {name: PERIOD[name] for name in ("period_start_on", "period_end_on")}
    with pytest.raises(Invalid, match="another organization"):
        create_assessment(TeamFactory(organization=other), title="Q4", maturity_model=row, by=None, **dates)
    upload = ModelUpload.objects.create(
        organization=other, by=consultant.user, format="aws-lens", slug="a", version="1", title="A", content={}
    )
    assert client.get(reverse("assessment:model-upload", args=[upload.public_id])).status_code == 404


def test_an_uploaded_model_that_nobody_uses_is_withdrawn_after_a_question(client, consultant):
    sent(client, consultant, json.dumps(lens(CHOICE)), "aws-lens")
    client.post(reverse("assessment:model-upload", args=[ModelUpload.objects.get().public_id]))
    row = MaturityModel.objects.get(rule="risk-rules")
    view = reverse("assessment:model-withdraw", args=[consultant.organization.public_id, row.digest])
    assert (
        view in client.get(reverse("assessment:model-list", args=[consultant.organization.public_id])).content.decode()
    )
    team = TeamFactory(organization=consultant.organization)
    dates = {name: PERIOD[name] for name in ("period_start_on", "period_end_on")}
    assessment = create_assessment(team, title="Q4", maturity_model=row, by=None, **dates)
    assert "gone for good" in client.get(view).content.decode()
    assert client.post(view).status_code == 409
    assessment.delete()
    assert client.post(view).status_code == 302
    assert not MaturityModel.objects.filter(pk=row.pk).exists()
    assert AuditEvent.objects.get(verb="maturity_model.withdrawn").facts["slug"] == row.slug
    for_all = load_shipped_model()
    view = reverse("assessment:model-withdraw", args=[consultant.organization.public_id, for_all.digest])
    assert client.post(view).status_code == 404


def test_models_ask_the_same_number_of_queries_however_many(client, consultant, django_assert_max_num_queries):
    page = reverse("assessment:model-list", args=[consultant.organization.public_id])
    client.force_login(consultant.user)
    asked = []
    for n in (1, 2, 3):
        changed_model(f"{n}.5", organization=consultant.organization)
        with django_assert_max_num_queries(30) as queries:
            client.get(page)
        asked.append(len(queries))
    assert asked[1] == asked[2]


def zipped(*entries, **more):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return content.getvalue()


def link(name):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
OURS_WITH_ZERO = re.sub(r"(?m)^  title: .*$", '  title: "A\\\\0B"', SHIPPED.read_text(encoding="utf-8"), count=1)
CHOICE = question("release", [("default", "HIGH")])
HOSTILE = {
    "a path out of the folder": ("samm", zipped(("../../activities/x.yml", "a: 1")), "bad-zip", "leads out"),
    "an absolute path": ("samm", zipped(("/etc/cron.d/x.yml", "a: 1")), "bad-zip", "leads out"),
    "a backslash": ("samm", zipped(("..\\x.yml", "a: 1")), "bad-zip", "leads out"),
    "a link": ("samm", zipped((link("model/activities"), "/etc")), "bad-zip", "leads out"),
    "a zip bomb": ("samm", zipped(("model/activities/x.yml", b"0" * 40_000_000)), "bad-zip", "unpacks to more"),
    "too many files": ("samm", zipped(*((f"{n}.yml", "") for n in range(2001))), "bad-zip", "2001 files"),
    "no zip": ("samm", b"PK\x03\x04 and no more", "bad-zip", "no zip that can be read"),
    "an empty zip": ("samm", zipped(), "not-this-format", "activities"),
    "a zip for a file": ("dsomm", zipped(("model.yaml", "a: 1")), "not-this-format", "is a zip"),
    "20 MB": ("aws-lens", b" " * 20_000_000, "too-large", "0.5 MB"),
    "aliases": ("dsomm", BOMB.encode(), "unreadable", "alias"),
    "aliases in ours": ("headwater", BOMB.encode(), "unreadable", "alias"),
    "a tag": ("dsomm", b"meta: !!python/object/apply:os.system [ls]\n", "unreadable", "tag"),
    "no text": ("headwater", b"\xff\xfe\x00", "unreadable", "UTF-8"),
    "a zero byte": ("headwater", OURS_WITH_ZERO.encode(), "unreadable", "zero character"),
    "deep nesting": ("aws-lens", b"[" * 100_000, "unreadable", "cannot be read"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_with_one_sentence(case, client, consultant):
    kind, content, code, sentence = HOSTILE[case]
    checked = check_uploaded(io.BytesIO(content), "../../odd name.yml", kind)
    assert checked.model is None
    assert [(one.code, sentence in one.what) for one in checked.errors] == [(code, True)]
    page = sent(client, consultant, content, kind)
    assert (page.status_code, MaturityModel.objects.exclude(organization=None).count()) == (422, 0)


def test_odd_characters_of_a_lens_are_left_out_and_told(client, consultant):
    page = sent(client, consultant, json.dumps(lens(CHOICE, name="A\x00B \ud800 C")), "aws-lens")
    assert page.status_code == 200
    assert "odd-character" in page.content.decode()
    client.post(page.redirect_chain[-1][0])
    assert MaturityModel.objects.get(rule="risk-rules").organization == consultant.organization


def test_html_in_a_model_is_shown_as_text(client, consultant):
    page = sent(client, consultant, json.dumps(lens(CHOICE, name="<script>alert(1)</script>")), "aws-lens")
    assert "<script>alert(1)" not in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()


def test_no_limit_is_above_what_its_reader_takes():
    assert max(MAX_BYTES.values()) <= 5_000_000
