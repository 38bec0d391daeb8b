"""What a group said of one question of a model of others, in the words of its choices."""

from collections.abc import Mapping
from typing import Any

from assessment.maturity.foreign.asked import SHARES, shares_in_words
from assessment.maturity.foreign.types import Question
from core.language import gettext
from surveys.domain.joined import NOT_APPLICABLE


def said_text(question: Question, row: Mapping[str, Any]) -> str:
    """`row` is a `Joined` as a dict."""
    if row["state"] == NOT_APPLICABLE:
        return gettext("Does not apply here.")
    if row["state"] == "split":
        return gettext("No choice was ticked by more than half.")
    if question.kind == "multiple":
        return "; ".join(choice.text for choice in question.choices if choice.id in row["counted"])
    return value_text(question, row["value"])


def value_text(question: Question, value: float) -> str:
    if question.kind == "coverage":
        return shares_in_words()[SHARES.index(value)]
    return next((choice.text for choice in question.choices if choice.value == value), f"{value:g}")
