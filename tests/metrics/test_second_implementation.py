"""The history signals agree exactly with their slow second implementation, on generated histories and on our own."""

import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessment.maturity.loader import SHIPPED, read_model
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import Limits
from metrics.domain.sources import read_sources
from metrics.signals.exclusions import counted_changes
from metrics.signals.history import HISTORY_SIGNALS, cross_area_share
from metrics.signals.owners import read_owners
from metrics.signals.tree import TREE_SIGNALS, TreeContext
from metrics.signals.types import Measured, Skipped
from tests.metrics.naive_tree import NaiveTree
from tests.metrics.repositories import NOON, PEOPLE, Builder, days_ago, git

LIMITS = Limits.of_seconds(86_400)  # counted from the import on
UNTIL = NOON.replace(hour=23, minute=59, second=59)
HERE = Path(__file__).parent.parent.parent
COMPARED = (
    *("size_p75", "test_cochange", "spec_link_rate", "spec_cochange", "direct_push_rate", "conflict_rate"),
    *("branch_age_p75", "rework_21d", "revert_rate", "ai_marked_share", "cross_area_share", "spec_open_density"),
    *("adr_cadence", "adr_before_code", "agent_context", "secret_hygiene"),
)
OF_THE_HOST = ("provenance_rate", "released_rework")  # a clone is silent on them; by hand in tests/metrics/changes
WRITERS = (*PEOPLE, "dependabot[bot] <1+dependabot[bot]@users.noreply.github.com>")
TITLES = (
    "Add part {n}",
    "Fix the sum (#{n})",
    "Release 1.{n}.0",
    "feat: part {n}\n\nRefs #7",
    "Edit\n\nCo-Authored-By: Claude <noreply@anthropic.com>",
)
NAMES = (
    "app/a.py",
    "app/b c.py",
    "tests/test_a.py",
    "uv.lock",
    b"app/\xff\xfe.py",
    "docs/\u00e4.md",
    'odd"name.c',
    "-x.py",
)
PAPERS = {
    "docs/adr/0001-split-parts.md": (
        "Status: accepted",
        "Status: superseded",
        "It goes to app/a.py",
        'As odd"name.c does',
    ),
    "docs/specs/parts.md": ("## Security", "TBD", "A part is fast and robust", "It holds 100 of them"),
    "AGENTS.md": ("Read docs/adr/0001-split-parts.md first", "Run the tests", "Be kind"),
    "CODEOWNERS": ("/app/ @org/app #", "/docs/ @org/docs #", "*.c @org/c #"),
    "app/.env": ("API_SECRET=q8Zr2Lk9Xv4Tn7Wb1Ms6 #", "DEBUG=1 #"),
}


class Story:
    """One history: edits, renames, binary and empty changes, reverts, merges of one or more branches, odd clocks."""

    names: tuple[str | bytes, ...] = NAMES
    titles: tuple[str, ...] = TITLES
    steps: tuple[str, ...] = ("edit", "edit", "edit", "move", "binary", "empty", "merge", "octopus")

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.builder = Builder()
        self.texts: dict[str | bytes, list[str]] = {}
        self.n = 0
        self.root = self.commit("Start", {"app/a.py": self.fresh("app/a.py", 12)}, at=days_ago(120))

    def tell(self, n_steps: int) -> Builder:
        for step in range(n_steps):
            at = days_ago(118 - 117 * step / n_steps)
            if self.chance.random() < 0.06:
                at += dt.timedelta(days=self.chance.choice((-9000, -30, 2, 400)))
            getattr(self, self.chance.choice(self.steps))(at)
        return self.builder

    def commit(self, title, files=None, **more):
        self.n += 1
        more.setdefault("author", self.chance.choice(WRITERS))
        return self.builder.commit(title.format(n=self.n), files or {}, **more)

    def fresh(self, name, n):
        self.texts[name] = [self.line(name, i) for i in range(n)]
        return self.text(name)

    def line(self, name, i):
        return f"{self.n}.{i} {self.chance.random()}"

    def text(self, name):
        return "".join(f"{line}\n" for line in self.texts[name])

    def changed(self):
        """One file written, new or edited somewhere."""
        name = self.chance.choice(self.names)
        if name not in self.texts:
            return {name: self.fresh(name, self.chance.randrange(1, 30))}
        lines = self.texts[name]
        at = self.chance.randrange(len(lines) + 1)
        lines[at : at + self.chance.randrange(4)] = [self.line(name, i) for i in range(self.chance.randrange(4))]
        return {name: self.text(name)}

    def edit(self, at, **more):
        return self.commit(
            self.chance.choice(self.titles), self.changed() | (self.changed() if self.n % 3 == 0 else {}), at=at, **more
        )

    def move(self, at):
        self.commit("Move", {}, at=at, rename=("app/a.py", "app/moved.py"))
        self.commit("Move back", self.changed(), at=at, rename=("app/moved.py", "app/a.py"))

    def binary(self, at):
        self.commit("Draw", {"logo.png": self.chance.randbytes(90) + b"\0"}, at=at)

    def empty(self, at):
        self.commit(self.chance.choice(("Nothing", 'Revert "Draw"', 'Revert "Edit"')), at=at)

    def side(self, at, start):
        branch = f"side{self.n}"
        before = {name: list(lines) for name, lines in self.texts.items()}
        tip = self.edit(at - dt.timedelta(days=self.chance.randrange(1, 9)), branch=branch, start=start)
        tip = self.edit(at - dt.timedelta(hours=3), branch=branch, start=start)
        theirs, self.texts = self.texts, before
        return tip, theirs

    def merge(self, at):
        start = self.builder.tips["main"]
        tip, theirs = self.side(at, start)
        if self.chance.random() < 0.6:
            self.edit(at - dt.timedelta(hours=2))
        files = {name: "".join(f"{line}\n" for line in lines) for name, lines in theirs.items()}
        self.texts = theirs
        self.commit("Merge pull request #{n} from team/12-part", files, at=at, merge=tip)

    def octopus(self, at):
        start = self.builder.tips["main"]
        tips = [self.side(at, start)[0] for _ in range(2)]
        self.commit("Merge branches", self.changed(), at=at, merge=tips)


class PaperStory(Story):
    """A history in which people also write decisions, specifications, owners and instructions down."""

    names = (*PAPERS, *PAPERS, *NAMES)
    titles = (*TITLES, "Build it as in ADR-1", "feat: split parts", "Add rooms")

    def line(self, name, i):
        phrases = PAPERS.get(name)
        return f"{self.chance.choice(phrases)} {super().line(name, i)}" if phrases else super().line(name, i)

    def move(self, at):
        record = "docs/adr/0001-split-parts.md"
        if record not in self.texts:
            return super().move(at)
        self.commit("Move", {}, at=at, rename=(record, "docs/adr/0002-parts.md"))
        self.commit("Move back", {}, at=at, rename=("docs/adr/0002-parts.md", record))
        return None


class ReviewedStory(Story):
    """A history of which nearly every change names its review, as squashed ones do."""

    def commit(self, title, files=None, **more):
        is_named = title.startswith("Merge") or self.chance.random() < 0.05
        return super().commit(title if is_named else f"{title.partition(chr(10))[0]} (#{{n}})", files, **more)


class MergedStory(Story):
    """A history in which nearly everything arrives by a merge."""

    steps = ("merge", "merge", "merge", "octopus")


def read(folder: Path, place: Path, until: dt.datetime):
    """Every reading of the clone alone, by signal."""
    copy = share_folder(folder, place, limits=LIMITS)
    found = read_sources(copy, until=until, limits=LIMITS, progress=lambda *_: None)
    history = found.history
    facts = {"merged_changes_180d": len(counted_changes(history, 180))}
    context = TreeContext(found.tree, history.until, history.changes, facts)
    readings = [signal(history) for signal in HISTORY_SIGNALS.values()]
    readings += [cross_area_share(history, read_owners(found.tree)), *(signal(context) for signal in TREE_SIGNALS)]
    return {reading.signal: reading for reading in readings}


def compare(folder: Path, place: Path, until: dt.datetime) -> dict[str, tuple[object, object]]:
    readings, naive = read(folder, place, until), NaiveTree(folder, until)
    assert all(isinstance(readings[name], Skipped) for name in OF_THE_HOST)
    found = {}
    for name in COMPARED:
        reading = readings[name]
        said = (reading.grade or reading.value) if isinstance(reading, Measured) else None
        found[name] = (said, getattr(naive, name)())
    return found


def test_every_signal_of_the_history_has_a_second_implementation():
    signals = read_model(SHIPPED).signals
    assert {name for name, about in signals.items() if "history" in about.sources} == {*COMPARED, *OF_THE_HOST}
    assert all(callable(getattr(NaiveTree, name)) for name in COMPARED)


def test_the_stories_make_every_signal_speak(tmp_path):
    """An agreement between two silent ones would say nothing."""
    silent = set(COMPARED)
    for seed in range(12):
        for kind in (PaperStory, ReviewedStory, MergedStory):
            place = tmp_path / f"{kind.__name__}{seed}"
            kind(seed).tell(25).write(place)
            readings = read(place, tmp_path / f"{place.name}-copy", UNTIL)
            silent -= {name for name in silent if isinstance(readings[name], Measured)}
        if not silent:
            break
    assert silent == set()


@pytest.mark.parametrize("kind", [Story, PaperStory, ReviewedStory, MergedStory])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 100_000), n_steps=st.integers(3, 26))
def test_both_agree_on_generated_histories(tmp_path_factory, kind, seed, n_steps):
    place = tmp_path_factory.mktemp("story")
    kind(seed).tell(n_steps).write(place / "source")
    for name, (ours, theirs) in compare(place / "source", place / "copy", UNTIL).items():
        assert ours == theirs, (name, kind, seed, n_steps)


def test_both_agree_on_reverts_of_reverts_and_links_that_were_files(tmp_path):
    builder = Builder()
    builder.commit("Add a", {"app/a.py": "1\n2\n"}, at=days_ago(20))
    builder.commit("Add b", {"app/b.py": "1\n"}, at=days_ago(19), author=PEOPLE[1])
    folder = builder.write(tmp_path / "one")
    first, second = git(folder, "rev-list", "--reverse", "main").splitlines()
    builder.commit(f'Revert "Add a"\n\nThis reverts commit {first}.', {"app/a.py": None}, at=days_ago(9))
    builder.commit(f'Revert "Add b"\n\nThis reverts commit {second}.', {"app/b.py": None}, at=days_ago(8))
    folder = builder.write(tmp_path / "two")
    third = git(folder, "rev-list", "main").splitlines()[0]
    builder.commit(f'Revert "Revert "Add b""\n\nThis reverts commit {third}.', {"app/b.py": "1\n"}, at=days_ago(7))
    found = compare(builder.write(tmp_path / "three"), tmp_path / "copy", UNTIL)
    assert found["revert_rate"] == (0.5, 0.5)
    assert all(ours == theirs for ours, theirs in found.values())


def test_both_agree_on_reverts_by_title_that_wrong_clocks_put_out_of_order(tmp_path):
    builder = Builder()
    builder.commit("Edit", {"app/a.py": "1\n2\n"}, at=days_ago(60))
    builder.commit('Revert "Edit"', {"app/a.py": None}, at=days_ago(5))
    builder.commit("Edit", {"app/b.py": "1\n"}, at=days_ago(20), author=PEOPLE[1])
    builder.commit('Revert "Edit"', {"app/b.py": None}, at=days_ago(30))
    builder.commit("Add c", {"app/c.py": "1\n"}, at=days_ago(1), author=PEOPLE[2])
    found = compare(builder.write(tmp_path / "source"), tmp_path / "copy", UNTIL)
    assert found["revert_rate"] == (2 / 3, 2 / 3)
    assert all(ours == theirs for ours, theirs in found.values())


def test_both_agree_on_the_history_of_this_project(tmp_path):
    if not (HERE / ".git").exists() or git(HERE, "rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("this is no clone with its whole history")
    newest = dt.datetime.fromtimestamp(int(git(HERE, "log", "-1", "--format=%ct")), dt.UTC)
    found = compare(HERE, tmp_path / "copy", newest.replace(hour=23, minute=59, second=59))
    assert all(ours == theirs for ours, theirs in found.values()), found
