"""Commands run by the other pipelines: any YAML with script-like keys, a Jenkinsfile, or a script of the repository.

Azure, Bitbucket, Buildkite, CircleCI, Cirrus, Drone, AppVeyor, Tekton, Travis and Woodpecker all state commands under a
few well-known keys, so one bounded walk reads them all.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from metrics.signals.tree.ci.command import Command, commands_in
from metrics.signals.tree.structured import is_true, load_yaml_documents, texts_in

YAML_PIPELINE = re.compile(
    r"^(\.circleci/config\.ya?ml|(\.azure[^/]*/[^.]*|azure-pipelines[^/]*)\.ya?ml|\.travis\.ya?ml"
    r"|bitbucket-pipelines\.ya?ml|\.buildkite/[^.]*\.ya?ml|\.woodpecker(\.ya?ml|/[^.]*\.ya?ml)|\.drone\.ya?ml"
    r"|\.tekton/[^.]*\.ya?ml|\.?appveyor\.ya?ml|\.cirrus\.ya?ml|\.semaphore/[^.]*\.ya?ml|\.builds?/[^.]*\.ya?ml"
    r"|\.build\.ya?ml|codefresh\.ya?ml|buildspec[^/]*\.ya?ml|cloudbuild[^/]*\.ya?ml|\.onedev-buildspec\.ya?ml)$"
)
JENKINSFILE = re.compile(r"^([^/]+/)?Jenkinsfile([._-][^/]*)?$")
SCRIPT = re.compile(r"^\.ci/(run|build|test|check)(\.sh)?$")

_RUN_KEYS = {
    "script", "scripts", "commands", "command", "run", "bash", "pwsh", "powershell", "sh", "before_script",
    "after_success", "test_script", "build_script", "lint_script", "check_script", "install", "before_install",
}  # fmt: skip
_OUTSIDE_CHANGES = {"tags", "custom", "deploy", "after_deploy", "before_deploy", "notifications", "after_failure"}
_SOFT_KEYS = ("continueOnError", "soft_fail", "allow_failure", "allow_failures", "ignore_failure", "continue-on-error")
_JENKINS_STEP = re.compile(
    r"\b(?:sh|bat|powershell|pwsh)\b[ \t]*(?:\([ \t]*)?(?:script:[ \t]*)?"
    r"(?:'''([^']{1,4000})'''|\"\"\"([^\"]{1,4000})\"\"\"|'([^'\n]{1,2000})'|\"([^\"\n]{1,2000})\")"
)
_MAX_STEPS = 20_000


def read_yaml_pipeline(path: str, texts: Mapping[str, str]) -> list[Command] | None:
    """The commands of a pipeline of a less common host, or None when the file cannot be read."""
    documents = [part for part in load_yaml_documents(texts.get(path, "")) if isinstance(part, dict)]
    if not documents:
        return None
    found: list[Command] = []
    for document in documents:
        found += _walk(document, Command("", path, True, not _only_after_merge(document)))
    return found


def read_jenkinsfile(path: str, texts: Mapping[str, str]) -> list[Command]:
    """The shell steps of a Jenkinsfile; a step that returns its status or sits in catchError is soft."""
    found: list[Command] = []
    text = texts.get(path, "")
    for step in _JENKINS_STEP.finditer(text):
        line = step[0] + text[step.end() : step.end() + 500].partition("\n")[0]
        before = text[max(0, step.start() - 120) : step.start()]
        soft = "returnStatus: true" in line or "catchError" in before
        script = next(group for group in step.groups() if group is not None)
        found += commands_in(script, Command("", path, not soft))
    return found


def read_script(path: str, texts: Mapping[str, str]) -> list[Command]:
    """A pipeline that is one script of the repository, as hosts without a format of their own call it."""
    return commands_in(texts.get(path, ""), Command("", path))


def _walk(document: Any, caller: Command) -> Iterator[Command]:
    """Every command below a document; a step marked soft makes all below it soft."""
    waiting: list[tuple[Any, Command]] = [(document, caller)]
    for _ in range(_MAX_STEPS):
        if not waiting:
            return
        item, above = waiting.pop()
        if isinstance(item, list):
            waiting.extend((part, above) for part in reversed(item[:400]))
        elif isinstance(item, dict):
            here = _inherit(item, above)
            for key, value in reversed(list(item.items())[:400]):
                if key in _OUTSIDE_CHANGES:
                    continue
                if (key in _RUN_KEYS or str(key).endswith("_script")) and not isinstance(value, dict):
                    yield from commands_in("\n".join(_scripts(value)), here)
                waiting.append((value, here))
            yield from _called(item, here)


def _inherit(item: dict[str, Any], above: Command) -> Command:
    soft = any(is_true(item.get(key)) for key in _SOFT_KEYS) or item.get("failure") == "ignore"
    merged = _only_after_merge(item)
    return Command("", above.where, above.hard and not soft, above.on_changes and not merged)


def _scripts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [part for part in texts_in(value) if isinstance(part, str)]


def _called(item: dict[str, Any], here: Command) -> Iterator[Command]:
    """Orbs, plugins and tasks a step names."""
    for key in ("uses", "task", "template", "image", "pipe"):
        if isinstance(item.get(key), str):
            yield here.says(f"uses {item[key]}")


def _only_after_merge(item: dict[str, Any]) -> bool:
    """Woodpecker and Drone events, and Azure's `pr: none`, that leave proposed changes out."""
    when = item.get("when", item.get("trigger"))
    events = texts_in(when.get("event")) if isinstance(when, dict) else []
    return item.get("pr") == "none" or (bool(events) and not any(e.startswith(("pull", "push")) for e in events))
