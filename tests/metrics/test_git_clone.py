"""Bare clones of addresses, from a git host on this machine."""

import shutil
import threading
import time
from copy import deepcopy

import pytest

from assessment.maturity.loader import SHIPPED, read_model
from core.models import JobState
from metrics.clients.git.clone import clone_url, folder_size, hold, prefetch, remove_copy, share_folder
from metrics.clients.git.history import files_of, read_changes, read_mainline, read_versions
from metrics.clients.git.process import GitError, GitLimit, Limits
from metrics.clients.git.tree import read_tree
from metrics.domain.collect import collect
from metrics.domain.kept import loading
from metrics.domain.measure import measure
from tests.factories.metrics import CollectionFactory
from tests.metrics.git_server import serving
from tests.metrics.repositories import UNTIL, Builder, days_ago, git, lines, plain_history

LIMITS = Limits.of_seconds(86_400)  # counted from the import on
SIGNALS = read_model(SHIPPED).signals


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "host"
    folder.mkdir()
    return folder


@pytest.fixture
def cloned(tmp_path):
    def clone(host, name="service", **options):
        return clone_url(host.url(name), tmp_path / "clones" / name, limits=LIMITS, http_hosts=[host.host], **options)

    return clone


def findings_of(copy, **options):
    return measure(copy, until=UNTIL, definitions=SIGNALS, limits=LIMITS, **options)


def old_and_new() -> Builder:
    """Much history from before the window, little inside."""
    builder = Builder()
    for number in range(60):
        builder.commit(f"Old {number}", {"old.py": lines(200, f"old {number}")}, at=days_ago(900 - number))
    for number in range(40):
        builder.commit(f"New {number}", {f"new{number}.py": lines(20 + number)}, at=days_ago(80 - 2 * number))
    return builder


@pytest.mark.parametrize("filters", [True, False])
def test_a_clone_measures_the_same_as_the_repository_itself(root, cloned, tmp_path, filters):
    source = old_and_new().write(root / "service")
    with serving(root, filters=filters) as host:
        found = findings_of(cloned(host))
    assert found == findings_of(share_folder(source, tmp_path / "copy", limits=LIMITS))
    assert len(found.measured) > 4


def test_a_clone_fetches_what_the_window_needs_in_one_request(root, cloned):
    old_and_new().write(root / "service")
    with serving(root) as host:
        copy = cloned(host)
        before = sum(line.startswith("POST") for line in host.asked)
        shas = [commit.sha for commit in read_mainline(copy, limits=LIMITS) if commit.committed_at > days_ago(365)]
        prefetch(
            copy,
            sorted(read_versions(copy, shas, limits=LIMITS).wanted | files_of(copy, copy.head, limits=LIMITS)),
            limits=LIMITS,
        )
        fetched = sum(line.startswith("POST") for line in host.asked)
        assert len(list(read_changes(copy, shas, limits=LIMITS))) == 40
        assert read_tree(copy, copy.head, choose=lambda entries: entries, limits=LIMITS).texts
        assert sum(line.startswith("POST") for line in host.asked) == fetched
    assert fetched - before <= 2


def test_a_second_run_refreshes_the_clone(root, cloned):
    builder = plain_history(20)
    folder = builder.write(root / "service")
    with serving(root) as host:
        first = cloned(host)
    folder.rename(root.parent / "old")
    builder.commit("More", {"more.py": lines(3)}, at=days_ago(1))
    builder.write(folder)
    with serving(root) as host:
        second = cloned(host)
    assert first.head != second.head
    assert read_mainline(second, limits=LIMITS)[1].sha == first.head


@pytest.fixture
def collected(root, cloned, tmp_path):
    """Clones or refreshes what the builder says, and measures it with what the last time left; then from its folder."""

    def run(builder, *, filters=True, said=lambda folder: None):
        shutil.rmtree(root / "service", ignore_errors=True)
        folder = builder.write(root / "service")
        said(folder)
        keep_at = tmp_path / "service.kept"
        with serving(root, filters=filters) as host, loading(keep_at) as load:
            found = findings_of(cloned(host), keep_at=keep_at, load=load)
            asked = [line.partition(" ")[0] for line in host.asked]
        assert found == findings_of(share_folder(folder, tmp_path / "plain", limits=LIMITS))
        return asked

    return run


def grown(builder: Builder) -> Builder:
    """A few changes later: a text as it was long ago, one too large to come along, a file for a submodule, a merge."""
    builder.commit("Back", {"old.py": lines(200, "old 3"), "new3.py": None}, at=days_ago(2))
    builder.commit("Large", {"large.txt": lines(300_000, "large")}, at=days_ago(1.5))
    side = builder.commit("Apart", {"new5.py": lines(9, "side")}, branch="side", start=70, at=days_ago(1.2))
    builder.commit("Here", {"new5.py": lines(9, "main"), "part": lines(3)}, at=days_ago(1.1))
    builder.commit("Merge branch 'side'", {"new5.py": lines(9, "both")}, merge=side, at=days_ago(1))
    return builder


@pytest.fixture
def before_and_after():
    builder = old_and_new()
    builder.commit("Borrow", {}, submodule="part", at=days_ago(3))
    return deepcopy(builder), grown(builder)


def test_a_refresh_brings_what_is_new_in_one_request(collected):
    builder = old_and_new()
    collected(builder)
    builder.commit("More", {"new3.py": lines(30, "changed"), "more.py": lines(3)}, at=days_ago(1))
    assert collected(builder) == ["GET", "POST", "POST"]  # greeting, branches, what is new
    assert collected(builder) == ["GET", "POST"]


@pytest.mark.parametrize("filters", [True, False])
def test_a_second_collection_by_address_says_what_the_folder_says(collected, before_and_after, filters):
    for builder in before_and_after:
        collected(builder, filters=filters)


def test_a_submodule_that_became_a_file_is_not_asked_for(collected):
    builder = old_and_new()
    builder.commit("Borrow", {}, submodule="part", at=days_ago(4))
    builder.commit("Own", {"part": lines(3)}, at=days_ago(3))
    builder.commit("Borrow again", {"part": None}, submodule="part", at=days_ago(2))
    collected(builder)


def test_a_host_that_knows_no_limit_of_size_is_asked_for_commits_alone(collected, before_and_after):
    before, after = before_and_after
    collected(before)
    collected(after, said=lambda folder: git(folder, "config", "uploadpackfilter.blob:limit.allow", "false"))


def test_a_refresh_that_brings_much_brings_what_is_needed_alone(collected, before_and_after, monkeypatch, tmp_path):
    before, after = before_and_after
    collected(before)
    monkeypatch.setattr("metrics.clients.git.process.TICK_S", 0.0)
    monkeypatch.setattr("metrics.clients.git.clone.REFRESH_BYTES", -1)
    collected(after)
    assert not list((tmp_path / "clones" / "service").rglob("tmp_*"))


def test_what_is_kept_of_a_clone_that_is_gone_is_not_taken_for_this_one(collected, before_and_after, tmp_path):
    before, after = before_and_after
    collected(before)
    shutil.rmtree(tmp_path / "clones")
    assert len(collected(after)) < 25


def test_a_half_made_clone_is_replaced(root, cloned, tmp_path):
    plain_history(5).write(root / "service")
    for name in ("service.new", "service"):
        (tmp_path / "clones" / name).mkdir(parents=True)
        (tmp_path / "clones" / name / "junk").touch()
    with serving(root) as host:
        copy = cloned(host)
    assert copy.head
    assert not (copy.path / "junk").exists()
    assert [path.name for path in copy.path.parent.iterdir()] == ["service"]


def test_an_empty_repository_is_cloned(root, cloned):
    Builder().write(root / "service")
    with serving(root) as host:
        assert findings_of(cloned(host)).measured == ()


def test_a_redirect_is_refused(root, cloned, tmp_path):
    plain_history(3).write(root / "service")
    with serving(root) as elsewhere, serving(root) as host:
        host.redirect_to = f"http://{elsewhere.host}"
        with pytest.raises(GitError, match="another address"):
            cloned(host)
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("status", "said"), [(401, "asks for a login"), (403, "asks for a login"), (404, "knows no repository")]
)
def test_what_the_host_answers_becomes_a_sentence(root, cloned, status, said):
    with serving(root) as host:
        host.status = status
        with pytest.raises(GitError, match=said):
            cloned(host)


def test_a_host_that_does_not_answer_becomes_a_sentence(root, cloned):
    with serving(root) as host:
        pass
    with pytest.raises(GitError, match="does not answer"):
        cloned(host)


def test_a_clone_over_its_allowance_is_stopped(root, cloned, monkeypatch):
    monkeypatch.setattr("metrics.clients.git.process.TICK_S", 0.0)
    old_and_new().write(root / "service")
    with serving(root) as host, pytest.raises(GitLimit, match="CLONE_SIZE_LIMIT_MB"):
        cloned(host, size_limit_bytes=1000)


def test_one_run_at_a_time_works_in_a_place(tmp_path):
    order = []

    def second():
        with hold(tmp_path / "place", LIMITS):
            order.append("second")

    with hold(tmp_path / "place", LIMITS):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    with (
        hold(tmp_path / "place", LIMITS),
        pytest.raises(GitLimit, match="busy"),
        hold(tmp_path / "place", Limits.of_seconds(0.1)),
    ):
        pass


def test_folder_size_and_removal(tmp_path):
    (tmp_path / "copy" / "a").mkdir(parents=True)
    (tmp_path / "copy" / "a" / "b").write_bytes(b"x" * 500)
    assert folder_size(tmp_path / "copy") == 500
    remove_copy(tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_collection_over_http_runs_to_its_end(root, settings):
    plain_history().write(root / "service")
    with serving(root) as host:
        settings.REPOSITORY_HTTP_HOSTS = [host.host]
        row = CollectionFactory(repository__kind="https", repository__location=host.url("service"), until_on=UNTIL)
        collect(row.pk)
        row.refresh_from_db()
    assert (row.state, row.error) == (JobState.DONE, "")
    assert row.measurements.get(signal="size_p75").value == 42.0


def torn_pack(clone):
    pack = max((clone / "objects" / "pack").glob("*.pack"), key=lambda file: file.stat().st_size)
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:100])


@pytest.mark.parametrize(
    "damage",
    [
        lambda clone: (clone / "HEAD").write_bytes(b""),
        lambda clone: (clone / "config").write_bytes(b""),
        lambda clone: (clone / "config").write_bytes(b"\0" * 200),
        lambda clone: (clone / "refs" / "headwater" / "measured").write_bytes(b""),
        lambda clone: (clone / "packed-refs").write_bytes(b"\0" * 50),
        lambda clone: shutil.rmtree(clone / "objects"),
        torn_pack,
    ],
    ids=["head", "config", "zeros", "ref", "refs", "objects", "pack"],
)
def test_a_clone_that_a_lost_power_left_torn_is_brought_anew(collected, before_and_after, tmp_path, damage):
    before, after = before_and_after
    collected(before)
    damage(tmp_path / "clones" / "service")
    collected(after)


def test_a_whole_clone_is_not_brought_anew_where_the_host_stands_on_no_branch(root, cloned):
    source = old_and_new().write(root / "service")
    git(source, "update-ref", "--no-deref", "HEAD", git(source, "rev-parse", "HEAD~1").strip())
    with serving(root) as host:
        first = cloned(host)
        (first.path / "seen").touch()
        assert (cloned(host).head, (first.path / "seen").exists()) == (first.head, True)
