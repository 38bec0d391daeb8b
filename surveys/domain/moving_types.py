"""What moving an assessment to another version of its model would do, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assessment.domain.scoring_rules.risk_rules import risk_text
from assessment.maturity.carrying import Carried
from core.figures import percent_text
from core.language import number

Form = Literal["level", "value", "share", "count", "risk"]
Named = Mapping[str, tuple[str, float | str | None]]
NOTHING = "\N{EN DASH}"
PLACES: Mapping[Form, int] = {"level": 1, "value": 2}


@dataclass(frozen=True)
class SideBySide:
    """One number in both versions, or the risk of one question; None where it has none or does not stand."""

    id: str
    name: str
    before: float | str | None
    after: float | str | None
    form: Form = "level"

    @property
    def moves(self) -> float | None:
        if isinstance(self.before, int | float) and isinstance(self.after, int | float):
            return self.after - self.before
        return None

    @property
    def texts(self) -> list[str]:
        """Before, after and the change, as they stand in a table."""
        return [self._text(value) for value in (self.before, self.after, self.moves)]

    def _text(self, value: float | str | None) -> str:
        if value is None:
            return NOTHING
        if isinstance(value, str):
            return risk_text(value)
        return percent_text(value) if self.form == "share" else number(f"{value:.{PLACES.get(self.form, 0)}f}")


@dataclass(frozen=True)
class Preview:
    """`n_carried` of `n_answers` single answers hold; both are None where answers stay with their assessment.

    `whole` is the score, or counts of questions by risk where the rule of the model gives none.
    """

    carried: Carried
    n_answers: int | None
    n_carried: int | None
    whole: tuple[SideBySide, ...]
    dimensions: tuple[SideBySide, ...]
    practices: tuple[SideBySide, ...]
    dropped_signals: tuple[str, ...] = ()
    n_caps_dropped: int = 0

    @property
    def n_questions(self) -> int:
        return len(self.carried.carried) + len(self.carried.asked_again)

    @property
    def tables(self) -> list[list[SideBySide]]:
        """The whole, dimensions and practices; of these only what has something on one side."""
        parts = ([row for row in rows if (row.before, row.after) != (None, None)] for rows in self._parts)
        return [list(self.whole), *(rows for rows in parts if rows)]

    @property
    def _parts(self) -> tuple[tuple[SideBySide, ...], ...]:
        return self.dimensions, self.practices


def side_by_side(before: Named, after: Named, form: Form = "level") -> tuple[SideBySide, ...]:
    """In the order of the other model, then what it no longer has."""
    nothing: tuple[str, float | str | None] = ("", None)
    return tuple(
        SideBySide(
            name,
            after.get(name, before.get(name, nothing))[0],
            before.get(name, nothing)[1],
            after.get(name, nothing)[1],
            form,
        )
        for name in [*after, *(name for name in before if name not in after)]
    )
