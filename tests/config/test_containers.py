"""compose.yaml and Dockerfile say only what the product understands; nothing here starts a container."""

import re
import shlex

import pytest
import yaml

from tests.house.files import ROOT
from tests.house.test_settings_and_commands import variables_documented

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = ("prepare", "web", "worker", "beat")


def dockerfile():
    return (ROOT / "Dockerfile").read_text()


def test_every_program_of_the_supervisor_is_a_container():
    assert set(COMPOSE["services"]) == {*OURS, "postgres", "redis"}


@pytest.mark.parametrize("service", OURS)
def test_container_sets_only_documented_variables(service):
    given = set(COMPOSE["services"][service]["environment"])
    assert given <= variables_documented()
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "CELERY_BROKER_URL"} <= given


def test_no_secret_has_a_default():
    text = (ROOT / "compose.yaml").read_text()
    assert re.findall(r"\$\{(?:SECRET_KEY|POSTGRES_PASSWORD)(?!:\?)", text) == []


def test_every_container_waits_for_what_exists():
    for service in COMPOSE["services"].values():
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"])


def test_every_named_volume_is_declared():
    used = {v.partition(":")[0] for service in COMPOSE["services"].values() for v in service["volumes"]}
    assert {v for v in used if re.fullmatch(r"\w+", v)} == set(COMPOSE["volumes"])


def test_only_the_web_server_is_published_and_only_to_this_machine():
    published = {name: s["ports"] for name, s in COMPOSE["services"].items() if "ports" in s}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_container_command_starts_our_celery(service):
    words = shlex.split(COMPOSE["services"][service]["command"])
    assert words[:4] == ["celery", "-A", "config", "--quiet"]
    assert service in words


def test_image_does_not_run_as_root_and_installs_by_hash():
    text = dockerfile()
    assert text.index("USER headwater") < text.index("CMD")
    assert "--require-hashes --no-deps --only-binary :all:" in text


def test_image_leaves_data_and_secrets_outside():
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", ".env", "data"} <= set(left_out)
