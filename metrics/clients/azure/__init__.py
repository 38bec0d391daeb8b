"""Azure DevOps, Services and Server, over its REST API 7.0.

It has no merge queue, no file of code owners, and keeps security alerts and classic releases on servers of other names,
to which the token is not sent: all of that is unknown, never "no". Requests belong to the project, not to a repository.
"""

import base64
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from core.language import gettext_noop
from metrics.clients.azure import normal
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
)
from metrics.clients.http import HostError, MustWait, NotAllowed
from metrics.signals.changes.types import Change, Check, Part, Protection
from metrics.signals.types import FileChange

Json = Mapping[str, Any]

PROJECT = gettext_noop("organization/project/repository")
NEEDS = gettext_noop(
    "A personal access token that may read Code, Build and Work Items; Environment shows the deployments as well."
)
VERSION, YOUNG = {"api-version": "7.0"}, {"api-version": "7.0-preview.1"}
CHANGES_A_PAGE = 25
A_PAGE = 200
MAX_FILES = 100
FILES_AT_ONCE = 10  # as many as the host compares in one request
MAX_RUNS = 10_000
RUN_DAYS = 90
WEEK = dt.timedelta(days=7)
CUT_AT = 400  # a list tells so many characters of a description
NO_ALERTS = "Azure DevOps keeps security alerts on a server of another name, to which the token is not sent."
NO_MEMBERS = "Azure DevOps has no file of code owners."
RULES_HIDDEN = "The policies of the default branch need the scope Code: read."


def project_name(session: Session) -> str:
    """What the host calls the project; it must be seen for anything else to be."""
    return str(_repository(session)["name"])


def git_login(access: Access) -> tuple[str, str]:
    """What git shows to clone: the token under any name."""
    return "headwater", access.credential


def session_of(access: Access) -> Session:
    """A door to the API below the organization, or below the collection of a server of one's own."""
    parts = access.project.strip("/").replace("/_git/", "/").split("/")
    if len(parts) != 3 or not all(parts):
        raise HostError(f"A project on Azure DevOps is written as {PROJECT}.")
    base = (access.base_url or "https://dev.azure.com").rstrip("/")
    door = door_to(access, f"{base}/{quote(parts[0], safe='')}", lambda: _headers(access))
    return Session(access, door, unit=f"{quote(parts[1], safe='')}/_apis")


def _headers(access: Access) -> dict[str, str]:
    """A personal token goes as a password without a name, one of Microsoft Entra as it is."""
    plain = {"Accept": "application/json", "X-TFS-FedAuthRedirect": "Suppress"}
    if not access.credential:
        return plain
    if access.credential.startswith("ey") and access.credential.count(".") == 2:
        return {**plain, "Authorization": f"Bearer {access.credential}"}
    return {**plain, "Authorization": "Basic " + base64.b64encode(f":{access.credential}".encode()).decode()}


def _place(session: Session) -> str:
    return f"{session.unit}/git/repositories/{quote(session.access.project.rpartition('/')[2], safe='')}"


def _repository(session: Session) -> Json:
    found: Json = session.door.get(_place(session), **VERSION).data
    return found


def _branch(repository: Json) -> str:
    return normal.short(str(repository.get("defaultBranch") or "refs/heads/main"))


def _list(session: Session, path: str, **query: Any) -> list[Any]:
    return list((session.door.get(path, **(VERSION | query)).data or {}).get("value") or ())


def _pages(session: Session, path: str, **query: Any) -> Iterator[list[Any]]:
    """The pages of a list that goes on by a token in the headers of the answer."""
    following = ""
    while True:
        answer = session.door.get(path, **(VERSION | query), continuationToken=following)
        yield list((answer.data or {}).get("value") or ())
        following = str(answer.headers.get("x-ms-continuationtoken") or "")
        if not following:
            return


def _settings(session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    repository = _repository(session)
    branch = _branch(repository)
    try:
        policies = normal.policies_of(_list(session, f"{session.unit}/policy/configurations"), repository, branch)
    except NotAllowed:
        yield Page(found=Found(branch, Protection()), unseen={Part.PROTECTION: RULES_HIDDEN})
        return
    ids = normal.built_by(policies)
    named = _list(session, f"{session.unit}/build/definitions", definitionIds=",".join(ids)) if ids else []
    names = {str(each["id"]): str(each["name"]) for each in named}
    yield Page(found=Found(branch, normal.protection_of(policies, names)))


def _changes(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    """Open changes, each time anew because the host does not tell when one was touched; then those closed since."""
    begun, _, n = (after or "active:0").partition(":")
    skip = int(n)
    closed = {
        "searchCriteria.status": "all",
        "searchCriteria.queryTimeRangeType": "closed",
        "searchCriteria.minTime": f"{since:%Y-%m-%dT%H:%M:%SZ}",
    }
    asked = {"active": {"searchCriteria.status": "active"}, "closed": closed}
    for phase in ("active", "closed") if begun == "active" else ("closed",):
        query: dict[str, Any] = {**asked[phase], "$top": CHANGES_A_PAGE}
        while found := _list(session, f"{_place(session)}/pullrequests", **query, **{"$skip": skip}):
            skip += len(found)
            made = [_change(session, each) for each in found if _is_meant(each, phase, since)]
            records = tuple(Record(Kind.CHANGE, c.number, c, c.resolved_at or c.created_at) for c in made)
            yield Page(records, f"{phase}:{skip}")
        skip = 0
        if phase == "active":
            yield Page((), "closed:0")


def _is_meant(request: Json, phase: str, since: dt.datetime) -> bool:
    if phase == "active":
        return True
    return request["status"] != "active" and surely(request["closedDate"]) > since


def _change(session: Session, request: Json) -> Change:
    """One request with its commits, threads, files, checks and items: eight more requests, or a few more."""
    number = request["pullRequestId"]
    place = f"{_place(session)}/pullrequests/{number}"
    if len(str(request.get("description") or "")) >= CUT_AT:
        request = session.door.get(place, **VERSION).data
    try:
        items = _list(session, f"{place}/workitems")
    except NotAllowed:
        items = []
    commits, threads = _list(session, f"{place}/commits"), _list(session, f"{place}/threads")
    closes = tuple(f"#{item['id']}" for item in items)
    files, checks = _files(session, place), _checks(session, place, request)
    return normal.change_of(request, commits, threads, files, checks, closes, session.access)


def _checks(session: Session, place: str, request: Json) -> list[Check] | None:
    """Builds of the trial merge, and what other systems reported; None where builds may not be seen."""
    try:
        builds = _list(
            session, f"{session.unit}/build/builds", branchName=f"refs/pull/{request['pullRequestId']}/merge",
            repositoryId=request["repository"]["id"], repositoryType="TfsGit",
        )  # fmt: skip
        statuses = _list(session, f"{place}/statuses")
    except NotAllowed:
        return None
    return [*map(normal.build_as_check, builds), *map(normal.status_as_check, statuses)]


def _files(session: Session, place: str) -> tuple[FileChange, ...] | None:
    """The files of the last push with their lines, compared in bundles; None where the host does not compare them."""
    iterations = _list(session, f"{place}/iterations")
    if not iterations:
        return ()
    last = max(iterations, key=lambda each: int(each["id"]))
    query: dict[str, Any] = {"$top": MAX_FILES, **VERSION}
    told = session.door.get(f"{place}/iterations/{last['id']}/changes", **query).data
    entries = [entry for entry in told.get("changeEntries") or () if not (entry.get("item") or {}).get("isFolder")]
    pairs = [normal.paths_of(entry) for entry in entries]
    lines: dict[str, tuple[int, int]] = {}
    try:
        for n in range(0, len(pairs), FILES_AT_ONCE):
            wanted = [{"path": path, "originalPath": old} for path, old in pairs[n : n + FILES_AT_ONCE]]
            body = {
                "baseVersionCommit": last["commonRefCommit"]["commitId"],
                "targetVersionCommit": last["sourceRefCommit"]["commitId"],
                "fileDiffParams": wanted,
            }
            for diff in session.door.post(f"{_place(session)}/filediffs", body, **YOUNG).data["value"]:
                lines[diff.get("path") or diff.get("originalPath")] = normal.lines_of(diff)
    except MustWait:
        raise
    except HostError:
        return None  # an older server, or files it does not compare: their size is unknown, not nothing
    return tuple(normal.file_of(path, old, lines) for path, old in pairs)


def _items(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    """Items of the project that changed, by their numbers, which do not move while they are read."""
    back = session.items_since(since)
    last = int(after or 0)
    while True:
        wiql = normal.WANTED_ITEMS.format(since=f"{back:%Y-%m-%dT%H:%M:%SZ}", last=last)
        query: dict[str, Any] = {"$top": A_PAGE, "timePrecision": "true", **VERSION}
        found = session.door.post(f"{session.unit}/wit/wiql", {"query": wiql}, **query).data.get("workItems") or ()
        if not found:
            return
        ids = [int(item["id"]) for item in found]
        told = _list(
            session, f"{session.unit}/wit/workitems", ids=",".join(map(str, ids)), fields=",".join(normal.FIELDS),
            errorPolicy="omit",
        )  # fmt: skip
        made = [item for each in told if each and (item := normal.item_of(each))]
        last = max(ids)
        yield Page(tuple(Record(Kind.ITEM, item.id, item, at) for item, at in made), str(last))


def _deployments(session: Session, _after: str, since: dt.datetime) -> Iterator[Page]:
    """Successful deployments to environments; which commit one was, the pipeline that made it tells."""
    repository = _repository(session)
    for environment in [each for page in _pages(session, _environments(session), **YOUNG) for each in page]:
        place = f"{_environments(session)}/{environment['id']}/environmentdeploymentrecords"
        for records in _pages(session, place, **YOUNG, top=A_PAGE):
            fresh = [each for each in records if normal.is_success(each, since - WEEK)]
            ids = sorted({int(each["owner"]["id"]) for each in fresh})
            builds = _list(session, f"{session.unit}/build/builds", buildIds=",".join(map(str, ids))) if ids else []
            own = {b["id"]: b for b in builds if (b.get("repository") or {}).get("id") == repository["id"]}
            made = normal.deployments_of(fresh, own, str(environment["name"]))
            yield Page(tuple(Record(Kind.RELEASE, r.id, r, r.at) for r in made))
            if not any(surely(each["queueTime"]) > since - 4 * WEEK for each in records):
                break


def _environments(session: Session) -> str:
    return f"{session.unit}/distributedtask/environments"


def _runs(session: Session, _after: str, since: dt.datetime) -> Iterator[Page]:
    """Pipeline runs, the oldest first; all together, because an attempt is counted from the first one on."""
    repository = _repository(session)
    start = max(since, dt.datetime.now(dt.UTC) - dt.timedelta(days=RUN_DAYS)) - WEEK
    runs: dict[str, Check] = {}
    for page in _pages(
        session, f"{session.unit}/build/builds", repositoryId=repository["id"], repositoryType="TfsGit",
        minTime=f"{start:%Y-%m-%dT%H:%M:%SZ}", queryOrder="queueTimeAscending", **{"$top": A_PAGE},
    ):  # fmt: skip
        runs |= {f"{each['id']}": normal.run_of(each, _branch(repository)) for each in page}
        if len(runs) >= MAX_RUNS:
            break
    yield Page(tuple(numbered(runs)))


def _nothing(_session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    yield Page(unseen={Part.ALERTS: NO_ALERTS, Part.MEMBERS: NO_MEMBERS})


STEPS = (
    Step("settings", _settings, (), ""),
    Step("changes", _changes, (Part.CHANGES, Part.CHECKS), "Changes need the scopes Code: read and Build: read."),
    Step("items", _items, (Part.ITEMS,), "Items need the scope Work Items: read."),
    Step("deployments", _deployments, (Part.RELEASES,), "Deployments need the scope Environment: read & manage."),
    Step("runs", _runs, (Part.RUNS,), "Pipeline runs need the scope Build: read."),
    Step("nothing", _nothing, (), ""),
)
