"""Small trees and commits to try tree signals on."""

import datetime as dt
import hashlib
from collections.abc import Mapping

from metrics.signals.tree import TreeContext, choose_texts
from metrics.signals.types import Commit, FileChange, Tree, TreeEntry

UNTIL = dt.datetime(2025, 6, 30, 23, 59, 59, tzinfo=dt.UTC)


def tree_of(files: Mapping[str, str], links: Mapping[str, str] | None = None, executable: tuple[str, ...] = ()) -> Tree:
    """A tree with these texts; `links` maps a symbolic link to its target."""
    entries = [
        TreeEntry(path, "100755" if path in executable else "100644", _oid(text), len(text.encode()))
        for path, text in files.items()
    ]
    entries += [TreeEntry(path, "120000", _oid(target), len(target)) for path, target in (links or {}).items()]
    everything = {**files, **(links or {})}
    texts = {entry.path: everything[entry.path] for entry in choose_texts(entries)}
    return Tree("c" * 40, tuple(entries), texts)


def _oid(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


def commit_of(*paths: str, days_ago: int = 1, subject: str = "Change", added: int = 1, **more: object) -> Commit:
    """A commit that changed these paths so many days before UNTIL."""
    when = UNTIL - dt.timedelta(days=days_ago)
    files = tuple(FileChange(path, added, 0) for path in paths)
    defaults = {"sha": f"{days_ago:040x}", "parents": (), "body": "", "files": files}
    return Commit(
        author_name="Ada",
        author_email="ada@example.org",
        authored_at=when,
        committer_email="ada@example.org",
        committed_at=when,
        subject=subject,
        **{**defaults, **more},
    )


def context_of(files: Mapping[str, str], *commits: Commit, **more: object) -> TreeContext:
    tree_arguments = {key: more.pop(key) for key in ("links", "executable") if key in more}
    return TreeContext(tree_of(files, **tree_arguments), UNTIL, commits, **more)
