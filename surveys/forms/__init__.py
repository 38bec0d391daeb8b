"""Forms of a survey: the questions of one page.

The page names choices by letters, never by level numbers, and carries what it showed (`seen-…`): only what a person
changed on this page is saved, so a stale second tab cannot undo the first.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from string import ascii_lowercase
from typing import Any, cast

from django.utils.translation import gettext

from assessment.domain.shown_evidence import PracticeEvidence
from assessment.maturity.foreign.asked import AskedQuestion, is_multiple
from assessment.maturity.schema import Practice, Question
from core.refusals import Invalid
from surveys.domain import answer_store
from surveys.domain.answer_store import NOTHING, WISH, StoredAnswer, StoredText
from surveys.domain.answers import Given, model_for
from surveys.domain.changes import Change, change_of
from surveys.domain.sections import Section
from surveys.domain.suggested import Suggestion
from surveys.models import AnswerKind, Participant

LETTERS = ascii_lowercase
OUTSIDE = (AnswerKind.DONT_KNOW, AnswerKind.NOT_APPLICABLE)
CURLY = {
    "'": "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}",
    '"': "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}",
}


def curly(text: str) -> str:
    """The model's straight quotes as a page prints them: opening after a space or a bracket, closing elsewhere."""
    return re.sub(r"""(?:(?<=[\s(])|^)(['"])|(['"])""", lambda m: CURLY[m[0]][0 if m[1] else 1], text)


@dataclass(frozen=True)
class QuestionField:
    """One question as the page shows it: `value` is a letter, "dk", "na" or empty; `seen` is what is stored.

    Where several choices may be ticked, `value` holds their letters, joined by spaces.
    """

    question: Question
    value: str
    reason: str
    seen: str
    version: str = ""
    error: str = ""
    other: str = ""  # what another device stored meanwhile, in words
    suggestion: Suggestion | None = None  # what own answers on another maturity model speak for

    @property
    def suggested(self) -> str:
        """The suggested answer in words."""
        return self.choices[self.suggestion.level - 1][1] if self.suggestion else ""

    @property
    def is_untouched(self) -> bool:
        """Whether it stands on the page as it stands on everybody's before they have said anything."""
        return self == QuestionField(self.question, "", "", "|")

    @property
    def text(self) -> str:
        return curly(self.question.text)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(letter, curly(option.text)) for letter, option in zip(LETTERS, self.question.options, strict=False)]

    @property
    def chosen(self) -> list[str]:
        return self.value.split()

    @property
    def is_multiple(self) -> bool:
        return is_multiple(self.question)

    @property
    def detail(self) -> str:
        return self.question.detail if isinstance(self.question, AskedQuestion) else ""

    @property
    def criteria(self) -> tuple[str, ...]:
        return self.question.criteria if isinstance(self.question, AskedQuestion) else ()

    @property
    def said(self) -> str:
        """The chosen answer in words; empty while the question is open."""
        if self.value == AnswerKind.NOT_APPLICABLE:
            return gettext("Does not apply here: {reason}").format(reason=self.reason)
        words: dict[str, str] = {AnswerKind.DONT_KNOW: gettext("I don’t know"), **dict(self.choices)}
        return " · ".join(words[one] for one in self.chosen if one in words)


@dataclass(frozen=True)
class Unsaved:
    """A choice the page sent that could not be saved, and why; it is shown again, so that nobody makes it twice."""

    value: str
    reason: str
    error: str
    is_conflict: bool = False


@dataclass(frozen=True)
class NoteField:
    """A text as the page shows it: what was typed, what is stored, and what could not be saved."""

    text: str = ""
    seen: str = ""
    version: str = ""
    error: str = ""
    other: str = ""

    @property
    def is_untouched(self) -> bool:
        return self == NoteField()


@dataclass(frozen=True)
class PracticeBlock:
    practice: Practice
    fields: tuple[QuestionField, ...]
    note: NoteField
    evidence: PracticeEvidence | None = None  # once every question of it has an answer
    again: str = ""  # why its questions are asked again, where the answers outlived their term

    @property
    def comment(self) -> str:
        return self.note.seen


def value_of(question: Question, answer: StoredAnswer | None) -> str:
    if answer is None:
        return ""
    if answer.kind in OUTSIDE:
        return answer.kind
    numbers = {answer.level} if answer.level is not None else set(map(int, answer.ticked.split()))
    return " ".join(c for c, option in zip(LETTERS, question.options, strict=False) if option.level in numbers)


def given_by(question: Question, value: str) -> Given:
    """The answer a letter stands for, or several; raises Invalid for anything the page does not offer."""
    if value in OUTSIDE:
        return cast(Given, value)
    offered = dict(zip(LETTERS, (option.level for option in question.options), strict=False))
    letters = value.split() if is_multiple(question) else [value]
    if is_multiple(question) and set(letters) & set(OUTSIDE):
        raise Invalid(gettext("Not saved yet: tick what is true, or one of the two answers below, not both."))
    if not set(letters) <= offered.keys():
        raise Invalid(gettext("Not saved: the question has no such choice. Reload the page and choose again."))
    return tuple(offered[one] for one in letters) if is_multiple(question) else offered[value]


def blocks_of(
    participant: Participant, section: Section, unsaved: Mapping[str, Unsaved] | None = None
) -> list[PracticeBlock]:
    """The page's practices with what the person has said so far, and what of it could not be saved just now."""
    answers, comments = answer_store.given(participant), answer_store.texts(participant)
    unsaved = unsaved or {}
    blocks = []
    for asked in section.practices:
        fields = tuple(field_of(q, answers.get(q.id), unsaved.get(q.id)) for q in asked.questions)
        name = asked.practice.id
        note = note_of(comments.get(name, NOTHING), unsaved.get(f"note-{name}"))
        blocks.append(PracticeBlock(asked.practice, fields, note))
    return blocks


def field_of(question: Question, answer: StoredAnswer | None, unsaved: Unsaved | None = None) -> QuestionField:
    value, reason = value_of(question, answer), answer.reason if answer else ""
    now = QuestionField(question, value, reason, f"{value}|{reason}", answer.version if answer else "")
    if unsaved is None:
        return now
    other = now.said if unsaved.is_conflict else ""
    return replace(now, value=unsaved.value, reason=unsaved.reason, error=unsaved.error, other=other)


def note_of(stored: StoredText, unsaved: Unsaved | None = None) -> NoteField:
    now = NoteField(stored.text, stored.text, stored.version)
    if unsaved is None:
        return now
    other = stored.text if unsaved.is_conflict else ""
    return replace(now, text=unsaved.value, error=unsaved.error, other=other)


def change_asked(data: Mapping[str, Any], part: str) -> Change:
    """The change a page asks for: a script sends its key and what it may replace, a plain form what it showed."""
    return change_of(data.get("change", ""), data.get("replaces", data.get(f"version-{part}")))


def status_of(unsaved: Mapping[str, Unsaved]) -> int:
    """409 when another device stored something else, 422 when something cannot be stored as it is."""
    if any(one.is_conflict for one in unsaved.values()):
        return 409
    return 422 if unsaved else 200


@dataclass(frozen=True)
class Sides:
    """What was sent and what is stored, in words; `fields` puts what is stored back on the page."""

    label: str
    sent: str
    stored: str
    version: str
    fields: str
    stored_at: dt.datetime | None


def both_sides(seat: Participant, part: str, data: Mapping[str, Any]) -> Sides:
    if part.startswith("note-") or part == "fix_first":
        return _sides_of_text(seat, part, data.get(part, ""))
    question = next(q for q in model_for(seat).questions() if q.id == part)
    answer = answer_store.given(seat).get(part)
    now, (value, reason) = field_of(question, answer), posted_answer(data, question)
    chosen = {f"q-{part}.{one}": one for one in now.chosen} if now.is_multiple else {f"q-{part}": now.value}
    fields = json.dumps(chosen | {f"why-{part}": now.reason})
    sent = replace(now, value=value, reason=reason).said
    return Sides(now.text, sent, now.said, now.version, fields, answer.updated_at if answer else None)


def _sides_of_text(seat: Participant, part: str, sent: str) -> Sides:
    if part == "fix_first":
        label, name = gettext("What would you fix first?"), WISH
    else:
        name = part.removeprefix("note-")
        label = next((p.name for p in model_for(seat).practices() if p.id == name), "")
    stored = answer_store.texts(seat).get(name, NOTHING)
    return Sides(label, sent, stored.text, stored.version, json.dumps({part: stored.text}), stored.updated_at)


def posted_answer(data: Mapping[str, Any], question: Question) -> tuple[str, str]:
    """The letter and the reason a page sends for one question; the letters, where several may be ticked."""
    value = data.get(f"q-{question.id}", "")
    if is_multiple(question):
        value = " ".join(one for one in (*LETTERS, *OUTSIDE) if data.get(f"q-{question.id}.{one}"))
    reason = data.get(f"why-{question.id}", "").strip() if value == AnswerKind.NOT_APPLICABLE else ""
    return value, reason


def changed_questions(data: Mapping[str, Any], questions: Iterable[Question]) -> list[Question]:
    """The questions whose choice differs from what the page showed when it was loaded."""
    changed = []
    for question in questions:
        value, reason = posted_answer(data, question)
        if (value or is_multiple(question)) and data.get(f"seen-{question.id}", "|") != f"{value}|{reason}":
            changed.append(question)
    return changed
