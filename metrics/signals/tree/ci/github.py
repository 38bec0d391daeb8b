"""Commands run by GitHub, Forgejo and Gitea workflows, with their local actions and reusable workflows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from metrics.signals.tree.ci.command import Command, commands_in
from metrics.signals.tree.ci.names import document_at
from metrics.signals.tree.structured import is_true, table_at, texts_in

WORKFLOW = re.compile(r"^\.(github|forgejo|gitea)/workflows/[^/]+\.ya?ml$")
MAX_DEPTH = 3

_UPDATES = {"opened", "synchronize", "synchronized", "reopened", "ready_for_review", "edited"}
_MAIN_ONLY = re.compile(r"^(main|master|trunk|develop|development|stable|release[\w./*-]*|v?\d[\w./*-]*|\d.*)$")
_NOT_A_CHANGE = re.compile(
    r"event_name\s*==\s*['\"](push|schedule|workflow_dispatch|release)['\"]|refs/tags/|refs/heads/(main|master)"
    r"|ref_type\s*==\s*['\"]tag"
)
_EXPRESSION = re.compile(r"\$\{\{\s*((?:matrix|env)\.[\w.-]+)\s*\}\}")
_SHELLS = ("bash", "sh", "pwsh", "powershell", "cmd", "zsh")


@dataclass(frozen=True)
class _Place:
    """Where a step stands: what it inherits from its job and workflow."""

    path: str
    texts: Mapping[str, str]
    hard: bool
    on_changes: bool
    cwd: str
    values: Mapping[str, tuple[str, ...]]  # what `matrix.x` and `env.x` may stand for
    depth: int = 0
    job: str = ""


def read_workflow(path: str, texts: Mapping[str, str]) -> list[Command] | None:
    """The commands of one workflow, or None when the file cannot be read as one."""
    data = document_at(texts, path)
    if not isinstance(data, dict) or not isinstance(data.get("jobs"), dict):
        return None
    return list(_jobs(data, _Place(path, texts, True, runs_on_changes(data.get("on")), "", {})))


def runs_on_changes(triggers: Any) -> bool:
    """Whether a workflow's triggers fire for a change that is not merged yet."""
    if isinstance(triggers, str):
        triggers = {triggers: None}
    elif isinstance(triggers, list):
        triggers = {name: None for name in triggers if isinstance(name, str)}
    if not isinstance(triggers, dict):
        return False
    if "merge_group" in triggers:
        return True
    for name in ("pull_request", "pull_request_target"):
        types = table_at(triggers, name).get("types")
        if name in triggers and (types is None or _UPDATES & set(texts_in(types))):
            return True
    return "push" in triggers and _push_reaches_branches(triggers["push"])


def _push_reaches_branches(push: Any) -> bool:
    """Whether pushes to branches other than the main line start the workflow."""
    if not isinstance(push, dict):
        return True
    branches = texts_in(push.get("branches"))
    if branches:
        return any(not _MAIN_ONLY.match(branch) and not branch.startswith("!") for branch in branches)
    return "tags" not in push or "branches-ignore" in push


def _jobs(data: dict[str, Any], place: _Place) -> Iterator[Command]:
    cwd = str(table_at(data, "defaults", "run").get("working-directory") or place.cwd)
    for name, job in list(data["jobs"].items())[:120]:
        if not isinstance(job, dict) or _never(job):
            continue
        inner = _Place(
            place.path,
            place.texts,
            place.hard and not is_true(job.get("continue-on-error")),
            place.on_changes and not _excludes_changes(job),
            str(table_at(job, "defaults", "run").get("working-directory") or cwd),
            {**_env_of(data), **_env_of(job), **_matrix_of(job)},
            place.depth,
            place.job or "\n".join(dict.fromkeys([str(name), str(job.get("name") or name)])),
        )
        if isinstance(job.get("uses"), str):
            yield from _uses(job["uses"], job, inner)
        yield from _steps(job.get("steps"), inner)


def _steps(steps: Any, place: _Place) -> Iterator[Command]:
    for step in steps[:150] if isinstance(steps, list) else ():
        if not isinstance(step, dict) or _never(step):
            continue
        hard = place.hard and not (is_true(step.get("continue-on-error")) and not _is_asked_about(step, steps))
        on_changes = place.on_changes and not _excludes_changes(step)
        cwd = str(step.get("working-directory") or place.cwd).removeprefix("./").strip("/")
        at = replace(place, hard=hard, on_changes=on_changes, cwd=cwd)
        if isinstance(step.get("uses"), str):
            yield from _uses(step["uses"], step, at)
        if isinstance(step.get("run"), str) and str(step.get("shell") or "bash").startswith(_SHELLS):
            for script in _filled(step["run"], place.values):
                yield from commands_in(script, Command("", place.path, hard, on_changes, cwd, place.job))


def _uses(name: str, step: dict[str, Any], place: _Place) -> Iterator[Command]:
    """An action: its name and inputs as one command, and what a local one runs itself."""
    inputs = " ".join(f"{key}={value}" for key, value in table_at(step, "with").items() if isinstance(value, str))
    command = Command(f"uses {name} {inputs[:2000]}", place.path, place.hard, place.on_changes, place.cwd, place.job)
    for text in _filled(command.text, place.values):
        yield command.says(text)
    if name.startswith("./") and place.depth < MAX_DEPTH:
        yield from _local(name.removeprefix("./").rstrip("/"), place)


def _local(name: str, place: _Place) -> Iterator[Command]:
    inner = replace(place, depth=place.depth + 1)
    for path in (name, f"{name}/action.yml", f"{name}/action.yaml"):
        data = document_at(place.texts, path)
        if isinstance(data, dict) and isinstance(data.get("jobs"), dict):
            yield from _jobs(data, inner)
        else:
            yield from _steps(table_at(data, "runs").get("steps"), inner)


def _is_asked_about(step: dict[str, Any], steps: list[Any]) -> bool:
    """Whether a later condition asks how a forgiven step ended, which makes its failure count after all."""
    mark = f"steps.{step.get('id')}.outcome"
    return "id" in step and any(mark in str(other.get("if", "")) for other in steps if isinstance(other, dict))


def _never(part: dict[str, Any]) -> bool:
    return str(part.get("if", "")).replace("${{", "").replace("}}", "").strip().lower() == "false"


def _excludes_changes(part: dict[str, Any]) -> bool:
    """Whether a plain condition lets only merged or manual runs through; anything more complex is taken to run."""
    condition = str(part.get("if") or "")
    simple = "||" not in condition and "pull_request" not in condition and "!" not in condition
    return simple and bool(_NOT_A_CHANGE.search(condition))


def _matrix_of(job: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The values each matrix key takes, also through `include`."""
    matrix = table_at(job, "strategy", "matrix")
    values: dict[str, list[str]] = {}
    rows = [row for row in matrix.get("include") or () if isinstance(row, dict)] if matrix else []
    for row in [matrix, *rows][:80]:
        for key, value in row.items():
            items = value if isinstance(value, list) else [value]
            for item in items[:40]:
                if isinstance(item, dict):
                    for name, text in item.items():
                        values.setdefault(f"{key}.{name}", []).append(str(text))
                elif isinstance(item, str):
                    values.setdefault(str(key), []).append(item)
    return {f"matrix.{key}": tuple(dict.fromkeys(found))[:20] for key, found in values.items()}


def _env_of(part: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {f"env.{key}": (value,) for key, value in table_at(part, "env").items() if isinstance(value, str)}


def _filled(text: str, values: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The text once per value of the first expression known here; a text without one stands as it is."""
    match = next((match for match in _EXPRESSION.finditer(text) if values.get(match[1])), None)
    if match is None:
        return [text]
    return [text.replace(match[0], value) for value in values[match[1]]]
