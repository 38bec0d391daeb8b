"""Signals about decision records: are they kept, and do they come before the code?"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from metrics.signals.paths import name_of
from metrics.signals.specs import is_decision, is_written_intent
from metrics.signals.tree.context import TreeContext
from metrics.signals.types import Commit, FileChange, Measured, Reading, Skipped, show_path

CADENCE_DAYS = 180
PRECEDENCE_DAYS = 365

_STATUS_OVER = re.compile(r"^\W{0,6}(status\W{0,6})?(superseded|deprecated|replaced)\b", re.IGNORECASE | re.MULTILINE)
_PATH_LIKE = re.compile(r"(?<![\w@.-])[\w@.-]+(?:/[\w@.-]+)+|(?<![\w-])[\w-]+\.[a-z]{1,5}\b")
_NUMBER = re.compile(r"^(?:adr|rfc)?[-_]?0*(\d{1,5})\b", re.IGNORECASE)


def adr_cadence(context: TreeContext) -> Reading:
    """Decision records added or superseded in 180 days per 100 merged changes.

    Source: record files of the tree and the changes that touched them; a record is added when all its present lines
    came within the window. Templates and indexes are no records. n is the number of merged changes, those of bots and
    of releases left out: the fact merged_changes_180d, else the changes read.
    """
    n_changes = context.facts.get("merged_changes_180d", len(context.commits_within(CADENCE_DAYS)))
    if not n_changes:
        return Skipped("adr_cadence", "No change was merged in the last 180 days.")
    lives = _lives(context, CADENCE_DAYS, is_decision) if _has_records(context, CADENCE_DAYS) else {}
    added = [path for path, life in lives.items() if life.is_born_here(context.text(path))]
    over = [path for path in lives if path not in added and _STATUS_OVER.search(context.text(path)[:4_000])]
    examples = [f"added: {show_path(path)}" for path in added] + [f"superseded: {show_path(path)}" for path in over]
    return Measured(
        "adr_cadence",
        n=n_changes,
        value=100 * (len(added) + len(over)) / n_changes,
        window_days=CADENCE_DAYS,
        unit="per 100 merged changes",
        examples=tuple(examples[:12]),
    )


def adr_before_code(context: TreeContext) -> Reading:
    """Share of decision records first committed before the first change that references them or adds a file they name.

    Window 365 days: records added in it. A reference is the record's file name or number (ADR-12) in a later message.
    Of the files a record names only those that were themselves added in the window tell anything: the first change of
    an older file lies before every record. Records nothing references and that name no such file are not judged. A
    record merged together with its code does not precede it. Unit: share. Source: history, and the present records.
    """
    lives = _lives_beside_records(context)
    records = [path for path, life in lives.items() if is_decision(path) and life.is_born_here(context.text(path))]
    born = {path: life.first_at for path, life in lives.items() if path not in records and _is_code(path)}
    verdicts: dict[str, bool] = {}
    for path in records:
        first_code = _first_code_at(context, path, lives[path], born, lives)
        if first_code is not None:
            verdicts[path] = lives[path].first_at < first_code
    if not verdicts:
        return Skipped("adr_before_code", "No decision record of the last 365 days can be tied to the code it governs.")
    late = [path for path, is_ahead in verdicts.items() if not is_ahead]
    return Measured(
        "adr_before_code",
        n=len(verdicts),
        value=1 - len(late) / len(verdicts),
        window_days=PRECEDENCE_DAYS,
        unit="share",
        examples=tuple(f"not before its code: {show_path(path)}" for path in sorted(late)[:12]),
    )


def changes_to_count(context: TreeContext) -> tuple[str, ...]:
    """The changes of the last 365 days whose lines the two signals look at: those of records and of what they name."""
    lives = _lives_beside_records(context)
    records = [path for path in lives if is_decision(path)]
    code = {path: life.first_at for path, life in lives.items() if _is_code(path)} if records else {}
    looked_at = {*records, *(name for path in records for name in _named_paths(context.text(path), code))}
    touched = _touched(context, PRECEDENCE_DAYS) if looked_at else ()
    return tuple(commit.sha for commit, files in touched if any(path in looked_at for _, path in files))


@dataclass
class _Life:
    """What the changes of a window did to one path of the present tree, renames followed."""

    first_at: dt.datetime
    first_sha: str
    net_lines: int = 0
    n_added: int = 0

    def is_born_here(self, text: str) -> bool:
        """Whether every present line came within the window: then nothing of the file was there before."""
        n_lines = text.count("\n") + (not text.endswith("\n") and bool(text))
        return 0 < n_lines <= self.net_lines

    def is_probably_born_here(self) -> bool:
        """For a file whose text was not read: nothing was taken away when it was first seen."""
        return self.n_added > 0 and self.net_lines >= self.n_added


def _lives_beside_records(context: TreeContext) -> dict[str, _Life]:
    """The lives of all paths that changed in a year; none where no decision record is among them."""
    return _lives(context, PRECEDENCE_DAYS, lambda _path: True) if _has_records(context, PRECEDENCE_DAYS) else {}


def _has_records(context: TreeContext, days: int) -> bool:
    """Whether a change of these days touched a decision record of the present tree, under today's name at last."""
    return any(is_decision(path) for path in context.changed_paths(days))


def _lives(context: TreeContext, days: int, wanted: Callable[[str], bool]) -> dict[str, _Life]:
    lives: dict[str, _Life] = {}
    for commit, touched in _touched(context, days):
        for change, path in touched:
            if wanted(path):
                _note(lives, path, commit, change)
    return lives


def _touched(context: TreeContext, days: int) -> Iterator[tuple[Commit, list[tuple[FileChange, str]]]]:
    """Each commit's changes to paths of the present tree, from the newest back so that renames lead to today's name."""
    now_named: dict[str, str] = {}
    for commit in context.commits_within(days):
        touched = []
        for change in commit.files:
            today = now_named.get(change.path, change.path)
            if change.old_path:
                now_named[change.old_path] = today
            if today in context.by_path:
                touched.append((change, today))
        yield commit, touched


def _note(lives: dict[str, _Life], path: str, commit: Commit, change: FileChange) -> None:
    life = lives.setdefault(path, _Life(commit.committed_at, commit.sha))
    life.first_at, life.first_sha = commit.committed_at, commit.sha
    life.net_lines += max(change.added, 0) - max(change.deleted, 0)
    life.n_added += max(change.added, 0)


def _is_code(path: str) -> bool:
    return not is_written_intent(path) and not path.endswith((".md", ".rst", ".adoc", ".txt"))


def _first_code_at(
    context: TreeContext, path: str, life: _Life, born: Mapping[str, dt.datetime], lives: Mapping[str, _Life]
) -> dt.datetime | None:
    """When the first change came that references the record, or that added a file it names; none when neither did."""
    named = _named_paths(context.text(path), born)
    times = [born[name] for name in named if _is_new(context, name, lives[name])]
    times += [
        commit.committed_at for commit in context.commits if commit.sha != life.first_sha and _refers(commit, path)
    ]
    return min(times, default=None)


def _is_new(context: TreeContext, path: str, life: _Life) -> bool:
    text = context.text(path)
    return life.is_born_here(text) if text else life.is_probably_born_here()


def _named_paths(text: str, known: Mapping[str, object]) -> list[str]:
    """The known paths a record names in full, or by a file name only one of them has."""
    tokens = {token.strip("./") for token in _PATH_LIKE.findall(text[:60_000])}
    by_name: dict[str, list[str]] = defaultdict(list)
    for path in known:
        by_name[name_of(path)].append(path)
    lone = [paths[0] for token in tokens if len(paths := by_name.get(token, [])) == 1]
    return sorted({token for token in tokens if token in known} | set(lone))


def _refers(commit: Commit, path: str) -> bool:
    """Whether a message names the record: by its file name, or as ADR or RFC with its number."""
    text = f"{commit.subject}\n{commit.body}"
    stem = name_of(path).rpartition(".")[0]
    if len(stem) >= 8 and stem.lower() in text.lower():
        return any(_is_code(change.path) for change in commit.files)
    number = _NUMBER.match(stem)
    if not number:
        return False
    kind = "rfc" if "rfc" in path.lower() else "adr"
    named = re.search(rf"\b{kind}[-_ #]?0*{int(number[1])}\b", text, re.IGNORECASE)
    return bool(named) and any(_is_code(change.path) for change in commit.files)
