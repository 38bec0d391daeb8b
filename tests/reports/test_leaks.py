"""What must not reach a board or a client, looked for in every form a report can take."""

import csv
import dataclasses
import io
import zipfile

import pytest

from assessment.domain.evidence import contest_cap, current_result
from assessment.domain.scoring.types import PartReading
from reports.domain import render
from reports.domain.exports.page import self_contained
from reports.domain.exports.tables import csv_of, tables_of
from reports.domain.exports.text import markdown_of
from reports.domain.exports.workbook import xlsx_of
from reports.domain.making import printed
from reports.domain.report_data import build
from reports.domain.report_data.gather import gather
from reports.domain.report_data.redaction import redacted
from reports.models import Form, Profile
from reports.pdf import render_pdf
from surveys.domain.workshop.told import ItemRecord, NoteRecord, WorkshopRecord
from tests.factories.accounts import UserFactory
from tests.factories.named_assessments import NOTE, named_result
from tests.reports.reading import lines_of

pytestmark = pytest.mark.django_db
CAP_NOTE, SCOPE = "Our gate runs on another host.", "The payment service and its two libraries."
EXAMPLE, PART, REPOSITORY = "vault/rotation.py", "ledger-archive", "payments-core"
DISSENT, CAUGHT = "Two services live two ways.", "Ask the auditors again"
COMMENT = "In practice it depends on who is on call"
ROLE_ROW = "Other roles together"
FOR_TEAM = (NOTE, CAP_NOTE, SCOPE, PART, REPOSITORY, EXAMPLE, DISSENT, CAUGHT, ROLE_ROW)
KEPT_FROM = {
    Profile.TEAM: (COMMENT,),
    Profile.BOARD: (COMMENT, DISSENT, CAUGHT, ROLE_ROW),
    Profile.CLIENT: (COMMENT, *FOR_TEAM),
}


@pytest.fixture
def gathered():
    """A usual team with a note against a cap and a reading, parts, examples, a workshop and comments."""
    assessment = named_result("rich").assessment
    contest_cap(assessment, practice="EN1", cap=0, note=CAP_NOTE, by=UserFactory())
    found = gather(current_result(assessment))
    signal = "size_p75"
    told = dataclasses.replace(found.readings[signal], examples=(EXAMPLE,), parts=(PartReading(PART, 40, value=210.0),))
    item = ItemRecord("EN1", "Merge gate", "disagreed", None, None, None, None, None, DISSENT, "", "")
    record = WorkshopRecord("Four of five.", 4, "2026-09-29", (item,), (NoteRecord("decision", "", CAUGHT, ""),))
    return dataclasses.replace(
        found,
        readings={**found.readings, signal: told},
        repositories=(REPOSITORY,),
        measured_until="2026-09-30",
        workshop=record,
    )


def forms_of(gathered, profile):
    """Every form of the report for these readers as text."""
    mine = redacted(gathered, profile)
    data = build.assemble(mine)
    tables = tables_of(mine, data)
    book = xlsx_of(tables, about=[(row.name, row.value) for row in data.colophon], made_at=mine.result.created_at)
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        sheets = "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))
    attached = render.attached_to(mine.result, profile)
    pdf = render_pdf(printed(render.report_html(data)), attached=attached)
    return {
        "pdf": "\n".join(text for _, text in lines_of(pdf.content)),
        "json": attached.decode(),
        "html": self_contained(render.report_html(data)).decode(),
        "short": render.report_html(data, form=Form.SHORT),
        "workbook": render.report_html(data, form=Form.WORKBOOK),
        "markdown": markdown_of(data).decode(),
        "csv": "".join(" ".join(row) for table in tables for row in csv.reader(io.StringIO(csv_of(table).decode()))),
        "xlsx": sheets,
    }


@pytest.mark.parametrize("profile", Profile.values)
def test_no_form_tells_readers_what_is_kept_from_them(gathered, profile):
    forms = forms_of(gathered, profile)
    told = [(form, secret) for form, text in forms.items() for secret in KEPT_FROM[profile] if secret in text]
    assert told == []
    if profile == Profile.TEAM:
        assert [secret for secret in FOR_TEAM if secret not in forms["pdf"]] == []
    else:
        assert forms["json"] == ""
