"""The only door to WeasyPrint: finished HTML in, PDF/A-3a and PDF/UA-1 bytes out, in a process of its own.

The child process is this module run as a script; it loads no Django, sees no system font, may fetch nothing but our own
style sheets and fonts by name and a logo that stands in the document itself, and dies when it takes too much memory,
CPU or time. Dates in the file come from the HTML's metadata, so the same HTML gives the same bytes.
"""

import base64
import ctypes
import ctypes.util
import datetime as dt
import gc
import io
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.pdf_archive import ATTACHMENT_NAME, finish, has_unclear_end

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "static"
FONT_CONFIGURATION = HERE / "fonts.conf"
BASE = "https://static.invalid/"  # a name that exists nowhere; only so that relative addresses in style sheets resolve
MIME_TYPES = {".css": "text/css", ".woff2": "font/woff2"}
LOGO = "data:image/png;base64,"
PNG_HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

MAX_HTML_BYTES = 4_000_000
MAX_ATTACHED_BYTES = 8_000_000
MAX_LOGO_BYTES = 500_000
MAX_LOGO_PIXELS = 1_000_000
MEMORY_LIMIT_BYTES = 1_500_000_000
CPU_LIMIT_S = 120
WALL_LIMIT_S = 180
MAX_PADDING = 8  # how often a file whose stream ends unluckily is written again, one chance in 128 each
FAULTS = (signal.SIGSEGV, signal.SIGBUS)
TICK_S = 1.0
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
PHASES = {"Step 5": "layout", "Step 6": "write"}  # of what WeasyPrint logs
Step = Callable[[str, int], None]
NICENESS = 10  # on top of the worker's


class PdfRefused(Exception):
    """The document could not be rendered; the text says why, for a person."""


@dataclass(frozen=True)
class Pdf:
    content: bytes
    n_pages: int
    warnings: tuple[str, ...]


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
    returncode, out, errors = _run_child(package, wall_limit_s, memory_limit_bytes, tick, step)
    if -returncode in FAULTS:  # seen once, with nothing wrong with the document
        returncode, out, errors = _run_child(package, wall_limit_s, memory_limit_bytes, tick, step)
    if returncode:
        raise PdfRefused(_why(returncode, errors.decode("utf-8", "replace")))
    head, _, content = out.partition(b"\n")
    about = json.loads(head)
    return Pdf(content=content, n_pages=about["pages"], warnings=tuple(about["warnings"]))


def _run_child(
    package: bytes, wall_limit_s: int, memory_limit_bytes: int, tick: Callable[[], None], step: Step
) -> tuple[int, bytes, bytes]:
    """The child's return code, output and errors."""
    ends_at = time.monotonic() + wall_limit_s
    with tempfile.TemporaryFile() as document, tempfile.TemporaryFile() as said:
        document.write(package)  # files, not pipes: waiting in steps loses what a pipe still holds
        document.seek(0)
        command = [sys.executable, "-m", "reports.pdf", str(memory_limit_bytes), str(said.fileno()), str(os.getpid())]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command,
            stdin=document,
            stdout=pipe,
            stderr=pipe,
            cwd=HERE.parent,
            env=_environment(),
            pass_fds=[said.fileno()],
        ) as child:
            try:
                return _wait(child, ends_at, wall_limit_s, tick, lambda: _hear(said.fileno(), step))
            finally:
                child.kill()


def _hear(said: int, step: Step) -> None:
    """Pass on the last whole line in which the child said how far it is."""
    lines = os.pread(said, os.fstat(said).st_size, 0).decode().splitlines()
    if lines and len(words := lines[-1].split()) == 2:
        step(words[0], int(words[1]))


def _wait(
    child: "subprocess.Popen[bytes]",
    ends_at: float,
    wall_limit_s: int,
    tick: Callable[[], None],
    hear: Callable[[], None],
) -> tuple[int, bytes, bytes]:
    while True:
        try:
            out, errors = child.communicate(timeout=max(0.01, min(TICK_S, ends_at - time.monotonic())))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= ends_at:
                raise PdfRefused(f"Rendering took longer than {wall_limit_s} seconds and was stopped.") from None
            tick()
            hear()
        else:
            return child.returncode, out, errors


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


def _static_file(url: str) -> Path:
    """The file an address under BASE means; everything else is refused."""
    path = (STATIC / url.removeprefix(BASE)).resolve()
    if not url.startswith(BASE) or not path.is_relative_to(STATIC) or path.suffix not in MIME_TYPES:
        raise ValueError(f"A report may not fetch {url[:200]}")
    return path


def _logo(url: str) -> bytes:
    """The PNG that a data address holds; nothing is fetched, and its head says how many pixels it takes to draw it."""
    content = base64.b64decode(url.removeprefix(LOGO), validate=True)
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    if not content.startswith(PNG_HEAD) or len(content) > MAX_LOGO_BYTES or width * height > MAX_LOGO_PIXELS:
        raise ValueError("A report takes no picture but a small PNG.")
    return content


def _render_in_this_process() -> None:
    """What the child does: limits first, then read, render and write."""
    memory, said, parent = (int(number) for number in sys.argv[1:4])
    _die_with(parent)
    _give_way()
    gc.disable()  # the process ends with its one document; looking for circles in it costs more than their memory
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    _look_for_no_library()
    import weasyprint  # here, not above: the parent process must not pay for it, and the limits come first
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
        """Serves our style sheets and fonts by name and refuses every other address, redirects included."""

        def fetch(self, url: str, headers: object = None) -> object:  # noqa: ARG002  (the signature is WeasyPrint's)
            if url.startswith(LOGO):
                return URLFetcherResponse(url, _logo(url), {"Content-Type": "image/png"})
            path = _static_file(url)
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MIME_TYPES[path.suffix]})

    warnings: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: warnings.append(record.getMessage()[:300])  # type: ignore[method-assign]  # a list is all the handler is
    logging.getLogger("weasyprint").addHandler(handler)
    _say_steps(said)
    length = int(sys.stdin.buffer.readline())
    html, attached = sys.stdin.buffer.read(length).decode("utf-8"), sys.stdin.buffer.read()
    page = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=OwnFilesOnly())
    document = page.render(pdf_variant="pdf/a-3a")
    content, named = b"", document.metadata.attachments
    for padding in range(MAX_PADDING):
        document.metadata.attachments = named + _attachments(weasyprint, document.metadata.created, attached)
        content = document.write_pdf(
            pdf_variant="pdf/a-3a", finisher=lambda _, pdf, padding=padding: finish(pdf, padding)
        )
        if not has_unclear_end(content):
            break
    told = [text for text in warnings if "prefers-color-scheme" not in text]  # the dark scheme is not for paper
    head = json.dumps({"pages": len(document.pages), "warnings": told})
    sys.stdout.buffer.write(head.encode() + b"\n" + content)
    sys.stdout.buffer.flush()
    os._exit(0)  # what is written is whole; taking the native libraries down in some order could only fail


def _give_way() -> None:
    """Pages that people wait for go first. Not SCHED_IDLE: beside other work a report would never be done."""
    os.nice(NICENESS)
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _look_for_no_library() -> None:
    """WeasyPrint tries the names of other systems first, and for each that is missing ctypes starts a compiler."""
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005  (the loader finds the names of this system)


def _die_with(parent: int) -> None:
    """A worker that is killed leaves no rendering behind that nobody waits for."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be told
        os._exit(1)


def _say_steps(said: int) -> None:
    """One short line for each page that is begun and for the writing, for whoever waits."""

    def emit(record: logging.LogRecord) -> None:
        text = record.getMessage()
        phase = next((name for start, name in PHASES.items() if text.startswith(start)), "")
        if phase:
            page = text.rpartition(" ")[2]
            os.write(said, f"{phase} {page if page.isdigit() else 0}\n".encode())

    handler = logging.Handler(logging.INFO)
    handler.emit = emit  # type: ignore[method-assign]  # a file descriptor is all the handler is
    logger = logging.getLogger("weasyprint.progress")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)


def _attachments(weasyprint: Any, created: str | None, attached: bytes) -> list[Any]:
    """Read once when the file is written, so made anew for each writing."""
    if not attached:
        return []
    at = dt.datetime.fromisoformat(created or "2000-01-01T00:00:00Z")
    source = weasyprint.Attachment(
        file_obj=io.BytesIO(attached),
        name=ATTACHMENT_NAME,
        description="The assessment this report was made from",
        relationship="Source",
        created=at,
        modified=at,
    )
    return [source]


if __name__ == "__main__":
    _render_in_this_process()
