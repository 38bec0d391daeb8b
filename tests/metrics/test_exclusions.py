"""What counts as a change, a file, an item, a review and a declared assistant."""

import datetime as dt

import pytest

from metrics.signals import links
from metrics.signals.exclusions import counted_changes, counted_files, is_bot, is_release, is_sync_merge, made_by_bot
from metrics.signals.paths import is_machine_made, is_source
from metrics.signals.paths import is_test as is_test_file
from metrics.signals.specs import is_decision, is_written_intent
from metrics.signals.types import Commit, FileChange, History

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)


def commit(subject="Add a", body="", *, name="Ada", email="ada@example.org", parents=("p",), sha="c" * 40, files=()):
    return Commit(sha, tuple(parents), name, email, NOON, email, NOON, subject, body, tuple(files))


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
        ("Renovate Bot", "bot@renovateapp.com"),
        ("pre-commit-ci[bot]", "x@users.noreply.github.com"),
        ("github-actions", "41898282+github-actions[bot]@users.noreply.github.com"),
        ("Release Bot", "release@example.org"),
        ("team-bot", "ci@example.org"),
    ],
)
def test_automation_is_a_bot(name, email):
    assert is_bot(commit(name=name, email=email))


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Ada Abbott", "ada.abbott@example.org"),
        ("Botond Kis", "botond@example.org"),
        ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com"),
        ("claude[bot]", "209825114+claude[bot]@users.noreply.github.com"),
        ("Robot Fan", "robotfan@example.org"),
    ],
)
def test_people_and_assistants_are_no_bots(name, email):
    assert not is_bot(commit(name=name, email=email))


@pytest.mark.parametrize(
    "subject",
    [
        "Release 1.2.0",
        "chore: release v2.0",
        "chore(release): 3.1.4",
        "v1.2.3",
        "1.0.0rc1",
        "Bump version to 2.4",
        "Prepare release",
    ],
)
def test_release_commit_is_recognised(subject):
    assert is_release(commit(subject))


@pytest.mark.parametrize(
    "subject",
    ["Release the lock early", "Publish articles on save", "Release notes for 7.4.3", "Bump petl from 1.7 to 1.8"],
)
def test_ordinary_title_is_no_release(subject):
    assert not is_release(commit(subject))


@pytest.mark.parametrize(
    "subject",
    [
        "Merge branch 'main' into feature",
        "Merge branch 'stable'",
        "Merge branch '2.3.x'",
        "Merge remote-tracking branch 'origin/master'",
        "Merge branch 'main' of https://git.example.org/a",
        "Merge tag 'v1.2'",
        "Merge branch 'release/2.4'",
        "Merge pull request #4 from team/develop",
    ],
)
def test_merge_of_a_long_lived_branch_is_no_change(subject):
    assert is_sync_merge(commit(subject, parents=("p", "q")))
    assert not is_sync_merge(commit(subject))


@pytest.mark.parametrize("subject", ["Merge pull request #4 from team/login", "Merge branch 'maintenance-page'"])
def test_merge_of_a_feature_is_a_change(subject):
    assert not is_sync_merge(commit(subject, parents=("p", "q")))


def test_merge_counts_as_the_bots_when_bots_wrote_all_of_it():
    merge = commit("Merge pull request #4 from team/x", parents=("p", "q"), sha="m" * 40)
    bot = commit(name="dependabot[bot]", sha="b" * 40)
    assert made_by_bot(History(NOON, "h", branches={merge.sha: (bot,)}), merge)
    assert not made_by_bot(History(NOON, "h", branches={merge.sha: (bot, commit(sha="a" * 40))}), merge)


def test_counted_changes_leaves_out_bots_releases_and_sync_merges():
    kept = commit(sha="1" * 40)
    others = (
        commit("Release 1.0", sha="2" * 40),
        commit(name="renovate[bot]", sha="3" * 40),
        commit("Merge branch 'main'", parents=("p", "q"), sha="4" * 40),
    )
    assert counted_changes(History(NOON, "h", changes=(kept, *others)), 90) == (kept,)


@pytest.mark.parametrize(
    "path",
    [
        "uv.lock", "web/package-lock.json", "go.sum", "vendor/x/y.go", "node_modules/a.js", "static/app.min.js",
        "api/thing.pb.go", "api/thing_pb2.py", "tests/__snapshots__/a.snap", "locale/de/django.po", "dist/app.js",
        "Cargo.lock", "third_party/lib.c", "requirements.lock",
    ],
)  # fmt: skip  # a list of paths reads best in columns
def test_machine_made_file_does_not_count(path):
    assert is_machine_made(path)
    assert not counted_files(commit(files=[FileChange(path, 9, 9)]))


@pytest.mark.parametrize("path", ["app/lock.py", "src/vendoring.py", "app/models.py", "docs/index.md", "src/block.py"])
def test_file_written_by_hand_counts(path):
    assert not is_machine_made(path)


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_a.py", "app/test_a.py", "app/a_test.go", "src/a.spec.ts", "src/a.test.jsx", "spec/a_spec.rb",
        "src/test/java/org/ATest.java", "src/AIT.java", "cypress/e2e/a.cy.js", "app/tests/a.py", "conftest.py",
        "t/t0001-init.sh", "t/lib/a.pm", "t/unit-tests/u-date.c", "lib/parse.t",
    ],
)  # fmt: skip  # as above
def test_test_file_is_recognised(path):
    assert is_test_file(path)
    assert not is_source(path)


@pytest.mark.parametrize(
    "path",
    ["app/contest.py", "src/latest.ts", "src/Latest.java", "app/protest.py", "src/Edit.kt", "src/at/a.c", "app/t.py"],
)
def test_source_file_is_no_test(path):
    assert not is_test_file(path)
    assert is_source(path)


@pytest.mark.parametrize(
    "path", ["README.md", "pyproject.toml", "docs/conf.py", ".github/scripts/a.py", "a.json", "uv.lock"]
)
def test_configuration_and_documents_are_no_source(path):
    assert not is_source(path)


@pytest.mark.parametrize(
    "path",
    [
        "docs/adr/0001-x.md",
        "specs/001-login/spec.md",
        "openapi.yaml",
        "api/v1/a.proto",
        "rfcs/0007.md",
        "login.feature",
    ],
)
def test_specification_is_recognised(path):
    assert is_written_intent(path)


@pytest.mark.parametrize(
    "path", ["spec/models/user_spec.rb", "docs/index.md", "app/design/tokens.css", "vendor/a.proto"]
)
def test_other_files_specify_nothing(path):
    assert not is_written_intent(path)


def test_decision_is_recognised():
    assert is_decision("docs/decisions/0001-x.md")
    assert not is_decision("app/decisions/tree.py")


@pytest.mark.parametrize(
    ("subject", "body", "items"),
    [
        ("Fix login (#12)", "", set()),
        ("Fix login (#12)", "Fixes #7", {"#7"}),
        ("Merge pull request #12 from team/login", "Title", set()),
        ("Merge pull request #12 from team/ABC-7-login", "", {"ABC-7"}),
        ("Merge pull request #12 from team/77-login", "", {"#77"}),
        ("Merge branch 'feature/abc-9' into 'main'", "See merge request team/app!45", {"ABC-9"}),
        ("Fixed #1234 -- Made it so", "", {"#1234"}),
        ("ABC-12: add it", "", {"ABC-12"}),
        ("Use UTF-8 and SHA-256, CVE-2024-1", "", set()),
        ("Add it", "Issue: LOGIN", {"LOGIN"}),
        ("Add it", "https://git.example.org/team/app/-/issues/31", {"31"}),
        ("Add it", "https://jira.example.org/browse/ABC-3", {"ABC-3"}),
        ("Add it", "see specs/003-login/spec.md", {"specs/003-login/spec.md"}),
        ("Add it", "other/repo#9", {"other/repo#9"}),
        ("Colour #123456 of &#39;", "", {"#123456"}),
        ("Backport (#12) (#14)", "", set()),
    ],
)
def test_items_of_reads_every_form_and_not_the_own_review(subject, body, items):
    assert links.items_of(commit(subject, body)) == items


def test_items_of_looks_into_what_a_merge_brought_in():
    assert links.items_of(commit("Merge branch 'x'"), (commit("Work", "Refs #5"),)) == {"#5"}


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Add it (#12)", ""),
        ("Add it (!12)", ""),
        ("Merge pull request #12 from team/x", ""),
        ("Merged in team/x (pull request #4)", ""),
        ("Merge branch 'x' into 'main'", "Add it\n\nSee merge request team/app!45"),
        ("Add it", "Change-Id: I1\nReviewed-on: https://review.example.org/c/1"),
        ("Add it", "PR-URL: https://git.example.org/pull/3"),
    ],
)
def test_names_review_knows_the_forms_of_the_hosts(subject, body):
    assert links.names_review(commit(subject, body))


@pytest.mark.parametrize("subject", ["Add it", "Fix #12", "Fix (#12) again", "Merge branch 'x'"])
def test_names_review_wants_more_than_a_number(subject):
    assert not links.names_review(commit(subject))


@pytest.mark.parametrize(
    ("email", "body", "subject"),
    [
        ("198982749+Copilot@users.noreply.github.com", "", "Add it"),
        ("noreply@anthropic.com", "", "Add it"),
        ("ada@example.org", "Co-authored-by: Claude <noreply@anthropic.com>", "Add it"),
        ("ada@example.org", "Co-Authored-By: Copilot <223556219+Copilot@users.noreply.github.com>", "Add it"),
        ("ada@example.org", "Assisted-by: Claude:opus [coccinelle]", "Add it"),
        ("ada@example.org", "Generated-by: GPT-5", "Add it"),
        ("ada@example.org", "Claude-Session: 1234", "Add it"),
        ("ada@example.org", "🤖 Generated with [Claude Code](https://example.org)", "Add it"),
        ("ada@example.org", "", "aider: add it"),
    ],
)
def test_is_ai_marked_reads_every_strong_sign(email, body, subject):
    assert links.is_ai_marked(commit(subject, body, email=email))


@pytest.mark.parametrize(
    ("email", "body", "subject"),
    [
        ("ada@example.org", "", "Document the Copilot integration"),
        ("ada@example.org", "We asked Claude about it and it was wrong.", "Fix claude adapter"),
        ("ada@example.org", "Assisted-by: none", "Add it"),
        ("ada@example.org", "Assisted-by: Ben <ben@example.org>", "Add it"),
        ("ada@example.org", "Co-authored-by: Claude Monet <monet@example.org>", "Add it"),
        ("unseriousai@users.noreply.github.com", "", "Add it"),
        ("dependabot[bot]@users.noreply.github.com", "", "Bump it"),
    ],
)
def test_is_ai_marked_wants_more_than_a_word(email, body, subject):
    assert not links.is_ai_marked(commit(subject, body, email=email))
