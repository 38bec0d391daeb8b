"""What the host enforces: the rules of the default branch, its scanners and alerts, and which checks must pass."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from metrics.signals.changes.context import HostContext
from metrics.signals.changes.reading import MAX_EXAMPLES, quantile_of
from metrics.signals.changes.types import Part, Protection
from metrics.signals.tree.checks import scanned_families, static_checks
from metrics.signals.tree.ci.command import Command
from metrics.signals.tree.ci.pipeline import Pipeline, read_pipeline
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.contracts import contract_guard, contract_tests
from metrics.signals.tree.rules import arch_rules, policy_code
from metrics.signals.types import Measured, Reading, Skipped

TIERS = (
    "no_force_push",
    "review_required",
    "status_checks_required",
    "owners_and_two_reviews",
    "admins_included_stale_dismissed",
)
SERIOUS = frozenset({"critical", "high"})
DAY_S = 86_400
_EXPRESSION = re.compile(r"\$\{\{[^}]{0,200}\}\}")
AT_LEAST = "At least this: {reason}"


def protection_tier(context: HostContext) -> Reading:
    """The tier of the rules of the default branch; each tier needs all before it.

    `no_force_push`; `review_required`: at least one approval; `status_checks_required`: a check must pass;
    `owners_and_two_reviews`: owners and two approvals; `admins_included_stale_dismissed`: nobody is exempt and a new
    commit takes approvals back. A rule that cannot be seen is not counted and said beside the grade; when the first one
    cannot be seen, nothing is said. As things stand now. Source: settings.
    """
    met = tiers_met(context.hosted.protection)
    hidden = context.unseen(Part.PROTECTION)
    if not met or (met[0] is None):
        return Skipped("protection_tier", hidden or "The rules of the default branch cannot be seen.")
    reached = next((n for n, is_met in enumerate(met) if not is_met), len(met))
    grade = TIERS[reached - 1] if reached else "none"
    unknown = reached < len(met) and met[reached] is None
    if not reached and hidden:
        return Skipped("protection_tier", hidden)
    lines = [f"{tier.replace('_', ' ')}: {_say(is_met)}" for tier, is_met in zip(TIERS, met, strict=True)]
    note = [AT_LEAST.format(reason=hidden or "one rule cannot be seen.")] if unknown else []
    return Measured("protection_tier", n=1, grade=grade, examples=(*note, *lines))


def tiers_met(rules: Protection) -> list[bool | None]:
    """Whether each tier's own rules hold; None where that cannot be seen."""
    return [
        rules.forbids_force_push,
        None if rules.approvals is None else rules.approvals >= 1,
        rules.requires_checks,
        _both(rules.requires_owners, None if rules.approvals is None else rules.approvals >= 2),
        _both(rules.includes_admins, rules.dismisses_stale),
    ]


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _say(is_met: bool | None) -> str:
    return "cannot be seen" if is_met is None else "yes" if is_met else "no"


def alert_age_p75(context: HostContext) -> Reading:
    """75th percentile of the age of high and critical security alerts, open and closed.

    Window 365 days: alerts open at some time in it. A closed alert's age ended when it was fixed or dismissed. n is the
    number of alerts; those of lower severity are left out. Unit: days. Source: settings.
    """
    start = context.start_of(365)
    serious = [a for a in context.hosted.alerts if a.severity in SERIOUS and a.created_at <= context.until]
    ages = []
    for alert in serious:
        end = min(alert.closed_at or context.until, context.until)
        if end > start and end >= alert.created_at:  # a host may date them wrongly
            state = "closed" if alert.closed_at else "open"
            ages.append(((end - alert.created_at).total_seconds() / DAY_S, f"{alert.family} {alert.id} ({state})"))
    return quantile_of(
        "alert_age_p75", ages, 0.75, window_days=365, unit="days",
        nothing_said="There was no high or critical alert in the last 365 days.",
    )  # fmt: skip


def with_settings(readings: Mapping[str, Reading], tree: TreeContext, context: HostContext) -> dict[str, Reading]:
    """The tree readings once the host says what it requires before merging, what it scans, and whether merges queue.

    Only the host can tell that a check is required. A check is, when a job that runs it is required by its id or its
    name, also with the values of a matrix behind it; on GitLab every job that may not fail is, when pipelines must
    succeed. Each signal is then asked again of the required jobs alone. Where rules cannot be seen, the grade stays.
    """
    raised = dict(readings)
    strict = OnlyRequired(tree.tree, tree.until, tree.commits, tree.facts, rules=context.hosted.protection)
    for name, read in _RAISED.items():
        again = read(strict)
        if isinstance(again, Measured) and again.grade == "in_ci":
            raised[name] = replace(again, grade="in_ci_required")
    raised["security_scan"] = _with_scanners(raised["security_scan"], tree, strict, context)
    raised["merge_queue"] = _with_queue(raised["merge_queue"], context)
    return raised


@dataclass(frozen=True)
class OnlyRequired(TreeContext):
    """The same tree, of whose pipelines only the jobs count that must pass before merging."""

    rules: Protection = field(default_factory=Protection)

    @cached_property
    def pipeline(self) -> Pipeline:
        whole = read_pipeline(self.tree)
        kept = tuple(run for run in whole.commands if is_required(run, self.rules))
        return Pipeline(whole.files, kept, whole.unread)


_RAISED: dict[str, Callable[[TreeContext], Reading]] = {
    "arch_rules": arch_rules,
    "static_checks": static_checks,
    "policy_code": policy_code,
    "contract_guard": contract_guard,
    "contract_tests": contract_tests,
}
_SCAN_GRADES = (
    "none",
    "dependency_alerts_only",
    "one_scanner_on_changes",
    "three_families_on_changes",
    "three_families_blocking",
)


def _with_scanners(reading: Reading, tree: TreeContext, strict: OnlyRequired, context: HostContext) -> Reading:
    """`security_scan` with what the host scans by itself: secrets at the push, code on changes, or alerts alone."""
    if not isinstance(reading, Measured) or reading.grade not in _SCAN_GRADES:
        return reading
    own = context.hosted.scanners
    on_changes = scanned_families(tree) | (own & {"secret", "code"})
    blocking = scanned_families(strict) | (own & {"secret"})
    rank = 4 if len(blocking) == 3 else 3 if len(on_changes) == 3 else 2 if on_changes else 1 if own else 0
    grade = _SCAN_GRADES[max(rank, _SCAN_GRADES.index(reading.grade))]
    lines = tuple(f"{family}: the host scans by itself" for family in sorted(own))
    return replace(reading, grade=grade, examples=(*lines, *reading.examples)[:MAX_EXAMPLES])


def _with_queue(reading: Reading, context: HostContext) -> Reading:
    if not context.hosted.protection.requires_queue:
        return reading
    n = reading.n if isinstance(reading, Measured) else 1
    return Measured("merge_queue", n=n, grade="required", examples=("The default branch requires its merge queue.",))


def is_required(run: Command, rules: Protection) -> bool:
    """Whether nothing merges without this command's job."""
    if rules.requires_whole_pipeline:
        return True
    return any(_names_job(check, name) for check in rules.required_checks for name in run.job.split("\n") if name)


def _names_job(check: str, name: str) -> bool:
    """`tests`, `tests (3.12, linux)`, `CI / tests (3.12)` are all the job `tests`; `${{ … }}` stands for anything."""
    shown = check.rpartition(" / ")[2]
    own = re.sub(r"\s*\([^()]*\)$", "", shown)
    return any(_fits(_EXPRESSION.split(name), text) for text in (check, shown, own))


def _fits(parts: list[str], text: str) -> bool:
    """Whether the text is the parts in order with anything between them; one look along the text, whoever wrote it."""
    if len(parts) == 1:
        return text == parts[0]
    if not (text.startswith(parts[0]) and text.endswith(parts[-1]) and len(text) >= len(parts[0]) + len(parts[-1])):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        found = text.find(part, at, len(text) - len(parts[-1]))
        if found < 0:
            return False
        at = found + len(part)
    return True
