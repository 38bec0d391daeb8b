"""Recipes of make, just and task: which commands a target stands for."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from metrics.signals.tree.ci.names import document_at, named
from metrics.signals.tree.structured import table_at, texts_in

MAKEFILE_NAMES = ("GNUmakefile", "makefile", "Makefile")
JUSTFILE_NAMES = ("justfile", "Justfile", ".justfile")
TASKFILE_NAMES = ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "Taskfile.dist.yml")

_TARGET = re.compile(r"^([A-Za-z0-9_./%$(){}@ \t-]+?)::?(?![=:])\s*([^#;=]*)")
_JUST_TARGET = re.compile(r"^@?([A-Za-z_][\w-]*+)([^:=]*+):(?!=)\s*([^#]*)")
_ASSIGNMENT = re.compile(r"^(?:export\s+|override\s+)?([A-Za-z_][\w.-]*)\s*(?:\?|:{1,3}|\+)?=\s*(.*)$")
_VARIABLE = re.compile(r"\$[({]([A-Za-z_][\w.-]*)[)}]")
_INCLUDE = re.compile(r"^-?s?include\s+(.+)$")
_MAX_DEPTH = 6
_MAX_LINES = 4_000


@dataclass
class Recipes:
    """Targets in file order, what each needs first, and its command lines."""

    needs: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def script_of(self, targets: list[str]) -> str:
        """The lines run for these targets and everything they need, each target once."""
        wanted = targets or [name for name in self.lines if not name.startswith(".")][:1]
        done: set[str] = set()
        found: list[str] = []
        waiting = [(name, 0) for name in reversed(wanted)]
        while waiting and len(found) < 400:
            name, depth = waiting.pop()
            if name in done or name not in self.lines or depth > _MAX_DEPTH:
                continue
            done.add(name)
            found += self.lines[name]
            waiting += [(need, depth + 1) for need in reversed(self.needs[name])]
        return "\n".join(self._filled(line) for line in found)

    def take(self, other: "Recipes") -> None:
        """Add another file's recipes behind one's own."""
        for mine, theirs in ((self.needs, other.needs), (self.lines, other.lines)):
            for name, values in theirs.items():
                mine.setdefault(name, []).extend(values)
        for name, value in other.variables.items():
            self.variables.setdefault(name, value)

    def _filled(self, line: str) -> str:
        for _ in range(3):
            line = _VARIABLE.sub(lambda m: self.variables.get(m[1], m[0])[:300], line)[:4_000]
        return line


def read_makefile(path: str, texts: Mapping[str, str]) -> Recipes:
    """The recipes of a Makefile and the files of the tree it includes."""
    recipes = Recipes()
    folder = path.rpartition("/")[0]
    waiting, seen = [path], set[str]()
    while waiting and len(seen) < 20:
        at = waiting.pop(0)
        if at in seen:
            continue
        seen.add(at)
        own, included = _read_make_lines(texts.get(at, ""))
        recipes.take(own)
        for name in included:
            waiting += _matching(posixpath.normpath(posixpath.join(folder, name)), texts)
    return recipes


def _matching(pattern: str, texts: Mapping[str, str]) -> list[str]:
    if "*" not in pattern:
        return [pattern] if pattern in texts else []
    head, _, tail = pattern.partition("*")
    return [path for path in named(texts, head, tail) if "/" not in path[len(head) :]][:20]


@lru_cache(maxsize=32)
def _read_make_lines(text: str) -> tuple[Recipes, tuple[str, ...]]:
    """One Makefile's own recipes, never to be changed, and the names it includes; many commands call the same file."""
    recipes = Recipes()
    included: list[str] = []
    current: list[str] = []
    for line in re.sub(r"\\\r?\n[ \t]*", " ", text).splitlines()[:_MAX_LINES]:
        if line.startswith("\t"):
            for name in current:
                recipes.lines[name].append(_recipe_line(line))
        elif assigned := _ASSIGNMENT.match(line):
            recipes.variables.setdefault(assigned[1], assigned[2].strip())
        elif include := _INCLUDE.match(line):
            included += include[1].split()[:10]
        elif target := _TARGET.match(line[:1_000]):
            current = target[1].split()[:20]
            needs = [] if ".PHONY" in current else target[2].replace("|", " ").split()[:60]
            for name in current:
                recipes.needs.setdefault(name, []).extend(needs)
                recipes.lines.setdefault(name, []).extend(_behind_semicolon(line[target.end() :]))
    return recipes, tuple(included)


def _behind_semicolon(rest: str) -> list[str]:
    """The recipe written on the line of its target."""
    _, found, recipe = rest.partition(";")
    return [_recipe_line(recipe)] if found and recipe.strip() else []


def _recipe_line(line: str) -> str:
    """A recipe line as shell; make's leading minus forgives a failure."""
    line = line.strip()
    forgiven = line[:3].lstrip("@+").startswith("-")
    line = line.lstrip("@+-").strip()
    return f"{line} || true" if forgiven and line else line


def read_justfile(path: str, texts: Mapping[str, str]) -> Recipes:
    recipes = Recipes()
    current = ""
    for line in texts.get(path, "").splitlines()[:_MAX_LINES]:
        if line[:1] in (" ", "\t"):
            if current:
                recipes.lines[current].append(_recipe_line(line))
        elif target := _JUST_TARGET.match(line[:1_000]):
            current = target[1]
            recipes.lines[current] = []
            recipes.needs[current] = re.findall(r"[A-Za-z_][\w-]*", target[3])[:40]
    return recipes


def read_taskfile(path: str, texts: Mapping[str, str]) -> Recipes:
    recipes = Recipes()
    for name, task in table_at(document_at(texts, path), "tasks").items():
        body = task if isinstance(task, dict) else {"cmds": task}
        commands = body.get("cmds", body.get("cmd"))
        recipes.lines[str(name)] = [text for text in texts_in(_only_commands(commands)) if text]
        recipes.needs[str(name)] = texts_in(body.get("deps"), at_most=40) + _called_tasks(commands)
    return recipes


def _only_commands(commands: object) -> list[object]:
    items = commands if isinstance(commands, list) else [commands]
    return [item.get("cmd") if isinstance(item, dict) else item for item in items[:100]]


def _called_tasks(commands: object) -> list[str]:
    items = commands if isinstance(commands, list) else []
    return [str(item["task"]) for item in items[:100] if isinstance(item, dict) and "task" in item]
