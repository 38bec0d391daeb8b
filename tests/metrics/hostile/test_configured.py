"""Nothing a repository configures runs, and every run ends."""

from pathlib import Path

import pytest

from metrics.clients.git.clone import share_folder
from metrics.clients.git.history import read_changes, read_mainline, read_patches, replay_merges
from metrics.clients.git.process import GitError, Limits, run_git, stream_git
from metrics.clients.git.tree import read_tree
from tests.metrics.repositories import Builder, days_ago, git, lines
from tests.processes import is_alive, wait_for

LIMITS = Limits.of_seconds(86_400)  # counted from the import on


def test_a_run_over_its_deadline_is_killed_with_its_children(tmp_path):
    source, place = Builder().write(tmp_path / "source"), tmp_path / "child"
    alias = f"alias.wait=!sh -c 'sleep 300 & echo $! > {place}.new; mv {place}.new {place}; echo; sleep 300'"
    printed = stream_git(source, ["-c", alias, "wait"], limits=(limits := Passing()))
    assert next(printed) == b"\n"  # the child is there
    limits.deadline_at = 0.0
    with pytest.raises(GitError, match="time limit"):
        next(printed)
    wait_for(lambda: not is_alive(int(place.read_text())), why="the child went on")


class Passing:
    """Limits whose deadline passes when the test says so."""

    deadline_at = float("inf")

    def tick(self) -> None:
        """Nobody listens."""


def test_what_tick_raises_ends_the_run(tmp_path):
    source = Builder().write(tmp_path / "source")

    def stop():
        raise KeyError("stop")

    with pytest.raises(KeyError):
        run_git(source, ["-c", "alias.wait=!sleep 300", "wait"], limits=Limits.of_seconds(120, stop))


def test_nothing_a_repository_configures_is_run(tmp_path):
    """A hook, monitor, driver, filter, hidden remote or attribute of the source must stay without effect."""
    mark = tmp_path / "mark"
    source = _hostile(tmp_path / "source", mark)
    copy = share_folder(source, tmp_path / "copy", limits=LIMITS, roots=[tmp_path])
    shas = [commit.sha for commit in read_mainline(copy, limits=LIMITS)]
    changes = list(read_changes(copy, shas, limits=LIMITS))
    b"".join(read_patches(copy, shas, limits=LIMITS))
    merges = [change for change in changes if len(change.parents) == 2]
    assert [replay.conflicted for replay in replay_merges(copy, merges, limits=LIMITS)] == [True]
    assert read_tree(copy, copy.head, choose=lambda entries: entries, limits=LIMITS).texts
    assert not mark.exists()
    git(source, "log", "-p", "--ext-diff")
    assert mark.exists()  # the trap was live


def test_a_missing_object_is_not_fetched_from_a_remote_the_repository_names(tmp_path):
    mark = tmp_path / "mark"
    source = _hostile(tmp_path / "source", mark)
    blob = git(source, "rev-parse", "HEAD:a.py")
    (source / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    copy = share_folder(source, tmp_path / "copy", limits=LIMITS)
    tree = read_tree(copy, copy.head, choose=lambda entries: [e for e in entries if e.size >= 0], limits=LIMITS)
    assert {entry.path: entry.size for entry in tree.entries}["a.py"] == -1
    shas = [commit.sha for commit in read_mainline(copy, limits=LIMITS)]
    with pytest.raises(GitError):
        list(read_changes(copy, shas, limits=LIMITS))
    assert not mark.exists()


def _hostile(folder: Path, mark: Path) -> Path:
    builder = Builder()
    root = builder.commit("Start", {"a.py": lines(9), ".gitattributes": "* diff=evil merge=evil filter=evil\n"})
    side = builder.commit("Theirs", {"a.py": "theirs\n"}, branch="side", start=root, at=days_ago(8))
    builder.commit("Ours", {"a.py": "ours\n"}, at=days_ago(7))
    builder.commit("Merge side", {"a.py": "both\n"}, merge=side, at=days_ago(6))
    builder.write(folder, bare=False)
    evil = f"touch {mark} #"
    for name, value in {
        "core.fsmonitor": evil,
        "core.pager": evil,
        "core.sshCommand": evil,
        "core.askPass": evil,
        "core.alternateRefsCommand": evil,
        "core.hooksPath": str(folder / "hooks"),
        "credential.helper": f"!{evil}",
        "diff.external": evil,
        "diff.evil.textconv": evil,
        "diff.evil.command": evil,
        "merge.evil.driver": evil,
        "filter.evil.clean": evil,
        "filter.evil.smudge": evil,
        "uploadpack.packObjectsHook": evil,
        "gpg.program": evil,
        "log.showSignature": "true",
        "alias.log": f"!{evil}",
        "remote.origin.url": f"ext::sh -c 'touch {mark}'",
        "remote.origin.uploadpack": evil,
        "remote.origin.promisor": "true",
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
    }.items():
        git(folder, "config", name, value)
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "attributes").write_text("* diff=evil merge=evil filter=evil\n")
    hooks = folder / "hooks"
    hooks.mkdir()
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
        (hooks / hook).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / hook).chmod(0o755)
    mark.unlink(missing_ok=True)
    return folder
