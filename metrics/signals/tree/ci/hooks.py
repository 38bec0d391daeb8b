"""Hooks of pre-commit (and prek): the checks a developer's commit runs, and a pipeline where it calls them."""

from typing import Any

from metrics.signals.tree.structured import load_yaml

HOOK_CONFIG = ".pre-commit-config.yaml"


def hook_commands(text: str) -> list[str]:
    """One shell line per hook: the entry of a local one, else the hook's id as the command, with its arguments."""
    data = load_yaml(text)
    repositories = data.get("repos") if isinstance(data, dict) else None
    found: list[str] = []
    for repository in repositories[:200] if isinstance(repositories, list) else ():
        hooks = repository.get("hooks") if isinstance(repository, dict) else None
        for hook in hooks[:60] if isinstance(hooks, list) else ():
            if isinstance(hook, dict) and hook.get("stages") not in (["manual"], "manual"):
                found += [_line(hook)]
    return found


def runs_as_a_service(text: str) -> bool:
    """Whether the configuration speaks to the hosted runner, which checks every proposed change."""
    data = load_yaml(text)
    return isinstance(data, dict) and isinstance(data.get("ci"), dict)


def _line(hook: dict[str, Any]) -> str:
    arguments = hook.get("args")
    words = [str(word) for word in arguments[:40]] if isinstance(arguments, list) else []
    name = str(hook.get("id", ""))
    entry = str(hook.get("entry") or name)
    line = " ".join([entry.replace("\n", " "), *words])
    return f"{line}\n{name}" if entry != name else line
