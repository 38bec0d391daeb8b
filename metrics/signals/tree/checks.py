"""Signals about pipelines and the checks they run."""

import re

from metrics.signals.tree import tools
from metrics.signals.tree.ci.github import WORKFLOW
from metrics.signals.tree.configured import hooks_matching, static_configuration
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.documents import document_of
from metrics.signals.tree.grading import Wiring, describe, graded, wiring_of
from metrics.signals.tree.structured import texts_in
from metrics.signals.types import Measured, Reading, Skipped, show_path


def ci_present(context: TreeContext) -> Reading:
    """Whether a pipeline runs tests on proposed changes: none, present_no_tests or tests_on_changes.

    Source: pipeline files of the tree. A push to the main line alone is not a proposed change; a test whose failure is
    ignored does not count. Where the commands cannot be read or live in another repository, nothing is said.
    """
    pipeline = context.pipeline
    if not pipeline.files:
        return graded(context, "ci_present", "none")
    runs = wiring_of(context, pipeline.files, tools.TESTS)
    if runs.counts:
        return graded(context, "ci_present", "tests_on_changes", map(describe, runs.counts))
    if pipeline.unread:
        return Skipped("ci_present", f"The pipeline in {show_path(pipeline.unread[0])} could not be read.")
    if pipeline.calls_elsewhere:
        return Skipped("ci_present", "The pipeline calls jobs kept in another repository, so its tests cannot be seen.")
    return graded(context, "ci_present", "present_no_tests", runs.examples())


def static_checks(context: TreeContext) -> Reading:
    """Linter, formatter or type checker: none, configured_only or in_ci.

    Source: configuration files, hooks and pipeline commands, also behind make, npm scripts, tox, nox and pre-commit. A
    check that cannot fail its job, or runs only after merging, counts as configured only. Editor settings are no check.
    """
    configured = [*static_configuration(context), *hooks_matching(context, tools.STATIC)]
    wiring = wiring_of(context, configured, tools.STATIC)
    grade = "in_ci" if wiring.counts else "configured_only" if wiring.configured or wiring.runs else "none"
    return graded(context, "static_checks", grade, wiring.examples())


_DEPENDENCY_BOTS = re.compile(
    r"^(\.github/dependabot\.ya?ml|(\.github/|\.gitlab/)?\.?renovate(rc)?(\.json5?)?|\.scala-steward\.conf|\.pyup\.ya?ml|\.snyk"
    r"|\.github/updatecli\.d/[^/]+)$"
)
_FAMILIES = {
    "secret": tools.SECRET_SCAN,
    "dependency": tools.DEPENDENCY_SCAN,
    "code": tools.CODE_SCAN,
}


def security_scan(context: TreeContext) -> Reading:
    """Secret, dependency and code scanning, from none over alerts and one scanner to three families on changes.

    Source: bot configuration, hooks and pipeline commands. What stops nothing (a dependency bot, a scan on a schedule,
    a scan whose failure is ignored, a hook no pipeline runs) counts as alerts. Two families count as one scanner. What
    the host does by itself (secret or default code scanning), and whether a merge is blocked, is not in the tree.
    """
    wirings = _scanners(context)
    bots = context.paths_matching(_DEPENDENCY_BOTS)
    on_changes = [name for name, wiring in wirings.items() if wiring.counts]
    if len(on_changes) == len(_FAMILIES):
        grade = "three_families_on_changes"
    elif on_changes:
        grade = "one_scanner_on_changes"
    else:
        alerts = bots or any(wiring.configured or wiring.runs for wiring in wirings.values())
        grade = "dependency_alerts_only" if alerts else "none"
    examples = [f"{name}: {line}" for name, wiring in wirings.items() for line in wiring.examples()[:3]]
    return graded(context, "security_scan", grade, [*examples, *bots])


def scanned_families(context: TreeContext) -> frozenset[str]:
    """The families of scanning that a pipeline runs on proposed changes, where a finding fails the job."""
    return frozenset(name for name, wiring in _scanners(context).items() if wiring.counts)


def _scanners(context: TreeContext) -> dict[str, Wiring]:
    return {name: wiring_of(context, hooks_matching(context, tool), tool) for name, tool in _FAMILIES.items()}


def ci_token_scope(context: TreeContext) -> Reading:
    """Share of workflows that declare minimal token permissions: read-only at the top, or stated by every job.

    Source: GitHub, Forgejo and Gitea workflows; `write-all` is never minimal. Other hosts keep token scopes elsewhere.
    """
    workflows = {path: document_of(context.tree, path) for path in context.tree.where(WORKFLOW.match)}
    readable = {path: data for path, data in workflows.items() if isinstance(data, dict)}
    if not readable:
        return Skipped("ci_token_scope", "There is no workflow whose token permissions the tree could state.")
    open_ones = [path for path, data in readable.items() if not _is_minimal(data)]
    return Measured(
        "ci_token_scope",
        n=len(readable),
        value=1 - len(open_ones) / len(readable),
        unit="share",
        examples=tuple(f"not minimal: {show_path(path)}" for path in open_ones[:12]),
    )


def _is_minimal(workflow: dict[str, object]) -> bool:
    if "permissions" in workflow and _reads_only(workflow["permissions"]):
        return True
    jobs = workflow.get("jobs")
    stated = (
        [job.get("permissions", "absent") for job in jobs.values() if isinstance(job, dict)]
        if isinstance(jobs, dict)
        else []
    )
    return bool(stated) and all(part not in ("absent", "write-all") for part in stated)


def _reads_only(permissions: object) -> bool:
    """Whether a `permissions` value grants reading at most; an empty one grants nothing."""
    return not any(text.startswith("write") for text in texts_in(permissions))


_QUEUE_FILES = re.compile(
    r"^(\.github/)?(\.mergify/config|\.?mergify|\.?kodiak|\.?bors|\.?aviator/config)\.(ya?ml|toml)$"
)
_QUEUE_RULE = re.compile(r"^(queue_rules|merge_queue|\[merge\]|status\s*=)|merge_train", re.MULTILINE)


def merge_queue(context: TreeContext) -> Reading:
    """Queue or train that tests the combined result: none or configured.

    Source: a workflow with the merge_group trigger, a queue configuration (Mergify with queue rules, bors, Kodiak,
    Aviator), or a pipeline rule for merge trains. Whether merging must go through it is known to the host alone.
    """
    found = [path for path in context.tree.where(WORKFLOW.match) if _has_merge_group(context, path)]
    found += [p for p in context.tree.where(_QUEUE_FILES.match) if _QUEUE_RULE.search(context.text(p))]
    found += [path for path in (".gitlab-ci.yml", ".gitlab-ci.yaml") if "merge_train" in context.text(path)]
    return graded(context, "merge_queue", "configured" if found else "none", map(show_path, found))


def _has_merge_group(context: TreeContext, path: str) -> bool:
    if "merge_group" not in context.text(path):
        return False
    data = document_of(context.tree, path)
    triggers = data.get("on") if isinstance(data, dict) else None
    return "merge_group" in (triggers if isinstance(triggers, dict | list) else [triggers])
