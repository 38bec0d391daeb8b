"""What would move the score of a model that was written elsewhere: one activity one answer up, one choice ticked."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from assessment.domain.moves.types import Change, Move, Moves, Of, largest
from assessment.domain.scoring_rules import levels, risk_rules, samm
from assessment.domain.scoring_rules.given import NOT_APPLICABLE, Given
from assessment.maturity.foreign.asked import SHARES
from assessment.maturity.foreign.conditions import first_that_holds
from assessment.maturity.foreign.types import ForeignModel, Practice, Question

Row = dict[str, Any]


def moves_by_samm(model: ForeignModel, given: Given) -> Moves:
    """Ordered by the overall value, then by how near it comes to the targets, then from the lowest level up."""
    before = samm.rows_of(model, given)
    stood = samm.card_of(model, before, given)
    found = []
    for dimension, practice, question, higher in _one_answer_up(model, given):
        after = replace(given, answers={**given.answers, question.id: higher})
        stands = samm.card_of(model, before | {practice.id: samm.practice_row(practice, after)}, after)
        changes = _moved(stood, stands, ("functions", dimension), practice.id)
        found.append(_answered(given, question, higher, changes, "to_target"))
    return largest(found)


def moves_by_levels(model: ForeignModel, given: Given) -> Moves:
    """Ordered by the overall value, then by the levels that are reached, from the lowest level up."""
    before = levels.rows_of(model, given)
    stood = levels.card_of(model, before)
    found = []
    for dimension, practice, question, higher in _one_answer_up(model, given):
        after = replace(given, answers={**given.answers, question.id: higher})
        stands = levels.card_of(model, before | {practice.id: levels.practice_row(practice, after)})
        changes = _moved(stood, stands, ("dimensions", dimension), practice.id)
        found.append(_answered(given, question, higher, changes, "practice_level"))
    return largest(found)


def moves_by_risk(model: ForeignModel, given: Given) -> Moves:
    """Ordered by how many questions leave high risk, then medium; of a question, one choice after the other."""
    found = []
    counts = risk_rules.score(model, given)["counts"]
    for question in model.questions():
        said = given.answers.get(question.id)
        if not said or not isinstance(said, tuple):
            continue  # not answered, or it does not apply: no risk is known that could fall
        conditions = risk_rules.conditions_of(question)
        none_of_these = {choice.id for choice in question.choices if choice.is_none_of_these}
        before = risk_rules.risk_of(question, given)
        for choice in question.choices:
            if choice.id in said or choice.id in none_of_these:
                continue
            ticked = (*(one for one in said if one not in none_of_these), choice.id)
            place = first_that_holds(conditions, ticked)
            after = risk_rules.UNDECIDED if place is None else str(question.rules[place].risk)
            found.append(_ticked(question, choice.id, (before, after), counts))
    return largest(found)


def _one_answer_up(model: ForeignModel, given: Given) -> Iterator[tuple[str, Practice, Question, float]]:
    """Every activity that applies and has a higher answer, from the lowest level up."""
    asked = [(d.id, p, q) for d in model.dimensions for p in d.practices for q in p.questions]
    for dimension, practice, question in sorted(asked, key=lambda one: one[2].level or 0):
        said = given.answers.get(question.id)
        if said != NOT_APPLICABLE and (higher := next_answer(question, said)) is not None:
            yield dimension, practice, question, higher


def next_answer(question: Question, said: object) -> float | None:
    """The next value above what is said; not answered counts as 0, coverage rises in quarters. None at the top."""
    stands = said if isinstance(said, float) else 0.0
    values = [choice.value for choice in question.choices if choice.value is not None]
    values = list(SHARES) if question.kind == "coverage" else values
    return min((value for value in values if value > stands), default=None)


def _moved(stood: Row, stands: Row, function: tuple[str, str], practice: str) -> Iterator[Change]:
    group, key = function
    pairs: tuple[tuple[Of, str, Row, Row, str], ...] = (
        ("overall", "", stood["overall"], stands["overall"], "value"),
        ("to_target", "", stood["overall"], stands["overall"], "percent_to_target"),
        ("dimension", key, stood[group][key], stands[group][key], "value"),
        ("dimension_level", key, stood[group][key], stands[group][key], "level"),
        ("practice", practice, stood["practices"][practice], stands["practices"][practice], "value"),
        ("practice_level", practice, stood["practices"][practice], stands["practices"][practice], "level"),
    )
    for of, name, before, after, what in pairs:
        if before.get(what) != after.get(what):
            yield Change(of, name, before.get(what), after.get(what))


def _answered(given: Given, question: Question, higher: float, changes: Iterator[Change], second: str) -> Move:
    found = tuple(changes)
    won: dict[str, float] = {change.of: float(change.after or 0) - float(change.before or 0) for change in found}
    said = given.answers.get(question.id)
    before = said if isinstance(said, float) else None
    effect = (won.get("overall", 0.0), won.get(second, 0.0))
    return Move("answer", question.id, before, higher, found, effect)


def _ticked(question: Question, choice: str, risks: tuple[str, str], counts: dict[str, int]) -> Move:
    before, after = risks
    fewer = [int(before == risk) - int(after == risk) for risk in risk_rules.RISKS[:2]]
    changes = [Change("question", question.id, before, after)] if before != after else []
    if fewer[0]:
        changes.append(Change("high", "", counts["HIGH_RISK"], counts["HIGH_RISK"] - fewer[0]))
    if fewer[1]:
        changes.append(Change("medium", "", counts["MEDIUM_RISK"], counts["MEDIUM_RISK"] - fewer[1]))
    return Move("choice", question.id, None, choice, tuple(changes), tuple(map(float, fewer)))
