"""What every host module must do, host by host, and the test that shows it; a gap in the table fails here."""

import ast
from pathlib import Path

import pytest

from metrics.clients.hosts import HostKind, Kind
from metrics.clients.http import HostError
from tests.metrics.hosts import as_azure, as_bitbucket, as_gitea
from tests.metrics.hosts.reading import access_to, read

HERE = Path(__file__).parent
PROJECTS = {"azure": as_azure.PROJECT, "bitbucket": as_bitbucket.PROJECT, "gitea": as_gitea.PROJECT}
NO_TAGS = "The host sends no ETag with its lists."


def each(github: str, gitlab: str, others: str) -> dict[str, str]:
    """The three hosts of one module of tests are shown by one test, which runs once for each."""
    return {
        "github": f"test_github: {github}",
        "gitlab": f"test_gitlab: {gitlab}" if ":" not in gitlab else gitlab,
        **dict.fromkeys(("gitea", "bitbucket", "azure"), f"test_every_host: {others}"),
    }


SAME = "changes_arrive_as_they_were_told"
STOOD, NEW = "a_killed_reading_goes_on_where_it_stood", "next_reading_asks_only_for_what_is_new"
PAGES, TAGS, ELSEWHERE = (
    "pages_follow_each_other_to_the_end",
    "unchanged_lists_are_not_sent_again",
    "link_to_another_host_is_not_followed",
)
LIMITS = "limits_raise_the_wait_and_never_sleep"
TABLE = {
    "contract": each(SAME, SAME, SAME),
    "pagination": each(PAGES, f"test_behaviours: {PAGES}", PAGES),
    "conditional requests": {
        "github": f"test_github: {TAGS}",
        **dict.fromkeys(("gitlab", "gitea"), f"test_behaviours: {TAGS}"),
        **dict.fromkeys(("bitbucket", "azure"), NO_TAGS),
    },
    "limits with the wait": each(LIMITS, LIMITS, LIMITS),
    "resumable by cursor": each(STOOD, STOOD, STOOD),
    "incremental": each(NEW, NEW, NEW),
    "partial permission": each(
        "hidden_part_is_said_with_its_permission_and_the_rest_is_read",
        "hidden_part_is_said_with_what_would_show_it",
        "hidden_part_is_said_with_what_would_show_it",
    ),
    "refused token": each(
        "refused_token_ends_the_reading_with_a_sentence",
        "unknown_project_and_refused_token_are_sentences",
        "refused_token_and_unknown_project_are_sentences",
    ),
    "rules nobody may see are unknown": each(
        "no_rule_seen_without_permission_is_unknown_and_never_none",
        "rules_without_the_role_are_unknown",
        "rules_arrive_and_without_the_right_to_see_them_are_unknown",
    ),
    "no account name": each(
        "no_account_name_leaves_the_client",
        "members_arrive_as_ids_and_no_name_leaves_the_client",
        "no_account_name_leaves_the_client",
    ),
    "no other server": {
        "github": f"test_github: {ELSEWHERE}",
        "gitlab": f"test_behaviours: {ELSEWHERE}",
        **dict.fromkeys(("gitea", "bitbucket"), f"test_every_host: {ELSEWHERE}"),
        "azure": "test_door: address_of_another_origin_is_never_asked",  # it goes on by a token, never by an address
    },
    "testing a connection": each(
        "look_says_what_stays_hidden",
        "look_says_what_stays_hidden",
        "look_names_the_project_and_what_stays_hidden",
    ),
}


@pytest.mark.parametrize("behaviour", TABLE)
def test_behaviour_is_shown_on_every_host(behaviour):
    assert set(TABLE[behaviour]) == {str(kind) for kind in HostKind}
    for shown in TABLE[behaviour].values():
        if shown != NO_TAGS:
            module, _, name = shown.partition(": ")
            tests = {
                n.name for n in ast.parse((HERE / f"{module}.py").read_text()).body if isinstance(n, ast.FunctionDef)
            }
            assert f"test_{name}" in tests, shown


@pytest.fixture
def host(kind, request):
    return request.getfixturevalue(kind)


@pytest.fixture
def access(kind, host):
    return access_to(host, kind, project=PROJECTS.get(kind, "org/service"))


@pytest.mark.parametrize("kind", ["gitlab"])
def test_pages_follow_each_other_to_the_end(host, access):
    whole_story = read(access)
    host.page_size = 7
    assert read(access).records == whole_story.records
    assert max(int(asked.query.get("page", 1)) for asked in host.asked) >= 3


@pytest.mark.parametrize("kind", ["gitlab", "gitea"])
def test_unchanged_lists_are_not_sent_again(host, access):
    host.etags = True
    first = read(access)
    before = len(host.asked)
    second = read(access, first.cursor)
    again = [asked for asked in host.asked[before:] if asked.path.endswith("/releases")]
    assert again
    assert all(asked.headers.get("if-none-match") for asked in again)
    assert not [key for key in second.records[Kind.RELEASE] if key.startswith("release ")]


@pytest.mark.parametrize("kind", ["gitlab"])
def test_link_to_another_host_is_not_followed(host, access):
    host.next_link, host.page_size = "http://127.0.0.1:9", 5
    with pytest.raises(HostError, match="another server"):
        read(access)


@pytest.mark.parametrize("kind", ["bitbucket", "azure"])
def test_a_host_that_begins_to_send_tags_is_read_all_the_same(host, access):
    host.etags = True
    first = read(access)
    assert read(access, first.cursor).cursor["floor"]
