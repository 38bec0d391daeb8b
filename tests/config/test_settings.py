"""Settings come from the environment; what a server must be told has no default."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.base import broker_options, env, env_bool, env_list

ROOT = Path(__file__).resolve().parent.parent.parent


def settings_of(**variables):
    """What `config.settings.base` says in a process with this environment alone."""
    show = (
        "import json; from config.settings import base as s; "
        "print(json.dumps({'db': s.DATABASES['default'], 'broker': s.CELERY_BROKER_URL, "
        "'mail': [s.EMAIL_BACKEND.split('.')[-2], s.EMAIL_PORT, "
        "s.EMAIL_USE_TLS, s.EMAIL_USE_SSL, s.DEFAULT_FROM_EMAIL]}, default=str))"
    )
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run([sys.executable, "-c", show], env=environ, capture_output=True, text=True, cwd="/")


def test_env_reads_the_file_a_secret_stands_in(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("COLOUR", "from the environment")
    assert env("COLOUR") == "from the environment"
    monkeypatch.setenv("COLOUR_FILE", str(tmp_path / "key"))
    assert env("COLOUR") == "from a file"


def test_env_without_a_value_or_default_says_what_to_set(monkeypatch):
    monkeypatch.delenv("COLOUR", raising=False)
    with pytest.raises(ImproperlyConfigured, match="Set COLOUR"):
        env("COLOUR")


def test_env_list_drops_blanks(monkeypatch):
    monkeypatch.setenv("NAMES", " a, ,b ,")
    assert env_list("NAMES") == ["a", "b"]


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("0", False), ("", False), ("no", False)])
def test_env_bool_reads_words(text, value, monkeypatch):
    monkeypatch.setenv("SWITCH", text)
    assert env_bool("SWITCH", "0") is value


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_server_does_not_start_without(missing):
    given = {"SECRET_KEY": "x", "ALLOWED_HOSTS": "x"}
    del given[missing]
    run = settings_of(**given)
    assert run.returncode != 0
    assert f"Set {missing}" in run.stderr


def test_embedded_defaults_stand_in_the_data_folder(tmp_path):
    run = settings_of(SECRET_KEY="x", ALLOWED_HOSTS="x", DATA_DIR=str(tmp_path))
    assert f"sqla+sqlite:///{tmp_path}/queue.sqlite3" in run.stdout
    assert f"{tmp_path}/headwater.sqlite3" in run.stdout
    assert "mmap_size" not in run.stdout
    assert '"transaction_mode": "IMMEDIATE"' in run.stdout


def test_database_and_broker_follow_the_environment():
    run = settings_of(
        SECRET_KEY="x",
        ALLOWED_HOSTS="x",
        DATABASE_URL="postgres://someone@db.example:5433/headwater",
        CELERY_BROKER_URL="redis://queue.example/3",
    )
    assert '"ENGINE": "django.db.backends.postgresql"' in run.stdout
    assert '"CONN_MAX_AGE": 600' in run.stdout
    assert '"broker": "redis://queue.example/3"' in run.stdout
    assert "init_command" not in run.stdout


@pytest.mark.parametrize(
    ("given", "mail"),
    [
        ({}, '["dummy", 587, true, false, "Headwater <headwater@hw.example>"]'),
        ({"EMAIL_HOST": "m.example"}, '["smtp", 587, true, false, "Headwater <headwater@hw.example>"]'),
        (
            {"EMAIL_HOST": "m.example", "EMAIL_PORT": "465", "DEFAULT_FROM_EMAIL": "a@m.example"},
            '["smtp", 465, false, true, "a@m.example"]',
        ),
        (
            {"EMAIL_HOST": "m.example", "EMAIL_PORT": "25", "EMAIL_USE_TLS": "no"},
            '["smtp", 25, false, false, "Headwater <headwater@hw.example>"]',
        ),
    ],
)
def test_mail_follows_the_environment(given, mail):
    run = settings_of(SECRET_KEY="x", ALLOWED_HOSTS="x", SITE_URL="https://hw.example:8443", **given)
    assert f'"mail": {mail}' in run.stdout


def test_redis_waits_longer_than_the_longest_task_before_it_hands_out_again():
    options = broker_options("redis://h/0", longest_task_s=1800, prefix="")
    assert options["visibility_timeout"] > 1800
    assert "global_keyprefix" not in options


def test_redis_keys_take_the_prefix():
    assert broker_options("rediss://h/0", longest_task_s=1, prefix="hw:")["global_keyprefix"] == "hw:"


def test_rabbitmq_confirms_what_it_was_given():
    assert broker_options("amqp://h", longest_task_s=1, prefix="") == {"confirm_publish": True}


def test_embedded_broker_takes_no_options_sqlalchemy_would_refuse():
    assert broker_options("sqla+sqlite:///q", longest_task_s=1, prefix="hw:") == {}
