"""What holds for each host alike: the same story, told by each in its own words and through its own description."""

import dataclasses
import datetime as dt
import json
import re
import time

import pytest

from metrics.clients.hosts import Kind
from metrics.clients.http import HostError, MustWait, NotAllowed
from metrics.clients.known import look
from metrics.signals.changes.types import ChangeState, Part
from tests.metrics.hosts import as_azure, as_bitbucket, as_gitea
from tests.metrics.hosts.reading import access_to, is_wait_of, read, readings
from tests.metrics.hosts.server import seconds_from_now
from tests.metrics.hosts.story import NOW

TELLERS = {"azure": as_azure, "bitbucket": as_bitbucket, "gitea": as_gitea}
SAME = (
    "pickup_p75", "review_wait_p75", "queue_growth", "stale_share", "unreviewed_rate", "rounds_mean", "size_p75",
    "description_rate", "branch_age_p75", "reviewer_concentration", "reviews_per_week_p80", "wip_per_person",
    "request_ts_rate", "lead_request_merge_p50", "spec_link_rate", "provenance_rate", "flaky_rate", "main_break_rate",
    "review_load_rho", "style_comment_share", "ci_p75",
)  # fmt: skip


@pytest.fixture(params=sorted(TELLERS))
def kind(request):
    return request.param


@pytest.fixture
def host(kind, request):
    return request.getfixturevalue(kind)


@pytest.fixture
def access(host, kind):
    return access_to(host, kind, project=TELLERS[kind].PROJECT)


def test_changes_arrive_as_they_were_told(host, kind, access):
    expected = [TELLERS[kind].expected(change, access) for change in host.story.told.changes]
    assert read(access).records[Kind.CHANGE] == {change.number: change for change in expected}


def test_runs_items_and_releases_arrive_as_they_were_told(host, kind, access):
    told = read(access)
    recent = NOW - dt.timedelta(days=89)
    runs = {TELLERS[kind].expected_run(run) for run in host.story.told.runs}
    assert {run for run in runs if run.queued_at > recent} <= set(told.records[Kind.RUN].values()) <= runs
    assert set(told.records[Kind.ITEM].values()) == set(host.story.told.items)
    wanted = {(release.commit, release.at) for release in host.story.told.releases}
    assert {(release.commit, release.at) for release in told.records[Kind.RELEASE].values()} == wanted


def test_rules_arrive_and_without_the_right_to_see_them_are_unknown(host, kind, access):
    told = read(access)
    assert told.found["protection"] == TELLERS[kind].RULES
    assert told.found["default_branch"] == "main"
    assert Part.PROTECTION not in told.unseen
    host.hide(*next(hidden[:2] for hidden in TELLERS[kind].HIDDEN if hidden[2] is Part.PROTECTION))
    rules = read(access).found["protection"]
    assert (rules.forbids_force_push, rules.dismisses_stale, rules.includes_admins) == (None, None, None)


def test_what_the_host_has_no_notion_of_is_unknown_and_never_none(host, access):
    told = read(access)
    assert "keep" in told.unseen[Part.ALERTS] or "tells" in told.unseen[Part.ALERTS]
    assert told.found["protection"].requires_queue is None
    assert told.records[Kind.ALERT] == {}


def test_no_account_name_leaves_the_client(access):
    told = read(access)
    everything = repr([told.records, told.found, told.cursor])
    assert not re.findall(r"\b(ada|ben|cleo|dan|eve|finn)\b", everything)
    assert "list is empty" not in everything


def test_a_killed_reading_goes_on_where_it_stood(host, access):
    whole_story = read(access)
    for pages in (2, 5):
        first = read(access, pages=pages)
        before = len(host.asked)
        first.add(read(access, json.loads(json.dumps(first.cursor))))
        assert first.records == whole_story.records
        assert len(host.asked) - before < before


def test_next_reading_asks_only_for_what_is_new(host, access):
    first = read(access)
    before = len(host.asked)
    second = read(access, first.cursor)
    assert {change.number for change in second.records[Kind.CHANGE].values() if change.resolved_at} == set()
    assert second.records[Kind.ITEM] == {}
    assert len(host.asked) - before < before / 4
    changes, soon = host.story.told.changes, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)
    changes[0] = dataclasses.replace(changes[0], merged_at=soon, closed_at=soon, state=ChangeState.MERGED)
    third = read(access, second.cursor).records[Kind.CHANGE].values()
    assert [change.title for change in third if change.resolved_at] == [changes[0].title]


def test_pages_follow_each_other_to_the_end(host, access):
    whole_story = read(access)
    host.page_size = 7
    assert read(access).records == whole_story.records


LIMITS = [
    (429, {"retry_after": "42"}, 42),
    (429, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "in 90"}, 90),
    (429, {}, 60),
    (502, {}, 60),
    (503, {"retry_after": "120"}, 120),
]


@pytest.mark.parametrize(("status", "headers", "wait_s"), LIMITS)
@pytest.mark.usefixtures("sleepless")
def test_limits_raise_the_wait_and_never_sleep(host, access, status, headers, wait_s):
    began = time.monotonic()
    sent = {name: seconds_from_now(int(v[3:])) if v.startswith("in ") else v for name, v in headers.items()}
    for after in (0, 6):
        host.limit(status, after, **sent)
        with pytest.raises(MustWait) as raised:
            read(access)
        assert is_wait_of(wait_s, raised.value.wait_s, began=began)


def test_hidden_part_is_said_with_what_would_show_it(host, kind, access):
    always = set(read(access).unseen)
    for pattern, status, part in TELLERS[kind].HIDDEN:
        host.hidden.clear()
        host.hide(pattern, status)
        told = read(access)
        assert part in told.unseen, pattern
        assert set(told.unseen) - always <= {part, Part.CHECKS}, pattern
        assert "need" in told.unseen[part] or "has no" in told.unseen[part], pattern
        assert told.cursor["floor"]


def test_refused_token_and_unknown_project_are_sentences(host, kind):
    project = TELLERS[kind].PROJECT
    with pytest.raises(NotAllowed, match="does not accept the token") as raised:
        read(access_to(host, kind, project=project, credential="wrong-token-7"))
    assert "wrong-token-7" not in raised.value.sentence
    with pytest.raises(NotAllowed, match="does not know this project"):
        read(access_to(host, kind, project=f"{project}er"))
    with pytest.raises(HostError, match="is written"):
        read(access_to(host, kind, project="service"))


def test_look_names_the_project_and_what_stays_hidden(host, kind, access):
    pattern, status, part = TELLERS[kind].HIDDEN[0]
    host.hide(pattern, status)
    seen = look(access)
    assert seen.project == getattr(TELLERS[kind], "NAME", TELLERS[kind].PROJECT)
    assert {part, Part.ALERTS} <= set(seen.hidden)


@pytest.mark.parametrize("kind", ["bitbucket", "gitea"])
def test_link_to_another_host_is_not_followed(host, access):
    host.next_link, host.page_size = "http://127.0.0.1:9", 5
    with pytest.raises(HostError, match="another server"):
        read(access)


def test_same_story_gives_the_same_readings_as_on_github(host, kind, access, github, settings):
    github.story.told = host.story.told  # few changes, the same for both
    settings.REPOSITORY_HTTP_HOSTS = [each.url.removeprefix("http://") for each in (host, github)]
    one = readings(read(access_to(github, "github")), "github")
    other = readings(read(access), kind)
    for name in SAME:
        assert (one[name].value, one[name].n) == (other[name].value, other[name].n), name
