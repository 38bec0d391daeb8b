"""What is particular to Bitbucket Cloud; `test_every_host` holds the rest."""

import base64
import datetime as dt

import pytest

from metrics.clients.bitbucket import api_of, git_login, normal
from metrics.clients.hosts import Access, HostKind, Kind
from metrics.signals.changes.types import ActorKind, ChangeState, Outcome, Part, Protection
from tests.metrics.hosts.reading import access_to, read
from tests.metrics.hosts.story import NOW, at, stamp

MAIL = "ada@example.org:secret-of-ada"


def test_merge_checks_that_only_warn_demand_nothing(bitbucket):
    bitbucket.story.enforced = False
    assert read(access_to(bitbucket, "bitbucket")).found["protection"] == Protection(
        True, 0, False, dismisses_stale=True, includes_admins=False
    )


def test_nobody_may_push_forbids_a_forced_push_as_well():
    rule = {"kind": "push", "pattern": "main", "branch_match_kind": "glob", "users": [], "groups": []}
    assert normal.protection_of([rule], {}, "main").forbids_force_push
    assert not normal.protection_of([{**rule, "users": [{"uuid": "{a}"}]}], {}, "main").forbids_force_push
    assert not normal.protection_of([rule], {}, "develop").forbids_force_push


def test_rule_of_the_branching_model_holds_for_its_branch():
    rule = {"kind": "force", "branch_match_kind": "branching_model", "branch_type": "production"}
    model = {"production": {"use_mainbranch": False, "branch": {"name": "stable"}}}
    assert normal.protection_of([rule], model, "stable").forbids_force_push
    assert not normal.protection_of([rule], model, "main").forbids_force_push
    assert not normal.protection_of([rule], {}, "main").forbids_force_push


def test_api_token_with_its_mail_is_sent_as_the_host_asks(bitbucket):
    bitbucket.token_header = ("Authorization", "Basic " + base64.b64encode(MAIL.encode()).decode())
    assert read(access_to(bitbucket, "bitbucket", credential=MAIL)).records[Kind.CHANGE]


@pytest.mark.parametrize(
    ("credential", "login"),
    [
        ("of-the-repository", ("x-token-auth", "of-the-repository")),
        (MAIL, ("x-bitbucket-api-token-auth", "secret-of-ada")),
        ("ada:app-password", ("ada", "app-password")),
    ],
)
def test_git_gets_the_name_its_kind_of_token_asks_for(credential, login):
    assert git_login(Access(HostKind.BITBUCKET, "https://bitbucket.org", "o/r", credential)) == login


@pytest.mark.parametrize(
    "given", ["", "https://bitbucket.org", "https://www.bitbucket.org/", "https://api.bitbucket.org"]
)
def test_address_of_the_api_follows_from_the_one_people_know(given):
    assert api_of(given) == "https://api.bitbucket.org/2.0"


def test_switched_off_tracker_is_said(bitbucket):
    story = bitbucket.story.rest
    bitbucket.story.rest = lambda path, params: (
        {**story(path, params), "has_issues": False} if path.endswith("{repo_slug}") else story(path, params)
    )
    told = read(access_to(bitbucket, "bitbucket"))
    assert told.unseen[Part.ITEMS] == "This repository has no issue tracker switched on."
    assert not [path for path in bitbucket.paths() if path.endswith("/issues")]


def test_tags_stand_in_for_releases(bitbucket):
    tags = [
        {"type": "tag", "name": name, "target": {"type": "commit", "hash": "f" * 40, "date": stamp(at(days))}}
        for name, days in (("v2", 3), ("hotfix-1", 9), ("v1", 900))
    ]
    bitbucket.story.list_refs_tags = lambda _params: tags
    told = [r for r in read(access_to(bitbucket, "bitbucket")).records[Kind.RELEASE].values() if not r.environment]
    assert [(r.id, r.is_unplanned) for r in told] == [("release v2", False), ("release hotfix-1", True)]
    assert normal.tag_of({"name": "v3", "target": {}}) is None


def test_merge_whose_commit_is_gone_keeps_its_short_id(bitbucket):
    bitbucket.story.commit = lambda _short: None
    change = read(access_to(bitbucket, "bitbucket")).records[Kind.CHANGE]["#10"]
    assert len(change.merge_commit) == 12


def test_declined_and_superseded_requests_are_closed_when_it_happened():
    request = {
        "id": 1, "title": "Pay", "state": "SUPERSEDED", "created_on": stamp(at(5)), "updated_on": stamp(NOW),
        "source": {}, "destination": {}, "author": None,
    }  # fmt: skip
    update = {"date": stamp(at(3)), "state": "SUPERSEDED"}
    access = Access(HostKind.BITBUCKET, "", "o/r", salt="s")
    change = normal.change_of(request, [{"update": update}], [], (), [], "", access)
    assert (change.state, change.was_replaced, change.merged_at) == (ChangeState.CLOSED, True, None)
    assert abs(change.closed_at - at(3)) < dt.timedelta(seconds=1)


def test_pipelines_of_pull_requests_and_custom_ones_are_told_apart():
    told = {
        "created_on": stamp(at(1)),
        "state": {"name": "IN_PROGRESS"},
        "target": {
            "type": "pipeline_pullrequest_target", "source": "topic", "commit": {"hash": "c" * 40},
            "selector": {"type": "pull-requests", "pattern": "**"},
        },
    }  # fmt: skip
    run = normal.run_of(told, "topic")
    assert (run.name, run.is_before_merge, run.outcome, run.finished_at) == ("pipeline", True, Outcome.RUNNING, None)
    custom = {"type": "pipeline_ref_target", "ref_name": "main", "commit": {"hash": "c" * 40}}
    run = normal.run_of({**told, "target": {**custom, "selector": {"type": "custom", "pattern": "nightly"}}}, "main")
    assert (run.name, run.is_before_merge) == ("nightly", False)
    assert normal.run_of({**told, "target": {}}, "main") is None


def test_app_is_a_bot_and_a_deleted_account_nobody_else():
    access = Access(HostKind.BITBUCKET, "", "o/r", salt="s")
    app = normal.actor_of({"type": "app_user", "uuid": "{1}", "display_name": "Renovate"}, access)
    assert app.kind is ActorKind.BOT
    assert normal.actor_of(None, access).id == access.person("(gone)")


def test_file_of_each_kind_of_change_has_its_name():
    new, old = {"path": "new.py"}, {"path": "old.py"}
    assert normal.file_of({"new": new, "old": None, "lines_added": 3}).path == "new.py"
    assert normal.file_of({"new": None, "old": old, "lines_removed": 3}).path == "old.py"
    assert normal.file_of({"new": new, "old": old}).old_path == "old.py"
