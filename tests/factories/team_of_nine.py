"""Nine people of one team and one repository: believable answers that differ, and a card from the real scorer."""

import random

from assessment.domain.scoring import score
from assessment.domain.scoring.types import ScoreCard, SignalReading
from surveys.domain.summary import DONT_KNOW, NOT_APPLICABLE, Voice, summarize
from tests.factories.scoring import shipped_model

ROLES = ("engineer", "engineer", "engineer", "engineer", "senior", "senior", "product", "quality", "leader")
LEANS = {"leader": 1.2, "product": 0.4, "engineer": -0.2, "senior": -0.3}
BASE = {"SP": 2.6, "RV": 3.4, "EN": 3.2, "CO": 2.2, "OM": 2.0}
READINGS = {
    "spec_link_rate": (0.41, 214),
    "adr_cadence": (0.5, 214),
    "spec_cochange": (0.08, 61),
    "size_p75": (612, 214),
    "test_cochange": (0.58, 171),
    "direct_push_rate": (0.02, 231),
    "conflict_rate": (0.14, 120),
    "branch_age_p75": (6.1, 118),
    "cross_area_share": (0.44, 214),
    "owner_map": (0.12, 214),
    "ci_token_scope": (0.33, 6),
    "contract_coverage": (0.0, 4),
    "rework_21d": (0.083, 48210),
    "revert_rate": (0.012, 402),
    "ai_marked_share": (0.18, 214),
    "adr_before_code": (0.2, 1),
}
GRADES = {
    "request_form": "free_text_template",
    "arch_rules": "none",
    "static_checks": "in_ci",
    "ci_present": "tests_on_changes",
    "security_scan": "dependency_alerts_only",
    "policy_code": "none",
    "agent_permissions": "none",
    "secret_hygiene": "unknown",
    "contract_guard": "none",
    "contract_tests": "none",
    "merge_queue": "none",
    "agent_context": "none",
    "prompt_library": "none",
}


def readings() -> tuple[SignalReading, ...]:
    model = shipped_model()
    measured = {
        **{s: {"value": v, "n": n} for s, (v, n) in READINGS.items()},
        **{s: {"grade": g, "n": 1} for s, g in GRADES.items()},
    }
    return tuple(
        SignalReading(
            signal=signal,
            window_days=model.signals[signal].window_days,
            unit=model.signals[signal].unit,
            observed_on="2026-09-30",
            source="payments-api",
            **found,
        )
        for signal, found in measured.items()
    )


def voices(seed: int = 7) -> tuple[Voice, ...]:
    chance = random.Random(seed)
    return tuple(Voice((role,), _answers(role, chance)) for role in ROLES)


def card() -> ScoreCard:
    model = shipped_model()
    summaries = summarize(model, voices(), invited={"*": 11})
    return score(
        model, summaries=summaries, readings=readings(), facts={"merged_changes_180d": 402, "deployable_units": 4}
    )


def _answers(role: str, chance: random.Random) -> dict[str, int | str]:
    answers: dict[str, int | str] = {}
    for practice in shipped_model().practices():
        lean = LEANS.get(role, 0.0) + {"CO4": 1.6 if role == "senior" else -0.6, "EN5": 0.9, "RV1": 0.9}.get(
            practice.id, 0
        )
        for question in practice.questions:
            if practice.id in {"EN6", "CO2"} and chance.random() < 0.55:
                answers[question.id] = DONT_KNOW
            elif chance.random() < 0.04:
                answers[question.id] = NOT_APPLICABLE
            else:
                level = BASE[practice.id[:2]] + lean + chance.gauss(0, 0.6)
                answers[question.id] = min(5, max(1, round(level)))
    return answers
