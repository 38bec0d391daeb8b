"""The same story told by merge commits, squashed and rebased gives the same readings."""

import datetime as dt

import pytest

from metrics.signals.changes import HOST_SIGNALS, read_host
from metrics.signals.changes.context import HostContext
from metrics.signals.changes.joining import changes_of, direct_push_rate
from metrics.signals.changes.types import Hosted, Release, WorkItem
from metrics.signals.flow_inputs import flow_inputs
from metrics.signals.types import Commit, FileChange, History
from tests.metrics.changes.building import BEN, CLEO, DAN, UNTIL, approval, at, merged, objection, push

N = 36


def commit(sha, when, subject, *, authored=None, parents=("p",)):
    return Commit(sha, parents, "A", "a@x", authored or when, "a@x", when, subject, "")


def story(style):
    """36 changes of two commits each over 72 days, every fourth sent back, and two direct pushes; told in one style."""
    changes, commits, branches = [], [], {}
    for n in range(1, N + 1):
        days = 2.0 * n
        opened, merged_at = at(days=days + 1.5), at(days=days)
        pushes = [
            push(f"{n:02}{half}", at(days=days + 2 - half), subject=f"Part {half} of {n}", lines=20) for half in (0, 1)
        ]
        tip = {"merge": f"m{n}", "squash": f"s{n}", "rebase": f"r{n}1"}[style]
        back = (objection(BEN, at(days=days + 1.2)),) if n % 4 == 0 else ()
        changes.append(
            merged(
                n,
                opened=opened,
                merged_at=merged_at,
                merge_commit=tip,
                pushes=tuple(pushes),
                closes=(f"#{500 + n}",),
                files=(FileChange("src/a.py", 40, 0),),
                lines=40,
                reviews=(*back, approval((BEN, CLEO, DAN)[n % 3], at(days=days + 0.5))),
            )
        )
        if style == "merge":
            commits.append(
                commit(tip, merged_at, f"Merge pull request #{n} from org/topic", parents=("p", pushes[1].sha))
            )
            branches[tip] = tuple(commit(p.sha, p.committed_at, p.subject) for p in pushes)
        elif style == "squash":
            commits.append(commit(tip, merged_at, f"Change {n} (#{n})"))
        else:
            commits += [
                commit(f"r{n}{half}", merged_at, p.subject, authored=p.authored_at) for half, p in enumerate(pushes)
            ][::-1]
    pushed = [commit(f"d{n}", at(days=n), "Quick one") for n in (5, 9)]
    newest_first = sorted(commits + pushed, key=lambda c: -c.committed_at.timestamp())
    history = History(UNTIL, newest_first[0].sha, tuple(newest_first), tuple(newest_first), branches)
    tips = {c.number: c.merge_commit for c in changes}
    releases = [Release(f"v{n}", tips[f"#{n}"], at(days=2.0 * n - 0.5), "production") for n in range(1, N, 3)]
    items = [WorkItem(f"#{500 + n}", "Item", at(days=2.0 * n + 5)) for n in range(1, N + 1)]
    hosted = Hosted(
        "github", UNTIL, at(days=400), changes=tuple(changes), releases=tuple(releases), items=tuple(items)
    )  # fmt: skip
    return HostContext(hosted, history)


@pytest.fixture(params=["merge", "squash", "rebase"])
def style(request):
    return request.param


def test_every_mainline_commit_finds_its_change(style):
    context = story(style)
    found = changes_of(context.history, context.hosted.changes)
    assert len({change.number for change in found.values()}) == N
    assert {c.sha for c in context.history.changes} - set(found) == {"d5", "d9"}


def test_direct_pushes_are_those_without_a_change(style):
    reading = direct_push_rate(story(style))
    assert reading.value * reading.n == 2
    assert len(reading.examples) == 2


def test_same_story_gives_the_same_readings_and_inputs():
    told = {style: list(read_host(story(style))) for style in ("merge", "squash", "rebase")}
    plain = {style: [r for r in readings if r.signal != "direct_push_rate"] for style, readings in told.items()}
    assert plain["merge"] == plain["squash"] == plain["rebase"]
    assert sum(hasattr(reading, "value") for reading in plain["merge"]) >= 14
    assert flow_inputs(story("merge")) == flow_inputs(story("squash")) == flow_inputs(story("rebase"))


def test_every_signal_of_the_story_is_asked_once():
    assert [reading.signal for reading in read_host(story("merge"))] == list(HOST_SIGNALS)


def test_rebased_commit_of_another_day_is_not_the_changes():
    context = story("rebase")
    other = commit("zz", at(days=3), "Part 0 of 1", authored=at(days=3) + dt.timedelta(seconds=1))
    history = History(UNTIL, "zz", (other,), (other,))
    assert changes_of(history, context.hosted.changes) == {}
