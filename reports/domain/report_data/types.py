"""The frozen object behind the result page and the PDF: finished sentences, finished numbers, finished figures."""

from dataclasses import dataclass

from reports.charts.flow_bars import FlowBars
from reports.charts.profile import Profile
from reports.charts.roadmap import RoadmapFigure
from reports.charts.scale import ScaleWords
from reports.charts.strip import Strip
from reports.charts.value_stream import ValueStream
from reports.charts.voices import Voices
from reports.domain.branding import Look
from reports.domain.flow_page.types import BreakEven, InputRow, Relief
from reports.domain.flow_page.types import Case as FlowCaseRow
from reports.domain.remarks import Remark
from reports.domain.report_data.appendix_types import (
    ChangeSection,
    ControlMap,
    Ledger,
    Method,
    MethodPart,
    Parameter,
    Respondents,
    Risk,
    Scorecard,
    SourceRow,
    WorkshopSection,
    in_two_columns,
)

MANY_TO_SETTLE = 4  # more steps that settle what is true are one box in the figure and rows of one table


@dataclass(frozen=True)
class Scope:
    """What was judged, when, and by whom."""

    assessment: str  # public id
    team: str
    organization: str
    title: str
    period: str
    note: str
    model: str
    made_on: str
    made_on_iso: str
    people: str
    repositories: str
    not_for: str
    is_demo: bool
    provisional: str  # said while answers can still change, empty once closed
    digest: str


@dataclass(frozen=True)
class Headline:
    title: str
    lead: str
    reading: str  # what kind of reading this is, said honestly
    practice: str  # id, empty when none is known
    unknowns: tuple[str, ...]  # what is missing, one sentence each
    stale: str = ""  # how many practices have outlived their term, on pages of today
    is_constraint: bool = False  # the title names the stage that sets the pace


@dataclass(frozen=True)
class DimensionStrip:
    id: str
    name: str
    score: str
    range: str
    level: str
    held_back: str
    held_back_by: str  # practice id, for the link
    disputed: bool
    in_index: bool
    known: str
    chart: Strip


@dataclass(frozen=True)
class VoiceRow:
    """One practice: what people say, what the repository shows, what is planned on."""

    practice: str
    name: str
    dimension: str
    said: str
    said_range: str
    n: int
    shown: str
    plan: str
    level: str
    state: str
    tone: str  # clay, moss, sand or ink: the class of the state's word
    is_split: bool
    sentence: str
    chart: Voices
    stale: str = ""  # how long its term is over, on pages of today


@dataclass(frozen=True)
class Contradiction:
    practice: str
    name: str
    sentence: str
    readings: str  # the sentence without the facts, for where those are listed
    facts: tuple[str, ...]
    next_step: str


@dataclass(frozen=True)
class Point:
    """A strength or a gap."""

    practice: str
    name: str
    score: str
    level: str
    text: str


@dataclass(frozen=True)
class DimensionFindings:
    id: str
    name: str
    asks: str
    title: str
    held_back: str
    strip: DimensionStrip
    strengths: tuple[Point, ...]
    gaps: tuple[Point, ...]
    facts: tuple[str, ...]
    facts_missing: str
    rows: tuple[VoiceRow, ...]
    remark: Remark | None = None

    @property
    def is_wide(self) -> bool:
        """Whether strengths fill the left column of the printed page, so that the facts stand across it."""
        return bool(self.strengths and self.facts)


@dataclass(frozen=True)
class ProfileRow:
    stage: str
    today: str
    target: str


@dataclass(frozen=True)
class ControlProfile:
    title: str
    sentences: tuple[str, ...]
    rows: tuple[ProfileRow, ...]
    chart: Profile


@dataclass(frozen=True)
class Prerequisite:
    text: str
    met: bool


@dataclass(frozen=True)
class ActionCard:
    id: str
    is_settling: bool
    title: str
    outcome: str
    practice: str
    practice_name: str
    horizon: str
    days: str
    owner: str
    effort: str
    effort_short: str
    moves: str
    prerequisites: tuple[Prerequisite, ...]
    unlocks: str
    indicator: str
    baseline: str
    target: str
    why: tuple[str, ...]
    sources: tuple[str, ...]
    placed: str = ""  # why it starts when it does


@dataclass(frozen=True)
class RoadmapColumn:
    name: str
    days: str
    cards: tuple[ActionCard, ...]
    empty: str

    @property
    def rows(self) -> tuple[ActionCard, ...]:
        """Steps that settle what is true, where so many say the same that they are printed as one table."""
        settling = tuple(card for card in self.cards if card.is_settling)
        return settling if len(settling) > MANY_TO_SETTLE else ()

    @property
    def own_cards(self) -> tuple[ActionCard, ...]:
        return tuple(card for card in self.cards if not (self.rows and card.is_settling))


@dataclass(frozen=True)
class NotNow:
    id: str
    title: str
    practice_name: str
    why: str


@dataclass(frozen=True)
class NotNowGroup:
    """Steps that wait for the same reason."""

    why: str
    items: tuple[NotNow, ...]


@dataclass(frozen=True)
class RoadmapPlan:
    title: str
    reason: str
    columns: tuple[RoadmapColumn, ...]
    not_now: tuple[NotNow, ...]
    not_now_groups: tuple[NotNowGroup, ...]
    chart: RoadmapFigure
    sizes: tuple[str, ...] = ()  # what each size of effort that is used means

    @property
    def now(self) -> tuple[ActionCard, ...]:
        return self.columns[0].cards


@dataclass(frozen=True)
class StreamRow:
    stage: str
    working: str
    waiting: str
    note: str


@dataclass(frozen=True)
class FlowToday:
    """Time working and waiting by stage; without a figure where it is not known."""

    title: str
    sentences: tuple[str, ...]
    rows: tuple[StreamRow, ...] = ()
    chart: ValueStream | None = None


@dataclass(frozen=True)
class InputGroup:
    """Inputs of the flow model that have one origin."""

    title: str
    is_default: bool
    rows: tuple[InputRow, ...]


@dataclass(frozen=True)
class FlowSection:
    """How work flows today and what more volume would do; the parts are those of the what-if page."""

    title: str
    notes: tuple[str, ...]
    defaults: str
    chart: FlowBars
    presets: tuple[FlowCaseRow, ...]
    scenarios: tuple[FlowCaseRow, ...]
    breakeven: str
    breakeven_rows: tuple[BreakEven, ...]
    relief_title: str
    relief: tuple[Relief, ...]
    inputs: tuple[InputRow, ...]

    @property
    def origins(self) -> tuple[InputGroup, ...]:
        """The inputs by where they are from, which is then said once."""
        found: dict[str, list[InputRow]] = {}
        for row in self.inputs:
            found.setdefault(row.origin, []).append(row)
        return tuple(
            InputGroup(origin[:1].upper() + origin[1:], rows[0].is_default, tuple(rows))
            for origin, rows in found.items()
        )


@dataclass(frozen=True)
class ReportData:
    scope: Scope
    headline: Headline
    overall: tuple[str, ...]
    words: ScaleWords
    voice_words: ScaleWords
    levels: tuple[MethodPart, ...]  # the ladder: each name and its test
    strips: tuple[DimensionStrip, ...]
    voices: tuple[VoiceRow, ...]  # all practices, the most disputed first
    voices_title: str
    contradictions: tuple[Contradiction, ...]
    respondents: Respondents
    profile: ControlProfile
    findings: tuple[DimensionFindings, ...]
    roadmap: RoadmapPlan
    risks: tuple[Risk, ...]
    scorecard: Scorecard
    ledger: Ledger
    method: Method
    control_map: ControlMap
    sources: tuple[SourceRow, ...]
    decision: str
    is_for_team: bool  # only then the assessment is attached
    colophon: tuple[Parameter, ...]
    flow_today: FlowToday
    flow: FlowSection | None
    workshop: WorkshopSection | None = None
    change: ChangeSection | None = None
    opening: Remark | None = None  # in their own words, of those who lead or advise the team
    before_roadmap: Remark | None = None
    closing: Remark | None = None
    look: Look | None = None  # None: Headwater's own

    @property
    def claims(self) -> tuple[SourceRow, ...]:
        return tuple(source for source in self.sources if source.is_claim)

    @property
    def references(self) -> tuple[tuple[SourceRow, ...], tuple[SourceRow, ...]]:
        """What else the report rests on."""
        rows = [source for source in self.sources if not source.is_claim]
        return in_two_columns(rows, lambda row: row.title + row.where + row.checked)
