"""Answers with a half-life: the term in the model, the wider range, and what never changes."""

import copy
import datetime as dt
import json
from dataclasses import asdict
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain.evidence import record_evidence, rescore
from assessment.domain.scored import score_card_of
from assessment.domain.scoring import score
from assessment.domain.scoring.half_life import DRIFT_SD, MOST_TERMS, STALE, drift_variance
from assessment.domain.scoring.self_report import z_of
from assessment.domain.scoring.types import State
from assessment.domain.validity import card_today, days_over, terms_of
from assessment.maturity.lint import lint
from assessment.maturity.loader import SHIPPED, is_shipped, load_model, load_shipped_model
from assessment.maturity.reading import read_yaml
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.weak_spots import weak_spots
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import make_summary, reading, shipped_model

TERMS = {"SP1": 100, "EN1": 400}
AT = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


def with_terms(terms=None):
    model = shipped_model()
    chosen = TERMS if terms is None else terms
    dimensions = tuple(
        d.model_copy(
            update={
                "practices": tuple(p.model_copy(update={"valid_days": chosen.get(p.id)}) for p in d.practices),
            }
        )
        for d in model.dimensions
    )
    return model.model_copy(update={"dimensions": dimensions})


def card(model, over=None, **more):
    summaries = [make_summary(practice.id, 3.0) for practice in model.practices()]
    return score(model, summaries=summaries, readings=(), days_over=over, **more)


def practice_of(found, name):
    return next(one for one in found.practices if one.practice == name)


def test_a_model_without_terms_keeps_content_and_digest():
    model = shipped_model()
    assert "valid_days" not in str(model.model_dump(mode="json", by_alias=True))
    written = with_terms().model_dump(mode="json", by_alias=True)
    practices = [p for d in written["dimensions"] for p in d["practices"]]
    assert {p["id"]: p["valid_days"] for p in practices if "valid_days" in p} == TERMS
    assert MaturityModelFile.model_validate(written) == with_terms()


@pytest.mark.django_db
def test_the_shipped_model_is_still_found_as_shipped():
    assert is_shipped(load_shipped_model())


def test_a_model_without_terms_never_changes():
    model = shipped_model()
    assert card(model, {"SP1": 500, "EN1": 5_000}) == card(model)


def test_a_practice_that_is_valid_is_left_as_it_is():
    model = with_terms()
    assert card(model, {}) == card(model)
    assert practice_of(card(model, {"EN1": 50}), "SP1") == practice_of(card(model), "SP1")


def test_one_term_past_its_day_by_hand():
    model = with_terms()
    before, after = (practice_of(one, "SP1") for one in (card(model), card(model, {"SP1": 100})))
    error = sqrt(before.standard_error**2 + 0.5**2)
    assert after.standard_error == pytest.approx(error)
    reach = z_of(model.scoring) * error
    assert after.range == pytest.approx((3.0 - reach, 3.0 + reach))
    assert (after.planning_score, after.staged_level) == (before.planning_score, before.staged_level)
    assert [one.kind for one in after.reasons if one not in before.reasons] == [STALE]
    assert "100 days past its term of 100 days" in after.reasons[-1].text


def test_a_contradiction_widens_at_both_ends():
    model = with_terms({"EN1": 90})
    summaries = [make_summary("EN1", 4.6)]
    measured = [reading("ci_present", grade="none"), reading("protection_tier", grade="none")]
    before, after = (
        practice_of(score(model, summaries=summaries, readings=measured, days_over=over), "EN1")
        for over in ({}, {"EN1": 30})
    )
    assert before.state is State.CONTRADICTION
    assert after.range[0] <= before.range[0]
    assert after.range[1] > before.range[1]


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 3_650))
def test_the_range_only_widens_and_never_without_end(one, other, term):
    low, high = sorted((one, other))
    assert 0 <= drift_variance(low, term) <= drift_variance(high, term) <= MOST_TERMS * DRIFT_SD**2
    assert drift_variance(0, term) == 0


def test_dimensions_widen_with_their_practices():
    model = with_terms()
    before, after = (card(model, over).dimensions[0].range for over in ({}, {"SP1": 100}))
    assert after[0] < before[0]
    assert after[1] > before[1]


@pytest.mark.parametrize("term", [0, -1, 1.5, "soon", 4_000])
def test_a_term_is_a_whole_number_of_days(term):
    raw = copy.deepcopy(read_yaml(SHIPPED))
    raw["dimensions"][0]["practices"][0]["valid_days"] = term
    assert ["valid_days" in problem.path for problem in lint(raw)] == [True]


def test_a_term_shorter_than_what_is_read_is_told():
    raw = copy.deepcopy(read_yaml(SHIPPED))
    practice = raw["dimensions"][0]["practices"][0]
    practice["valid_days"] = 30
    assert not lint(raw)
    (told,) = weak_spots(raw)
    assert (told.code, told.path.endswith("valid_days")) == ("short-validity", True)
    practice["valid_days"] = 400
    assert weak_spots(raw) == ()


@pytest.fixture
def assessment():
    row = AssessmentFactory(maturity_model=load_model(with_terms(), slug="termed"))
    for practice in row_practices():
        said = asdict(make_summary(practice, 3.0))
        record_evidence(row, source="survey", practice=practice, content=said, n=5, observed_at=AT)
    measured = asdict(reading("ci_present", grade="none"))
    earlier = AT - dt.timedelta(days=200)
    record_evidence(
        row, source="metric", practice="EN1", signal="ci_present", content=measured, n=9, observed_at=earlier
    )
    return row


def row_practices():
    return [practice.id for practice in shipped_model().practices()]


@pytest.mark.django_db
def test_each_source_has_its_day(assessment):
    terms = terms_of(assessment)
    assert [(one.practice, one.source, one.valid_until.isoformat()) for one in terms] == [
        ("SP1", "survey", "2026-09-09"),
        ("EN1", "metric", "2026-12-18"),
        ("EN1", "survey", "2027-07-06"),
    ]
    assert days_over(terms, dt.date(2026, 9, 9)) == {}
    assert days_over(terms, dt.date(2026, 9, 10)) == {"SP1": 1}
    assert days_over(terms, dt.date(2027, 7, 7)) == {"SP1": 301, "EN1": 201}


@pytest.mark.django_db
def test_what_a_workshop_agreed_counts_in_place_of_the_survey(assessment):
    said = asdict(make_summary("SP1", 4.0))
    later = AT + dt.timedelta(days=90)
    record_evidence(assessment, source="workshop", practice="SP1", content=said, n=5, observed_at=later)
    assert [one.source for one in terms_of(assessment) if one.practice == "SP1"] == ["workshop"]


@pytest.mark.django_db
def test_a_result_stays_what_it_was_and_reads_older_today(assessment):
    result = rescore(assessment)
    stored = json.loads(json.dumps(result.score))
    today = card_today(result, days_over(terms_of(assessment), dt.date(2026, 12, 1)))
    assert any(one.kind == STALE for one in practice_of(today, "SP1").reasons)
    assert rescore(assessment).pk == result.pk
    result.refresh_from_db()
    assert result.score == stored
    assert card_today(result, {}) == score_card_of(result)


@pytest.mark.django_db
def test_terms_cost_one_query_and_none_without_terms(assessment, django_assert_num_queries):
    terms_of(assessment)
    with django_assert_num_queries(1):
        terms_of(assessment)
    plain = AssessmentFactory()
    with django_assert_num_queries(0):
        assert terms_of(plain) == ()
