"""What would move the score of other people's models, against scoring every single change in full."""

import random
from dataclasses import replace

import pytest

from assessment.domain.moves import LIMIT, moves_foreign
from assessment.domain.scoring_rules import score_foreign
from assessment.domain.scoring_rules.given import Given
from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.foreign.dsomm import read_dsomm
from assessment.maturity.foreign.samm import read_samm
from tests.assessment.foreign.samples import (
    activity,
    lens,
    question,
    samm_files,
    write_dsomm,
    write_lens,
    write_samm,
)


@pytest.fixture(scope="module")
def samm(tmp_path_factory):
    return read_samm(write_samm(tmp_path_factory.mktemp("samm"), samm_files()))[0]


@pytest.fixture(scope="module")
def dsomm(tmp_path_factory):
    names = iter(range(100))
    tree = {
        f"D{d}": {f"S{s}": {str(n := next(names)): activity(str(n), 1 + n % 5) for _ in range(3 + s)} for s in range(2)}
        for d in range(3)
    }
    return read_dsomm(write_dsomm(tmp_path_factory.mktemp("dsomm") / "m.yaml", tree))[0]


@pytest.fixture(scope="module")
def risky(tmp_path_factory):
    asked = [
        question(
            f"q{n}",
            [(f"q{n}_a && q{n}_b", "NO"), (f"q{n}_a || q{n}_c", "MEDIUM"), ("default", "HIGH")],
            ("a", "b", "c", "no"),
        )
        for n in range(6)
    ]
    return read_aws_lens(write_lens(tmp_path_factory.mktemp("lens") / "l.json", lens(*asked)))[0]


def answered(model, seed):
    chance, answers = random.Random(seed), {}
    for asked in model.questions():
        if chance.random() < 0.2:
            continue
        if asked.kind == "multiple":
            free = [one.id for one in asked.choices if not one.is_none_of_these]
            none = next(one.id for one in asked.choices if one.is_none_of_these)
            answers[asked.id] = tuple(chance.sample(free, chance.randint(1, 2))) if chance.random() < 0.7 else (none,)
        else:
            answers[asked.id] = chance.choice([*(one.value for one in asked.choices), "na"])
    return answers


def one_answer_up(model, given, measure):
    """Every single higher answer, scored in full."""
    for asked in model.questions():
        said = given.answers.get(asked.id, 0.0)
        values = [0, 0.25, 0.5, 0.75, 1.0] if asked.kind == "coverage" else [one.value for one in asked.choices]
        higher = [value for value in values if said != "na" and value > said]
        if higher:
            after = replace(given, answers={**given.answers, asked.id: min(higher)})
            yield asked.id, measure(score_foreign(model, after))


def compare(model, given, measure, tried):
    stood = measure(score_foreign(model, given))
    gains = {name: tuple(b - a for a, b in zip(stood, after, strict=True)) for name, after in tried}
    better = sorted((g for g in gains.values() if tuple(round(x, 9) for x in g) > (0.0,) * len(g)), reverse=True)
    found = moves_foreign(model, given)
    assert found.n_tried == len(gains)
    assert len(found.best) == min(LIMIT, len(better)) > 0
    for move, gain in zip(found.best, better, strict=False):
        assert move.effect == pytest.approx(gain)
        name = (move.subject, move.after) if move.kind == "choice" else move.subject
        assert gains[name] == pytest.approx(gain)


@pytest.mark.parametrize("seed", range(8))
def test_samm_moves_are_those_of_scoring_everything_anew(samm, seed):
    aimed = {practice.id: 2.5 for practice in samm.practices()}
    given = Given(answered(samm, seed), targets=aimed)

    def measure(card):
        return card["overall"]["value"], card["overall"]["percent_to_target"]

    compare(samm, given, measure, one_answer_up(samm, given, measure))


@pytest.mark.parametrize("seed", range(8))
def test_moves_by_levels_are_those_of_scoring_everything_anew(dsomm, seed):
    given = Given(answered(dsomm, seed))

    def measure(card):
        return card["overall"]["value"], sum(one["level"] or 0 for one in card["practices"].values())

    compare(dsomm, given, measure, one_answer_up(dsomm, given, measure))


@pytest.mark.parametrize("seed", range(8))
def test_moves_by_risk_are_those_of_scoring_everything_anew(risky, seed):
    given = Given(answered(risky, seed))

    def measure(card):
        return -card["counts"]["HIGH_RISK"], -card["counts"]["MEDIUM_RISK"]

    def tried():
        for asked in risky.questions():
            said = given.answers.get(asked.id, ())
            none = {one.id for one in asked.choices if one.is_none_of_these}
            for choice in asked.choices if said else ():
                if choice.id not in none and choice.id not in said:
                    ticked = (*(one for one in said if one not in none), choice.id)
                    after = replace(given, answers={**given.answers, asked.id: ticked})
                    yield (asked.id, choice.id), measure(score_foreign(risky, after))

    compare(risky, given, measure, tried())


def test_from_the_lowest_level_up_where_the_effect_is_the_same(samm):
    found = moves_foreign(samm, Given({}))
    levels = {question.id: question.level for question in samm.questions()}
    assert [levels[move.subject] for move in found.best] == sorted(levels[move.subject] for move in found.best)
    assert found.best[0].changes[0].of == "overall"


def test_what_does_not_apply_and_what_is_at_the_top_is_not_tried(samm):
    names = [question.id for question in samm.questions()]
    answers = {name: "na" if n % 2 else 1.0 for n, name in enumerate(names)}
    assert moves_foreign(samm, Given(answers)).n_tried == 0


def test_a_lens_nobody_answered_has_no_moves(risky):
    assert moves_foreign(risky, Given({})).best == ()


def test_ticking_a_practice_takes_the_place_of_none_of_these(risky):
    found = moves_foreign(risky, Given({"q0": ("q0_no",)}))
    assert [move.after for move in found.best] == ["q0_a", "q0_c"]
    assert found.best[0].changes[0].before == "HIGH_RISK"
    assert found.best[0].changes[0].after == "MEDIUM_RISK"
