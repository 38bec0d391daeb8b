"""Signals read from ownership rules."""

from metrics.signals.owners import read_owners
from metrics.signals.paths import is_foreign, is_machine_made
from metrics.signals.tree.context import TreeContext
from metrics.signals.types import Measured, Reading, Skipped, show_path


def owner_map(context: TreeContext) -> Reading:
    """Share of the files changed in 90 days, and still there, that an ownership rule gives to somebody.

    Source: CODEOWNERS, or OWNERS files per folder; without either it is zero. Vendored, generated and lock files are
    left out.
    """
    changed = sorted(p for p in context.changed_paths(90) if not (is_foreign(p) or is_machine_made(p)))
    if not changed:
        return Skipped("owner_map", "No file of the present tree changed in the last 90 days.")
    owners = read_owners(context.tree)
    orphans = [path for path in changed if owners is None or not owners.owners_of(path)]
    return Measured(
        "owner_map",
        n=len(changed),
        value=1 - len(orphans) / len(changed),
        window_days=90,
        unit="share",
        examples=tuple(f"no owner: {show_path(path)}" for path in orphans[:12]),
    )


def single_reviewer_areas(context: TreeContext) -> Reading:
    """Owned areas where one person gave at least 80 % of approvals: approvals live on the host, never in the tree."""
    if read_owners(context.tree) is None:
        return Skipped("single_reviewer_areas", "The repository names no owners, so it has no owned areas.")
    return Skipped("single_reviewer_areas", "Approvals are recorded by the host, and no host is connected.")
