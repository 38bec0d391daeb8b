import pytest

from metrics.signals.tree import assistants
from tests.metrics.tree.building import commit_of, context_of

LONG = "\n".join(f"- rule number {n}" for n in range(30))
OTHER = "\n".join(f"- another rule {n}" for n in range(30))
MANY = tuple(commit_of("src/a.py", days_ago=1) for _ in range(60))


def context_grade(files, *commits, **more):
    return assistants.agent_context(context_of({"src/a.py": "", **files}, *commits, **more)).grade


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "none"),
        ({"baselines/gemini.md": "x"}, "none"),
        ({"docs/agents.md": "x"}, "none"),
        ({"vendor/x/AGENTS.md": "x"}, "none"),
        ({"tests/fixtures/CLAUDE.md": "x"}, "none"),
        ({"AGENTS.md": "Be brief."}, "present_fresh"),
        ({".cursor/rules/style.mdc": "Be brief."}, "present_fresh"),
        ({"AGENTS.md": "See docs/adr.", "docs/adr/0001-x.md": "x"}, "fresh_and_linked"),
        ({"AGENTS.md": "See docs/adr."}, "present_fresh"),
        ({"api/AGENTS.md": "Keep `openapi.yaml` true.", "api/openapi.yaml": "x"}, "fresh_and_linked"),
        ({"AGENTS.md": "See ARCHITECTURE.md", "ARCHITECTURE.md": "x"}, "fresh_and_linked"),
        ({"AGENTS.md": LONG, "CLAUDE.md": OTHER}, "stale_or_conflicting"),
        ({"AGENTS.md": LONG, "CLAUDE.md": LONG}, "present_fresh"),
        ({"AGENTS.md": LONG, "CLAUDE.md": "@AGENTS.md"}, "present_fresh"),
        ({"AGENTS.md": LONG, "CLAUDE.md": f"Read AGENTS.md too.\n{OTHER}"}, "present_fresh"),
        ({"AGENTS.md": LONG, "api/AGENTS.md": OTHER}, "present_fresh"),
    ],
)
def test_agent_context_grades(files, expected):
    assert context_grade(files) == expected


def test_agent_context_takes_a_symbolic_link_for_no_file_of_its_own():
    assert context_grade({"AGENTS.md": LONG}, links={"CLAUDE.md": "AGENTS.md"}) == "present_fresh"


def test_agent_context_is_stale_when_the_code_moved_on_without_it():
    assert context_grade({"AGENTS.md": "x"}, *MANY) == "stale_or_conflicting"
    assert context_grade({"AGENTS.md": "x"}, *MANY, commit_of("AGENTS.md", days_ago=200)) == "stale_or_conflicting"


def test_agent_context_is_fresh_when_it_moved_or_the_code_stood_still():
    assert context_grade({"AGENTS.md": "x"}, *MANY, commit_of("AGENTS.md", days_ago=170)) == "present_fresh"
    assert context_grade({"AGENTS.md": "x"}, *MANY[:40], commit_of("AGENTS.md", days_ago=200)) == "present_fresh"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "none"),
        ({"src/prompts/a.md": "x"}, "none"),
        ({".claude/commands/a.md": "x"}, "present"),
        ({".claude/commands/a.md": "x", "CODEOWNERS": "/src/ @a"}, "present"),
        ({".claude/commands/a.md": "x", "CODEOWNERS": "/.claude/ @a"}, "present_reviewed"),
        ({".claude/commands/a.md": "x", "prompts/b.md": "x", "CODEOWNERS": "/.claude/ @a"}, "present"),
    ],
)
def test_prompt_library_grades(files, expected):
    assert assistants.prompt_library(context_of({"a.py": "", **files})).grade == expected
