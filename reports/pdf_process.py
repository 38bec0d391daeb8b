"""The process WeasyPrint runs in: it is loaded once and forks for each document.

    python -m reports.pdf_process DESCRIPTOR IDLE_S

Over the socket DESCRIPTOR, which all processes of a worker hold, comes one line of JSON for each document, with its
limits, a socket to answer on and four open files: the document to read, and where to say how far it is, to write the
PDF, and to complain. The fork takes the limits, renders and ends; another one attends it and answers with one line of
JSON, how it ended and what it took. The end of the socket to answer on is the end of both, that of DESCRIPTOR the end
of this process, as are IDLE_S seconds without a document, unless these are none. A program of its own that loads no
Django.
"""

import base64
import contextlib
import ctypes
import ctypes.util
import datetime as dt
import functools
import gc
import io
import json
import logging
import os
import re
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from xml.etree import ElementTree

from reports.pdf import BASE, STATIC
from reports.pdf_archive import ATTACHMENT_NAME, finish, has_unclear_end

MIME_TYPES = {".css": "text/css", ".woff2": "font/woff2"}
LOGO = "data:image/png;base64,"
PNG_HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
MAX_LOGO_BYTES = 500_000
MAX_LOGO_PIXELS = 1_000_000
CPU_LIMIT_S = 120
MAX_PADDING = 8  # how often a file whose stream ends unluckily is written again, one chance in 128 each
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
PHASES = {"Step 5": "layout", "Step 6": "write"}  # of what WeasyPrint logs
NICENESS = 10  # on top of the worker's
N_FILES = 5
DOCTYPE = "<!doctype html>"
NOT_XML = re.compile(r"<!D|<(?:svg|math)\b(?![^>]*\sxmlns=)")  # what declares what expands; figures known by name alone
EMPTY = re.compile(r"<(meta|link|br|hr|img|col|wbr|input)\b([^>]*?)/?>")
VARIANT = "pdf/a-3a"
FIRST_FONTS = ("source-sans-3-latin-400-normal", "source-sans-3-latin-600-normal", "source-serif-4-latin-600-normal")


def serve(control: socket.socket, idle_s: float = 0) -> None:
    """Fork until nobody can ask any more. Ctrl-C is for whoever asked, who may want to see a document through."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _give_way()
    gc.disable()  # a fork ends with its one document; looking for circles in it costs more than their memory
    _look_for_no_library()
    _draw_figures_by_the_run()
    _warm_up()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who attend are waited for by nobody
    while select.select([control], [], [], idle_s or None)[0]:
        order, files, _, _ = socket.recv_fds(control, 4096, N_FILES)
        if not order:
            return
        if not os.fork():
            control.close()
            _attend(json.loads(order), files)
        for file in files:
            os.close(file)


def _attend(order: dict[str, Any], files: list[int]) -> NoReturn:
    """Have one document rendered in a process of its own and tell how it ended, as long as somebody waits for it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    answer, *own = files
    ended, open_while_it_runs = os.pipe()
    parent, pid = os.getpid(), os.fork()
    if not pid:
        os.close(ended)
        os.close(answer)
        _render_and_end(order, own, parent)
    for file in (open_while_it_runs, *own):
        os.close(file)
    if answer in select.select([answer, ended], [], [])[0]:
        _clear_away(pid, order["folder"])  # whoever waits says nothing, so it is gone
    _, status, used = os.wait4(pid, 0)
    told = {
        "returncode": os.waitstatus_to_exitcode(status),
        "memory_bytes": used.ru_maxrss * 1024,
        "processor_s": used.ru_utime + used.ru_stime,
    }
    with contextlib.suppress(BrokenPipeError):
        os.write(answer, json.dumps(told).encode())
    os._exit(0)


def _clear_away(pid: int, folder: str) -> NoReturn:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _render_and_end(order: dict[str, Any], files: list[int], parent: int) -> NoReturn:
    """What a fork does: limits first, then read, render and write."""
    document, said, printed, errors = files
    os.dup2(errors, 2)
    try:
        _die_with(parent)
        memory: int = order["memory_bytes"]
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
        tempfile.tempdir = order["folder"]
        _say_steps(said)
        with open(document, "rb", closefd=False) as package:
            html, attached = package.read(int(package.readline())).decode("utf-8"), package.read()
        with open(printed, "wb", closefd=False) as out:
            out.write(_pdf(html, attached))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)  # what is written is whole; taking the native libraries down in some order could only fail


def _pdf(html: str, attached: bytes) -> bytes:
    """One line of JSON about the file, and the file."""
    import weasyprint  # here, not above: the environment of this process comes first, and tests read our constants

    warnings = _heard_warnings()
    document = _read(html).render(pdf_variant=VARIANT)
    content, named = b"", document.metadata.attachments
    for padding in range(MAX_PADDING):
        document.metadata.attachments = named + _attachments(weasyprint, document.metadata.created, attached)
        content = document.write_pdf(pdf_variant=VARIANT, finisher=lambda _, pdf, padding=padding: finish(pdf, padding))
        if not has_unclear_end(content):
            break
    told = [text for text in warnings if "prefers-color-scheme" not in text]  # the dark scheme is not for paper
    return json.dumps({"pages": len(document.pages), "warnings": told}).encode() + b"\n" + content


def _read(html: str) -> Any:
    """The document as WeasyPrint holds it. Its own reader is all Python and takes as long as setting a page."""
    import weasyprint
    from cssselect2 import ElementWrapper

    root = _as_xml(html)
    page = weasyprint.HTML(string="" if root is not None else html, base_url=BASE, url_fetcher=_fetcher())
    if root is not None:
        page.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        page.etree_element = root
    return page


def _as_xml(html: str) -> ElementTree.Element | None:
    """The same elements, read by expat, where a document is XML but for its unclosed empty elements."""
    text = EMPTY.sub(r"<\1\2/>", html.removeprefix(DOCTYPE))
    try:
        return None if NOT_XML.search(text) else ElementTree.fromstring(text)  # noqa: S314  (nothing is declared in it)
    except ElementTree.ParseError:
        return None


class _Run(str):
    """The text of a figure, gone through as one piece.

    WeasyPrint lays out and draws each letter on its own, in case each has a place of its own, which takes half a page's
    time for a figure and loses the kerning. In our figures none has; a test holds them to it.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        yield str(self)


def _draw_figures_by_the_run() -> None:
    from weasyprint.svg import Node

    Node.text = property(lambda node: node._etree_node.text and _Run(node._etree_node.text))


def _heard_warnings() -> list[str]:
    warnings: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: warnings.append(record.getMessage()[:300])  # type: ignore[method-assign]  # a list is all the handler is
    logging.getLogger("weasyprint").addHandler(handler)
    return warnings


def _warm_up() -> None:
    """What every document needs is loaded and unpacked once: modules, foreign types, the letters most are set in."""
    import weasyprint

    faces = "".join(
        f'@font-face {{ font-family: "f{place}"; src: url("{BASE}fonts/{name}.woff2") }}'
        for place, name in enumerate(FIRST_FONTS)
    )
    html = f'<style>{faces} p {{ font-family: "f0" }}</style><p>x<svg width="9" height="9"><text y="9">x</text></svg>'
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="headwater-pdf-") as tempfile.tempdir:
        weasyprint.HTML(string=html, base_url=BASE, url_fetcher=_fetcher()).write_pdf(pdf_variant=VARIANT)
        gc.collect()
    tempfile.tempdir = before


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
        """Serves our style sheets and fonts by name and refuses every other address, redirects included."""

        def fetch(self, url: str, headers: object = None) -> object:  # noqa: ARG002  (the signature is WeasyPrint's)
            if url.startswith(LOGO):
                return URLFetcherResponse(url, _logo(url), {"Content-Type": "image/png"})
            path = _static_file(url)
            return URLFetcherResponse(url, _content_of(path), {"Content-Type": MIME_TYPES[path.suffix]})

    return OwnFilesOnly()


def _static_file(url: str) -> Path:
    """The file an address under BASE means; everything else is refused."""
    path = (STATIC / url.removeprefix(BASE)).resolve()
    if not url.startswith(BASE) or not path.is_relative_to(STATIC) or path.suffix not in MIME_TYPES:
        raise ValueError(f"A report may not fetch {url[:200]}")
    return path


@functools.cache
def _content_of(path: Path) -> bytes:
    """A style sheet as it is, a typeface unpacked, so that a fork finds it unpacked."""
    packed = path.read_bytes()
    if path.suffix != ".woff2":
        return packed
    from fontTools.ttLib import woff2

    unpacked = io.BytesIO()
    woff2.decompress(io.BytesIO(packed), unpacked)
    return unpacked.getvalue()


def _logo(url: str) -> bytes:
    """The PNG that a data address holds; nothing is fetched, and its head says how many pixels it takes to draw it."""
    content = base64.b64decode(url.removeprefix(LOGO), validate=True)
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    if not content.startswith(PNG_HEAD) or len(content) > MAX_LOGO_BYTES or width * height > MAX_LOGO_PIXELS:
        raise ValueError("A report takes no picture but a small PNG.")
    return content


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
    serve(socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2]))
