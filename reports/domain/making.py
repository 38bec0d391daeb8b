"""From a document to the stored file of the row that waits for it: the same way for every kind of report."""

import hashlib
import logging
import re
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.utils.html import escape
from django.utils.translation import override

from core.jobs import JobCancelled, JobLost, finish_job
from core.language import gettext, list_text, ngettext
from core.models import JobState
from reports.domain.progress import Progress
from reports.domain.seal import sealed
from reports.domain.sections import n_sections
from reports.domain.turns import rendering_turn
from reports.letters import MARK, fonts_for, printable
from reports.models import PdfJob
from reports.pdf import PdfRefused, prepare, render_pdf

NOTE_SLOT = '<p class="letters"></p>'
UNEXPECTED = "The report could not be made or stored. The server's log has the details; ask for it again after a look."

logger = logging.getLogger(__name__)


def make_file(
    row: PdfJob, template: str, document: Callable[[Progress], str], *, attached: Callable[[], bytes] = lambda: b""
) -> None:
    """Render a claimed row and store its file; every way it can end is written to the row.

    `document` gathers, says so, and gives the HTML; `attached` is asked for what goes into the file after it.
    """
    try:
        with override(row.language):
            _make(row, Progress(row), template, document, attached)
        finish_job(row)
    except PdfRefused as refused:
        finish_job(row, state=JobState.FAILED, error=str(refused))
    except JobCancelled:
        finish_job(row, state=JobState.CANCELLED)
    except JobLost:
        return
    except Exception:
        logger.exception("%s %s could not be made", type(row).__name__, row.pk)
        finish_job(row, state=JobState.FAILED, error=UNEXPECTED)


def _make(
    row: PdfJob,
    progress: Progress,
    template: str,
    document: Callable[[Progress], str],
    attached: Callable[[], bytes],
) -> None:
    progress.begin(n_sections(template))
    prepare()
    html = document(progress)
    progress.child("layout", 1)
    package, data = printed(html), attached()
    with rendering_turn(progress.alive):
        pdf = render_pdf(package, attached=data, tick=progress.alive, step=progress.child)
    progress.sealing()
    content = sealed(pdf.content)
    progress.storing()
    _store(row, content)
    progress.end(ngettext("{n} page", "{n} pages", pdf.n_pages).format(n=pdf.n_pages))


def _store(row: PdfJob, content: bytes) -> None:
    if row.has_file:
        row.file.delete(save=False)
    row.sha256 = hashlib.sha256(content).hexdigest()
    row.file.save(f"{row.public_id}.pdf", ContentFile(content), save=False)
    type(row)._default_manager.filter(pk=row.pk).update(file=row.file.name, sha256=row.sha256)


def printed(html: str) -> str:
    """The document as it is printed: its fonts named, and on its first page what letters they lack."""
    text, scripts = printable(html)
    note = ""
    if scripts:
        told = gettext("{mark} stands for letters that no typeface of this report has ({scripts}); its data have them.")
        note = f'<p class="unknown">{escape(told.format(mark=MARK, scripts=list_text(scripts)))}</p>'
    slot = NOTE_SLOT if NOTE_SLOT in text else ""
    placed = (
        text.replace(slot, note, 1) if slot else re.sub(r"(<body[^>]*>)", lambda body: body[1] + note, text, count=1)
    )
    return placed.replace("</head>", f"<style>{fonts_for(placed)}</style></head>", 1)
