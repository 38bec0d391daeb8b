import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.signals.owners import Owners, matches, parse_codeowners, read_owners
from metrics.signals.tree.ownership import owner_map, single_reviewer_areas
from metrics.signals.types import Skipped
from tests.metrics.tree.building import commit_of, context_of, tree_of


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("*", "deep/down/file.py", True),
        ("*.js", "web/app.js", True),
        ("*.js", "web/app.jsx", False),
        ("/build/logs/", "build/logs/today.txt", True),
        ("/build/logs/", "old/build/logs/today.txt", False),
        ("docs/*", "docs/start.md", True),
        ("docs/*", "docs/deep/start.md", False),
        ("docs/*", "other/docs/start.md", False),
        ("apps/", "src/apps/main.py", True),
        ("apps/", "apps", False),
        ("/docs/", "docs/a/b.md", True),
        ("**/logs", "build/logs/x.txt", True),
        ("/apps/github", "apps/github", True),
        ("/apps/github", "apps/github/actions.py", True),
        ("src/**/api", "src/api/x.py", True),
        ("src/**/api", "src/a/b/api/x.py", True),
        ("/*", "README.md", True),
        ("/*", "docs/README.md", False),
        ("README.md", "docs/README.md", True),
        ("pages/[id].tsx", "pages/[id].tsx", True),
        ("/", "anything", False),
    ],
)
def test_matches_as_the_hosts_do(pattern, path, covered):
    assert matches(pattern, path) is covered


def owners_of(text: str, path: str) -> tuple[str, ...]:
    return Owners("CODEOWNERS", parse_codeowners(text)).owners_of(path)


def test_owners_of_takes_the_last_match():
    text = "* @all\n*.py @python # the rest\n/docs/ docs@example.org\n"
    assert owners_of(text, "a/b.py") == ("@python",)
    assert owners_of(text, "docs/b.py") == ("docs@example.org",)
    assert owners_of(text, "Makefile") == ("@all",)


def test_owners_of_is_nobody_when_the_last_rule_names_nobody():
    assert owners_of("* @all\n/generated/\n", "generated/x.py") == ()


def test_owners_of_adds_up_over_gitlab_sections():
    text = "* @all\n[Docs][2] @writers\n*.md\n^[Optional]\n/guide/ @guides\n!/guide/draft.md\n"
    assert owners_of(text, "guide/a.md") == ("@all", "@guides", "@writers")
    assert owners_of(text, "guide/draft.md") == ("@all", "@writers")


def test_parse_codeowners_reads_escaped_blanks():
    assert owners_of("/my\\ docs/ @x\n", "my docs/a.md") == ("@x",)


def test_read_owners_prefers_the_place_the_host_looks_first():
    tree = tree_of({"CODEOWNERS": "* @root", ".github/CODEOWNERS": "* @github"})
    assert read_owners(tree).owners_of("x") == ("@github",)


def test_read_owners_takes_folder_files_when_there_is_no_codeowners():
    owners = read_owners(tree_of({"pkg/OWNERS": "approvers: [ada]", "pkg/a/b.go": "", "c.go": ""}))
    assert owners.area_of("pkg/a/b.go") == "pkg/OWNERS"
    assert owners.area_of("c.go") is None


def test_read_owners_is_none_without_any_statement():
    assert read_owners(tree_of({"README.md": "hello"})) is None


@given(st.text(alphabet="a*?/", max_size=60), st.text(alphabet="ab/", max_size=200))
def test_matches_any_pattern_ends_and_answers(pattern, path):
    assert matches(pattern, path) in (True, False)


@given(st.text(max_size=400))
def test_parse_codeowners_never_raises(text):
    parse_codeowners(text)


def test_owner_map_is_the_share_of_changed_files_with_an_owner():
    files = {".github/CODEOWNERS": "/api/ @api", "api/a.py": "", "web/a.js": "", "web/b.js": "", "yarn.lock": ""}
    reading = owner_map(
        context_of(files, commit_of("api/a.py", "web/a.js", "gone.py", "yarn.lock"), commit_of("web/b.js", days_ago=91))
    )
    assert (reading.value, reading.n) == (0.5, 2)
    assert reading.examples == ("no owner: web/a.js",)


def test_owner_map_is_zero_when_nobody_is_named():
    assert owner_map(context_of({"a.py": ""}, commit_of("a.py"))).value == 0


def test_owner_map_is_skipped_when_nothing_changed():
    assert isinstance(owner_map(context_of({"a.py": ""})), Skipped)


@pytest.mark.parametrize("files", [{"a.py": ""}, {"CODEOWNERS": "* @a"}])
def test_single_reviewer_areas_needs_a_host(files):
    assert isinstance(single_reviewer_areas(context_of(files)), Skipped)
