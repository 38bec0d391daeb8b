"""The nine made-up participants of a demonstration, and how each would answer. Plain data and arithmetic, no Django.

The profile is that of a team that bought coding assistants and kept its delivery system: tests and pipeline in decent
shape, intent and contracts mostly in heads, review under pressure. Leaders see policy, engineers see Tuesday afternoon.
"""

from dataclasses import dataclass

from assessment.maturity.schema import MaturityModelFile, Practice, Question
from reports.domain.made_up.chances import chance

# practice id -> the level the team as a whole would tell
PROFILE = {
    "SP1": 2.4, "SP2": 2.1, "SP3": 2.3, "SP4": 2.2, "SP5": 1.9,
    "RV1": 2.9, "RV2": 3.6, "RV3": 2.6, "RV4": 2.3, "RV5": 2.2,
    "EN1": 3.7, "EN2": 3.4, "EN3": 2.9, "EN4": 3.1, "EN5": 2.0, "EN6": 2.3,
    "CO1": 2.0, "CO2": 2.1, "CO3": 2.6, "CO4": 2.5, "CO5": 2.3,
    "OM1": 2.2, "OM2": 1.9,
}  # fmt: skip

SPLIT = {"RV2": 1.4, "CO4": 1.2, "SP3": 0.9}  # practices people disagree about, and by how much


@dataclass(frozen=True)
class Voice:
    """One made-up participant: roles in the maturity model, how rosily they see things, what they cannot know."""

    label: str
    roles: tuple[str, ...]
    bias: float
    unsure_about: tuple[str, ...] = ()


VOICES = (
    Voice("Product manager (demonstration)", ("product",), 0.1, ("EN2", "EN3", "EN5", "EN6", "CO3")),
    Voice("Engineer, first (demonstration)", ("engineer",), -0.3, ("EN6",)),
    Voice("Engineer, second (demonstration)", ("engineer",), -0.2, ("OM1", "EN5")),
    Voice("Engineer, third (demonstration)", ("engineer",), 0.0, ("SP5", "OM2")),
    Voice("Senior engineer (demonstration)", ("senior", "architect"), -0.1),
    Voice("Reviewer (demonstration)", ("senior",), -0.5, ("EN5",)),
    Voice("Test engineer (demonstration)", ("quality",), -0.2, ("CO2", "EN5")),
    Voice("Platform engineer (demonstration)", ("platform", "security"), 0.2, ("SP4", "EN5")),
    Voice("Engineering manager (demonstration)", ("leader",), 0.9, ("EN5", "CO3")),
)

# The flow of such a team, as somebody would enter it by hand: fast coding, few reviewers, a weekly release.
FLOW = {
    "changes_per_day": 4.0,
    "definition_days": 2.0,
    "build_days": 1.5,
    "p_sendback": 0.3,
    "p_integration_fail": 0.08,
    "review_hours_per_pass": 0.8,
    "review_hours_per_reviewer_day": 2.0,
    "reviewers": 3.0,
    "release_period_days": 5.0,
    "approval_days": 0.5,
}

COMMENTS = {
    "RV2": "We say one day. In practice it depends on who is on call and whether the change is large.",
    "CO1": "The interface is agreed in a call and written down when the second team asks.",
    "EN1": "The gate is fine. Hotfixes go around it and nobody writes that down.",
}
FIX_FIRST = (
    "Stop starting work nobody can describe.",
    "Give reviewers protected time before lunch.",
    "Write the contract before two people build against it.",
)


@dataclass(frozen=True)
class VoiceAnswer:
    question: str
    kind: str  # level, dk or na
    level: int | None = None


def answers_of(voice: Voice, model: MaturityModelFile) -> list[VoiceAnswer]:
    """What one voice answers to every question its roles are asked."""
    return [
        _answer(voice, practice, question)
        for practice in model.practices()
        for question in practice.questions
        if {*question.roles.primary, *question.roles.secondary} & set(voice.roles)
    ]


def _answer(voice: Voice, practice: Practice, question: Question) -> VoiceAnswer:
    if practice.id in voice.unsure_about:
        return VoiceAnswer(question.id, "dk")
    wobble = chance(voice.label, question.id)
    lean = SPLIT.get(practice.id, 0.4) * (2 * chance(voice.label, practice.id) - 1)
    level = round(PROFILE.get(practice.id, 2.5) + voice.bias + lean + (wobble - 0.5) * 0.6)
    return VoiceAnswer(question.id, "level", max(1, min(5, level)))
