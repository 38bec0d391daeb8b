"""The only door to WeasyPrint: finished HTML in, PDF/A-3a and PDF/UA-1 bytes out, in a process of its own.

That process, `reports.pdf_process`, loads no Django, sees no system font, may fetch nothing but our own style sheets
and fonts by name and a logo that stands in the document itself, and dies when it takes too much memory, CPU or time. It
has loaded WeasyPrint before a document comes and forks for each, so none meets anything of an earlier one. Dates in the
file come from the HTML's metadata, so the same HTML gives the same bytes.
"""

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "static"
FONT_CONFIGURATION = HERE / "fonts.conf"
BASE = "https://static.invalid/"  # a name that exists nowhere; only so that relative addresses in style sheets resolve

MAX_HTML_BYTES = 4_000_000
MAX_ATTACHED_BYTES = 8_000_000
MEMORY_LIMIT_BYTES = 1_500_000_000
WALL_LIMIT_S = 180
FAULTS = (signal.SIGSEGV, signal.SIGBUS)
TICK_S = 1.0
IDLE_S = 300  # a process nobody needed for so long gives its memory back
TRIES = 3  # with a process that goes away each time
Step = Callable[[str, int], None]


class PdfRefused(Exception):
    """The document could not be rendered; the text says why, for a person."""


@dataclass(frozen=True)
class Pdf:
    content: bytes
    n_pages: int
    warnings: tuple[str, ...]
    memory_bytes: int = 0  # the most its process held
    processor_s: float = 0.0  # of its process


@dataclass(frozen=True)
class _Rendering:
    """How the process of one document ended."""

    returncode: int
    memory_bytes: int = 0
    processor_s: float = 0.0
    printed: bytes = b""
    errors: bytes = b""


def render_pdf(
    html: str,
    *,
    attached: bytes = b"",
    wall_limit_s: int = WALL_LIMIT_S,
    memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
    tick: Callable[[], None] = lambda: None,
    step: Step = lambda *_: None,
) -> Pdf:
    """Render one HTML document. Raises PdfRefused with a readable reason.

    `attached` is JSON that goes into the file as the source it was made from.
    `tick` is called every second meanwhile, `step` with "layout" and the page at hand or "write" where one of these is
    reached; what they raise stops the rendering and ends the process.
    """
    given = html.encode("utf-8", "replace")
    if len(given) > MAX_HTML_BYTES:
        raise PdfRefused(f"The report is too large to render: {len(given):,} bytes, at most {MAX_HTML_BYTES:,}.")
    if len(attached) > MAX_ATTACHED_BYTES:
        raise PdfRefused(f"The data to attach are too large: {len(attached):,} bytes, at most {MAX_ATTACHED_BYTES:,}.")
    package = b"%d\n" % len(given) + given + attached
    done = _rendered(package, wall_limit_s, memory_limit_bytes, tick, step)
    if -done.returncode in FAULTS:  # seen once, with nothing wrong with the document
        done = _rendered(package, wall_limit_s, memory_limit_bytes, tick, step)
    if done.returncode:
        raise PdfRefused(_why(done, memory_limit_bytes))
    head, _, content = done.printed.partition(b"\n")
    about = json.loads(head)
    return Pdf(content, about["pages"], tuple(about["warnings"]), done.memory_bytes, done.processor_s)


def prepare(*, stays: bool = False) -> None:
    """Have a process load WeasyPrint while the document is still being written.

    One that stays is also there for all processes this one forks, and ends with the last of them; any other ends
    when nobody needed it for IDLE_S.
    """
    _renderer(0 if stays else IDLE_S)


def let_go() -> None:
    """End the process that is kept for the next document."""
    with _lock:
        for renderer in _kept:
            renderer.close()
        _kept.clear()


class _Renderer:
    """A process that renders documents, several at once if need be, for this one and all that are forked from it."""

    def __init__(self, idle_s: float) -> None:
        self._owner, self._has_served = os.getpid(), False
        self._errors: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the process)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # each order whole, from many
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "reports.pdf_process", str(theirs.fileno()), str(idle_s)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                cwd=HERE.parent,
                env=_environment(),
                pass_fds=[theirs.fileno()],
            )

    def is_up(self) -> bool:
        """Whether its end of the socket is open."""
        looked = select.poll()
        looked.register(self._control, 0)
        return not looked.poll(0)

    def begin(self, files: "_Files", memory_limit_bytes: int) -> "_Answer":
        order = json.dumps({"memory_bytes": memory_limit_bytes, "folder": files.folder}).encode()
        ours, theirs = socket.socketpair()
        with theirs, contextlib.suppress(OSError):  # it is gone, which the answer will tell
            socket.send_fds(self._control, [order], [theirs.fileno(), *(file.fileno() for file in files.all)])
        return _Answer(ours)

    def note_served(self) -> None:
        self._has_served = True

    def last_words(self) -> tuple[int, bytes]:
        """Return code and complaints of a process of ours that never came to serve; of any other nothing."""
        is_closed = self._control.fileno() < 0
        if self._has_served or self._owner != os.getpid() or is_closed or self.is_up():
            return 0, b""
        returncode = self._process.wait()
        self._errors.seek(0)
        return returncode, self._errors.read()

    def close(self) -> None:
        """End it, unless others need it; what it is at goes on for whoever waits."""
        self._control.close()
        if self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
        self._errors.close()


class _Answer:
    """What is told once of one document; as long as it is open, the rendering goes on."""

    def __init__(self, ours: socket.socket) -> None:
        self._socket = ours

    def __enter__(self) -> "_Answer":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def get(self, patience_s: float) -> dict[str, Any] | None:
        """How the document ended and what it took, nothing while it goes on. Raises EOFError when it will not end."""
        self._socket.settimeout(patience_s)
        try:
            told = self._socket.recv(4096)
        except TimeoutError:
            return None
        except ConnectionError:
            told = b""
        if not told:
            raise EOFError
        answer: dict[str, Any] = json.loads(told)
        return answer


@dataclass(frozen=True)
class _Files:
    """What passes between the processes. Files, not pipes: waiting in steps loses what a pipe still holds."""

    document: BinaryIO
    said: BinaryIO
    printed: BinaryIO
    errors: BinaryIO
    folder: str

    @property
    def all(self) -> tuple[BinaryIO, ...]:
        return self.document, self.said, self.printed, self.errors


_lock = threading.Lock()
_kept: list[_Renderer] = []
atexit.register(let_go)


def _renderer(idle_s: float = IDLE_S) -> _Renderer:
    """The process that is kept, where it is up, or else a new one."""
    with _lock:
        if _kept and not _kept[0].is_up():
            _kept.pop().close()
        if not _kept:
            _kept.append(_Renderer(idle_s))
        return _kept[0]


@contextlib.contextmanager
def _files(package: bytes) -> Iterator[_Files]:
    with contextlib.ExitStack() as stack:
        document, said, printed, errors = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(4))
        # For fonts, unpacked. A rendering that was stopped may still be writing there for a moment.
        place = tempfile.TemporaryDirectory(prefix="headwater-pdf-", ignore_cleanup_errors=True)
        folder = stack.enter_context(place)
        document.write(package)
        document.seek(0)
        yield _Files(document, said, printed, errors, folder)


def _rendered(
    package: bytes, wall_limit_s: int, memory_limit_bytes: int, tick: Callable[[], None], step: Step
) -> _Rendering:
    """One document in a process that is up; where it went away meanwhile, in a new one."""
    ends_at = time.monotonic() + wall_limit_s
    for _ in range(TRIES):
        renderer = _renderer()
        with _files(package) as files, renderer.begin(files, memory_limit_bytes) as answer:
            try:
                told = _wait(answer, ends_at, wall_limit_s, tick, lambda: _hear(files.said.fileno(), step))
            except EOFError:  # perhaps it had waited for long enough just then
                with _lock:
                    returncode, errors = renderer.last_words()
                if returncode:
                    return _Rendering(returncode, errors=errors)
                continue
            renderer.note_served()
            for file in (files.printed, files.errors):
                file.seek(0)
            return _Rendering(**told, printed=files.printed.read(), errors=files.errors.read())
    return _Rendering(-signal.SIGKILL)


def _hear(said: int, step: Step) -> None:
    """Pass on the last whole line in which the child said how far it is."""
    lines = os.pread(said, os.fstat(said).st_size, 0).decode().splitlines()
    if lines and len(words := lines[-1].split()) == 2:
        step(words[0], int(words[1]))


def _wait(
    answer: _Answer, ends_at: float, wall_limit_s: int, tick: Callable[[], None], hear: Callable[[], None]
) -> dict[str, Any]:
    while True:
        told = answer.get(max(0.01, min(TICK_S, ends_at - time.monotonic())))
        if told is not None:
            return told
        if time.monotonic() >= ends_at:
            raise PdfRefused(f"Rendering took longer than {wall_limit_s} seconds and was stopped.")
        tick()
        hear()


def _environment() -> dict[str, str]:
    """Nothing of ours reaches the child: no secret, no proxy, no user fonts."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "FONTCONFIG_FILE": str(FONT_CONFIGURATION), "PYTHONDONTWRITEBYTECODE": "1"}


def _why(done: _Rendering, memory_limit_bytes: int) -> str:
    returncode, errors = done.returncode, done.errors.decode("utf-8", "replace")
    is_full = done.memory_bytes * 2 > memory_limit_bytes  # libraries give up in ways of their own where none is left
    if "MemoryError" in errors or "Cannot allocate" in errors or is_full:
        return "Rendering needed more memory than a report may take and was stopped."
    if -returncode in {signal.SIGXCPU, signal.SIGKILL}:
        return "Rendering took more memory or processor time than a report may take and was stopped."
    if returncode < 0:
        return f"Rendering broke off with signal {-returncode}, a fault in WeasyPrint or a library under it."
    last = next((line for line in reversed(errors.strip().splitlines()) if line.strip()), "no message")
    if "cannot load library" in errors or "libpango" in errors:
        return (
            "WeasyPrint found no Pango on this machine. Install it: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0."
        )
    return f"WeasyPrint could not render the report: {last[:300]}"
