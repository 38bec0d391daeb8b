"""manage.py report: the PDF of an assessment, without a browser."""

import hashlib
import json
import time
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.domain.evidence import rescore
from assessment.models import Assessment
from reports.domain.render import report_html
from reports.domain.report_data import report_data
from reports.pdf import PdfRefused, render_pdf

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Score an assessment again and write its report as a PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("assessment", help="the public id of the assessment, as in its address")
        parser.add_argument("--output", required=True, metavar="FILE.pdf", help="where to write the PDF")
        parser.add_argument("--json", action="store_true", help="print path, pages, sha256 and seconds as JSON")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  (the signature is Django's)
        started = time.monotonic()
        target = _target(options["output"])
        assessment = _assessment(options["assessment"])
        try:
            pdf = render_pdf(report_html(report_data(rescore(assessment))))
        except PdfRefused as refused:
            raise CommandError(str(refused), returncode=1) from None
        target.write_bytes(pdf.content)
        told = {
            "path": str(target),
            "pages": pdf.n_pages,
            "sha256": hashlib.sha256(pdf.content).hexdigest(),
            "seconds": round(time.monotonic() - started, 2),
        }
        line = json.dumps(told) if options["json"] else f"{told['path']}: {told['pages']} pages"
        self.stdout.write(line)


def _target(output: str) -> Path:
    """Where the file goes; said before any work is done if it cannot."""
    path = Path(output)
    if path.suffix.lower() != ".pdf":
        raise CommandError(f"--output must end in .pdf, not “{output}”.", returncode=BAD_INPUT)
    if not path.parent.is_dir():
        raise CommandError(f"--output: there is no folder {path.parent}.", returncode=BAD_INPUT)
    return path


def _assessment(public_id: str) -> Assessment:
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        raise CommandError(
            f"“{public_id}” is not the public id of an assessment; it looks like 3f0e6c1a-5a55-4c0e-9d59-0a1b2c3d4e5f.",
            returncode=BAD_INPUT,
        ) from None
    found = Assessment.objects.filter(public_id=wanted).first()
    if found is None:
        raise CommandError(f"There is no assessment {public_id}.", returncode=BAD_INPUT)
    return found
