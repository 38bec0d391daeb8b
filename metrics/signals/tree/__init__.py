"""Signals read from the files of one commit.

Pure and offline: texts in, readings out. Repository text is untrusted: it is bounded, never executed and never quoted
where it could hold a secret.
"""

from collections.abc import Callable

from metrics.signals.tree import (
    assistants,
    checks,
    contracts,
    decisions,
    intent,
    ownership,
    permissions,
    rules,
    secrets,
)
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.decisions import changes_to_count
from metrics.signals.tree.wanted import choose_texts, likely_texts, wants_text
from metrics.signals.types import Reading

TreeSignal = Callable[[TreeContext], Reading]

# These look at the files alone, so they are asked while git still reads the history.
TEXT_SIGNALS: tuple[TreeSignal, ...] = (
    intent.request_form,
    rules.arch_rules,
    checks.static_checks,
    checks.ci_present,
    checks.security_scan,
    rules.policy_code,
    permissions.agent_permissions,
    checks.ci_token_scope,
    secrets.secret_hygiene,
    contracts.contract_coverage,
    contracts.contract_guard,
    contracts.contract_tests,
    checks.merge_queue,
    assistants.prompt_library,
)
# These also ask what changed when.
DATED_SIGNALS: tuple[TreeSignal, ...] = (
    intent.spec_sections,
    intent.spec_open_density,
    intent.spec_limits,
    decisions.adr_cadence,
    decisions.adr_before_code,
    ownership.owner_map,
    ownership.single_reviewer_areas,
    assistants.agent_context,
)
TREE_SIGNALS = (*TEXT_SIGNALS, *DATED_SIGNALS)

__all__ = [
    "DATED_SIGNALS",
    "TEXT_SIGNALS",
    "TREE_SIGNALS",
    "TreeContext",
    "changes_to_count",
    "choose_texts",
    "likely_texts",
    "wants_text",
]
