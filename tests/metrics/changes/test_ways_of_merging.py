"""The same work in real repositories, by merge commits, squashed, rebased, fast-forwarded, or each as it came.

`test_joining` holds the rules on told histories; here git itself writes and reads them.
"""

import pytest

from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import Limits
from metrics.domain.sources import read_sources
from metrics.signals.changes import read_host
from metrics.signals.changes.context import HostContext
from metrics.signals.changes.joining import changes_of, direct_push_rate
from metrics.signals.changes.types import Hosted, Push, Release, WorkItem
from metrics.signals.flow_inputs import flow_inputs
from metrics.signals.types import FileChange
from tests.metrics.changes.building import BEN, CLEO, DAN, UNTIL, approval, at, merged, objection
from tests.metrics.repositories import PEOPLE, Builder, days_ago, git, lines

N = 24
ENDS = {"merge": "Merge pull request #{n} from org/t{n}", "squash": "Change {n} (#{n})"}
WAYS = {
    "merge": lambda n: "merge",
    "squash": lambda n: "squash",
    "rebase": lambda n: "rebase",
    "forward": lambda n: "forward",
    "each as it came": lambda n: ("merge", "squash", "rebase", "forward")[n % 4],
}


def write(folder, way_of):
    """24 changes of two commits each, one after the other, and two direct pushes."""
    builder = Builder()
    builder.commit("Begin", {"README.md": "x\n"}, at=days_ago(3 * N + 3))
    for n in range(N, 0, -1):
        bring(builder, n, way_of(n))
        if n in (5, 9):
            builder.commit(f"Quick one {n}", {f"quick{n}": "x\n"}, at=days_ago(3 * n - 0.5))
    builder.stream += f"reset refs/heads/main\nfrom :{builder.tips['main']}\n\n".encode()
    return builder.write(folder)


def bring(builder, n, way):
    """One change: a topic of two commits, and how it came into the mainline."""
    author, before, end = PEOPLE[n % 4], builder.tips["main"], days_ago(3 * n)
    halves = [{f"src/part{n}_{half}.py": lines(20, f"w{n}")} for half in (0, 1)]
    wrote = [days_ago(3 * n + 1 - 0.4 * half) for half in (0, 1)]
    for half in (0, 1):
        subject = f"Part {half} of {n}"
        builder.commit(subject, halves[half], at=wrote[half], author=author, branch=f"t{n}", start=before)
    if way == "forward":
        builder.tips["main"] = builder.tips[f"t{n}"]
    elif way == "rebase":
        for half in (0, 1):
            builder.commit(f"Part {half} of {n}", halves[half], at=end, authored=wrote[half], author=author)
    else:
        topic = builder.tips[f"t{n}"] if way == "merge" else None
        builder.commit(ENDS[way].format(n=n), halves[0] | halves[1], at=end, author=author, merge=topic)


def told(folder, mainline, n, way):
    """The change as a host tells it."""
    pushes = tuple(
        Push(git(folder, "rev-parse", f"t{n}~{1 - half}"), when, when, f"Part {half} of {n}", lines=20)
        for half, when in enumerate((at(days=3 * n + 1), at(days=3 * n + 0.6)))
    )
    back = (objection(BEN, at(days=3 * n + 0.5)),) if n % 4 == 0 else ()
    return merged(
        n,
        opened=at(days=3 * n + 0.9),
        merged_at=at(days=3 * n),
        merge_commit=mainline[ENDS.get(way, "Part 1 of {n}").format(n=n)],
        pushes=pushes,
        closes=(f"#{500 + n}",),
        files=(FileChange(f"src/part{n}.py", 40, 0),),
        lines=40,
        reviews=(*back, approval((BEN, CLEO, DAN)[n % 3], at(days=3 * n + 0.2))),
    )


def context_of(place, way_of):
    folder, limits = write(place / "source", way_of), Limits.of_seconds(300)
    shown = git(folder, "log", "--first-parent", "--format=%s%x09%H", "main").splitlines()
    mainline = dict(line.split("\t") for line in shown)
    changes = tuple(told(folder, mainline, n, way_of(n)) for n in range(1, N + 1))
    releases = [
        Release(f"v{c.number}", c.merge_commit, at(days=3 * n - 0.5), "production") for n, c in enumerate(changes, 1)
    ]
    items = tuple(WorkItem(f"#{500 + n}", "Item", at(days=3 * n + 6)) for n in range(1, N + 1))
    copy = share_folder(folder, place / "copy", limits=limits)
    history = read_sources(copy, until=UNTIL, limits=limits, progress=lambda *_: None).history
    hosted = Hosted("github", UNTIL, at(days=400), changes=changes, releases=tuple(releases[::3]), items=items)
    return HostContext(hosted, history)


@pytest.fixture(scope="module")
def contexts(tmp_path_factory):
    return {name: context_of(tmp_path_factory.mktemp("way"), way_of) for name, way_of in WAYS.items()}


@pytest.mark.parametrize("way", WAYS)
def test_every_commit_of_the_mainline_finds_its_change(contexts, way):
    context = contexts[way]
    found = changes_of(context.history, context.hosted.changes)
    assert {change.number for change in found.values()} == {f"#{n}" for n in range(1, N + 1)}
    left = {commit.subject for commit in context.history.changes} - {
        commit.subject for commit in context.history.changes if commit.sha in found
    }
    assert left == {"Begin", "Quick one 5", "Quick one 9"}


@pytest.mark.parametrize("way", WAYS)
def test_direct_pushes_are_the_same_two_and_the_first_commit(contexts, way):
    reading = direct_push_rate(contexts[way])
    assert round(reading.value * reading.n) == 3


@pytest.mark.parametrize("way", [way for way in WAYS if way != "merge"])
def test_readings_and_inputs_are_those_of_merge_commits(contexts, way):
    def said(context):
        return [reading for reading in read_host(context) if reading.signal != "direct_push_rate"]

    assert said(contexts[way]) == said(contexts["merge"])
    assert sum(hasattr(reading, "value") for reading in said(contexts[way])) >= 14
    assert without_replays(flow_inputs(contexts[way])) == without_replays(flow_inputs(contexts["merge"]))


def without_replays(inputs):
    """The inputs less those of merges done again: only a merge commit can be."""
    return {name: value for name, value in inputs.items() if "colli" not in name}
