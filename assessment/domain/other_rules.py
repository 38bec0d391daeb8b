"""Results on maturity models that were written elsewhere: scored by their own rule, kept with all they follow from.

A result of these has `{"rule", "card"}` as its score and `{"rule", "steps"}` as its roadmap. There is no interval, no
flow, no cap and no gate; what a rule does not give is not there.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from assessment.domain.scoring_rules import score_foreign
from assessment.domain.scoring_rules.given import NOT_APPLICABLE, Answer, Given
from assessment.domain.scoring_rules.plan import steps
from assessment.maturity.foreign.asked import practice_code
from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.loader import foreign_model_of
from assessment.models import Assessment, EvidenceSource, Result

VERSION = "1"  # raise it when a rule or the order of steps changes
HIGHEST = 3.0  # of a target, in SAMM


def scorer_version(rule: str) -> str:
    return f"{rule}-{VERSION}"


def rescore_other(assessment: Assessment, *, plan: dict[str, Any] | None = None) -> Result:
    """The result of the evidence as it stands; the same evidence always gives the same row.

    `plan` is what was decided about the steps; reports print it, nothing is scored by it.
    """
    row = assessment.maturity_model
    inputs = inputs_of_other(assessment)
    if plan:
        inputs["plan"] = plan
    content = {"inputs": inputs, "model": row.digest, "scorer": scorer_version(row.rule)}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    result = assessment.results.filter(digest=digest).first()
    if result is None:
        card, following = scored_other(foreign_model_of(row), inputs)
        fields = {
            "scorer_version": scorer_version(row.rule),
            "score": {"rule": row.rule, "card": card},
            "roadmap": {"rule": row.rule, "steps": following},
            "inputs": inputs,
        }
        result, _ = Result.objects.get_or_create(assessment=assessment, digest=digest, defaults=fields)
    elif assessment.results.first() != result:
        result.save(update_fields=["updated_at"])
    return result


def inputs_of_other(assessment: Assessment) -> dict[str, Any]:
    """What a result would be computed from now."""
    return {"evidence": _evidence(assessment), "targets": assessment.target_profile}


def scored_other(model: ForeignModel, inputs: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The card of the model's rule and what to do next, from what a result keeps."""
    given = given_of(model, joined_rows(inputs), inputs["targets"])
    card = score_foreign(model, given)
    return card, steps(model, given, card)


def joined_rows(inputs: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What the group says by question, as `surveys.domain.joined.Joined` keeps it; a workshop before a survey."""
    said: dict[str, dict[str, Any]] = {}
    for source in (EvidenceSource.SURVEY, EvidenceSource.WORKSHOP):
        for told, _practice, content in inputs["evidence"]:
            if told == source:
                said |= {one["question"]: one for one in content["questions"]}
    return said


def given_of(model: ForeignModel, said: Mapping[str, Mapping[str, Any]], targets: Mapping[str, float]) -> Given:
    answers: dict[str, Answer] = {}
    for question, row in said.items():
        if row["state"] == "na":
            answers[question] = NOT_APPLICABLE
        elif row["counted"]:
            answers[question] = tuple(row["counted"])
        elif row["value"] is not None:
            answers[question] = float(row["value"])
    aimed = {one.id: float(targets[code]) for one in model.practices() if (code := practice_code(one.id)) in targets}
    return Given(answers, aimed if model.rule == "samm" else {})


def is_target_of(model: ForeignModel, practice: str, value: float) -> bool:
    """Whether a target may be set: only SAMM has them, from 0 to 3."""
    known: Iterable[str] = (practice_code(one.id) for one in model.practices())
    return model.rule == "samm" and practice in known and 0 <= value <= HIGHEST


def _evidence(assessment: Assessment) -> list[list[Any]]:
    rows = assessment.evidence.order_by("source", "practice", "signal")
    return [[row.source, row.practice, row.content] for row in rows if "questions" in row.content]
