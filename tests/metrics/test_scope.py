"""What of a repository counts for one team: the rules, and the narrowing of everything that was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.maturity.loader import SHIPPED, read_model
from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import Limits
from metrics.domain.measure import measure
from metrics.signals.changes.types import Actor, ActorKind, Hosted, Release
from metrics.signals.exclusions import is_bot, is_counted, is_release
from metrics.signals.narrow import narrow_history, narrow_hosted, narrow_tree
from metrics.signals.owners import Owners, parse_codeowners
from metrics.signals.scope import MAX_LINES, WHOLE, ScopeError, is_like, parse_scope
from metrics.signals.types import FileChange, History, MergeReplay, Tree, TreeEntry
from tests.metrics.changes.building import ADA, BEN, UNTIL, approval, at, merged, push
from tests.metrics.repositories import PEOPLE, Builder, days_ago, lines
from tests.metrics.repositories import UNTIL as LAST_DAY
from tests.metrics.test_exclusions import commit

SIGNALS = read_model(SHIPPED).signals
LIMITS = Limits.of_seconds(86_400)  # counted from the import on
OWNERS = Owners("CODEOWNERS", parse_codeowners("/shop/ @org/shop\n/bank/ @org/bank\n/bank/open/ @org/shop"))


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        ("a.txt", "a.txt", True),
        ("a.txt", "b/a.txt", False),
        ("*.txt", "b/a.txt", True),
        ("docs/*/x", "docs/a/b/x", True),
        ("docs/*/x", "docs/x", False),
        ("a*a", "a", False),
        ("*a*b*", "xaxbx", True),
        ("*a*b*", "xbxax", False),
        ("**", "", True),
    ],
)
def test_a_star_stands_for_anything(pattern, text, wanted):
    assert is_like(pattern, text) is wanted


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_a_pattern_matches_as_the_obvious_search_does(pattern, text):
    def obvious(p: str, t: str) -> bool:
        if not p:
            return not t
        if p[0] == "*":
            return obvious(p[1:], t) or bool(t and obvious(p, t[1:]))
        return bool(t and p[0] == t[0] and obvious(p[1:], t[1:]))

    assert is_like(pattern, text) is obvious(pattern, text)


def test_a_rule_without_a_slash_is_a_name_and_one_that_ends_in_it_a_folder():
    scope = parse_scope(rules="file: *.sql\nfile: legacy/\n# a remark\n\nfile: /root.txt")
    held = [path for path in ("a/b.sql", "legacy/x.py", "app/legacy.py", "app/legacy/x.py") if scope.holds(path, None)]
    assert held == ["app/legacy.py", "app/legacy/x.py"]
    assert not scope.holds("root.txt", None)


@pytest.mark.parametrize(
    ("folders", "rules", "words"),
    [
        ("../elsewhere", "", "is no folder"),
        ("a/*/b", "", "is no folder"),
        ("", "files: *.sql", "is no rule"),
        ("", "file:", "is no rule"),
        ("", "x" * 300, "at most 200"),
        ("", "file: x\n" * (MAX_LINES + 1), "At most 100 lines"),
    ],
)
def test_a_line_that_is_no_rule_is_refused_in_a_sentence(folders, rules, words):
    with pytest.raises(ScopeError, match=words):
        parse_scope(folders, rules)


def test_a_part_is_folders_and_what_an_owner_owns():
    scope = parse_scope("libs/money/\n@Org/Shop")
    paths = ("libs/money/a.py", "libs/moneyed.py", "shop/a.py", "bank/a.py", "bank/open/a.py")
    assert [path for path in paths if scope.holds(path, OWNERS)] == ["libs/money/a.py", "shop/a.py", "bank/open/a.py"]
    assert [path for path in paths if scope.holds(path, None)] == ["libs/money/a.py"]


def test_the_tree_of_a_part_keeps_what_holds_for_every_part():
    paths = ("shop/a.py", "bank/a.py", "setup.cfg", ".github/workflows/ci.yml", "docs/CODEOWNERS", "docs/x.md")
    tree = Tree("c", tuple(TreeEntry(path, "100644", path, 1) for path in paths), dict.fromkeys(paths, ""))
    kept = narrow_tree(tree, parse_scope("shop", "file: setup.cfg"))
    assert [entry.path for entry in kept.entries] == ["shop/a.py", ".github/workflows/ci.yml", "docs/CODEOWNERS"]
    assert list(kept.texts) == ["shop/a.py", ".github/workflows/ci.yml", "docs/CODEOWNERS"]
    assert narrow_tree(tree, WHOLE) is tree


def two_parts() -> Builder:
    """Ten changes to the shop with tests, ten to the bank without, five over both, and a snapshot by an own robot."""
    builder = Builder()
    for n in range(25):
        shop, bank = n < 10 or n >= 20, n >= 10
        files: dict[str | bytes, str | bytes | None] = {}
        if shop:
            files |= {f"shop/a{n}.py": lines(10), f"shop/tests/test_a{n}.py": lines(10), f"shop/logo{n}.svg": lines(5)}
        if bank:
            files |= {f"bank/b{n}.py": lines(100)}
        builder.commit(f"Add {n}", files, at=days_ago(60 - n), author=PEOPLE[n % 4])
    builder.commit("Ship 7", {"shop/version.py": "7"}, at=days_ago(5))
    robot = "Nightly <nightly@example.org>"
    builder.commit("Renew prices", {"shop/prices.py": lines(9_000)}, at=days_ago(4), author=robot)
    return builder


@pytest.fixture
def read(tmp_path):
    folder = two_parts().write(tmp_path / "source")

    def read(folders="", rules=""):
        copy = share_folder(folder, tmp_path / "copy", limits=LIMITS)
        scope = parse_scope(folders, rules)
        found = measure(copy, until=LAST_DAY, definitions=SIGNALS, limits=LIMITS, scope=scope)
        return {reading.signal: reading for reading in found.measured}, found.facts

    return read


def test_a_folder_of_a_monorepo_is_measured_as_if_it_were_alone(read):
    rules = "bot: nightly@*\nrelease: Ship *"
    whole, facts = read(rules=rules)
    shop, shop_facts = read("shop", rules)
    bank, bank_facts = read("bank", rules)
    assert (facts["merged_changes_180d"], whole["test_cochange"].value) == (25, 15 / 25)
    assert (shop_facts["merged_changes_180d"], shop["test_cochange"].value, shop["size_p75"].value) == (15, 1.0, 20)
    assert (bank_facts["merged_changes_180d"], bank["test_cochange"].value, bank["size_p75"].value) == (15, 0.0, 100)
    assert shop["rework_21d"].n + bank["rework_21d"].n == whole["rework_21d"].n


def test_a_teams_own_rules_go_before_the_built_in_ones(read):
    plain, plain_facts = read("shop")
    ruled, facts = read("shop", "bot: nightly@*\nrelease: Ship *\ncount: *.svg\nfile: shop/tests/")
    assert (plain_facts["merged_changes_180d"], facts["merged_changes_180d"]) == (17, 15)
    assert (plain["size_p75"].value, ruled["size_p75"].value) == (20, 15)
    assert ruled["test_cochange"].value == 0
    assert (plain["rework_21d"].n, ruled["rework_21d"].n) == (9_301, 9_226)  # lines of everybody, bots too


def test_a_person_whose_name_looks_automated_can_be_called_one():
    history = History(UNTIL, "h", changes=(commit("Ship 3", name="Ada Bot"), commit(name="Ben")))
    narrowed = narrow_history(history, Tree("", ()), parse_scope("", "person: ada bot\nbot: BEN\nrelease: ship *"))
    assert [is_bot(change) for change in history.changes] == [True, False]
    assert [is_bot(change) for change in narrowed.changes] == [False, True]
    assert [is_release(change) for change in narrowed.changes] == [True, False]


def test_of_a_part_only_the_merges_of_its_changes_are_judged_by_its_files():
    change = commit(sha="a" * 40, files=(FileChange("shop/a.py", 1, 0), FileChange("bank/a.py", 1, 0)))
    other = commit(sha="b" * 40, files=(FileChange("bank/b.py", 1, 0),))
    replays = tuple(MergeReplay(c.sha, UNTIL, "", True, ("bank/a.py",)) for c in (change, other))
    history = History(UNTIL, "h", changes=(change, other), replays=replays)
    found = narrow_history(history, Tree("", ()), parse_scope("shop"))
    assert [(c.sha, [file.path for file in c.files]) for c in found.changes] == [(change.sha, ["shop/a.py"])]
    assert [(replay.sha, replay.conflicted) for replay in found.replays] == [(change.sha, False)]


def test_the_host_is_narrowed_by_files_or_by_the_commit_a_change_became():
    both = (FileChange("shop/a.py", 10, 0), FileChange("bank/a.py", 30, 0), FileChange("shop/x.svg", 4, 0))
    listed = merged(1, opened=at(9), merged_at=at(8), files=both, lines=44, reviews=(approval(BEN, at(8, 1)),))
    other = merged(2, opened=at(9), merged_at=at(8), files=both[1:2], lines=30)
    traced = merged(3, opened=at(7), merged_at=at(6), files=None, merge_commit="s" * 40)
    pushed = merged(4, opened=at(7), merged_at=at(6), files=None, pushes=(push("s" * 40, at(7)),))
    unknown = merged(5, opened=at(3), merged_at=None, files=None)
    shop = commit(sha="s" * 40, files=(FileChange("shop/a.py", 1, 0),))
    bank = commit(sha="b" * 40, files=(FileChange("bank/a.py", 1, 0),))
    whole = History(UNTIL, "h", changes=(bank, shop))
    releases = (Release("1", bank.sha, at(1)), Release("2", "z" * 40, at(1)))
    hosted = Hosted("github", UNTIL, at(99), changes=(listed, other, traced, pushed, unknown), releases=releases)
    scope = parse_scope("shop", "bot: b\ncount: *.svg")
    narrowed = narrow_history(whole, Tree("", ()), scope)
    found = narrow_hosted(hosted, whole, narrowed, Tree("", ()), scope)
    assert [change.number for change in found.changes] == ["#1", "#3", "#4"]
    first = found.changes[0]
    assert (first.lines, [is_counted(file) for file in first.files]) == (14, [True, True])
    assert (first.author, first.reviews[0].actor) == (ADA, Actor("b", ActorKind.BOT))
    assert [release.commit for release in found.releases] == [shop.sha, "z" * 40]
    assert narrow_hosted(hosted, whole, whole, Tree("", ()), WHOLE) is hosted
