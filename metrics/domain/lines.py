"""Following lines from where the last run left off: the state of the files after a change, kept with what each did.

Going on from there says what following all young changes anew says, or all are followed anew: where history or rules
changed, where a file comes from where nobody looked, or where a change showed no lines.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from metrics.clients.git.history import MainlineCommit
from metrics.signals.patches import FilePatch
from metrics.signals.survival import OLD, Birth, Followed, Run, Tally

PatchesOf = Callable[[MainlineCommit], Iterator[FilePatch]]


class Packed(NamedTuple):
    """The lines of one file as they are kept, and when the youngest of them were born."""

    youngest_s: int
    runs: str


@dataclass
class KeptLines:
    """`rule` names which paths count; `head` is the newest change followed.

    `packed` are the files no change has touched since they were kept: most of them, so they stay as they are.
    """

    rule: str = ""
    head: str = ""
    followed: Followed = field(default_factory=Followed)
    packed: dict[str, Packed] = field(default_factory=dict)


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
    followed, packed = kept.followed, kept.packed
    n_new = next((n for n, commit in enumerate(young) if commit.sha == kept.head), -1)
    told = followed.tallies
    is_same = (
        kept.rule == rule
        and n_new >= 0
        and all(commit.sha in told and told[commit.sha].is_declared == declared[commit.sha] for commit in young[n_new:])
    )
    patches = [patch for commit in reversed(young[:n_new]) for patch in patches_of(commit)] if is_same else []
    if not is_same or not followed.may_go_on(patches, counts):
        followed, packed, n_new = Followed(), {}, len(young)
        patches = [patch for commit in reversed(young) for patch in patches_of(commit)]
    for commit in young[:n_new]:
        followed.tallies[commit.sha] = Tally(commit.committed_s, declared[commit.sha])
    for path in (name for patch in patches for name in (patch.old, patch.new)):
        if path in packed:
            followed.files[path] = _runs(packed.pop(path))
    followed.follow(patches, young_days=young_days, counts=counts)
    return KeptLines(rule, young[0].sha if young else "", followed, packed)


def lines_row(kept: KeptLines, young: Sequence[MainlineCommit], *, first_s: int) -> dict[str, Any] | None:
    """What is kept, without files that got no line after `first_s`; nothing where going on would not be certain.

    Which line before `first_s` is how old is forgotten of the files that changed; in the others it does no harm.
    """
    followed = kept.followed
    if not followed.is_certain:
        return None
    files = kept.packed | {path: _packed(runs, first_s) for path, runs in followed.files.items()}
    return {
        "rule": kept.rule,
        "head": kept.head,
        "files": {path: packed for path, packed in files.items() if packed.youngest_s > first_s},
        "tallies": [[commit.sha, *followed.tallies[commit.sha]] for commit in young],
        "moved": sorted(followed.moved),
        "opaque": sorted(followed.opaque),
    }


def lines_of_row(row: Mapping[str, Any] | None) -> KeptLines:
    if row is None:
        return KeptLines()
    tallies = {sha: Tally._make((*told, tuple(map(tuple, young)))) for sha, *told, young in row["tallies"]}
    packed = {path: Packed(*file) for path, file in row["files"].items()}
    return KeptLines(row["rule"], row["head"], Followed({}, tallies, set(row["moved"]), set(row["opaque"])), packed)


def _packed(runs: Sequence[Run], first_s: int) -> Packed:
    """Lines, birth and whether an assistant was declared, one after the other; a birth of 0 is an old one."""
    row: list[int] = []
    for n_lines, birth in runs:
        if birth is OLD or birth.at_s <= first_s:
            if row[-2:-1] == [0]:
                row[-3] += n_lines
            else:
                row += (n_lines, 0, 0)
        else:
            row += (n_lines, birth.at_s, int(birth.is_declared))
    return Packed(max(row[1::3], default=0), " ".join(map(str, row)))


def _runs(packed: Packed) -> list[Run]:
    at = map(int, packed.runs.split())
    return [(n, Birth(born, bool(declared)) if born else OLD) for n, born, declared in zip(at, at, at, strict=True)]
