"""One command a pipeline runs, and the rules by which shell text is taken apart.

This is reading, not running: quoting is respected where it matters, and what cannot be understood is left as it stands.
"""

import posixpath
import re
from dataclasses import dataclass, replace

MAX_SCRIPT_CHARS = 60_000
MAX_COMMANDS = 400
_MAX_LINE_CHARS = 4_000

# What follows `||` and swallows a failure.
_SWALLOWS = re.compile(r"(true|:|exit 0|/bin/true|echo|printf|return 0|continue)\b|:$")
_SEPARATORS = re.compile(r"(\|\||&&|;|\||&(?=\s|$))")
_PREFIX = re.compile(
    r"([A-Za-z_]\w*=(\"[^\"]*\"|'[^']*'|[^\s\"']*)\s+|(if|then|else|elif|do|while|until|!|\{|\(|time|sudo|exec|command|env"
    r"|nohup|nice|cross-env|dotenv|--)\s+|[@(]+)"
)
_PYTHON = re.compile(r"((\S*/)?(python|pypy|py)[\d.]*(\.exe)?|\$[({]?PY(THON)?[\d]*[)}]?)\s+(-[bBdEisSuvWx]+\s+)*")
_RUNNERS = re.compile(
    r"([a-z]+ )??((poetry|pdm|pipenv|rye|hatch|pixi|conda|mamba|micromamba|uv|flox) run|uv tool run|uvx|pipx run|npx"
    r"|bunx|bun x"
    r"|(pnpm|yarn|npm) (exec|dlx|x)|bundle exec|coverage run|xvfb-run|mise (exec|x)|direnv exec|nix develop|nix-shell"
    r"|devenv shell|(docker|podman|docker-compose)( compose)? (run|exec)|timeout|retry|turbo run|nx|lerna run|dagger"
    r"|stdbuf|unbuffer|opam exec|stack exec|cabal exec|rtx exec|asdf exec|earthly|spacectl)\s+"
)
_QUOTED_SHELL = re.compile(r"(?:ba|z|da)?sh\s+(?:-\w+\s+)*-\w*c\s+(['\"])(.*)\1\s*$", re.DOTALL)


_ENTER = re.compile(r"\(? ?(?:cd|pushd) +[\"']?([\w@.-][\w@./-]*)[\"']?$")


@dataclass(frozen=True, slots=True)
class Command:
    """A command, by the file that runs it. `hard`: its failure fails the job. `on_changes`: it runs before merging.

    `job` holds the names its job may be shown under, one a line.
    """

    text: str
    where: str
    hard: bool = True
    on_changes: bool = True
    cwd: str = ""
    job: str = ""

    def says(self, text: str, *, hard: bool = True) -> "Command":
        """Another command run on behalf of this one: it cannot be harder than its caller."""
        return Command(text, self.where, self.hard and hard, self.on_changes, self.cwd, self.job)


def commands_in(script: str, caller: Command) -> list[Command]:
    """The single commands of a shell text, wrappers removed, each hard or soft as written."""
    found: list[Command] = []
    forgiving = False
    for line in _lines(script):
        if line.startswith("set "):
            forgiving = "+e" in line.split() or (forgiving and "-e" not in line)
        here = caller
        for text, hard in _split(line):
            if entered := _ENTER.match(text):  # holds for the rest of the line
                here = replace(here, cwd=posixpath.normpath(posixpath.join(here.cwd, entered[1])).removeprefix("./"))
            found += (here.says(each, hard=hard and not forgiving) for each in unwrap(text))
        if len(found) >= MAX_COMMANDS:
            break
    return found[:MAX_COMMANDS]


def unwrap(text: str) -> list[str]:
    """The command itself and, behind a runner with options of its own, every place where the real command may start."""
    text = _strip_prefixes(text)
    if quoted := _QUOTED_SHELL.match(text):
        return [each for part, _ in _split(quoted[2]) for each in unwrap(part)][:20]
    runner = _RUNNERS.match(text)
    if not runner:
        return [text] if text else []
    words = text[runner.end() :].split()[:14]
    starts = [at for at, word in enumerate(words) if not word.startswith("-")]
    return [text] + [_strip_prefixes(" ".join(words[at:])) for at in starts[:10]]


def _lines(script: str) -> list[str]:
    """Logical lines: continued lines joined, comments and blank lines dropped."""
    joined = re.sub(r"\\\r?\n[ \t]*", " ", script[:MAX_SCRIPT_CHARS])
    lines = (line.strip()[:_MAX_LINE_CHARS] for line in joined.splitlines())
    return [line.split(" #")[0].rstrip() for line in lines if line and not line.startswith(("#", "echo ", "printf "))]


def _split(line: str) -> list[tuple[str, bool]]:
    """The commands of one line with whether their failure counts."""
    if not _SEPARATORS.search(line):
        text = line.strip()
        return [(_show_quoted(text), "--exit-zero" not in text)] if text else []
    pieces = _SEPARATORS.split(_hide_quoted(line))
    texts, marks = [piece.strip() for piece in pieces[::2]], pieces[1::2]
    result: list[tuple[str, bool]] = []
    for at, text in enumerate(texts):
        following = list(zip(marks[at:], texts[at + 1 :], strict=False))
        swallowed = any(_forgives(mark, after) for mark, after in following[:6])
        if text and not (at and marks[at - 1] == "||" and _SWALLOWS.match(text)):
            result.append((_show_quoted(text), not swallowed and "--exit-zero" not in text))
    return result


def _forgives(mark: str, after: str) -> bool:
    return (mark == "||" and bool(_SWALLOWS.match(after))) or (mark == ";" and after in {"true", ":", "exit 0"})


def _strip_prefixes(text: str) -> str:
    """Remove assignments, keywords, an interpreter's `-m` and the folder of the program."""
    for _ in range(8):
        text = text.lstrip(" \t\"'")
        prefix = _PREFIX.match(text) or _PYTHON.match(text)
        if not prefix or prefix.end() == 0:
            break
        text = text[prefix.end() :]
        text = text.removeprefix("-m ").lstrip() if prefix.re is _PYTHON else text
    return text.removeprefix("./node_modules/.bin/").removeprefix("node_modules/.bin/").removeprefix("vendor/bin/")


def _hide_quoted(line: str) -> str:
    """Replace separators inside quotes by private marks so that splitting leaves them alone."""
    if not (("'" in line or '"' in line) and ("|" in line or "&" in line or ";" in line)):
        return line
    shown: list[str] = []
    quote = ""
    for mark in line:
        if quote:
            quote = "" if mark == quote else quote
            shown.append(_HIDDEN.get(mark, mark))
        else:
            quote = mark if mark in "\"'" else ""
            shown.append(mark)
    return "".join(shown) if not quote else line


_HIDDEN = {"|": "\ue000", "&": "\ue001", ";": "\ue002"}
_SHOWN = {hidden: mark for mark, hidden in _HIDDEN.items()}


def _show_quoted(text: str) -> str:
    if text.isascii():
        return text
    for hidden, mark in _SHOWN.items():
        text = text.replace(hidden, mark)
    return text
