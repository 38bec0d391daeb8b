"""What goes into scoring and what comes out, as frozen plain data. Imports nothing of ours.

Levels and scores are on the ladder 1..5; shares are 0..1. `ScoreCard` is stored with each result as a dict
(`dataclasses.asdict`) and is the one thing pages, PDF, API and command line read.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """How the self-report and the evidence of a practice stand to each other."""

    NOT_ASKED = "not asked"  # nobody answered: no self-report, so nothing to combine
    NOT_KNOWN = "not known"  # don't-know coverage below the minimum: printed, never staged
    SELF_REPORT_ONLY = "self-report only"
    ALIGNED = "aligned"
    TENSION = "tension"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True)
class RoleVoice:
    """One role's voices on a practice; a person with two roles counts in both."""

    role: str
    n: int  # people of this role who answered at least one question of the practice with a level
    mean: float | None  # None when n is below the survey's minimum role group
    n_dont_know: int  # don't-know answers of this role where the role is primary
    n_primary_answers: int  # levels plus don't-knows of this role where the role is primary


@dataclass(frozen=True)
class SurveySummary:
    """All that leaves a survey about one practice, made by `surveys.domain.summary`."""

    practice: str
    value: float | None  # S; None when nobody gave a level
    n: int  # people with at least one level answer
    n_effective: float  # Kish
    variance: float  # weighted s2, already times n/(n-1); 0 when n = 1
    average_deviation: float | None  # AD; None where it is not told
    n_invited: int | None  # N; None when unknown
    n_questions: int  # k, questions of the practice that anybody answered with a level
    n_answered: int  # level answers
    n_dont_know: int
    n_not_applicable: int
    reach: tuple[float, float, float, float, float]  # weighted share of voices at or above L - 0.5, for L = 1..5
    distribution: tuple[int, int, int, int, int]  # people by rounded person score
    roles: tuple[RoleVoice, ...] = ()
    counts: str = "people"  # what `distribution` counts; "answers" where answers are not tied to people
    is_coarse: bool = False  # rounded, so that two surveys compared do not point at who came or went

    @property
    def coverage(self) -> float:
        """answered / (answered + don't know); 0 when neither was given."""
        asked = self.n_answered + self.n_dont_know
        return self.n_answered / asked if asked else 0.0


@dataclass(frozen=True)
class PartReading:
    """What one of several repositories said by itself; with weight 0 it counts for nothing."""

    source: str
    n: int
    value: float | None = None
    grade: str | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class SignalReading:
    """One signal as measured: a value or a grade, on n observations."""

    signal: str
    n: int
    value: float | None = None
    grade: str | None = None
    window_days: int = 0
    unit: str = ""
    observed_on: str = ""  # ISO date of the end of the window
    source: str = ""  # which repositories, for the ledger
    examples: tuple[str, ...] = ()
    parts: tuple[PartReading, ...] = ()  # each repository by itself, where there are several


@dataclass(frozen=True)
class CapContestNote:
    practice: str
    cap: int
    note: str


@dataclass(frozen=True)
class NamedCap:
    """A fact somebody names beside the model's own caps; it limits the staged level like one of them."""

    practice: str
    max_level: int
    because: str


@dataclass(frozen=True)
class Reason:
    """One step of the arithmetic, in words: what was decided, by which evidence, weight, cap or gate.

    Kinds of a practice: self_report coverage not_applicable split role_gap evidence state planning rounding share_rule
    cap contested_cap unjudged_cap gate. Kinds of a dimension: keystone weight_rule floor_rule not_known.
    """

    kind: str
    text: str
    practice: str = ""
    signal: str = ""
    level: int | None = None  # the level it limits to, where it limits
    cap: int | None = None  # of a cap of the model: its place among the practice's caps


@dataclass(frozen=True)
class SelfReport:
    value: float
    n: int
    n_effective: float
    low: float
    high: float
    standard_error: float
    average_deviation: float | None  # None where it is not told
    coverage: float


@dataclass(frozen=True)
class SignalBand:
    """What one signal allows for one practice, and how much it weighs; `dropped` says why it weighs nothing."""

    signal: str
    role: str
    n: int
    value: float | None
    grade: str | None
    window_days: int
    unit: str
    level: float | None  # m; None for graded signals
    low: float
    high: float
    clipped: float | None  # clip(S, low, high)
    weight: float  # a_j
    dropped: str = ""


@dataclass(frozen=True)
class EvidenceScore:
    value: float  # E
    standard_error: float  # SE_E
    supports: bool  # one direct or two proxy signals read at or above S - 0.5


@dataclass(frozen=True)
class PracticeScore:
    practice: str
    name: str
    dimension: str
    self_report: SelfReport | None
    evidence: EvidenceScore | None
    gap: float | None  # G = S - E
    state: State
    support: str  # "supported", "not contradicted" or "" when not aligned
    split: bool
    planning_score: float | None  # B; None when not asked or not known
    standard_error: float | None  # SE_B
    range: tuple[float, float] | None
    staged_level: int | None
    held_back_by: tuple[Reason, ...]  # what keeps the staged level below the rounded planning score
    bands: tuple[SignalBand, ...]
    reasons: tuple[Reason, ...]
    role_gaps: tuple[tuple[str, str, float], ...]  # (higher role, lower role, difference)
    blind_roles: tuple[tuple[str, float], ...]  # roles with over 40 % don't-know among primary answers
    summary: SurveySummary | None
    ungated_level: int | None = None  # the staged level before gates: where the practice stands by itself


@dataclass(frozen=True)
class DimensionScore:
    dimension: str
    name: str
    counts_in_index: bool
    score: float | None  # D; None when under 60 % of the weight is known
    range: tuple[float, float] | None
    staged_level: int | None
    known_weight: float  # share of the weight that is known
    held_back_by: tuple[Reason, ...]


@dataclass(frozen=True)
class Overall:
    score: float | None  # harmonic mean of the dimensions that count
    arithmetic: float | None
    lowest_staged: int | None
    lowest_dimension: str
    balance_gap: float | None  # highest minus lowest dimension score
    order_changes: float | None  # share of random weight draws in which the ranking of dimensions changes
    order_is_robust: bool | None  # order_changes at or under 20 %


@dataclass(frozen=True)
class ControlStage:
    stage: str
    name: str
    today: float | None  # C_s, 0..1
    target: float | None


@dataclass(frozen=True)
class ScoreCard:
    model: str  # "<id> <version>"
    scorer_version: str
    practices: tuple[PracticeScore, ...]
    dimensions: tuple[DimensionScore, ...]
    overall: Overall
    control_profile: tuple[ControlStage, ...]
    tilt: float | None
    target_tilt: float | None
    blind_spots: tuple[str, ...]  # practices not known
    contested_caps: tuple[CapContestNote, ...] = ()
    facts: dict[str, float] = field(default_factory=dict)
