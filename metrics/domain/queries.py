"""What the pages show of repositories and collections."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessment.domain.retold import retold, retold_example
from assessment.maturity.loader import model_of
from assessment.maturity.schema import Signal
from assessment.models import Assessment
from core.figures import value_text
from core.models import JobState
from metrics.models import Collection, Measurement, Repository
from metrics.signals.splits import DECLARED


@dataclass(frozen=True)
class RepositoryRow:
    """A repository of the team and its newest collection for the assessment."""

    repository: Repository
    collection: Collection | None

    @property
    def folders(self) -> str:
        return ", ".join(self.repository.folders.split())

    @property
    def is_under_way(self) -> bool:
        return self.collection is not None and not self.collection.is_over


@dataclass(frozen=True)
class ReadingRow:
    """One measured signal in the words of the maturity model."""

    signal: str
    name: str
    definition: str
    said: str
    n: int
    window_days: int
    examples: tuple[str, ...]
    splits: tuple[str, ...] = ()  # of changes that declare an assistant, and of the others


@dataclass(frozen=True)
class SkippedRow:
    """Signals that could not be said for one and the same reason."""

    reason: str
    names: tuple[str, ...]


def repositories_of(assessment: Assessment) -> list[RepositoryRow]:
    """The team's repositories with the newest collection of each; three queries whatever their number."""
    newest: dict[int, Collection] = {}
    for collection in assessment.collections.filter(is_follow_up=False).order_by("created_at", "pk"):
        newest[collection.repository_id] = in_words_of_the_reader(collection)
    return [RepositoryRow(row, newest.get(row.pk)) for row in assessment.team.repositories.all()]


def readings_of(collection: Collection) -> tuple[list[ReadingRow], list[SkippedRow]]:
    """What was measured, in the order of the maturity model, and what was not, by reason."""
    if collection.state != JobState.DONE:
        return [], []
    definitions = model_of(collection.assessment.maturity_model).signals
    rows = {row.signal: row for row in collection.measurements.all()}
    measured: list[ReadingRow] = []
    skipped: dict[str, list[str]] = {}
    for signal, definition in definitions.items():
        row = rows.get(signal)
        if row is None:
            continue
        if row.skipped:
            skipped.setdefault(retold(row.skipped), []).append(definition.name)
        else:
            measured.append(_reading_row(row, definition))
    return measured, [SkippedRow(reason, tuple(names)) for reason, names in skipped.items()]


def in_words_of_the_reader(collection: Collection) -> Collection:
    """The row for a page, its note and error in the active language; not to be saved."""
    collection.progress_note, collection.error = retold(collection.progress_note), retold(collection.error)
    return collection


def facts_of(collection: Collection) -> list[tuple[str, int]]:
    """The counts the maturity model asks for, in its words."""
    facts = model_of(collection.assessment.maturity_model).facts
    return [(text, collection.facts[fact]) for fact, text in facts.items() if fact in collection.facts]


@dataclass(frozen=True)
class LogLine:
    at: dt.datetime
    text: str


def log_of(collection: Collection) -> list[LogLine]:
    return [LogLine(dt.datetime.fromisoformat(line["at"]), retold(line["text"])) for line in collection.log]


def cost_of(collection: Collection) -> str:
    """What the run took so far; empty before it was worked on."""
    if not collection.busy_s:
        return ""
    parts = [_("{seconds} seconds of work").format(seconds=_figure(collection.busy_s, 1))]
    if collection.n_calls:
        calls = ngettext("{n} call to the host", "{n} calls to the host", collection.n_calls)
        parts.append(calls.format(n=_figure(collection.n_calls)))
    if collection.n_bytes:
        parts.append(_("{size} MB over the network").format(size=_figure(collection.n_bytes / 1e6, 1)))
    return ", ".join(parts)


def _figure(value: float, digits: int = 0) -> str:
    """A number as the reader's language writes it."""
    return number_format(value, digits, use_l10n=True, force_grouping=True)


def _split(part: Mapping[str, Any], unit: str) -> str:
    said = {"said": value_text(part["value"], None, unit), "n": part["n"]}
    if part["of"] == DECLARED:
        return _("Changes that declare an assistant: {said} (n = {n})").format(**said)
    return _("The other changes: {said} (n = {n})").format(**said)


def _reading_row(row: Measurement, definition: Signal) -> ReadingRow:
    return ReadingRow(
        signal=row.signal,
        name=definition.name,
        definition=definition.definition,
        said=value_text(row.value, row.grade, row.unit),
        n=row.n,
        window_days=row.window_days,
        examples=tuple(map(retold_example, row.examples)),
        splits=tuple(_split(part, row.unit) for part in row.splits),
    )
