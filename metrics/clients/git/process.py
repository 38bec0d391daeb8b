"""Starting git: a fixed environment, a fixed configuration, limits, and errors of one sentence.

A repository under measurement is untrusted. Its own configuration is read only while its head is looked up
(`metrics.clients.git.clone`); what would run a program is overridden here on every command line.
"""

import base64
import contextlib
import fcntl
import os
import re
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

CHUNK_BYTES = 1 << 20
ERROR_BYTES = 4_000
MEMORY_BYTES = 2 << 30  # of one git process, mapped packs not counted
# Bounds git before it begins: set from outside, a bound misses what git has started by then. $0 is kilobytes.
BOUNDED = ("/bin/sh", "-c", 'ulimit -d "$0"; ulimit -c 0; exec "$@"', str(MEMORY_BYTES >> 10))
TICK_S = 0.5
MANY_CHUNKS, PAGE_BYTES, BREATH_S = (
    16,
    4096,
    0.002,
)  # git prints by the page; a long answer is let gather in the pipe meanwhile
BLOB_LIMIT = "2m"  # larger files are never diffed: git lists them as binary

CONFIG = (
    "safe.directory=*",  # the folder passed the gate; who owns it does not matter for reading
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.askPass=",
    "core.sshCommand=false",
    "core.gitProxy=",
    "core.attributesFile=/dev/null",
    "core.alternateRefsCommand=true",
    f"core.bigFileThreshold={BLOB_LIMIT}",
    "core.quotePath=false",
    "core.multiPackIndex=true",
    "credential.helper=",
    "diff.renameLimit=1000",
    "diff.algorithm=myers",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.orderFile=/dev/null",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
    "log.mailmap=false",
    "protocol.allow=never",
)
# Left to itself the C library hands the memory of a large file back at once, and getting it anew takes up to a fifth of
# git's time for patches; and git writes to the pipe after each commit. No answer depends on either.
UNHURRIED = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    "MALLOC_TOP_PAD_": str(1 << 20),
    "GIT_FLUSH": "0",
}
INHERITED = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy",
             "ALL_PROXY", "NO_PROXY", "no_proxy")  # fmt: skip  # one list, two lines


class GitError(Exception):
    """What went wrong, in one sentence a person can act on."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class GitLimit(GitError):
    """A limit of ours ended the run: time, size, or another run."""


def _never() -> None:
    """No one listens."""


@dataclass(frozen=True)
class Limits:
    """How long git may run, and who hears that it still does.

    `tick` is called about twice a second while git runs; what it raises ends the run and passes through.
    """

    deadline_at: float  # time.monotonic()
    tick: Callable[[], None] = _never

    @classmethod
    def of_seconds(cls, seconds: float, tick: Callable[[], None] = _never) -> "Limits":
        return cls(time.monotonic() + seconds, tick)


@dataclass(frozen=True)
class Remote:
    """What git may reach in one run. Settings travel in the environment: never on a command line, never in a log."""

    protocols: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, url: str, *, addresses: Sequence[str] = (), login: "Login | None" = None) -> "Remote":
        """One host by one scheme, at the addresses that were checked, and with a login that goes to it alone."""
        parts = urlsplit(url)
        scheme, port = parts.scheme.lower(), parts.port or (443 if parts.scheme.lower() == "https" else 80)
        settings = []
        if addresses:
            shown = ",".join(f"[{address}]" if ":" in address else address for address in addresses)
            settings.append(("http.curloptResolve", f"{parts.hostname}:{port}:{shown}"))
        if login:
            if (login.host or "").lower() not in {parts.hostname, parts.netloc.lower()}:
                raise GitError("The login belongs to another host than this address.")
            basic = base64.b64encode(f"{login.user}:{login.secret}".encode()).decode()
            settings.append((f"http.{scheme}://{parts.netloc}/.extraHeader", f"Authorization: Basic {basic}"))
        return cls((scheme,), tuple(settings))


@dataclass(frozen=True)
class Login:
    """A name and a secret for one host, with its port where it is not the usual one."""

    host: str
    user: str
    secret: str = field(repr=False)


NOWHERE = Remote()


def run_git(
    git_dir: Path | None,
    args: Sequence[str],
    *,
    limits: Limits,
    stdin: bytes = b"",
    remote: Remote = NOWHERE,
    max_bytes: int = 64 << 20,
) -> bytes:
    """All that git prints; more than `max_bytes` is an error."""
    parts: list[bytes] = []
    total = 0
    for chunk in stream_git(git_dir, args, limits=limits, stdin=stdin, remote=remote):
        total += len(chunk)
        if total > max_bytes:
            raise GitLimit(f"git printed more than {max_bytes >> 20} MB where little was expected.")
        parts.append(chunk)
    return b"".join(parts)


def stream_git(
    git_dir: Path | None,
    args: Sequence[str],
    *,
    limits: Limits,
    stdin: bytes = b"",
    remote: Remote = NOWHERE,
) -> Generator[bytes, None, None]:
    """Run git and yield what it prints; the process group is killed at the deadline or when the reader stops."""
    with tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        process = subprocess.Popen(
            [*BOUNDED, *command_line(git_dir, args)],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(remote),
            cwd="/",
            start_new_session=True,
        )
        _widen(process.stdout)
        errors = bytearray()
        try:
            yield from _pump(process, errors, limits)
            if process.wait():
                raise GitError(sentence_of(bytes(errors), process.returncode))
        finally:
            _end(process)


def command_line(git_dir: Path | None, args: Sequence[str]) -> list[str]:
    options = [part for entry in CONFIG for part in ("-c", entry)]
    place = [f"--git-dir={git_dir}"] if git_dir else []
    return ["git", "--no-pager", *options, *place, *args]


def environment(remote: Remote = NOWHERE) -> dict[str, str]:
    """The whole environment of a git process: nothing of the person's or the machine's configuration."""
    given = {"GIT_CONFIG_COUNT": str(len(remote.settings))} if remote.settings else {}
    for n, (name, value) in enumerate(remote.settings):
        given |= {f"GIT_CONFIG_KEY_{n}": name, f"GIT_CONFIG_VALUE_{n}": value}
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | {
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
        "SSH_ASKPASS": "false",
        "GIT_SSH_COMMAND": "false",
        "GIT_PAGER": "cat",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        **UNHURRIED,
        "GIT_ALLOW_PROTOCOL": ":".join(remote.protocols) or "none",
        **({} if remote.protocols else {"GIT_NO_LAZY_FETCH": "1"}),
        **given,
    }


def sentence_of(errors: bytes, returncode: int) -> str:
    """git's complaint as one sentence, without credentials."""
    text = errors.decode("utf-8", "replace")
    for pattern, sentence in KNOWN_ERRORS:
        if re.search(pattern, text, re.IGNORECASE):
            return sentence
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    fatal = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "")
    return f"git stopped with status {returncode}: {hide_credentials(fatal)[:300]}"


def hide_credentials(text: str) -> str:
    return re.sub(r"://[^/@\s]+@", "://…@", text)


KNOWN_ERRORS = (
    (r"not a git repository", "There is no git repository at this place."),
    (
        r"authentication failed|could not read (username|password)|returned error: 40[13]",
        "The server asks for a login; attach a repository that can be read without one, or a folder on this server.",
    ),
    (r"could not resolve host", "The host name of the address is not known; check its spelling."),
    (r"repository .*not found|returned error: 404", "The server knows no repository at this address."),
    (
        r"unable to update url base from redirection|returned error: 30\d",
        "The server sends git on to another address; give that address instead.",
    ),
    (r"failed to connect|connection (timed out|refused)|couldn't connect", "The server does not answer."),
    (r"ssl certificate|certificate verif", "The server's certificate is not trusted on this machine."),
    (r"no space left", "The disk is full."),
    (r"out of memory|cannot allocate memory|memory exhausted", "git needed more memory than one run may take."),
    (
        r"bad object|unable to read|is corrupt|missing (blob|tree|commit)|inflate|could not read|malformed object",
        "The repository is damaged or incomplete: git cannot read one of its objects.",
    ),
    (r"transport '[^']*' not allowed", "Only https addresses and folders on this server can be read."),
)


def _pump(process: "subprocess.Popen[bytes]", errors: bytearray, limits: Limits) -> Iterator[bytes]:
    assert process.stdout is not None  # noqa: S101  (PIPE above; for the type checker)
    assert process.stderr is not None  # noqa: S101  (as above)
    heard_at = time.monotonic()
    n_chunks = 0
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        ready.register(process.stderr, selectors.EVENT_READ)
        while ready.get_map():
            for key, _ in ready.select(TICK_S):
                chunk = os.read(key.fd, CHUNK_BYTES)
                if not chunk:
                    ready.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    yield chunk
                    n_chunks += 1
                    if n_chunks > MANY_CHUNKS and len(chunk) <= PAGE_BYTES:
                        time.sleep(BREATH_S)
                else:
                    errors += chunk[: max(0, ERROR_BYTES - len(errors))]
            now = time.monotonic()
            if now > limits.deadline_at:
                raise GitLimit("Reading the repository took longer than the time limit allows.")
            if now - heard_at >= TICK_S:
                heard_at = now
                limits.tick()


def _widen(pipe: "IO[bytes] | None") -> None:
    """A roomy pipe lets git go on while we read; where the machine refuses, the usual one does."""
    if pipe:
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, CHUNK_BYTES)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()
