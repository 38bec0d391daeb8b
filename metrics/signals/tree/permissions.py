"""What assistants may do: committed settings that deny or ask, and switches that take the safety checks away."""

import re

from metrics.signals.paths import is_foreign, is_trial
from metrics.signals.tree.ci.pipeline import is_pipeline
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.grading import graded
from metrics.signals.tree.structured import load_json, load_toml, table_at, texts_in
from metrics.signals.types import Reading, show_path

# Some switches can mean nothing else; the others count only behind an assistant's name on the same line.
_BYPASS = re.compile(
    r"--dangerously-skip-permissions|--dangerously-bypass-approvals-and-sandbox|--dangerously-allow-all"
    r"|--trust-all-tools"
    r"|--allow-dangerously-skip-permissions|bypassPermissions|danger-full-access|dangerously_skip_permissions"
)
_ASSISTANT = re.compile(
    r"(?:^|[\s/;&|\"'(])(claude|codex|gemini|qwen|copilot|cursor-agent|amp|opencode|crush|goose|aider|q chat|auggie"
    r"|droid)"
    r"(-cli|-code)?(@[\w.]+)?\s"
)
_BYPASS_BEHIND = re.compile(
    r"(--yolo|--approval-mode[= ]yolo|--allow-all-tools|--allow-all-paths|--yes-always|--full-access)(?![\w-])"
)
_HINTS = ("anger", "bypass", "--yolo", "=yolo", " yolo", "--allow-all", "--yes-always", "--full-access", "--trust-all")
_SCRIPT = re.compile(
    r"\.(sh|bash|zsh|fish|ps1|bat|cmd|mk)$|(^|/)([Mm]akefile|GNUmakefile|[Jj]ustfile|package\.json|Taskfile\.ya?ml"
    r"|Procfile"
    r"|mise\.toml|(Dockerfile|Containerfile)[\w.-]*|devcontainer\.json|compose\.ya?ml|docker-compose[\w.-]*\.ya?ml"
    r"|noxfile\.py|tasks\.py)$|^(scripts?|bin|ci|tools|hack)/[^/.]+$|^\.github/actions/.+\.ya?ml$|^\.husky/"
)
_SETTINGS = re.compile(
    r"^(\.claude/settings\.json|\.gemini/settings\.json|\.qwen/settings\.json|\.codex/(config\.toml|rules/.+)"
    r"|\.cursor/(cli|permissions|sandbox)\.json|\.cursorignore|\.aiexclude|\.geminiignore|\.codeiumignore|\.aiignore"
    r"|\.copilotignore|opencode\.jsonc?|\.opencode/opencode\.jsonc?|\.vscode/settings\.json|\.kiro/settings/.+\.json"
    r"|\.amp/settings\.json|\.factory/settings\.json|managed-settings\.json)$"
)
_RULE_KEYS = {"deny", "ask", "exclude", "excludeTools", "disallowedTools"}
_EDITOR = ".vscode/settings.json"


def agent_permissions(context: TreeContext) -> Reading:
    """Assistant permission settings: bypass_flags_found, none, config_without_deny or deny_or_ask_rules.

    Source: committed settings of assistants, and bypass switches in scripts, workflows, build files and those settings.
    Comments, documents, tests and examples may speak of a switch without using it, so they are not searched. A
    non-empty list of things denied, asked about or ignored is a rule; editor settings count only where they speak of
    approving an assistant's tools.
    """
    found = [
        line
        for path in context.tree.where(_may_run)
        if path in context.tree.texts
        for line in context.scan("bypasses", path, _bypasses)
    ]
    if found:
        return graded(context, "agent_permissions", "bypass_flags_found", found)
    settings = [path for path in context.tree.where(_SETTINGS.match) if _speaks_of_tools(context, path)]
    ruled = [path for path in settings if _has_rules(path, context.text(path))]
    grade = "deny_or_ask_rules" if ruled else "config_without_deny" if settings else "none"
    return graded(context, "agent_permissions", grade, dict.fromkeys(map(show_path, [*ruled, *settings])))


def _may_run(path: str) -> bool:
    runs = bool(_SCRIPT.search(path) or _SETTINGS.match(path)) or is_pipeline(path)
    return runs and not (is_foreign(path) or is_trial(path))


def _bypasses(path: str, text: str) -> list[str]:
    """Which switches a file uses and on which line; the line itself is not shown."""
    if not any(hint in text for hint in _HINTS):
        return []
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        code = line[:2_000].strip()
        switch = _switch_in(code)
        if switch and not code.startswith(("#", "//", "REM ", "*", "echo ")):
            found.append(f"{show_path(path)} line {number}: {switch}")
    return found


def _switch_in(code: str) -> str:
    """The switch a line uses, unless the line forbids it."""
    if match := _BYPASS.search(code):
        return "" if re.search(r"deny|disable|forbid|block", code, re.IGNORECASE) else match[0]
    if (assistant := _ASSISTANT.search(code)) and (match := _BYPASS_BEHIND.search(code, assistant.end() - 1)):
        return match[0]
    return ""


def _speaks_of_tools(context: TreeContext, path: str) -> bool:
    return path != _EDITOR or "autoApprove" in context.text(path)


def _has_rules(path: str, text: str) -> bool:
    """Whether settings deny something or ask before it; an ignore file does so by holding a pattern."""
    if path.endswith(("ignore", ".aiexclude")):
        return any(line.strip() and not line.startswith("#") for line in text.splitlines())
    if path.endswith(".toml"):
        settings = load_toml(text)
        asks = settings.get("approval_policy") in {"untrusted", "on-request", "on-failure"}
        return asks or settings.get("sandbox_mode") in {"read-only", "workspace-write"}
    return _holds_rule(load_json(text))


def _holds_rule(data: object, depth: int = 0) -> bool:
    if not isinstance(data, dict) or depth > 5:
        return False
    if any(texts_in(value) for key, value in data.items() if key in _RULE_KEYS and isinstance(value, list)):
        return True
    if {"ask", "deny"} & set(texts_in(table_at(data, "permission"))):
        return True
    return any(
        False in value.values() for key, value in data.items() if "autoApprove" in key and isinstance(value, dict)
    ) or any(_holds_rule(value, depth + 1) for value in data.values())
