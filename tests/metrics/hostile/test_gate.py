"""What may be read is decided before git runs."""

import pytest

from metrics.clients.git.gate import check_folder, check_resolved, check_url, is_own_machine, is_url
from metrics.clients.git.process import GitError, Limits, Remote, environment, hide_credentials, run_git, sentence_of
from tests.metrics.repositories import Builder

LIMITS = Limits.of_seconds(86_400)  # counted from the import on


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
        "https://[::127.0.0.1]/a",
        "https://[64:ff9b::7f00:1]/a",
        "https://[64:ff9b::a9fe:a9fe]/a",
        "https://[2002:7f00:1::]/a",
        "https://[fd00:ec2::254]/a",
        "https://100.100.100.200/a",
        "https://[fe80::1]/a",
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


@pytest.mark.parametrize("name", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_check_resolved_refuses_this_machine_in_other_spellings(name):
    with pytest.raises(GitError, match=r"this machine|is not known"):
        check_resolved(f"https://{name}/a", http_hosts=[])


@pytest.mark.parametrize("host", ["203.0.113.7", "10.0.0.7", "2001:db8::7", "64:ff9b::cb00:7107", "git.example.org"])
def test_other_machines_are_no_machine_of_ours(host):
    assert not is_own_machine(host)


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
    assert environment(Remote(("https",)))["GIT_ALLOW_PROTOCOL"] == "https"


@pytest.mark.parametrize("address", ["ext::sh -c 'touch {mark}'", "file://{source}", "ssh://x/y", "git://x/y"])
def test_no_other_transport_runs_even_when_asked(address, tmp_path):
    source = Builder().write(tmp_path / "source")
    url = address.format(mark=tmp_path / "mark", source=source)
    with pytest.raises(GitError):
        run_git(None, ["ls-remote", "--", url], limits=LIMITS, remote=Remote(("https",)))
    assert not (tmp_path / "mark").exists()
