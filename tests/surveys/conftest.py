import pytest

from tests.factories.places import Place, make_place


@pytest.fixture
def place(db) -> Place:
    return make_place()
