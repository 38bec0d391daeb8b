from pathlib import Path

import pytest

from metrics.models import Collection
from tests.factories.metrics import CollectionFactory, RepositoryFactory
from tests.factories.places import Place, make_place
from tests.metrics.repositories import UNTIL, Builder, plain_history


@pytest.fixture
def place(db) -> Place:
    return make_place()


@pytest.fixture
def root(tmp_path, settings) -> Path:
    """The one folder from which repositories may be read."""
    folder = tmp_path / "repositories"
    folder.mkdir()
    settings.REPOSITORY_ROOTS = [folder]
    return folder


@pytest.fixture
def waiting(root, db):
    """Makes a waiting collection of a repository written under the root."""

    def make(builder: Builder | None = None, *, name: str = "service", **fields) -> Collection:
        folder = (builder or plain_history()).write(root / name)
        assessment = fields.pop("assessment", None)
        more = {"assessment": assessment, "repository__team": assessment.team} if assessment else {}
        return CollectionFactory(
            repository__location=str(folder), repository__name=name, until_on=UNTIL, **more, **fields
        )

    return make


@pytest.fixture
def repository_of():
    def make(team, location, **fields):
        return RepositoryFactory(team=team, location=str(location), **fields)

    return make
