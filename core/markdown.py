"""The one door from what a person wrote in Markdown to HTML that can do nothing: paragraphs, emphasis, lists, quotes.

Raw HTML, pictures and headings are not recognized and stay visible as they were typed; a link keeps its address only
when it leads to a web page or a mailbox. What the parser makes passes an allow-list of elements besides, without any
attribute but a link's address, so that neither a page nor the printed report fetches anything for it.
"""

import re
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ELEMENTS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a"})
SCHEMES = frozenset({"http", "https", "mailto"})
OFF = ("image", "heading", "lheading", "html_block", "html_inline", "hr", "fence", "code", "backticks", "reference")
MAX_NESTING = 12
ENDS = re.compile(r"</(?:p|li)>|<br ?/?>")
TAG = re.compile(r"<[^>]*>")

_parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).disable(list(OFF))


def safe_html(text: str) -> SafeString:
    """The text as HTML that may stand in a page and in the report."""
    made = nh3.clean(
        _parser.render(text),
        tags=set(ELEMENTS),
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        link_rel="noreferrer noopener",
    )
    return mark_safe(made)  # noqa: S308  # everything but the elements above was taken out just now


def plain_lines(text: str) -> tuple[str, ...]:
    """The same without marks: one line for each paragraph or item."""
    lines = (" ".join(unescape(TAG.sub("", part)).split()) for part in ENDS.split(safe_html(text)))
    return tuple(line for line in lines if line)
