"""The types of a maturity model file. Plain data: this module imports neither Django nor any of our apps.

`assessment/maturity/lint.py` checks what types cannot: references, cycles, duplicates, reachability.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

Level = Annotated[int, Field(ge=1, le=5)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


def _split_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


Sources = Annotated[
    tuple[Literal["tree", "history", "pr", "ci", "settings", "issues", "answers"], ...], BeforeValidator(_split_commas)
]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)


class TargetTime(Part):
    all_questions: int
    role_routed: int
    note: str = ""


class Meta(Part):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: str
    date: str
    title: str
    purpose: str
    unit_of_assessment: str
    target_time_minutes: TargetTime
    not_for: str


class ScaleLevel(Part):
    n: Level
    name: str
    test: str


class OutsideAnswer(Part):
    id: Literal["dk", "na"]
    label: str
    effect: str


class Scale(Part):
    note: str
    levels: tuple[ScaleLevel, ...] = Field(min_length=5, max_length=5)
    answers_outside_scale: tuple[OutsideAnswer, ...]


class RoleDefinition(Part):
    id: str
    name: str
    titles: str


class Stage(Part):
    id: str
    order: int
    name: str
    touches: str


class ScoringParameters(Part):
    """Parameters of the formulas in docs/scoring.md."""

    question_weights: dict[Literal["mechanism", "reach", "experience"], Positive]
    role_weights: dict[Literal["primary", "secondary"], Positive]
    level_rounding_tolerance: float
    share_rule: Share
    prior_sd: Positive
    prior_df: Positive
    instrument_sd: Positive
    self_report_bias_sd: Positive
    evidence_validity_sd: dict[Literal["direct", "proxy", "weak"], Positive]
    gap_states: dict[Literal["aligned", "tension"], Positive]
    agreement_ad_limit: Positive
    role_gap_limit: Positive
    min_group_size_shown: Annotated[int, Field(ge=4)]
    coverage_min: Share
    interval: Share


class Prerequisite(Part):
    practice: str
    level: Level


class Gate(Part):
    practice: str  # "*" means every practice
    level: Level
    needs: tuple[Prerequisite, ...]
    why: str


class EffortSize(Part):
    elapsed: str
    person_days: str
    needs: str
    planning_days: Positive


class Source(Part):
    title: str
    where: str
    verified: str


class Signal(Part):
    name: str
    sources: Sources = Field(alias="source")
    kind: Literal["threshold", "grades", "outcome", "context"]
    unit: str = ""
    better: Literal["higher", "lower"] | None = None
    window_days: int = Field(default=0, ge=0)
    min_n: int = Field(default=1, ge=0)
    supports_max: Level = 5
    basis: str
    definition: str
    thresholds: dict[Level, float] = {}
    grades: dict[str, tuple[Level, Level]] = {}


class Option(Part):
    level: Level
    text: str


class QuestionRoles(Part):
    primary: tuple[str, ...]
    secondary: tuple[str, ...]


class Question(Part):
    id: str
    facet: Literal["mechanism", "reach", "experience"]
    text: str
    roles: QuestionRoles
    options: tuple[Option, ...] = Field(min_length=5, max_length=5)


class EvidenceLink(Part):
    signal: str
    role: Literal["direct", "proxy", "weak"]


class Condition(Part):
    """One fact a cap needs: a signal's value or grade, or a plain fact, compared with a value."""

    signal: str | None = None
    fact: str | None = None
    window_days: int | None = None
    op: Literal["<", "<=", ">", ">=", "==", "in"]
    value: float | str | tuple[str, ...]


class Cap(Part):
    when: tuple[Condition, ...] = Field(min_length=1)
    max_level: Level
    because: str


class Step(Part):
    from_level: Level = Field(alias="from")
    to_level: Level = Field(alias="to")


class StopRule(Part):
    """So many weeks after its start an action is to be stopped where a signal got worse, or what is asked fails."""

    after_weeks: int = Field(ge=1, le=52)
    worse: tuple[str, ...] = ()  # signals, against their mean before the start
    asks: str = ""  # what no signal measures, as a statement a person affirms or denies


class Indicator(Part):
    signal: str | None
    watch: str
    stop: StopRule | None = None


class Action(Part):
    id: str
    title: str
    outcome: str
    moves: Step
    effort: Literal["S", "M", "L"]
    owner: str
    prereqs: tuple[Prerequisite, ...]
    indicator: Indicator
    backing: tuple[str, ...]
    raises_inflow_of: tuple[str, ...] = ()  # practices whose queue it feeds; it waits until they are agreed


class Practice(Part):
    id: str
    name: str
    intent: str
    keystone: bool
    weight: Positive
    stages: dict[str, Share]
    seeds: tuple[str, ...]
    levels: dict[Level, str]
    questions: tuple[Question, ...] = Field(min_length=1)
    evidence: tuple[EvidenceLink, ...]
    caps: tuple[Cap, ...]
    actions: tuple[Action, ...]
    valid_days: int | None = Field(default=None, ge=1, le=3650)  # how long an answer or a reading stays valid

    @model_serializer(mode="wrap")
    def _without_an_unsaid_term(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A file that says nothing of it keeps its content and its digest."""
        written: dict[str, Any] = write(self)
        if self.valid_days is None:
            written.pop("valid_days", None)
        return written


class Dimension(Part):
    id: str
    name: str
    asks: str
    counts_in_index: bool
    weight: float = Field(ge=0)
    cross_cutting: bool = False
    role_in_scoring: str = ""
    practices: tuple[Practice, ...]


class SeedItem(Part):
    """One claim of the founding articles and what answers it."""

    id: str
    lines: str
    kind: str
    text: str
    features: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


class MaturityModelFile(Part):
    """A whole maturity model, as loaded from its file and pinned by an assessment."""

    meta: Meta
    scale: Scale
    roles: tuple[RoleDefinition, ...]
    stages: tuple[Stage, ...]
    scoring: ScoringParameters
    gates: tuple[Gate, ...]
    effort_scale: dict[Literal["S", "M", "L"], EffortSize]
    action_semantics: str
    facts: dict[str, str]
    sources: dict[str, Source]
    signals: dict[str, Signal]
    dimensions: tuple[Dimension, ...]
    seed_items: tuple[SeedItem, ...]

    def practices(self) -> tuple[Practice, ...]:
        """All practices in the order of the file."""
        return tuple(practice for dimension in self.dimensions for practice in dimension.practices)

    def questions(self) -> tuple[Question, ...]:
        return tuple(question for practice in self.practices() for question in practice.questions)

    def level_name(self, level: int) -> str:
        return self.scale.levels[level - 1].name
