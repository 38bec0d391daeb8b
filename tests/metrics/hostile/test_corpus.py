"""Repositories built to do harm: each ends in a named reason or an honest reading, and the machine is as it was."""

import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assessment.maturity.loader import SHIPPED, read_model
from metrics.clients.git import gate, process, tree
from metrics.clients.git.clone import clone_url, share_folder
from metrics.clients.git.process import GitError, Limits, Login, Remote, environment, run_git
from metrics.domain import sources
from metrics.domain.measure import measure
from tests.metrics.git_server import serving
from tests.metrics.repositories import CLEAN, UNTIL, Builder, days_ago, git, lines, plain_history

SIGNALS = read_model(SHIPPED).signals


@dataclass
class Trap:
    """A file that must stay as it is, a socket nobody may call, and a file nobody may make."""

    folder: Path
    port: int
    calls: list[object] = field(default_factory=list)

    @property
    def canary(self) -> Path:
        return self.folder / "canary"

    @property
    def mark(self) -> Path:
        return self.folder / "mark"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/trap"

    def assert_untouched(self) -> None:
        assert self.canary.read_text() == "song"
        assert not self.mark.exists()
        assert sorted(path.name for path in self.folder.iterdir()) == ["canary"]
        assert self.calls == []


@pytest.fixture
def trap(tmp_path) -> Iterator[Trap]:
    folder = tmp_path / "trap"
    folder.mkdir()
    (folder / "canary").write_text("song")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        found, over = Trap(folder, listening.getsockname()[1]), threading.Event()

        def listen():
            while not over.is_set():
                try:
                    found.calls.append(listening.accept()[1])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield found
        over.set()
        thread.join()


def raw_object(folder: Path, kind: str, content: bytes) -> str:
    """An object git itself would refuse to make."""
    words = ["git", "-C", str(folder), "hash-object", "-t", kind, "--literally", "-w", "--stdin"]
    return subprocess.run(words, input=content, capture_output=True, check=True, env=CLEAN).stdout.decode().strip()


def commit_tree(folder: Path, tree_id: str) -> None:
    who = f"Ada <ada@example.org> {int(days_ago(1).timestamp())} +0000"
    commit = raw_object(folder, "commit", f"tree {tree_id}\nauthor {who}\ncommitter {who}\n\nBomb\n".encode())
    git(folder, "update-ref", "refs/heads/main", commit)


def entry(mode: str, name: bytes, object_id: str) -> bytes:
    return f"{mode} ".encode() + name + b"\0" + bytes.fromhex(object_id)


def tree_bomb(folder: Path, trap: Trap) -> None:
    """Ten folders in ten folders, ten levels deep: ten thousand million files in twelve objects."""
    Builder().write(folder)
    held = ("100644", raw_object(folder, "blob", b"boom\n"))
    for _ in range(10):
        content = b"".join(entry(held[0], f"d{n}".encode(), held[1]) for n in range(10))
        held = ("40000", raw_object(folder, "tree", content))
    commit_tree(folder, held[1])


def climbing_names(folder: Path, trap: Trap) -> None:
    """Files called .., ../../canary, .git/hooks and an absolute path, straight in the tree."""
    Builder().write(folder)
    blob = raw_object(folder, "blob", b"changed\n")
    inner = raw_object(folder, "tree", entry("100644", b"canary", blob))
    names = entry("40000", b"..", inner) + entry("40000", b".git", inner) + entry("100755", b"/etc/mark", blob)
    commit_tree(folder, raw_object(folder, "tree", names))


def links_outside(folder: Path, trap: Trap) -> None:
    """Rule files that are links to a file of the machine: the link's text is read, never what it names."""
    builder = Builder()
    builder.commit("Link", {"a.py": "1\n"}, symlink=(".github/CODEOWNERS", str(trap.canary)), at=days_ago(2))
    builder.commit("Link", {}, symlink=("AGENTS.md", "/etc/passwd"), at=days_ago(1))
    builder.write(folder)


def calling_home(folder: Path, trap: Trap) -> None:
    """Submodules, remotes, alternates over http and large-file settings that all name our socket."""
    builder = Builder()
    modules = f'[submodule "x"]\n\tpath = x\n\turl = {trap.url}\n\tupdate = !touch {trap.mark}\n'
    files = {".gitmodules": modules, ".lfsconfig": f"[lfs]\n\turl = {trap.url}\n", "a.bin": "version https://git-lfs"}
    builder.commit("Call", dict(files), submodule="x", at=days_ago(1))
    builder.write(folder)
    (folder / "objects" / "info").mkdir(exist_ok=True)
    (folder / "objects" / "info" / "http-alternates").write_text(f"{trap.url}\n")
    git(folder, "config", "remote.origin.url", trap.url)
    git(folder, "config", "remote.origin.promisor", "true")
    git(folder, "config", f"url.{trap.url}.insteadOf", "https://")
    git(folder, "config", "fetch.bundleURI", trap.url)


def patterns(folder: Path, trap: Trap) -> None:
    """Ownership patterns, ignore files and workflow text that take a backtracking matcher for ever."""
    owners = "\n".join(f"{'*a' * 60}b{n} @team" for n in range(40)) + "\n**/" * 50 + "x @team\n"
    deep = "a: &a [x]\n" + "".join(f"k{n}: &k{n} [*a, *a]\n" for n in range(60))
    builder = Builder()
    files = {
        "CODEOWNERS": owners,
        ".github/workflows/ci.yml": deep,
        "a" * 200 + ".py": "1\n",
        "Makefile": "a: a\n\t$(MAKE) a\n",
    }
    builder.commit("Patterns", dict(files), at=days_ago(1))
    builder.write(folder)


def yaml_bomb(folder: Path, trap: Trap) -> None:
    """Aliases that unfold to a thousand million items, in a file every pipeline reader opens."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    builder = Builder()
    builder.commit("Laugh", {".github/workflows/ci.yml": "\n".join(levels), ".gitlab-ci.yml": "\n".join(levels)})
    builder.write(folder)


def large_files(folder: Path, trap: Trap) -> None:
    """One enormous line, and a text far over the size that is read."""
    builder = Builder()
    builder.commit("Grow", {"line.py": "x" * 9_000_000, "deep.json": "[" * 250_000, "a.py": "1\n" * 3_000_000})
    builder.write(folder)


def deflated_bombs(folder: Path, trap: Trap) -> None:
    """A few kilobytes of object that unfold to tens of megabytes: source, configuration, owners and a message."""
    builder = Builder()
    zeros = "0" * 60_000_000
    files = {"app/zeros.py": zeros, ".github/workflows/ci.yml": zeros, "CODEOWNERS": zeros, "docs/adr/0001-a.md": zeros}
    builder.commit("Unfold", dict(files), at=days_ago(3))
    builder.commit("Fold", {"app/zeros.py": zeros + "1\n", "app/a.py": "1\n"}, at=days_ago(2))
    builder.commit("Talk\n\n" + "word " * 6_000_000, {"app/a.py": "2\n"}, at=days_ago(1))
    builder.write(folder)


def endless_names(folder: Path, trap: Trap) -> None:
    """One path of a thousand folders, and a name as long as git takes."""
    builder = Builder()
    builder.commit("Deep", {"d/" * 1_000 + "a.py": "1\n", "n" * 4_000 + ".py": "1\n"}, at=days_ago(1))
    builder.write(folder)


def torn(folder: Path, trap: Trap) -> None:
    plain_history(3).write(folder)
    for loose in (folder / "objects").glob("??/*"):
        loose.chmod(0o644)
        loose.write_bytes(b"junk")
    for pack in (folder / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o644)
        pack.write_bytes(b"PACK junk")


def lying_graph(folder: Path, trap: Trap) -> None:
    plain_history(3).write(folder)
    (folder / "objects" / "info").mkdir(exist_ok=True)
    (folder / "objects" / "info" / "commit-graph").write_bytes(b"CGPH" + b"\1\1\3\0" * 300)


CORPUS: dict[Callable[[Path, Trap], None], str] = {
    tree_bomb: r"lists more than \d[\d,]* files|more memory",
    climbing_names: "",
    links_outside: "",
    calling_home: "",
    patterns: "",
    yaml_bomb: "",
    large_files: "",
    deflated_bombs: "",
    endless_names: "",
    torn: "damaged|default branch|no git repository|git stopped",
    lying_graph: "damaged|git stopped|",
}


@pytest.mark.parametrize(("build", "reason"), CORPUS.items(), ids=lambda part: getattr(part, "__name__", ""))
def test_each_ends_in_a_named_reason_or_a_reading_and_an_untouched_machine(build, reason, tmp_path, trap, monkeypatch):
    monkeypatch.setattr(tree, "MAX_ENTRIES", 20_000)
    build(tmp_path / "source", trap)
    before = snapshot(tmp_path / "source")
    said, found = ending(tmp_path)
    assert re.fullmatch(reason, said) or (reason and re.search(reason, said)), said
    assert "song" not in found
    assert "root:" not in found
    assert snapshot(tmp_path / "source") == before
    trap.assert_untouched()


def ending(place: Path) -> tuple[str, str]:
    """The sentence a run ends with, or what it found."""
    limits = Limits.of_seconds(60)
    try:
        copy = share_folder(place / "source", place / "copy", limits=limits, roots=[place])
        return "", str(measure(copy, until=UNTIL, definitions=SIGNALS, limits=limits))
    except GitError as error:
        return error.sentence, ""


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_history_that_touches_files_without_end_is_refused(tmp_path, monkeypatch):
    plain_history(12).write(tmp_path / "source")
    monkeypatch.setattr(sources, "MAX_FILE_CHANGES", 9)
    copy = share_folder(tmp_path / "source", tmp_path / "copy", limits=Limits.of_seconds(60))
    with pytest.raises(GitError, match="touch files more than 9 times"):
        measure(copy, until=UNTIL, definitions=SIGNALS, limits=Limits.of_seconds(60))


def test_git_may_not_take_the_machines_memory(tmp_path):
    folder = Builder().write(tmp_path / "source")
    allowed = run_git(folder, ["-c", "alias.say=!sleep 0.3; ulimit -d", "say"], limits=Limits.of_seconds(30))
    assert int(allowed) == process.MEMORY_BYTES >> 10
    assert "more memory" in process.sentence_of(b"fatal: Out of memory, malloc failed\n", 128)


def test_git_goes_to_the_checked_address_whatever_the_name_says_later(tmp_path, monkeypatch):
    """The name is one nobody can resolve: only the pinned address can have been used."""
    host_folder = tmp_path / "host"
    host_folder.mkdir()
    plain_history(3).write(host_folder / "service")
    with serving(host_folder) as host:
        url = host.url("service").replace("127.0.0.1", "rebound.invalid")
        monkeypatch.setattr("metrics.clients.git.clone.check_resolved", lambda url, http_hosts: ("127.0.0.1",))
        assert clone_url(url, tmp_path / "copy", limits=Limits.of_seconds(60)).head


def test_the_address_is_pinned_as_found(monkeypatch):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.7", 443))]
    answers += [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::7", 443, 0, 0))]
    monkeypatch.setattr(gate.socket, "getaddrinfo", lambda *_, **__: answers)
    addresses = gate.check_resolved("https://git.example.org/a", http_hosts=[])
    remote = Remote.of("https://git.example.org/a", addresses=addresses)
    assert remote.settings == (("http.curloptResolve", "git.example.org:443:203.0.113.7,[2001:db8::7]"),)


def test_a_login_goes_to_its_host_alone_and_into_no_command_line_or_log(tmp_path):
    login = Login("git.example.org", "ada", "s3cret-word")
    remote = Remote.of("https://git.example.org/team/a.git", login=login)
    assert "s3cret" not in repr((login, remote))
    told = environment(remote)
    assert told["GIT_CONFIG_KEY_0"] == "http.https://git.example.org/.extraHeader"
    assert not any("s3cret" in word for word in process.command_line(tmp_path, ["fetch", "origin"]))
    with pytest.raises(GitError, match="another host"):
        Remote.of("https://evil.example/team/a.git", login=login)


@pytest.mark.parametrize("listed", [True, False])
def test_the_login_reaches_the_host(tmp_path, listed):
    host_folder = tmp_path / "host"
    host_folder.mkdir()
    plain_history(3).write(host_folder / "service")
    with serving(host_folder, login="ada:s3cret") as host:
        login = Login(host.host, "ada", "s3cret") if listed else None

        def clone():
            return clone_url(
                host.url("service"),
                tmp_path / "copy",
                limits=Limits.of_seconds(60),
                http_hosts=[host.host],
                login=login,
            )

        if listed:
            copy = clone()
            assert copy.head
            assert "s3cret" not in (copy.path / "config").read_text()
        else:
            with pytest.raises(GitError, match="login"):
                clone()


def test_lines_of_a_hostile_name_do_not_reach_another_file(tmp_path):
    builder = Builder()
    builder.commit("Name", {b"a\nb/c d\t\x01.py": lines(3), b"\x01" + b"f" * 40: lines(2)}, at=days_ago(1))
    copy = share_folder(builder.write(tmp_path / "source"), tmp_path / "copy", limits=Limits.of_seconds(60))
    found = measure(copy, until=UNTIL, definitions=SIGNALS, limits=Limits.of_seconds(60))
    assert found.head
