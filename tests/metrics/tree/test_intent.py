import pytest

from metrics.signals.tree import intent
from metrics.signals.types import Skipped
from tests.metrics.tree.building import commit_of, context_of

FORM = ".github/ISSUE_TEMPLATE/feature.yml"


def form(label: str, required: str) -> str:
    return f"body:\n- type: textarea\n  attributes: {{label: {label}}}\n  validations: {{required: {required}}}\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": ""}, "none"),
        ({".github/ISSUE_TEMPLATE/config.yml": "blank_issues_enabled: false"}, "none"),
        ({FORM: form("Describe it", "true")}, "free_text_template"),
        ({FORM: form("Expected behaviour", "true")}, "free_text_template"),
        ({FORM: form("Acceptance criteria", "false")}, "acceptance_field_optional"),
        ({FORM: form("Acceptance criteria", "true")}, "acceptance_field_required"),
        ({FORM: form("What does done look like?", "true")}, "acceptance_field_required"),
        ({FORM: "body: ["}, "free_text_template"),
        ({".gitlab/issue_templates/Feature.md": "## Problem\n"}, "free_text_template"),
        ({".gitlab/issue_templates/Feature.md": "## Acceptance criteria\n"}, "acceptance_field_optional"),
        ({".gitlab/issue_templates/Feature.md": "Mention acceptance criteria somewhere.\n"}, "free_text_template"),
        ({".specify/templates/spec-template.md": "## User Scenarios *(mandatory)*\n"}, "acceptance_field_required"),
        ({FORM: form("Title", "true"), ".github/ISSUE_TEMPLATE/b.md": "# Done when\n"}, "acceptance_field_optional"),
    ],
)
def test_request_form_grades(files, expected):
    assert intent.request_form(context_of(files)).grade == expected


LIMITS = "## Security\nSigned.\n## Operations\nAlerts.\n"
FILES = {"specs/a.md": LIMITS, "specs/b.md": "## Goals\nIt is fast and easy TODO\n", "specs/old.md": "## Data\nx\n"}
TOUCHES = (
    commit_of("specs/a.md", days_ago=3),
    commit_of("specs/b.md", days_ago=179),
    commit_of("specs/old.md", days_ago=181),
)


def test_spec_sections_is_the_mean_share_of_parts_in_touched_specifications():
    reading = intent.spec_sections(context_of(FILES, *TOUCHES))
    assert (reading.n, reading.value) == (2, pytest.approx((2 / 8 + 1 / 8) / 2))
    assert reading.examples == ("specs/b.md: 1 of 8 parts", "specs/a.md: 2 of 8 parts")


def test_spec_limits_is_the_share_that_states_them():
    reading = intent.spec_limits(context_of(FILES, *TOUCHES))
    assert (reading.n, reading.value, reading.examples) == (2, 0.5, ("states no limits: specs/b.md",))


def test_spec_open_density_is_per_thousand_words_of_all_together():
    reading = intent.spec_open_density(context_of(FILES, *TOUCHES))
    assert reading.value == pytest.approx(1000 * 3 / (1 + 1 + 1 + 1 + 1 + 6))


@pytest.mark.parametrize("signal", [intent.spec_sections, intent.spec_limits, intent.spec_open_density])
def test_nothing_is_said_without_a_touched_specification(signal):
    assert isinstance(signal(context_of(FILES)), Skipped)
    assert isinstance(signal(context_of({"src/specs/a.md": "x"}, commit_of("src/specs/a.md"))), Skipped)
