"""docs/metrics.md: what every signal means and how it is read, from the maturity model and the functions themselves."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assessment.maturity.schema import Signal
from metrics.signals.changes import HOST_SIGNALS
from metrics.signals.history import HISTORY_SIGNALS, cross_area_share
from metrics.signals.tree import TREE_SIGNALS

_ON_THE_HOST_ALONE = ("provenance_rate", "released_rework")  # the clone can only say that it cannot tell

_HEAD = """# Repository metrics: every signal

Made by `manage.py signals`; edit the maturity model or the docstring of the function instead of this page.
How repositories are read, and what counts at all: [measuring](measuring.md).

A signal is one measure or finding of a repository. **n** is how many observations it rests on; a graded signal counts
the files looked through. A signal is skipped, with its reason, when n is below a quarter of the least n. **The rule of
three:** a signal with a window, and one of open changes, is skipped where fewer than three people made the changes it
looks at ([privacy](privacy.md)). Whether a
check is *required* before merging is known to the hosting service alone: read offline, no signal earns such a grade.
Where both the clone and the host can tell, the host's word counts; without a host or the permission, the clone's.
"""


def reference_page(definitions: Mapping[str, Signal]) -> str:
    """The whole page as Markdown, in the order of the maturity model."""
    readers, of_host = _readers(), _host_readers()
    lines = [_HEAD]
    for signal, definition in definitions.items():
        lines += _entry(signal, definition, readers.get(signal), of_host.get(signal))
    return "\n".join(lines)


def _readers() -> dict[str, Callable[..., Any]]:
    of_tree = {function.__name__: function for function in TREE_SIGNALS}
    readers: dict[str, Callable[..., Any]] = {**HISTORY_SIGNALS, "cross_area_share": cross_area_share, **of_tree}
    return {name: read for name, read in readers.items() if name not in _ON_THE_HOST_ALONE}


def _host_readers() -> dict[str, Callable[..., Any]]:
    return {name: signal.read for name, signal in HOST_SIGNALS.items()}


def entry_of(signal: str, definition: Signal) -> str:
    """One signal's part of the page."""
    return "\n".join(_entry(signal, definition, _readers().get(signal), _host_readers().get(signal)))


def _entry(
    signal: str, definition: Signal, reader: Callable[..., Any] | None, of_host: Callable[..., Any] | None
) -> Iterator[str]:
    yield f"## {definition.name} (`{signal}`)\n"
    yield f"{definition.definition}\n"
    yield f"- {_facts(definition)}"
    yield (
        f"- {_bands(definition)}" if definition.grades or definition.thresholds else "- Reported, not scored by itself."
    )
    yield f"- Basis: {definition.basis}.\n"
    if reader:
        yield _how(reader, "From the clone" if of_host else "How it is read")
    if of_host:
        yield _how(of_host, "From the host" if reader else "How it is read")


def _facts(definition: Signal) -> str:
    facts = [f"Source: {', '.join(definition.sources)}"]
    facts += [f"unit: {definition.unit}"] if definition.unit else []
    facts += [f"window: {definition.window_days} days"] if definition.window_days else []
    facts += [f"least n: {definition.min_n}"] if definition.min_n > 1 else []
    return "; ".join([*facts, f"argues for level {definition.supports_max} at most"]) + "."


def _bands(definition: Signal) -> str:
    if definition.grades:
        grades = (f"`{grade}` {low} to {high}" for grade, (low, high) in definition.grades.items())
        return f"Grades, with the levels they speak for: {', '.join(grades)}."
    side = "or more" if definition.better == "higher" else "or less"
    steps = (f"level {level} from {value:g} {side}" for level, value in sorted(definition.thresholds.items()))
    return f"Thresholds: {', '.join(steps)}."


def _how(reader: Callable[..., Any], title: str) -> str:
    """The docstring as paragraphs of one line each."""
    paragraphs = re.split(r"\n\s*\n", inspect.getdoc(reader) or "")
    return f"**{title}.** " + "\n\n".join(" ".join(part.split()) for part in paragraphs) + "\n"
