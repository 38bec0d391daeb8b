"""The frozen object behind a practice page: its whole arithmetic in finished words and numbers."""

from dataclasses import dataclass

from reports.charts.scale import ScaleWords
from reports.domain.report_data.appendix_types import LedgerRow, MethodPart, Parameter
from reports.domain.report_data.types import ActionCard, Scope, VoiceRow


@dataclass(frozen=True)
class QuestionText:
    id: str
    text: str
    kind: str
    weight: str


@dataclass(frozen=True)
class CapLine:
    """One cap of a practice: what would limit it, whether it does, and the note of who contested it."""

    index: int
    condition: str
    because: str
    level: str
    applies: bool  # its condition holds
    limits: bool  # and it keeps the staged level from being higher
    unjudged: str  # why nothing can tell whether it holds, empty where something can
    contested: str


@dataclass(frozen=True)
class RoleLine:
    role: str
    n: int
    mean: str
    dont_know: str


@dataclass(frozen=True)
class PracticeData:
    """The whole arithmetic of one practice."""

    scope: Scope
    practice: str
    name: str
    intent: str
    dimension: str
    title: str
    row: VoiceRow
    words: ScaleWords
    levels: tuple[MethodPart, ...]
    questions: tuple[QuestionText, ...]
    self_report: tuple[Parameter, ...]
    roles: tuple[RoleLine, ...]
    distribution: tuple[Parameter, ...]
    evidence: tuple[LedgerRow, ...]
    combination: tuple[Parameter, ...]
    reasons: tuple[str, ...]
    held_back: tuple[str, ...]
    caps: tuple[CapLine, ...]
    actions: tuple[ActionCard, ...]
