import random
import string

import pytest

from metrics.signals.tree.secrets import secret_hygiene
from tests.effort import processor_s
from tests.metrics.tree.building import context_of
from tests.metrics.tree.test_checks import workflow

_DICE = random.Random(7)


def letters(n: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """Letters of no meaning, so that no secret stands in this file either."""
    return "".join(_DICE.choice(alphabet) for _ in range(n))


UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LIVE = {
    "aws": "AKIA" + letters(16, UPPER),
    "github": "ghp_" + letters(36),
    "gitlab": "glpat-" + letters(20),
    "stripe": "sk_live_" + letters(24),
    "google": "AIza" + letters(35),
    "slack": "xoxb-1234567890-" + letters(24),
    "npm": "npm_" + letters(36),
}
KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    + "\n".join(letters(64) for _ in range(12))
    + "\n-----END RSA PRIVATE KEY-----\n"
)


def reading(path: str, text: str):
    return secret_hygiene(context_of({path: text}))


@pytest.mark.parametrize("kind", ["aws", "github", "gitlab", "stripe", "google", "npm"])
@pytest.mark.parametrize("path", ["config.yml", "src/settings.py", "deploy/main.tf"])
def test_secret_hygiene_finds_a_live_token_and_never_shows_it(kind, path):
    found = reading(path, f"one: 1\nkey = '{LIVE[kind]}'\n")
    assert found.grade == "live_pattern_found"
    assert found.examples[0].startswith(f"{path} line 2: a")
    assert LIVE[kind][5:] not in "".join(found.examples)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config.yml", "key: AKIAIOSFODNN7EXAMPLE"),
        ("config.yml", "key: AKIA" + "A" * 16),
        ("config.yml", "token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        ("config.yml", "token: ${GITHUB_TOKEN}"),
        ("tests/data.yml", f"key: {LIVE['aws']}"),
        ("src/fixtures/a.json", f"key: {LIVE['aws']}"),
        ("docs/setup.py", f"key = {LIVE['aws']}"),
        ("ssh/stub_server.go", f"key := `{KEY}`"),
        ("README.md", f"key = {LIVE['aws']}"),
        ("vendor/a.py", f"key = {LIVE['aws']}"),
        ("config.example.yml", f"key: {LIVE['aws']}"),
        ("src/pem.py", "HEADER = '-----BEGIN RSA PRIVATE KEY-----'"),
        ("key.pem", "-----BEGIN PRIVATE KEY-----\n" + "A" * 900 + "\n-----END PRIVATE KEY-----"),
        ("key.pem", "-----BEGIN PUBLIC KEY-----\n" + letters(600)),
        (".env", "PASSWORD=\nDEBUG=1\nAPI_KEY=changeme-changeme\n"),
        (".env", "SECRET_KEY=${FROM_VAULT_PATH}\n"),
        (".env.example", f"API_KEY={letters(30)}\n"),
    ],
)
def test_secret_hygiene_passes_over_placeholders_and_fixtures(path, text):
    assert reading(path, text).grade == "unknown"


@pytest.mark.parametrize("path", [".env", "api/.env.production"])
def test_secret_hygiene_finds_a_filled_in_environment_file(path):
    value = letters(30)
    found = reading(path, f"DEBUG=1\nexport DB_PASSWORD='{value}'\n")
    assert found.examples == (f"{path} line 2: a secret in an environment file",)


def test_secret_hygiene_finds_a_private_key_with_a_body():
    assert reading("deploy/id_rsa.pem", KEY).examples == ("deploy/id_rsa.pem line 1: a private key",)


@pytest.mark.parametrize(
    "files",
    [
        {".gitleaks.toml": "title = 'x'"},
        {".secrets.baseline": "{}"},
        {".pre-commit-config.yaml": "repos:\n- repo: x\n  hooks: [{id: detect-private-key}]\n"},
        workflow("uses gitleaks/gitleaks-action@v2"),
    ],
    ids=["config", "baseline", "hook", "pipeline"],
)
def test_secret_hygiene_sees_a_scanner_or_its_baseline(files):
    assert secret_hygiene(context_of(files)).grade == "baseline_or_scanner"


def test_secret_hygiene_of_a_found_secret_is_not_excused_by_a_scanner():
    files = {".gitleaks.toml": "x", "config.yml": f"key: {LIVE['aws']}"}
    assert secret_hygiene(context_of(files)).grade == "live_pattern_found"


@pytest.mark.parametrize(
    "piece", ["AKIA", "ghp_" + "a" * 40 + " ", "-----BEGIN PRIVATE KEY-----\n", "xoxb-123456789-", "sk-" * 9]
)
def test_secret_hygiene_is_quick_on_hostile_text(piece):
    assert processor_s(lambda: reading("config.yml", (piece * 100_000)[:290_000])) < 3
