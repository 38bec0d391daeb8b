"""Each history signal on a history made by hand: what counts, what does not, and when nothing is said."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.maturity.loader import SHIPPED, read_model
from metrics.signals.history import HISTORY_SIGNALS, disclosure, intent, merging, rework, shape
from metrics.signals.history.merging import branches_of
from metrics.signals.history.reading import percentile
from metrics.signals.owners import Owners, parse_codeowners
from metrics.signals.types import (
    Commit,
    FileChange,
    History,
    LineAges,
    MergeReplay,
    MergeStyle,
    Skipped,
    Tree,
    TreeEntry,
)
from metrics.signals.units import deployable_units

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)
PEOPLE = ("ada@example.org", "ben@example.org", "cleo@example.org")
_numbers = itertools.count(1)


def change(subject="Add it", body="", *, days=10.0, files=None, merge=False, author=PEOPLE[0], name="A", authored=None):
    number = next(_numbers)
    at = NOON - dt.timedelta(days=days)
    changed = tuple(FileChange(path, *n) for path, n in (files or {"app/a.py": (10, 0)}).items())
    parents = ("p" * 40, f"{number:040x}") if merge else ("p" * 40,)
    return Commit(f"{number:08x}" + "0" * 32, parents, name, author, authored or at, author, at, subject, body, changed)


def history(*changes, branches=None, **fields):
    ordered = tuple(sorted(changes, key=lambda c: c.committed_at, reverse=True))
    brought = [commit for commits in (branches or {}).values() for commit in commits]
    commits = tuple(sorted([*ordered, *brought], key=lambda c: c.committed_at, reverse=True))
    return History(NOON, "h" * 40, changes=ordered, commits=commits, branches=branches or {}, **fields)


@pytest.mark.parametrize("signal", HISTORY_SIGNALS)
def test_an_empty_window_is_skipped_with_a_reason(signal):
    found = HISTORY_SIGNALS[signal](history())
    assert isinstance(found, Skipped)
    assert found.signal == signal
    assert found.reason.endswith(".")


def test_every_history_signal_of_the_model_has_a_function():
    definitions = read_model(SHIPPED).signals
    of_trees = {"spec_open_density", "adr_cadence", "adr_before_code", "agent_context", "secret_hygiene"}
    named = {signal for signal, definition in definitions.items() if "history" in definition.sources} - of_trees
    assert named - {"cross_area_share"} == set(HISTORY_SIGNALS)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_percentile_lies_within_and_grows_with_q(values, q):
    assert min(values) - 1e-6 <= percentile(values, q) <= max(values) + 1e-6
    assert percentile(values, q) <= percentile(values, 1.0) + 1e-6


def test_percentile_interpolates():
    assert percentile([1, 2, 3, 4], 0.75) == pytest.approx(3.25)
    assert percentile([5], 0.75) == 5


def test_size_p75_leaves_out_machine_made_files_and_old_changes():
    found = shape.size_p75(
        history(
            change(files={"a.py": (10, 5), "uv.lock": (900, 900)}),
            change(files={"b.py": (20, 0), "logo.png": (-1, -1)}),
            change(files={"package-lock.json": (5000, 0)}),
            change(files={"c.py": (4000, 0)}, days=91),
            change(files={"d.py": (4000, 0)}, name="renovate[bot]"),
        )
    )
    assert (found.n, found.value, found.unit) == (2, pytest.approx(18.75), "lines")


def test_examples_are_at_most_twelve_and_the_largest_first():
    found = shape.size_p75(history(*(change(f"Change {n}", files={"a.py": (n, 0)}) for n in range(1, 21))))
    assert len(found.examples) == 12
    assert "Change 20 (20 lines)" in found.examples[0]


def test_test_cochange_counts_changes_to_source_only():
    found = shape.test_cochange(
        history(
            change(files={"app/a.py": (1, 0), "tests/test_a.py": (1, 0)}),
            change(files={"app/b.py": (1, 0)}),
            change(files={"README.md": (9, 0)}),
            change(files={"pyproject.toml": (9, 0)}),
            change(files={"tests/test_c.py": (9, 0)}),
        )
    )
    assert (found.n, found.value) == (2, 0.5)
    assert "no test touched" in found.examples[0]


def test_cross_area_share_counts_changes_over_two_owned_areas():
    owners = Owners("CODEOWNERS", parse_codeowners("/api/ @team/api\n/web/ @team/web\n/shared/ @team/api\n"))
    found = shape.cross_area_share(
        history(
            change(files={"api/a.py": (1, 0), "web/b.ts": (1, 0)}),
            change(files={"api/a.py": (1, 0), "shared/b.py": (1, 0)}),
            change(files={"api/a.py": (1, 0), "docs/x.md": (1, 0)}),
            change(files={"docs/x.md": (1, 0)}),
        ),
        owners,
    )
    assert (found.n, found.value) == (3, pytest.approx(1 / 3))


def test_cross_area_share_needs_owners_of_two_areas():
    assert "no owners" in shape.cross_area_share(history(change()), None).reason
    alone = Owners("CODEOWNERS", parse_codeowners("* @team/all\n"))
    assert "same owners" in shape.cross_area_share(history(change(), change()), alone).reason


def test_spec_link_rate_reads_titles_texts_branches_and_commits():
    merge = change("Merge branch 'work' into 'main'", merge=True)
    found = intent.spec_link_rate(
        history(
            change("ABC-1 Add it"),
            change("Add it", "Refs #7"),
            change("Merge branch 'feature/ABC-2-login'", merge=True),
            merge,
            change("Add it"),
            branches={merge.sha: (change("Work", "Fixes #4"),)},
        )
    )
    assert (found.n, found.value) == (5, 0.8)
    assert "names no item" in found.examples[0]


def test_spec_link_rate_is_silent_where_the_host_holds_the_descriptions():
    hidden = [change(f"Add it (#{n})") for n in range(30)]
    assert "described only on the hosting service" in intent.spec_link_rate(history(*hidden)).reason
    told = [change(f"Add it (#{n})", "Because of something longer than a title.") for n in range(30)]
    assert intent.spec_link_rate(history(*told)).value == 0


def test_spec_cochange_wants_a_specification_that_belongs_to_the_change():
    found = intent.spec_cochange(
        history(
            change("feat: add login", files={"app/login.py": (50, 0), "specs/login.md": (9, 0)}, days=50),
            change("Add refunds", files={"app/refunds.py": (50, 0)}, days=20),
            change("Describe refunds", files={"docs/adr/0007-refunds.md": (30, 0)}, days=40),
            change("Add export", files={"app/export.py": (50, 0)}, days=20),
            change("Fix export", files={"app/export.py": (50, 0)}, days=19),
            change("Add a comma", files={"app/export.py": (1, 0)}, days=18),
        )
    )
    assert (found.n, found.value) == (3, pytest.approx(2 / 3))
    assert ["Add export" in line for line in found.examples] == [True]


def test_spec_cochange_does_not_reach_back_more_than_thirty_days():
    found = intent.spec_cochange(
        history(
            change("Add refunds", files={"app/refunds.py": (50, 0)}, days=5),
            change("Describe refunds", files={"specs/refunds.md": (30, 0)}, days=36),
        )
    )
    assert (found.n, found.value) == (1, 0.0)


def test_direct_push_rate_is_silent_under_four_fifths_coverage():
    named = [change(f"Add it (#{n})") for n in range(79)]
    direct = [change("Push it") for _ in range(21)]
    assert "79%" in merging.direct_push_rate(history(*named, *direct)).reason
    found = merging.direct_push_rate(history(change("Add it (#99)"), *named, *direct[1:]))
    assert (found.n, found.value) == (100, pytest.approx(0.2))


@pytest.mark.parametrize(
    ("changes", "style"),
    [
        ([], MergeStyle.NONE),
        ([change("Merge pull request #1 from a/b", merge=True), change()], MergeStyle.MERGE),
        ([change("Add it (#1)"), change("Add it (#2)"), change()], MergeStyle.SQUASH),
        ([change(), change(), change("Add it (#1)")], MergeStyle.LINEAR),
    ],
)
def test_merge_style_says_what_a_mainline_commit_stands_for(changes, style):
    assert merging.merge_style(tuple(changes)) == style


def test_branch_age_counts_from_the_earliest_author_date():
    merge = change("Merge branch 'work'", merge=True, days=1)
    work = change(days=2, authored=NOON - dt.timedelta(days=6))
    later = change("Merge branch 'odd'", merge=True, days=1)
    future = change(days=2, authored=NOON + dt.timedelta(days=6))
    found = merging.branch_age_p75(
        history(merge, later, branches={merge.sha: (work,), later.sha: (future,)}, style=MergeStyle.MERGE)
    )
    assert (found.n, found.value) == (1, pytest.approx(5))


def test_branch_age_is_silent_where_branches_leave_no_trace():
    found = merging.branch_age_p75(history(change(), style=MergeStyle.SQUASH))
    assert "squashed changes" in found.reason


def test_conflict_rate_counts_what_conflicted():
    replays = tuple(MergeReplay(f"{n:040}", NOON, f"Merge {n}", conflicted=n == 3) for n in range(4))
    found = merging.conflict_rate(history(replays=replays))
    assert (found.n, found.value) == (4, 0.25)
    assert "Merge 3" in found.examples[0]


def test_merges_to_replay_takes_the_newest_two_parent_merges_of_people():
    bot = change("Merge x", merge=True, days=1, name="renovate[bot]")
    merges = [change(f"Merge {n}", merge=True, days=n) for n in (2, 3, 4, 200)]
    chosen = merging.merges_to_replay(history(bot, *merges, change()), 180, 2)
    assert [commit.subject for commit in chosen] == ["Merge 2", "Merge 3"]


def test_rework_is_young_deaths_per_added_line():
    ages = LineAges(90, 21, added=4000, deleted=900, young_deleted=300, young_by_path=(("app/a.py", 300),))
    found = rework.rework_21d(history(change(), ages=ages))
    assert (found.n, found.value, found.unit) == (4000, 0.075, "share")
    assert found.examples == ("app/a.py (300 young lines)",)


def test_revert_rate_finds_reverts_by_id_and_by_title():
    first, second, third = (change(f"Change {n}", days=20) for n in range(3))
    found = rework.revert_rate(
        history(
            first,
            second,
            third,
            change('Revert "Change 0"', f"This reverts commit {first.sha}.", days=5),
            change('Revert "Change 1"', days=4),
        )
    )
    assert (found.n, found.value) == (3, pytest.approx(2 / 3))


def test_a_reverted_revert_does_not_count():
    first = change("Change 0", days=20)
    revert = change('Revert "Change 0"', f"This reverts commit {first.sha}.", days=5)
    again = change('Revert "Revert "Change 0""', f"This reverts commit {revert.sha}.", days=4)
    assert rework.revert_rate(history(first, revert, again)).value == 0


def test_revert_rate_finds_a_reverted_commit_inside_a_merge():
    merge, work = change("Merge branch 'work'", merge=True, days=20), change("Work", days=21)
    revert = change('Revert "Work"', f"This reverts commit {work.sha}.", days=5)
    found = rework.revert_rate(history(merge, revert, branches={merge.sha: (work,)}))
    assert (found.n, found.value) == (1, 1.0)


def test_ai_marked_share_looks_into_merges_and_is_silent_about_two_people():
    marked = "Co-authored-by: Claude <noreply@anthropic.com>"
    merge = change("Merge branch 'work'", merge=True, author=PEOPLE[0])
    changes = [merge, *(change(author=PEOPLE[n % 3]) for n in range(3))]
    branches = {merge.sha: (change("Work", marked, author=PEOPLE[1]),)}
    found = disclosure.ai_marked_share(history(*changes, branches=branches))
    assert (found.n, found.value) == (4, 0.25)
    two = [change(author=PEOPLE[n % 2]) for n in range(9)]
    assert "Fewer than three people" in disclosure.ai_marked_share(history(*two)).reason


def test_examples_never_name_a_person():
    changes = [change(f"Change {n}", author=PEOPLE[n % 3], name="Ada Abbott") for n in range(60)]
    for signal in HISTORY_SIGNALS.values():
        said = "\n".join(getattr(signal(history(*changes)), "examples", ()))
        assert "Ada" not in said
        assert "@" not in said


@given(st.permutations(range(40)))
def test_readings_do_not_depend_on_who_wrote_what(order):
    """Handing the changes of three people round among them changes no reading."""
    changes = [change(f"Change {n} (#{n})", "Some text", days=n, author=PEOPLE[n % 3]) for n in range(40)]
    mixed = [replace(c, author_email=PEOPLE[order[n] % 3]) for n, c in enumerate(changes)]
    for signal in HISTORY_SIGNALS.values():
        assert signal(history(*changes)) == signal(history(*mixed))


def test_branches_of_gives_each_commit_to_the_merge_that_brought_it():
    def commit(name, *parents, at):
        moment = NOON - dt.timedelta(days=at)
        return Commit(name, parents, "A", PEOPLE[0], moment, PEOPLE[0], moment, name, "")

    commits = [
        commit("m2", "m1", "b2", at=1),
        commit("b2", "b1", "s", at=2),
        commit("s", "m0", at=3),
        commit("m1", "m0", "b1", at=4),
        commit("b1", "m0", at=5),
        commit("m0", at=6),
    ]
    found = branches_of({"m0", "m1", "m2"}, commits)
    assert {merge: [c.sha for c in brought] for merge, brought in found.items()} == {"m1": ["b1"], "m2": ["s", "b2"]}


@pytest.mark.parametrize(
    ("paths", "units"),
    [
        (["Dockerfile"], (".",)),
        (["api/Dockerfile", "api/deploy/Chart.yaml", "web/Dockerfile.prod"], ("api", "web")),
        (["charts/billing/Chart.yaml", "billing/helm/Chart.yaml"], ("billing", "charts/billing")),
        (["docs/Dockerfile", "examples/a/Dockerfile", ".devcontainer/Dockerfile", "vendor/x/Dockerfile"], ()),
        (["Dockerfile.md", "app/dockerfile_test.py"], ()),
    ],
)
def test_deployable_units_are_folders_with_a_manifest(paths, units):
    tree = Tree("c", tuple(TreeEntry(path, "100644", "0" * 40, 1) for path in paths))
    assert deployable_units(tree) == units
