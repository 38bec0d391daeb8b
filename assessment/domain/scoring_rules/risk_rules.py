"""Scoring by risk rules (custom lenses): the first rule that holds gives the risk of a question.

A question nobody answered, or where nothing is ticked, and one that does not apply stay out of the rules. There is no
number and no interval: the card counts questions by risk, and the plan lists what would mend the worst first.
"""

from typing import Any

from assessment.domain.scoring_rules.given import NOT_APPLICABLE, Given
from assessment.maturity.foreign.conditions import Condition, first_that_holds, read_condition
from assessment.maturity.foreign.types import ForeignModel, Question
from core.language import gettext

RISKS = ("HIGH_RISK", "MEDIUM_RISK", "NO_RISK")
UNANSWERED, OUTSIDE, UNDECIDED = "UNANSWERED", "NOT_APPLICABLE", "NO_RULE_APPLIES"
STATES = (*RISKS, UNANSWERED, OUTSIDE)


def score(model: ForeignModel, given: Given) -> dict[str, Any]:
    """`questions` by id, `counts` of the whole, `pillars` with theirs, and the `improvement_plan`, high risk first."""
    questions = {one.id: risk_of(one, given) for one in model.questions()}
    return {
        "questions": questions,
        "counts": _counts(questions.values()),
        "pillars": {
            one.id: {"name": one.name, "counts": _counts([questions[practice.id] for practice in one.practices])}
            for one in model.dimensions
        },
        "improvement_plan": _plan(model, given, questions),
    }


def risk_of(question: Question, given: Given) -> str:
    said = given.answers.get(question.id)
    if said == NOT_APPLICABLE:
        return OUTSIDE
    if not said or not isinstance(said, tuple):
        return UNANSWERED
    place = first_that_holds(conditions_of(question), said)
    return UNDECIDED if place is None else question.rules[place].risk


def risk_text(state: str) -> str:
    return {
        "HIGH_RISK": gettext("High risk"),
        "MEDIUM_RISK": gettext("Medium risk"),
        "NO_RISK": gettext("No risk"),
        "UNANSWERED": gettext("Not answered"),
        "NOT_APPLICABLE": gettext("Does not apply"),
        "NO_RULE_APPLIES": gettext("No rule applies"),
    }[state]


def conditions_of(question: Question) -> list[Condition]:
    return [read_condition(rule.condition) for rule in question.rules]


def _counts(states: Any) -> dict[str, int]:
    found = list(states)
    counted = (*STATES, UNDECIDED) if UNDECIDED in found else STATES
    return {state: found.count(state) for state in counted}


def _plan(model: ForeignModel, given: Given, questions: dict[str, str]) -> list[dict[str, Any]]:
    """What is not ticked in each question at risk, in the order of the file within a risk."""
    rows = []
    for question in model.questions():
        said = given.answers.get(question.id)
        ticked = said if isinstance(said, tuple) else ()
        left = [choice for choice in question.choices if choice.id not in ticked and not choice.is_none_of_these]
        if questions[question.id] in RISKS[:2]:
            plans = [
                {"choice": one.id, "title": one.text, "plan": one.improvement, "url": one.improvement_url}
                for one in left
            ]
            rows.append(
                {"question": question.id, "title": question.text, "risk": questions[question.id], "choices": plans}
            )
    return sorted(rows, key=lambda row: RISKS.index(row["risk"]))
