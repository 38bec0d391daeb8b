"""The signals that look at files and at when they changed once more: by plain git commands, one file at a time.

Shares with the product only the rules that say what a path or a text is; which files there are, what each change did
to them, where a name came from and what is counted is done again from scratch.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from metrics.signals import links, specs
from metrics.signals.history import intent
from metrics.signals.owners import Owners, read_owners
from metrics.signals.tree import decisions, wants_text
from metrics.signals.tree.assistants import agent_context
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.secrets import secret_hygiene
from metrics.signals.types import Commit, Tree, TreeEntry
from tests.metrics.naive import Naive, share

MANY_CHANGES, FRESH_DAYS = 50, 180


@dataclass
class Past:
    """What the changes of a window did to one file, back through its earlier names."""

    net: int = 0
    added: int = 0
    seen: list[Commit] = field(default_factory=list)  # newest first

    @property
    def first(self) -> Commit:
        return self.seen[-1]


class NaiveTree(Naive):
    """Each method says the value or grade of the signal of its name, or None."""

    @cached_property
    def tree(self) -> Tree:
        head = self.mainline[0].sha
        entries, texts = [], {}
        for line in self.git("ls-tree", "-r", "-z", "-l", "--full-tree", head).split(b"\0"):
            if line:
                facts, name = line.split(b"\t", 1)
                mode, _, oid, size = facts.decode().split()
                path = name.decode("utf-8", "surrogateescape")
                entries.append(TreeEntry(path, mode, oid, int(size) if size.isdigit() else -1))
        wanted = [entry for entry in entries if wants_text(entry)]
        told = self.git("cat-file", "--batch", stdin="".join(f"{entry.oid}\n" for entry in wanted).encode())
        end = 0
        for entry in wanted:
            start = told.index(b"\n", end) + 1
            end = start + entry.size + 1
            texts[entry.path] = told[start : end - 1].decode("utf-8", "replace")
        return Tree(head, tuple(entries), texts)

    @cached_property
    def present(self) -> set[str]:
        return {entry.path for entry in self.tree.entries}

    def text(self, path: str) -> str:
        return self.tree.texts.get(path, "")

    def touched(self, days: int) -> set[str]:
        changed = {file.path for c in self.mainline if self.is_within(c, days) for file in self.files(c)}
        return changed & self.present

    def past(self, path: str, days: int) -> Past:
        """From the newest change back; at a rename the file goes on under its old name, or was another file before."""
        found, name = Past(), path
        for change in self.mainline:
            if not self.is_within(change, days):
                continue
            files = self.files(change)
            mine = [file for file in files if file.path == name]
            for file in mine:
                found.net += max(0, file.added) - max(0, file.deleted)
                found.added += max(0, file.added)
                found.seen.append(change)
            moved = [file for file in files if file.old_path == name and file.path != name]
            if mine and mine[0].old_path:
                name = mine[0].old_path
            elif moved:
                break
        return found

    # The signals

    def cross_area_share(self) -> float | None:
        owners: Owners | None = read_owners(self.tree)
        if owners is None:
            return None
        reach = []
        for change in self.changes(90):
            areas = {" ".join(owners.owners_of(file.path)) for file in self.written(change)} - {""}
            reach += [areas] if areas else []
        if len(set().union(*reach)) < 2:
            return None
        return share([len(areas) > 1 for areas in reach])

    def spec_cochange(self) -> float | None:
        hits = []
        for change in self.changes(120):
            if intent.is_feature(self.full(change)):
                hits.append(bool(self.intents(change)) or any(self.announces(c, change) for c in self.mainline))
        return share(hits)

    def intents(self, change: Commit) -> list[str]:
        return [file.path for file in self.files(change) if specs.is_written_intent(file.path)]

    def announces(self, earlier: Commit, change: Commit) -> bool:
        """Whether an earlier change wrote down what the later one builds: same item, or a telling word of its name."""
        age_days = (change.committed_at - earlier.committed_at).total_seconds() / 86_400
        written = self.intents(earlier)
        if earlier.sha == change.sha or not written or not 0 <= age_days <= 30 or not self.is_within(earlier, 150):
            return False
        if links.items_of(change, self.in_order(change)) & links.items_of(earlier, self.in_order(earlier)):
            return True
        words = telling(intent.title_of(change)).union(*(telling(file.path) for file in self.files(change)))
        return any(words & telling(path.split("/")[-1]) for path in written)

    def in_order(self, change: Commit) -> list[Commit]:
        return sorted(self.brought.get(change.sha, []), key=lambda c: (c.committed_at, c.sha))

    def specifications(self) -> list[str]:
        return sorted(p for p in self.touched(180) if specs.is_specification(p) and self.text(p).strip())

    def spec_open_density(self) -> float | None:
        counts = [specs.count_open_wording(self.text(path)) for path in self.specifications()]
        n_words = sum(n for _, n in counts)
        return 1000 * sum(n for n, _ in counts) / n_words if n_words else None

    def adr_cadence(self) -> float | None:
        n_changes = len(self.changes(180))
        if not n_changes:
            return None
        n = 0
        for path in self.present:
            past = self.past(path, 180) if specs.is_decision(path) else Past()
            is_over = re.search(
                r"^\W{0,6}(status\W{0,6})?(superseded|deprecated|replaced)\b", self.text(path)[:4000], re.I | re.M
            )
            n += bool(past.seen) and (self.is_whole(path, past) or bool(is_over))
        return 100 * n / n_changes

    def is_whole(self, path: str, past: Past) -> bool:
        """Whether no present line is older than what was seen."""
        return (
            0 < len(self.text(path).split("\n")) - self.text(path).endswith("\n") <= past.net
            if self.text(path)
            else False
        )

    def adr_before_code(self) -> float | None:
        pasts = {path: past for path in self.present if (past := self.past(path, 365)).seen}
        records = [p for p, past in pasts.items() if specs.is_decision(p) and self.is_whole(p, past)]
        code = [p for p in pasts if p not in records and decisions._is_code(p)]
        verdicts = []
        for path in records:
            moments = []
            for name in self.named_in(self.text(path), code):
                past = pasts[name]
                is_new = self.is_whole(name, past) if self.text(name) else past.net >= past.added > 0
                moments += [past.first.committed_at] if is_new else []
            for change in self.mainline:
                if self.is_within(change, 365) and change.sha != pasts[path].first.sha:
                    moments += [change.committed_at] if decisions._refers(self.full(change), path) else []
            verdicts += [pasts[path].first.committed_at < min(moments)] if moments else []
        return share(verdicts)

    def named_in(self, text: str, known: list[str]) -> set[str]:
        """Known files a text names in full, or by a last part that only one of them has."""
        words = {word.strip("./") for word in re.findall(decisions._PATH_LIKE, text)}
        lone = {
            p
            for p in known
            if p.split("/")[-1] in words
            and sum(q.endswith(f"/{p.split('/')[-1]}") or q == p.split("/")[-1] for q in known) == 1
        }
        return {p for p in known if p in words} | lone

    def agent_context(self) -> str | None:
        """What the texts alone say, and whether they were left behind by the changes."""
        text_alone = agent_context(TreeContext(self.tree, self.until)).grade
        if text_alone in ("none", "stale_or_conflicting"):
            return text_alone
        n_since = 0
        for change in [c for c in self.mainline if self.is_within(c, 365)]:
            if any(self.instructs(file.path) for file in self.files(change)):
                is_fresh = self.is_within(change, FRESH_DAYS)
                return text_alone if is_fresh or n_since < MANY_CHANGES else "stale_or_conflicting"
            n_since += 1
        return text_alone if n_since < MANY_CHANGES else "stale_or_conflicting"

    def instructs(self, path: str) -> bool:
        """Whether a present file by itself makes a tree with shared context."""
        entries = tuple(entry for entry in self.tree.entries if entry.path == path)
        alone = TreeContext(Tree("", entries, {path: self.text(path)}), self.until)
        return bool(entries) and agent_context(alone).grade != "none"

    def secret_hygiene(self) -> str | None:
        """The tree alone is searched: every file by itself, then how the whole is guarded."""
        for entry in self.tree.entries:
            one = Tree("", (entry,), {entry.path: self.text(entry.path)} if entry.path in self.tree.texts else {})
            if secret_hygiene(TreeContext(one, self.until)).grade == "live_pattern_found":
                return "live_pattern_found"
        return secret_hygiene(TreeContext(self.tree, self.until)).grade


def telling(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{4,}", text.lower()) if not intent.COMMON_WORD.fullmatch(word)}
