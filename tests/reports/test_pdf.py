"""The one door to WeasyPrint: what it refuses, and that the same document has the same bytes."""

import http.server
import io
import os
import re
import shutil
import socketserver
import subprocess
import sys
import threading
import zlib

import page
import pikepdf
import pydyf
import pytest

from reports.letters import SCRIPTS, fonts_for
from reports.pdf import BASE, MAX_ATTACHED_BYTES, MAX_HTML_BYTES, STATIC, PdfRefused, let_go, render_pdf
from reports.pdf_archive import finish, has_unclear_end

HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>T</title>'
    '<meta name="dcterms.created" content="2026-10-02T09:30:00Z">'
    f'<link rel="stylesheet" href="{BASE}css/tokens.css">'
    f'<link rel="stylesheet" href="{BASE}css/report.css"></head><body data-scope="S" data-date="D">'
)


def document(body):
    html = f"{HEAD}<h1>Heading</h1>{body}</body></html>"
    return html.replace("</head>", f"<style>{fonts_for(html)}</style></head>", 1)


@pytest.fixture
def afresh():
    """The process that is kept may have begun before this test changed anything."""
    let_go()
    yield
    let_go()


def fonts_of(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {str(o.BaseFont) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/BaseFont" in o}


def test_same_document_gives_the_same_bytes_across_processes_and_hash_seeds(monkeypatch):
    first = render_pdf(document("<p>Text</p>"))
    assert render_pdf(document("<p>Text</p>")).content == first.content
    let_go()
    monkeypatch.setenv("PYTHONHASHSEED", "12")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert render_pdf(document("<p>Text</p>")).content == first.content


def test_only_bundled_fonts_are_embedded_for_every_script_we_carry():
    text = "Latin Łódź, кириллица, Ελληνικά"
    families = "Source Sans 3, Source Sans 3 Extended, Source Sans 3 Cyrillic, Source Sans 3 Greek"
    figure = f'<svg width="99" height="9" font-family="{families}" role="img"><title>t</title><text>{text}</text></svg>'
    pdf = render_pdf(document(f"<p>{text} <em>{text}</em> <strong>{text}</strong></p>{figure}"))
    names = fonts_of(pdf.content)
    assert len(names) == 13  # four scripts in three cuts, and the heading
    assert all("Source-Sans-3" in name or "Source-Serif-4" in name for name in names)
    assert pdf.warnings == ()


def test_every_script_prints_its_own_letters():
    """Files that share a family name print each other's letters; the validator sees it in the widths."""
    body = "<p>Łódź ěšč, Жук, Ωμέγα</p><h2>Łódź ěšč, Жук, Ωμέγα</h2>"
    report = page.validate_pdf_bytes(render_pdf(document(body)).content, profile="ua1")
    assert [failure.message for failure in report.failures] == []


def test_every_file_the_pages_use_can_be_printed_with_and_is_there():
    ours = [
        f"{stem}-{weight}-{style}.woff2"
        for script in SCRIPTS
        for _, stem, cuts in script.files
        for weight, style in cuts
    ]
    of_pages = re.findall(r'fonts/(source-sans[^"]+woff2)"', (STATIC / "css/fonts.css").read_text())
    assert set(of_pages) <= set(ours)
    assert all((STATIC / "fonts" / name).is_file() for name in ours)
    assert len({family for script in SCRIPTS for family, _, _ in script.files}) == len(ours_by_stem(ours))


def ours_by_stem(names):
    return {name.rsplit("-", 2)[0] for name in names}


def test_a_letter_no_font_of_the_document_has_does_not_stop_the_rendering():
    assert render_pdf(document("<p>支払いチーム 🌊 שלום</p>")).n_pages == 1


@pytest.fixture
def listener():
    """Counts every request made to this machine."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            return

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
        server.shutdown()


VECTORS = (
    '<img src="{url}">',
    '<link rel="stylesheet" href="{url}">',
    '<style>@import url("{url}");</style>',
    '<style>@font-face {{ font-family: x; src: url("{url}") }} p {{ font-family: x }}</style><p>x</p>',
    '<p style="background: url({url})">x</p>',
    '<p style="content: url({url})">x</p>',
    '<ul style="list-style-image: url({url})"><li>x</li></ul>',
    '<object data="{url}"></object>',
    '<embed src="{url}">',
    '<link rel="attachment" href="{url}">',
    '<a rel="attachment" href="{url}">x</a>',
    '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    '<base href="{url}"><img src="x.png">',
)


def test_nothing_is_fetched_and_no_file_is_read(listener, tmp_path):
    url, seen = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("a-secret-nobody-may-print")
    body = "".join(vector.format(url=target) for vector in VECTORS for target in (url, secret.as_uri()))
    pdf = render_pdf(document(body))
    assert seen == []
    assert len([warning for warning in pdf.warnings if "may not fetch" in warning]) >= 10
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        assert "/EmbeddedFiles" not in (opened.Root.get("/Names") or {})
        streams = [bytes(o.read_bytes()) for o in opened.objects if isinstance(o, pikepdf.Stream)]
    assert not any(b"a-secret-nobody-may-print" in stream for stream in streams)


def test_only_style_sheets_and_fonts_of_our_own_folder_are_served():
    names = ["../manage.py", "../config/urls.py", "css/../../manage.py", "js/app.js", "/etc/passwd", "css/%2e%2e/x.py"]
    pdf = render_pdf(document("".join(f'<link rel="stylesheet" href="{BASE}{name}">' for name in names)))
    assert len([warning for warning in pdf.warnings if "may not fetch" in warning]) == len(names)


def test_too_large_a_document_is_refused_before_anything_runs():
    with pytest.raises(PdfRefused, match="too large"):
        render_pdf("x" * (MAX_HTML_BYTES + 1))


def test_a_document_that_takes_too_long_is_stopped():
    with pytest.raises(PdfRefused, match="longer than 2 seconds"):
        render_pdf(document("<table><tr><td colspan=100000>x</td></tr></table>" * 3), wall_limit_s=2)


def test_a_document_that_takes_too_much_memory_is_stopped():
    with pytest.raises(PdfRefused, match="more memory than a report may take"):
        render_pdf(document("<p>x</p>" * 10_000), memory_limit_bytes=60_000_000)


@pytest.mark.usefixtures("afresh")
def test_nothing_of_our_environment_reaches_the_child(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "must-not-leak")
    monkeypatch.setenv("FONTCONFIG_FILE", "/nonexistent")
    assert render_pdf(document("<p>x</p>")).n_pages == 1


@pytest.mark.usefixtures("afresh")
def test_rendering_starts_no_other_program(monkeypatch, tmp_path):
    """Python looks for a library with the compiler where WeasyPrint asks for one by a name of another system."""
    for name in ("gcc", "cc", "ld"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", os.fspath(tmp_path), prepend=os.pathsep)
    assert render_pdf(document("<p>x</p>")).n_pages == 1
    assert not (tmp_path / "started").exists()


def test_the_document_passes_the_accessibility_checks():
    body = '<svg width="9" height="9" viewBox="0 0 9 9" role="img"><title>A dot</title><circle r="2"/></svg>'
    assert failures_of(render_pdf(document(body), attached=b'{"a": 1}').content) == []


def failures_of(content):
    """What the validator finds against either standard."""
    reports = [page.validate_pdf_bytes(content, profile=profile) for profile in ("3a", "ua1")]
    return [failure.message for report in reports for failure in report.failures]


def test_attached_data_are_the_source_of_the_document_and_carry_its_date():
    with pikepdf.open(io.BytesIO(render_pdf(document("<p>x</p>"), attached=b'{"a": 1}').content)) as opened:
        assert opened.attachments["assessment.json"].get_file().read_bytes() == b'{"a": 1}'
        about = opened.Root.AF[0]
        assert (str(about.AFRelationship), str(about.UF)) == ("/Source", "assessment.json")
        assert str(about.EF.F.Params.CreationDate) == "D:20261002093000Z"


def test_too_much_to_attach_is_refused():
    with pytest.raises(PdfRefused, match="too large"):
        render_pdf(document("<p>x</p>"), attached=b"x" * (MAX_ATTACHED_BYTES + 1))


def test_padding_moves_the_list_of_objects_and_an_unlucky_stream_ends_otherwise_or_stays_plain():
    pdf = pydyf.PDF()
    unlucky = pydyf.Stream([b"\x0c"], compress=True)  # its checksum ends in a carriage return
    attached = pydyf.Stream([b"\x0c"], extra={"Type": "/EmbeddedFile"}, compress=True)
    assert ends(unlucky)
    assert ends(attached)
    pdf.add_object(unlucky)
    pdf.add_object(attached)
    finish(pdf, padding=3)
    assert not ends(unlucky)
    assert zlib.decompress(unlucky.stream[0]) == b"\x0c\n"
    assert attached.stream == [b"\x0c"]
    assert "Filter" not in attached.extra
    assert (unlucky.compress, pdf.objects[-1]["Padding"]) == (False, 3)


def ends(stream):
    return stream.data.rpartition(b"\nendstream")[0].endswith(b"\r")


def test_no_stream_ends_where_a_scanning_reader_would_cut_it():
    """One compressed stream in 256 ends in a carriage return; many documents find one."""
    assert not any(has_unclear_end(render_pdf(document(f"<p>{'x' * i}</p>")).content) for i in range(6))


def test_static_files_named_in_the_document_exist():
    assert all((STATIC / "css" / name).is_file() for name in ("tokens.css", "report.css", "report-letter.css"))


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_syntax_holds_for_an_independent_reader(tmp_path):
    path = tmp_path / "r.pdf"
    path.write_bytes(render_pdf(document("<p>x</p>")).content)
    assert subprocess.run(["qpdf", "--check", os.fspath(path)], capture_output=True, check=False).returncode == 0


def test_rendering_says_that_it_is_alive_and_stops_when_told(monkeypatch):
    class Stop(Exception):
        pass

    def tick():
        raise Stop

    monkeypatch.setattr("reports.pdf.TICK_S", 0.01)
    with pytest.raises(Stop):
        render_pdf(document("<p>x</p>"), tick=tick)


def test_rendering_goes_on_over_many_ticks(monkeypatch):
    ticks = []
    monkeypatch.setattr("reports.pdf.TICK_S", 0.01)
    assert render_pdf(document("<p>x</p>"), tick=lambda: ticks.append(1)).n_pages == 1
    assert len(ticks) > 1


@pytest.mark.parametrize(("n_faults", "is_rendered"), [(1, True), (2, False)])
@pytest.mark.usefixtures("afresh")
def test_a_fault_of_a_library_is_tried_once_more(monkeypatch, tmp_path, n_faults, is_rendered):
    left, python = tmp_path / "left", tmp_path / "python"
    left.write_text(str(n_faults))
    python.write_text(
        f'#!/bin/sh\nn=$(cat {left})\nif [ "$n" -gt 0 ]; then echo $((n - 1)) > {left}; kill -SEGV $$; fi\n'
        f'exec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    if is_rendered:
        assert render_pdf(document("<p>Text</p>")).n_pages == 1
    else:
        with pytest.raises(PdfRefused, match="signal 11"):
            render_pdf(document("<p>Text</p>"))
    assert left.read_text().strip() == "0"
