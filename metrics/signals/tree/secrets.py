"""Credentials that should not be in the tree. Only kinds with an unmistakable form; the finding never quotes them."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from metrics.signals.paths import is_foreign, is_trial, name_of
from metrics.signals.tree import tools
from metrics.signals.tree.configured import hooks_matching
from metrics.signals.tree.context import TreeContext
from metrics.signals.tree.grading import graded, wiring_of
from metrics.signals.types import Reading, show_path

MIN_ENTROPY_BITS = 3.2  # per character; a repeated or typed-out placeholder stays below
_KEY_BODY_CHARS = 200  # a real private key has at least this much behind its header

_KINDS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("an AWS access key", "AKIA", re.compile(r"\b(AKIA[A-Z2-7]{16})\b")),
    *(
        ("a GitHub token", f"gh{kind}_", re.compile(rf"\b(gh{kind}_[A-Za-z0-9]{{36,255}})\b"))
        for kind in "pousr"
    ),
    ("a GitHub token", "github_pat_", re.compile(r"\b(github_pat_[A-Za-z0-9_]{82})\b")),
    ("a GitLab token", "glpat-", re.compile(r"\b(glpat-[A-Za-z0-9_-]{20,60})(?![\w-])")),
    ("a Slack token", "xox", re.compile(r"\b(xox[abprs]-\d{9,14}-[A-Za-z0-9-]{20,150})")),
    ("a Slack webhook", "hooks.slack", re.compile(r"slack\.com/services/(T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/\w{24})")),
    ("a Stripe live key", "k_live_", re.compile(r"\b([sr]k_live_[A-Za-z0-9]{24,120})\b")),
    ("a Google API key", "AIza", re.compile(r"\b(AIza[A-Za-z0-9_-]{35})(?![\w-])")),
    ("an OpenAI key", "T3BlbkFJ", re.compile(r"\b(sk-(?:proj-|svcacct-)?[\w-]{20,80}T3BlbkFJ[\w-]{20,80})")),
    ("an Anthropic key", "sk-ant-", re.compile(r"\b(sk-ant-[a-z]{3,6}\d{2}-[A-Za-z0-9_-]{80,120})")),
    ("an npm token", "npm_", re.compile(r"\b(npm_[A-Za-z0-9]{36})\b")),
    ("a PyPI token", "pypi-", re.compile(r"\b(pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,200})")),
    ("a SendGrid key", "SG.", re.compile(r"\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?![\w-])")),
    ("a Hugging Face token", "hf_", re.compile(r"\b(hf_[A-Za-z]{34})\b")),
    ("a Twilio key", "TWILIO", re.compile(r"\bTWILIO\w{0,30}[\"' :=]{1,6}(SK[0-9a-f]{32})\b")),
)  # fmt: skip
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP |ENCRYPTED )?PRIVATE KEY(?: BLOCK)?-----")
_KEY_BODY = re.compile(r"[A-Za-z0-9+/=]")
_PLACEHOLDER = re.compile(
    r"example|sample|dummy|fake|placeholder|change[-_]?me|your[-_]|xxxx|1234567|abcdef|<|\$\{|redacted|test", re.I
)

_ENV_FILE = re.compile(
    r"^\.env(\.(local|prod|production|staging|live|development|dev))?$|^(prod|production|staging)\.env$"
)
_ENV_SECRET = re.compile(
    r"^(?:export\s+)?[A-Z0-9_]{0,40}(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY"
    r"|CREDENTIALS)[A-Z0-9_]{0,20}\s*=\s*"
    r"[\"']?([^\"'\s#]{12,400})",
)
_MADE_UP = re.compile(r"(^|/)docs?/|test|stub|mock|fake|dummy", re.IGNORECASE)
_SCANNER_FILES = re.compile(
    r"^(\.?gitleaks\.toml|\.gitleaksignore|\.gitleaks\.ya?ml|\.trufflehog[\w.-]*|trufflehog[\w.-]*\.ya?ml"
    r"|\.secrets\.baseline|\.gitguardian\.ya?ml"
    r"|\.secretlintrc[\w.]*|\.ggshield[\w.-]*|\.talismanrc|\.github/secret_scanning\.ya?ml|\.gitallowed)$"
)


def secret_hygiene(context: TreeContext) -> Reading:
    """Secrets in the tree: live_pattern_found, unknown or baseline_or_scanner.

    Source: the texts read of the present tree; the history is not searched. Found means a token with a provider's own
    prefix, length and enough entropy, a private key with a body, or a filled-in secret in a .env file; placeholders,
    tests, fixtures, examples and documents are left out. A finding names path, line and kind, never the value. Without
    one, a scanner or its baseline decides; absence of both says nothing.
    """
    found = [
        line
        for path in context.tree.where(_is_searched)
        if path in context.tree.texts
        for line in context.scan("secrets", path, _findings)
    ]
    if found:
        return graded(context, "secret_hygiene", "live_pattern_found", found)
    configured = [*context.paths_matching(_SCANNER_FILES), *hooks_matching(context, tools.SECRET_SCAN)]
    wiring = wiring_of(context, configured, tools.SECRET_SCAN)
    grade = "baseline_or_scanner" if wiring.configured or wiring.runs else "unknown"
    return graded(context, "secret_hygiene", grade, wiring.examples())


def _is_searched(path: str) -> bool:
    name = name_of(path).lower()
    if name.endswith((".md", ".rst", ".adoc", ".txt", ".mdx", ".html")) or ".example" in name or ".sample" in name:
        return False
    return not (is_foreign(path) or is_trial(path) or _MADE_UP.search(path))


def _findings(path: str, text: str) -> Iterator[str]:
    """Path, line and kind of every credential in a text."""
    for kind, hint, pattern in _KINDS:
        if hint in text:
            for match in pattern.finditer(text):
                if _looks_live(match[1]):
                    yield _finding(path, text, match.start(), kind)
    for match in islice(_PRIVATE_KEY.finditer(text), 200) if "PRIVATE KEY" in text else ():
        body = _KEY_BODY.findall(text[match.end() : match.end() + 3_000].partition("-----")[0])
        if len(body) >= _KEY_BODY_CHARS and _entropy_bits("".join(body)) > MIN_ENTROPY_BITS:
            yield _finding(path, text, match.start(), "a private key")
    if _ENV_FILE.match(name_of(path)):
        yield from _filled_in(path, text)


def _filled_in(path: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines()[:2_000], start=1):
        match = _ENV_SECRET.match(line[:1_000])
        if match and _looks_live(match[1]):
            yield f"{show_path(path)} line {number}: a secret in an environment file"


def _finding(path: str, text: str, at: int, kind: str) -> str:
    return f"{show_path(path)} line {text.count(chr(10), 0, at) + 1}: {kind}"


def _looks_live(value: str) -> bool:
    return not _PLACEHOLDER.search(value) and _entropy_bits(value) > MIN_ENTROPY_BITS


def _entropy_bits(value: str) -> float:
    """Shannon entropy per character."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values()) if total else 0.0
