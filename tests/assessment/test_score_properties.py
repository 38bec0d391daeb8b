"""What must hold for every input."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.domain.scoring import score
from assessment.domain.scoring.types import SignalReading, State
from surveys.domain.summary import Voice, summarize
from tests.effort import processor_s
from tests.factories.scoring import make_summary, reading, shipped_model

MODEL = shipped_model()
QUESTIONS = [question.id for question in MODEL.questions()]
ROLES = [role.id for role in MODEL.roles]
ANSWERS = (1, 2, 3, 4, 5, 1, 2, 3, 4, 5, "dk", "na")
SEEDS = st.integers(0, 2**32)  # a whole survey per seed: drawing each of its hundreds of answers would take minutes
SLOW = settings(max_examples=40, deadline=None)


def make_voices(random):
    return [
        Voice((random.choice(ROLES),), {question: random.choice(ANSWERS) for question in QUESTIONS})
        for _ in range(random.randint(1, 6))
    ]


def make_readings(random):
    names = random.sample(sorted(MODEL.signals), random.randint(0, 40))
    return [make_reading(random, name, MODEL.signals[name]) for name in names]


def make_reading(random, name, signal):
    if signal.grades:
        return reading(name, grade=random.choice(sorted(signal.grades)), n=1)
    highest = max(signal.thresholds.values(), default=1.0)
    return SignalReading(name, random.randint(0, 200), value=random.choice((0.0, random.uniform(0, 2 * highest))))


def make_raise(random):
    """A survey, and the same survey with one answer one level higher."""
    voices = make_voices(random)
    places = [(i, q) for i, v in enumerate(voices) for q, answer in v.answers.items() if answer in (1, 2, 3, 4)]
    index, question = random.choice(places)
    higher = {**voices[index].answers, question: voices[index].answers[question] + 1}
    return voices, [*voices[:index], replace(voices[index], answers=higher), *voices[index + 1 :]]


@SLOW
@given(SEEDS)
def test_order_of_evidence_never_matters(seed):
    random = Random(seed)
    summaries, readings = list(summarize(MODEL, make_voices(random), invited={"*": 7})), make_readings(random)
    facts = {"deployable_units": 3, "merged_changes_180d": 900}
    first = score(MODEL, summaries=summaries, readings=readings, facts=facts)
    twice = readings * 2
    random.shuffle(summaries)
    random.shuffle(twice)
    turned = dict(reversed(facts.items()))
    assert score(MODEL, summaries=summaries, readings=twice, facts=turned) == first


@SLOW
@given(SEEDS)
def test_everything_stays_on_the_ladder(seed):
    random = Random(seed)
    card = score(MODEL, summaries=summarize(MODEL, make_voices(random)), readings=make_readings(random))
    for practice in card.practices:
        if practice.planning_score is None:
            assert practice.state in {State.NOT_ASKED, State.NOT_KNOWN}
            assert practice.staged_level is None
            continue
        low, high = practice.range
        assert 1 <= low <= practice.planning_score + 1e-9 <= high + 2e-9 <= 5 + 2e-9
        assert 1 <= practice.staged_level <= practice.ungated_level <= 5
        assert practice.staged_level <= practice.planning_score + 0.25 + 1e-9
    for stage in card.control_profile:
        assert stage.today is None or 0 <= stage.today <= 1
    assert card.tilt is None or -1 <= card.tilt <= 1


@SLOW
@given(SEEDS)
def test_without_evidence_no_score_falls_when_an_answer_rises(seed):
    before, after = (score(MODEL, summaries=summarize(MODEL, v), readings=()) for v in make_raise(Random(seed)))
    for low, high in zip(before.practices, after.practices, strict=True):
        assert (low.planning_score or 0) <= (high.planning_score or 0) + 1e-9
        assert (low.staged_level or 0) <= (high.staged_level or 0)
    for low, high in zip(before.dimensions, after.dimensions, strict=True):
        assert (low.score or 0) <= (high.score or 0) + 1e-9
        assert (low.staged_level or 0) <= (high.staged_level or 0)
    assert (before.overall.score or 0) <= (after.overall.score or 0) + 1e-9


@SLOW
@given(SEEDS)
def test_neither_self_report_nor_evidence_falls_when_an_answer_rises(seed):
    random = Random(seed)
    readings = make_readings(random)
    before, after = (score(MODEL, summaries=summarize(MODEL, v), readings=readings) for v in make_raise(random))
    for low, high in zip(before.practices, after.practices, strict=True):
        if low.self_report:
            assert low.self_report.value <= high.self_report.value + 1e-9
        if low.evidence:
            assert low.evidence.value <= high.evidence.value + 1e-9


@given(st.floats(1, 5), st.floats(0, 0.5), st.floats(1, 2000))
def test_with_the_same_spread_and_state_the_planning_score_does_not_fall(value, more, size):
    pair = [
        score(MODEL, summaries=[make_summary("RV1", v)], readings=[reading("size_p75", size)]).practices[5]
        for v in (value, min(5.0, value + more))
    ]
    if pair[0].state is pair[1].state:
        assert pair[0].planning_score <= pair[1].planning_score + 1e-9


def test_planning_score_may_fall_when_a_rising_answer_makes_a_contradiction():
    """The one place where more praise lowers the plan: beyond 1.5 levels of gap the mean gives way to the minimum."""
    tension, contradiction = (
        score(MODEL, summaries=[make_summary("RV1", value)], readings=[reading("size_p75", 800)]).practices[5]
        for value in (3.9, 4.1)
    )
    assert (tension.state, contradiction.state) == (State.TENSION, State.CONTRADICTION)
    assert tension.evidence.value == contradiction.evidence.value == 2.5
    assert tension.planning_score == pytest.approx(3.069, abs=0.001)
    assert contradiction.planning_score == 2.5


def test_one_full_scoring_takes_well_under_a_tenth_of_a_second():
    voices = [Voice((role,), dict.fromkeys(QUESTIONS, 3)) for role in ROLES]
    summaries = summarize(MODEL, voices)
    readings = [
        reading(name, grade=next(iter(signal.grades)), n=1) if signal.grades else reading(name, 0.3)
        for name, signal in MODEL.signals.items()
    ]
    costs = [processor_s(lambda: score(MODEL, summaries=summaries, readings=readings)) for _ in range(3)]
    assert min(costs) < 0.1  # measured: 6 ms
