"""Everything a repository's pipelines run, from every host's format, with what could not be read said aloud."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from metrics.signals.tree.ci import github, gitlab, others
from metrics.signals.tree.ci.command import Command, commands_in
from metrics.signals.tree.ci.expand import expand_all
from metrics.signals.tree.ci.hooks import HOOK_CONFIG, hook_commands, runs_as_a_service
from metrics.signals.types import Tree

MAX_PIPELINES = 400
# Hosts whose checks are defined in a language of their own: their presence shows, their commands do not.
_OPAQUE = re.compile(
    r"^(\.?zuul\.(ya?ml|d/.*)|\.drone\.(star|jsonnet)|\.cirrus\.star|\.prow/.*|\.teamcity/.*|dagger\.json)$"
)
_ELSEWHERE = re.compile(r"uses [^.\s][^\s@]*/\.(github|gitea|forgejo)/workflows/|template (project|remote|component) ")


@dataclass(frozen=True)
class Pipeline:
    """The pipeline files of a tree, the commands they run, and the files whose commands stay unknown.

    `digest` stands for the whole of what the tree says; it is empty for a part of that. `before` is that of the last
    run, and `new_texts` are those no command of it had.
    """

    files: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    unread: tuple[str, ...] = ()
    digest: str = field(default="", compare=False)
    before: str = field(default="", compare=False)
    new_texts: tuple[str, ...] = field(default=(), compare=False)

    @cached_property
    def by_text(self) -> Mapping[str, list[int]]:
        """Where each text stands among the commands; many jobs run the same."""
        found: dict[str, list[int]] = {}
        for n, command in enumerate(self.commands):
            found.setdefault(command.text, []).append(n)
        return found

    @property
    def calls_elsewhere(self) -> bool:
        """Whether proposed changes start a pipeline kept in another repository."""
        return any(command.on_changes and _ELSEWHERE.match(command.text) for command in self.commands)


def read_pipeline(tree: Tree) -> Pipeline:
    """All pipelines of a tree, with the commands they call through make, scripts and task runners."""
    files = pipelines_of(tree)
    read = {part: read_part(part, tree.texts) for part in (*files, HOOK_CONFIG)}
    commands = [command for part in read.values() for command in part or ()]
    return Pipeline(files, tuple(expand_all(commands, tree.texts)), tuple(path for path in files if read[path] is None))


def pipelines_of(tree: Tree) -> tuple[str, ...]:
    return tree.where(is_pipeline)[:MAX_PIPELINES]


def read_part(path: str, texts: Mapping[str, str]) -> list[Command] | None:
    """What one pipeline file runs by itself, or None where that cannot be read; the file of hooks is one as well."""
    if path == HOOK_CONFIG:
        return _service_hooks(texts)
    return _read(path, texts)


@lru_cache(maxsize=65_536)
def is_pipeline(path: str) -> bool:
    """Whether a path is a pipeline definition of any known host."""
    return bool(_KINDS.match(path))


_KINDS = re.compile(
    "|".join(
        f"(?:{kind.pattern})"
        for kind in (
            github.WORKFLOW,
            gitlab.PIPELINE,
            others.YAML_PIPELINE,
            others.JENKINSFILE,
            others.SCRIPT,
            _OPAQUE,
        )
    )
)


def _read(path: str, texts: Mapping[str, str]) -> list[Command] | None:
    if path not in texts or _OPAQUE.match(path):
        return None
    if github.WORKFLOW.match(path):
        return github.read_workflow(path, texts)
    if gitlab.PIPELINE.match(path):
        return gitlab.read_pipeline(path, texts)
    if others.JENKINSFILE.match(path):
        return others.read_jenkinsfile(path, texts)
    if others.SCRIPT.match(path):
        return others.read_script(path, texts)
    return others.read_yaml_pipeline(path, texts)


def _service_hooks(texts: Mapping[str, str]) -> list[Command]:
    """Hooks that a hosted runner checks on every proposed change without a workflow."""
    text = texts.get(HOOK_CONFIG, "")
    if not text or not runs_as_a_service(text):
        return []
    caller = Command("", HOOK_CONFIG)
    return [inner for hook in hook_commands(text) for inner in commands_in(hook, caller)]
