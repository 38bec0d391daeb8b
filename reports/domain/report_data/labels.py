"""Fixed words of scores and of a maturity model as a reader's language has them, asked for when a page is made."""

import re
from collections.abc import Callable

from assessment.domain.scoring.types import State
from core.language import gettext

_WORDS: dict[str, Callable[[], str]] = {
    "supported": lambda: gettext("supported"),
    "not contradicted": lambda: gettext("not contradicted"),
    State.NOT_ASKED: lambda: gettext("no answer yet"),
    State.NOT_KNOWN: lambda: gettext("not known"),
    State.SELF_REPORT_ONLY: lambda: gettext("self-report only"),
    State.ALIGNED: lambda: gettext("aligned"),
    State.TENSION: lambda: gettext("tension"),
    State.CONTRADICTION: lambda: gettext("contradiction"),
    "direct": lambda: gettext("direct"),  # how close a signal is to its practice
    "proxy": lambda: gettext("proxy"),
    "weak": lambda: gettext("weak"),
    "judgement": lambda: gettext("judgement"),  # what a threshold rests on
    "published": lambda: gettext("published"),
    "yes": lambda: gettext("read"),  # whether the text of a source was read
    "secondary": lambda: gettext("read at second hand"),
    "partial": lambda: gettext("read in part"),
    "practice": lambda: gettext("practice"),  # what a claim is about
    "failure": lambda: gettext("failure"),
    "control": lambda: gettext("control"),
    "metric": lambda: gettext("metric"),
    "claim": lambda: gettext("claim"),
    "note": lambda: gettext("note"),
    "thesis": lambda: gettext("thesis"),
    "tradeoff": lambda: gettext("tradeoff"),
    "system": lambda: gettext("system"),
}


def label(word: str) -> str:
    """The word itself where it is none of ours."""
    return _WORDS[word]() if word in _WORDS else word


def opening_label(text: str) -> str:
    """A note of the maturity model that opens with one of these words; what stands behind it stays."""
    found = re.match(r"[a-z]+", text)
    return label(found[0]) + text[found.end() :] if found else text
