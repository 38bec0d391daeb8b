"""The report as it stands, on a page of the browser: the very document that would be printed, with nothing stored."""

import base64
import hashlib
import re
from dataclasses import dataclass, replace

from django.templatetags.static import static
from django.utils.translation import get_language, override

from assessment.models import Result
from core.http import CONTENT_SECURITY_POLICY
from reports.domain.branding import look_by_digest
from reports.domain.exports.page import SHEET
from reports.domain.other_report import other_report
from reports.domain.render import brand_of, is_other, other_html, report_html
from reports.domain.report_data import report_data
from reports.models import Form, Paper, Profile

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True)
class Preview:
    html: str
    policy: str  # the content policy it needs: that of every page, and its own sheets by their digest


def preview(
    result: Result,
    *,
    form: str = Form.FULL,
    profile: str = Profile.TEAM,
    paper: str = Paper.A4,
    language: str = "",
    brand: str | None = None,
) -> Preview:
    """In this language or else the active one."""
    with override(language or get_language()):
        worn = look_by_digest(brand_of(result) if brand is None else brand)
        if is_other(result):
            other = replace(other_report(result, profile), look=worn)
            document = other_html(other, form=form, paper=paper, is_preview=True)
        else:
            data = replace(report_data(result, profile), look=worn)
            document = report_html(data, form=form, paper=paper, is_preview=True)
        html = SHEET.sub(_served, document)
    digests = [base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode() for sheet in STYLE.findall(html)]
    sources = " ".join(["style-src 'self'", *(f"'sha256-{digest}'" for digest in digests)])
    return Preview(html, CONTENT_SECURITY_POLICY.replace("style-src 'self'", sources))


def _served(found: re.Match[str]) -> str:
    """A style sheet by the address at which this installation serves it."""
    return f'<link rel="stylesheet" href="{static(found[1])}">'
