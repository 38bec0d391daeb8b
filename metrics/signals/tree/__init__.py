"""Signals read from the files of one commit.

Pure and offline: texts in, readings out. Repository text is untrusted: it is bounded, never executed and never quoted
where it could hold a secret.
"""

from collections.abc import Callable

from metrics.signals.tree import checks, ownership
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.wanted import choose_texts, wants_text
from metrics.signals.types import Reading

TREE_SIGNALS: tuple[Callable[[TreeContext], Reading], ...] = (
    checks.ci_present,
    checks.ci_token_scope,
    checks.merge_queue,
    checks.security_scan,
    checks.static_checks,
    ownership.owner_map,
    ownership.single_reviewer_areas,
)

__all__ = ["TREE_SIGNALS", "TreeContext", "choose_texts", "wants_text"]
