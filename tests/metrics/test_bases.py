"""Merging again with stand-ins for the history comes to what git comes to with all of it."""

import random

import pytest

from metrics.clients.git.clone import share_folder
from metrics.clients.git.history import read_commits, replay_merges
from metrics.clients.git.process import Limits
from metrics.clients.git.stand_ins import laid_down
from metrics.domain.walk import in_order
from metrics.signals.history import bases
from tests.metrics.repositories import Builder, days_ago, git

LIMITS = Limits.of_seconds(86_400)  # counted from the import on


def crossed_history(seed: int, n: int = 60) -> Builder:
    """Three branches that change one file each in turn and merge each other all the time."""
    chance, builder = random.Random(seed), Builder()
    texts = {"a": ["0\n"] * 30, "b": ["0\n"] * 30}
    tips = [builder.commit("Start", {name: "".join(text) for name, text in texts.items()}, at=days_ago(100))] * 3
    for step in range(n):
        side, other = chance.sample(range(3), 2)
        name = chance.choice(sorted(texts))
        texts[name][chance.randrange(30)] = f"{step}\n"
        merge = tips[other] if chance.random() < 0.5 and tips[other] != tips[side] else None
        branch = ("main", "left", "right")[side]
        tips[side] = builder.commit(
            f"Step {step}",
            {name: "".join(texts[name])},
            at=days_ago(99 - step),
            branch=branch,
            start=tips[side],
            merge=merge,
        )
    builder.commit("Last", at=days_ago(1), merge=tips[1:])
    return builder


def commits_of(builder, tmp_path):
    copy = share_folder(builder.write(tmp_path / "source"), tmp_path / "copy", limits=LIMITS)
    commits = in_order(read_commits(copy, copy.head, since=days_ago(999), limits=LIMITS))
    return copy, commits, [commit for commit in commits if len(commit.parents) == 2]


@pytest.mark.parametrize("seed", range(6))
def test_merging_stand_ins_says_what_merging_the_history_says(tmp_path, seed):
    copy, commits, merges = commits_of(crossed_history(seed), tmp_path)
    shapes = bases.shapes_of(commits, merges)
    assert any(len(shape.commits) > 3 for shape in shapes.values())
    assert len(shapes) > 0.8 * len(merges)
    replayed = list(replay_merges(copy, merges, shapes=shapes, limits=LIMITS))
    assert replayed == list(replay_merges(copy, merges, limits=LIMITS))
    assert {replay.conflicted for replay in replayed} == {True, False}
    one_sided = [replay for replay in replayed if replay.sha in shapes and shapes[replay.sha].has_one_side]
    assert one_sided
    assert not any(replay.conflicted for replay in one_sided)


def test_a_base_that_may_lie_beyond_what_is_known_is_left_to_git(tmp_path, monkeypatch):
    builder = Builder()
    root = builder.commit("Start", {"a": "1\n"}, at=days_ago(9))
    side = builder.commit("Apart", {"b": "1\n"}, branch="side", start=root, at=days_ago(8))
    builder.commit("Here", {"a": "2\n"}, at=days_ago(7))
    builder.commit("Merge", {"b": "1\n"}, merge=side, at=days_ago(6))
    _, commits, merges = commits_of(builder, tmp_path)
    assert len(bases.shapes_of(commits, merges)) == 1
    assert bases.shapes_of(commits[:3], merges) == {}
    monkeypatch.setattr(bases, "MAX_COMMITS", 3)
    assert bases.shapes_of(commits, merges) == {}


@pytest.mark.parametrize("seed", range(2))
def test_stand_ins_are_sound_objects_for_git_and_gone_afterwards(tmp_path, seed):
    copy, commits, merges = commits_of(crossed_history(seed), tmp_path)
    shapes = list(bases.shapes_of(commits, merges).values())
    packs = copy.path / "objects" / "pack"
    with laid_down(copy, shapes) as sides:
        (index,) = packs.glob("*.idx")
        assert "non delta" in git(copy.path, "verify-pack", "-v", str(index))
        for (ours, theirs), shape in zip(sides, shapes, strict=True):
            assert git(copy.path, "rev-parse", f"{ours}^{{tree}}") == shape.commits[shape.sides[0]].tree
            assert git(copy.path, "cat-file", "-t", theirs) == "commit"
        git(copy.path, "fsck", "--strict", "--no-dangling", *{sha for pair in sides for sha in pair})
    assert list(packs.iterdir()) == []


def test_nothing_is_laid_down_for_no_merge(tmp_path):
    copy, _, _ = commits_of(crossed_history(0, n=3), tmp_path)
    with laid_down(copy, []) as sides:
        assert sides == []
    assert not (copy.path / "objects" / "pack").exists()
