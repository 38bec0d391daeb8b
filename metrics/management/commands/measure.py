"""`manage.py measure PATH`: every signal of one repository on this machine, with `--host` also those of its host."""

import argparse
import datetime as dt
import json
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessment.maturity.loader import SHIPPED, read_model
from assessment.maturity.schema import Signal
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import GitError, Limits
from metrics.clients.hosts import HostKind
from metrics.clients.http import HostError, MustWait
from metrics.domain.as_evidence import end_of_day
from metrics.domain.hosts import ask_now
from metrics.domain.measure import Findings, measure
from metrics.domain.signal_reference import entry_of
from metrics.signals.changes.types import Hosted
from metrics.signals.scope import WHOLE, Scope, ScopeError, parse_scope
from metrics.signals.types import Measured


class Command(BaseCommand):
    help = "Measure a git repository on this machine; reads nothing but its objects and writes nothing into it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", help="the folder of a git repository, with or without a working tree")
        parser.add_argument("--until", type=day, help="measure up to the end of this day (UTC), YYYY-MM-DD; now today")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
        parser.add_argument("--explain", metavar="SIGNAL", help="say how one signal was read, and show its examples")
        parser.add_argument(
            "--folders",
            nargs="+",
            default=[],
            metavar="FOLDER",
            help="measure only these: folders from the root, or owners as the ownership file names them (@org/team)",
        )
        parser.add_argument(
            "--rules",
            metavar="FILE",
            help="a file with rules of your own about what counts, one a line; - reads it from the standard input",
        )
        parser.add_argument(
            "--host", choices=[kind.value for kind in HostKind], help="ask this hosting service as well"
        )
        parser.add_argument("--host-url", default="", help="the address of a host of your own; now the public one")
        parser.add_argument("--project", default="", help="the project on the host, such as owner/name")
        parser.add_argument(
            "--token-file",
            dest="credential_file",
            help="a file that holds the token; - reads it from the standard input",
        )

    def handle(self, *, path: str, until: dt.date | None, as_json: bool, explain: str | None, **more: Any) -> None:
        definitions = read_model(SHIPPED).signals
        if explain is not None and explain not in definitions:
            raise CommandError(f"There is no signal {explain}; docs/metrics.md lists them.", returncode=2)
        folder, day_ = Path(path).expanduser().resolve(), until or dt.datetime.now(dt.UTC).date()
        scope = scope_of(more["folders"], more["rules"])
        found = measure_folder(folder, day_, ask_host(day_, **more) if more["host"] else None, scope)
        if explain is not None and as_json:
            self.stdout.write(json.dumps(explained_as_data(explain, found), indent=2, ensure_ascii=False))
        elif explain is not None:
            self.stdout.write(explanation(explain, definitions[explain], found))
        elif as_json:
            self.stdout.write(json.dumps(as_data(folder, found), indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(as_lines(folder, found)))


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as YYYY-MM-DD.") from error


def ask_host(
    until: dt.date, *, host: str, host_url: str, project: str, credential_file: str | None, **_: Any
) -> Hosted:
    """What the live host tells. The token comes from a file: a command line is there for everybody to see."""
    try:
        credential = content_of(credential_file).strip()
        return ask_now(kind=host, base_url=host_url, project=project, credential=credential, until=end_of_day(until))
    except MustWait as wait:
        raise CommandError(f"{wait.sentence} Try again in {wait.wait_s:.0f} seconds.", returncode=3) from wait
    except HostError as error:
        raise CommandError(error.sentence, returncode=2) from error


def scope_of(folders: Sequence[str], rules: str | None) -> Scope:
    """What of the repository counts, by the rules of `metrics.signals.scope`."""
    try:
        return parse_scope("\n".join(folders), content_of(rules))
    except ScopeError as error:
        raise CommandError(str(error), returncode=2) from error


def content_of(file: str | None) -> str:
    """The text of a file a person named; empty where none was named."""
    if file is None:
        return ""
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read.", returncode=2) from error


def explanation(signal: str, definition: Signal, found: Findings) -> str:
    """One signal: what it means, how it was read here, and the examples behind it."""
    reading = next(reading for reading in found.readings if reading.signal == signal)
    lines = ["", *(textwrap.fill(part, 110) for part in entry_of(signal, definition).split("\n"))]
    if isinstance(reading, Measured):
        said = "  ".join(cell for cell in row_of(reading)[1:] if cell)
        return "\n".join([f"{signal}: {said}", *lines, "Examples:", *(f"  {line}" for line in reading.examples)])
    return "\n".join([f"{signal} is not said: {reading.reason}", *lines])


def explained_as_data(signal: str, found: Findings) -> dict[str, object]:
    """One signal with its examples, or why it is not said."""
    reading = next(reading for reading in found.readings if reading.signal == signal)
    if isinstance(reading, Measured):
        return {"signal": signal, **reading_as_data(reading), "examples": list(reading.examples)}
    return {"signal": signal, "skipped": reading.reason}


def measure_folder(folder: Path, until: dt.date, hosted: Hosted | None = None, scope: Scope = WHOLE) -> Findings:
    if not folder.is_dir():
        raise CommandError(f"{folder} is not a folder.", returncode=2)
    limits = Limits.of_seconds(settings.COLLECTION_TIME_LIMIT_S)
    with tempfile.TemporaryDirectory(prefix="headwater-") as place:
        try:
            copy = share_folder(folder, Path(place) / "copy", limits=limits)
            definitions = read_model(SHIPPED).signals
            return measure(copy, until=until, definitions=definitions, limits=limits, hosted=hosted, scope=scope)
        except GitError as error:
            raise CommandError(f"{folder}: {error.sentence}", returncode=2) from error


def as_data(folder: Path, found: Findings) -> dict[str, object]:
    return {
        "repository": str(folder),
        "until": found.until.isoformat(),
        "signals": {reading.signal: reading_as_data(reading) for reading in found.measured},
        "facts": dict(found.facts),
        "skipped": {reading.signal: reading.reason for reading in found.skipped},
    }


def reading_as_data(reading: Measured) -> dict[str, object]:
    said = {"value": reading.value} if reading.grade is None else {"grade": reading.grade}
    return {**said, "n": reading.n, "window_days": reading.window_days, "unit": reading.unit}


def as_lines(folder: Path, found: Findings) -> list[str]:
    """The same as a table for people."""
    rows = [row_of(reading) for reading in found.measured]
    rows += [("", "", "", "", ""), *((fact, f"{count:,}", "", "", "") for fact, count in found.facts.items())]
    lines = [f"{folder}, up to {found.until}", "", *in_columns(rows), "", "Not said:"]
    signals_of: dict[str, list[str]] = {}
    for skipped in found.skipped:
        signals_of.setdefault(skipped.reason, []).append(skipped.signal)
    for reason, signals in signals_of.items():
        lines += [
            f"  {reason}",
            *textwrap.wrap(", ".join(signals), 110, initial_indent=INDENT, subsequent_indent=INDENT),
        ]
    return lines


INDENT = " " * 6


def row_of(reading: Measured) -> tuple[str, ...]:
    said = str(reading.grade) if reading.grade is not None or reading.value is None else f"{reading.value:.3g}"
    window = f"{reading.window_days} days" if reading.window_days else ""
    return (reading.signal, said, reading.unit, f"n={reading.n:,}", window)


def in_columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Each column as wide as its widest cell; the second, the value, to the right."""
    widths = [max(map(len, column), default=0) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(w) if n == 1 else cell.ljust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
