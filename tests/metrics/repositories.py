"""Git repositories for tests, written by one `git fast-import` each, with fixed people and dates."""

import datetime as dt
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

UNTIL = dt.date(2026, 6, 30)
NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
PEOPLE = ("Ada <ada@example.org>", "Ben <ben@example.org>", "Cleo <cleo@example.org>", "Dan <dan@example.org>")
CLEAN = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "HOME": "/nonexistent",
    "PATH": os.environ["PATH"],
}


def days_ago(days: float) -> dt.datetime:
    return NOON - dt.timedelta(days=days)


def git(folder: Path, *args: str, stdin: bytes = b"") -> str:
    """Run git without anybody's configuration and return what it prints."""
    done = subprocess.run(["git", "-C", str(folder), *args], input=stdin, capture_output=True, env=CLEAN, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape").strip()


@dataclass
class Builder:
    """Collects commits and writes them at once; a commit is named by the mark its `commit` call returned."""

    stream: bytearray = field(default_factory=bytearray)
    tips: dict[str, int] = field(default_factory=dict)
    n_marks: int = 0

    def commit(
        self,
        message: str,
        files: dict[str | bytes, str | bytes | None] | None = None,
        *,
        at: dt.datetime | int = NOON,
        author: str = PEOPLE[0],
        authored: dt.datetime | None = None,
        branch: str = "main",
        start: int | None = None,
        merge: int | list[int] | None = None,
        rename: tuple[str, str] | None = None,
        symlink: tuple[str, str] | None = None,
        submodule: str | None = None,
    ) -> int:
        """One commit on a branch: `files` with None deletes, `start` sets the parent of a new branch."""
        self.n_marks += 1
        parent = self.tips.get(branch, start)
        lines = [f"commit refs/heads/{branch}", f"mark :{self.n_marks}"]
        lines += [f"author {author} {_when(authored or at)}", f"committer {author} {_when(at)}"]
        self._say("\n".join(lines))
        self._data(message.encode())
        merged = merge if isinstance(merge, list) else [] if merge is None else [merge]
        for word, mark in (("from", parent), *(("merge", mark) for mark in merged)):
            if mark is not None:
                self._say(f"{word} :{mark}")
        if rename:
            self._say(f"R {rename[0]} {rename[1]}")
        for path, content in (files or {}).items():
            self._file(path, content, "100644")
        if symlink:
            self._file(symlink[0], symlink[1], "120000")
        if submodule:
            self._say(f"M 160000 {'1' * 40} {submodule}")
        self._say("")
        self.tips[branch] = self.n_marks
        return self.n_marks

    def write(self, folder: Path, *, bare: bool = True) -> Path:
        folder.mkdir(parents=True)
        git(folder, "init", "--quiet", "-b", "main", *(["--bare"] if bare else []))
        git(
            folder,
            "-c",
            "fastimport.unpackLimit=1000000",
            "fast-import",
            "--quiet",
            "--force",
            stdin=bytes(self.stream),
        )
        if not bare and "main" in self.tips:
            git(folder, "reset", "--quiet", "--hard")
        return folder

    def _say(self, line: str) -> None:
        self.stream += line.encode() + b"\n"

    def _data(self, content: bytes) -> None:
        self.stream += f"data {len(content)}\n".encode() + content + b"\n"

    def _file(self, path: str | bytes, content: str | bytes | None, mode: str) -> None:
        name = path if isinstance(path, bytes) else path.encode()
        quoted = b'"' + b"".join(b"\\%03o" % byte for byte in name) + b'"'
        if content is None:
            self.stream += b"D " + quoted + b"\n"
            return
        self.stream += f"M {mode} inline ".encode() + quoted + b"\n"
        self._data(content if isinstance(content, bytes) else content.encode())


def lines(n: int, word: str = "line") -> str:
    return "".join(f"{word} {number}\n" for number in range(n))


def plain_history(n: int = 40, *, every_days: float = 2) -> Builder:
    """`n` changes by four people, each to its own source file, half with a test and every second naming an item."""
    builder = Builder()
    for number in range(n):
        files: dict[str | bytes, str | bytes | None] = {f"app/part{number}.py": lines(10 + number)}
        if number % 2:
            files[f"tests/test_part{number}.py"] = lines(5)
        body = f"\n\nRefs #{number + 100}" if number % 2 else ""
        at = days_ago(every_days * (n - number))
        builder.commit(f"Add part {number}{body}", files, at=at, author=PEOPLE[number % 4])
    return builder


def _when(moment: dt.datetime | int) -> str:
    seconds = moment if isinstance(moment, int) else int(moment.timestamp())
    return f"{seconds} +0000"
