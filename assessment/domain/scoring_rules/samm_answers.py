"""A `.samm` file as everything that takes one reads it: strictly, every error told at once."""

from typing import Any

from assessment.domain.strict_json import UnusableFile, parse_json
from assessment.maturity.foreign.samm_exchange import Exchange, read_exchange
from assessment.maturity.foreign.types import Finding, Findings, ForeignModel
from core.language import gettext

RULE = "samm"
BYTE_ORDER_MARK = "\ufeff"


class UnusableAnswers(UnusableFile):
    """The file cannot be used; `errors` says all that is wrong with it."""

    def __init__(self, errors: list[Finding]) -> None:
        self.errors = errors
        super().__init__("\n".join(one.line for one in errors))


def read_answers(model: ForeignModel, text: str) -> tuple[Exchange, Findings]:
    """What a file says of this model. Raises UnusableAnswers with every error."""
    try:
        raw = parse_json(text.removeprefix(BYTE_ORDER_MARK))
    except UnusableFile as wrong:
        raise UnusableAnswers([Finding(code="unreadable", where="", what=str(wrong))]) from None
    exchange, findings = exchange_of(model, raw)
    if text.startswith(BYTE_ORDER_MARK):
        findings.warn("byte-order-mark", "", gettext("begins with a byte-order mark; it was left out."))
    return exchange, findings


def exchange_of(model: ForeignModel, raw: Any) -> tuple[Exchange, Findings]:
    """The same of what was parsed already."""
    if model.rule != RULE:
        said = gettext(
            "these are answers to SAMM; {title} is scored by another rule and takes its own form of answers."
        ).format(title=model.title)
        raise UnusableAnswers([Finding(code="not-this-format", where="", what=said)])
    exchange, findings = read_exchange(model, raw)
    if _has_odd_text(raw):
        findings.error("bad-value", "", gettext("a text holds a zero byte or half a character; take it out."))
    if exchange is None or findings.errors:
        raise UnusableAnswers(findings.errors)
    return exchange, findings


def _has_odd_text(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value or any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, dict):
        return any(_has_odd_text(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_has_odd_text, value))
