import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.signals.specs import (
    PARTS,
    count_open_wording,
    is_contract,
    is_decision,
    is_prompt,
    is_specification,
    is_written_intent,
    parts_of,
    states_limits,
)
from tests.effort import processor_s


@pytest.mark.parametrize(
    "path",
    [
        "docs/adr/0001-use-postgres.md",
        "doc/architecture/decisions/0002-x.md",
        "docs/decisions/2024/x.adoc",
        "services/pay/docs/adr/1.md",
        "rfcs/0042-queues.rst",
        "adr/0003-x.txt",
    ],
)
def test_is_decision_knows_the_places(path):
    assert is_decision(path)
    assert is_written_intent(path)


@pytest.mark.parametrize(
    "path",
    [
        "docs/adr/README.md",
        "docs/adr/template.md",
        "docs/adr/0000-template.md",
        "docs/adr/index.md",
        "src/decisions/engine.md",
        "docs/adr/diagram.png",
        "docs/rfcs/rfc2616.txt",
        "vendor/x/docs/adr/0001-x.md",
        "node_modules/a/adr/1.md",
    ],
)
def test_is_decision_passes_over_what_only_looks_like_one(path):
    assert not is_decision(path)


@pytest.mark.parametrize(
    "path",
    ["specs/login/spec.md", "docs/proposals/x.md", "docs/PRD.md", "payments.spec.md", ".kiro/specs/a/design.md"],
)
def test_is_specification_knows_the_places(path):
    assert is_specification(path)


@pytest.mark.parametrize(
    "path",
    [
        "references/requirements/x.md",
        "requirements/dev.txt",
        "requirements.txt",
        "spec/models/user_spec.rb",
        "src/specs/a.md",
        "docs/specs/README.md",
        ".specify/templates/spec-template.md",
        "tests/specs/a.md",
        "vendor/pkg/specs/a.md",
    ],
)
def test_is_specification_passes_over_what_only_looks_like_one(path):
    assert not is_specification(path)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("api/openapi.yaml", True),
        ("docs/payments-openapi.v2.json", True),
        ("proto/a.proto", True),
        ("schema.graphql", True),
        ("queries/user.graphql", False),
        ("event.avsc", True),
        ("order.schema.json", True),
        ("vendor/x/a.proto", False),
        ("openapi.py", False),
    ],
)
def test_is_contract_goes_by_the_name(path, answer):
    assert is_contract(path) is answer


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (".claude/commands/review.md", True),
        (".claude/skills/x/SKILL.md", True),
        (".claude/skills/x/run.py", False),
        (".github/prompts/plan.prompt.md", True),
        ("prompts/triage.md", True),
        ("prompts/README.md", False),
        ("src/app/prompts/system.md", False),
    ],
)
def test_is_prompt_knows_the_places(path, answer):
    assert is_prompt(path) is answer


FULL = """
# Transfer

## Why
Because people wait.

## Acceptance criteria
- a transfer arrives

## Out of scope
Cards.

## API
POST /transfers

## Data model
A table.

## Security
Signed.

## Rollout and monitoring
Slowly.

## Success metrics
Days to money.
"""


def test_parts_of_finds_all_eight():
    assert parts_of(FULL) == set(PARTS)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Non-goals\n=========\n\nCards.\n", "out of scope"),
        ("== Security\nSigned.\n", "security"),
        ("**Success metric:** days\n", "success measure"),
        ("- Operations: none, because it runs once\n", "operations"),
        ("Given an account\nWhen it pays\nThen money moves\n", "acceptance examples"),
        ("## Security\n### Keys\nRotated.\n", "security"),
    ],
)
def test_parts_of_reads_headings_labels_and_steps(text, part):
    assert part in parts_of(text)


@pytest.mark.parametrize(
    "text",
    ["## Security\n", "## Security\nTBD\n", "## Security\n<!-- a -->\n", "```\n## Security\nx\n```\n", "A security.\n"],
)
def test_parts_of_wants_something_written_below_a_heading(text):
    assert "security" not in parts_of(text)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("## Security\nSigned.\n## Operations\nAlerts.\n", True),
        ("## Data\nA table.\n## Rollback\nSwitch off.\n", True),
        ("## Security\nnone, because it is public\n## Operations\nnone, because it is a page\n", True),
        ("## Security\nSigned.\n", False),
        ("## Operations\nAlerts.\n", False),
    ],
)
def test_states_limits_wants_operations_and_security_or_data(text, answer):
    assert states_limits(text) is answer


@pytest.mark.parametrize(
    ("text", "n_open", "n_words"),
    [
        ("The page is fast.", 1, 4),
        ("The page is fast: 200 ms.", 0, 6),
        ("## TODO and TBD and ???", 3, 4),
        ("[NEEDS CLARIFICATION: who?]", 1, 3),
        ("Retry as needed, log, etc.", 2, 5),
        ("```\nTODO fast\n```\nPlain.", 0, 1),
        ("The breakfast is steadfast.", 0, 4),
        ("", 0, 0),
    ],
)
def test_count_open_wording_counts_markers_and_bare_qualifiers(text, n_open, n_words):
    assert count_open_wording(text) == (n_open, n_words)


@given(st.text(alphabet="#*=-: \nabTODO`<>", max_size=400))
def test_reading_a_specification_never_raises(text):
    assert parts_of(text) <= set(PARTS)
    n_open, n_words = count_open_wording(text)
    assert 0 <= n_open <= max(n_words * 4, 4)


@pytest.mark.parametrize("piece", ["# a\n", "a:\n", "**a**\n", "-" * 50 + "\n", "given then " * 20, "* " * 50])
def test_reading_a_specification_is_quick(piece):
    assert processor_s(lambda: (parts_of(piece * 20_000), count_open_wording(piece * 20_000))) < 3
