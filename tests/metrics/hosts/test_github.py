import collections
import dataclasses
import datetime as dt
import json
import re
import time

import pytest

from metrics.clients.github import api_of
from metrics.clients.github.credential import app_credential
from metrics.clients.github.normal import protection_of
from metrics.clients.hosts import Kind
from metrics.clients.http import HostError, MustWait, NotAllowed
from metrics.clients.known import begin, look
from metrics.signals.changes.types import Part, Protection, Release
from tests.metrics.hosts.reading import SINCE, Told, access_to, is_wait_of, read
from tests.metrics.hosts.server import TOKEN, seconds_from_now
from tests.metrics.hosts.story import NOW, as_told, at, whole


def told_changes(host, access):
    """The story's changes as a client should tell them: comments on code come as records of their own."""
    return {
        change.number: as_told(
            dataclasses.replace(change, remarks=tuple(r for r in change.remarks if not r.is_on_code)), access
        )
        for change in host.story.told.changes
    }


def test_changes_arrive_as_they_were_told(github):
    access = access_to(github, "github")
    assert read(access).records[Kind.CHANGE] == told_changes(github, access)


def test_comments_on_code_belong_to_their_change_and_lose_their_text(github):
    access = access_to(github, "github")
    told = read(access)
    wanted = sorted(
        (change.number, as_told(remark, access).actor.id, remark.at, remark.is_mechanical)
        for change in github.story.told.changes
        for remark in change.remarks
        if remark.is_on_code
    )
    found = told.records[Kind.REMARK]
    assert sorted((told.of[key], r.actor.id, r.at, r.is_mechanical) for key, r in found.items()) == wanted
    assert len(wanted) > 8
    assert "empty" not in repr(found)


def test_runs_items_releases_and_alerts_arrive_as_they_were_told(github):
    github.story.told.releases.append(Release("release v1.0", "f" * 40, whole(at(40))))
    told = read(access_to(github, "github"))
    recent = NOW - dt.timedelta(days=90)
    runs = {run for run in github.story.told.runs if run.queued_at > recent}
    assert runs <= set(told.records[Kind.RUN].values()) <= set(github.story.told.runs)
    assert set(told.records[Kind.ITEM].values()) == set(github.story.told.items)
    assert set(told.records[Kind.RELEASE].values()) == set(github.story.told.releases)
    assert set(told.records[Kind.ALERT].values()) == set(github.story.told.alerts)
    assert told.found["scanners"] == {"dependency", "code", "secret"}


def test_leaked_secrets_are_never_asked_for(github):
    read(access_to(github, "github"))
    asked = [each.query for each in github.asked if "secret-scanning" in each.path]
    assert [query["hide_secret"] for query in asked] == ["true"]


@pytest.mark.parametrize("classic", [True, False])
def test_rules_arrive_whether_classic_or_in_a_ruleset(github, classic):
    github.story.classic = classic
    told = read(access_to(github, "github"))
    expected = github.story.told.protection
    if not classic:
        expected = dataclasses.replace(expected, includes_admins=None)  # who may pass a ruleset by is hidden
    assert told.found["protection"] == expected
    assert told.found["default_branch"] == "main"
    assert Part.PROTECTION not in told.unseen


def test_rules_without_the_right_to_administer_are_a_lower_bound(github):
    github.story.permission = "WRITE"
    told = read(access_to(github, "github"))
    rules = told.found["protection"]
    assert (rules.approvals, rules.required_checks, rules.includes_admins, rules.dismisses_stale) == (
        1, {"tests"}, None, None,
    )  # fmt: skip
    assert "Administration: read" in told.unseen[Part.PROTECTION]


def test_no_rule_seen_without_permission_is_unknown_and_never_none():
    unknown = protection_of({"name": "main"}, [], has_queue=False)
    assert unknown == Protection(requires_queue=False)


def test_members_of_teams_arrive_as_ids(github):
    access = access_to(github, "github")
    assert read(access).found["members"] == {"@org/pay": frozenset({access.person("ada"), access.person("ben")})}


def test_no_account_name_leaves_the_client(github):
    told = read(access_to(github, "github"))
    everything = repr([told.records, told.found, told.cursor])
    assert not re.findall(r"\b(ada|ben|cleo|dan|eve|finn)\b", everything)


def test_a_killed_reading_goes_on_where_it_stood(github):
    access = access_to(github, "github")
    whole_story = read(access)
    for pages in (1, 2, 4, 7, 11):
        first = read(access, pages=pages)
        before = len(github.asked)
        first.add(read(access, json.loads(json.dumps(first.cursor))))
        assert first.records == whole_story.records
        assert len(github.asked) - before < len(github.paths())
    assert first.cursor["floor"]


def test_next_reading_asks_only_for_what_is_new(github):
    access = access_to(github, "github")
    first = read(access)
    before = len(github.asked)
    changed = github.story.told.changes[5]
    github.story.told.updated[changed.number] = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)
    second = read(access, first.cursor)
    assert second.records[Kind.ITEM] == {}
    assert set(second.records[Kind.CHANGE]) == {changed.number}
    assert len(github.asked) - before < before / 2
    graphql = [each for each in github.asked[before:] if each.path.endswith("graphql")]
    assert len(graphql) == 6  # the project, a page each of changes, items, deployments, releases and teams


def test_pages_follow_each_other_to_the_end(github):
    access = access_to(github, "github")
    whole_story = read(access)
    github.page_size = 3
    assert read(access).records == whole_story.records
    assert max(int(each.query.get("page", 1)) for each in github.asked) >= 3


def test_unchanged_lists_are_not_sent_again(github):
    github.etags = True
    access = access_to(github, "github")
    first = read(access)
    before = len(github.asked)
    second = read(access, first.cursor)
    again = [each for each in github.asked[before:] if each.path.endswith("/alerts")]
    assert len(again) == 3
    assert all(each.headers.get("if-none-match") for each in again)
    assert second.records[Kind.ALERT] == {}
    assert first.records[Kind.ALERT]


LIMITS = [
    (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "in 1800"}, 1800),
    (429, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "in 3"}, 3),
    (429, {"retry_after": "120"}, 120),
    (403, {"retry_after": "60"}, 60),
    (429, {}, 60),
    (502, {}, 60),
]


@pytest.mark.parametrize(("status", "headers", "wait_s"), LIMITS)
@pytest.mark.parametrize("after", [0, 4, 9])
@pytest.mark.usefixtures("sleepless")
def test_limits_raise_the_wait_and_never_sleep(github, status, headers, wait_s, after):
    began = time.monotonic()
    sent = {name: seconds_from_now(int(v[3:])) if v.startswith("in ") else v for name, v in headers.items()}
    github.limit(status, after, **sent)
    with pytest.raises(MustWait) as raised:
        read(access_to(github, "github"))
    assert is_wait_of(wait_s, raised.value.wait_s, began=began)


def test_secondary_limit_without_a_header_is_a_wait_and_no_missing_permission(github):
    github.limit(403, body={"message": "You have exceeded a secondary rate limit. Please wait a few minutes."})
    with pytest.raises(MustWait):
        read(access_to(github, "github"))


def test_limit_of_the_query_language_is_a_wait(github):
    body, began = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}, time.monotonic()
    github.limit(200, body=body, x_ratelimit_reset=seconds_from_now(600))
    with pytest.raises(MustWait) as raised:
        read(access_to(github, "github"))
    assert is_wait_of(600, raised.value.wait_s, began=began)


def test_reading_goes_on_after_a_limit(github):
    access = access_to(github, "github")
    whole_story = read(access)
    github.limit(429, after=5, retry_after="5")
    told = Told()
    with pytest.raises(MustWait):
        collections.deque(told.take(*step) for step in begin(access, {}, since=SINCE))
    assert told.n_records
    rest = read(access, told.cursor)
    assert set(rest.records[Kind.ALERT]) == set(whole_story.records[Kind.ALERT])


HIDDEN = [
    (r"/pulls/comments", 403, Part.CHANGES),
    (r"pullRequests", 403, Part.CHANGES),
    (r"issues\(", 404, Part.ITEMS),
    (r"/actions/runs", 403, Part.RUNS),
    (r"deployments\(", 403, Part.RELEASES),
    (r"/alerts", 403, Part.ALERTS),
    (r"teams\(", 403, Part.MEMBERS),
    (r"/rules/branches", 404, Part.PROTECTION),
]


@pytest.mark.parametrize(("pattern", "status", "part"), HIDDEN)
def test_hidden_part_is_said_with_its_permission_and_the_rest_is_read(github, pattern, status, part):
    github.hide(pattern, status)
    told = read(access_to(github, "github"))
    assert set(told.unseen) - {Part.CHECKS, Part.SCANNERS} == ({part} if part else set())
    for sentence in told.unseen.values():
        assert "permission" in sentence
    assert told.records[Kind.CHANGE] or pattern == "pullRequests"
    assert told.cursor["floor"]


def test_single_hidden_family_of_alerts_leaves_the_others(github):
    github.hide("/code-scanning/", 404)
    told = read(access_to(github, "github"))
    assert told.found["scanners"] == {"dependency", "secret"}
    assert set(told.records[Kind.ALERT]) == {"dependency #1"}


def test_refused_token_ends_the_reading_with_a_sentence(github):
    with pytest.raises(NotAllowed) as raised:
        read(access_to(github, "github", credential="wrong"))
    assert "does not accept the token" in raised.value.sentence
    assert "wrong" not in raised.value.sentence


def test_unknown_project_is_said(github):
    with pytest.raises(NotAllowed):
        read(access_to(github, "github", project="org/other"))
    with pytest.raises(HostError, match="owner/name"):
        read(access_to(github, "github", project="service"))


def test_look_says_what_stays_hidden(github):
    github.hide(r"/actions/runs", 403)
    seen = look(access_to(github, "github"))
    assert seen.project == "org/service"
    assert seen.hidden == {Part.RUNS: "Pipeline runs need the permission Actions: read."}
    assert look(access_to(github, "github")).hidden


def test_link_to_another_host_is_not_followed(github):
    github.next_link, github.page_size = "http://127.0.0.1:9", 5
    with pytest.raises(HostError, match="another server"):
        read(access_to(github, "github"))


def test_app_signs_for_a_token_that_does_not_last(github):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    github.story.lent, github.story.lent_until = TOKEN, "2999-01-01T00:00:00Z"
    answer = github.answer
    signed = []

    def also_apps(asked, body):
        if asked.path.endswith("/access_tokens"):
            signed.append(asked.headers["authorization"])
            return github.rest(asked)
        return answer(asked, body)

    github.answer = also_apps
    told = read(access_to(github, "github", credential=app_credential("77", "88", pem)))
    assert len(told.records[Kind.CHANGE]) == 60
    assert len(signed) == 1
    import jwt

    claims = jwt.decode(signed[0].removeprefix("Bearer "), key.public_key(), algorithms=["RS256"])
    assert claims["iss"] == "77"
    assert claims["exp"] - claims["iat"] <= 600


@pytest.mark.parametrize("credential", ['{"app_id": "1"}', "{not json", app_credential("1", "2", "no key")])
def test_broken_app_is_a_sentence_without_its_key(github, credential):
    with pytest.raises(HostError) as raised:
        read(access_to(github, "github", credential=credential))
    assert "no key" not in raised.value.sentence
    assert "app" in raised.value.sentence


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", ("https://api.github.com", "")),
        ("https://github.com/", ("https://api.github.com", "")),
        ("https://acme.ghe.com", ("https://api.acme.ghe.com", "")),
        ("https://git.acme.org", ("https://git.acme.org/api", "v3/")),
        ("https://git.acme.org/api/v3", ("https://git.acme.org/api", "v3/")),
    ],
)
def test_address_of_the_api_follows_from_the_one_people_know(given, expected):
    assert api_of(given) == expected
