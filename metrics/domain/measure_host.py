"""What a hosting service adds to the readings of a clone."""

from collections.abc import Mapping
from dataclasses import replace

from metrics.signals.changes import HostContext, read_host
from metrics.signals.changes.settings import with_settings
from metrics.signals.changes.types import Hosted
from metrics.signals.owners import Owners, read_owners
from metrics.signals.tree import TreeContext
from metrics.signals.types import History, Measured, Reading, Tree

_TEMPLATES = (
    ".github/pull_request_template.md",
    ".github/PULL_REQUEST_TEMPLATE.md",
    "pull_request_template.md",
    "PULL_REQUEST_TEMPLATE.md",
    "docs/pull_request_template.md",
    "docs/PULL_REQUEST_TEMPLATE.md",
    ".gitea/pull_request_template.md",
    ".forgejo/pull_request_template.md",
    ".gitlab/merge_request_templates/Default.md",
    ".gitlab/merge_request_templates/default.md",
    ".azuredevops/pull_request_template.md",
)


def host_context(hosted: Hosted, history: History, tree: Tree) -> HostContext:
    """The host's data with what the clone knows beside it."""
    template = next((tree.texts[path] for path in _TEMPLATES if path in tree.texts), "")
    known = None if history.is_shallow else history
    owners = read_owners(tree)
    people = {owner.casefold(): frozenset({hosted.person(owner.removeprefix("@"))}) for owner in named_accounts(owners)}
    return HostContext(replace(hosted, members={**people, **hosted.members}), known, owners, template)


def named_accounts(owners: Owners | None) -> frozenset[str]:
    """The single accounts an ownership file names; teams and addresses are none."""
    rules = owners.rules if owners else ()
    return frozenset(o for rule in rules for o in rule.owners if o.startswith("@") and "/" not in o)


def with_host(
    readings: Mapping[str, Reading], context: HostContext, tree: Tree, facts: Mapping[str, int]
) -> dict[str, Reading]:
    """The readings with those of the host: what it measured wins; what it cannot tell leaves the clone's word."""
    merged = dict(readings)
    for reading in read_host(context):
        if isinstance(reading, Measured) or not isinstance(merged.get(reading.signal), Measured):
            merged[reading.signal] = reading
    commits = context.history.changes if context.history else ()
    return with_settings(merged, TreeContext(tree, context.until, commits, facts), context)
