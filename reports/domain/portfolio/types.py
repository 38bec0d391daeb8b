"""The frozen object behind the page and the report of several teams: finished sentences, numbers and figures."""

from dataclasses import dataclass

from reports.charts.scale import ScaleWords
from reports.charts.strip import Strip
from reports.domain.other_report.types import Row
from reports.domain.report_data.appendix_types import Parameter


@dataclass(frozen=True)
class PanelStrip:
    name: str
    score: str
    range: str
    level: str
    moved: str  # since the team's last assessment, empty where nothing is beyond its interval
    chart: Strip


@dataclass(frozen=True)
class PanelTable:
    """What the rule of another author's model has to say, part by part."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Panel:
    """One team by itself; without a result only `missing` says why. Strips or, by a model of others, a table."""

    id: str
    name: str
    assessment: str  # public id, empty without a result
    when: str
    title: str
    strips: tuple[PanelStrip, ...]
    voices: str
    change: str
    now: tuple[str, ...]
    missing: str
    note: str  # another version of the maturity model
    table: PanelTable | None = None


@dataclass(frozen=True)
class Shared:
    """What holds back several teams, or is due now in several, with their names in the order shown."""

    what: str
    teams: str


@dataclass(frozen=True)
class LevelRow:
    """How many of the teams shown stand at each level of one dimension; nothing that is not in a panel counts."""

    name: str
    counts: tuple[int, ...]  # levels 1 to 5
    unknown: int


@dataclass(frozen=True)
class PortfolioData:
    organization: str
    title: str
    sentences: tuple[str, ...]
    made_on: str
    made_on_iso: str
    words: ScaleWords
    level_names: tuple[str, ...]
    levels: tuple[LevelRow, ...]
    panels: tuple[Panel, ...]
    holding: tuple[Shared, ...]
    due: tuple[Shared, ...]
    colophon: tuple[Parameter, ...]
    is_demo: bool
