"""Conditions of risk rules: read by a grammar, worked out for one answer, or for all answers at once.

    expr = and {"||" and};  and = unary {"&&" unary};  unary = "!" unary | "(" expr ")" | ID

All answers at once is a truth table held in one whole number: bit k says what answer k gives, and answer k ticks
choice i where bit i of k is set. Up to MAX_CHOICES choices that is at most 128 KB for each condition.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.language import gettext

DEFAULT = "default"
MAX_CHOICES = 20
MAX_TOKENS = 5_000
TOKEN = re.compile(r"\s*(?:(&&|\|\||[!()])|([A-Za-z0-9_.:-]+))")
Table = Mapping[str, int]


class BadCondition(Exception):
    """The text is no condition; the message says what stands where."""


@dataclass(frozen=True)
class Condition:
    """A condition ready to be asked; `names` are the choices it reads, in order of first mention."""

    text: str
    names: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]  # postfix: ("id", name), ("!", ""), ("&&", ""), ("||", "")

    @property
    def is_default(self) -> bool:
        return not self.steps

    def holds(self, ticked: Collection[str]) -> bool:
        """For one answer: the ids of the choices that are ticked. `default` always holds."""
        return bool(self.table({name: int(name in ticked) for name in self.names}, 1))

    def table(self, ticked: Table, everything: int) -> int:
        """For all answers: `ticked` holds the truth table of each choice, `everything` the one that is always true."""
        stack: list[int] = []
        for kind, name in self.steps:
            if kind == "id":
                stack.append(ticked[name])
            elif kind == "!":
                stack.append(everything ^ stack.pop())
            else:
                right, left = stack.pop(), stack.pop()
                stack.append(left & right if kind == "&&" else left | right)
        return stack[0] if stack else everything


def read_condition(text: str) -> Condition:
    """BadCondition with the place where the grammar does not hold."""
    if text.strip() == DEFAULT:
        return Condition(text, (), ())
    return _Reader(text).condition()


class _Reader:
    """Precedence by a stack of waiting operators: deep nesting costs memory, never recursion."""

    RANK: Mapping[str, int] = {"||": 1, "&&": 2, "!": 3}

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps: list[tuple[str, str]] = []
        self.waiting: list[str] = []
        self.wants_operand = True

    def condition(self) -> Condition:
        place, n, end = 0, 0, len(self.text.rstrip())
        while place < end:
            found = TOKEN.match(self.text, place)
            if found is None or (n := n + 1) > MAX_TOKENS:
                raise BadCondition(
                    gettext("cannot be read at character {n}: {text}.").format(
                        n=place + 1, text=repr(self.text[place : place + 20])
                    )
                )
            place = found.end()
            self._take(found[1] or "", found[2] or "", found.start(1 if found[1] else 2) + 1)
        if self.wants_operand:
            raise BadCondition(gettext("ends where a choice is expected."))
        while self.waiting:
            if self.waiting[-1] == "(":
                raise BadCondition(gettext("has a parenthesis that is not closed."))
            self.steps.append((self.waiting.pop(), ""))
        names = dict.fromkeys(name for kind, name in self.steps if kind == "id")
        return Condition(self.text, tuple(names), tuple(self.steps))

    def _take(self, operator: str, name: str, at: int) -> None:
        if name or operator in {"!", "("}:
            if not self.wants_operand:
                raise BadCondition(
                    gettext("has {found} at character {at} where &&, || or ) is expected.").format(
                        found=repr(name or operator), at=at
                    )
                )
            if name:
                self.steps.append(("id", name))
                self.wants_operand = False
            else:
                self.waiting.append(operator)
            return
        if self.wants_operand:
            raise BadCondition(
                gettext("has {operator} at character {at} where a choice is expected.").format(
                    operator=repr(operator), at=at
                )
            )
        if operator == ")":
            self._close(at)
            return
        while self.waiting and self.waiting[-1] != "(" and self.RANK[self.waiting[-1]] >= self.RANK[operator]:
            self.steps.append((self.waiting.pop(), ""))
        self.waiting.append(operator)
        self.wants_operand = True

    def _close(self, at: int) -> None:
        while self.waiting and self.waiting[-1] != "(":
            self.steps.append((self.waiting.pop(), ""))
        if not self.waiting:
            raise BadCondition(gettext("closes a parenthesis at character {at} that was not opened.").format(at=at))
        self.waiting.pop()


def truth_tables(names: Sequence[str]) -> tuple[dict[str, int], int]:
    """The truth table of each choice over all 2**n answers, and the one that is always true."""
    tables, everything = _tables(len(names))
    return dict(zip(names, tables, strict=True)), everything


@lru_cache(maxsize=MAX_CHOICES + 2)
def _tables(n: int) -> tuple[tuple[int, ...], int]:
    everything = (1 << (1 << n)) - 1
    return tuple(everything ^ everything // ((1 << (1 << i)) + 1) for i in range(n)), everything


def answer_of(table: int, names: Sequence[str]) -> tuple[str, ...]:
    """The answer with the lowest number in a table that is not empty: the choices it ticks."""
    lowest = (table & -table).bit_length() - 1
    return tuple(name for i, name in enumerate(names) if lowest >> i & 1)


def first_that_holds(conditions: Sequence[Condition], ticked: Collection[str]) -> int | None:
    """Order decides: the place of the first condition that holds; None where none does."""
    return next((n for n, one in enumerate(conditions) if one.holds(ticked)), None)
