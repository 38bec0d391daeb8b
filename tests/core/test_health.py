import pytest
from django.db import DatabaseError, connection


@pytest.mark.django_db
def test_health_is_ok_when_the_database_answers(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/health/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_health_is_503_when_the_database_does_not_answer(client):
    def refuse(*args):
        raise DatabaseError("secret host name")

    with connection.execute_wrapper(refuse):
        response = client.get("/health/")
    assert response.status_code == 503
    assert "secret" not in response.content.decode()


def test_health_refuses_to_be_posted_to(client):
    assert client.post("/health/").status_code == 405
