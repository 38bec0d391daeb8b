"""The pipelines of a tree as the last run read them, each while every text and name it was read from is the same.

What is looked at is written down while it is read: texts by their object id, names that were not there, and what was
found where names were looked for; where somebody looked through all names, all of them. So nothing has to be known of
how pipelines are followed.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from metrics.signals.tree.ci.command import Command
from metrics.signals.tree.ci.expand import MAX_DEPTH, Levels, in_levels
from metrics.signals.tree.ci.hooks import HOOK_CONFIG
from metrics.signals.tree.ci.names import Noting, named
from metrics.signals.tree.ci.pipeline import Pipeline, pipelines_of, read_part
from metrics.signals.tree.documents import YAML, document_of
from metrics.signals.types import Tree

KEY, TEXTS, RUNS = "pipeline", "texts", "runs"


class Traced(Noting):
    """The texts of a tree, and what was asked of them: by path the object id, empty where there is no text."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.seen: dict[str, str] = {}
        self.looks: dict[tuple[str, str], list[str]] = {}
        self.all_names = ""

    def __getitem__(self, path: str) -> str:
        self._see(path)
        return self._tree.texts[path]

    def __contains__(self, path: object) -> bool:
        self._see(str(path))
        return path in self._tree.texts

    def __iter__(self) -> Iterator[str]:
        self.all_names = names_of(self._tree)
        return iter(self._tree.texts)

    def __len__(self) -> int:
        self.all_names = names_of(self._tree)
        return len(self._tree.texts)

    def named(self, head: str, tail: str) -> list[str]:
        if (head, tail) not in self.looks:
            self.looks[head, tail] = named(self._tree.texts, head, tail)
        return self.looks[head, tail]

    def document(self, path: str) -> Any:
        """As the last run read it, where the text is the same."""
        self._see(path)
        return document_of(self._tree, path)

    def told(self) -> dict[str, Any]:
        looks = [(head, tail, _digest_of(found)) for (head, tail), found in self.looks.items()]
        return {"seen": self.seen, "looks": looks, "all_names": self.all_names}

    def _see(self, path: str) -> None:
        if path not in self.seen:
            self.seen[path] = oid_of(path, self._tree)


class Part(Levels):
    """One file of the pipeline: its commands and what they call, as the last run read them or as they are read now."""

    def __init__(self, path: str, tree: Tree) -> None:
        self.key = f"{KEY} {path}"
        self._tree = tree
        self.rows = tree.scans.recall(self.key, lambda known: _holds(known, tree))
        if self.rows:
            self.is_read, self.found = _unpacked(self.rows[1])
        else:
            self._traced = Traced(tree)
            commands = read_part(path, self._traced)
            self.is_read = commands is not None
            super().__init__(commands or (), self._traced)

    def keep(self) -> str:
        """Hand on what was read, where it was followed to its end; what stands for all of it."""
        if not self.rows:
            packed = _packed(self.is_read, self.found)
            self.rows = [json.dumps(part, separators=(",", ":")) for part in (self._traced.told(), packed)]
            self.rows.append(_digest(self.rows[1]))
            if len(self.found) > MAX_DEPTH:
                self._tree.scans.note(self.key, self.rows)
        seen = json.loads(self.rows[0])["seen"]
        there = [path for path, oid in seen.items() if oid]
        self._tree.scans.stand_for(there)
        for path in there:
            self._tree.scans.keep(YAML, self._tree.by_path[path])
        return self.rows[2]


def pipeline_of(tree: Tree) -> Pipeline:
    """What `read_pipeline` says; of each file read anew only where something it was read from changed."""
    files = pipelines_of(tree)
    parts = [Part(path, tree) for path in (*files, HOOK_CONFIG)]
    commands = tuple(in_levels(parts))
    digest = _digest_of([*files, *(part.keep() for part in parts)])
    before, *old_texts = tree.scans.before(TEXTS) or [""]
    texts = list(dict.fromkeys(command.text for command in commands))
    tree.scans.note(TEXTS, [digest, *texts])
    unread = tuple(path for path, part in zip(files, parts, strict=False) if not part.is_read)
    return Pipeline(files, commands, unread, digest, before, tuple(set(texts).difference(old_texts)))


def commands_matching(pattern: re.Pattern[str], pipeline: Pipeline, tree: Tree) -> tuple[Command, ...]:
    """What matches at its beginning; of the whole pipeline of a tree only texts new since the last run are asked."""
    if not pipeline.digest:
        return tuple(command for command in pipeline.commands if pattern.match(command.text))
    key = f"{RUNS} {_digest(f'{pattern.flags} {pattern.pattern}')}"

    def look() -> list[str]:
        known = tree.scans.before(key)
        if known and known[0] == pipeline.before:
            still = [text for text in known[1:] if text in pipeline.by_text]
            return [pipeline.digest, *still, *filter(pattern.match, pipeline.new_texts)]
        return [pipeline.digest, *filter(pattern.match, pipeline.by_text)]

    _, *texts = tree.scans.whole(key, lambda known: known[0] == pipeline.digest, look)
    return tuple(pipeline.commands[n] for n in sorted(n for text in texts for n in pipeline.by_text[text]))


def names_of(tree: Tree) -> str:
    return _digest_of(tree.texts)


def _digest_of(names: Iterable[str]) -> str:
    return _digest("\0".join(names))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def oid_of(path: str, tree: Tree) -> str:
    return tree.by_path[path].oid if path in tree.texts else ""


def _holds(known: list[str], tree: Tree) -> bool:
    told = json.loads(known[0])
    return (
        all(oid_of(path, tree) == oid for path, oid in told["seen"].items())
        and all(_digest_of(named(tree.texts, head, tail)) == found for head, tail, found in told["looks"])
        and told["all_names"] in ("", names_of(tree))
    )


def _packed(is_read: bool, levels: Sequence[Sequence[Command]]) -> dict[str, Any]:
    callers: dict[tuple[Any, ...], int] = {}
    commands = [command for level in levels for command in level]
    by = [callers.setdefault((c.where, c.hard, c.on_changes, c.cwd, c.job), len(callers)) for c in commands]
    return {
        "is_read": is_read,
        "levels": list(map(len, levels)),
        "callers": list(callers),
        "texts": [command.text for command in commands],
        "by": by,
    }


def _unpacked(row: str) -> tuple[bool, list[list[Command]]]:
    told = json.loads(row)
    callers = told["callers"]
    commands = (Command(text, *callers[n]) for text, n in zip(told["texts"], told["by"], strict=True))
    return told["is_read"], [list(islice(commands, n)) for n in told["levels"]]
