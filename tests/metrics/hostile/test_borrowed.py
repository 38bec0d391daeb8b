"""A repository may borrow objects only from below the folders this server may read."""

import pytest

from metrics.clients.git.clone import share_folder
from metrics.clients.git.process import GitError, Limits
from tests.metrics.repositories import Builder

LIMITS = Limits.of_seconds(86_400)  # counted from the import on


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
