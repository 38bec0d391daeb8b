"""Commands run by GitLab pipelines: jobs, what they extend, local includes, and the names of included templates."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from metrics.signals.tree.ci.command import Command, commands_in
from metrics.signals.tree.ci.names import document_at
from metrics.signals.tree.ci.names import named as named_between
from metrics.signals.tree.structured import is_true, table_at, texts_in

PIPELINE = re.compile(r"^\.gitlab-ci\.ya?ml$")
_NOT_JOBS = {
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "image",
    "services",
    "cache",
    "spec",
    "pages:deploy",
}
_MERGED_ONLY = re.compile(
    r"\$CI_COMMIT_TAG|CI_PIPELINE_SOURCE\s*==\s*['\"](schedule|web|trigger|api|pipeline)"
    r"|CI_COMMIT_BRANCH\s*==\s*(\$CI_DEFAULT_BRANCH|['\"](main|master))"
    r"|CI_COMMIT_REF_NAME\s*==\s*['\"](main|master)"
)
_MERGED_REFS = {"tags", "schedules", "main", "master", "web", "triggers", "api"}
_MAX_INCLUDES = 40


def read_pipeline(path: str, texts: Mapping[str, str]) -> list[Command] | None:
    """The commands of a GitLab pipeline with its local includes, or None when it cannot be read."""
    data = document_at(texts, path)
    if not isinstance(data, dict):
        return None
    merged, named = _with_includes(data, texts)
    commands = [Command(f"template {name}", path) for name in named]
    for name, job in list(merged.items())[:400]:
        if isinstance(job, dict) and name not in _NOT_JOBS and not name.startswith("."):
            commands += _job(merged, _extended(merged, job), path, str(name))
    return commands


def _with_includes(data: dict[str, Any], texts: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Everything the file and its local includes define, and the names of what lies elsewhere."""
    merged, named, seen = dict(data), [], 0  # type: tuple[dict[str, Any], list[str], int]
    waiting = [data.get("include")]
    while waiting and seen < _MAX_INCLUDES:
        seen += 1
        for kind, value in _includes(waiting.pop()):
            if kind != "local":
                named.append(f"{kind} {value}")
                continue
            for path in _local_paths(value.lstrip("/"), texts):
                part = document_at(texts, path)
                if isinstance(part, dict):
                    merged = {**part, **merged}
                    waiting.append(part.get("include"))
    return merged, named


def _includes(value: Any) -> Iterator[tuple[str, str]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield ("remote" if item.startswith("http") else "local"), item
        elif isinstance(item, dict):
            for kind in ("local", "template", "component", "project", "remote"):
                for text in texts_in(item.get(kind), at_most=20):
                    yield kind, text


def _local_paths(pattern: str, texts: Mapping[str, str]) -> list[str]:
    if "*" not in pattern:
        return [pattern] if pattern in texts else []
    head, _, tail = pattern.partition("*")
    return named_between(texts, head, tail.lstrip("*/"))[:_MAX_INCLUDES]


def _extended(jobs: dict[str, Any], job: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """The job with what it inherits through `extends`."""
    merged: dict[str, Any] = {}
    for name in texts_in(job.get("extends"), at_most=10) if depth < 6 else ():
        parent = jobs.get(name)
        if isinstance(parent, dict):
            merged |= _extended(jobs, parent, depth + 1)
    return merged | job


def _job(jobs: dict[str, Any], job: dict[str, Any], path: str, name: str) -> Iterator[Command]:
    hard = not is_true(job.get("allow_failure"))
    caller = Command("", path, hard, _runs_on_changes(job), job=name)
    before = job.get("before_script", jobs.get("before_script", table_at(jobs, "default").get("before_script")))
    script = "\n".join(texts_in(before) + texts_in(job.get("script")))
    yield from commands_in(script, caller)


def _runs_on_changes(job: dict[str, Any]) -> bool:
    """Whether a job starts by itself for a change that is not merged yet."""
    if job.get("when") in {"manual", "delayed"}:
        return False
    if isinstance(job.get("rules"), list):
        return any(_rule_lets_changes_in(rule) for rule in job["rules"] if isinstance(rule, dict))
    only = job.get("only")
    refs = texts_in(only.get("refs") if isinstance(only, dict) else only)
    return not refs or any(ref not in _MERGED_REFS for ref in refs)


def _rule_lets_changes_in(rule: dict[str, Any]) -> bool:
    if rule.get("when") in {"never", "manual"}:
        return False
    condition = str(rule.get("if") or "")
    return "merge_request" in condition or "||" in condition or not _MERGED_ONLY.search(condition)
