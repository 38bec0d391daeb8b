"""The walk over ids and dates: joined with an earlier one it finds what a walk over everything finds."""

import dataclasses
import random

import pytest

from metrics.clients.git.clone import share_folder
from metrics.clients.git.history import read_commits
from metrics.clients.git.process import Limits
from metrics.domain import walk as module
from metrics.domain.walk import Walk, in_order, walk_window
from tests.metrics.repositories import Builder, days_ago, git
from tests.metrics.test_bases import crossed_history

LIMITS = Limits.of_seconds(86_400)  # counted from the import on
SINCE_S, UNTIL_S = (int(days_ago(days).timestamp()) for days in (80, 0))


NOTHING = Walk()


def walked(copy, before=NOTHING, *, since_s=SINCE_S, until_s=UNTIL_S):
    found = walk_window(copy, since_s=since_s, until_s=until_s, before=before, limits=LIMITS)
    described = {c.sha: c for c in read_commits(copy, copy.head, since=days_ago(9999), limits=LIMITS)}
    commits = in_order(described[sha] for sha in found.shas if described[sha].committed_at.timestamp() > since_s)
    return dataclasses.replace(found, shas=tuple(commit.sha for commit in commits))


@pytest.mark.parametrize("seed", range(3))
def test_a_joined_walk_finds_what_a_whole_one_finds(tmp_path, seed):
    copy = share_folder(crossed_history(seed).write(tmp_path / "source"), tmp_path / "copy", limits=LIMITS)
    mainline = git(copy.path, "rev-list", "--first-parent", copy.head).split()
    before = walked(dataclasses.replace(copy, head=mainline[len(mainline) // 2]))
    assert walked(copy, before) == walked(copy)
    later_s = int(days_ago(40).timestamp())
    assert walked(copy, before, since_s=later_s).shas == walked(copy, since_s=later_s).shas


def test_a_joined_walk_reads_only_what_is_new(tmp_path, monkeypatch):
    copy = share_folder(crossed_history(1).write(tmp_path / "source"), tmp_path / "copy", limits=LIMITS)
    before = walked(dataclasses.replace(copy, head=git(copy.path, "rev-parse", f"{copy.head}~3")))
    monkeypatch.setattr(module, "_walk_near", None)
    assert walked(copy, before).head == copy.head


@pytest.mark.parametrize("change", ["rewritten", "earlier day", "gone"])
def test_where_an_earlier_walk_says_nothing_all_is_walked(tmp_path, change):
    copy = share_folder(crossed_history(2).write(tmp_path / "source"), tmp_path / "copy", limits=LIMITS)
    before = walked(copy)
    if change == "rewritten":
        copy = dataclasses.replace(copy, head=git(copy.path, "rev-parse", f"{copy.head}~2"))
    if change == "gone":
        before = dataclasses.replace(before, head="1" * 40)
    since_s = SINCE_S - 9_000 if change == "earlier day" else SINCE_S
    assert walked(copy, before, since_s=since_s) == walked(copy, since_s=since_s)


def test_what_is_dated_after_the_day_is_walked_past(tmp_path):
    builder = Builder()
    builder.commit("Now", {"a": "1"}, at=days_ago(3))
    builder.commit("Long ago", {"a": "2"}, at=days_ago(900))
    builder.commit("Tomorrow", {"a": "3"}, at=days_ago(-400))
    copy = share_folder(builder.write(tmp_path / "source"), tmp_path / "copy", limits=LIMITS)
    found = walked(copy)
    assert found.head == git(tmp_path / "source", "rev-parse", "main~1")
    assert [commit.committed_at for commit in found.mainline] == [days_ago(900), days_ago(3)]
    assert walked(copy, found) == found
    assert walked(copy, until_s=int(days_ago(1000).timestamp())) == NOTHING


def odd_clocks(seed: int, n: int = 80) -> Builder:
    """Branches merged late, and now and then a commit dated long before the ones around it, or in the window after."""
    chance, builder = random.Random(seed), Builder()
    tip = builder.commit("Start", {"a": "0"}, at=days_ago(900))
    tips = [tip]
    for step in range(n):
        at = days_ago(400 - 5 * step)
        if chance.random() < 0.1:
            at = days_ago(chance.choice((20_000, 600, 200, *([1] if step > 66 else []))))
        start = chance.choice(tips[-20:])
        side = builder.commit(f"Apart {step}", {"b": f"{step}"}, branch=f"side{step}", start=start, at=at)
        merge = side if chance.random() < 0.4 else None
        tips.append(builder.commit(f"Step {step}", {"a": f"{step}"}, at=days_ago(400 - 5 * step - 1), merge=merge))
    return builder


@pytest.mark.parametrize("seed", range(8))
def test_a_walk_that_ends_early_finds_what_a_whole_one_finds_whatever_the_clocks(tmp_path, monkeypatch, seed):
    copy = share_folder(odd_clocks(seed).write(tmp_path / "source"), tmp_path / "copy", limits=LIMITS)
    whole = walked(copy)
    monkeypatch.setattr(module, "OLDER_IN_A_ROW", 25)
    found = walked(copy)
    assert (found.head, found.shas) == (whole.head, whole.shas)
    in_window = [commit for commit in whole.mainline if commit.committed_s > SINCE_S]
    assert [commit for commit in found.mainline if commit.committed_s > SINCE_S] == in_window
    assert found.mainline == whole.mainline[: len(found.mainline)]
    monkeypatch.setattr(module, "_walk_near", lambda *_: None)
    assert walked(copy) == whole


def test_a_walk_ends_when_the_window_lies_behind(tmp_path, monkeypatch):
    builder = Builder()
    for n in range(400):
        builder.commit(f"Step {n}", {"a": f"{n}"}, at=days_ago(400 - n))
    copy = share_folder(builder.write(tmp_path / "source"), tmp_path / "copy", limits=LIMITS)
    whole = walked(copy)
    monkeypatch.setattr(module, "OLDER_IN_A_ROW", 50)
    found = module._walk_near(copy, copy.head, SINCE_S, LIMITS)
    assert len(found[0]) == 79 + 51
    assert walked(copy) == whole
