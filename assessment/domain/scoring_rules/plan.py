"""What to do next by a maturity model of others: activities in an order that keeps their prerequisites.

With risk rules, what would mend the worst first, in the order of the file. With levels (SAMM and DSOMM) every activity
that is not done in full and does apply: those whose prerequisites are met first, lower levels before higher, then what
is less done; a prerequisite always stands before what needs it. Effort and usefulness are the authors' own.
"""

from collections.abc import Mapping
from typing import Any

from assessment.domain.scoring_rules.given import NOT_APPLICABLE, Given
from assessment.maturity.foreign.types import Action, ForeignModel, Question

RISKY = ("HIGH_RISK", "MEDIUM_RISK")
DONE = {"samm": 0.5, "levels": 1.0}  # from what value on an activity counts as a prerequisite that is met
FULL = 1.0


def steps(model: ForeignModel, given: Given, card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each with `question`, `title`, `text`, `level`, `risk`, `value`, `waits_for` (ids of questions) and the like."""
    if model.rule == "risk-rules":
        return _by_risk(card)
    return _in_order(model, given)


def _by_risk(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "question": row["question"],
            "title": choice["title"],
            "text": choice["plan"],
            "url": choice["url"],
            "risk": row["risk"],
            "waits_for": [],
        }
        for row in card["improvement_plan"]
        for choice in row["choices"]
    ]


def _in_order(model: ForeignModel, given: Given) -> list[dict[str, Any]]:
    questions = {one.id: one for one in model.questions()}
    open_ones = [one for one in model.actions if _is_open(given, one.question) and one.question in questions]
    places = {one.question: n for n, one in enumerate(open_ones)}
    needs: dict[str, list[str]] = {}
    for edge in model.prerequisites:
        if edge.of in places and edge.needs in places and not _is_met(model, given, edge.needs):
            needs.setdefault(edge.of, []).append(edge.needs)
    ordered: list[Action] = []
    left = sorted(open_ones, key=lambda one: _rank(questions[one.question], given, places))
    placed: set[str] = set()
    while left:
        following = next((one for one in left if set(needs.get(one.question, ())) <= placed), left[0])
        left.remove(following)
        placed.add(following.question)
        ordered.append(following)
    rows = [_row(one, questions[one.question], given, needs.get(one.question, [])) for one in ordered]
    return sorted(rows, key=lambda row: bool(row["waits_for"]))  # stable: what can begin now stands first


def _row(action: Action, question: Question, given: Given, waits_for: list[str]) -> dict[str, Any]:
    return {
        "question": question.id,
        "title": action.title or question.text,
        "text": action.text,
        "level": question.level,
        "value": _value(given, question.id),
        "effort": dict(action.effort),
        "usefulness": action.usefulness,
        "waits_for": waits_for,
    }


def _rank(question: Question, given: Given, places: Mapping[str, int]) -> tuple[int, float, int]:
    return question.level or 0, _value(given, question.id) or 0.0, places[question.id]


def _is_open(given: Given, question: str) -> bool:
    return given.answers.get(question) != NOT_APPLICABLE and (_value(given, question) or 0.0) < FULL


def _is_met(model: ForeignModel, given: Given, question: str) -> bool:
    return (_value(given, question) or 0.0) >= DONE[model.rule]


def _value(given: Given, question: str) -> float | None:
    said = given.answers.get(question)
    return said if isinstance(said, float) else None
