"""What the text of a change names: its review, its item, its assistant, what it reverts.

Sources: the review forms GitHub, GitLab, Bitbucket and Gerrit write into commits; the assistant addresses and
trailers in docs/measuring.md. A word such as "copilot" in the text is never enough.

Whoever writes a message can aim it at these patterns, so each takes a number of steps in proportion to the text: no two
neighbours may match the same characters, and what may begin anywhere is bounded. How
much of a message is read at all: `metrics.signals.messages`.
"""

import re
from functools import lru_cache

from metrics.signals.types import Commit

REVIEW = re.compile(
    r"^Merge pull request [#!]\d+|\((?:[#!]|PR ?#|pull request #)\d+\)\s*$|^Merged in .+ \(pull request #\d+\)",
    re.IGNORECASE,
)
REVIEW_IN_BODY = re.compile(
    r"^See merge request \S*!\d+|^Reviewed-on: \S+|^(Pull-Request|PR-URL|Merge-Request|Differential Revision|"
    r"Part-of): \S+|^\* \S.* \([#!]\d+\)$",
    re.IGNORECASE | re.MULTILINE,
)
OWN_NUMBERS = re.compile(
    r"^Merge pull request [#!]\d+ from|"
    r"\((?:[#!]|PR ?#|pull request #)\d+\)(?=(?:\s{0,9}\((?:[#!]|PR ?#|pull request #)\d+\)){0,9}\s{0,9}$)|"
    r"\(pull request #\d+\)|^(?:PR-URL|Pull-Request|Merge-Request|Part-of|Reviewed-on|See merge request):? .*$",
    re.IGNORECASE | re.MULTILINE,
)
NUMBER = re.compile(r"(?:(?<![\w/&#])|(?<=\bGH-)|(?<=\w/[\w.]))(?:#|GH-)(\d+)\b")
REMOTE_NUMBER = re.compile(r"(?<![\w.-])[.-]*\b([\w.-]+/[\w.-]+#\d+)\b")
KEY = re.compile(r"\b([A-Z][A-Z0-9]{1,9}-\d{1,6})\b")
NOT_KEYS = re.compile(
    r"^(UTF|SHA|ISO|RFC|CVE|CWE|PEP|MD|AES|RSA|HTTP|TLS|SSL|IPV|X|GPL|BSD|EN|WCAG|UTC|GMT|ES|C|PY|BASE|GHSA|ECMA|IEEE|COVID|GPT|ARM|CP|H)\d*-"
)
ITEM_URL = re.compile(
    r"https?://(?:(?!https?://)\S)+?/(?:-/)?(?:issues|browse|work_items|tickets?|stories|tasks)/#?([\w-]+)",
    re.IGNORECASE,
)
SPEC_PATH = re.compile(r"\b((?:specs?|rfcs?|adrs?|docs/decisions)/[\w./-]{0,200}\d[\w./-]*)", re.IGNORECASE)
TRAILER = re.compile(
    r"^(?:issue|ticket|item|spec|story|bug|task|jira)s?(?:-id)?: *(\S.*)$", re.IGNORECASE | re.MULTILINE
)
BRANCH = re.compile(
    r"^Merge pull request [#!]\d+ from [^/\s]+/(\S+)|^Merge (?:remote-tracking )?branch '([^']+)'|^Merged in (\S+) \(",
    re.IGNORECASE,
)
BRANCH_ITEM = re.compile(
    r"(?:^|/)(?:(?:issue|bug|task|item|story|gh|fix|feat|feature)s?[-_/#]?)?(\d{2,7})(?:[-_/]|$)", re.IGNORECASE
)
BRANCH_KEY = re.compile(r"(?:^|[/_-])([A-Z][A-Z0-9]{1,9}-\d{1,6})(?:[/_-]|$)", re.IGNORECASE)

REVERTED = re.compile(r"\b[Tt]his reverts commit ([0-9a-f]{7,64})")
REVERT_TITLE = re.compile(r'^Revert "(.*)"', re.DOTALL)

AGENT_MAIL = re.compile(
    r"^(noreply@anthropic\.com|cursoragent@cursor\.com|(noreply|aider)@aider\.chat|codex@openai\.com|"
    r"noreply@openai\.com|openhands@all-hands\.dev|amp@ampcode\.com|agent@kiro\.dev|noreply@augmentcode\.com|"
    r"noreply@(opencode\.ai|ampcode\.com|warp\.dev|devin\.ai|windsurf\.com|kiro\.dev)|"
    r"(junie|aiassistant)@jetbrains\.com|copilot@(github\.com|users\.noreply\.github\.com)|"
    r"(198982749|223556219|175728472|158243242)\+.*@users\.noreply\.github\.com|\d+\+copilot@users\.noreply\.github\.com|"
    r"(\d+\+)?(claude|cursor|devin-ai-integration|google-labs-jules|openai-codex|chatgpt-codex-connector|"
    r"gemini-code-assist|amazon-q-developer|copilot-swe-agent|codegen-sh|openhands-agent|cline|sweep-ai)\[bot\]@.*)$",
    re.IGNORECASE,
)
AGENT_NAME = re.compile(
    r"\b(claude|copilot|cursor|codex|chatgpt|gpt-?\d|gemini|aider|devin|windsurf|cline|jules|openhands|junie|kiro|"
    r"amazon q|opencode|qwen|deepseek|grok|llm|ai)\b",
    re.IGNORECASE,
)
CO_AUTHOR = re.compile(r"^co-?authored-by:[^<\n]*<([^>\n]*)>", re.IGNORECASE | re.MULTILINE)
NAMED_TRAILER = re.compile(
    r"^(?:assisted-by|generated-by|generated-with|ai-assisted(?:-by)?|ai-generated(?:-by)?|ai-agent|ai-model|made-with|"
    r"written-by|aided-by|ai-tool[\w-]*)[ \t]*:[ \t]*(\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
PLAIN_TRAILER = re.compile(
    r"^(claude-session|copilot-session|agent-logs-url|entire-[\w-]+|replit-commit-[\w-]+|ai-usage)[ \t]*:[ \t]*\S",
    re.IGNORECASE | re.MULTILINE,
)
NO_AI = re.compile(r"^(none|no|false|n/?a|not used)\b", re.IGNORECASE)
FOOTER = re.compile(
    r"^[^\w\n]*(Generated|Created|Made) with \[?(Claude Code|Cursor|Copilot|GitHub Copilot|Codex)",
    re.IGNORECASE | re.MULTILINE,
)

# Fields of a template: "AI assistance: Copilot" and "- [x] An AI assistant wrote part of this".
FIELD = re.compile(
    r"^[^\w\n]{0,8}(?:ai|llm)[ -](?:assistance|assistants?|use|usage|disclosure|tools?)(?: used)?\**[ \t]*[:?]\**[ \t]*"
    r"(\w.*)$",
    re.IGNORECASE | re.MULTILINE,
)
TICKED = re.compile(
    r"^[ \t]{0,8}[-*][ \t]+\[x\][ \t]+(?=[^\n]*\b(?:ai|llm)\b)([^\n]{1,200})$", re.IGNORECASE | re.MULTILINE
)
DENIAL = re.compile(r"\b(no|not|none|without|never|n't)\b|n't\b", re.IGNORECASE)


# Each has one of these where its pattern matches; most messages hold none, and looking for words is cheap.
_OF_OWN_NUMBERS = ("#", "!", "pr-url", "pull-request", "merge-request", "part-of", "reviewed-on", "see merge request")
_OF_SPEC_PATHS = ("spec/", "specs/", "rfc/", "rfcs/", "adr/", "adrs/", "docs/decisions/")
_OF_TRAILERS = ("issue", "ticket", "item", "spec", "story", "bug", "task", "jira")
_OF_DISCLOSURE = (
    *("authored-by:", "assisted-by", "generated-", "ai-", "made-with", "written-by", "aided-by", "ai ", "llm-", "llm "),
    *("[x]", "-session", "agent-logs-url", "entire-", "replit-commit-", "generated with", "created with", "made with"),
)


def _may_hold(text: str, words: tuple[str, ...]) -> bool:
    """Whether it holds one of the words, in any case; of a text with letters beyond ASCII, always."""
    low = text.lower()
    return not text.isascii() or any(word in low for word in words)


def names_review(change: Commit) -> bool:
    """Whether the mainline commit names the reviewed change it came from."""
    return bool(REVIEW.search(change.subject) or REVIEW_IN_BODY.search(change.body))


@lru_cache(maxsize=32_768)
def items_in(text: str) -> frozenset[str]:
    """The items and specifications a text names; the number of its own review is not an item."""
    plain = OWN_NUMBERS.sub(" ", text) if _may_hold(text, _OF_OWN_NUMBERS) else text
    found: set[str] = set()
    if "#" in plain or "GH-" in plain:
        found.update(f"#{number}" for number in NUMBER.findall(plain))
        found.update(REMOTE_NUMBER.findall(plain))
    found.update(key for key in KEY.findall(plain) if not NOT_KEYS.match(key))
    for pattern, words in ((ITEM_URL, ("http",)), (SPEC_PATH, _OF_SPEC_PATHS), (TRAILER, _OF_TRAILERS)):
        if _may_hold(plain, words):
            found.update(match.strip() for match in pattern.findall(plain))
    return frozenset(found)


def items_in_branch(subject: str) -> frozenset[str]:
    """The items the name of a merged branch carries, such as `feature/ABC-12-login` or `123-login`."""
    named = BRANCH.search(subject)
    if not named:
        return frozenset()
    branch = next(filter(None, named.groups()))
    keys = {key.upper() for key in BRANCH_KEY.findall(branch)}
    numbers = {f"#{number}" for number in BRANCH_ITEM.findall(branch)}
    return frozenset({key for key in keys if not NOT_KEYS.match(key)} | numbers)


def items_of(change: Commit, brought: tuple[Commit, ...] = ()) -> frozenset[str]:
    """The items a change names in its title, text, branch name, or in the commits its merge brought in."""
    found = items_in(change.subject) | items_in(change.body) | items_in_branch(change.subject)
    for commit in brought:
        found |= items_in(commit.subject) | items_in(commit.body)
    return found


def is_ai_marked(commit: Commit) -> bool:
    """Whether the commit declares an assistant: by author, co-author, trailer or footer. Absence proves nothing."""
    if _is_of_agent(commit.author_email) or _is_of_agent(commit.committer_email):
        return True
    return declares_assistant(commit.body) or commit.subject.startswith("aider: ")


@lru_cache(maxsize=4_096)
def _is_of_agent(mail: str) -> bool:
    return bool(AGENT_MAIL.match(mail))


@lru_cache(maxsize=16_384)
def declares_assistant(text: str) -> bool:
    """Whether a text says by co-author, trailer, footer or template field that an assistant took part."""
    if not _may_hold(text, _OF_DISCLOSURE):
        return False
    if any(AGENT_MAIL.match(mail.strip()) for mail in CO_AUTHOR.findall(text)):
        return True
    named = (value.strip() for value in NAMED_TRAILER.findall(text))
    if any(AGENT_NAME.search(value) and not NO_AI.match(value) for value in named):
        return True
    if any(not NO_AI.match(value) for value in FIELD.findall(text)):
        return True
    if any(not DENIAL.search(value) for value in TICKED.findall(text)):
        return True
    return bool(PLAIN_TRAILER.search(text) or FOOTER.search(text))


def takes_back(commit: Commit) -> bool:
    """Whether the commit may name one it reverts."""
    return commit.subject.startswith('Revert "') or "his reverts commit " in commit.body


def reverted_shas(commit: Commit) -> frozenset[str]:
    return frozenset(REVERTED.findall(commit.body)) if "his reverts commit " in commit.body else frozenset()


def reverted_title(commit: Commit) -> str:
    """The title of the change the commit takes back, or nothing."""
    found = REVERT_TITLE.match(commit.subject)
    return found[1] if found else ""


def has_disclosure(text: str) -> bool:
    """Whether a commit message says whether an assistant took part, also when it says none did."""
    if any(AGENT_MAIL.match(mail.strip()) for mail in CO_AUTHOR.findall(text)):
        return True
    said = (NAMED_TRAILER, PLAIN_TRAILER, FOOTER, FIELD, TICKED)
    return any(pattern.search(text) for pattern in said)
