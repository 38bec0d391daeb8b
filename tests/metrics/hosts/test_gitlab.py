import dataclasses
import datetime as dt
import json
import re
import time

import pytest

from metrics.clients.gitlab.normal import file_of
from metrics.clients.hosts import Kind
from metrics.clients.http import HostError, MustWait, NotAllowed
from metrics.clients.known import look
from metrics.signals.changes.types import Part, Protection
from metrics.signals.types import FileChange
from tests.metrics.hosts.as_github import AsGitHub
from tests.metrics.hosts.reading import access_to, is_wait_of, read, readings
from tests.metrics.hosts.server import seconds_from_now
from tests.metrics.hosts.story import NOW, Telling, as_told


def as_gitlab_tells(change, access):
    """The story's change without what GitLab keeps elsewhere: sizes of commits, texts of approvals, links to items."""
    rename = {"dependabot": "project_7_bot_dependabot"}
    named = dataclasses.replace(
        change, author=dataclasses.replace(change.author, id=rename.get(change.author.id, change.author.id))
    )
    told = as_told(named, access)
    return dataclasses.replace(
        told,
        number=f"!{change.number[1:]}",
        closed_at=None,
        closes=(),
        pushes=tuple(dataclasses.replace(push, lines=None) for push in told.pushes),
        reviews=tuple(dataclasses.replace(review, says_something=False) for review in told.reviews),
        checks=tuple(
            dataclasses.replace(check, name="pipeline", branch=change.source_branch) for check in told.checks or ()
        ),
    )


def test_changes_arrive_as_they_were_told(gitlab):
    access = access_to(gitlab, "gitlab")
    expected = {f"!{c.number[1:]}": as_gitlab_tells(c, access) for c in gitlab.story.told.changes}
    assert read(access).records[Kind.CHANGE] == expected


def test_jobs_items_deployments_and_alerts_arrive_as_they_were_told(gitlab):
    told = read(access_to(gitlab, "gitlab"))
    assert {(a.severity, a.created_at, a.closed_at, a.family) for a in told.records[Kind.ALERT].values()} == {
        (a.severity, a.created_at, a.closed_at, a.family) for a in gitlab.story.told.alerts
    }
    recent = NOW - dt.timedelta(days=89)
    runs = {run for run in gitlab.story.told.runs if run.queued_at > recent}
    assert runs <= set(told.records[Kind.RUN].values()) <= set(gitlab.story.told.runs)
    assert set(told.records[Kind.ITEM].values()) == set(gitlab.story.told.items)
    assert {r.commit for r in told.records[Kind.RELEASE].values()} == {r.commit for r in gitlab.story.told.releases}


def test_rules_arrive(gitlab):
    told = read(access_to(gitlab, "gitlab"))
    assert told.found["protection"] == Protection(
        True, 1, True, requires_whole_pipeline=True, requires_owners=False, dismisses_stale=True, includes_admins=False,
        requires_queue=False,
    )  # fmt: skip
    assert Part.PROTECTION not in told.unseen


def test_without_premium_approvals_are_unknown_and_never_none(gitlab):
    gitlab.story.premium = False
    told = read(access_to(gitlab, "gitlab"))
    assert told.found["protection"].approvals is None
    assert told.found["protection"].forbids_force_push is True
    assert "Premium" in told.unseen[Part.PROTECTION]
    assert "Ultimate" in told.unseen[Part.ALERTS]


def test_rules_without_the_role_are_unknown(gitlab):
    gitlab.hide("/protected_branches")
    told = read(access_to(gitlab, "gitlab"))
    assert told.found["protection"].forbids_force_push is None
    assert "Maintainer" in told.unseen[Part.PROTECTION]


def test_members_arrive_as_ids_and_no_name_leaves_the_client(gitlab):
    access = access_to(gitlab, "gitlab")
    told = read(access)
    assert told.found["members"] == {"@org": frozenset({access.person("ada"), access.person("ben")})}
    everything = repr([told.records, told.found, told.cursor])
    assert not re.findall(r"\b(ada|ben|cleo|dan|eve|finn)\b", everything)
    assert "empty" not in repr(told.records[Kind.CHANGE])


def test_a_killed_reading_goes_on_where_it_stood(gitlab):
    access = access_to(gitlab, "gitlab")
    whole_story = read(access)
    for pages in (1, 3, 5):
        first = read(access, pages=pages)
        first.add(read(access, json.loads(json.dumps(first.cursor))))
        assert first.records == whole_story.records


def test_next_reading_asks_only_for_what_is_new(gitlab):
    access = access_to(gitlab, "gitlab")
    first = read(access)
    before = len(gitlab.asked)
    second = read(access, first.cursor)
    assert second.records[Kind.ITEM] == {}
    assert second.records[Kind.CHANGE] == {}
    assert len(gitlab.asked) - before < 20 < before
    changed = gitlab.story.told.changes[5]
    gitlab.story.told.updated[changed.number] = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)
    assert set(read(access, second.cursor).records[Kind.CHANGE]) == {f"!{changed.number[1:]}"}


@pytest.mark.parametrize(
    ("status", "headers", "wait_s"),
    [
        (429, {"retry_after": "42"}, 42),
        (429, {"ratelimit_remaining": "0", "ratelimit_reset": "in 90"}, 90),
        (429, {}, 60),
        (502, {}, 60),
        (503, {"retry_after": "120"}, 120),
    ],
)
@pytest.mark.parametrize("after", [0, 7])
@pytest.mark.usefixtures("sleepless")
def test_limits_raise_the_wait_and_never_sleep(gitlab, status, headers, wait_s, after):
    began = time.monotonic()
    sent = {name: seconds_from_now(int(v[3:])) if v.startswith("in ") else v for name, v in headers.items()}
    gitlab.limit(status, after, **sent)
    with pytest.raises(MustWait) as raised:
        read(access_to(gitlab, "gitlab"))
    assert is_wait_of(wait_s, raised.value.wait_s, began=began)


@pytest.mark.parametrize(
    ("pattern", "status", "part"),
    [
        (r"/merge_requests$", 403, Part.CHANGES),
        (r"/issues", 403, Part.ITEMS),
        (r"/deployments", 404, Part.RELEASES),
        (r"/releases", 403, Part.RELEASES),
        (r"Fservice/pipelines$", 403, Part.RUNS),
        (r"/vulnerabilities", 404, Part.ALERTS),
        (r"/groups", 403, Part.MEMBERS),
    ],
)
def test_hidden_part_is_said_with_what_would_show_it(gitlab, pattern, status, part):
    gitlab.hide(pattern, status)
    told = read(access_to(gitlab, "gitlab"))
    assert part in told.unseen
    assert set(told.unseen) <= {part, Part.CHECKS}
    assert all("need" in sentence for sentence in told.unseen.values())


def test_changes_are_read_also_where_pipelines_are_hidden(gitlab):
    gitlab.hide("/pipelines")
    told = read(access_to(gitlab, "gitlab"))
    assert len(told.records[Kind.CHANGE]) == 60
    assert {change.checks for change in told.records[Kind.CHANGE].values()} == {None}
    assert set(told.unseen) == {Part.RUNS}


def test_unknown_project_and_refused_token_are_sentences(gitlab):
    with pytest.raises(NotAllowed, match="does not know this project"):
        read(access_to(gitlab, "gitlab", project="org/other"))
    with pytest.raises(NotAllowed, match="does not accept the token"):
        read(access_to(gitlab, "gitlab", credential="wrong"))
    with pytest.raises(HostError, match="group/name"):
        read(access_to(gitlab, "gitlab", project="service"))


def test_look_says_what_stays_hidden(gitlab):
    gitlab.hide("/vulnerabilities", 404)
    seen = look(access_to(gitlab, "gitlab"))
    assert seen.project == "org/service"
    assert seen.hidden == {Part.ALERTS: "Security alerts need GitLab Ultimate and the role Developer."}


def test_lines_are_counted_from_the_hunks():
    diff = "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n+\n"
    told = {"old_path": "x", "new_path": "y", "renamed_file": True, "diff": diff}
    assert file_of(told) == FileChange("y", 3, 1, "x")


SAME = (
    "pickup_p75", "review_wait_p75", "queue_growth", "stale_share", "unreviewed_rate", "rounds_mean", "size_p75",
    "description_rate", "branch_age_p75", "reviewer_concentration", "reviews_per_week_p80", "wip_per_person",
    "request_ts_rate", "lead_request_merge_p50", "spec_link_rate", "provenance_rate", "flaky_rate", "main_break_rate",
    "review_load_rho", "style_comment_share",
)  # fmt: skip


def test_same_story_from_two_hosts_gives_the_same_readings(gitlab, github, settings):
    settings.REPOSITORY_HTTP_HOSTS = [host.url.removeprefix("http://") for host in (gitlab, github)]
    assert isinstance(github.story, AsGitHub)
    assert isinstance(github.story.told, Telling)
    one = readings(read(access_to(github, "github")), "github")
    other = readings(read(access_to(gitlab, "gitlab")), "gitlab")
    for name in SAME:
        assert (one[name].value, one[name].n) == (other[name].value, other[name].n), name
