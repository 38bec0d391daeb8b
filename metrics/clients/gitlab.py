"""GitLab, in the cloud and self-managed, over its REST API v4.

A thin client of our own through the one HTTP door. python-gitlab was weighed: it brings a second HTTP library that
resolves, redirects and sleeps by its own rules, its errors carry no headers to tell how long to wait, and of its
several hundred objects we would use ten lists.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from metrics.clients.hosts import (
    Access,
    Found,
    Kind,
    Page,
    Record,
    Session,
    Step,
    covers,
    door_to,
    moment,
    surely,
)
from metrics.clients.http import HostError, NotAllowed
from metrics.signals.changes.types import (
    Actor,
    Alert,
    Change,
    ChangeState,
    Check,
    Outcome,
    Part,
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
from metrics.signals.types import FileChange

Json = Mapping[str, Any]

NEEDS = (
    "A project or personal access token with the scope read_api and the role Developer or higher; the role Maintainer "
    "shows the rules of the default branch as well."
)
CHANGES_A_PAGE = 20
MAX_DIFF_PAGES = 5
RUN_DAYS = 90
_READY = re.compile(
    r"^marked (this merge request|the merge request) as \*\*ready\*\*|^unmarked as a work in progress", re.I
)
_APPROVED = re.compile(r"^approved this merge request", re.IGNORECASE)
_UNAPPROVED = re.compile(r"^(unapproved this merge request|reset approvals from)", re.IGNORECASE)
_OBJECTED = re.compile(r"^(has )?requested changes", re.IGNORECASE)
_ASKED = re.compile(r"^requested (a )?review from", re.IGNORECASE)
_OUTCOMES = {
    "success": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "canceled": Outcome.CANCELLED,
    "skipped": Outcome.SKIPPED,
    "manual": Outcome.SKIPPED,
}


def project_name(session: Session) -> str:
    """What the host calls the project; it must be seen for anything else to be."""
    return str(session.door.get(session.unit).data["path_with_namespace"])


def git_login(access: Access) -> tuple[str, str]:
    """What git shows to clone: the token under any name."""
    return "oauth2", access.credential


def session_of(access: Access) -> Session:
    """A door to the API below the address people know; a GitLab may live below a path."""
    project = access.project.strip("/")
    if "/" not in project and not project.isdigit():
        raise HostError("A project on GitLab is written with its group, such as group/name, or as its number.")
    base = (access.base_url or "https://gitlab.com").rstrip("/").removesuffix("/api/v4") + "/api/v4"
    secret = {"PRIVATE-TOKEN": access.credential} if access.credential else {}
    door = door_to(access, base, lambda: {"Accept": "application/json", **secret})
    return Session(access, door, unit=f"projects/{quote(project, safe='')}")


def _settings(session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    project = session.door.get(session.unit).data
    branch = str(project.get("default_branch") or "main")
    unseen: dict[Part, str] = {}
    rule: Json | None = None
    approvals: Json | None = None
    count: int | None = None
    try:
        rules = session.door.get(f"{session.unit}/protected_branches", per_page=100).data
        rule = next((each for each in rules if covers(each["name"], branch)), _NO_RULE)
        unseen[Part.PROTECTION] = "How many approvals are required needs GitLab Premium and the role Maintainer."
        approvals = session.door.get(f"{session.unit}/approvals").data
        needed = session.door.get(f"{session.unit}/approval_rules", per_page=100).data
        count = max([int(each.get("approvals_required") or 0) for each in needed], default=0)
        del unseen[Part.PROTECTION]
    except NotAllowed:
        unseen.setdefault(Part.PROTECTION, "The rules of the default branch need the role Maintainer.")
    protection = _protection(project, rule, approvals, count)
    yield Page(found=Found(default_branch=branch, protection=protection), unseen=unseen)


_NO_RULE: Json = {"name": "", "allow_force_push": True, "code_owner_approval_required": False}


def _protection(project: Json, rule: Json | None, approvals: Json | None, count: int | None) -> Protection:
    whole = bool(project.get("only_allow_merge_if_pipeline_succeeds"))
    known = approvals is not None
    return Protection(
        forbids_force_push=None if rule is None else not rule.get("allow_force_push"),
        approvals=count,
        requires_checks=whole,
        requires_whole_pipeline=whole,
        requires_owners=None if rule is None else bool(rule.get("code_owner_approval_required")),
        dismisses_stale=bool((approvals or {}).get("reset_approvals_on_push")) if known else None,
        includes_admins=None if not known else not (approvals or {}).get("merge_requests_author_approval"),
        requires_queue=bool(project.get("merge_trains_enabled")) and not project.get("merge_trains_skip_train_allowed"),
    )


def _changes(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    query: dict[str, Any] = {"scope": "all", **_since_query(since), "per_page": CHANGES_A_PAGE}
    for requests, following in session.pages(f"{session.unit}/merge_requests", after, **query):
        changes = [_change(session, each) for each in requests]
        records = (Record(Kind.CHANGE, c.number, c, c.resolved_at or c.created_at) for c in changes)
        yield Page(tuple(records), following)


def _change(session: Session, request: Json) -> Change:
    """One merge request with its commits, notes, files and pipelines: four more requests."""
    place = f"{session.unit}/merge_requests/{request['iid']}"
    commits = [each for page, _ in session.pages(f"{place}/commits", per_page=100) for each in page]
    threads = [each for page, _ in session.pages(f"{place}/discussions", per_page=100) for each in page]
    notes = sorted((note for thread in threads for note in thread["notes"]), key=lambda note: str(note["created_at"]))
    pipelines: list[Any] | None
    try:
        pipelines = session.door.get(f"{place}/pipelines", per_page=100).data
    except NotAllowed:
        pipelines = None  # a project may hide its pipelines and show its changes
    return change_of(request, commits, notes, _files(session, place), pipelines, session.access)


def _files(session: Session, place: str) -> tuple[FileChange, ...]:
    files: list[FileChange] = []
    for n, (page, _) in enumerate(session.pages(f"{place}/diffs", per_page=50)):
        files += [file_of(each) for each in page]
        if n + 1 == MAX_DIFF_PAGES:
            break
    return tuple(files)


def change_of(
    request: Json,
    commits: list[Any],
    notes: list[Any],
    files: tuple[FileChange, ...],
    pipelines: list[Any] | None,
    access: Access,
) -> Change:
    """A merge request. An approval, a withdrawal and a request for changes are notes the host itself writes."""
    author = actor_of(request["author"], access)
    spoken = [note for note in notes if not note["system"]]
    merged_at = moment(request["merged_at"])
    merger = request.get("merge_user") or request.get("merged_by")
    shas = [request.get("merge_commit_sha"), request.get("squash_commit_sha"), request.get("sha")]
    return Change(
        number=f"!{request['iid']}",
        title=request["title"],
        author=author,
        state=ChangeState.MERGED
        if merged_at
        else ChangeState.OPEN
        if request["state"] == "opened"
        else ChangeState.CLOSED,
        created_at=surely(request["created_at"]),
        ready_at=_ready_at(request, notes),
        merged_at=merged_at,
        closed_at=moment(request["closed_at"]),
        merged_by=actor_of(merger, access) if merger else None,
        is_draft=bool(request.get("draft")),
        body=readable(request.get("description") or ""),
        labels=tuple(request.get("labels") or ()),
        source_branch=request["source_branch"],
        target_branch=request["target_branch"],
        merge_commit=next((sha for sha in shas if sha), "") if merged_at else "",
        head_commit=request.get("sha") or "",
        pushes=tuple(_push(each) for each in commits),
        reviews=tuple(_reviews(notes, access)),
        remarks=tuple(_remark(note, access) for note in spoken),
        asked_at=tuple(surely(note["created_at"]) for note in notes if note["system"] and _ASKED.match(note["body"])),
        files=files,
        lines=sum(max(0, file.added) + max(0, file.deleted) for file in files),
        checks=None if pipelines is None else tuple(_pipeline(each) for each in pipelines),
        was_replaced=not merged_at and any(names_replacement(note["body"]) for note in spoken),
    )


def _ready_at(request: Json, notes: list[Any]) -> dt.datetime | None:
    marked = [surely(note["created_at"]) for note in notes if note["system"] and _READY.match(note["body"])]
    if marked:
        return min(marked)
    return None if request.get("draft") else surely(request["created_at"])


def _push(commit: Json) -> Push:
    subject, _, body = str(commit.get("message") or commit["title"]).partition("\n")
    return Push(
        commit["id"], surely(commit["authored_date"]), surely(commit["committed_date"]), subject, readable(body.strip())
    )


def _reviews(notes: list[Any], access: Access) -> Iterator[Review]:
    verdicts = ((_APPROVED, Verdict.APPROVED), (_UNAPPROVED, Verdict.DISMISSED), (_OBJECTED, Verdict.CHANGES_REQUESTED))
    for note in notes:
        verdict = next((v for pattern, v in verdicts if note["system"] and pattern.match(note["body"])), None)
        if verdict:
            yield Review(actor_of(note["author"], access), surely(note["created_at"]), verdict)


def _remark(note: Json, access: Access) -> Remark:
    on_code = note.get("type") == "DiffNote"
    at = surely(note["created_at"])
    return Remark(actor_of(note["author"], access), at, on_code, on_code and is_mechanical(note["body"]))


def file_of(diff: Json) -> FileChange:
    """The lines of one file, counted from its hunks; a file too large to be sent has none."""
    lines = [line for line in str(diff.get("diff") or "").splitlines() if not line.startswith(("+++ ", "--- "))]
    added, deleted = (sum(line.startswith(mark) for line in lines) for mark in "+-")
    old = diff["old_path"] if diff.get("renamed_file") else None
    return FileChange(diff["new_path"], added, deleted, old)


def _pipeline(pipeline: Json) -> Check:
    ended = _OUTCOMES.get(pipeline["status"], Outcome.RUNNING)
    queued, changed = surely(pipeline["created_at"]), surely(pipeline["updated_at"])
    return Check(
        "pipeline", pipeline["sha"], ended, queued, None if ended is Outcome.RUNNING else changed, pipeline["ref"]
    )


def _items(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    query: dict[str, Any] = {"scope": "all", **_since_query(session.items_since(since)), "per_page": 100}
    for issues, following in session.pages(f"{session.unit}/issues", after, **query):
        yield Page(tuple(Record(Kind.ITEM, i.id, i, at) for i, at in map(item_of, issues)), following)


def item_of(issue: Json) -> tuple[WorkItem, dt.datetime]:
    item = WorkItem(
        f"#{issue['iid']}", issue["title"], surely(issue["created_at"]), None, moment(issue["closed_at"]),
        tuple(issue.get("labels") or ()),
    )  # fmt: skip
    return item, surely(issue["updated_at"])


def _deployments(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    query: dict[str, Any] = {"status": "success", **_since_query(since), "per_page": 100}
    for deployments, following in session.pages(f"{session.unit}/deployments", after, **query):
        made = [deployment_of(each) for each in deployments]
        yield Page(tuple(Record(Kind.RELEASE, r.id, r, r.at) for r in made), following)


def deployment_of(deployment: Json) -> Release:
    job = deployment.get("deployable") or {}
    at = moment(job.get("finished_at")) or surely(deployment["updated_at"])
    name = str((deployment.get("environment") or {}).get("name") or "unnamed")
    unplanned = is_unplanned(deployment.get("ref"), job.get("name"))
    return Release(f"deployment {deployment['iid']}", deployment["sha"], at, name, None, unplanned)


def _releases(session: Session, after: str, _since: dt.datetime) -> Iterator[Page]:
    for releases, following in session.pages(f"{session.unit}/releases", after, conditional=True, per_page=100):
        made = [release_of(each) for each in releases if each.get("released_at") and not each.get("upcoming_release")]
        yield Page(tuple(Record(Kind.RELEASE, r.id, r, r.at) for r in made if r.commit), following)


def release_of(release: Json) -> Release:
    commit = str((release.get("commit") or {}).get("id") or "")
    unplanned = is_unplanned(release["tag_name"], release.get("name") or "")
    return Release(f"release {release['tag_name']}", commit, surely(release["released_at"]), is_unplanned=unplanned)


def _runs(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    """The jobs of every pipeline, with those that were run again."""
    first = max(since, dt.datetime.now(dt.UTC) - dt.timedelta(days=RUN_DAYS))
    query: dict[str, Any] = {**_since_query(first), "per_page": CHANGES_A_PAGE}
    branch = str(session.door.get(session.unit).data.get("default_branch") or "main")
    for pipelines, following in session.pages(f"{session.unit}/pipelines", after, **query):
        records = [record for each in pipelines for record in _jobs(session, each, branch)]
        yield Page(tuple(records), following)


def _jobs(session: Session, pipeline: Json, branch: str) -> Iterator[Record]:
    place = f"{session.unit}/pipelines/{pipeline['id']}/jobs"
    jobs = [job for page, _ in session.pages(place, include_retried="true", per_page=100) for job in page]
    before = pipeline["source"] == "merge_request_event" or (pipeline["ref"] != branch and pipeline["source"] == "push")
    attempts: Counter[str] = Counter()
    for job in sorted(jobs, key=lambda job: int(job["id"])):
        if job.get("allow_failure") or job["status"] == "manual":
            continue
        attempts[job["name"]] += 1
        check = run_of(job, pipeline, attempts[job["name"]], is_before_merge=before)
        yield Record(Kind.RUN, f"{job['id']}", check, check.queued_at)


def run_of(job: Json, pipeline: Json, attempt: int, *, is_before_merge: bool) -> Check:
    ended = _OUTCOMES.get(job["status"], Outcome.RUNNING)
    queued = surely(job["created_at"])
    return Check(
        job["name"], pipeline["sha"], ended, queued, moment(job.get("finished_at")), pipeline["ref"], attempt,
        is_before_merge,
    )  # fmt: skip


def _alerts(session: Session, after: str, _since: dt.datetime) -> Iterator[Page]:
    for found, following in session.pages(f"{session.unit}/vulnerabilities", after, per_page=100):
        made = [alert_of(each) for each in found]
        yield Page(tuple(Record(Kind.ALERT, alert.id, alert, alert.created_at) for alert in made), following)


def alert_of(found: Json) -> Alert:
    family = _FAMILIES.get(str(found.get("report_type")), "code")
    ended = found.get("resolved_at") or found.get("dismissed_at")
    return Alert(
        f"{family} {found['id']}", str(found["severity"]).lower(), surely(found["created_at"]), moment(ended), family
    )


_FAMILIES = {"dependency_scanning": "dependency", "container_scanning": "dependency", "secret_detection": "secret"}


def _members(session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    members: dict[str, frozenset[str]] = {}
    for groups, _ in session.pages(f"{session.unit}/groups", with_shared="true", per_page=100):
        for group in groups:
            place = f"groups/{group['id']}/members"
            people = (person for page, _ in session.pages(place, per_page=100) for person in page)
            ids = frozenset(session.access.person(person["username"]) for person in people)
            members[f"@{group['full_path']}".casefold()] = ids
    yield Page(found=Found(members=members))


def actor_of(account: Json | None, access: Access) -> Actor:
    """An account; tokens of projects and groups act under names such as project_7_bot_1f."""
    account = account or {}
    return access.actor(str(account.get("username") or ""), is_marked_bot=bool(account.get("bot")))


def _since_query(since: dt.datetime) -> dict[str, str]:
    return {"order_by": "updated_at", "sort": "asc", "updated_after": f"{since:%Y-%m-%dT%H:%M:%SZ}"}


STEPS = (
    Step("settings", _settings, (), ""),
    Step("changes", _changes, (Part.CHANGES, Part.CHECKS), "Changes need the scope read_api and the role Reporter."),
    Step("items", _items, (Part.ITEMS,), "Items need the scope read_api and the role Reporter."),
    Step("deployments", _deployments, (Part.RELEASES,), "Deployments need the scope read_api and the role Reporter."),
    Step("releases", _releases, (Part.RELEASES,), "Releases need the scope read_api and the role Reporter."),
    Step("runs", _runs, (Part.RUNS,), "Pipelines need the scope read_api and the role Reporter."),
    Step("alerts", _alerts, (Part.ALERTS,), "Security alerts need GitLab Ultimate and the role Developer."),
    Step("members", _members, (Part.MEMBERS,), "Who owns code needs the scope read_api and membership in the groups."),
)
