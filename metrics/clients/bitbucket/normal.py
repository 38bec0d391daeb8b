"""What Bitbucket answers brought into the normalized set. Plain functions of the JSON; no requests here."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from metrics.clients.hosts import Access, moment, surely
from metrics.signals.changes.types import (
    Actor,
    Change,
    ChangeState,
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
from metrics.signals.changes.wording import is_mechanical, is_unplanned, names_replacement
from metrics.signals.messages import readable
from metrics.signals.scope import is_like
from metrics.signals.types import FileChange

Json = Mapping[str, Any]

_STATES = {"OPEN": ChangeState.OPEN, "MERGED": ChangeState.MERGED}
_VERDICTS = {"approval": Verdict.APPROVED, "changes_requested": Verdict.CHANGES_REQUESTED}
_OUTCOMES = {
    "SUCCESSFUL": Outcome.PASSED,
    "FAILED": Outcome.FAILED,
    "ERROR": Outcome.FAILED,
    "STOPPED": Outcome.CANCELLED,
    "EXPIRED": Outcome.CANCELLED,
}
_ENDED_ITEMS = ("resolved", "invalid", "duplicate", "wontfix", "closed")


def protection_of(rules: list[Any], model: Json, branch: str) -> Protection:
    """The rules of the branch. A merge check that is not enforced only warns, so it demands nothing."""
    values: dict[str, int] = {}
    for rule in rules:
        if _is_about(rule, model, branch):
            values[rule["kind"]] = max(values.get(rule["kind"], 0), int(rule.get("value") or 0))
    nobody = any(
        rule["kind"] == "push" and not rule.get("users") and not rule.get("groups")
        for rule in rules
        if _is_about(rule, model, branch)
    )
    enforced = "enforce_merge_checks" in values
    asked = ("require_approvals_to_merge", "require_default_reviewer_approvals_to_merge")
    checked = enforced and values.get("require_passing_builds_to_merge", 0) > 0
    return Protection(
        forbids_force_push="force" in values or nobody,
        approvals=max(values.get(kind, 0) for kind in asked) if enforced else 0,
        requires_checks=checked,
        requires_whole_pipeline=checked,
        dismisses_stale=any(
            kind in values for kind in ("reset_pullrequest_approvals_on_change", "smart_reset_pullrequest_approvals")
        ),
        includes_admins=enforced,
    )


def _is_about(rule: Json, model: Json, branch: str) -> bool:
    if rule.get("branch_match_kind") == "branching_model":
        named = model.get(str(rule.get("branch_type"))) or {}
        return bool(named.get("use_mainbranch")) or (named.get("branch") or {}).get("name") == branch
    return is_like(str(rule.get("pattern") or ""), branch)


def change_of(
    request: Json,
    activity: list[Any],
    commits: list[Any],
    files: tuple[FileChange, ...],
    statuses: list[Any],
    merge_commit: str,
    access: Access,
) -> Change:
    """A pull request. When it was merged, offered and reviewed only its activity tells."""
    state = _STATES.get(request["state"], ChangeState.CLOSED)
    updates = sorted((each["update"] for each in activity if "update" in each), key=lambda each: surely(each["date"]))
    resolved_at = _resolved_at(request, updates) if state is not ChangeState.OPEN else None
    comments = [each["comment"] for each in activity if "comment" in each and not each["comment"].get("deleted")]
    pushes = tuple(sorted(map(_push, commits), key=lambda push: (push.committed_at, push.sha)))
    source, target = request["source"], request["destination"]
    short = str((source.get("commit") or {}).get("hash") or "")
    head = next((push.sha for push in pushes if short and push.sha.startswith(short)), short)
    return Change(
        number=f"#{request['id']}",
        title=request["title"],
        author=actor_of(request.get("author"), access),
        state=state,
        created_at=surely(request["created_on"]),
        ready_at=_ready_at(request, updates),
        merged_at=resolved_at if state is ChangeState.MERGED else None,
        closed_at=resolved_at,
        merged_by=actor_of(request.get("closed_by"), access) if state is ChangeState.MERGED else None,
        is_draft=bool(request.get("draft")),
        body=readable(str((request.get("summary") or {}).get("raw") or "")),
        source_branch=str((source.get("branch") or {}).get("name") or ""),
        target_branch=str((target.get("branch") or {}).get("name") or ""),
        merge_commit=merge_commit if state is ChangeState.MERGED else "",
        head_commit=head,
        pushes=pushes,
        reviews=tuple(_reviews(activity, access)),
        remarks=tuple(_remarks(comments, access)),
        files=files,
        lines=sum(file.added + file.deleted for file in files),
        checks=tuple(_check(status, head) for status in statuses),
        was_replaced=request["state"] == "SUPERSEDED" or (state is ChangeState.CLOSED and _names_another(comments)),
    )


def _names_another(comments: Iterable[Json]) -> bool:
    return any(names_replacement(_text_of(comment)) for comment in comments)


def _text_of(comment: Json) -> str:
    return str((comment.get("content") or {}).get("raw") or "")


def _resolved_at(request: Json, updates: list[Any]) -> dt.datetime:
    ends = (surely(update["date"]) for update in updates if update.get("state") == request["state"])
    return next(ends, surely(request["updated_on"]))


def _ready_at(request: Json, updates: list[Any]) -> dt.datetime | None:
    """When it was first offered: the first update that is no draft any more after one that was."""
    was_draft = False
    for update in updates:
        if was_draft and update.get("draft") is False:
            return surely(update["date"])
        was_draft = was_draft or bool(update.get("draft"))
    return None if request.get("draft") else surely(request["created_on"])


def _push(commit: Json) -> Push:
    """A commit; the host tells one time of it."""
    at = surely(commit["date"])
    subject, _, body = str(commit.get("message") or "").partition("\n")
    return Push(commit["hash"], at, at, subject.rstrip("\r"), readable(body.strip()))


def _reviews(activity: list[Any], access: Access) -> Iterator[Review]:
    told = [(name, each[name]) for each in activity for name in _VERDICTS if each.get(name)]
    for name, review in sorted(told, key=lambda each: surely(each[1]["date"])):
        yield Review(actor_of(review.get("user"), access), surely(review["date"]), _VERDICTS[name])


def _remarks(comments: list[Any], access: Access) -> Iterator[Remark]:
    for comment in sorted(comments, key=lambda each: surely(each["created_on"])):
        on_code = bool(comment.get("inline"))
        author, at = actor_of(comment.get("user"), access), surely(comment["created_on"])
        yield Remark(author, at, on_code, on_code and is_mechanical(_text_of(comment)))


def file_of(stat: Json) -> FileChange:
    """One file of a change; of a deleted one only the old name is told, of a new one only the new."""
    new, old = stat.get("new") or {}, stat.get("old") or {}
    path = str(new.get("path") or old.get("path") or "")
    was = str(old.get("path")) if new and old and old.get("path") != path else None
    return FileChange(path, int(stat.get("lines_added") or 0), int(stat.get("lines_removed") or 0), was)


def _check(status: Json, head: str) -> Check:
    ended = _OUTCOMES.get(str(status["state"]), Outcome.RUNNING)
    finished = None if ended is Outcome.RUNNING else surely(status["updated_on"])
    name = str(status.get("name") or status.get("key") or "")
    return Check(name, head, ended, surely(status["created_on"]), finished)


def item_of(issue: Json) -> tuple[WorkItem, dt.datetime]:
    """An issue; when it was closed is not recorded, so its last change stands for it."""
    updated = surely(issue["updated_on"])
    closed = updated if issue.get("state") in _ENDED_ITEMS else None
    return WorkItem(f"#{issue['id']}", issue["title"], surely(issue["created_on"]), None, closed), updated


def deployment_of(deployment: Json, environments: Mapping[str, str]) -> Release | None:
    state, release = deployment.get("state") or {}, deployment.get("release") or {}
    at = moment(state.get("completion_date") or state.get("completed_on"))
    commit = str((release.get("commit") or {}).get("hash") or "")
    if (state.get("status") or {}).get("name") != "SUCCESSFUL" or not at or not commit:
        return None
    environment = deployment.get("environment") or {}
    name = environments.get(environment.get("uuid", ""), str(environment.get("name") or "")) or "unnamed"
    return Release(f"deployment {deployment['uuid']}", commit, at, name, None, is_unplanned(release.get("name")))


def tag_of(tag: Json) -> Release | None:
    target = tag.get("target") or {}
    at = moment(tag.get("date") or target.get("date"))
    if not at or not target.get("hash"):
        return None
    return Release(f"release {tag['name']}", target["hash"], at, is_unplanned=is_unplanned(tag["name"]))


def run_of(pipeline: Json, branch: str) -> Check | None:
    """A whole pipeline. It runs on a branch, or on a pull request before it is merged."""
    target, state = pipeline.get("target") or {}, pipeline.get("state") or {}
    commit = str((target.get("commit") or {}).get("hash") or "")
    if not commit:
        return None
    ended = _OUTCOMES.get(str((state.get("result") or {}).get("name")), Outcome.RUNNING)
    ref = str(target.get("ref_name") or target.get("source") or "")
    selector = target.get("selector") or {}
    is_custom = selector.get("type") == "custom"
    return Check(
        str(selector.get("pattern")) if is_custom else "pipeline",
        commit,
        ended,
        surely(pipeline["created_on"]),
        moment(pipeline.get("completed_on")) if ended is not Outcome.RUNNING else None,
        ref,
        is_before_merge=target.get("type") == "pipeline_pullrequest_target" or (bool(ref) and ref != branch),
    )


def actor_of(account: Json | None, access: Access) -> Actor:
    """An account, known by its number; an app's and a token's are bots."""
    account = account or {}
    login = str(account.get("uuid") or account.get("account_id") or "").strip("{}")
    name = str(account.get("nickname") or account.get("display_name") or "")
    return access.actor(login, name=name, is_marked_bot=account.get("type") in ("app_user", "team"))
