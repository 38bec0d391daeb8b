"""GitHub's answers brought into the normalized set. Plain functions of the JSON; no requests here."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from metrics.clients.hosts import Access, moment, state_of, surely
from metrics.signals.changes.types import (
    Actor,
    Alert,
    Change,
    Check,
    Outcome,
    Protection,
    Push,
    Release,
    Remark,
    Review,
    Verdict,
    WorkItem,
)
from metrics.signals.changes.wording import is_mechanical, is_unplanned, names_replacement, says_something
from metrics.signals.messages import readable
from metrics.signals.types import FileChange

Json = Mapping[str, Any]

_VERDICTS = {
    "APPROVED": Verdict.APPROVED,
    "CHANGES_REQUESTED": Verdict.CHANGES_REQUESTED,
    "COMMENTED": Verdict.COMMENTED,
    "DISMISSED": Verdict.DISMISSED,
}
_OUTCOMES = {
    "success": Outcome.PASSED,
    "failure": Outcome.FAILED,
    "timed_out": Outcome.FAILED,
    "startup_failure": Outcome.FAILED,
    "action_required": Outcome.FAILED,
    "error": Outcome.FAILED,
    "neutral": Outcome.SKIPPED,
    "skipped": Outcome.SKIPPED,
    "stale": Outcome.SKIPPED,
    "cancelled": Outcome.CANCELLED,
}


def change_of(node: Json, access: Access) -> Change:
    """A pull request. A review comment's wording is read elsewhere; the first 100 of each list count."""
    author = actor_of(node["author"], access)
    merged_at = moment(node["mergedAt"])
    events = _nodes(node["timelineItems"])
    asked = [surely(e["createdAt"]) for e in events if e["__typename"] == "ReviewRequestedEvent"]
    closed = moment(node["closedAt"])
    replaced = any(names_replacement(c["body"]) for c in _nodes(node["comments"])) and not merged_at
    return Change(
        number=f"#{node['number']}",
        title=node["title"],
        author=author,
        state=state_of(is_open=not closed, merged_at=merged_at),
        created_at=surely(node["createdAt"]),
        ready_at=_ready_at(node, events),
        merged_at=merged_at,
        closed_at=closed,
        merged_by=actor_of(node["mergedBy"], access) if node["mergedBy"] else None,
        is_draft=node["isDraft"],
        body=readable(node["body"] or ""),
        labels=tuple(label["name"] for label in _nodes(node["labels"])),
        source_branch=node["headRefName"],
        target_branch=node["baseRefName"],
        merge_commit=(node["mergeCommit"] or {}).get("oid", ""),
        head_commit=node["headRefOid"],
        pushes=tuple(_push(each["commit"]) for each in _nodes(node["commits"])),
        reviews=tuple(_reviews(node, access)),
        remarks=tuple(Remark(actor_of(c["author"], access), surely(c["createdAt"])) for c in _nodes(node["comments"])),
        asked_at=tuple(asked),
        files=tuple(FileChange(f["path"], f["additions"], f["deletions"]) for f in _nodes(node["files"])),
        lines=node["additions"] + node["deletions"],
        closes=tuple(_item_name(each, access) for each in _nodes(node["closingIssuesReferences"])),
        checks=tuple(_checks(node)),
        was_replaced=replaced,
    )


def _ready_at(node: Json, events: list[Json]) -> Any:
    """When it was first offered: marked ready, else opened, unless it is a draft that never was."""
    marked = [surely(e["createdAt"]) for e in events if e["__typename"] == "ReadyForReviewEvent"]
    if marked:
        return min(marked)
    return None if node["isDraft"] else surely(node["createdAt"])


def _push(commit: Json) -> Push:
    return Push(
        sha=commit["oid"],
        authored_at=surely(commit["authoredDate"]),
        committed_at=surely(commit["committedDate"]),
        subject=commit["messageHeadline"],
        body=readable(commit["messageBody"]),
        lines=commit["additions"] + commit["deletions"],
    )


def _reviews(node: Json, access: Access) -> Iterator[Review]:
    for review in _nodes(node["reviews"]):
        if review["submittedAt"] and review["state"] in _VERDICTS:
            actor, at = actor_of(review["author"], access), surely(review["submittedAt"])
            yield Review(actor, at, _VERDICTS[review["state"]], says_something(review["body"]))


def _checks(node: Json) -> Iterator[Check]:
    """The newest run of each check on the last commit."""
    for each in _nodes(node["tip"]):
        commit = each["commit"]
        for context in _nodes((commit["statusCheckRollup"] or {}).get("contexts")):
            if context["__typename"] == "StatusContext":
                at = surely(context["createdAt"])
                state = context["state"].lower()
                ended = Outcome.RUNNING if state in ("pending", "expected") else _OUTCOMES[state]
                yield Check(context["context"], commit["oid"], ended, at, None if ended is Outcome.RUNNING else at)
            elif queued := context["startedAt"] or (context["checkSuite"] or {}).get("createdAt"):
                is_done = context["status"] == "COMPLETED" and context["conclusion"]
                ended = (
                    _OUTCOMES.get(str(context["conclusion"]).lower(), Outcome.SKIPPED) if is_done else Outcome.RUNNING
                )
                yield Check(context["name"], commit["oid"], ended, surely(queued), moment(context["completedAt"]))


def run_of(run: Json) -> Check:
    """One attempt of a workflow run. On GitHub a run is a whole workflow."""
    is_done = run["status"] == "completed"
    return Check(
        name=run.get("name") or f"workflow {run['workflow_id']}",
        commit=run["head_sha"],
        outcome=_OUTCOMES.get(str(run["conclusion"]), Outcome.SKIPPED) if is_done else Outcome.RUNNING,
        queued_at=surely(run["created_at"] if run.get("run_attempt", 1) == 1 else run["run_started_at"]),
        finished_at=surely(run["updated_at"]) if is_done else None,
        branch=run["head_branch"] or "",
        attempt=run.get("run_attempt", 1),
        is_before_merge=run["event"] in ("pull_request", "pull_request_target", "merge_group"),
    )


def remark_of(comment: Json, access: Access) -> Remark:
    """A comment on code, of which only the kind is kept."""
    actor = rest_actor(comment["user"], access)
    return Remark(actor, surely(comment["created_at"]), is_on_code=True, is_mechanical=is_mechanical(comment["body"]))


def item_of(node: Json) -> WorkItem:
    labels = tuple(label["name"] for label in _nodes(node["labels"]))
    created, closed = surely(node["createdAt"]), moment(node["closedAt"])
    return WorkItem(f"#{node['number']}", node["title"], created, None, closed, labels)


def deployment_of(node: Json) -> Release | None:
    """A deployment that succeeded; the wait for consent is from its first WAITING to what came next."""
    statuses = sorted(
        ((surely(s["createdAt"]), s["state"]) for s in _nodes(node["statuses"])), key=lambda pair: pair[0]
    )
    done = [at for at, state in statuses if state == "SUCCESS"]
    if not done or not node["commitOid"]:
        return None
    waits = [at for at, state in statuses if state == "WAITING"]
    after = [at for at, state in statuses if waits and at >= waits[0] and state != "WAITING"]
    text = f"{node['description'] or ''} {(node['ref'] or {}).get('name', '')}"
    return Release(
        id=f"deployment {node['databaseId']}",
        commit=node["commitOid"],
        at=done[0],
        environment=node["environment"] or "unnamed",
        approval_wait_s=(after[0] - waits[0]).total_seconds() if waits and after else None,
        is_unplanned=is_unplanned(text),
    )


def release_of(node: Json) -> Release | None:
    """A published release of a commit; drafts and previews are none."""
    commit = (node["tagCommit"] or {}).get("oid")
    if node["isDraft"] or node["isPrerelease"] or not commit or not node["publishedAt"]:
        return None
    unplanned = is_unplanned(node["tagName"], node["name"] or "")
    return Release(f"release {node['tagName']}", commit, surely(node["publishedAt"]), is_unplanned=unplanned)


def alert_of(alert: Json, family: str) -> Alert:
    """A security alert; a leaked secret is always serious."""
    rule = alert.get("security_advisory") or alert.get("rule") or {}
    severity = "high" if family == "secret" else rule.get("security_severity_level") or rule.get("severity") or ""
    ended = next(
        (alert[k] for k in ("fixed_at", "dismissed_at", "auto_dismissed_at", "resolved_at") if alert.get(k)), None
    )
    return Alert(f"{family} #{alert['number']}", severity, surely(alert["created_at"]), moment(ended), family)


def protection_of(ref: Json, rules: list[Json] | None, *, has_queue: bool) -> Protection:
    """The classic rule of the default branch and the rulesets together: what either demands is demanded.

    Without the permission to administer, the classic rule shows what everybody may see of it, and the rest stays
    unknown.
    """
    whole, plain = ref.get("branchProtectionRule"), ref.get("refUpdateRule")
    classic = replace(_classic(whole) if whole else _plain_classic(plain), requires_queue=has_queue)
    return _with_rulesets(classic, rules) if rules is not None else classic


def _classic(rule: Json) -> Protection:
    needs_reviews = rule["requiresApprovingReviews"]
    return Protection(
        forbids_force_push=not rule["allowsForcePushes"],
        approvals=(rule["requiredApprovingReviewCount"] or 0) if needs_reviews else 0,
        requires_checks=rule["requiresStatusChecks"],
        required_checks=frozenset(rule["requiredStatusCheckContexts"] or ()),
        requires_owners=needs_reviews and rule["requiresCodeOwnerReviews"],
        dismisses_stale=needs_reviews and rule["dismissesStaleReviews"],
        includes_admins=rule["isAdminEnforced"],
    )


def _plain_classic(rule: Json | None) -> Protection:
    if rule is None:
        return Protection()
    contexts = frozenset(each for each in rule["requiredStatusCheckContexts"] or () if each)
    return Protection(
        forbids_force_push=not rule["allowsForcePushes"],
        approvals=rule["requiredApprovingReviewCount"] or 0,
        requires_checks=bool(contexts),
        required_checks=contexts,
        requires_owners=rule["requiresCodeOwnerReviews"],
    )


def _with_rulesets(classic: Protection, rules: list[Json]) -> Protection:
    by_type: dict[str, list[Json]] = {}
    for rule in rules:
        by_type.setdefault(rule["type"], []).append(rule.get("parameters") or {})
    reviews = by_type.get("pull_request", [])
    checks = by_type.get("required_status_checks", [])
    contexts = {c["context"] for rule in checks for c in rule.get("required_status_checks", ())}
    approvals = max([rule.get("required_approving_review_count", 0) for rule in reviews], default=None)
    known = [count for count in (classic.approvals, approvals) if count is not None]
    return Protection(
        forbids_force_push=_either(classic.forbids_force_push, "non_fast_forward" in by_type),
        approvals=max(known) if known else None,
        requires_checks=_either(classic.requires_checks, bool(contexts)),
        required_checks=classic.required_checks | contexts,
        requires_owners=_either(classic.requires_owners, any(r.get("require_code_owner_review") for r in reviews)),
        dismisses_stale=_either(classic.dismisses_stale, any(r.get("dismiss_stale_reviews_on_push") for r in reviews)),
        includes_admins=classic.includes_admins
        or (None if by_type else classic.includes_admins),  # who may pass by is hidden
        requires_queue=_either(classic.requires_queue, "merge_queue" in by_type),
    )


def _either(one: bool | None, other: bool) -> bool | None:
    """True when either demands it; unknown when the one is unknown and the other does not."""
    return True if other else one


def actor_of(account: Json | None, access: Access) -> Actor:
    """An account of the GraphQL API; a deleted one has none."""
    if account is None:
        return access.actor("")
    return access.actor(account["login"], is_marked_bot=account["__typename"] == "Bot")


def rest_actor(account: Json | None, access: Access) -> Actor:
    """An account of the REST API, which writes a bot's login with [bot] behind it."""
    if account is None:
        return access.actor("")
    login = str(account["login"])
    return access.actor(
        login.removesuffix("[bot]"), is_marked_bot=account.get("type") == "Bot" or login.endswith("[bot]")
    )


def _item_name(issue: Json, access: Access) -> str:
    where = issue["repository"]["nameWithOwner"]
    return f"#{issue['number']}" if where.casefold() == access.project.casefold() else f"{where}#{issue['number']}"


def _nodes(connection: Json | None) -> list[Any]:
    return [node for node in (connection or {}).get("nodes") or () if node]
