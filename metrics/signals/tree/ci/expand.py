"""What stands behind a command that only calls another: make, npm, tox, nox, pre-commit, task runners, scripts.

Each expander takes a command and the texts of the tree and returns shell text or commands. `in_levels` follows them a
few levels deep and stops at a bound, so a loop of scripts ends.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from metrics.signals.tree.ci import recipes
from metrics.signals.tree.ci.command import Command, commands_in
from metrics.signals.tree.ci.hooks import hook_commands
from metrics.signals.tree.ci.runners import (
    build_plugins,
    composer_script,
    nox_script,
    package_script,
    project_script,
    rake_script,
    tox_script,
)

MAX_DEPTH = 4
MAX_TOTAL = 6_000

Expander = Callable[[Command, Mapping[str, str]], str | list[Command]]


def expand_all(commands: list[Command], texts: Mapping[str, str]) -> list[Command]:
    """The commands and everything they call in turn, each distinct one once."""
    return in_levels([Levels(commands, texts)])


class Levels:
    """Commands, what they call, what that calls, and so on: level by level, each distinct command once."""

    def __init__(self, commands: Iterable[Command], texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.found: list[list[Command]] = [list(dict.fromkeys(commands))]
        self._seen = set(self.found[0])

    def at(self, depth: int) -> list[Command]:
        while len(self.found) <= depth:
            behind = dict.fromkeys(inner for command in self.found[-1] for inner in _behind(command, self._texts))
            self.found.append([inner for inner in behind if inner not in self._seen])
            self._seen.update(self.found[-1])
        return self.found[depth]


def in_levels(parts: Sequence[Levels]) -> list[Command]:
    """The commands of all parts, the first level of each before the second of any; none is followed past the bound."""
    found: dict[Command, None] = {}
    for depth in range(MAX_DEPTH + 1):
        for part in parts:
            found.update(dict.fromkeys(part.at(depth)))
        if len(found) > MAX_TOTAL:
            break
    return list(found)[:MAX_TOTAL]


def _behind(command: Command, texts: Mapping[str, str]) -> list[Command]:
    if not _CALLS_ANOTHER.match(command.text):
        return []
    for pattern, expander in _EXPANDERS:
        if pattern.match(command.text):
            behind = expander(command, texts)
            return behind if isinstance(behind, list) else commands_in(behind, command)
    return []


def _make(command: Command, texts: Mapping[str, str]) -> str:
    words = command.text.split()[1:]
    folder = command.cwd
    if "-C" in words and words.index("-C") + 1 < len(words):
        at = words.index("-C")
        folder = posixpath.normpath(posixpath.join(folder, words[at + 1]))
        words = words[:at] + words[at + 2 :]
    path = _first(folder, recipes.MAKEFILE_NAMES, texts)
    if "-f" in words and words.index("-f") + 1 < len(words):
        at = words.index("-f")
        path, words = posixpath.normpath(posixpath.join(folder, words[at + 1])), words[:at] + words[at + 2 :]
    if path is None:
        return ""
    forgiving = any(word in {"-k", "-i", "--ignore-errors"} and word != "-k" for word in words)
    targets = [
        word.rstrip(")") for word in words if not word.startswith("-") and "=" not in word and not word.startswith("$")
    ]
    script = recipes.read_makefile(path, texts).script_of(targets)
    return f"set +e\n{script}" if forgiving else script


def _just(command: Command, texts: Mapping[str, str]) -> str:
    path = _first(command.cwd, recipes.JUSTFILE_NAMES, texts)
    words = [word for word in command.text.split()[1:] if not word.startswith("-")]
    return recipes.read_justfile(path, texts).script_of(words[:1]) if path else ""


def _task(command: Command, texts: Mapping[str, str]) -> str:
    path = _first(command.cwd, recipes.TASKFILE_NAMES, texts)
    words = [word for word in command.text.split()[1:] if not word.startswith("-")]
    return recipes.read_taskfile(path, texts).script_of(words or ["default"]) if path else ""


def _script(command: Command, texts: Mapping[str, str]) -> str:
    """A script of the tree, run by its path or by a shell."""
    words = [word for word in command.text.split() if not word.startswith("-")]
    name = words[1] if len(words) > 1 and words[0] in _SHELL_NAMES else words[0]
    for folder in (command.cwd, ""):
        path = posixpath.normpath(posixpath.join(folder, name.strip("\"'")))
        text = texts.get(path, "")
        if text and _is_shell(path, text):
            return text
    return ""


_SHELL_NAMES = {"bash", "sh", "zsh", "source", "."}


def _is_shell(path: str, text: str) -> bool:
    if text.startswith("#!"):
        return "sh" in text.partition("\n")[0].rpartition("/")[2]
    return path.endswith((".sh", ".bash")) or "." not in path.rpartition("/")[2]


def _first(folder: str, names: tuple[str, ...], texts: Mapping[str, str]) -> str | None:
    paths = (posixpath.normpath(posixpath.join(folder, name)) for name in names)
    return next((path for path in paths if path in texts), None)


def _hooks(command: Command, texts: Mapping[str, str]) -> list[Command]:
    """The hooks of the configuration nearest to the command."""
    for folder in (command.cwd, ""):
        path = posixpath.normpath(posixpath.join(folder, ".pre-commit-config.yaml"))
        if path in texts:
            return [inner for hook in hook_commands(texts[path]) for inner in commands_in(hook, command)]
    return []


_EXPANDERS: tuple[tuple[re.Pattern[str], Expander], ...] = (
    (re.compile(r"g?make\b|\$[({]MAKE[)}]"), _make),
    (re.compile(r"just\b"), _just),
    (re.compile(r"(go-)?task\b"), _task),
    (re.compile(r"(pre-commit|prek) (run|try)\b|(pre-commit|prek)$|uses \S*(pre-commit/action|prek-action)"), _hooks),
    (re.compile(r"tox\b"), tox_script),
    (re.compile(r"nox\b"), nox_script),
    (
        re.compile(r"(npm|pnpm|yarn|bun|npm-run-all2?|run-[sp]|turbo|lerna|nx|wireit|moon|rush|node --run)\b"),
        package_script,
    ),
    (re.compile(r"composer\b"), composer_script),
    (re.compile(r"(rake|rails)\b|bin/(rake|rails)\b"), rake_script),
    (re.compile(r"(\./)?(gradlew?|mvnw?)\b"), build_plugins),
    (re.compile(r"(poe|poethepoet|pdm|hatch|taskipy|invoke|inv|rye run|pixi run)\b"), project_script),
    (re.compile(r"((ba|z)?sh|source|\.) |[\w.-]*/|[\w-]+\.sh\b"), _script),
)
_CALLS_ANOTHER = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _EXPANDERS))
