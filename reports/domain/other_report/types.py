"""The parts of such a page or report: sentences and cells, ready to print."""

from dataclasses import dataclass

from reports.domain.branding import Look
from reports.domain.remarks import Remark
from reports.domain.report_data.appendix_types import Parameter, WorkshopSection


@dataclass(frozen=True)
class Scope:
    """`provisional` says so while the assessment is open; `made_on_iso` is the day of the result."""

    assessment: str
    organization: str
    team: str
    title: str
    period: str
    made_on: str
    made_on_iso: str
    is_demo: bool
    provisional: str
    people: str
    model: str
    digest: str


@dataclass(frozen=True)
class Headline:
    title: str
    lead: str


@dataclass(frozen=True)
class Row:
    """One part of the model under the columns of the table."""

    name: str
    cells: tuple[str, ...]
    columns: tuple[str, ...] = ()

    @property
    def labelled(self) -> list[tuple[str, str]]:
        """Each cell with the heading of its column, for narrow screens."""
        return list(zip(self.columns, self.cells, strict=True))


@dataclass(frozen=True)
class QuestionLine:
    """`text` is empty where the practice has the same name; `said` is what the group says, `spread` how far apart."""

    text: str
    said: str
    spread: str
    is_open: bool


@dataclass(frozen=True)
class PracticeLine:
    anchor: str
    name: str
    value: str
    answered: str
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True)
class DimensionPart:
    name: str
    practices: tuple[PracticeLine, ...]


@dataclass(frozen=True)
class Step:
    """`about` says the level or the risk, what it costs and where it helps, as the authors put it."""

    title: str
    text: str
    url: str
    about: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True)
class OtherReport:
    scope: Scope
    headline: Headline
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str  # how to read the table
    open_title: str
    open_rows: tuple[Row, ...]  # practices with questions nobody answered, and how many
    dimensions: tuple[DimensionPart, ...]
    now: tuple[Step, ...]
    later: tuple[Step, ...]
    left: tuple[Step, ...]  # what somebody decided not to take, with the reason
    plan_title: str
    joined: str  # how several people became one answer
    colophon: tuple[Parameter, ...]
    workshop: WorkshopSection | None = None
    look: Look | None = None
    is_for_team: bool = True
    opening: Remark | None = None
    before_roadmap: Remark | None = None
    closing: Remark | None = None

    @property
    def n_steps(self) -> int:
        return len(self.now) + len(self.later)
