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
from metrics.signals.tree.wanted import choose_texts, wants_text
from metrics.signals.types import Reading

TREE_SIGNALS: tuple[Callable[[TreeContext], Reading], ...] = (
    intent.request_form,
    intent.spec_sections,
    intent.spec_open_density,
    intent.spec_limits,
    decisions.adr_cadence,
    decisions.adr_before_code,
    rules.arch_rules,
    ownership.owner_map,
    ownership.single_reviewer_areas,
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
    assistants.agent_context,
    assistants.prompt_library,
)

__all__ = ["TREE_SIGNALS", "TreeContext", "choose_texts", "wants_text"]
