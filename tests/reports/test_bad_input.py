"""Texts that break other reports: the whole document survives them, asks the network for nothing and reads no file."""

import io
import socket
import threading

import pikepdf
import pytest

from assessment.domain.scoring.types import State
from reports.domain import render
from reports.domain.report_data import report_data
from reports.models import Form
from tests.factories import team_of_nine
from tests.factories.reports import MODEL, ResultFactory, practice_score, score_card

pytestmark = pytest.mark.django_db
CANARY = "canary-that-must-stay-in-its-file"


@pytest.fixture
def listener():
    """A socket that counts who knocks."""
    knocks = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        over = threading.Event()

        def listen():
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                knocks.append(connection)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", knocks
        over.set()
        thread.join()


def texts_of(pdf):
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        return b"".join(bytes(part.read_bytes()) for part in opened.objects if isinstance(part, pikepdf.Stream))


def test_hostile_texts_are_printed_and_nothing_is_fetched(listener, tmp_path):
    address, knocks = listener
    secret = tmp_path / "canary.txt"
    secret.write_text(CANARY)
    references = "".join(
        f'<img src="{target}"><link rel="attachment" href="{target}"><style>@import url("{target}");</style>'
        f'<svg><image href="{target}"/></svg>'
        for target in (address, secret.as_uri())
    )
    note = f"{'W' * 10_000} שלום عليكم 支払い 🌊 <script>alert(1)</script> {references}"
    result = ResultFactory(
        card=team_of_nine.card(), assessment__team__name=f"<b>{references}"[:80], assessment__scope_note=note
    )
    pdf = render.report_pdf(result)
    assert knocks == []
    assert CANARY.encode() not in texts_of(pdf)
    assert not [text for text in pdf.warnings if "glyph" not in text]  # letters no bundled font has, drawn as boxes
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        assert list(opened.attachments) == ["assessment.json"]


@pytest.mark.parametrize("form", Form.values)
def test_nothing_known_is_said_on_the_first_page(form):
    every = tuple(practice_score(about.id, State.NOT_ASKED) for about in MODEL.practices())
    data = report_data(ResultFactory(card=score_card(every)))
    first = render.report_html(data, form=form).split("</section>", 1)[0]
    assert "Nobody has answered yet, so nothing can be scored." in first
    assert "No repository has been measured" in first


def test_only_dont_know_is_said_on_the_first_page():
    every = tuple(practice_score(about.id, State.NOT_KNOWN) for about in MODEL.practices())
    card = score_card(every)
    data = report_data(ResultFactory(card=card))
    first = render.report_html(data).split("</section>", 1)[0]
    assert "Not enough is known about" in first
