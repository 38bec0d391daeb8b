import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.signals.tree.ci.command import Command, commands_in, unwrap
from tests.effort import processor_s

CALLER = Command("", "ci.yml")


def texts(script: str) -> list[str]:
    return [command.text for command in commands_in(script, CALLER)]


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("ruff check .", "ruff check ."),
        ("CI=1 DEBUG='a b' ruff check", "ruff check"),
        ("sudo -E true; python3.12 -m pytest -q", "pytest -q"),
        ("poetry run mypy .", "mypy ."),
        ("uv run --locked --group dev tox run", "tox run"),
        ("sfw uv run pre-commit run --all", "pre-commit run --all"),
        ("npx --yes eslint .", "eslint ."),
        ("docker compose run --rm web pytest", "pytest"),
        ("bash -lc 'cd app && ruff check'", "ruff check"),
        ("./node_modules/.bin/eslint src", "eslint src"),
        ("if ! black --check .; then exit 1; fi", "black --check ."),
        ("bundle exec rubocop", "rubocop"),
    ],
)
def test_commands_in_finds_the_command_behind_its_wrappers(line, command):
    assert command in texts(line)


@pytest.mark.parametrize(
    "line",
    ["pip install ruff", "echo 'run ruff check'", "# ruff check", "apt-get install -y shellcheck", "cat > ruff.toml"],
)
def test_commands_in_does_not_take_a_mention_for_a_run(line):
    assert not any(text.startswith(("ruff", "shellcheck")) for text in texts(line))


@pytest.mark.parametrize(
    ("script", "hard"),
    [
        ("ruff check", True),
        ("ruff check || exit 1", True),
        ("ruff check && echo fine", True),
        ("ruff check || true", False),
        ("ruff check || :", False),
        ("ruff check || echo 'has problems'", False),
        ("ruff check; exit 0", False),
        ("ruff check --exit-zero", False),
        ("ruff check | tee log || true", False),
        ("set +e\nruff check", False),
        ("set +e\nset -e\nruff check", True),
    ],
)
def test_commands_in_tells_a_check_from_a_decoration(script, hard):
    assert [c.hard for c in commands_in(script, CALLER) if c.text.startswith("ruff")] == [hard]


def test_commands_in_joins_continued_lines_and_leaves_quotes_alone():
    assert texts("pytest \\\n  -k 'a && b' \\\n  tests")[0].split() == ["pytest", "-k", "'a", "&&", "b'", "tests"]


def test_says_never_makes_a_soft_caller_hard():
    assert not Command("", "x", hard=False).says("ruff").hard


def test_commands_in_is_quick_on_hostile_text():
    texts = [
        "env " * 15_000,
        "sudo docker run " * 3_000,
        "a='" * 20_000,
        "A=1 " * 15_000,
        "npx " * 15_000,
        "((" * 30_000,
    ]
    assert processor_s(lambda: [commands_in(text, CALLER) for text in texts]) < 3


@given(st.text(alphabet="a='\"|&;() \n\\-$#{}", max_size=200))
def test_commands_in_never_raises(script):
    assert all(isinstance(command.text, str) for command in commands_in(script, CALLER))


def test_unwrap_keeps_nothing_of_nothing():
    assert unwrap("  ") == []
