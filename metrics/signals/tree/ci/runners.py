"""Scripts named in project files: package.json, composer.json, tox, nox, rake, pyproject tasks, build plugins."""

import configparser
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from metrics.signals.tree.ci.command import Command
from metrics.signals.tree.ci.names import named
from metrics.signals.tree.structured import load_json, load_toml, table_at, texts_in

_NPM_WORDS = {"run", "run-script", "exec", "--", "workspaces", "foreach", "affected", "run-many"}
_NPM_OWN = {"install", "ci", "i", "add", "audit", "publish", "pack", "config", "cache", "set", "link", "version", "why"}
_NOX_RUN = re.compile(r"session\.(?:run|run_always|run_install)\(([^()]{0,1500})")
_STRING = re.compile(r"\"([^\"\\\n]{0,200})\"|'([^'\\\n]{0,200})'")
_MAX_PACKAGES = 40


def package_script(command: Command, texts: Mapping[str, str]) -> str:
    """The scripts of package.json files that an npm-like command names, the nearest file first."""
    words = [word for word in command.text.split()[1:] if not word.startswith("-") and word not in _NPM_WORDS]
    if not words or words[0] in _NPM_OWN:
        return ""
    names = {part for word in words[:6] for part in word.split(",")}
    if command.text.split()[0] in {"npm", "pnpm", "bun"} and " run" not in command.text:
        names &= {"test", "t", "start", "lint", "build", "check", "format"}
    names = {"test" if name == "t" else name for name in names}
    return "\n".join(_package_lines(names, command.cwd, texts))


def _package_lines(names: set[str], cwd: str, texts: Mapping[str, str]) -> Iterator[str]:
    nearest = posixpath.normpath(posixpath.join(cwd, "package.json"))
    for at, path in enumerate(_packages(nearest, texts)):
        scripts = table_at(load_json(texts[path]), "scripts")
        hits = [line for key, line in scripts.items() if isinstance(line, str) and _is_named(str(key), names)]
        yield from hits
        if hits and at == 0 and not any("nx " in h or "turbo " in h or "lerna " in h for h in hits):
            return


def _is_named(key: str, names: set[str]) -> bool:
    return key in names or any(name.endswith("*") and key.startswith(name.rstrip("*")) for name in names)


def _packages(nearest: str, texts: Mapping[str, str]) -> list[str]:
    others = sorted((p for p in named(texts, "", "package.json") if p != nearest), key=lambda p: (p.count("/"), p))
    return ([nearest] if nearest in texts else []) + others[:_MAX_PACKAGES]


def composer_script(command: Command, texts: Mapping[str, str]) -> str:
    scripts = table_at(load_json(texts.get("composer.json", "")), "scripts")
    words = [word for word in command.text.split()[1:] if word not in {"run", "run-script"} and word[:1] != "-"]
    lines: list[str] = []
    for name in words[:2]:
        for line in texts_in(scripts.get(name)):
            lines += texts_in(scripts.get(line[1:])) if line.startswith("@") else [line]
    return "\n".join(lines)


def tox_script(command: Command, texts: Mapping[str, str]) -> str:
    """The commands of the tox environments named by `-e`, or of all where none or an expression is named."""
    wanted = _tox_wanted(command.text)
    found: list[str] = []
    for name, lines in _tox_environments(texts).items():
        if not wanted or not name or any(set(name.split("-")) & set(env.split("-")) for env in wanted):
            found += lines
    return "\n".join(re.sub(r"\{envpython\}", "python", line) for line in found)


def _tox_wanted(text: str) -> list[str]:
    match = re.search(r"\s-e[ =]?(\S+)", text)
    if not match or "$" in match[1] or "{" in match[1]:
        return []
    return [name for name in match[1].split(",") if not re.fullmatch(r"(py|pypy)[\d.]*", name)]


def _tox_environments(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Environment name (empty for the base) to its command lines, from tox.ini, tox.toml or pyproject."""
    project = table_at(load_toml(texts.get("pyproject.toml", "")), "tool", "tox")
    own = load_toml(texts.get("tox.toml", "")) or project
    found = _ini_environments(texts.get("tox.ini", "") or str(own.get("legacy_tox_ini", "")))
    bases = {"": own.get("env_run_base"), **table_at(own, "env")}
    for name, table in bases.items():
        if isinstance(table, dict):
            rows = table.get("commands")
            found[name] = [" ".join(texts_in(row)) for row in rows[:60]] if isinstance(rows, list) else []
    return found


def _ini_environments(text: str) -> dict[str, list[str]]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    found = {}
    for section in parser.sections():
        if section == "testenv" or section.startswith("testenv:"):
            lines = parser.get(section, "commands", fallback="").splitlines()
            # A leading minus forgives a failure; `factor: command` limits a line to some environments.
            lines = [re.sub(r"^[\w,!{}-]+:\s+", "", line.strip()) for line in lines]
            found[section.partition(":")[2]] = [f"{x.lstrip('- ')} || true" if x.startswith("-") else x for x in lines]
    return found


def nox_script(_command: Command, texts: Mapping[str, str]) -> str:
    """Every `session.run("tool", ...)` of noxfile.py, whichever session it belongs to."""
    lines = []
    for call in _NOX_RUN.finditer(texts.get("noxfile.py", "")):
        words = [double or single for double, single in _STRING.findall(call[1])]
        forgiven = "success_codes" in call[1]
        lines.append(" ".join(words) + (" || true" if forgiven else ""))
    return "\n".join(lines)


def rake_script(_command: Command, texts: Mapping[str, str]) -> str:
    text = texts.get("Rakefile", "")
    known = {"RuboCop::RakeTask": "rubocop", "RSpec::Core::RakeTask": "rspec", "Rake::TestTask": "rake test"}
    return "\n".join(line for mark, line in known.items() if mark in text)


def build_plugins(command: Command, texts: Mapping[str, str]) -> str:
    """Checks that Gradle's `check` or `build`, or Maven's `verify`, run through plugins of the build file."""
    goals = set(command.text.split()[1:])
    if not {goal.rpartition(":")[2] for goal in goals} & {"check", "build", "verify", "install", "package"}:
        return ""
    builds = (texts[p] for p in sorted(texts) if p.endswith(("pom.xml", "build.gradle", "build.gradle.kts")))
    text = "\n".join(build[:100_000] for build, _ in zip(builds, range(20), strict=False))
    names = ("checkstyle", "spotless", "detekt", "ktlint", "pmd", "spotbugs", "japicmp", "revapi", "errorprone")
    return "\n".join(name for name in names if re.search(rf"\b{name}(-maven-plugin)?\b", text))


def project_script(command: Command, texts: Mapping[str, str]) -> str:
    """Tasks that pyproject.toml names under poe, pdm, hatch, rye, taskipy or pixi."""
    names = {word.rpartition(":")[2] for word in command.text.split()[1:] if not word.startswith("-")} - {"run"}
    tables = [table_at(load_toml(texts.get(path, "")), "tool") for path in ("pyproject.toml",)]
    tables += [load_toml(texts.get(path, "")) for path in ("pixi.toml", "hatch.toml", "poe_tasks.toml")]
    lines: list[str] = []
    for table in tables:
        for scripts in _script_tables(table):
            for name in names & set(scripts):
                lines += texts_in(scripts[name])
    return "\n".join(lines)


def _script_tables(table: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            if key in {"scripts", "tasks"}:
                yield value
            elif depth < 4:
                yield from _script_tables(value, depth + 1)
