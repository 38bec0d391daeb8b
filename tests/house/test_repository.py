"""What is committed holds no address of a registry, no path of a machine and no unexplained exception."""

import re
import tokenize

import pytest

from tests.house.files import name_of, our_python, tracked

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|Users)/|/home/(?!you\b)\w+/")
# Put together from parts, so that not even this file names one.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org"))]
REGISTRY = re.compile("|".join([*map(re.escape, HOSTS), r"/simple/?\b", "--(extra-)?index-url", "--find-links"]))
EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma)\b[^#]*")
TEXT = ("*.py", "*.md", "*.txt", "*.in", "*.toml", "*.yaml", "*.yml", "*.html", "*.css", "*.js", "*.json", "*.sh")
UNSUFFIXED = ("Makefile", "Dockerfile", "bin/*", ".ci/*", ".npmrc")
THIS_FILE = "tests/house/test_repository.py"


def comments(path):
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def offending(pattern, *patterns):
    files = [path for path in tracked(*patterns) if name_of(path) != THIS_FILE]
    assert files
    return [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_lock_file_pins_by_hash_and_holds_no_address(lock):
    (path,) = tracked(lock)
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--hash=sha256:" in text
    packages = re.findall(r"^[a-z][^\s\\]*.*$", text, re.M)
    assert len(packages) > 30
    assert [line for line in packages if "==" not in line or not line.endswith("\\")] == []


def test_package_lock_of_scripts_holds_no_address():
    assert [name_of(path) for path in tracked("*package-lock.json") if "://" in path.read_text()] == []


def test_no_file_names_a_registry():
    assert offending(REGISTRY, *TEXT, *UNSUFFIXED) == []


def test_no_file_names_a_path_of_one_machine():
    assert offending(MACHINE_PATH, *TEXT, *UNSUFFIXED) == []


def test_every_exception_to_a_rule_says_why():
    unexplained = [
        f"{name_of(path)}:{number}: {comment}"
        for path in our_python()
        for number, comment in comments(path)
        if (found := EXCEPTION.search(comment)) and not _reason(comment[found.end() :] or found.group())
    ]
    assert unexplained == []


def _reason(rest):
    """The words after the rule's name: a second comment, or a parenthesis on the same one."""
    return re.search(r"#\s*\w.{5,}", rest) or re.search(r"\(\w.{5,}\)", rest.partition("]")[2] or rest)


def test_tests_import_nothing_from_outside_the_repository():
    outside = re.compile(r"\.\./shared|sys\.path\.(insert|append)")
    assert offending(outside, "tests/*.py") == []
