"""What would move the score, against a second way of working it out: every change written into the input, and all of
it scored from the beginning."""

import random
from dataclasses import replace

import pytest

from assessment.domain.moves import LIMIT, ScoreInputs, moves_by_practice
from assessment.domain.moves.headwater import raised_by
from assessment.domain.scoring import score
from assessment.domain.scoring.bands import level_of, value_reading
from assessment.domain.scoring.control import usual_target
from assessment.domain.scoring.types import SignalReading, State
from surveys.domain.summary import Voice, summarize
from tests.factories.scoring import make_summary, shipped_model

MODEL = shipped_model()
FACTS = {"merged_changes_180d": 402.0, "deployable_units": 4.0}


def voices(seed, top=4):
    chance = random.Random(seed)
    base = {practice.id: chance.uniform(1, top) for practice in MODEL.practices()}
    return [
        Voice(
            (chance.choice(["engineer", "senior", "leader"]),),
            {
                question.id: min(top, max(1, round(base[practice.id] + chance.gauss(0, 0.5))))
                for practice in MODEL.practices()
                for question in practice.questions
            },
        )
        for _ in range(6)
    ]


def readings(seed):
    chance, found = random.Random(seed), []
    for name, signal in MODEL.signals.items():
        if chance.random() < 0.6 and (signal.thresholds or signal.grades):
            said = {"grade": chance.choice(list(signal.grades))} if signal.grades else {}
            if signal.thresholds:
                said = {"value": value_reading(signal, chance.uniform(1, 5))}
            found.append(SignalReading(name, max(1, signal.min_n), window_days=signal.window_days, **said))
    return tuple(found)


def inputs(seed):
    return ScoreInputs(summarize(MODEL, voices(seed), invited={"*": 8}), readings(seed), FACTS, targets={"CO1": 5})


def whole(given, model=MODEL):
    return score(
        model,
        summaries=given.summaries,
        readings=given.readings,
        facts=given.facts,
        contested_caps=given.contested,
        targets=given.targets,
    )


def gains(before, after):
    """The order of docs/scoring.md: the whole, then staged levels, then dimensions."""
    levels = [sum(one.staged_level or 0 for one in card.practices) for card in (before, after)]
    scores = [sum(one.score or 0.0 for one in card.dimensions) for card in (before, after)]
    return (after.overall.score - before.overall.score, levels[1] - levels[0], scores[1] - scores[0])


def at_level(signal, reading, level):
    """By trying: the value on a fine grid, or the grade, that is the first to read the level."""
    if signal.grades:
        now = signal.grades[reading.grade]
        able = [band for band in signal.grades.values() if band[0] >= level]
        band = min(able) if able else max(signal.grades.values())
        if now[0] >= level or band <= now:
            return reading
        return replace(reading, grade=next(g for g, b in sorted(signal.grades.items()) if b == band))
    now = level_of(signal, reading.value)
    wanted = min(level, signal.supports_max, max(signal.thresholds))
    if now >= level - 1e-9 or wanted <= now + 1e-9:
        return reading
    limits = [0.0, reading.value, *signal.thresholds.values(), 2 * max(signal.thresholds.values())]
    low, high = min(limits), max(limits)
    for _ in range(200):  # halving: level_of rises or falls all the way
        middle = (low + high) / 2
        reached = level_of(signal, middle) >= wanted - 1e-12
        if reached == (signal.better != "lower"):
            high = middle
        else:
            low = middle
    return replace(reading, value=high if signal.better != "lower" else low)


def alone(given, practice, changed):
    """A model and inputs in which one practice reads signals of its own, so that no other sees what changed there."""
    names = {signal: f"{signal}-alone" for signal in MODEL.signals}
    own = practice.model_copy(
        update={
            "evidence": tuple(link.model_copy(update={"signal": names[link.signal]}) for link in practice.evidence),
            "caps": tuple(
                cap.model_copy(
                    update={
                        "when": tuple(
                            one.model_copy(update={"signal": names[one.signal]}) if one.signal else one
                            for one in cap.when
                        )
                    }
                )
                for cap in practice.caps
            ),
        }
    )
    dimensions = tuple(
        d.model_copy(update={"practices": tuple(own if p.id == own.id else p for p in d.practices)})
        for d in MODEL.dimensions
    )
    signals = {**MODEL.signals, **{names[name]: signal for name, signal in MODEL.signals.items()}}
    model = MODEL.model_copy(update={"dimensions": dimensions, "signals": signals})
    extra = tuple(replace(one, signal=names[one.signal]) for one in changed)
    return model, replace(given, readings=(*given.readings, *extra))


def all_of_them(given):
    before = whole(given)
    said = {summary.practice: summary for summary in given.summaries}
    for practice, stood in zip(MODEL.practices(), before.practices, strict=True):
        listed = {link.signal for link in practice.evidence}
        higher = tuple(replace(s, **lifted(s)) if s.practice == practice.id else s for s in given.summaries)
        changed = []
        for reading in given.readings:
            signal = MODEL.signals[reading.signal]
            stands = signal.grades[reading.grade][0] if signal.grades else level_of(signal, reading.value)
            changed.append(at_level(signal, reading, stands + 1) if reading.signal in listed else reading)
        yield (
            ("level", practice.id),
            gains(before, whole(*reversed(alone(replace(given, summaries=higher), practice, changed)))),
        )
        if stood.state is State.CONTRADICTION:
            if stood.gap > 0:
                pulls = {b.signal for b in stood.bands if b.weight and not b.low <= stood.self_report.value <= b.high}
                right = [one for one in given.readings if one.signal not in pulls]
                after = whole(*reversed(alone(given, practice, right)))
            else:
                agreed = raised_by(said[practice.id], -stood.gap)
                after = whole(
                    replace(given, summaries=tuple(agreed if s.practice == practice.id else s for s in given.summaries))
                )
            yield ("contradiction", practice.id), gains(before, after)
    for reading in given.readings:
        uses = [
            p
            for p in MODEL.practices()
            if any(link.signal == reading.signal for link in p.evidence)
            or any(one.signal == reading.signal for cap in p.caps for one in cap.when)
        ]
        if uses:
            aim = max(given.targets.get(p.id, usual_target(p)) for p in uses)
            fixed = at_level(MODEL.signals[reading.signal], reading, aim)
            after = whole(replace(given, readings=tuple(fixed if r is reading else r for r in given.readings)))
            yield ("evidence", reading.signal), gains(before, after)


def lifted(summary):
    """One level more for everybody, from the shares alone."""
    shares = [1.0, 1.0, *summary.reach[1:4]]
    counts = [0, *summary.distribution[:3], summary.distribution[3] + summary.distribution[4]]
    return {"value": min(5.0, summary.value + 1), "reach": tuple(shares), "distribution": tuple(counts)}


@pytest.mark.parametrize("seed", range(3))
def test_the_ten_are_the_ten_of_scoring_everything_anew(seed):
    given = inputs(seed)
    found = moves_by_practice(MODEL, given)
    tried = {name: tuple(round(part, 7) for part in effect) for name, effect in all_of_them(given)}
    expected = sorted((effect for effect in tried.values() if effect > (0.0, 0.0, 0.0)), reverse=True)[:LIMIT]
    assert len(found.best) == len(expected)
    for move, effect in zip(found.best, expected, strict=True):
        assert move.effect == pytest.approx(effect, abs=1e-6)
    for move in found.best:
        assert tried[move.kind, move.subject] == pytest.approx(move.effect, abs=1e-6)
    assert found.n_tried >= len(found.best) > 0


def test_raised_voices_are_summed_up_as_everybody_one_level_higher():
    given = voices(3, top=4)
    higher = [Voice(one.roles, {q: level + 1 for q, level in one.answers.items()}) for one in given]
    for before, after in zip(summarize(MODEL, given), summarize(MODEL, higher), strict=True):
        made = raised_by(before, 1.0)
        assert made.value == pytest.approx(after.value)
        assert (made.reach, made.distribution) == (pytest.approx(after.reach), after.distribution)


def test_the_value_that_reads_a_level_reads_it():
    for signal in MODEL.signals.values():
        for tenth in range(10, 51) if signal.thresholds and min(signal.thresholds.values()) > 0 else ():
            level = tenth / 10
            most = min(level, signal.supports_max, max(signal.thresholds))
            assert level_of(signal, value_reading(signal, level)) == pytest.approx(most)


def test_what_stands_at_the_top_cannot_move():
    best = tuple(make_summary(p.id, 5.0, reach=(1.0,) * 5) for p in MODEL.practices())
    found = moves_by_practice(MODEL, ScoreInputs(best, ()))
    assert (found.best, found.n_tried) == ((), 0)


def test_nothing_known_gives_no_moves():
    assert moves_by_practice(MODEL, ScoreInputs((), ())).best == ()


def test_a_contradiction_may_be_settled_either_way():
    some = tuple(make_summary(p.id, 2.0) for p in MODEL.practices() if p.id not in {"EN1", "RV1"})
    loud, modest = make_summary("EN1", 5.0, reach=(1.0,) * 5), make_summary("RV1", 1.0, reach=(1.0, 0, 0, 0, 0))
    measured = (
        SignalReading("ci_present", 10, grade="none"),
        SignalReading("protection_tier", 10, grade="none"),
        SignalReading("size_p75", 1000, value=40.0),
    )
    found = moves_by_practice(MODEL, ScoreInputs((*some, loud, modest), measured))
    settled = {move.subject: move.after for move in found.best if move.kind == "contradiction"}
    assert settled.get("EN1") == "people"
    assert settled.get("RV1") == "evidence"
