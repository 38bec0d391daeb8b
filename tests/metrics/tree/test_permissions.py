import pytest

from metrics.signals.tree.permissions import agent_permissions
from tests.metrics.tree.building import context_of
from tests.metrics.tree.test_checks import workflow

SETTINGS = ".claude/settings.json"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": ""}, "none"),
        ({SETTINGS: "{}"}, "config_without_deny"),
        ({SETTINGS: '{"permissions": {"allow": ["Bash(ls)"], "deny": []}}'}, "config_without_deny"),
        ({SETTINGS: '{"permissions": {"deny": ["Read(.env)"]}}'}, "deny_or_ask_rules"),
        ({SETTINGS: '{"permissions": {"ask": ["Bash(git push)"]}}'}, "deny_or_ask_rules"),
        ({"opencode.json": '{"permission": {"bash": "ask"}}'}, "deny_or_ask_rules"),
        ({".codex/config.toml": 'approval_policy = "on-request"'}, "deny_or_ask_rules"),
        ({".cursorignore": "secrets/\n"}, "deny_or_ask_rules"),
        ({".cursorignore": "# nothing\n"}, "config_without_deny"),
        ({".vscode/settings.json": '{"editor.tabSize": 2}'}, "none"),
        ({".vscode/settings.json": '{"chat.tools.terminal.autoApprove": {"rm": false}}'}, "deny_or_ask_rules"),
        ({SETTINGS: '{"permissions": {"defaultMode": "bypassPermissions"}}'}, "bypass_flags_found"),
        ({SETTINGS: '{"permissions": {"disableBypassPermissionsMode": "disable"}}'}, "config_without_deny"),
        (workflow("claude -p x --dangerously-skip-permissions"), "bypass_flags_found"),
        (workflow("npx -y @google/gemini-cli --yolo"), "bypass_flags_found"),
        (workflow("gemini --yolo -p x"), "bypass_flags_found"),
        ({"scripts/agent.sh": "codex exec --dangerously-bypass-approvals-and-sandbox x"}, "bypass_flags_found"),
        ({"Makefile": "go:\n\tcopilot -p x --allow-all-tools\n"}, "bypass_flags_found"),
        ({"scripts/a.sh": "# never use --dangerously-skip-permissions"}, "none"),
        ({"scripts/a.sh": "terraform apply --yolo"}, "none"),
        ({"docs/agents.md": "claude --dangerously-skip-permissions"}, "none"),
        ({"tests/run.sh": "claude --dangerously-skip-permissions"}, "none"),
        ({"src/flags.py": "'--dangerously-skip-permissions'"}, "none"),
    ],
)
def test_agent_permissions_grades(files, expected):
    assert agent_permissions(context_of(files)).grade == expected


def test_agent_permissions_names_place_and_switch_only():
    reading = agent_permissions(context_of({"run.sh": "x\nclaude --dangerously-skip-permissions 'token abc'\n"}))
    assert reading.examples == ("run.sh line 2: --dangerously-skip-permissions",)
