import logging

import pytest
from django.conf import settings

from core.logs import CalmRefusals, HideTokens
from tests.factories.places import make_place


def shown(message, *args):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert HideTokens().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    "path", ["/setup/Zk3-secret_x/", "/join/Zk3-secret_x/", "/setup/Zk3-secret_x", "/shared/Zk3-secret_x/"]
)
def test_log_hides_the_token_of_a_one_time_address(path):
    line = shown("%s: %s", "Gone", path)
    assert "Zk3" not in line
    assert line.startswith(f"Gone: /{path.split('/')[1]}/…")


def test_log_hides_the_key_of_a_set_password_address():
    line = shown("Forbidden: %s", "/accounts/password/reset/key/3-c9abc-0123456789/")
    assert "c9abc" not in line
    assert line == "Forbidden: /accounts/password/reset/key/…/"


def test_log_keeps_other_lines_as_they_are():
    assert shown("%s of %d: /assessments/3f/", "7", 9) == "7 of 9: /assessments/3f/"


def test_every_log_handler_hides_tokens():
    assert all("no_tokens" in handler["filters"] for handler in settings.LOGGING["handlers"].values())


@pytest.mark.django_db
def test_refused_request_is_one_line_of_information(client, caplog):
    place = make_place()
    client.force_login(place.member)
    assert client.get(f"/teams/{place.team.public_id}/edit/").status_code == 403
    (record,) = (r for r in caplog.records if r.name == "django.request")
    assert (record.levelname, record.exc_info) == ("INFO", None)


def test_our_own_error_keeps_its_level_and_traceback():
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal", (), (ValueError, ValueError(), None))
    record.status_code = 500
    assert CalmRefusals().filter(record)
    assert record.levelname == "ERROR"
    assert record.exc_info
