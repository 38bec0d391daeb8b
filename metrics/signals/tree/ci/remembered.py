"""The pipeline of a tree as the last run read it, where every text and name it was read from is still the same.

What is looked at is written down while it is read: texts by their object id, names that were not there, and what was
found where names were looked for; where somebody looked through all names, all of them. So nothing has to be known of
how pipelines are followed.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from metrics.signals.tree.ci.command import Command
from metrics.signals.tree.ci.names import Noting, named
from metrics.signals.tree.ci.pipeline import Pipeline, is_pipeline, read_pipeline
from metrics.signals.tree.documents import YAML, document_of
from metrics.signals.types import Tree

KEY, RUNS = "pipeline", "runs"


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

    def _see(self, path: str) -> None:
        if path not in self.seen:
            self.seen[path] = oid_of(path, self._tree)


def pipeline_of(tree: Tree) -> Pipeline:
    """What `read_pipeline` says, read anew only where something it was read from changed."""
    rows = tree.scans.whole(KEY, lambda known: _holds(known, tree), lambda: _read(tree))
    seen, told = json.loads(rows[0])["seen"], json.loads(rows[1])
    there = [path for path, oid in seen.items() if oid]
    tree.scans.stand_for(there)
    for path in there:
        tree.scans.keep(YAML, tree.by_path[path])
    callers = [tuple(caller) for caller in told["callers"]]
    commands = (Command(text, *callers[n]) for text, n in zip(told["texts"], told["by"], strict=True))
    return Pipeline(tuple(told["files"]), tuple(commands), tuple(told["unread"]), rows[2])


def commands_matching(pattern: re.Pattern[str], pipeline: Pipeline, tree: Tree) -> tuple[Command, ...]:
    """What matches at its beginning; of the whole pipeline of the tree asked once for as long as it is the same."""

    def look() -> list[str]:
        hits = (str(n) for n, command in enumerate(pipeline.commands) if pattern.match(command.text))
        return [pipeline.digest, *hits]

    if not pipeline.digest:
        return tuple(pipeline.commands[int(n)] for n in look()[1:])
    key = f"{RUNS} {_digest(f'{pattern.flags} {pattern.pattern}')}"
    _, *numbers = tree.scans.whole(key, lambda known: known[0] == pipeline.digest, look)
    return tuple(pipeline.commands[int(n)] for n in numbers)


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
        told["pipelines"] == list(tree.where(is_pipeline))
        and all(oid_of(path, tree) == oid for path, oid in told["seen"].items())
        and all(_digest_of(named(tree.texts, head, tail)) == found for head, tail, found in told["looks"])
        and told["all_names"] in ("", names_of(tree))
    )


def _read(tree: Tree) -> list[str]:
    texts = Traced(tree)
    found = read_pipeline(tree, texts)
    callers: dict[tuple[Any, ...], int] = {}
    by = [callers.setdefault((c.where, c.hard, c.on_changes, c.cwd, c.job), len(callers)) for c in found.commands]
    looks = [(head, tail, _digest_of(found)) for (head, tail), found in texts.looks.items()]
    asked = {
        "pipelines": tree.where(is_pipeline),
        "seen": texts.seen,
        "looks": looks,
        "all_names": texts.all_names,
    }
    told = {
        "files": found.files,
        "unread": found.unread,
        "callers": list(callers),
        "texts": [command.text for command in found.commands],
        "by": by,
    }
    rows = [json.dumps(part, separators=(",", ":")) for part in (asked, told)]
    return [*rows, _digest(rows[1])]
