"""The process that is kept for rendering: what stays between documents, what does not, and when it ends."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pikepdf
import pytest
import weasyprint
from django.conf import settings

from reports import pdf, pdf_process
from reports.pdf import PdfRefused, let_go, prepare, render_pdf
from tests.processes import descendants, is_alive, wait_for
from tests.reports.test_pdf import afresh as afresh
from tests.reports.test_pdf import document

SVG = 'xmlns="http://www.w3.org/2000/svg"'
SLOW = document("<table><tr><td colspan=100000>x</td></tr></table>" * 3)


def kept():
    """The pid of the process that is kept."""
    (renderer,) = pdf._kept
    return renderer._process.pid


def test_one_process_serves_one_document_after_another():
    render_pdf(document("<p>x</p>"))
    pid = kept()
    assert render_pdf(document("<p>y</p>")).n_pages == 1
    assert kept() == pid


def test_a_document_that_failed_leaves_the_next_nothing(afresh):
    render_pdf(document("<p>x</p>"))
    pid, clean = kept(), render_pdf(document("<p>x</p>")).content
    with pytest.raises(PdfRefused, match="more memory than a report may take"):
        render_pdf(document("<p>x</p>" * 10_000), memory_limit_bytes=60_000_000)
    warned = render_pdf(document('<p style="nonsense: 1">x</p>'))
    again = render_pdf(document("<p>x</p>"))
    assert (again.content, again.warnings, kept()) == (clean, (), pid)
    assert warned.warnings != ()


def test_what_it_took_is_told():
    told = render_pdf(document("<p>x</p>"))
    assert 20_000_000 < told.memory_bytes < pdf.MEMORY_LIMIT_BYTES
    assert 0 < told.processor_s < pdf_process.CPU_LIMIT_S


def test_nothing_stays_in_the_temporary_folder(afresh, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", os.fspath(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    render_pdf(document("<p>x</p>"))
    with pytest.raises(PdfRefused):
        render_pdf(SLOW, wall_limit_s=1)
    let_go()
    assert list(tmp_path.iterdir()) == []


def test_prepared_before_the_document_is_there(afresh):
    prepare()
    pid = kept()
    prepare()
    render_pdf(document("<p>x</p>"))
    assert kept() == pid


def test_a_process_that_went_away_between_two_documents_is_replaced():
    render_pdf(document("<p>x</p>"))
    gone = kept()
    os.kill(gone, signal.SIGKILL)
    assert render_pdf(document("<p>x</p>")).n_pages == 1
    assert kept() != gone


def test_a_process_that_had_waited_for_long_enough_is_replaced(afresh, monkeypatch):
    """Its end and the document may cross."""
    begun = []

    class Leaving(pdf._Renderer):
        def begin(self, files, memory_limit_bytes):
            begun.append(self)
            if len(begun) == 1:
                self._control.shutdown(socket.SHUT_RDWR)
            return super().begin(files, memory_limit_bytes)

    monkeypatch.setattr(pdf, "_Renderer", Leaving)
    assert render_pdf(document("<p>x</p>")).n_pages == 1
    assert len(begun) == 2


def test_control_c_of_a_terminal_does_not_reach_it():
    render_pdf(document("<p>x</p>"))
    pid = kept()
    os.kill(pid, signal.SIGINT)
    assert render_pdf(document("<p>x</p>")).n_pages == 1
    assert kept() == pid


def test_a_process_that_goes_away_under_a_document_sees_it_through_and_is_replaced(monkeypatch):
    render_pdf(document("<p>x</p>"))
    gone, first = kept(), iter([True])
    monkeypatch.setattr(pdf, "TICK_S", 0.01)

    def tick():
        if next(first, False):
            os.kill(gone, signal.SIGKILL)

    assert render_pdf(document("<p>x</p>" * 300), tick=tick).n_pages > 1
    assert render_pdf(document("<p>x</p>")).n_pages == 1
    assert not is_alive(gone)


def test_what_attends_a_document_may_go_away(afresh, monkeypatch):
    prepare()
    monkeypatch.setattr(pdf, "TICK_S", 0.01)
    gone = set()

    def tick():
        if not gone and (attending := set(descendants(kept()))):
            gone.update(attending)
            os.kill(min(attending), signal.SIGKILL)

    assert render_pdf(document("<p>x</p>" * 300), tick=tick).n_pages > 1
    wait_for(lambda: not any(is_alive(pid) for pid in gone), why="a process went on")


def test_a_process_that_always_goes_away_is_not_tried_for_ever(afresh, monkeypatch):
    class Leaving(pdf._Renderer):
        def begin(self, files, memory_limit_bytes):
            self.note_served()
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            return super().begin(files, memory_limit_bytes)

    monkeypatch.setattr(pdf, "_Renderer", Leaving)
    with pytest.raises(PdfRefused, match="was stopped"):
        render_pdf(document("<p>x</p>"))


def test_a_document_that_takes_too_long_is_ended_and_nothing_else(afresh, monkeypatch):
    monkeypatch.setattr(pdf, "TICK_S", 0.05)
    render_pdf(document("<p>x</p>"))
    pid, seen = kept(), set()
    with pytest.raises(PdfRefused, match="longer than 1 second"):
        render_pdf(SLOW, wall_limit_s=1, tick=lambda: seen.update(descendants(pid)))
    assert len(seen) >= 2
    wait_for(lambda: not descendants(pid), why="a process went on")
    assert kept() == pid
    assert is_alive(pid)


def test_two_at_once_are_of_one_process(afresh):
    render_pdf(document("<p>x</p>"))
    pid = kept()
    told = []
    threads = [threading.Thread(target=lambda: told.append(render_pdf(document("<p>x</p>")))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.n_pages for one in told] == [1, 1]
    assert kept() == pid


HOLDERS = """
import os, sys, time
from pathlib import Path
from reports import pdf

pdf.prepare(stays=True)
print(pdf._kept[0]._process.pid, flush=True)
if not os.fork():
    assert pdf.render_pdf(Path(sys.argv[1]).read_text()).n_pages == 1
    assert pdf._kept[0]._owner != os.getpid()
    print("rendered", os.getpid(), flush=True)
    sys.stdin.readline()
    pdf.let_go()
    os._exit(0)
time.sleep(600)
"""


def test_one_that_stays_serves_all_that_are_forked_and_ends_with_the_last(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(document("<p>x</p>"))
    command, pipe = [sys.executable, "-c", HOLDERS, page], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=settings.BASE_DIR) as starter:
        try:
            pid, (told, child) = int(starter.stdout.readline()), starter.stdout.readline().split()
        finally:
            starter.kill()
        starter.wait()
        assert (told, is_alive(int(child)), is_alive(pid)) == ("rendered", True, True)
        starter.stdin.write("go\n")
    wait_for(lambda: not is_alive(int(child)), why="the last that held it went on")
    wait_for(lambda: not is_alive(pid), why="it went on without anybody")


def test_one_that_is_inherited_and_gone_is_replaced(tmp_path):
    gone = "os.kill(pdf._kept[0]._process.pid, 9)"
    code = HOLDERS.replace("if not os.fork", f"{gone}\nif not os.fork").replace("!= os.getpid", "== os.getpid")
    page = tmp_path / "page.html"
    page.write_text(document("<p>x</p>"))
    command, pipe = [sys.executable, "-c", code, page], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=settings.BASE_DIR) as starter:
        try:
            starter.stdout.readline()
            assert starter.stdout.readline().startswith("rendered")
        finally:
            starter.kill()


@pytest.mark.parametrize("is_at_work", [False, True])
def test_it_ends_with_the_process_that_started_it_even_by_sigkill(tmp_path, is_at_work):
    page = tmp_path / "page.html"
    page.write_text(SLOW if is_at_work else document("<p>x</p>"))
    told = "pdf.render_pdf(open(sys.argv[1]).read(), wall_limit_s=600)"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    code = f"import sys, time; from reports import pdf; pdf.prepare(); {told}; print('up', flush=True); time.sleep(600)"
    command = [sys.executable, "-c", code, page]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=settings.BASE_DIR, env=environment) as starter:
        try:
            if is_at_work:
                wait_for(lambda: len(descendants(starter.pid)) >= 2, why="no fork began")
            else:
                starter.stdout.readline()
            below = set(descendants(starter.pid))
        finally:
            starter.kill()
    assert below
    wait_for(lambda: not any(is_alive(pid) for pid in below), why="a process went on")
    wait_for(lambda: list(tmp_path.iterdir()) == [page], why="something stays in the temporary folder")


def test_it_ends_when_nobody_needs_it():
    ours, theirs = socket.socketpair()
    code = "import socket; from reports import pdf_process as p; p.serve(socket.socket(fileno={}), 0.1)"
    with ours, theirs:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code.format(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=settings.BASE_DIR,
            env=pdf._environment(),
            timeout=300,
            check=False,
        )
    assert done.returncode == 0


def test_it_runs_one_thread_when_it_forks():
    """A fork has only the thread that made it, whatever another one held."""
    render_pdf(document("<p>x</p>"))
    assert len(list(Path(f"/proc/{kept()}/task").iterdir())) == 1


def test_what_reads_the_document_matters_not():
    html = document(
        '<p>a &lt;b&gt;<br>c</p><table><tbody><tr><td>d</td></tr></tbody></table><hr class="x">'
        f'<svg {SVG} viewBox="0 0 1 1"><g/></svg>'
    )
    assert elements(pdf_process._read(html).etree_element) == elements(weasyprint.HTML(string=html).etree_element)


@pytest.mark.parametrize(
    "body",
    [
        "<p>open",
        "<p>a&nbsp;b</p>",
        "<p>\x01</p>",
        "<p a=1>x</p>",
        "<svg viewBox='0 0 1 1'><g/></svg>",
        "<!DOCTYPE x><p>y</p>",
    ],
)
def test_what_is_no_xml_is_read_as_html(body):
    html = document(body)
    assert pdf_process._as_xml(html) is None
    assert elements(pdf_process._read(html).etree_element) == elements(weasyprint.HTML(string=html).etree_element)


def test_entities_are_not_declared():
    bomb = (
        '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><html><head></head><body>&b;</body></html>'
    )
    assert "aaaaaaaaaaaaaaaaaaaa" not in "".join(pdf_process._read(bomb).etree_element.itertext())


def elements(root):
    """Names, attributes and texts in order."""
    return [
        (
            element.tag,
            {name: value for name, value in element.items() if "xmlns" not in name},
            (element.text or "").strip(),
            (element.tail or "").strip(),
        )
        for element in root.iter()
        if isinstance(element.tag, str)
    ]


def test_words_in_a_figure_are_set_whole():
    assert n_shown("AVAVA AV") == n_shown("A") > 0


def n_shown(text):
    """How often text is set on a page with this one in a figure."""
    figure = f'<svg {SVG} width="200" height="20" font-family="Source Sans 3"><text y="15">{text}</text></svg>'
    with pikepdf.open(io.BytesIO(render_pdf(document(figure)).content)) as opened:
        operators = [str(one.operator) for one in pikepdf.parse_content_stream(opened.pages[0])]
    return operators.count("Tj") + operators.count("TJ")


def test_no_figure_places_its_letters_one_by_one():
    figures = [
        *Path(settings.BASE_DIR, "templates/charts").rglob("*.svg"),
        *Path(settings.BASE_DIR, "templates/reports").rglob("*.svg"),
    ]
    assert len(figures) == len({path.name for path in figures}) >= 10
    placed = re.compile(r"letter-spacing|rotate=|textLength|textPath|<t(?:ext|span)[^>]* d?[xy]=\"[^\"{]*[ ,][^\"]*\"")
    assert [path.name for path in figures if placed.search(path.read_text())] == []
