"""manage.py report: the PDF of an assessment, whether a PDF is genuine, and back from it to the assessment."""

import hashlib
import json
import time
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Team
from assessment.domain.evidence import rescore
from assessment.models import Assessment
from core.refusals import Refused
from reports.domain.render import report_pdf
from reports.domain.reopen import Verdict, check_report, reopen_report
from reports.models import Form, Paper, Profile
from reports.pdf import PdfRefused

BAD_INPUT = 2


class Command(BaseCommand):
    help = (
        "Score an assessment again and write its report as a PDF; “verify FILE.pdf” says whether this server issued a "
        "report and whether it was altered; “reopen FILE.pdf --team ID” makes a closed assessment of what it carries."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", help="the public id of the assessment, as in its address; or verify, or reopen")
        parser.add_argument("file", nargs="?", metavar="FILE.pdf", help="the report to verify or to re-open")
        parser.add_argument("--output", metavar="FILE.pdf", help="where to write the PDF")
        parser.add_argument("--form", choices=Form.values, default=Form.FULL, help="full, short or workbook")
        parser.add_argument("--profile", choices=Profile.values, default=Profile.TEAM, help="for whom")
        parser.add_argument("--paper", choices=Paper.values, default=Paper.A4, help="a4 or letter")
        parser.add_argument("--team", metavar="ID", help="the public id of the team that takes a re-opened assessment")
        parser.add_argument("--json", action="store_true", help="print what was done or found as JSON")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  (the signature is Django's)
        told, line, failed = self._do(options["subject"], options)
        self.stdout.write(json.dumps(told) if options["json"] else line)
        if failed:
            raise CommandError(line, returncode=1)

    def _do(self, subject: str, options: dict[str, Any]) -> tuple[dict[str, Any], str, bool]:
        if subject == "verify":
            return _verify(_content(options["file"]))
        if subject == "reopen":
            return _reopen(_content(options["file"]), options["team"])
        wish = {name: options[name] for name in ("form", "profile", "paper")}
        return _write(subject, options["output"], wish)


def _write(public_id: str, output: str | None, wish: dict[str, str]) -> tuple[dict[str, Any], str, bool]:
    started = time.monotonic()
    target = _target(output)
    assessment = _assessment(public_id)
    try:
        pdf = report_pdf(rescore(assessment), **wish)
    except PdfRefused as refused:
        raise CommandError(str(refused), returncode=1) from None
    target.write_bytes(pdf.content)
    told = {
        "path": str(target),
        "pages": pdf.n_pages,
        "sha256": hashlib.sha256(pdf.content).hexdigest(),
        "seconds": round(time.monotonic() - started, 2),
    }
    return told, f"{told['path']}: {told['pages']} pages", False


def _verify(content: bytes) -> tuple[dict[str, Any], str, bool]:
    checked = check_report(content)
    about = checked.about
    told: dict[str, Any] = {"verdict": checked.verdict.value, "sentence": checked.sentence}
    line = checked.sentence
    if about is not None:
        told |= {
            "generator": about.generator,
            "issuer": about.issuer,
            "team": about.assessment.team,
            "title": about.assessment.title,
            "model": f"{about.maturity_model.title} {about.maturity_model.version}",
            "digest": about.result.digest,
        }
        line = f"{line} {told['team']}, {told['title']}; {told['model']}; {told['generator']}."
    return told, line, checked.verdict is not Verdict.GENUINE


def _reopen(content: bytes, team: str | None) -> tuple[dict[str, Any], str, bool]:
    try:
        found = Team.objects.filter(public_id=uuid.UUID(team or "")).first()
    except ValueError:
        found = None
    if found is None:
        raise CommandError("--team: give the public id of the team that takes the assessment.", returncode=BAD_INPUT)
    try:
        assessment = reopen_report(content, team=found, by=None)
    except Refused as refused:
        raise CommandError(refused.sentence, returncode=BAD_INPUT) from None
    told = {"assessment": str(assessment.public_id), "team": found.name, "title": assessment.title}
    return told, f"Re-opened as {told['assessment']} of {found.name}.", False


def _content(path: str | None) -> bytes:
    if not path:
        raise CommandError("Name the PDF: manage.py report verify FILE.pdf", returncode=BAD_INPUT)
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=BAD_INPUT) from None


def _target(output: str | None) -> Path:
    """Where the file goes; said before any work is done if it cannot."""
    path = Path(output or "")
    if path.suffix.lower() != ".pdf":
        raise CommandError(f"--output must end in .pdf, not “{output or ''}”.", returncode=BAD_INPUT)
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
