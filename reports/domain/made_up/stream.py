"""The language of `git fast-import`: files as named blocks, so that two branches merge as people merge them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Blocks = Mapping[str, str]  # the parts of one file by name, written in the order of their names
State = dict[str, Blocks]  # all files of a commit by path


@dataclass(frozen=True)
class Edit:
    """One block of one file gets a text, or goes where there is none."""

    path: str
    block: str
    text: str | None


@dataclass
class Stream:
    """Commits in the order they are told; a commit is named by the mark its call returned."""

    told: bytearray = field(default_factory=bytearray)
    n_marks: int = 0
    blobs: dict[str, int] = field(default_factory=dict)  # the mark of each text told before

    def commit(
        self,
        branch: str,
        message: str,
        *,
        author: str,
        at: dt.datetime,
        state: State,
        paths: Iterable[str],
        start: int = 0,
        merge: int = 0,
    ) -> int:
        """One commit that leaves the paths as the state has them."""
        there = {path: self._blob(text_of(state[path])) for path in sorted(set(paths)) if path in state}
        gone = sorted(set(paths) - set(there))
        self.n_marks += 1
        when = f"{int(at.timestamp())} {at:%z}"
        self._say(f"commit refs/heads/{branch}", f"mark :{self.n_marks}")
        self._say(f"author {author} {when}", f"committer {author} {when}")
        self._data(message)
        if start:
            self._say(f"from :{start}")
        if merge:
            self._say(f"merge :{merge}")
        self._say(*(f"M 100644 :{mark} {path}" for path, mark in there.items()), *(f"D {path}" for path in gone))
        return self.n_marks

    def tag(self, name: str, mark: int) -> None:
        self._say(f"reset refs/tags/{name}", f"from :{mark}")

    def forget(self, branch: str) -> None:
        """A branch that was merged is deleted, as a host does."""
        self._say(f"reset refs/heads/{branch}", f"from {'0' * 40}")

    def _blob(self, text: str) -> int:
        if text not in self.blobs:
            self.n_marks += 1
            self.blobs[text] = self.n_marks
            self._say("blob", f"mark :{self.n_marks}")
            self._data(text)
        return self.blobs[text]

    def _say(self, *lines: str) -> None:
        for line in lines:
            self.told += line.encode() + b"\n"

    def _data(self, text: str) -> None:
        content = text.encode()
        self.told += b"data %d\n%b\n" % (len(content), content)


def text_of(blocks: Blocks) -> str:
    return "\n\n".join(blocks[name].strip("\n") + "\n" for name in sorted(blocks))


def edited(state: State, edits: Iterable[Edit]) -> State:
    """The state after the edits; the one given stays as it is."""
    new = dict(state)
    for edit in edits:
        blocks = dict(new.get(edit.path, {}))
        if edit.text is None:
            blocks.pop(edit.block, None)
        else:
            blocks[edit.block] = edit.text
        if blocks:
            new[edit.path] = blocks
        else:
            new.pop(edit.path, None)
    return new
