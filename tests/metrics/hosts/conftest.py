import time

import pytest

from tests.metrics.hosts import as_azure, as_bitbucket, as_gitea, as_gitlab
from tests.metrics.hosts.as_github import DESCRIPTION, AsGitHub
from tests.metrics.hosts.server import TOKEN, Host, load_schema, running
from tests.metrics.hosts.story import half_a_year

SCHEMA = load_schema()
FEW = 30  # changes that are enough for every signal of the story


@pytest.fixture
def sleepless(monkeypatch):
    """Whatever sleeps meanwhile fails: a limit is told, never waited for."""
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail(f"slept {seconds} s"))


@pytest.fixture
def github(settings):
    """A GitHub Enterprise Server on loopback that tells the story, and at the end has no complaint."""
    with running(Host(AsGitHub(half_a_year()), DESCRIPTION, prefix="/api/v3", schema=SCHEMA)) as host:
        settings.REPOSITORY_HTTP_HOSTS = [host.url.removeprefix("http://")]
        yield host
    assert host.problems == []


@pytest.fixture
def gitlab(settings):
    """A self-managed GitLab on loopback that tells the same story."""
    story = as_gitlab.AsGitLab(half_a_year())
    made = Host(story, as_gitlab.DESCRIPTION, prefix="/api/v4", token_header=("PRIVATE-TOKEN", TOKEN))
    with running(made) as host:
        settings.REPOSITORY_HTTP_HOSTS = [host.url.removeprefix("http://")]
        yield host
    assert host.problems == []


@pytest.fixture
def gitea(settings):
    """A Gitea on loopback that tells the same story."""
    made = Host(
        as_gitea.AsGitea(half_a_year(FEW)), as_gitea.DESCRIPTION, prefix="/api/v1", token_header=as_gitea.TOKEN_SENT
    )
    with running(made) as host:
        settings.REPOSITORY_HTTP_HOSTS = [host.url.removeprefix("http://")]
        yield host
    assert host.problems == []


@pytest.fixture
def bitbucket(settings):
    """A Bitbucket Cloud on loopback that tells the same story."""
    with running(Host(as_bitbucket.AsBitbucket(half_a_year(FEW)), as_bitbucket.DESCRIPTION, prefix="/2.0")) as host:
        settings.REPOSITORY_HTTP_HOSTS = [host.url.removeprefix("http://")]
        yield host
    assert host.problems == []


@pytest.fixture
def azure(settings):
    """An Azure DevOps on loopback that tells the same story, below an organization."""
    made = Host(
        as_azure.AsAzure(half_a_year(FEW)), as_azure.DESCRIPTION, prefix="/org", token_header=as_azure.TOKEN_SENT
    )
    with running(made) as host:
        settings.REPOSITORY_HTTP_HOSTS = [host.url.removeprefix("http://")]
        yield host
    assert host.problems == []
