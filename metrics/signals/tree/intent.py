"""Signals about what is asked for before it is built: request forms and specifications."""

import re

from metrics.signals.specs import count_open_wording, is_specification, parts_of, states_limits
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.grading import graded
from metrics.signals.tree.structured import is_true, load_yaml, table_at, texts_in
from metrics.signals.types import Measured, Reading, Skipped, show_path

WINDOW_DAYS = 180
N_PARTS = 8
_MAX_LINE_CHARS = 1_000

_FORM = re.compile(r"^\.(github|forgejo|gitea)/ISSUE_TEMPLATE/(?!config\.)[^/]+\.ya?ml$", re.IGNORECASE)
_FREE_TEXT = re.compile(
    r"^(\.(github|forgejo|gitea)/ISSUE_TEMPLATE(/[^/]+)?\.md|\.gitlab/issue_templates/[^/]+\.md"
    r"|(docs/)?ISSUE_TEMPLATE\.md"
    r"|\.azuredevops/work_item_templates/[^/]+\.md|\.specify/templates/spec-template\.md|\.kiro/templates/[^/]+\.md)$",
    re.IGNORECASE,
)
_ACCEPTANCE = re.compile(
    r"\b(acceptance|definition of done|done (when|means)|success criteria|how will (we|you) know"
    r"|given\b.{0,200}\bwhen\b.{0,200}\bthen"
    r"|checkable examples?|user scenarios?|verification|test(able)? criteria|what does done look like)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(#{1,6}\s.*|\*\*.*\*\*:?|[-*] \[ \].*)$", re.MULTILINE)


def request_form(context: TreeContext) -> Reading:
    """Structured request form: none, free_text_template, acceptance_field_optional or acceptance_field_required.

    Source: issue forms and templates of GitHub, Forgejo, Gitea, GitLab and Azure, and specification templates. A form
    field counts by its label or id (acceptance, definition of done, success criteria and the like; the "expected
    behaviour" of a bug report is not acceptance). A plain template cannot require anything, except a specification
    template that calls the section mandatory. The best template decides.
    """
    grades = {path: _grade_of_form(context.text(path)) for path in context.tree.where(_FORM.match)}
    grades |= {path: _grade_of_text(context.text(path)) for path in context.tree.where(_FREE_TEXT.match)}
    best = max(grades.values(), default=0)
    found = sorted(grades, key=lambda path: (-grades[path], path))
    return graded(context, "request_form", _REQUEST_GRADES[best], map(show_path, found))


_REQUEST_GRADES = ("none", "free_text_template", "acceptance_field_optional", "acceptance_field_required")


def _grade_of_form(text: str) -> int:
    data = load_yaml(text)
    fields = data.get("body") if isinstance(data, dict) else None
    best = 1
    for field in fields[:100] if isinstance(fields, list) else ():
        if isinstance(field, dict) and _asks_for_acceptance(field):
            is_required = is_true(table_at(field, "validations").get("required"))
            best = max(best, 3 if is_required else 2)
    return best


def _asks_for_acceptance(field: dict[str, object]) -> bool:
    label = texts_in(table_at(field, "attributes").get("label"))
    words = " ".join([str(field.get("id", "")).replace("_", " ").replace("-", " "), *label])
    return field.get("type") in {"textarea", "input"} and bool(_ACCEPTANCE.search(words[:_MAX_LINE_CHARS]))


def _grade_of_text(text: str) -> int:
    lines = [line for line in _HEADING.findall(text) if _ACCEPTANCE.search(line[:_MAX_LINE_CHARS])]
    return 3 if any("mandatory" in line.lower() for line in lines) else 2 if lines else 1


def touched_specifications(context: TreeContext) -> list[str]:
    """Specifications of the present tree that a change of the last 180 days touched and whose text was read."""
    touched = context.changed_paths(WINDOW_DAYS)
    return sorted(path for path in touched if is_specification(path) and context.text(path).strip())


def _no_specification(signal: str) -> Skipped:
    return Skipped(signal, "No specification in the places looked at was touched in the last 180 days.")


def spec_sections(context: TreeContext) -> Reading:
    """Mean share of the eight expected parts in the specifications touched in 180 days.

    Source: the present text of those files; a part is a heading or label that names it with something written below.
    Where the places of specifications are stated: `metrics.signals.specs`; templates, indexes and vendored files are
    left out. n is the number of specifications. Unit: share.
    """
    paths = touched_specifications(context)
    if not paths:
        return _no_specification("spec_sections")
    shares = {path: len(parts_of(context.text(path))) / N_PARTS for path in paths}
    thinnest = sorted(paths, key=lambda path: (shares[path], path))[:12]
    return Measured(
        "spec_sections",
        n=len(paths),
        value=sum(shares.values()) / len(paths),
        window_days=WINDOW_DAYS,
        unit="share",
        examples=tuple(f"{show_path(path)}: {shares[path] * N_PARTS:.0f} of {N_PARTS} parts" for path in thinnest),
    )


def spec_limits(context: TreeContext) -> Reading:
    """Share of the specifications touched in 180 days that state both operations and security or data.

    Source: the present text; an explicit "none, because" below such a heading counts. Items kept on the host are not
    in the tree; templates, indexes and vendored files are left out. n is the number of specifications. Unit: share.
    """
    paths = touched_specifications(context)
    if not paths:
        return _no_specification("spec_limits")
    silent = [path for path in paths if not states_limits(context.text(path))]
    return Measured(
        "spec_limits",
        n=len(paths),
        value=1 - len(silent) / len(paths),
        window_days=WINDOW_DAYS,
        unit="share",
        examples=tuple(f"states no limits: {show_path(path)}" for path in silent[:12]),
    )


def spec_open_density(context: TreeContext) -> Reading:
    """Unresolved markers and unquantified qualifiers per 1000 words of the specifications touched in 180 days.

    Source: the present text, all specifications together, code left out. The definition asks for the text as it stood
    at the first linked code change; offline the measured commit stands in for it, which can only lower the figure,
    because what was open then may be settled now. n is the number of specifications.
    """
    paths = touched_specifications(context)
    counts = {path: count_open_wording(context.text(path)) for path in paths}
    n_words = sum(words for _, words in counts.values())
    if not n_words:
        return _no_specification("spec_open_density")
    worst = sorted(paths, key=lambda path: (-counts[path][0], path))[:12]
    return Measured(
        "spec_open_density",
        n=len(paths),
        value=1000 * sum(n_open for n_open, _ in counts.values()) / n_words,
        window_days=WINDOW_DAYS,
        unit="per 1000 words",
        examples=tuple(f"{show_path(path)}: {counts[path][0]} in {counts[path][1]} words" for path in worst),
    )
