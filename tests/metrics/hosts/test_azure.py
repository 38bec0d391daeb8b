"""What is particular to Azure DevOps; `test_every_host` holds the rest."""

import dataclasses
import datetime as dt

import pytest

from metrics.clients.azure import git_login, normal, session_of
from metrics.clients.hosts import Access, HostKind, Kind
from metrics.clients.http import MustWait, NotAllowed
from metrics.signals.changes.types import ActorKind, Outcome, Part, Verdict
from tests.metrics.hosts.as_azure import PROJECT, policy, system
from tests.metrics.hosts.reading import access_to, read
from tests.metrics.hosts.story import at, stamp

REPOSITORY = {"id": "r-1"}
ACCESS = Access(HostKind.AZURE, "", PROJECT, salt="s")


@pytest.fixture
def access(azure):
    return access_to(azure, "azure", project=PROJECT)


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        ({"repositoryId": "r-1", "refName": "refs/heads/main", "matchKind": "Exact"}, True),
        ({"repositoryId": None, "refName": "refs/heads/ma", "matchKind": "Prefix"}, True),
        ({"repositoryId": None, "refName": None, "matchKind": "DefaultBranch"}, True),
        ({"repositoryId": "r-2", "refName": "refs/heads/main", "matchKind": "Exact"}, False),
        ({"repositoryId": "r-1", "refName": "refs/heads/ma", "matchKind": "Exact"}, False),
    ],
)
def test_policy_holds_where_its_scope_says(scope, holds):
    told = policy(normal.STATUS, statusGenre="scan", statusName="secrets")
    told["settings"]["scope"] = [scope]
    found = normal.policies_of([told], REPOSITORY, "main")
    assert bool(found) is holds
    assert normal.protection_of(found, {}).required_checks == (frozenset({"scan/secrets"}) if holds else frozenset())


@pytest.mark.parametrize("field", ["isEnabled", "isBlocking"])
def test_policy_that_is_off_or_only_advises_demands_nothing(field):
    told = {**policy(normal.REVIEWERS, minimumApproverCount=2), field: False}
    assert normal.policies_of([told], REPOSITORY, "main") == []
    assert normal.protection_of([], {}).forbids_force_push is None  # a permission decides, which is not shown


def test_votes_are_reviews_and_one_taken_back_is_dismissed():
    told = [
        system(at(n), "VoteUpdate", "voted", {"CodeReviewVoteResult": {"$value": value}})
        for n, value in ((5, "-10"), (4, "5"), (3, "0"))
    ]
    found = [review.verdict for review in normal._votes(told, ACCESS)]
    assert found == [Verdict.CHANGES_REQUESTED, Verdict.APPROVED, Verdict.DISMISSED]


def test_long_description_is_read_whole(azure, access):
    changes = read(access).records[Kind.CHANGE]
    assert max(len(change.body) for change in changes.values()) < 400
    azure.story.told.changes[4] = long = dataclasses.replace(azure.story.told.changes[4], body="Why it is done.\n" * 60)
    assert read(access).records[Kind.CHANGE][long.number].body == long.body


def test_files_that_cannot_be_compared_leave_the_size_unknown(azure, access):
    azure.hide("/filediffs", 404)
    changes = read(access).records[Kind.CHANGE].values()
    assert {change.files for change in changes} == {None}


def test_limit_while_files_are_compared_is_a_wait(azure, access):
    answer = azure.answer

    def busy(asked, body):
        return (429, {"Retry-After": "30"}, {}) if asked.path.endswith("/filediffs") else answer(asked, body)

    azure.answer = busy
    with pytest.raises(MustWait):
        read(access)


def test_changes_are_read_also_where_builds_are_hidden(azure, access):
    azure.hide("/build/builds")
    told = read(access)
    assert len(told.records[Kind.CHANGE]) == len(azure.story.told.changes)
    assert {change.checks for change in told.records[Kind.CHANGE].values()} == {None}
    assert "Build: read" in told.unseen[Part.RUNS]


def test_page_for_signing_in_is_a_refused_token(azure, access):
    azure.limit(203, body="<html>")
    with pytest.raises(NotAllowed, match="does not accept the token"):
        read(access)


def test_deployments_of_other_repositories_are_left_out_and_jobs_are_one():
    def record(build, hour):
        return {"owner": {"id": build}, "finishTime": stamp(at(1) + dt.timedelta(hours=hour))}

    builds = {7: {"sourceVersion": "c" * 40, "sourceBranch": "refs/heads/hotfix/pay"}}
    (release,) = normal.deployments_of([record(7, 1), record(7, 3), record(8, 2)], builds, "production")
    assert (release.commit, release.environment, release.is_unplanned) == ("c" * 40, "production", True)
    assert stamp(release.at) == stamp(at(1) + dt.timedelta(hours=3))


@pytest.mark.parametrize(
    ("told", "paths"),
    [
        ({"changeType": "add", "item": {"path": "/a"}}, ("/a", "")),
        ({"changeType": "delete", "item": {"path": "/a"}}, ("", "/a")),
        ({"changeType": "edit, rename", "item": {"path": "/b"}, "originalPath": "/a"}, ("/b", "/a")),
        ({"changeType": "edit", "item": {"path": "/a"}}, ("/a", "/a")),
    ],
)
def test_file_of_each_kind_of_change_has_its_paths(told, paths):
    assert normal.paths_of(told) == paths
    assert normal.file_of(*paths, {"/b": (2, 1)}).old_path == ("a" if paths == ("/b", "/a") else None)


def test_tests_are_no_requests_and_tags_are_labels():
    fields = {
        "System.Title": "Pay", "System.WorkItemType": "Bug", "System.CreatedDate": stamp(at(9)),
        "System.ChangedDate": stamp(at(2)), "System.Tags": "urgent; paid by card",
        "Microsoft.VSTS.Common.ActivatedDate": stamp(at(5)), "Microsoft.VSTS.Common.ClosedDate": stamp(at(2)),
    }  # fmt: skip
    item, _ = normal.item_of({"id": 4, "fields": fields})
    assert (item.labels, item.closed_at is not None) == (("urgent", "paid by card"), True)
    assert item.started_at < item.closed_at
    assert normal.item_of({"id": 5, "fields": {**fields, "System.WorkItemType": "Test Case"}}) is None


def test_services_are_bots():
    accounts = {
        "people": {"id": "1", "displayName": "Ada", "descriptor": "aad.x"},
        "service": {"id": "2", "displayName": "deployer", "descriptor": "svc.x"},
        "build": {"id": "3", "displayName": "Pay Build Service (org)"},
    }
    kinds = {name: normal.actor_of(account, ACCESS).kind for name, account in accounts.items()}
    assert kinds == {"people": ActorKind.PERSON, "service": ActorKind.BOT, "build": ActorKind.BOT}


def test_build_of_a_trial_merge_belongs_to_the_commit_it_was_made_for():
    told = {
        "status": "inProgress", "reason": "pullRequest", "sourceBranch": "refs/pull/5/merge", "sourceVersion": "e" * 40,
        "triggerInfo": {"pr.sourceSha": "c" * 40}, "queueTime": stamp(at(1)), "definition": {"name": "tests"},
    }  # fmt: skip
    run = normal.run_of(told, "main")
    assert (run.commit, run.is_before_merge, run.outcome, run.finished_at) == ("c" * 40, True, Outcome.RUNNING, None)
    status = normal.status_as_check(
        {"context": {"genre": "scan", "name": "x"}, "state": "error", "creationDate": stamp(at(1))}
    )
    assert (status.name, status.outcome) == ("scan/x", Outcome.FAILED)


@pytest.mark.parametrize(
    ("base", "credential", "begins"),
    [
        ("", "pat", "Basic OnBhdA=="),
        ("https://tfs.example.org/tfs", "eyJ0.eyJx.sig", "Bearer eyJ0"),
    ],
)
def test_credential_is_sent_as_its_kind_asks(base, credential, begins):
    access = Access(HostKind.AZURE, base, "org/pay/_git/service", credential)
    session = session_of(access)
    assert session.door.headers()["Authorization"].startswith(begins)
    assert session.door.base_url == f"{base or 'https://dev.azure.com'}/org"
    assert session.unit == "pay/_apis"
    assert git_login(access)[1] == credential
