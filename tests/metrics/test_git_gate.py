"""What may be read is decided before git runs; what is read can run nothing."""

from pathlib import Path

import pytest

from metrics.clients.git.clone import remove_copy, share_folder
from metrics.clients.git.gate import check_folder, check_resolved, check_url, is_url
from metrics.clients.git.history import read_changes, read_mainline, read_patches, replay_merges
from metrics.clients.git.process import GitError, Limits, environment, hide_credentials, run_git, sentence_of
from metrics.clients.git.tree import read_tree
from tests.metrics.repositories import Builder, days_ago, git, lines

LIMITS = Limits.of_seconds(3600)  # counted from the import on


@pytest.mark.parametrize(
    "location",
    [
        "-uploadpack=evil",
        "--upload-pack=touch x",
        "relative/path",
        "",
        " ",
        "/tmp/a\nb",
        "/tmp/\0",
        "ext::sh -c evil",
    ],
)
def test_check_folder_refuses_odd_text(location, tmp_path):
    with pytest.raises(GitError):
        check_folder(location, roots=[tmp_path])


def test_check_folder_accepts_only_what_lies_under_a_root(tmp_path):
    root = tmp_path / "root"
    inside = root / "team" / "service"
    (inside / ".git").mkdir(parents=True)
    assert check_folder(str(inside), roots=[root]) == inside
    for outside in (tmp_path, root / "..", tmp_path / "root-evil"):
        with pytest.raises(GitError, match="outside"):
            check_folder(str(outside), roots=[root])
    with pytest.raises(GitError, match="no such folder"):
        check_folder(str(root / "missing"), roots=[root])
    with pytest.raises(GitError, match="REPOSITORY_ROOTS is empty"):
        check_folder(str(inside), roots=[])


def test_check_folder_takes_bare_ones_and_refuses_what_is_no_repository(tmp_path):
    bare = tmp_path / "bare.git"
    (bare / "objects").mkdir(parents=True)
    (bare / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "papers").mkdir()
    assert check_folder(str(bare), roots=[tmp_path]) == bare
    with pytest.raises(GitError, match="no git repository"):
        check_folder(str(tmp_path / "papers"), roots=[tmp_path])


def test_check_folder_follows_links_before_it_decides(tmp_path):
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (root / "link").symlink_to(elsewhere)
    with pytest.raises(GitError, match="outside"):
        check_folder(str(root / "link"), roots=[root])


@pytest.mark.parametrize(
    "url",
    [
        "http://git.example.org/a",
        "git://git.example.org/a",
        "ssh://git.example.org/a",
        "git@git.example.org:a.git",
        "file:///srv/git/a",
        "ftp://git.example.org/a",
        "ext::sh -c touch% /tmp/x",
        "https::https://git.example.org/a",
        "javascript:alert(1)",
        "-https://git.example.org/a",
        "https://",
        "https:///a",
        "https://ada:secret@git.example.org/a",
        "https://git.example.org:port/a",
        "https://-oProxyCommand=evil/a",
        "https://git.example.org/a\nb",
        "https://localhost/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://169.254.169.254/latest",
        "https://0.0.0.0/a",
    ],
)
def test_check_url_refuses_everything_but_plain_https(url):
    with pytest.raises(GitError):
        check_url(url, http_hosts=[])


def test_check_url_accepts_https_and_listed_http():
    assert check_url("https://git.example.org/team/a.git", http_hosts=[]) == "https://git.example.org/team/a.git"
    assert check_url("http://git.intern:3000/a", http_hosts=["git.intern"])
    assert check_url("http://127.0.0.1:3000/a", http_hosts=["127.0.0.1:3000"])
    with pytest.raises(GitError, match="REPOSITORY_HTTP_HOSTS"):
        check_url("http://other.intern/a", http_hosts=["git.intern"])


def test_check_resolved_refuses_a_name_of_this_machine():
    with pytest.raises(GitError, match="this machine"):
        check_resolved("https://localhost/a", http_hosts=[])
    check_resolved("https://localhost/a", http_hosts=["localhost"])


@pytest.mark.parametrize(("text", "expected"), [("/srv/git", False), ("https://x/y", True), ("git@x:y", True)])
def test_is_url(text, expected):
    assert is_url(text) is expected


def test_credentials_never_reach_an_error():
    said = sentence_of(b"fatal: unable to access 'https://ada:secret@git.example.org/a/': boom\n", 128)
    assert "secret" not in said
    assert "ada" not in hide_credentials("https://ada:secret@x/y")


def test_environment_leaves_the_persons_configuration_out(monkeypatch):
    monkeypatch.setenv("GIT_SSH_COMMAND", "evil")
    monkeypatch.setenv("GIT_DIR", "/somewhere")
    found = environment()
    assert found["GIT_SSH_COMMAND"] == "false"
    assert "GIT_DIR" not in found
    assert found["GIT_CONFIG_GLOBAL"] == "/dev/null"
    assert found["GIT_ALLOW_PROTOCOL"] == "none"
    assert environment(("https",))["GIT_ALLOW_PROTOCOL"] == "https"


@pytest.mark.parametrize("address", ["ext::sh -c 'touch {mark}'", "file://{source}", "ssh://x/y", "git://x/y"])
def test_no_other_transport_runs_even_when_asked(address, tmp_path):
    source = Builder().write(tmp_path / "source")
    url = address.format(mark=tmp_path / "mark", source=source)
    with pytest.raises(GitError):
        run_git(None, ["ls-remote", "--", url], limits=LIMITS, protocols=("https",))
    assert not (tmp_path / "mark").exists()


def test_a_run_over_its_deadline_is_killed_with_its_children(tmp_path):
    source = Builder().write(tmp_path / "source")
    with pytest.raises(GitError, match="time limit"):
        run_git(source, ["-c", "alias.wait=!sleep 30 & sleep 30", "wait"], limits=Limits.of_seconds(0.2))


def test_what_tick_raises_ends_the_run(tmp_path):
    source = Builder().write(tmp_path / "source")

    def stop():
        raise KeyError("stop")

    with pytest.raises(KeyError):
        run_git(source, ["-c", "alias.wait=!sleep 30", "wait"], limits=Limits.of_seconds(20, stop))


def test_nothing_a_repository_configures_is_run(tmp_path):
    """A hook, monitor, driver, filter, hidden remote or attribute of the source must stay without effect."""
    mark = tmp_path / "mark"
    source = _hostile(tmp_path / "source", mark)
    copy = share_folder(source, tmp_path / "copy", limits=LIMITS, roots=[tmp_path])
    shas = [commit.sha for commit in read_mainline(copy, limits=LIMITS)]
    changes = list(read_changes(copy, shas, limits=LIMITS))
    b"".join(read_patches(copy, shas, limits=LIMITS))
    merges = [change for change in changes if len(change.parents) == 2]
    assert [replay.conflicted for replay in replay_merges(copy, merges, limits=LIMITS)] == [True]
    assert read_tree(copy, copy.head, choose=lambda entries: entries, limits=LIMITS).texts
    assert not mark.exists()
    git(source, "log", "-p", "--ext-diff")
    assert mark.exists()  # the trap was live


def test_a_missing_object_is_not_fetched_from_a_remote_the_repository_names(tmp_path):
    mark = tmp_path / "mark"
    source = _hostile(tmp_path / "source", mark)
    blob = git(source, "rev-parse", "HEAD:a.py")
    (source / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    copy = share_folder(source, tmp_path / "copy", limits=LIMITS)
    tree = read_tree(copy, copy.head, choose=lambda entries: [e for e in entries if e.size >= 0], limits=LIMITS)
    assert {entry.path: entry.size for entry in tree.entries}["a.py"] == -1
    shas = [commit.sha for commit in read_mainline(copy, limits=LIMITS)]
    with pytest.raises(GitError):
        list(read_changes(copy, shas, limits=LIMITS))
    assert not mark.exists()


def test_objects_borrowed_from_outside_the_roots_are_refused(tmp_path):
    secret = Builder()
    secret.commit("Secret", {"a.py": "secret\n"})
    outside = secret.write(tmp_path / "outside" / "secret")
    inside = Builder().write(tmp_path / "root" / "service")
    (inside / "objects" / "info" / "alternates").write_text(f"{outside}/objects\n")
    with pytest.raises(GitError, match="outside"):
        share_folder(inside, tmp_path / "copy", limits=LIMITS, roots=[tmp_path / "root"])
    (inside / "objects" / "info" / "alternates").unlink()
    (inside / "objects").rename(inside / "moved")
    (inside / "objects").symlink_to(outside / "objects")
    with pytest.raises(GitError, match="outside"):
        share_folder(inside, tmp_path / "copy", limits=LIMITS, roots=[tmp_path / "root"])


@pytest.fixture
def outside(tmp_path):
    secret = Builder()
    secret.commit("Secret", {"a.py": "secret\n"})
    return secret.write(tmp_path / "outside" / "secret")


@pytest.fixture
def inside(tmp_path):
    return Builder().write(tmp_path / "root" / "service")


def borrow(folder, line):
    (folder / "objects" / "info").mkdir(exist_ok=True)
    (folder / "objects" / "info" / "alternates").write_bytes(line)


def share(tmp_path, folder):
    return share_folder(folder, tmp_path / "copy", limits=LIMITS, roots=[tmp_path / "root"])


def test_alternates_of_alternates_outside_the_roots_are_refused(tmp_path, outside, inside):
    middle = Builder().write(tmp_path / "root" / "middle")
    borrow(inside, f"{middle}/objects\n".encode())
    borrow(middle, f"# note\n{inside}/objects\n".encode())  # a circle is no reason to refuse
    assert share(tmp_path, inside).head == ""
    borrow(middle, f"../../service/objects\n{outside}/objects\n".encode())
    with pytest.raises(GitError, match="outside"):
        share(tmp_path, inside)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"{root}/../outside/\\163ecret/objects"', "quoted"),
        ("{root}/service\r#/../../../outside/secret/objects", "outside"),
        ("{root}/deep/../../outside/secret/objects", "outside"),
    ],
)
def test_alternates_are_read_as_git_reads_them(tmp_path, outside, inside, line, said):
    (tmp_path / "root" / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "root" / "deep").symlink_to(tmp_path / "root" / "a" / "b" / "c")
    borrow(inside, line.format(root=tmp_path / "root").encode())
    with pytest.raises(GitError, match=said):
        share(tmp_path, inside)


@pytest.mark.parametrize("name", ["pack", "ab", "info/alternates", "ab/cdef", "../shallow"])
def test_a_link_below_the_objects_that_leads_outside_the_roots_is_refused(tmp_path, outside, inside, name):
    link = inside / "objects" / name
    (inside / "objects" / "ab").mkdir()
    (inside / "objects" / "info").mkdir(exist_ok=True)
    if link.is_dir():
        link.rmdir()
    link.symlink_to(outside / "objects" / "pack")
    with pytest.raises(GitError, match="outside"):
        share(tmp_path, inside)


def test_a_link_to_a_folder_below_the_roots_is_followed(tmp_path, outside, inside):
    shared = tmp_path / "root" / "shared"
    shared.mkdir()
    (inside / "objects" / "pack").rmdir()
    (inside / "objects" / "pack").symlink_to(shared)
    (shared / "circle").symlink_to(inside / "objects")
    assert share(tmp_path, inside).head == ""
    (shared / "x.pack").symlink_to(outside / "HEAD")
    with pytest.raises(GitError, match="outside"):
        share(tmp_path, inside)


def test_a_git_file_that_points_outside_the_roots_is_refused(tmp_path):
    secret = Builder()
    secret.commit("Secret", {"a.py": "secret\n"})
    outside = secret.write(tmp_path / "outside" / "secret")
    inside = tmp_path / "root" / "service"
    inside.mkdir(parents=True)
    (inside / ".git").write_text(f"gitdir: {outside}\n")
    with pytest.raises(GitError, match="outside"):
        share_folder(inside, tmp_path / "copy", limits=LIMITS, roots=[tmp_path / "root"])


def test_a_folder_inside_another_repository_is_no_repository(tmp_path):
    source = Builder()
    source.commit("Start", {"sub/a.py": lines(1)})
    folder = source.write(tmp_path / "source", bare=False)
    with pytest.raises(GitError, match="no git repository"):
        share_folder(folder / "sub", tmp_path / "copy", limits=LIMITS)


def test_a_repository_without_its_default_branch_is_refused_and_an_empty_one_is_not(tmp_path):
    builder = Builder()
    builder.commit("Start", {"a.py": lines(1)}, branch="trunk")
    with pytest.raises(GitError, match="default branch"):
        share_folder(builder.write(tmp_path / "trunk"), tmp_path / "copy", limits=LIMITS)
    assert share_folder(Builder().write(tmp_path / "empty"), tmp_path / "copy2", limits=LIMITS).head == ""


@pytest.mark.parametrize("branch", ["main", "master"])
def test_a_detached_or_missing_head_falls_back_to_main_and_master(tmp_path, branch):
    builder = Builder()
    builder.commit("Start", {"a.py": lines(1)}, branch=branch)
    folder = builder.write(tmp_path / "source")
    git(folder, "symbolic-ref", "HEAD", "refs/heads/gone")
    assert share_folder(folder, tmp_path / "copy", limits=LIMITS).head == git(folder, "rev-parse", branch)


@pytest.mark.parametrize(
    "name", ["new\nline", "line\nend\n", 'q"uo\\te\n', 'q"uote', "u\u2028x", "n\udcff", "back\\slash"]
)
@pytest.mark.parametrize("bare", [True, False])
def test_a_folder_with_any_name_is_read(tmp_path, name, bare):
    builder = Builder()
    builder.commit("Start", {"a.py": "a\n"})
    folder = builder.write(tmp_path / "source", bare=bare).rename(tmp_path / name)
    copy = share_folder(folder, tmp_path / "copy", limits=LIMITS, roots=[tmp_path])
    assert read_tree(copy, copy.head, choose=lambda entries: entries, limits=LIMITS).texts == {"a.py": "a\n"}


def test_remove_copy_takes_what_killed_runs_left(tmp_path):
    for name in ("abc", "abc.new"):
        (tmp_path / name).mkdir()
    (tmp_path / "abc.lock").touch()
    (tmp_path / "abd").mkdir()
    remove_copy(tmp_path / "abc")
    assert [path.name for path in tmp_path.iterdir()] == ["abd"]


def _hostile(folder: Path, mark: Path) -> Path:
    builder = Builder()
    root = builder.commit("Start", {"a.py": lines(9), ".gitattributes": "* diff=evil merge=evil filter=evil\n"})
    side = builder.commit("Theirs", {"a.py": "theirs\n"}, branch="side", start=root, at=days_ago(8))
    builder.commit("Ours", {"a.py": "ours\n"}, at=days_ago(7))
    builder.commit("Merge side", {"a.py": "both\n"}, merge=side, at=days_ago(6))
    builder.write(folder, bare=False)
    evil = f"touch {mark} #"
    for name, value in {
        "core.fsmonitor": evil,
        "core.pager": evil,
        "core.sshCommand": evil,
        "core.askPass": evil,
        "core.alternateRefsCommand": evil,
        "core.hooksPath": str(folder / "hooks"),
        "credential.helper": f"!{evil}",
        "diff.external": evil,
        "diff.evil.textconv": evil,
        "diff.evil.command": evil,
        "merge.evil.driver": evil,
        "filter.evil.clean": evil,
        "filter.evil.smudge": evil,
        "uploadpack.packObjectsHook": evil,
        "gpg.program": evil,
        "log.showSignature": "true",
        "alias.log": f"!{evil}",
        "remote.origin.url": f"ext::sh -c 'touch {mark}'",
        "remote.origin.uploadpack": evil,
        "remote.origin.promisor": "true",
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
    }.items():
        git(folder, "config", name, value)
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "attributes").write_text("* diff=evil merge=evil filter=evil\n")
    hooks = folder / "hooks"
    hooks.mkdir()
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
        (hooks / hook).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / hook).chmod(0o755)
    mark.unlink(missing_ok=True)
    return folder
