"""What would move the score, in finished words: single changes, the largest effect first."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessment.domain.moves import Change, Move, Moves
from assessment.domain.scored import moves_of
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Result
from core.figures import value_text
from core.language import gettext, ngettext, number
from reports.domain.report_data.words import score_text, signed_text

DIMENSIONS_TOLD = 2


@dataclass(frozen=True)
class MoveRow:
    practice: str  # id of the practice to read on in, empty where there is none
    what: str
    how: str  # from what to what
    gain: str  # of the overall score, empty where it is not known or does not move
    others: tuple[str, ...]  # what else changes, the staged levels first
    anchor: str = ""  # where on the same page to read on


@dataclass(frozen=True)
class MovesSection:
    title: str
    lead: str
    measure: str  # what the gain is a gain of
    rows: tuple[MoveRow, ...]


def moves_section(result: Result) -> MovesSection | None:
    """None where nothing can be told, or no single change makes anything better."""
    moves = moves_of(result)
    if moves is None or not moves.best:
        return None
    words = _Words(model_of(result.assessment.maturity_model), is_whole=result.score["overall"]["score"] is not None)
    rows = tuple(words.row(move) for move in moves.best)
    return MovesSection(words.title(moves.best[0]), lead_text(moves), gettext("Overall score"), rows)


def lead_text(moves: Moves) -> str:
    """How the moves were found, and what they do not say."""
    lead = ngettext(
        "{n} single change was tried by scoring again with it, everything else as it is. No promise: it says where the "
        "score is sensitive, the roadmap says what to do.",
        "{n} single changes were tried by scoring again with each, everything else as it is. No promise: they say "
        "where the score is sensitive, the roadmap says what to do.",
        moves.n_tried,
    )
    return lead.format(n=moves.n_tried)


class _Words:
    def __init__(self, model: MaturityModelFile, *, is_whole: bool) -> None:
        self.model = model
        self.is_whole = is_whole
        self.practices = {practice.id: practice.name for practice in model.practices()}
        self.dimensions = {dimension.id: dimension.name for dimension in model.dimensions}

    def title(self, move: Move) -> str:
        if move.kind == "evidence":
            text = gettext("Putting “{name}” right would move the score most.")
        elif move.kind == "contradiction":
            text = gettext("Settling {name} would move the score most.")
        else:
            text = gettext("{name} one level up would move the score most.")
        return text.format(name=self._name(move))

    def row(self, move: Move) -> MoveRow:
        whole = next((one for one in move.changes if one.of == "overall"), None)
        return MoveRow(
            practice=self._practice(move),
            what=self._what(move),
            how=self._how(move),
            gain=gain_text(whole) if whole and self.is_whole else "",
            others=tuple(self._others(move)),
        )

    def _practice(self, move: Move) -> str:
        if move.kind != "evidence":
            return move.subject
        return next((one.id for one in move.changes if one.of in {"practice", "practice_level"}), "")

    def _name(self, move: Move) -> str:
        if move.kind == "evidence":
            return self.model.signals[move.subject].name
        return self.practices[move.subject]

    def _what(self, move: Move) -> str:
        if move.kind == "level":
            return gettext("{practice} one level up").format(practice=self._name(move))
        if move.kind == "evidence":
            return gettext("Evidence fixed: {signal}").format(signal=self._name(move))
        return gettext("Contradiction settled: {practice}").format(practice=self._name(move))

    def _how(self, move: Move) -> str:
        if move.kind == "level":
            return gettext("People say so and the repository shows it.")
        if move.kind == "contradiction":
            if move.after == "people":
                return gettext("What people say proves right, and what speaks against it was measured wrong.")
            return gettext("What was measured proves right, and people come to see it.")
        unit = self.model.signals[move.subject].unit
        before, after = (_reading(value, unit) for value in (move.before, move.after))
        return gettext("It reads {after} instead of {before}.").format(after=after, before=before)

    def _others(self, move: Move) -> Sequence[str]:
        staged = [one for one in move.changes if one.of in {"practice_level", "dimension_level"}]
        own = [c for c in move.changes if c.of == "dimension" and _score(c.before) != _score(c.after)]
        own.sort(key=lambda one: -abs(float(one.after or 0) - float(one.before or 0)))
        names = self.practices | self.dimensions
        told = [
            gettext("{name}: {after} instead of {before}").format(
                name=names[one.id], after=self._level(one.after), before=self._level(one.before)
            )
            for one in staged
        ]
        return [
            *told,
            *(
                gettext("{name} {before} to {after}").format(
                    name=names[one.id], before=_score(one.before), after=_score(one.after)
                )
                for one in own[:DIMENSIONS_TOLD]
            ),
        ]

    def _level(self, level: float | str | None) -> str:
        if not isinstance(level, int):
            return gettext("not known")
        return self.model.level_name(level) if level else gettext("no level")


def gain_text(change: Change) -> str:
    before, after = float(change.before or 0), float(change.after or 0)
    return gettext("{gain}, to {after}").format(gain=signed_text(after - before, 2), after=number(f"{after:.2f}"))


def _reading(value: float | str | None, unit: str) -> str:
    return value_text(None, value, unit) if isinstance(value, str) else value_text(value, None, unit)


def _score(value: float | str | None) -> str:
    return score_text(value if isinstance(value, float) else None)
