"""What a text says, by its wording: a description, a comment, a disclosure. Used when host data is normalized.

Texts are a stranger's: each pattern takes steps in proportion to the text, and `metrics.signals.messages.readable`
bounds how much of it is read.
"""

import re

from metrics.signals.messages import readable

MIN_WORDS = 40

_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"^(```|~~~)")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ADDRESS = re.compile(r"https?://\S+")
_LISTED = re.compile(r"^\s*[-*+]\s+(\[[ xX]\]\s*)?")
_HEADING = re.compile(r"^\s{0,3}(#{1,6}\s+(?P<mark>\S.*)|\*\*(?P<bold>[^*]+)\*\*:?\s*$)")
_OPTIONAL = re.compile(r"optional|if (any|applicable|needed)|checklist|n/?a", re.IGNORECASE)
_TRAILER = re.compile(r"^[A-Za-z][A-Za-z-]+: \S")

_MECHANICAL = re.compile(
    r"\b(typos?|misspel\w+|spelling|spelled|grammar|whitespace|white space|trailing (space|comma|newline)|indent\w*"
    r"|blank line|empty line|new ?line|line (length|too long)|too long line|format(ted|ting)?|lint\w*|prettier|black"
    r"|ruff|eslint|rubocop|gofmt|isort|import order|sort (the )?imports|unused (import|variable)|semi-?colons?|quotes?"
    r"|camel ?case|snake ?case|pascal ?case|capitali[sz]\w*|lower-?case|upper-?case|rename|naming|call (this|it)"
    r"|better name|name (this|it)|nit(pick)?s?|style ?guide|coding style|pep ?8|docstring style|full stop|comma)\b"
    r"|^s/[^/]+/[^/]*/g?$",
    re.IGNORECASE,
)
_SUBSTANCE = re.compile(
    r"\b(bug|race|deadlock|leak|crash|wrong|incorrect|fail\w*|break\w*|broken|security|inject\w*|vulnerab\w*|perform\w*"
    r"|slow|edge case|null|none|overflow|test case|missing test|exception|error handling|transaction|concurren\w*"
    r"|backwards?[- ]compat\w*|contract|design|architecture|why)\b",
    re.IGNORECASE,
)
_LONG_REMARK = 60  # words: a comment of this length is rarely only about form

_REPLACED = re.compile(
    r"\b(superseded|replaced|obsoleted) (by|with|in)\b|\b(in favou?r of|supersedes|replaces) [#!]?\S*\d"
    r"|\bclos(ed|ing) (this )?(in favou?r of|for|because of) [#!]\d",
    re.IGNORECASE,
)
_REPLACES = re.compile(r"\b(?:supersedes|replaces|(?:re)?works|instead of)\s+(?:\S+/\S+)?([#!]\d+)", re.IGNORECASE)

_UNPLANNED = re.compile(r"\b(hot-?fix|roll-?back|revert)", re.IGNORECASE)
_DISCLOSURE_LINE = re.compile(
    r"^\W*(?:(?:use of |used? )?(?:ai|llm|genai|generative ai|copilot|assistant)\b[\w /-]{0,40}"
    r"(?:\bused|usage|use|assist\w*|disclosure|involvement|tools?|help)?)\W*[:?]\W*(?P<answer>\S.{0,200})$",
    re.IGNORECASE | re.MULTILINE,
)
_DISCLOSURE_BOX = re.compile(
    r"^\s*[-*]\s*\[[xX]\].*\b(ai|llm|genai|copilot|assistants?|claude|chatgpt|cursor|codex|gemini)\b",
    re.IGNORECASE | re.MULTILINE,
)
_UNANSWERED = re.compile(r"^\W*(tbd|todo|yes/no|y/n|\.{2,}|…|<[^>]*>|_+)\W*$", re.IGNORECASE)


def is_mechanical(text: str) -> bool:
    """Whether a review comment is about form: formatting, naming, lint or spelling, and about nothing else."""
    plain = _without_code(readable(text))
    if len(_WORD.findall(plain)) > _LONG_REMARK or _SUBSTANCE.search(plain):
        return False
    return bool(_MECHANICAL.search(plain.strip()))


def says_something(text: str) -> bool:
    """Whether the text of a review is more than a word or two of assent."""
    return len(_WORD.findall(_without_code(readable(text)))) > 3


def names_replacement(text: str) -> bool:
    """Whether a closing word says that another change takes this one's place."""
    return bool(_REPLACED.search(readable(text)))


def is_unplanned(*texts: object) -> bool:
    """Whether a release is a hotfix or a rollback, by what it and its branch are called."""
    return bool(_UNPLANNED.search(" ".join(map(str, texts))))


def replaced_numbers(text: str) -> frozenset[str]:
    """The changes a description says it takes the place of."""
    return frozenset(_REPLACES.findall(readable(text)))


def n_written_words(body: str, template: str = "") -> int:
    """The words the author wrote: without the template's lines, comments, code, quotes, addresses and trailers."""
    given = {_plain(line) for line in _HIDDEN.sub("", template).splitlines()} - {""}
    lines = _without_code(readable(body)).splitlines()
    own = (line for line in lines if _plain(line) not in given and not line.lstrip().startswith((">", "|")))
    kept = (line for line in own if not _HEADING.match(line) and not _TRAILER.match(line))
    return sum(len(_WORD.findall(_ADDRESS.sub(" ", line))) for line in kept)


def fills_template(body: str, template: str) -> bool:
    """Whether every required heading of the template has something of the author's own below it.

    A heading that calls itself optional, or heads a checklist, is not required. A template without headings has no
    parts.
    """
    wanted = [title for title in _parts(template) if not _OPTIONAL.search(title)]
    if not wanted:
        return False
    given = {_plain(line) for line in _HIDDEN.sub("", template).splitlines()}
    written = _parts(_HIDDEN.sub("", readable(body)))
    return all(any(_plain(line) not in given for line in written.get(title, ())) for title in wanted)


def is_explained(body: str, template: str = "") -> bool:
    return n_written_words(body, template) >= MIN_WORDS or fills_template(body, template)


def discloses_ai(body: str) -> bool:
    """Whether a description answers a question about assistants, also with "none", by a line or a ticked box."""
    plain = _HIDDEN.sub("", readable(body))
    if _DISCLOSURE_BOX.search(plain):
        return True
    return any(not _UNANSWERED.match(found["answer"]) for found in _DISCLOSURE_LINE.finditer(plain))


def _parts(text: str) -> dict[str, list[str]]:
    """The lines below each heading, by its wording."""
    parts: dict[str, list[str]] = {}
    below: list[str] | None = None
    for line in _HIDDEN.sub("", text).splitlines():
        if heading := _HEADING.match(line):
            below = parts.setdefault(_plain(heading["mark"] or heading["bold"] or ""), [])
        elif below is not None and line.strip():
            below.append(line)
    return parts


def _plain(line: str) -> str:
    return " ".join(_LISTED.sub("", line).strip(" #*:_\t").casefold().split())


def _without_code(text: str) -> str:
    kept, inside = [], False
    for line in _HIDDEN.sub("", text).splitlines():
        if _FENCE.match(line.strip()):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)
