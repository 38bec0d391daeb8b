"""This very run is on the database and broker it was asked to be on."""

import os

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_run_is_on_the_database_the_environment_names():
    wanted = os.environ.get("DATABASE_URL", "sqlite://").partition(":")[0].replace("postgresql", "postgres")
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        (version,) = cursor.fetchone()
    assert connection.vendor.replace("postgresql", "postgres") == wanted
    assert version.startswith("PostgreSQL") is (connection.vendor == "postgresql")


def test_run_is_on_the_broker_the_environment_names():
    if wanted := os.environ.get("CELERY_BROKER_URL"):
        assert wanted == settings.CELERY_BROKER_URL
    else:
        assert settings.CELERY_BROKER_URL.startswith("sqla+sqlite:///")
