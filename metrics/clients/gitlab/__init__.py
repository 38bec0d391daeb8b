"""GitLab, in the cloud and self-managed, over its REST API v4.

A thin client of our own through the one HTTP door. python-gitlab was weighed: it brings a second HTTP library that
resolves, redirects and sleeps by its own rules, its errors carry no headers to tell how long to wait, and of its
several hundred objects we would use ten lists.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from core.language import gettext_noop
from metrics.clients.gitlab import normal
from metrics.clients.hosts import (
    Access,
    Found,
    Kind,
    Page,
    Record,
    Session,
    Step,
    door_to,
)
from metrics.clients.http import HostError, NotAllowed
from metrics.signals.changes.types import Change, Part
from metrics.signals.scope import is_like
from metrics.signals.types import FileChange

Json = Mapping[str, Any]

PROJECT = gettext_noop("group/name")
NEEDS = gettext_noop(
    "A project or personal access token with the scope read_api and the role Developer or higher; the role Maintainer "
    "shows the rules of the default branch as well."
)
CHANGES_A_PAGE = 20
MAX_DIFF_PAGES = 5
RUN_DAYS = 90


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
        raise HostError(f"A project on GitLab is written with its group, such as {PROJECT}, or as its number.")
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
        rule = next((each for each in rules if is_like(each["name"], branch)), _NO_RULE)
        unseen[Part.PROTECTION] = "How many approvals are required needs GitLab Premium and the role Maintainer."
        approvals = session.door.get(f"{session.unit}/approvals").data
        needed = session.door.get(f"{session.unit}/approval_rules", per_page=100).data
        count = max([int(each.get("approvals_required") or 0) for each in needed], default=0)
        del unseen[Part.PROTECTION]
    except NotAllowed:
        unseen.setdefault(Part.PROTECTION, "The rules of the default branch need the role Maintainer.")
    protection = normal.protection_of(project, rule, approvals, count)
    yield Page(found=Found(default_branch=branch, protection=protection), unseen=unseen)


_NO_RULE: Json = {"name": "", "allow_force_push": True, "code_owner_approval_required": False}


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
    return normal.change_of(request, commits, notes, _files(session, place), pipelines, session.access)


def _files(session: Session, place: str) -> tuple[FileChange, ...]:
    files: list[FileChange] = []
    for n, (page, _) in enumerate(session.pages(f"{place}/diffs", per_page=50)):
        files += [normal.file_of(each) for each in page]
        if n + 1 == MAX_DIFF_PAGES:
            break
    return tuple(files)


def _items(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    query: dict[str, Any] = {"scope": "all", **_since_query(session.items_since(since)), "per_page": 100}
    for issues, following in session.pages(f"{session.unit}/issues", after, **query):
        yield Page(tuple(Record(Kind.ITEM, i.id, i, at) for i, at in map(normal.item_of, issues)), following)


def _deployments(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    query: dict[str, Any] = {"status": "success", **_since_query(since), "per_page": 100}
    for deployments, following in session.pages(f"{session.unit}/deployments", after, **query):
        made = [normal.deployment_of(each) for each in deployments]
        yield Page(tuple(Record(Kind.RELEASE, r.id, r, r.at) for r in made), following)


def _releases(session: Session, after: str, _since: dt.datetime) -> Iterator[Page]:
    for releases, following in session.pages(f"{session.unit}/releases", after, conditional=True, per_page=100):
        made = [
            normal.release_of(each) for each in releases if each.get("released_at") and not each.get("upcoming_release")
        ]
        yield Page(tuple(Record(Kind.RELEASE, r.id, r, r.at) for r in made if r.commit), following)


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
        check = normal.run_of(job, pipeline, attempts[job["name"]], is_before_merge=before)
        yield Record(Kind.RUN, f"{job['id']}", check, check.queued_at)


def _alerts(session: Session, after: str, _since: dt.datetime) -> Iterator[Page]:
    for found, following in session.pages(f"{session.unit}/vulnerabilities", after, per_page=100):
        made = [normal.alert_of(each) for each in found]
        yield Page(tuple(Record(Kind.ALERT, alert.id, alert, alert.created_at) for alert in made), following)


def _members(session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    members: dict[str, frozenset[str]] = {}
    for groups, _ in session.pages(f"{session.unit}/groups", with_shared="true", per_page=100):
        for group in groups:
            place = f"groups/{group['id']}/members"
            people = (person for page, _ in session.pages(place, per_page=100) for person in page)
            ids = frozenset(session.access.person(person["username"]) for person in people)
            members[f"@{group['full_path']}".casefold()] = ids
    yield Page(found=Found(members=members))


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
