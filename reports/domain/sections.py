"""A printed document made section by section, so that whoever waits for it sees how far it is.

The document's own template stays the one list of its parts: its content block is rendered node by node.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.base import Node, NodeList, Template, TextNode
from django.template.context import make_context
from django.template.defaulttags import IfNode
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, IncludeNode
from django.utils.safestring import mark_safe

TEMPLATES = Path(settings.BASE_DIR, "templates")
PRINTED = ("reports/pdf", "charts")  # their folders there
FRAME = "reports/pdf/base.html"
TOPIC = re.compile(r'data-topic="([^"]+)"')
Told = Callable[[str], None]


def load_beforehand() -> None:
    """Read the templates of all documents now; the first document would otherwise wait for them."""
    for path in (path for folder in PRINTED for path in TEMPLATES.joinpath(folder).iterdir()):
        get_template(path.relative_to(TEMPLATES).as_posix())


def n_sections(template_name: str) -> int:
    """How many parts the document has; one that is left out for want of content counts too."""
    return len(list(_parts(_template(template_name))))


def rendered(template_name: str, context: dict[str, Any], told: Told = lambda _: None, *, frame: str = FRAME) -> str:
    """The whole document. `told` hears the topic of every part once it is made; what it raises stops the making."""
    template = _template(template_name)
    made = []
    for part in _parts(template):
        text = _render(template, part, context)
        told(_topic(text))
        made.append(text)
    content = mark_safe("".join(made))  # noqa: S308  (what templates rendered, with their values escaped)
    return get_template(frame).render({**context, "content": content})


def _template(name: str) -> Template:
    found: Template = get_template(name).template  # type: ignore[attr-defined]  # Django's own backend
    return found


def _parts(template: Template) -> Iterator[NodeList]:
    """The nodes of the content block, a new part beginning with each included file and each section."""
    blocks = template.nodelist.get_nodes_by_type(BlockNode)
    nodes = next(block.nodelist for block in blocks if block.name == "content")  # type: ignore[attr-defined]
    part = NodeList()
    for node in nodes:
        if _begins_section(node) and any(not isinstance(one, TextNode) or one.s.strip() for one in part):
            yield part
            part = NodeList()
        part.append(node)
    yield part


def _begins_section(node: Node) -> bool:
    if isinstance(node, TextNode):
        return "<section" in node.s
    return isinstance(node, IncludeNode) or (isinstance(node, IfNode) and bool(node.get_nodes_by_type(IncludeNode)))


def _render(template: Template, part: NodeList, values: dict[str, Any]) -> str:
    context = make_context(dict(values))
    with context.bind_template(template), context.render_context.push_state(template):
        return part.render(context)


def _topic(text: str) -> str:
    """What the running head calls it; empty where nothing was printed."""
    found = TOPIC.search(text)
    return found[1] if found else ""
