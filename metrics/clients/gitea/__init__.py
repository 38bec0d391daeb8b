"""Gitea and Forgejo over their REST API v1, which the two share.

They have no merge queue, no deployments and no security alerts, and demand nobody's approval by path: all of that is
unknown, never "no".
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from core.language import gettext_noop
from metrics.clients.gitea import normal
from metrics.clients.hosts import (
    Access,
    Found,
    Kind,
    Page,
    Record,
    Session,
    Step,
    door_to,
    numbered,
    surely,
    two_parts,
)
from metrics.clients.http import NotAllowed
from metrics.signals.changes.types import Change, Check, Part, Release
from metrics.signals.changes.wording import is_unplanned
from metrics.signals.types import FileChange

Json = Mapping[str, Any]

HOST = "Gitea or Forgejo"
PROJECT = gettext_noop("owner/name")
NEEDS = gettext_noop(
    "An access token with the scopes read:repository and read:issue; read:organization shows who owns code, and a "
    "token of an administrator of the repository all rules of the default branch."
)
A_PAGE = 50  # what a host gives at most, unless it is set otherwise
MAX_FILE_PAGES = 6
RUN_DAYS = 90
MAX_RUNS = 10_000
WEEK = dt.timedelta(days=7)
NO_ALERTS = "Gitea and Forgejo keep no security alerts."
RULES_HIDDEN = "All rules of the default branch need a token of an administrator of the repository."


def project_name(session: Session) -> str:
    """What the host calls the project; it must be seen for anything else to be."""
    return str(session.door.get(session.unit).data["full_name"])


def git_login(access: Access) -> tuple[str, str]:
    """What git shows to clone: the token under any name."""
    return "oauth2", access.credential


def session_of(access: Access) -> Session:
    """A door to the API below the address people know; there is a public host, and most are a company's own."""
    owner, name = two_parts(access, HOST, PROJECT)
    base = (access.base_url or "https://gitea.com").rstrip("/").removesuffix("/api/v1") + "/api/v1"
    secret = {"Authorization": f"token {access.credential}"} if access.credential else {}
    door = door_to(access, base, lambda: {"Accept": "application/json", **secret})
    return Session(access, door, unit=f"repos/{quote(owner, safe='')}/{quote(name, safe='')}")


def _every(session: Session, path: str, **query: Any) -> list[Any]:
    return [each for page, _ in session.pages(path, limit=A_PAGE, **query) for each in page]


def _default_branch(session: Session) -> str:
    return str(session.door.get(session.unit).data.get("default_branch") or "main")


def _settings(session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    """The rules: a part of them stands at the branch for everybody, the whole is for administrators."""
    branch = _default_branch(session)
    try:
        head = session.door.get(f"{session.unit}/branches/{quote(branch, safe='')}").data
    except NotAllowed:
        yield Page(found=Found(default_branch=branch), unseen={Part.PROTECTION: RULES_HIDDEN})
        return
    rule: Json | None = None
    unseen = {}
    if head.get("protected"):
        try:
            wanted = head.get("effective_branch_protection_name") or branch
            rules = session.door.get(f"{session.unit}/branch_protections").data or ()
            rule = next((each for each in rules if wanted in (each.get("rule_name"), each.get("branch_name"))), None)
        except NotAllowed:
            rule = None
        if rule is None:
            unseen[Part.PROTECTION] = RULES_HIDDEN
    yield Page(found=Found(default_branch=branch, protection=normal.protection_of(head, rule)), unseen=unseen)


def _changes(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    """Changes touched after `since`, the latest first; the page that reaches back far enough is the last."""
    query: dict[str, Any] = {"state": "all", "sort": "recentupdate", "limit": 20}
    for requests, following in session.pages(f"{session.unit}/pulls", after, **query):
        fresh = [each for each in requests if surely(each["updated_at"]) > since]
        made = [_change(session, each) for each in fresh]
        following = following if len(fresh) == len(requests) else ""
        yield Page(tuple(Record(Kind.CHANGE, c.number, c, c.resolved_at or c.created_at) for c in made), following)
        if not following:
            return


def _change(session: Session, request: Json) -> Change:
    """One request with its commits, files, reviews, history and statuses: five more requests, or a few more."""
    place = f"{session.unit}/pulls/{request['number']}"
    commits = _every(session, f"{place}/commits", files="false", verification="false")
    reviews = _every(session, f"{place}/reviews")
    talk = [n for r in reviews if r.get("comments_count") for n in _comments(session, place, r)]
    timeline = _every(session, f"{session.unit}/issues/{request['number']}/timeline")
    sha = (request.get("head") or {}).get("sha") or ""
    statuses = _every(session, f"{session.unit}/commits/{sha}/statuses") if sha else []
    return normal.change_of(request, commits, reviews, talk, timeline, _files(session, place), statuses, session.access)


def _comments(session: Session, place: str, review: Json) -> list[Any]:
    return list(session.door.get(f"{place}/reviews/{review['id']}/comments").data or ())


def _files(session: Session, place: str) -> tuple[FileChange, ...]:
    files: list[FileChange] = []
    for n, (page, _) in enumerate(session.pages(f"{place}/files", limit=A_PAGE), 1):
        files += [
            FileChange(f["filename"], f.get("additions") or 0, f.get("deletions") or 0, f.get("previous_filename"))
            for f in page
        ]
        if n == MAX_FILE_PAGES:
            break
    return tuple(files)


def _items(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    back = session.items_since(since)
    query: dict[str, Any] = {"type": "issues", "state": "all", "since": f"{back:%Y-%m-%dT%H:%M:%SZ}", "limit": A_PAGE}
    for issues, following in session.pages(f"{session.unit}/issues", after, **query):
        yield Page(tuple(Record(Kind.ITEM, i.id, i, at) for i, at in map(normal.item_of, issues)), following)


def _releases(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    """Published releases, the newest first; which commit one is, its tag tells."""
    for releases, following in session.pages(f"{session.unit}/releases", after, conditional=True, limit=A_PAGE):
        fresh = [each for each in releases if surely(each["created_at"]) > since - WEEK]
        made = [_release(session, each) for each in fresh if not each.get("draft") and each.get("published_at")]
        following = following if len(fresh) == len(releases) else ""
        yield Page(tuple(Record(Kind.RELEASE, r.id, r, r.at) for r in made if r.commit), following)
        if not following:
            return


def _release(session: Session, release: Json) -> Release:
    name, at = str(release["tag_name"]), surely(release["published_at"])
    try:
        tag = session.door.get(f"{session.unit}/tags/{quote(name, safe='')}").data
    except NotAllowed:
        tag = {}  # the tag was deleted after the release
    commit = str((tag.get("commit") or {}).get("sha") or "")
    return Release(f"release {name}", commit, at, is_unplanned=is_unplanned(name, release.get("name") or ""))


def _runs(session: Session, _after: str, since: dt.datetime) -> Iterator[Page]:
    """Every job that ran, the newest first; all together, because an attempt is counted from the first one on."""
    branch = _default_branch(session)
    start = max(since, dt.datetime.now(dt.UTC) - dt.timedelta(days=RUN_DAYS)) - WEEK
    runs: dict[str, Check] = {}
    answer = session.door.get(f"{session.unit}/actions/tasks", limit=A_PAGE)
    while True:
        tasks = (answer.data or {}).get("workflow_runs") or ()
        fresh = [task for task in tasks if surely(task["created_at"]) > start]
        runs |= {f"{task['id']}": normal.run_of(task, branch) for task in fresh}
        if not answer.next_url or len(fresh) < len(tasks) or len(runs) >= MAX_RUNS:
            break
        answer = session.door.get(answer.next_url)
    yield Page(tuple(numbered(runs)))


def _alerts(_session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    yield Page(unseen={Part.ALERTS: NO_ALERTS})


def _members(session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    owner, _ = two_parts(session.access, HOST, PROJECT)
    members: dict[str, frozenset[str]] = {}
    for team in _every(session, f"orgs/{quote(owner, safe='')}/teams"):
        people = _every(session, f"teams/{team['id']}/members")
        members[f"@{owner}/{team['name']}".casefold()] = frozenset(session.access.person(p["login"]) for p in people)
    yield Page(found=Found(members=members))


STEPS = (
    Step("settings", _settings, (), ""),
    Step("changes", _changes, (Part.CHANGES, Part.CHECKS), "Changes need the scopes read:repository and read:issue."),
    Step("items", _items, (Part.ITEMS,), "Items need the scope read:issue."),
    Step("releases", _releases, (Part.RELEASES,), "Releases need the scope read:repository."),
    Step("runs", _runs, (Part.RUNS,), "Pipeline runs need Actions switched on and the scope read:repository."),
    Step("alerts", _alerts, (), ""),
    Step("members", _members, (Part.MEMBERS,), "Who owns code needs the scope read:organization."),
)
