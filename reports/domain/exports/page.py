"""The report as one HTML file that needs nothing else: our style sheets stand in it, and no font or script."""

import re

from reports.pdf import BASE, STATIC

SHEET = re.compile(r'<link rel="stylesheet" href="' + re.escape(BASE) + r'([\w./-]+\.css)">')


def self_contained(html: str) -> bytes:
    """The printed document with its style sheets inside and the sheet for the screen after them."""
    placed = SHEET.sub(lambda found: _inline(found[1]), html)
    return placed.replace("</head>", f"{_inline('css/report-screen.css')}</head>", 1).encode()


def _inline(name: str) -> str:
    return f"<style>{(STATIC / name).read_text(encoding='utf-8')}</style>"
