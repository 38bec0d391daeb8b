"""Following lines from where the last run left off: the state of the files after a change, kept with what each did.

Going on from there says what following all young changes anew says, or all are followed anew: where history or rules
changed, where a file comes from where nobody looked, or where a change showed no lines.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from metrics.clients.git.history import MainlineCommit
from metrics.signals.patches import FilePatch
from metrics.signals.survival import OLD, Birth, Followed, Run, Tally

PatchesOf = Callable[[MainlineCommit], Iterator[FilePatch]]


@dataclass
class KeptLines:
    """`rule` names which paths count; `head` is the newest change followed."""

    rule: str = ""
    head: str = ""
    followed: Followed = field(default_factory=Followed)


def name_of_rule(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()


def follow_on(
    kept: KeptLines,
    young: Sequence[MainlineCommit],
    patches_of: PatchesOf,
    *,
    rule: str,
    declared: Mapping[str, bool],
    young_days: int,
    counts: Callable[[str], bool],
) -> KeptLines:
    """The lines after the changes of `young` (newest first); `declared` tells of each whether it names an assistant."""
    followed = kept.followed
    n_new = next((n for n, commit in enumerate(young) if commit.sha == kept.head), -1)
    told = followed.tallies
    is_same = (
        kept.rule == rule
        and n_new >= 0
        and all(commit.sha in told and told[commit.sha].is_declared == declared[commit.sha] for commit in young[n_new:])
    )
    patches = [patch for commit in reversed(young[:n_new]) for patch in patches_of(commit)] if is_same else []
    if not is_same or not followed.may_go_on(patches, counts):
        followed, n_new = Followed(), len(young)
        patches = [patch for commit in reversed(young) for patch in patches_of(commit)]
    for commit in young[:n_new]:
        followed.tallies[commit.sha] = Tally(commit.committed_s, declared[commit.sha])
    followed.follow(patches, young_days=young_days, counts=counts)
    return KeptLines(rule, young[0].sha if young else "", followed)


def lines_row(kept: KeptLines, young: Sequence[MainlineCommit], *, first_s: int) -> dict[str, Any] | None:
    """What is kept, without what was born up to `first_s`; nothing where going on would not be certain."""
    followed = kept.followed
    if not followed.is_certain:
        return None
    files = {path: _runs_row(runs, first_s) for path, runs in followed.files.items()}
    return {
        "rule": kept.rule,
        "head": kept.head,
        "files": {path: row for path, row in files.items() if any(row[1::3])},
        "tallies": [[commit.sha, *followed.tallies[commit.sha]] for commit in young],
        "moved": sorted(followed.moved),
        "opaque": sorted(followed.opaque),
    }


def lines_of_row(row: Mapping[str, Any] | None) -> KeptLines:
    if row is None:
        return KeptLines()
    tallies = {sha: Tally._make((*told, tuple(map(tuple, young)))) for sha, *told, young in row["tallies"]}
    files = {path: _runs(runs) for path, runs in row["files"].items()}
    return KeptLines(row["rule"], row["head"], Followed(files, tallies, set(row["moved"]), set(row["opaque"])))


def _runs_row(runs: Sequence[Run], first_s: int) -> list[int]:
    """Lines, birth and whether an assistant was declared, flat; a birth of 0 is an old one."""
    row: list[int] = []
    for n_lines, birth in runs:
        if birth is OLD or birth.at_s <= first_s:
            if row[-2:-1] == [0]:
                row[-3] += n_lines
            else:
                row += (n_lines, 0, 0)
        else:
            row += (n_lines, birth.at_s, int(birth.is_declared))
    return row


def _runs(row: Sequence[int]) -> list[Run]:
    at = iter(row)
    return [(n, Birth(born, bool(declared)) if born else OLD) for n, born, declared in zip(at, at, at, strict=True)]
