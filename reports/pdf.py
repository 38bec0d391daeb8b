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
        raise PdfRefused(_why(done.returncode, done.errors.decode("utf-8", "replace")))
    head, _, content = done.printed.partition(b"\n")
    about = json.loads(head)
    return Pdf(content, about["pages"], tuple(about["warnings"]), done.memory_bytes, done.processor_s)


def prepare() -> None:
    """Have a process load WeasyPrint while the document is still being written."""
    _keep(_renderer())


def let_go() -> None:
    """End the process that is kept for the next document."""
    with _lock:
        idle, _idle[:] = list(_idle), []
    for renderer in idle:
        renderer.close()


class _Renderer:
    """A process that renders one document after another; it ends by itself when none came for long."""

    def __init__(self) -> None:
        self.owner, self.has_served = os.getpid(), False
        self._errors: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the process)
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "reports.pdf_process", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                cwd=HERE.parent,
                env=_environment(),
                pass_fds=[theirs.fileno()],
            )

    def is_up(self) -> bool:
        return self.owner == os.getpid() and self._process.poll() is None

    def begin(self, files: "_Files", memory_limit_bytes: int) -> None:
        order = json.dumps({"memory_bytes": memory_limit_bytes, "folder": files.folder}).encode()
        with contextlib.suppress(ConnectionError):  # it is gone, which the answer will tell
            socket.send_fds(self._control, [order], [file.fileno() for file in files.all])

    def answer(self, patience_s: float) -> dict[str, Any] | None:
        """How the document ended and what it took, nothing while it goes on. Raises EOFError without process."""
        self._control.settimeout(patience_s)
        try:
            told = self._control.recv(4096)
        except TimeoutError:
            return None
        except ConnectionError:
            told = b""
        if not told:
            raise EOFError
        self.has_served = True
        answer: dict[str, Any] = json.loads(told)
        return answer

    def last_words(self) -> tuple[int, bytes]:
        """Its return code and what it said, of a process that is gone."""
        returncode = self._process.wait()
        self._errors.seek(0)
        return returncode, self._errors.read()

    def close(self) -> None:
        """End it and the rendering it is at, if any."""
        self._control.close()
        if self.owner == os.getpid():
            self._process.kill()
            self._process.wait()
        self._errors.close()


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
_idle: list[_Renderer] = []
atexit.register(let_go)


def _renderer() -> _Renderer:
    """The process that is kept, where one is up and not at work, or else a new one."""
    with _lock:
        while _idle:
            renderer = _idle.pop()
            if renderer.is_up():
                return renderer
            renderer.close()
    return _Renderer()


def _keep(renderer: _Renderer) -> None:
    with _lock:
        if not _idle:
            _idle.append(renderer)
            return
    renderer.close()


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
    while True:
        renderer = _renderer()
        with _files(package) as files:
            try:
                renderer.begin(files, memory_limit_bytes)
                answer = _wait(renderer, ends_at, wall_limit_s, tick, lambda: _hear(files.said.fileno(), step))
            except EOFError:
                returncode, errors = renderer.last_words()
                renderer.close()
                if renderer.has_served or not returncode:  # it had waited for long enough just then
                    continue
                return _Rendering(returncode, errors=errors)
            except BaseException:
                renderer.close()
                raise
            _keep(renderer)
            for file in (files.printed, files.errors):
                file.seek(0)
            return _Rendering(**answer, printed=files.printed.read(), errors=files.errors.read())


def _hear(said: int, step: Step) -> None:
    """Pass on the last whole line in which the child said how far it is."""
    lines = os.pread(said, os.fstat(said).st_size, 0).decode().splitlines()
    if lines and len(words := lines[-1].split()) == 2:
        step(words[0], int(words[1]))


def _wait(
    renderer: _Renderer, ends_at: float, wall_limit_s: int, tick: Callable[[], None], hear: Callable[[], None]
) -> dict[str, Any]:
    while True:
        answer = renderer.answer(max(0.01, min(TICK_S, ends_at - time.monotonic())))
        if answer is not None:
            return answer
        if time.monotonic() >= ends_at:
            raise PdfRefused(f"Rendering took longer than {wall_limit_s} seconds and was stopped.")
        tick()
        hear()


def _environment() -> dict[str, str]:
    """Nothing of ours reaches the child: no secret, no proxy, no user fonts."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "FONTCONFIG_FILE": str(FONT_CONFIGURATION), "PYTHONDONTWRITEBYTECODE": "1"}


def _why(returncode: int, errors: str) -> str:
    if "MemoryError" in errors or "Cannot allocate" in errors:
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
