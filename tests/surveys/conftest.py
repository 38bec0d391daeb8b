import pytest
from django.db import connection

from tests.factories.places import Place, make_place


@pytest.fixture
def place(db) -> Place:
    return make_place()


@pytest.fixture
def no_gaps(db):
    """Rows of earlier tests leave gaps, which PostgreSQL fills in its own order."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE surveys_anonymousanswer")
