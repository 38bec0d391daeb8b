"""Bitbucket Cloud over its REST API 2.0. Bitbucket Data Center speaks another language and is not read.

It has no merge queue, no code owners who must approve, no security alerts of its own and tells nobody's groups: all of
that is unknown, never "no". It answers with short commit ids, which one more request makes whole.
"""

import base64
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from core.language import gettext_noop
from metrics.clients.bitbucket import normal
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
from metrics.signals.changes.types import Change, Check, Part, Protection

Json = Mapping[str, Any]

PROJECT = gettext_noop("workspace/repository")
NEEDS = gettext_noop(
    "A repository or workspace access token, or an API token written as mail:token, that may read repositories, pull "
    "requests, issues and pipelines; the right to administer the repository shows the rules of the default branch."
)
CHANGES_A_PAGE = 25
A_PAGE = 100
MAX_FILES = 300
MAX_DEPLOYMENTS = 5_000
MAX_RUNS = 10_000
RUN_DAYS = 90
WEEK = dt.timedelta(days=7)
FULL_ID = 40
NO_ALERTS = "Bitbucket keeps no security alerts of its own."
NO_MEMBERS = "Bitbucket does not tell who belongs to a group that owns code."
RULES_HIDDEN = "The rules of the default branch need the right to administer the repository."


def project_name(session: Session) -> str:
    """What the host calls the project; it must be seen for anything else to be."""
    return str(session.door.get(session.unit).data["full_name"])


def git_login(access: Access) -> tuple[str, str]:
    """What git shows to clone: the token, under the name its kind asks for."""
    user, found, secret = access.credential.rpartition(":")
    if not found:
        return "x-token-auth", access.credential
    return ("x-bitbucket-api-token-auth" if "@" in user else user), secret


def session_of(access: Access) -> Session:
    """A door to the API that belongs to the address people know."""
    workspace, name = two_parts(access, "Bitbucket", PROJECT)
    door = door_to(access, api_of(access.base_url), lambda: {"Accept": "application/json", **_proof(access)})
    return Session(access, door, unit=f"repositories/{quote(workspace, safe='')}/{quote(name, safe='')}")


def api_of(base_url: str) -> str:
    text = (base_url or "https://bitbucket.org").rstrip("/")
    if (urlsplit(text).hostname or "").lower() in ("bitbucket.org", "www.bitbucket.org", "api.bitbucket.org"):
        return "https://api.bitbucket.org/2.0"
    return text.removesuffix("/2.0") + "/2.0"


def _proof(access: Access) -> dict[str, str]:
    if not access.credential:
        return {}
    if ":" in access.credential:
        return {"Authorization": "Basic " + base64.b64encode(access.credential.encode()).decode()}
    return {"Authorization": f"Bearer {access.credential}"}


def _pages(
    session: Session, path: str, after: str = "", *, conditional: bool = False, **query: Any
) -> Iterator[tuple[list[Any], str]]:
    """The items of each page and the address of the next, which stands in the answer itself."""
    ask = session.get if conditional else session.door.get
    answer = session.door.get(after) if after else ask(path, **query)
    while not answer.is_unchanged:
        told = answer.data or {}
        following = str(told.get("next") or "")
        yield list(told.get("values") or ()), following
        if not following:
            return
        answer = session.door.get(following)


def _every(session: Session, path: str, most: int = 10_000, **query: Any) -> list[Any]:
    found: list[Any] = []
    for page, _ in _pages(session, path, pagelen=A_PAGE, **query):
        found += page
        if len(found) >= most:
            break
    return found


def _default_branch(project: Json) -> str:
    return str((project.get("mainbranch") or {}).get("name") or "main")


def _settings(session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    branch = _default_branch(session.door.get(session.unit).data)
    try:
        rules = _every(session, f"{session.unit}/branch-restrictions")
        model: Json = {}
        if any(rule.get("branch_match_kind") == "branching_model" for rule in rules):
            model = session.door.get(f"{session.unit}/branching-model").data
        yield Page(found=Found(default_branch=branch, protection=normal.protection_of(rules, model, branch)))
    except NotAllowed:
        protection = Protection()
        yield Page(found=Found(default_branch=branch, protection=protection), unseen={Part.PROTECTION: RULES_HIDDEN})


def _changes(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    query: dict[str, Any] = {
        "state": ["OPEN", "MERGED", "DECLINED", "SUPERSEDED"],
        "q": f"updated_on > {since:%Y-%m-%dT%H:%M:%S+00:00}",
        "sort": "updated_on",
        "pagelen": CHANGES_A_PAGE,
    }
    for requests, following in _pages(session, f"{session.unit}/pullrequests", after, **query):
        made = [_change(session, each) for each in requests]
        yield Page(tuple(Record(Kind.CHANGE, c.number, c, c.resolved_at or c.created_at) for c in made), following)


def _change(session: Session, request: Json) -> Change:
    """One request with its activity, commits, files and statuses, and its merge: five more requests."""
    place = f"{session.unit}/pullrequests/{request['id']}"
    activity = _every(session, f"{place}/activity")
    commits = _every(session, f"{place}/commits")
    files = tuple(map(normal.file_of, _every(session, f"{place}/diffstat", MAX_FILES)))
    statuses = _every(session, f"{place}/statuses")
    merge = str((request.get("merge_commit") or {}).get("hash") or "")
    if merge and len(merge) < FULL_ID:
        merge = _full_id(session, merge)
    return normal.change_of(request, activity, commits, files, statuses, merge, session.access)


def _full_id(session: Session, short: str) -> str:
    try:
        return str(session.door.get(f"{session.unit}/commit/{short}").data["hash"])
    except NotAllowed:
        return short  # its branch was rewritten since


def _items(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    if not session.door.get(session.unit).data.get("has_issues", True):
        yield Page(unseen={Part.ITEMS: "This repository has no issue tracker switched on."})
        return
    back = session.items_since(since)
    query: dict[str, Any] = {
        "q": f"updated_on > {back:%Y-%m-%dT%H:%M:%S+00:00}",
        "sort": "updated_on",
        "pagelen": A_PAGE,
    }
    for issues, following in _pages(session, f"{session.unit}/issues", after, **query):
        yield Page(tuple(Record(Kind.ITEM, i.id, i, at) for i, at in map(normal.item_of, issues)), following)


def _deployments(session: Session, _after: str, since: dt.datetime) -> Iterator[Page]:
    """Successful deployments. Their list has no order that is described, so all of it is read."""
    environments = _every(session, f"{session.unit}/environments")
    names = {each["uuid"]: str(each.get("name") or "") for each in environments}
    for deployment in _every(session, f"{session.unit}/deployments", MAX_DEPLOYMENTS):
        release = normal.deployment_of(deployment, names)
        if release and release.at > since - WEEK:
            yield Page((Record(Kind.RELEASE, release.id, release, release.at),))


def _tags(session: Session, _after: str, since: dt.datetime) -> Iterator[Page]:
    """Tags, the newest first: they stand in for releases, which Bitbucket does not have."""
    for tags, _ in _pages(session, f"{session.unit}/refs/tags", conditional=True, sort="-target.date", pagelen=A_PAGE):
        made = [release for tag in tags if (release := normal.tag_of(tag))]
        fresh = [release for release in made if release.at > since - WEEK]
        yield Page(tuple(Record(Kind.RELEASE, r.id, r, r.at) for r in fresh))
        if len(fresh) < len(made):
            return


def _runs(session: Session, _after: str, since: dt.datetime) -> Iterator[Page]:
    """Pipelines, the newest first; all together, because an attempt is counted from the first one on."""
    branch = _default_branch(session.door.get(session.unit).data)
    start = max(since, dt.datetime.now(dt.UTC) - dt.timedelta(days=RUN_DAYS)) - WEEK
    runs: dict[str, Check] = {}
    for pipelines, _ in _pages(session, f"{session.unit}/pipelines", sort="-created_on", pagelen=A_PAGE):
        fresh = [each for each in pipelines if surely(each["created_on"]) > start]
        runs |= {each["uuid"]: run for each in fresh if (run := normal.run_of(each, branch))}
        if len(fresh) < len(pipelines) or len(runs) >= MAX_RUNS:
            break
    yield Page(tuple(numbered(runs)))


def _nothing(_session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    yield Page(unseen={Part.ALERTS: NO_ALERTS, Part.MEMBERS: NO_MEMBERS})


STEPS = (
    Step("settings", _settings, (), ""),
    Step("changes", _changes, (Part.CHANGES, Part.CHECKS), "Changes need the right to read pull requests."),
    Step("items", _items, (Part.ITEMS,), "Items need the right to read issues."),
    Step("deployments", _deployments, (Part.RELEASES,), "Deployments need the right to read pipelines."),
    Step("tags", _tags, (Part.RELEASES,), "Tags need the right to read the repository."),
    Step("runs", _runs, (Part.RUNS,), "Pipelines need to be switched on, and the right to read them."),
    Step("nothing", _nothing, (), ""),
)
