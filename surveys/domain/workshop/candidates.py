"""What may stand on the agenda of a workshop, and what is known of it: how far people, roles and evidence lie apart."""

from collections.abc import Mapping
from typing import Any

from assessment.domain.evidence import current_result
from assessment.domain.other_rules import joined_rows
from assessment.domain.scored import roadmap_of, score_card_of
from assessment.maturity.foreign.asked import question_code
from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.formats import OURS
from assessment.maturity.loader import foreign_model_of, model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, Result
from surveys.domain.sections import stage_of
from surveys.domain.workshop.agenda import Candidate, Limits

RANGE, DIVIDED = 0.5, 0.25  # one unit of disagreement: half of the values apart; a quarter ticked it and three did not
NEXT = 10  # steps that are about to begin


def candidates_of(assessment: Assessment) -> list[Candidate]:
    """Every practice of the maturity model, or every question of one of others, with what is known of it."""
    result = current_result(assessment)
    if assessment.maturity_model.rule == OURS:
        return _practices(model_of(assessment.maturity_model), result)
    return _questions(foreign_model_of(assessment.maturity_model), result)


def _practices(model: MaturityModelFile, result: Result | None) -> list[Candidate]:
    """What answers, evidence and roadmap say of each practice."""
    weights = {practice.id: practice.weight for practice in model.practices()}
    if result is None:
        return [Candidate(practice, weight) for practice, weight in weights.items()]
    card, roadmap = score_card_of(result), roadmap_of(result)
    stage = roadmap.constraint_stage
    stages = {p.id: stage_of(p, model).id for p in model.practices() if p.stages}
    moved = {step.practice for step in roadmap.steps}
    found = []
    for one in card.practices:
        report = one.self_report
        found.append(
            Candidate(
                practice=one.practice,
                weight=weights.get(one.practice, 1.0),
                deviation=report.average_deviation if report else None,
                evidence_gap=one.gap,
                role_gap=max((gap for _high, _low, gap in one.role_gaps), default=None),
                n=report.n if report else 0,
                is_known=report is not None and one.planning_score is not None,
                at_constraint=one.practice == roadmap.constraint_practice or stages.get(one.practice) == stage,
                on_roadmap=one.practice in moved,
            )
        )
    return found


def _questions(model: ForeignModel, result: Result | None) -> list[Candidate]:
    """What the joined answers and the next steps say of each question; where no spread is told, none is known.

    What lies apart stands in for the deviation of ours: both are read in units of their limit.
    """
    said = joined_rows(result.inputs) if result else {}
    steps = [row for row in result.roadmap["steps"] if not row["waits_for"]] if result else []
    following = {row["question"] for row in steps[:NEXT]}
    return [
        Candidate(
            practice=question_code(question.id),
            weight=1.0,
            n=said[question.id]["n"] if question.id in said else 0,
            is_known=question.id in said,
            on_roadmap=question.id in following,
            deviation=None if apart is None else apart * Limits().deviation,
            apart=apart,
            place=place,
        )
        for place, question in enumerate(model.questions())
        for apart in [_apart(said[question.id]) if question.id in said else None]
    ]


def _apart(row: Mapping[str, Any]) -> float | None:
    """By the lowest and highest answer, or by how evenly people divide over a choice; None where neither is told."""
    if row["low"] is not None:
        return (float(row["high"]) - float(row["low"])) / RANGE
    if row["ticked"] and row["n"]:
        all_of_them = int(row["n"])
        return max(min(int(n), all_of_them - int(n)) for _choice, n in row["ticked"]) / all_of_them / DIVIDED
    return None
