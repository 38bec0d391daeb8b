"""What the appendices of a report say, in finished words and numbers: ledger, scorecard, people,
controls, method, workshop, change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


def in_two_columns(rows: Sequence[T], text_of: Callable[[T], str]) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """The rows cut in two where both halves have about as much to read.

    Cut here because the engine that prints them lays each text out ten times to balance columns by itself.
    """
    lengths = [len(text_of(row)) for row in rows]
    cut = sum(2 * end - length < sum(lengths) for end, length in zip(accumulate(lengths), lengths, strict=True))
    return tuple(rows[:cut]), tuple(rows[cut:])


@dataclass(frozen=True)
class SignalUse:
    practice: str
    practice_name: str
    role: str
    band: str
    weight: float
    verdict: str
    dropped: bool
    state: str = ""  # how what people say of the practice and all its evidence stand to each other


@dataclass(frozen=True)
class LedgerPart:
    """What one of several repositories said by itself."""

    source: str
    value: str
    n: int
    weight: str


@dataclass(frozen=True)
class LedgerRow:
    """One measured signal and everything it was used for."""

    signal: str
    name: str
    definition: str
    value: str
    window: str
    n: int
    source: str
    basis: str
    uses: tuple[SignalUse, ...]
    thresholds: str = ""
    threshold_kind: str = ""  # published, or a judgement
    observed: str = ""  # the last day of its window
    examples: tuple[str, ...] = ()
    parts: tuple[LedgerPart, ...] = ()  # where there are several repositories
    notes: tuple[str, ...] = ()  # of those who contest it
    place: str = ""  # where and up to when, where that differs from most of the ledger


@dataclass(frozen=True)
class SkippedSignals:
    """All signals one repository could not say for the same reason."""

    reason: str
    repository: str
    names: str


@dataclass(frozen=True)
class Ledger:
    title: str
    rows: tuple[LedgerRow, ...]
    skipped: tuple[SkippedSignals, ...]
    unread: str  # signals no connected source can tell
    common: str = ""  # where and up to when most of them were read


@dataclass(frozen=True)
class WatchRow:
    name: str
    baseline: str
    observed: str
    wanted: str


@dataclass(frozen=True)
class Scorecard:
    title: str
    rows: tuple[WatchRow, ...]
    missing: str


@dataclass(frozen=True)
class RoleCount:
    role: str
    invited: int
    answered: int


@dataclass(frozen=True)
class Respondents:
    title: str
    rows: tuple[RoleCount, ...]
    sentences: tuple[str, ...]
    role_gaps: tuple[str, ...]
    blind_spots: tuple[str, ...]
    splits: tuple[str, ...]


@dataclass(frozen=True)
class ControlRow:
    control: str
    practice: str
    name: str
    level: str
    score: str
    state: str
    evidence: str


@dataclass(frozen=True)
class ControlMap:
    controls: tuple[ControlRow, ...]
    disciplines: tuple[ControlRow, ...]


@dataclass(frozen=True)
class MethodPart:
    title: str
    text: str


@dataclass(frozen=True)
class Parameter:
    name: str
    value: str


@dataclass(frozen=True)
class Method:
    parts: tuple[MethodPart, ...]
    parameters: tuple[Parameter, ...]
    notes: tuple[str, ...]

    @property
    def columns(self) -> tuple[tuple[MethodPart, ...], tuple[MethodPart, ...]]:
        return in_two_columns(self.parts, lambda part: part.title + part.text)


@dataclass(frozen=True)
class Risk:
    title: str
    text: str
    source: str


@dataclass(frozen=True)
class SourceRow:
    id: str
    title: str
    where: str
    checked: str
    link: str = ""  # an address, where one can be told from the words
    is_claim: bool = False  # a statement of the founding articles, known by its number


@dataclass(frozen=True)
class WorkshopRow:
    """One practice or question that was settled in a workshop, in words; `first` and `second` count what was chosen."""

    name: str
    outcome: str
    first: str
    second: str
    shift: str
    rule: str  # met or not
    dissent: str
    check: str


@dataclass(frozen=True)
class WorkshopSection:
    title: str
    caption: str
    first_column: str
    rule: str
    rows: tuple[WorkshopRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ChangeRow:
    """One practice or dimension that moved beyond its interval, or whose new level stayed."""

    id: str
    name: str
    before: str
    after: str
    change: str
    margin: str
    level: str  # staged level then and now
    word: str  # higher, lower, or that the level stayed
    tone: str


@dataclass(frozen=True)
class PromiseRow:
    """One action that was taken on: the level it aimed at, and where its practice stood and stands."""

    title: str
    practice: str
    status: str
    before: str
    aimed: str
    now: str
    came: str
    is_reached: bool


@dataclass(frozen=True)
class ChangeSection:
    """This assessment laid beside the team's last one."""

    title: str
    since: str
    notes: tuple[str, ...]  # another version of the maturity model, rounding, what cannot be compared
    dimensions: tuple[ChangeRow, ...]
    practices: tuple[ChangeRow, ...]
    still: str  # what shows no change beyond its interval
    promises: tuple[PromiseRow, ...]
    promises_title: str
