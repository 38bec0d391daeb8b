"""What is particular to Gitea and Forgejo; `test_every_host` holds the rest."""

import datetime as dt

import pytest

from metrics.clients.gitea import git_login, normal, session_of
from metrics.clients.hosts import Access, HostKind, Kind
from metrics.clients.known import look
from metrics.signals.changes.types import ActorKind, Check, Outcome, Part, Protection
from tests.metrics.hosts.reading import access_to, read

T0 = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def status(minute, state, context="CI / tests (pull_request)", n=0):
    at = (T0 + dt.timedelta(minutes=minute)).isoformat()
    return {"id": n, "context": context, "status": state, "created_at": at}


def test_branch_without_rules_is_known_to_have_none(gitea):
    gitea.story.is_protected = False
    told = read(access_to(gitea, "gitea"))
    assert told.found["protection"] == Protection(False, 0, False, dismisses_stale=False, includes_admins=False)
    assert Part.PROTECTION not in told.unseen
    assert not [path for path in gitea.paths() if path.endswith("/branch_protections")]


def test_rules_seen_at_the_branch_alone_are_a_lower_bound(gitea):
    gitea.hide("/branch_protections")
    told = read(access_to(gitea, "gitea"))
    assert told.found["protection"] == Protection(None, 1, True, frozenset({"tests"}))
    assert "administrator" in told.unseen[Part.PROTECTION]


def test_code_owners_teams_arrive_as_ids(gitea):
    access = access_to(gitea, "gitea")
    assert read(access).found["members"] == {"@org/pay": frozenset({access.person("ada"), access.person("ben")})}


def test_statuses_of_one_check_become_its_runs():
    told = [status(0, "pending"), status(4, "failure"), status(9, "pending"), status(15, "success")]
    told += [status(1, "success", "lint"), status(2, "pending", "slow")]
    first, second, lint, slow = sorted(
        normal.checks_of(list(reversed(told)), "a" * 40), key=lambda c: (c.name, c.attempt)
    )
    assert [(c.outcome, c.attempt) for c in (first, second)] == [(Outcome.FAILED, 1), (Outcome.PASSED, 2)]
    assert (second.queued_at, second.finished_at) == (T0 + dt.timedelta(minutes=9), T0 + dt.timedelta(minutes=15))
    assert (lint.outcome, lint.queued_at) == (Outcome.PASSED, lint.finished_at)
    assert slow == Check("slow", "a" * 40, Outcome.RUNNING, T0 + dt.timedelta(minutes=2))


def test_rerun_of_a_job_is_its_second_attempt(gitea):
    runs = read(access_to(gitea, "gitea")).records[Kind.RUN].values()
    again = [run for run in runs if run.attempt == 2]
    assert again
    firsts = {(run.commit, run.queued_at) for run in runs if run.attempt == 1}
    assert all(any(commit == run.commit and at < run.queued_at for commit, at in firsts) for run in again)


@pytest.mark.parametrize(
    ("old", "new", "is_ready"),
    [
        ("WIP: Pay", "Pay", True),
        ("[WIP] Pay", "Pay", True),
        ("draft: Pay", "Pay", True),
        ("Pay", "Pay twice", False),
        ("WIP: Pay", "WIP: Pay twice", False),
    ],
)
def test_draft_ends_when_its_title_loses_the_mark(old, new, is_ready):
    request = {"title": new, "created_at": T0.isoformat()}
    later = T0 + dt.timedelta(hours=3)
    event = {"type": "change_title", "old_title": old, "new_title": new, "created_at": later.isoformat()}
    opened = None if new.startswith("WIP") else T0
    assert normal._ready_at(request, [event]) == (later if is_ready else opened)


def test_host_without_the_field_of_drafts_tells_them_by_their_title():
    assert normal._is_draft({"title": "WIP: Pay"})
    assert not normal._is_draft({"title": "Wipe the table"})
    assert not normal._is_draft({"title": "WIP: Pay", "draft": False})


def test_own_automation_is_a_bot():
    access = Access(HostKind.GITEA, "", "o/r", salt="s")
    kinds = {name: normal.actor_of({"login": name}, access).kind for name in ("ada", "gitea-actions", "renovate[bot]")}
    assert kinds == {"ada": ActorKind.PERSON, "gitea-actions": ActorKind.BOT, "renovate[bot]": ActorKind.BOT}


@pytest.mark.parametrize("given", ["https://git.example.org", "https://git.example.org/api/v1/"])
def test_address_of_the_api_follows_from_the_one_people_know(given):
    access = Access(HostKind.GITEA, given, "org/a b", "secret")
    session = session_of(access)
    assert session.door.base_url == "https://git.example.org/api/v1"
    assert session.unit == "repos/org/a%20b"
    assert git_login(access) == ("oauth2", "secret")


def test_public_project_is_read_without_a_token(gitea):
    gitea.token_header = ("Accept", "application/json")
    assert look(access_to(gitea, "gitea", credential="")).project == "org/service"
    assert not [asked for asked in gitea.asked if "authorization" in asked.headers]
