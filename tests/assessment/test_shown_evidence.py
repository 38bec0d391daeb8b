"""Evidence in words beside a value, and the notes of those who contest it."""

import datetime as dt
from dataclasses import asdict

import pytest

from assessment.domain.evidence import contest_evidence, current_result, drop_evidence_contest, record_evidence, rescore
from assessment.domain.scoring.types import PartReading, SignalReading
from assessment.domain.shown_evidence import age_text, practice_evidence, thresholds_text
from assessment.maturity.loader import SHIPPED, read_model
from assessment.models import EvidenceSource
from core.refusals import Invalid
from tests.factories.accounts import UserFactory
from tests.factories.assessment import AssessmentFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 7, 3)
MODEL = read_model(SHIPPED)


@pytest.fixture
def assessment():
    row = AssessmentFactory()
    parts = (PartReading("api", 30, 0.5), PartReading("web", 10, 0.9, weight=0.5))
    reading = SignalReading(
        "spec_link_rate",
        n=40,
        value=0.6,
        window_days=90,
        unit="share",
        observed_on="2026-06-30",
        examples=("abc Add (names no item)",),
        parts=parts,
    )
    record_evidence(
        row,
        source=EvidenceSource.METRIC,
        practice="SP1",
        signal=reading.signal,
        content=asdict(reading),
        n=40,
        observed_at=dt.datetime(2026, 6, 30, tzinfo=dt.UTC),
    )
    return row


def beside(assessment, value):
    return practice_evidence(assessment, {"SP1": value, "EN1": 3.0}, today=TODAY)


def test_a_line_says_all_a_reader_needs_to_judge(assessment):
    found = beside(assessment, 3.0)
    assert list(found) == ["SP1"]  # nothing was measured on the other
    (line,) = found["SP1"].lines
    assert (line.said, line.n, line.window, line.band, line.age) == ("60%", 40, "90 days", "2.5 to 3.5", "3 days old")
    assert line.thresholds == "level 2 from 30%, level 3 from 60%, level 4 from 90%, level 5 from 97%"
    assert (line.threshold_kind, line.examples) == ("a judgement", ("abc Add (names no item)",))
    assert [(p.source, p.said, p.n, p.weight) for p in line.parts] == [
        ("api", "50%", 30, "1"),
        ("web", "90%", 10, "0.5"),
    ]


@pytest.mark.parametrize(
    ("value", "state", "words"),
    [
        (3.0, "aligned", "does not contradict"),
        (4.5, "tension", "places it at 4.5; the repository speaks for 3.5"),
        (5.0, "contradiction", "needs another look"),
        (1.0, "contradiction", "places it at 1.0; the repository speaks for 2.5"),
        (None, "", ""),
    ],
)
def test_a_value_is_aligned_in_tension_or_contradicted(assessment, value, state, words):
    found = beside(assessment, value)["SP1"]
    assert found.state == state
    assert words in found.sentence


def test_it_takes_two_queries_whatever_is_shown(assessment, django_assert_num_queries):
    assessment.maturity_model  # noqa: B018  # read before counting
    with django_assert_num_queries(2):
        beside(assessment, 3.0)


def test_a_note_is_printed_and_moves_no_score(assessment):
    rescore(assessment)
    before = current_result(assessment)
    ada, ben = UserFactory(), UserFactory()
    contest_evidence(assessment, signal="spec_link_rate", note=" Items live elsewhere. ", by=ada)
    note = contest_evidence(assessment, signal="spec_link_rate", note="So do designs.", by=ben)
    contest_evidence(assessment, signal="spec_link_rate", note="Items live in the tracker.", by=ada)
    after = current_result(assessment)
    assert (after.digest != before.digest, after.score) == (True, before.score)  # another report, the same score
    assert beside(assessment, 3.0)["SP1"].lines[0].notes == ("Items live in the tracker.", "So do designs.")
    drop_evidence_contest(note, by=ben)
    assert beside(assessment, 3.0)["SP1"].lines[0].notes == ("Items live in the tracker.",)


@pytest.mark.parametrize(("signal", "note"), [("spec_link_rate", " "), ("size_p75", "Wrong."), ("no_such", "Wrong.")])
def test_a_note_needs_words_and_something_measured(assessment, signal, note):
    with pytest.raises(Invalid):
        contest_evidence(assessment, signal=signal, note=note, by=UserFactory())


def test_thresholds_of_all_signals_read_as_sentences():
    assert thresholds_text(MODEL.signals["size_p75"]).startswith("level 2 up to 800 lines, level 3 up to 400 lines")
    assert thresholds_text(MODEL.signals["request_form"]).startswith("none: 1 to 3; free text template: 2 to 3")
    for signal in MODEL.signals.values():
        assert "{" not in thresholds_text(signal)


def test_an_age_is_counted_in_days():
    ages = [age_text(day, TODAY) for day in ("2026-07-03", "2026-07-02", "2026-06-03", "")]
    assert ages == ["up to today", "1 day old", "30 days old", ""]
