"""GitHub, in the cloud and as Enterprise Server: one GraphQL query for changes, REST for what it alone knows.

A thin client of our own: 1,000 changes with everything around them cost 40 requests and about a hundred points, where
REST takes some four thousand; the libraries sleep until a limit resets, and their strict models refuse older servers.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from core.language import gettext_noop
from metrics.clients.github import normal, queries
from metrics.clients.github.credential import headers_of
from metrics.clients.hosts import (
    Access,
    Found,
    Kind,
    Page,
    Record,
    Session,
    Step,
    door_to,
    moment,
    surely,
    two_parts,
)
from metrics.clients.http import MustWait, NotAllowed
from metrics.signals.changes.types import Part

HOST = "GitHub"
PROJECT = gettext_noop("owner/name")
NEEDS = gettext_noop(
    "A fine-grained token or an app with read access to Metadata, Contents, Pull requests, Issues, Actions, Commit "
    "statuses, Checks and Deployments; for more, Administration, Dependabot, Code scanning and Secret scanning alerts, "
    "and Members of the organization."
)
RULES_HIDDEN = "The rules of the default branch need the permission Administration: read."
RUN_DAYS = 90
WEEK = dt.timedelta(days=7)
MAX_EARLIER_ATTEMPTS = 3


def project_name(session: Session) -> str:
    """What the host calls the project; it must be seen for anything else to be."""
    return str(ask(session, queries.PROJECT)["nameWithOwner"])


def git_login(access: Access) -> tuple[str, str]:
    """What git shows to clone: the token, of an app the one it was lent."""
    sent = session_of(access).door.headers().get("Authorization", "")
    return "x-access-token", sent.removeprefix("Bearer ")


def session_of(access: Access) -> Session:
    """A door to the API that belongs to the address people know."""
    owner, name = two_parts(access, HOST, PROJECT)
    base, rest = api_of(access.base_url)
    door = door_to(access, base, dict)
    door.headers = headers_of(access.credential, door, rest)
    return Session(access, door, unit=f"{rest}repos/{owner}/{name}")


def api_of(base_url: str) -> tuple[str, str]:
    """The address of the API and the prefix of its REST paths."""
    text = (base_url or "https://github.com").rstrip("/")
    parts = urlsplit(text)
    host = (parts.hostname or "").lower()
    if host in ("github.com", "www.github.com", "api.github.com"):
        return "https://api.github.com", ""
    if host.endswith(".ghe.com"):
        return f"https://api.{host.removeprefix('api.')}", ""
    return text.removesuffix("/v3").removesuffix("/api") + "/api", "v3/"


def ask(session: Session, query: str, **variables: Any) -> dict[str, Any]:
    """The repository (or organization) of a GraphQL answer; a hidden one is `NotAllowed`."""
    owner, name = two_parts(session.access, HOST, PROJECT)
    known = {"owner": owner, **({"name": name} if "$name" in query else {})}
    answer = session.door.post("graphql", {"query": query, "variables": {**known, **variables}})
    body = answer.data if isinstance(answer.data, dict) else {}
    kinds = {str(error.get("type") or "") for error in body.get("errors") or ()}
    if "RATE_LIMITED" in kinds:
        reset = answer.headers.get("x-ratelimit-reset", "")
        wait_s = float(reset) - dt.datetime.now(dt.UTC).timestamp() if reset.isdigit() else 60.0
        raise MustWait("GitHub asks to wait: its limit of requests is reached.", wait_s)
    data = body.get("data") or {}
    found = data.get("repository") or data.get("organization")
    if found:
        return dict(found)
    if kinds & {"NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_SCOPES"} or (data and not body.get("errors")):
        raise NotAllowed("GitHub does not know this project, or does not show it to the token.", 404)
    raise MustWait("GitHub could not answer a query in time.", 60)


def _connection(
    session: Session, query: str, field: str, after: str, **variables: Any
) -> Iterator[tuple[list[Any], str]]:
    """The nodes of each page of a GraphQL connection, with the cursor of the next."""
    while True:
        connection = ask(session, query, after=after or None, **variables)[field]
        if connection is None:
            raise NotAllowed("GitHub does not show this to the token.", 403)
        more = connection["pageInfo"]
        after = more["endCursor"] or "" if more["hasNextPage"] else ""
        yield [node for node in connection["nodes"] or () if node], after
        if not after:
            return


def _settings(session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    project = ask(session, queries.PROJECT)
    ref = project["defaultBranchRef"] or {}
    rules = None
    unseen = {}
    try:
        rules = session.door.get(f"{session.unit}/rules/branches/{ref.get('name', 'main')}", per_page=100).data
    except NotAllowed:
        unseen[Part.PROTECTION] = RULES_HIDDEN
    if project["viewerPermission"] != "ADMIN" and not ref.get("branchProtectionRule"):
        unseen[Part.PROTECTION] = RULES_HIDDEN
    elif not ref.get("branchProtectionRule"):
        ref = {**ref, "branchProtectionRule": _NO_RULE}
    yield Page(
        found=Found(
            default_branch=ref.get("name"),
            protection=normal.protection_of(ref, rules, has_queue=bool(project["mergeQueue"])),
        ),
        unseen=unseen,
    )


_NO_RULE = {
    "allowsForcePushes": True, "requiresApprovingReviews": False, "requiredApprovingReviewCount": 0,
    "requiresStatusChecks": False, "requiredStatusCheckContexts": [], "requiresCodeOwnerReviews": False,
    "dismissesStaleReviews": False, "isAdminEnforced": False,
}  # fmt: skip


def _changes(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    """Changes touched after `since`, the latest first; the page that reaches back far enough is the last."""
    for nodes, following in _connection(session, queries.CHANGES, "pullRequests", after, size=queries.CHANGES_A_PAGE):
        fresh = [node for node in nodes if surely(node["updatedAt"]) > since]
        made = [normal.change_of(node, session.access) for node in fresh]
        ended = len(fresh) < len(nodes)
        yield Page(
            tuple(Record(Kind.CHANGE, c.number, c, c.resolved_at or c.created_at) for c in made),
            "" if ended else following,
        )
        if ended:
            return


def _remarks(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    path = f"{session.unit}/pulls/comments"
    query: dict[str, Any] = {
        "sort": "updated",
        "direction": "asc",
        "since": f"{since:%Y-%m-%dT%H:%M:%SZ}",
        "per_page": 100,
    }
    for comments, following in session.pages(path, after, **query):
        records = []
        for comment in comments:
            remark = normal.remark_of(comment, session.access)
            number = "#" + comment["pull_request_url"].rpartition("/")[2]
            records.append(Record(Kind.REMARK, f"{comment['id']}", remark, remark.at, of=number))
        yield Page(tuple(records), following)


def _items(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    variables = {"since": f"{session.items_since(since):%Y-%m-%dT%H:%M:%SZ}"}
    for nodes, following in _connection(session, queries.ITEMS, "issues", after, **variables):
        made = [(normal.item_of(node), surely(node["updatedAt"])) for node in nodes]
        yield Page(tuple(Record(Kind.ITEM, item.id, item, at) for item, at in made), following)


def _deployments(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    for nodes, following in _connection(session, queries.DEPLOYMENTS, "deployments", after):
        fresh = [node for node in nodes if surely(node["createdAt"]) > since - WEEK]  # its states come later
        made = [release for node in fresh if (release := normal.deployment_of(node))]
        ended = len(fresh) < len(nodes)
        yield Page(tuple(Record(Kind.RELEASE, r.id, r, r.at) for r in made), "" if ended else following)
        if ended:
            return


def _releases(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    for nodes, following in _connection(session, queries.RELEASES, "releases", after):
        made = [release for node in nodes if (release := normal.release_of(node))]
        ended = any(surely(node["createdAt"]) < since - WEEK for node in nodes)
        yield Page(tuple(Record(Kind.RELEASE, r.id, r, r.at) for r in made), "" if ended else following)
        if ended:
            return


def _runs(session: Session, after: str, since: dt.datetime) -> Iterator[Page]:
    """Workflow runs week by week: a search by date answers with a thousand at most."""
    now = dt.datetime.now(dt.UTC)
    start = moment(after) or max(since, now - dt.timedelta(days=RUN_DAYS)) - dt.timedelta(days=1)
    while start < now:
        end = min(start + WEEK, now)
        span = f"{start:%Y-%m-%dT%H:%M:%SZ}..{end:%Y-%m-%dT%H:%M:%SZ}"
        answer = session.door.get(
            f"{session.unit}/actions/runs", created=span, per_page=100, exclude_pull_requests="true"
        )
        runs = list(answer.data["workflow_runs"])
        while answer.next_url:
            answer = session.door.get(answer.next_url)
            runs += answer.data["workflow_runs"]
        records = [record for run in runs for record in _attempts(session, run)]
        yield Page(tuple(records), "" if end >= now else end.isoformat())
        start = end


def _attempts(session: Session, run: dict[str, Any]) -> Iterator[Record]:
    """The run and its earlier attempts, which only their own addresses tell."""
    every = [run]
    for attempt in range(max(1, run.get("run_attempt", 1) - MAX_EARLIER_ATTEMPTS), run.get("run_attempt", 1)):
        try:
            every.append(session.door.get(f"{session.unit}/actions/runs/{run['id']}/attempts/{attempt}").data)
        except NotAllowed:
            continue  # attempts are kept for a shorter time than runs
    for each in every:
        check = normal.run_of(each)
        yield Record(Kind.RUN, f"{run['id']}.{check.attempt}", check, check.queued_at)


def _alerts(session: Session, _after: str, _since: dt.datetime) -> Iterator[Page]:
    """Alerts of the three families; those that are switched on are scanners of the host's own."""
    scanners: set[str] = set()
    hidden = 0
    for family, place in _FAMILIES.items():
        hide = {"hide_secret": "true"} if family == "secret" else {}  # what leaked is never asked for
        try:
            for alerts, _ in session.pages(f"{session.unit}/{place}/alerts", conditional=True, **_LATEST, **hide):
                made = [normal.alert_of(alert, family) for alert in alerts]
                yield Page(tuple(Record(Kind.ALERT, alert.id, alert, alert.created_at) for alert in made))
            scanners.add(family)
        except NotAllowed:
            hidden += 1
    if hidden == len(_FAMILIES):
        raise NotAllowed("No alerts are shown.", 403)
    yield Page(found=Found(scanners=frozenset(scanners)))


_LATEST: dict[str, Any] = {"sort": "updated", "direction": "desc", "per_page": 100}
_FAMILIES = {"dependency": "dependabot", "code": "code-scanning", "secret": "secret-scanning"}


def _members(session: Session, after: str, _since: dt.datetime) -> Iterator[Page]:
    owner, _ = two_parts(session.access, HOST, PROJECT)
    members: dict[str, frozenset[str]] = {}
    for teams, _ in _connection(session, queries.TEAMS, "teams", after):
        for team in teams:
            people = frozenset(session.access.person(each["login"]) for each in team["members"]["nodes"] if each)
            members[f"@{owner}/{team['slug']}".casefold()] = people
    yield Page(found=Found(members=members))


STEPS = (
    Step("settings", _settings, (), ""),
    Step("changes", _changes, (Part.CHANGES, Part.CHECKS), "Changes need the permission Pull requests: read."),
    Step("remarks", _remarks, (Part.CHANGES,), "Review comments need the permission Pull requests: read."),
    Step("items", _items, (Part.ITEMS,), "Items need the permission Issues: read."),
    Step("deployments", _deployments, (Part.RELEASES,), "Deployments need the permission Deployments: read."),
    Step("releases", _releases, (Part.RELEASES,), "Releases need the permission Contents: read."),
    Step("runs", _runs, (Part.RUNS,), "Pipeline runs need the permission Actions: read."),
    Step(
        "alerts", _alerts, (Part.ALERTS, Part.SCANNERS),
        "Security alerts need the permissions Dependabot alerts, Code scanning alerts or Secret scanning alerts: read.",
    ),
    Step("members", _members, (Part.MEMBERS,), "Who owns code needs the permission Members of the organization: read."),
)  # fmt: skip
