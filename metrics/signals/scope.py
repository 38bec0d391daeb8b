"""What of a repository counts for one team: folders of a monorepo, and the team's own rules about what is left out.

Both are texts of one line per rule. A folder line is a path from the root (`services/billing`) or an owner as the
repository's ownership file names it (`@org/billing`), which stands for every path of theirs. A rule line is a word, a
colon and a pattern in which `*` stands for anything:

- `file: PATTERN` leaves files out of everything; a pattern without `/` is a file name, one that ends in `/` a folder.
- `count: PATTERN` counts files that the built-in rules take for generated, vendored, lock or snapshot files.
- `bot: PATTERN` names an automation account by author name or address; `person: PATTERN` says that one is none.
- `release: PATTERN` names release commits by their title.

Patterns are matched in linear steps, so none can hang a worker.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.language import gettext
from metrics.signals.owners import Owners

MAX_LINES, MAX_LENGTH = 100, 200
KINDS = ("file", "count", "bot", "person", "release")


class ScopeError(ValueError):
    """A line that cannot be a rule; the text is one sentence."""


@dataclass(frozen=True)
class Scope:
    """The parsed rules; without folders and owners the whole repository counts."""

    folders: tuple[str, ...] = ()
    owned_by: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    bots: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether only a part of the repository counts."""
        return bool(self.folders or self.owned_by)

    def holds(self, path: str, owners: Owners | None) -> bool:
        """Whether the path belongs to the part that is measured, and no rule leaves it out."""
        if self.is_left_out(path):
            return False
        if not self.is_part or any(path.startswith(f"{folder}/") for folder in self.folders):
            return True
        return bool(self.owned_by and owners and not set(self.owned_by).isdisjoint(_owners_of(owners, path)))

    def is_left_out(self, path: str) -> bool:
        return any(_is_path(pattern, path) for pattern in self.left_out)

    def is_counted(self, path: str) -> bool | None:
        """True for a file that counts whatever the built-in rules say; None where they decide."""
        return True if any(_is_path(pattern, path) for pattern in self.counted) else None

    def is_bot(self, *names: str) -> bool | None:
        """Whether an account of these names is automation; None where the built-in rules decide."""
        low = [name.casefold() for name in names if name]
        if any(is_like(pattern, name) for pattern in self.people for name in low):
            return False
        return True if any(is_like(pattern, name) for pattern in self.bots for name in low) else None

    def is_release(self, title: str) -> bool | None:
        """True for the title of a release commit; None where the built-in rules decide."""
        return True if any(is_like(pattern, title.casefold()) for pattern in self.releases) else None


WHOLE = Scope()


def parse_scope(folders: str = "", rules: str = "") -> Scope:
    """The scope two texts describe; ScopeError names the first line that is no rule."""
    places = [_folder(line) for line in _lines(folders)]
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for line in _lines(rules):
        kind, colon, pattern = (part.strip() for part in line.partition(":"))
        if kind not in found or not colon or not pattern:
            raise ScopeError(
                gettext("“{line}” is no rule. A rule is one of {kinds}, a colon and a pattern.").format(
                    line=line, kinds=", ".join(KINDS)
                )
            )
        found[kind].append(pattern if kind in ("file", "count") else pattern.casefold())
    return Scope(
        folders=tuple(place for place in places if not place.startswith("@")),
        owned_by=tuple(place for place in places if place.startswith("@")),
        left_out=tuple(found["file"]),
        counted=tuple(found["count"]),
        bots=tuple(found["bot"]),
        people=tuple(found["person"]),
        releases=tuple(found["release"]),
    )


def is_like(pattern: str, text: str) -> bool:
    """Whether the whole text matches a pattern in which `*` stands for anything; one pass over the text."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, last = rest
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _is_path(pattern: str, path: str) -> bool:
    if pattern.endswith("/"):
        return is_like(f"{pattern.lstrip('/')}*", path)
    return is_like(pattern.lstrip("/"), path if "/" in pattern else path.rpartition("/")[2])


@lru_cache(maxsize=65_536)
def _owners_of(owners: Owners, path: str) -> tuple[str, ...]:
    return owners.owners_of(path)


def _lines(text: str) -> Iterable[str]:
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if len(lines) > MAX_LINES:
        raise ScopeError(
            gettext("At most {limit} lines are taken; these are {n}.").format(limit=MAX_LINES, n=len(lines))
        )
    for line in lines:
        if len(line) > MAX_LENGTH:
            raise ScopeError(
                gettext("A line has at most {limit} characters; “{start}…” has {n}.").format(
                    limit=MAX_LENGTH, start=line[:40], n=len(line)
                )
            )
    return lines


def _folder(line: str) -> str:
    if line.startswith("@"):
        return line.casefold()
    place = line.strip("/").removeprefix("./")
    if not place or "*" in place or "\\" in place or any(part in ("", ".", "..") for part in place.split("/")):
        raise ScopeError(
            gettext("“{line}” is no folder. Write its path from the root, such as services/billing.").format(line=line)
        )
    return place
