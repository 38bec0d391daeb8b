"""What limits a practice: the rule that binds, the reading that pulls down, or what people say."""

import pytest

from assessment.domain.scoring.types import EvidenceScore, Reason, SelfReport
from reports.domain.report_data.facts import limit_of
from tests.factories.reports import MODEL, practice_score, signal_band


def report(value):
    return SelfReport(value, 3, 3.0, value - 0.4, value + 0.4, 0.3, 0.5, 1.0)


def evidence(value):
    return EvidenceScore(value, 0.3, supports=True)


def size_and_tests(said):
    """A heavy reading that allows little and a light one that allows much."""
    size = signal_band("size_p75", said=said, value=800.0, level=2.0, low=1.5, high=2.5, weight=4.69)
    tests = signal_band(
        "test_cochange", said=said, role="context", value=0.8, level=4.0, low=3.5, high=5.0, weight=0.62
    )
    return size, tests


def review(said, shown, **changes):
    fields = {"bands": size_and_tests(said), "planning_score": 2.2, "staged_level": 2, "held_back_by": ()}
    return practice_score("RV1", self_report=report(said), evidence=evidence(shown), **{**fields, **changes})


def test_limit_is_the_reading_that_pulls_down_most():
    text = limit_of(MODEL, review(3.2, 2.6))
    assert "800 lines" in text
    assert text.endswith("consistent with 1.5 to 2.5.")


def test_limit_is_what_people_say_where_evidence_lifts():
    score = practice_score(
        "EN1",
        self_report=report(1.0),
        evidence=evidence(2.0),
        bands=(signal_band("static_checks", said=1.0, low=2.0, high=4.0),),
        held_back_by=(),
        planning_score=1.4,
        staged_level=1,
    )
    assert limit_of(MODEL, score) == "people say 1.0 (n = 3)."


def test_limit_names_the_reading_that_agrees_with_people_and_not_the_one_that_lifts():
    text = limit_of(MODEL, review(2.0, 2.2))
    assert text.startswith("people say 2.0 (n = 3), and ")
    assert "800 lines" in text
    assert text.endswith("allows at most 2.5.")


@pytest.mark.parametrize("kind", ["cap", "gate", "share_rule"])
def test_limit_is_the_rule_that_binds_before_any_reading(kind):
    rules = (Reason("share_rule", "Few reach level 4", level=3), Reason(kind, "This binds", level=1))
    assert limit_of(MODEL, review(4.0, 2.6, held_back_by=rules, staged_level=1)) == "This binds."


def test_limit_without_an_answer_says_so():
    assert limit_of(MODEL, practice_score("RV1", self_report=None, held_back_by=())) == "nobody has answered it."
