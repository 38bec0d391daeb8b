"""What counts as a written intent, and what a specification is made of: the one place these rules are stated.

By path: a **decision record** (`adr`, `decisions`, `decision-records`, `rfcs`); a **specification** (prose under
`specs`, `proposals`, `rfcs`, `prds`, `design-docs`, `requirements` and the like, at the root, below a documentation
folder or in a package; such a folder deep inside code or references is none); a **contract** (OpenAPI, AsyncAPI,
protobuf, GraphQL schema, JSON Schema, Avro and others); a **prompt** the team shares. Templates, indexes and READMEs
are none of them.

By text: the eight parts a specification is expected to have, found by its headings, and the wording that leaves it
open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from metrics.signals.paths import is_machine_made

_PROSE = r"[^/]+\.(md|mdx|adoc|asciidoc|rst|txt)$"
_HOME = (  # where a folder of specifications stands: the root, a package, or below documentation
    r"^((packages|services|apps|libs|modules|components|crates|plugins)/[^/]+/)?"
    r"((docs?|documentation|design|product|engineering|handbook|architecture|arch|contributing|internals?|dev)/)*"
)
_DECISION = re.compile(
    r"(^|/)(adrs?|decision[-_]?records?|architecture[-_]decisions?([-_]records?)?|architectural[-_]decisions?)/([^/]+/)?"
    rf"{_PROSE}|{_HOME}(decisions?|rfcs?|rfds?)/([^/]+/)?{_PROSE}"
)
_SPECIFICATION = re.compile(
    rf"{_HOME}(specs?|specifications?|proposals?|rfcs?|rfds?|requirements|enhancements|keps?|peps?|prds?|designs?"
    rf"|design[-_]?docs?|blueprints)/([^/]+/){{0,4}}{_PROSE}"
    rf"|{_HOME}([^/]+[._-])?(spec|prd|specification)\.(md|adoc|rst)$"
    r"|^(\.specify/specs|\.kiro/specs|openspec|\.agent-os/(specs|product)|\.taskmaster/docs|conductor)/.+\.md$"
)
_EXECUTABLE = re.compile(r"\.feature$")
_CONTRACT = re.compile(
    r"(^|/)([^/]+[._-])?(openapi|swagger|asyncapi)([._-][^/]*)?\.(ya?ml|json)$"
    r"|\.(proto|graphqls|avsc|avdl|smithy|tsp|wsdl|raml|thrift|fbs|capnp)$|(^|/)schema\.(graphql|gql)$|\.schema\.json$"
)
_PROMPT = re.compile(
    r"^\.github/(prompts|agents|chatmodes|skills)/.+\.md$|^\.claude/(commands|skills|agents)/.+\.md$"
    r"|^\.(cursor|gemini|qwen|windsurf|opencode|codex|kilocode|roo|agents?|amazonq|factory)"
    r"/(commands?|prompts|workflows|skills|agents)/.+\.(md|mdc|toml|ya?ml)$"
    r"|^((docs?|tools?|ai|\.ai|llm)/)?prompts/.+\.(md|txt|prompt|j2|jinja2?|ya?ml|toml)$"
)
_NOT_ONE = re.compile(
    r"(^|/)(readme|index|_index|overview|template|_?templates?|changelog|summary|toc|glossary|contributing|license|"
    r"0*-?template[^/]*|[^/]*[-_.]template[^/]*|template[-_][^/]*|rfc-?\d{2,5})(\.[a-z]{2}|-[a-z]{2})?\.[a-z]+$"
    r"|(^|/)_?templates?/|(^|/)requirements[^/]*\.txt$|(^|/)(node_modules|site-packages|tests?|fixtures|testdata)/"
)


@lru_cache(maxsize=65_536)
def is_decision(path: str) -> bool:
    """A record of one decision: prose in a folder for them."""
    low = path.lower()
    return bool(_DECISION.search(low)) and not _NOT_ONE.search(low) and not is_machine_made(path)


@lru_cache(maxsize=65_536)
def is_specification(path: str) -> bool:
    """Prose that says what is to be built."""
    low = path.lower()
    if low.startswith("requirements/") and low.endswith(".txt"):
        return False  # a list of packages
    return bool(_SPECIFICATION.search(low)) and not _NOT_ONE.search(low) and not is_machine_made(path)


@lru_cache(maxsize=65_536)
def is_contract(path: str) -> bool:
    """A machine-readable agreement between two sides, by its name."""
    return bool(_CONTRACT.search(path.lower())) and not is_machine_made(path)


def is_prompt(path: str) -> bool:
    """A prompt, command or skill for coding assistants that the team shares; the place is matched by exact case."""
    return bool(_PROMPT.search(path)) and not is_machine_made(path) and not path.lower().endswith("readme.md")


@lru_cache(maxsize=65_536)
def is_written_intent(path: str) -> bool:
    """Anything that states what code should do before the code does: specification, decision, contract, scenario."""
    return is_specification(path) or is_decision(path) or is_contract(path) or bool(_EXECUTABLE.search(path))


PARTS: dict[str, re.Pattern[str]] = {
    "intent": re.compile(
        r"\b(goals?|purpose|motivation|problem|why|intent|summary|overview|background|context|objectives?|rationale"
        r"|abstract|introduction|user stor(y|ies)|value)\b",
        re.IGNORECASE,
    ),
    "acceptance examples": re.compile(
        r"\b(acceptance|definition of done|scenarios?|examples?|test (plan|cases?)|verification|use cases?"
        r"|expected (behaviou?r|results?)|given\b.{0,200}\bthen)\b",
        re.IGNORECASE,
    ),
    "out of scope": re.compile(
        r"\b(out[- ]of[- ]scope|non[- ]?goals?|anti[- ]?goals?|not in scope|exclusions?|not (doing|covered)"
        r"|won'?t( do)?|will not|scope)\b",
        re.IGNORECASE,
    ),
    "interfaces": re.compile(
        r"\b(interfaces?|apis?|contracts?|endpoints?|schemas?|protocols?|cli|command[- ]line|integrations?|events?"
        r"|messages?|signatures?)\b",
        re.IGNORECASE,
    ),
    "data": re.compile(
        r"\b(data|entit(y|ies)|storage|persistence|database|tables?|retention|privacy|personal data)\b", re.IGNORECASE
    ),
    "security": re.compile(
        r"\b(security|privacy|threats?|authenticat\w+|authori[sz]\w+|permissions?|access control|abuse|compliance"
        r"|trust)\b",
        re.IGNORECASE,
    ),
    "operations": re.compile(
        r"\b(operations?|operational|operability|monitoring|observability|roll[- ]?out|roll[- ]?back|deployment"
        r"|migrations?|runbook|performance|reliability|scalability|capacity|alerts?|slos?|availability|support"
        r"|production readiness|upgrade|downgrade)\b",
        re.IGNORECASE,
    ),
    "success measure": re.compile(
        r"\b(success (measures?|metrics?|criteria)|metrics?|kpis?|measur\w+|outcomes?|how (will|do) we know"
        r"|hypothes[ie]s|key results?|graduation criteria)\b",
        re.IGNORECASE,
    ),
}

_MARKDOWN = re.compile(r"^(#{1,6}|={1,6})\s+(\S.*)$")
_UNDERLINE = re.compile(r"^([=\-~^\"'`*+#.:])\1{2,}\s*$")
_LABEL = re.compile(r"^(?:[-*]\s+)?\*{0,2}([A-Za-z][A-Za-z /-]{2,40}?)\*{0,2}:\*{0,2}(?:\s+(\S.*))?$")
_BDD = re.compile(r"^\W*(given|when|then)\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^\W*((tbd|todo|tba|n/?a|to be (decided|determined|defined|written))\W*)?$|^(<[^>]*>|\[[^\]]*\])$", re.IGNORECASE
)
_MAX_LINES = 5_000


@dataclass(frozen=True)
class Section:
    """A heading, how deep it stands, and whether anything is written below it before the next one as high."""

    title: str
    level: int
    is_filled: bool


def parts_of(text: str) -> frozenset[str]:
    """Which of the eight parts a specification has: a heading or label that names one, with something written below."""
    lines = _prose_lines(text)
    filled = [section.title for section in _sections(lines) if section.is_filled]
    found = {part for part, rule in PARTS.items() if any(rule.search(title) for title in filled)}
    steps = {match[1].lower() for line in lines if (match := _BDD.match(line))}
    return frozenset(found | ({"acceptance examples"} if {"given", "then"} <= steps else set()))


def states_limits(text: str) -> bool:
    """Whether a specification has an operations part and a security or data part."""
    parts = parts_of(text)
    return "operations" in parts and bool({"security", "data"} & parts)


_MARKER = re.compile(
    r"\b(TBD|TODO|TBA|FIXME|NEEDS[ _]CLARIFICATION|to be (?:decided|determined|defined|clarified))\b|\?\?\?"
)
_QUALIFIER = re.compile(
    r"\b(fast|quick(?:ly)?|robust(?:ly|ness)?|intuitive(?:ly)?|user[- ]friendly|eas(?:y|ily)|seamless(?:ly)?|scalable"
    r"|efficient(?:ly)?|flexible|performant|as needed|as appropriate|as required|if (?:necessary|needed|possible)"
    r"|where (?:possible|appropriate)|and so on|etc\b|adequate(?:ly)?|reasonabl[ey]|sufficient(?:ly)?|state of the art"
    r"|best practices?|high[- ]quality|lightweight|modern|soon|various|appropriate(?:ly)?)\b",
    re.IGNORECASE,
)


def count_open_wording(text: str) -> tuple[int, int]:
    """How many unresolved markers and unquantified qualifiers a text has, and how many words; code is left out.

    A qualifier on a line that also holds a number counts as quantified.
    """
    n_open = n_words = 0
    for line in _prose_lines(text):
        n_words += sum(any(mark.isalnum() for mark in word) for word in line.split())
        n_open += len(_MARKER.findall(line))
        if not any(mark.isdigit() for mark in line):
            n_open += len(_QUALIFIER.findall(line))
    return n_open, n_words


def _prose_lines(text: str) -> list[str]:
    """The lines outside fenced code and comments."""
    kept: list[str] = []
    fence = ""
    for line in text.splitlines()[:_MAX_LINES]:
        stripped = line.strip()[:2_000]
        if fence:
            fence = "" if stripped.endswith(fence) else fence
        elif stripped.startswith(("```", "~~~")):
            fence = stripped[:3]
        elif stripped.startswith("<!--"):
            fence = "" if stripped.endswith("-->") else "-->"
        else:
            kept.append(stripped)
    return kept


def _sections(lines: list[str]) -> Iterator[Section]:
    """Headings of Markdown, AsciiDoc and reStructuredText, and labels that open a line."""
    headings = list(_headings(lines))
    for at, (row, level, title, rest) in enumerate(headings):
        end = next((other for other, depth, *_ in headings[at + 1 :] if depth <= level), len(lines))
        end = min(end, row + 200)
        inner = {other for other, *_ in headings[at + 1 :]}
        body = [rest, *(lines[n] for n in range(row + 1, end) if n not in inner)]
        yield Section(title, level, any(not _PLACEHOLDER.match(line) and not _UNDERLINE.match(line) for line in body))


def _headings(lines: list[str]) -> Iterator[tuple[int, int, str, str]]:
    """Row, depth, title and the text beside it; at most 400 of them."""
    n_found = 0
    for row, line in enumerate(lines):
        following = lines[row + 1] if row + 1 < len(lines) else ""
        if match := _MARKDOWN.match(line):
            found = (row, len(match[1]), match[2].strip("# "), "")
        elif line and _UNDERLINE.match(following) and not _UNDERLINE.match(line) and len(line) < 120:
            found = (row, 1 + "=-~^\"'`*+#.:".index(following[0]), line, "")
        elif (label := _LABEL.match(line)) and len(label[1].split()) <= 4:
            found = (row, 9, label[1], label[2] or "")
        elif line.startswith("**") and line.rstrip(":").endswith("**") and len(line) < 80:
            found = (row, 8, line.strip("*: "), "")
        else:
            continue
        yield found
        n_found += 1
        if n_found >= 400:
            return
