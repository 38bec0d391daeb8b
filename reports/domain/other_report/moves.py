"""What would move the score of a maturity model of others, in finished words; the texts stay those of its authors."""

from assessment.domain.moves import Change, Move
from assessment.domain.scored import moves_of
from assessment.maturity.foreign.asked import SHARES, shares_in_words
from assessment.maturity.foreign.types import ForeignModel, Question
from assessment.maturity.loader import foreign_model_of
from assessment.models import Result
from core.figures import percent_text
from core.language import gettext, number
from reports.domain.other_report.rules import anchor_of, risk_text
from reports.domain.report_data.moves import MoveRow, MovesSection, gain_text, lead_text


def other_moves(result: Result) -> MovesSection | None:
    """None where nothing can be told, or no single change makes anything better."""
    moves = moves_of(result)
    if moves is None or not moves.best:
        return None
    model = foreign_model_of(result.assessment.maturity_model)
    words = _Words(model)
    measure = gettext("Risk of the question") if model.rule == "risk-rules" else gettext("Overall score")
    rows = tuple(words.row(move) for move in moves.best)
    return MovesSection(words.title(moves.best[0]), lead_text(moves), measure, rows)


class _Words:
    def __init__(self, model: ForeignModel) -> None:
        self.questions = {question.id: question for question in model.questions()}
        self.home = {question.id: practice.id for practice in model.practices() for question in practice.questions}
        self.names = {one.id: one.name for one in model.dimensions} | {one.id: one.name for one in model.practices()}

    def title(self, move: Move) -> str:
        text = gettext("“{question}” would move the score most.")
        return text.format(question=self.questions[move.subject].text)

    def row(self, move: Move) -> MoveRow:
        question = self.questions[move.subject]
        return MoveRow(
            practice="",
            what=question.text,
            how=self._how(move, question),
            gain=_gain(move),
            others=tuple(text for change in move.changes if (text := self._other(change))),
            anchor=anchor_of(self.home[question.id]),
        )

    def _how(self, move: Move, question: Question) -> str:
        if move.kind == "choice":
            ticked = next(choice.text for choice in question.choices if choice.id == move.after)
            return gettext("If this were ticked too: {choice}").format(choice=ticked)
        text = gettext("If the answer were “{after}” instead of “{before}”.")
        return text.format(after=_answer(question, move.after), before=_answer(question, move.before))

    def _other(self, change: Change) -> str:
        before, after = _value(change.before), _value(change.after)
        if change.of == "to_target":
            text = gettext("On the way to the targets: {after} instead of {before}")
            share = [percent_text(float(one or 0)) for one in (change.before, change.after)]
            return text.format(before=share[0], after=share[1])
        if change.of == "practice_level":
            text = gettext("{name}: complete up to level {after} instead of {before}")
            return text.format(name=self.names[change.id], before=before, after=after)
        if change.of in {"practice", "dimension"} and before != after:
            return gettext("{name} {before} to {after}").format(name=self.names[change.id], before=before, after=after)
        if change.of in {"high", "medium"}:
            name = risk_text("HIGH_RISK" if change.of == "high" else "MEDIUM_RISK")
            return gettext("{name} {before} to {after}").format(name=name, before=before, after=after)
        return ""


def _gain(move: Move) -> str:
    for change in move.changes:
        if change.of == "overall":
            return gain_text(change)
        if change.of == "question":
            text = gettext("{after} instead of {before}")
            return text.format(after=risk_text(str(change.after)), before=risk_text(str(change.before)))
    return ""


def _answer(question: Question, value: float | str | None) -> str:
    if value is None:
        return gettext("not answered")
    if question.kind == "coverage" and value in SHARES:
        return shares_in_words()[SHARES.index(float(value))]
    return next((choice.text for choice in question.choices if choice.value == value), f"{value}")


def _value(value: float | str | None) -> str:
    if isinstance(value, float):
        return number(f"{value:.2f}")
    return "" if value is None else str(value)
