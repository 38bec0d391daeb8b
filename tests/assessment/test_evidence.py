import datetime as dt
from dataclasses import asdict

import pytest
import time_machine

from assessment.domain.evidence import (
    contest_cap,
    current_result,
    drop_contest,
    record_evidence,
    rescore,
    withdraw_evidence,
)
from assessment.domain.roadmap import build_roadmap
from assessment.domain.scored import roadmap_of, score_card_of
from assessment.domain.scoring import score
from assessment.domain.scoring.types import State
from assessment.models import Evidence, EvidenceSource, Result
from core.refusals import Invalid
from tests.factories.accounts import UserFactory
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, reading, shipped_model

pytestmark = pytest.mark.django_db
WHEN = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)


def say(assessment, summary):
    return record_evidence(
        assessment,
        source=EvidenceSource.SURVEY,
        practice=summary.practice,
        content=asdict(summary),
        n=summary.n,
        observed_at=WHEN,
    )


def measure(assessment, measured, practice=""):
    return record_evidence(
        assessment,
        source=EvidenceSource.METRIC,
        practice=practice,
        signal=measured.signal,
        content=asdict(measured),
        n=measured.n,
        observed_at=WHEN,
    )


def test_evidence_of_the_same_subject_is_replaced():
    assessment = AssessmentFactory()
    say(assessment, make_summary("SP1", 2.0))
    row = say(assessment, make_summary("SP1", 4.0))
    assert Evidence.objects.get() == row
    assert row.content["value"] == 4.0


def test_evidence_is_withdrawn_by_subject_or_as_a_whole():
    assessment, other = AssessmentFactory(), AssessmentFactory()
    for practice in ("SP1", "SP2"):
        say(assessment, make_summary(practice))
    say(other, make_summary("SP1"))
    measure(assessment, reading("size_p75", 100), "RV1")
    assert withdraw_evidence(assessment, source=EvidenceSource.SURVEY, practice="SP1") == 1
    assert withdraw_evidence(assessment, source=EvidenceSource.METRIC, signal="owner_map") == 0
    assert withdraw_evidence(assessment, source=EvidenceSource.METRIC) == 1
    assert list(Evidence.objects.values_list("assessment", "practice")) == [(assessment.pk, "SP2"), (other.pk, "SP1")]


def test_rescore_twice_changes_nothing():
    assessment = AssessmentFactory()
    say(assessment, make_summary("SP1", 3.0))
    first = rescore(assessment)
    assert rescore(assessment) == first
    assert Result.objects.get().updated_at == first.updated_at


def test_stored_result_comes_back_as_it_was_computed():
    assessment = AssessmentFactory(target_profile={"SP1": 4})
    summaries = [make_summary("SP1", 4.6), make_summary("EN1", 4.0), make_summary("OM1", None, n_dont_know=4)]
    readings = [reading("spec_link_rate", 0.05), reading("protection_tier", grade="none", n=1)]
    for summary in summaries:
        say(assessment, summary)
    for measured in readings:
        measure(assessment, measured, "SP1")
    result = rescore(assessment)
    result.refresh_from_db()
    card = score(shipped_model(), summaries=summaries, readings=readings, targets={"SP1": 4})
    assert score_card_of(result) == card
    assert roadmap_of(result) == build_roadmap(shipped_model(), card, targets={"SP1": 4})
    assert {p.practice: p.state for p in card.practices if p.summary} == {
        "SP1": State.CONTRADICTION,
        "EN1": State.CONTRADICTION,
        "OM1": State.NOT_KNOWN,
    }


def test_order_in_which_evidence_arrives_never_matters():
    first, second = (AssessmentFactory() for _ in range(2))
    summaries = [make_summary("SP1", 3.0), make_summary("SP2", 2.0)]
    for assessment, order in ((first, summaries), (second, summaries[::-1])):
        for summary in order:
            say(assessment, summary)
    assert rescore(first).digest == rescore(second).digest


def test_signal_stored_for_several_practices_is_read_once():
    assessment = AssessmentFactory()
    say(assessment, make_summary("EN1", 3.0))
    measure(assessment, reading("ci_present", grade="tests_on_changes", n=1), "EN1")
    before = score_card_of(rescore(assessment))
    measure(assessment, reading("ci_present", grade="tests_on_changes", n=1), "EN2")
    after = score_card_of(rescore(assessment))
    assert after.practices == before.practices


def test_fact_is_a_row_without_practice():
    assessment = AssessmentFactory()
    record_evidence(
        assessment,
        source=EvidenceSource.METRIC,
        signal="deployable_units",
        content={"value": 4},
        n=4,
        observed_at=WHEN,
    )
    assert score_card_of(rescore(assessment)).facts == {"deployable_units": 4.0}


def test_evidence_that_returns_makes_its_earlier_result_current():
    assessment = AssessmentFactory()
    with time_machine.travel(WHEN, tick=False) as clock:
        say(assessment, make_summary("SP1", 2.0))
        first = rescore(assessment)
        clock.shift(60)
        say(assessment, make_summary("SP1", 4.0))
        second = rescore(assessment)
        assert current_result(assessment) == second
        clock.shift(60)
        say(assessment, make_summary("SP1", 2.0))
        assert rescore(assessment) == first
        assert current_result(assessment) == first
    assert Result.objects.count() == 2


def test_target_profile_and_contest_are_part_of_the_digest():
    assessment = AssessmentFactory()
    digests = {rescore(assessment).digest}
    assessment.target_profile = {"SP1": 5}
    digests.add(rescore(assessment).digest)
    contest_cap(assessment, practice="EN1", cap=0, note="The host enforces it elsewhere.", by=UserFactory())
    digests.add(rescore(assessment).digest)
    assert len(digests) == 3


def test_contested_cap_is_lifted_and_its_note_printed():
    assessment = AssessmentFactory()
    say(assessment, make_summary("EN3", 4.0))
    measure(assessment, reading("security_scan", grade="three_families_blocking", n=1), "EN3")
    measure(assessment, reading("secret_hygiene", grade="live_pattern_found", n=1), "EN3")
    capped = next(p for p in score_card_of(rescore(assessment)).practices if p.practice == "EN3")
    assert capped.staged_level == 2
    contest = contest_cap(assessment, practice="EN3", cap=0, note=" It is a test key. ", by=UserFactory())
    lifted = next(p for p in score_card_of(rescore(assessment)).practices if p.practice == "EN3")
    assert lifted.staged_level > 2
    (reason,) = [r for r in lifted.reasons if r.kind == "contested_cap"]
    assert reason.text.endswith("is contested and lifted: It is a test key.")
    drop_contest(contest)
    again = next(p for p in score_card_of(rescore(assessment)).practices if p.practice == "EN3")
    assert again.staged_level == 2


@pytest.mark.parametrize(
    ("practice", "cap", "note", "sentence"),
    [
        ("EN1", 0, "  ", "Say in a sentence why"),
        ("EN1", 3, "no", "no cap 3 on practice 'EN1'"),
        ("EN1", -1, "no", "no cap -1"),
        ("XX", 0, "no", "no cap 0 on practice 'XX'"),
    ],
)
def test_contest_of_a_cap_that_is_not_there_is_refused(practice, cap, note, sentence):
    with pytest.raises(Invalid, match=sentence):
        contest_cap(AssessmentFactory(), practice=practice, cap=cap, note=note, by=UserFactory())


def test_contest_and_its_end_are_scored_at_once():
    assessment = AssessmentFactory()
    contest = contest_cap(assessment, practice="EN1", cap=0, note="Enforced by the mirror.", by=UserFactory())
    (note,) = score_card_of(current_result(assessment)).contested_caps
    assert (note.practice, note.cap, note.note) == ("EN1", 0, "Enforced by the mirror.")
    drop_contest(contest)
    assert score_card_of(current_result(assessment)).contested_caps == ()


def test_scoring_an_assessment_that_is_gone_does_nothing():
    from assessment.tasks import rescore as task

    task(0)
    assert Result.objects.count() == 0
