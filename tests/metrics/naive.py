"""Every signal of the changes once more: slow, obvious, by plain git commands, one change at a time.

Shares with the product only the rules that say what a path or a message is; how the history is read, joined, counted
and followed is done again from scratch.
"""

import datetime as dt
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from metrics.signals import exclusions, links, paths
from metrics.signals.history.intent import title_of
from metrics.signals.types import Commit, FileChange
from tests.metrics.repositories import CLEAN

DAY_S = 86_400
FORMAT = "%H%x00%P%x00%an%x00%ae%x00%at%x00%ce%x00%ct%x00%s%x00%b"
N_FIELDS = 9
MANY_RANGES = 100
# Without context, as the product reads: git trims a common end first then, and may pair a line of two differently.
OPTIONS = tuple(
    word
    for setting in ("core.quotePath=false", "core.bigFileThreshold=2m", "diff.renameLimit=1000", "diff.context=0")
    for word in ("-c", setting)
)
UNCHANGED = ("--no-ext-diff", "--ignore-submodules=all")


@dataclass
class Naive:
    """One repository up to the end of a day; each method says the value of the signal of its name, or None."""

    folder: Path
    until: dt.datetime

    def git(self, *args: str, ok: tuple[int, ...] = (0,), stdin: bytes = b"") -> bytes:
        command = ["git", *OPTIONS, "-C", str(self.folder), *args]
        done = subprocess.run(command, input=stdin, capture_output=True, env=CLEAN, check=False)
        assert done.returncode in ok, done.stderr
        return done.stdout

    # What there is

    def commit(self, sha: str) -> Commit:
        return self._commits[sha]

    @cached_property
    def _commits(self) -> dict[str, Commit]:
        """Every commit there is: told at once, as starting git for each would take longest of all."""
        found = {}
        told = self.git("log", "-z", "-s", f"--format={FORMAT}", "HEAD").decode("utf-8", "replace").split("\0")
        for fields in zip(*[iter(told)] * N_FIELDS, strict=False):  # an empty one at the end
            sha, parents, name, email, authored, committer, committed, subject, body = fields
            moments = (dt.datetime.fromtimestamp(int(seconds), dt.UTC) for seconds in (authored, committed))
            authored_at, committed_at = moments
            found[sha] = Commit(
                sha, tuple(parents.split()), name, email, authored_at, committer, committed_at, subject, body.strip()
            )
        return found

    @cached_property
    def mainline(self) -> list[Commit]:
        """First parents, from the newest not dated after the day."""
        found, sha = [], self.git("rev-parse", "HEAD").decode().strip()
        while sha:
            found.append(self.commit(sha))
            sha = next(iter(found[-1].parents), "")
        while found and found[0].committed_at > self.until:
            found.pop(0)
        return found

    @cached_property
    def everything(self) -> list[Commit]:
        """All commits of the last year, newest day first."""
        found, waiting = {}, [self.mainline[0].sha]
        while waiting:
            sha = waiting.pop()
            if sha not in found:
                found[sha] = self.commit(sha)
                waiting += found[sha].parents
        return [c for c in found.values() if self.is_within(c, 365)]

    def is_within(self, commit: Commit, days: int) -> bool:
        return self.until - dt.timedelta(days=days) < commit.committed_at <= self.until

    def files(self, change: Commit) -> list[FileChange]:
        """What the change did against its first parent."""
        if change.sha not in self._files:
            self._files[change.sha] = self.read_files(change)
        return self._files[change.sha]

    @cached_property
    def _files(self) -> dict[str, list[FileChange]]:
        return {}

    def read_files(self, change: Commit) -> list[FileChange]:
        parent = (
            change.parents[0] if change.parents else self.git("hash-object", "-t", "tree", "/dev/null").decode().strip()
        )
        told = self.git("diff", "--numstat", "-z", "-M", *UNCHANGED, parent, change.sha)
        tokens = iter(told.decode("utf-8", "surrogateescape").split("\0"))
        found = []
        for token in tokens:
            if token:
                added, deleted, path = token.split("\t", 2)
                old = None if path else next(tokens)
                counts = [-1 if n == "-" else int(n) for n in (added, deleted)]
                found.append(FileChange(path or next(tokens), *counts, old))
        return found

    @cached_property
    def brought(self) -> dict[str, list[Commit]]:
        """What each merge of the mainline brought in: older merges first, and nothing twice."""
        taken = {c.sha for c in self.mainline}
        found = {}
        for merge in reversed([c for c in self.mainline if self.is_within(c, 455)]):
            waiting, mine = list(merge.parents[1:]), []
            while waiting:
                commit = self.commit(waiting.pop())
                if commit.sha not in taken and self.is_within(commit, 455):
                    taken.add(commit.sha)
                    mine.append(commit)
                    waiting += commit.parents
            found[merge.sha] = mine
        return found

    def changes(self, days: int) -> list[Commit]:
        """The mainline without bots, releases and merges between long-lived branches."""
        counted = []
        for change in self.mainline:
            written = [c for c in self.brought.get(change.sha, []) if len(c.parents) < 2] or [change]
            by_bots = all(exclusions.is_bot(c) for c in written)
            left_out = by_bots or exclusions.is_release(change) or exclusions.is_sync_merge(change)
            if self.is_within(change, days) and not left_out:
                counted.append(change)
        return counted

    def written(self, change: Commit) -> list[FileChange]:
        return [file for file in self.files(change) if not paths.is_machine_made(file.path)]

    def family(self, change: Commit) -> list[Commit]:
        return [change, *self.brought.get(change.sha, [])]

    # The signals

    def size_p75(self) -> float | None:
        sizes = []
        for change in self.changes(90):
            files = self.written(change)
            if files:
                sizes.append(sum(max(0, f.added) + max(0, f.deleted) for f in files))
        return quantile(sizes, 0.75)

    def test_cochange(self) -> float | None:
        behaviour = [c for c in self.changes(90) if any(paths.is_source(f.path) for f in self.written(c))]
        return share([any(paths.is_test(f.path) for f in self.files(c)) for c in behaviour])

    def spec_link_rate(self) -> float | None:
        hits = []
        hidden = 0
        for change in self.changes(90):
            family = self.family(change)
            items = {i for c in family for i in links.items_in(c.subject) | links.items_in(c.body)}
            hits.append(bool(items | links.items_in_branch(change.subject)))
            texts = [line for c in family for line in c.body.splitlines() if line.strip()]
            own = [line for line in texts if not re.match(r"^[A-Za-z][A-Za-z-]+: \S|^-+$", line)]
            own = [line for line in own if line.strip() != title_of(change)]
            hidden += not hits[-1] and links.names_review(change) and not own
        return None if hidden > len(hits) / 5 else share(hits)

    def full(self, change: Commit) -> Commit:
        fields = {name: getattr(change, name) for name in Commit.__dataclass_fields__}
        return Commit(**{**fields, "files": tuple(self.files(change))})

    def direct_push_rate(self) -> float | None:
        value = share([not links.names_review(c) for c in self.changes(90)])
        return None if value is None or value > 0.2 + 1e-9 else value

    def conflict_rate(self) -> float | None:
        merges = [c for c in self.everything if len(c.parents) == 2 and self.is_within(c, 180)]
        merges = [c for c in merges if not self.made_by_bot(c)]
        merges.sort(key=lambda c: (c.committed_at, c.sha), reverse=True)
        return share([self.conflicts(*c.parents) for c in merges[:100]])

    def made_by_bot(self, merge: Commit) -> bool:
        written = [c for c in self.brought.get(merge.sha, []) if len(c.parents) < 2] or [merge]
        return all(exclusions.is_bot(c) for c in written)

    def conflicts(self, one: str, other: str) -> bool:
        words = ["merge-tree", "--write-tree", "--allow-unrelated-histories", one, other]
        done = subprocess.run(
            ["git", *OPTIONS, "-C", str(self.folder), *words], capture_output=True, env=CLEAN, check=False
        )
        assert done.returncode in (0, 1), done.stderr
        return done.returncode == 1

    def branch_age_p75(self) -> float | None:
        newest = [c for c in self.mainline if self.is_within(c, 90)]
        if 2 * sum(len(c.parents) > 1 for c in newest) < len(newest):
            return None
        ages = []
        for change in self.changes(90):
            brought = self.brought.get(change.sha, [])
            if brought:
                age_s = (change.committed_at - min(c.authored_at for c in brought)).total_seconds()
                ages += [age_s / DAY_S] if age_s >= 0 else []
        return quantile(ages, 0.75)

    def rework_21d(self) -> float | None:
        """By blame: each line a change of the window deleted, and when the mainline had brought it."""
        added = young = 0
        for change in self.mainline:
            if not self.is_within(change, 90):
                continue
            for file in self.written(change):
                added += max(0, file.added)
                if change.parents and file.deleted > 0:
                    gone = self.deleted_lines(change, file)
                    births = self.births(change.parents[0], file.old_path or file.path, gone)
                    young += sum(change.committed_at - born <= dt.timedelta(days=21) for born in births)
        return min(1.0, young / added) if added else None

    def births(self, sha: str, path: str, gone: list[tuple[int, int]]) -> list[dt.datetime]:
        """When the mainline brought each of the lines: of few ranges they alone are asked for."""
        ranges = [f"-L{start},+{n}" for start, n in gone] if len(gone) <= MANY_RANGES else []
        told = self.git("blame", "--first-parent", "--root", "-l", "-s", "-f", *ranges, sha, "--", path)
        shas = [line.split(b" ", 1)[0].decode() for line in told.split(b"\n") if line]
        if not ranges:
            shas = [sha for start, n in gone for sha in shas[start - 1 : start - 1 + n]]
        assert len(shas) == sum(n for _, n in gone)
        return [self.commit(sha).committed_at for sha in shas]

    def deleted_lines(self, change: Commit, file: FileChange) -> list[tuple[int, int]]:
        """Where lines were deleted, and how many."""
        hunks = re.findall(rb"^@@ -(\d+)(?:,(\d+))? \+", self.patch_of(change, file), re.MULTILINE)
        return [(int(start), int(n or 1)) for start, n in hunks if n != b"0"]

    def patch_of(self, change: Commit, file: FileChange) -> bytes:
        """Of all patches of the change, which come in the order of the files; a file that became a link has two."""
        if change.sha not in self._patches:
            told = self.git("diff", "-U0", "-M", *UNCHANGED, change.parents[0], change.sha)
            self._patches[change.sha] = re.split(rb"^diff --git ", told, flags=re.MULTILINE)[1:]
        files, patches = self.files(change), self._patches[change.sha]
        if len(files) == len(patches):
            return patches[files.index(file)]
        names = [file.path, *([file.old_path] if file.old_path else [])]
        return self.git("diff", "-U0", "-M", *UNCHANGED, change.parents[0], change.sha, "--", *names)

    @cached_property
    def _patches(self) -> dict[str, list[bytes]]:
        return {}

    def revert_rate(self) -> float | None:
        return share([self.is_reverted(c) for c in self.changes(180) if not exclusions.is_revert(c)])

    def is_reverted(self, change: Commit) -> bool:
        for commit in self.family(change):
            for other in self.everything:
                if not self.stands(other):
                    continue
                shas = links.reverted_shas(other)
                titled = not shas and links.reverted_title(other) == commit.subject
                later = other.sha != commit.sha and other.committed_at >= commit.committed_at
                if any(commit.sha.startswith(sha) for sha in shas) or (titled and later):
                    return True
        return False

    def stands(self, revert: Commit) -> bool:
        """Whether no standing revert took it back."""
        return not any(revert.sha in links.reverted_shas(c) and self.stands(c) for c in self.everything)

    def ai_marked_share(self) -> float | None:
        changes = self.changes(90)
        people = {
            c.author_email.lower()
            for change in changes
            for c in self.family(change)
            if not exclusions.is_bot(c) and not (links.is_ai_marked(c) and "[bot]" in c.author_email)
        }
        if len(people) < 3:
            return None
        return share([any(map(links.is_ai_marked, self.family(c))) for c in changes])


def share(hits: list[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def quantile(values: list[float], q: float) -> float | None:
    """Linear between neighbours."""
    if not values:
        return None
    ranked = sorted(values)
    low, part = divmod((len(ranked) - 1) * q, 1)
    upper = ranked[min(int(low) + 1, len(ranked) - 1)]
    return ranked[int(low)] + part * (upper - ranked[int(low)])
