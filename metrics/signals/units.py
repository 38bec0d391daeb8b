"""Which folders of a tree are deployed on their own."""

import re

from metrics.signals.paths import is_machine_made, is_test
from metrics.signals.types import Tree

MANIFEST = re.compile(
    r"(^|/)(Dockerfile(\.(?!md$)[\w-]+)?|[\w.-]+\.Dockerfile|Containerfile|Chart\.yaml|serverless\.ya?ml|fly\.toml|Procfile"
    r"|app\.ya?ml|vercel\.json|netlify\.toml|wrangler\.(toml|jsonc?)|kustomization\.ya?ml|heroku\.yml)$"
)
NOT_A_UNIT = re.compile(
    r"(^|/)(examples?|samples?|demos?|fixtures|docs?|\.devcontainer|\.github|\.ci|ci|hack|scripts)/"
)
INNER_FOLDER = re.compile(r"/(docker|deploy|deployment|charts?|helm|k8s|kubernetes|overlays?/[^/]+|base)$")


def is_of_a_unit(path: str) -> bool:
    """Whether the file makes its folder a unit of its own."""
    return bool(MANIFEST.search(path)) and not (NOT_A_UNIT.search(path) or is_machine_made(path) or is_test(path))


def deployable_units(tree: Tree) -> tuple[str, ...]:
    """The folders with a container file, chart or platform manifest of their own; the root is ".".

    Examples, documentation, tests and pipeline images do not count; `billing/deploy` is part of `billing`.
    """
    folders = set()
    for path in tree.where(is_of_a_unit):
        folder = "/" + path.rpartition("/")[0]
        while (outer := INNER_FOLDER.sub("", folder)) != folder:
            folder = outer
        folders.add(folder.strip("/") or ".")
    return tuple(sorted(folders))
