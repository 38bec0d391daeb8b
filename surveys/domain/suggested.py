"""What a person's own answers on other maturity models suggest here: told with its origin, and never saved unasked.

Only answers under a name, of the same person and the same team: nobody learns what somebody else said.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext

from assessment.maturity.crosswalk import Item, Sheet, linked, sheet_of_other, sheet_of_ours, suggested
from assessment.maturity.formats import OURS
from assessment.maturity.loader import foreign_model_of, model_of
from assessment.models import MaturityModel
from surveys.models import Answer, AnswerKind, Participant

ORIGINS_TOLD = 3


@dataclass(frozen=True)
class Suggestion:
    level: int  # the place of the answer, counted from 1
    origin: str  # which own answers speak for it


@dataclass(frozen=True)
class _Own:
    """One answer of the person on another model."""

    item: Item
    level: int
    title: str
    said_on: dt.date


def suggestions(seat: Participant, open_questions: Iterable[str]) -> dict[str, Suggestion]:
    """By question that is still open. No query where the maturity model is linked to none, two otherwise."""
    row, wanted = seat.survey.assessment.maturity_model, set(open_questions)
    if seat.survey.is_anonymous or seat.user_id is None or not wanted or not _may_be_linked(row):
        return {}
    answers = list(
        Answer.objects.filter(
            participant__user=seat.user_id,
            participant__survey__assessment__team=seat.survey.assessment.team_id,
            kind=AnswerKind.LEVEL,
        )
        .exclude(participant__survey__assessment__maturity_model__slug=row.slug)
        .order_by("updated_at", "pk")
        .values_list(
            "question",
            "level",
            "updated_at",
            "participant__survey__assessment__title",
            "participant__survey__assessment__maturity_model",
        )
    )
    models = MaturityModel.objects.in_bulk({one[4] for one in answers}) if answers else {}
    target, found = sheet_of(row), {}
    for pk, other in sorted(models.items()):
        source = sheet_of(other)
        items = {item.id: item for item in source.items}
        own = {
            question: _Own(items[question], level, title, at.date())
            for question, level, at, title, model in answers
            if model == pk and question in items and level is not None
        }
        links = linked(target, source)
        for item in target.items:
            if item.id in wanted and (told := _told(item, [own[o.id] for o in links.get(item.id, ()) if o.id in own])):
                found[item.id] = told
    return found


def sheet_of(row: MaturityModel) -> Sheet:
    key = (row.digest, get_language())
    if key not in _sheets:
        ours = row.rule == OURS
        _sheets[key] = sheet_of_ours(model_of(row)) if ours else sheet_of_other(foreign_model_of(row))
    return _sheets[key]


_sheets: dict[tuple[str, str | None], Sheet] = {}


def _may_be_linked(row: MaturityModel) -> bool:
    """Others point at models that were written elsewhere; at ours only where ours points back."""
    return row.rule != OURS or sheet_of(row).points_anywhere


def _told(item: Item, own: list[_Own]) -> Suggestion | None:
    found = suggested(item, ((one.item, one.level) for one in own))
    if found is None:
        return None
    latest = max(own, key=lambda one: one.said_on)
    named = "; ".join(f"“{one.item.text}”" for one in own[:ORIGINS_TOLD])
    text = ngettext(
        "From your answer of {day} in “{assessment}” to {questions}.",
        "From {n} answers of yours of {day} in “{assessment}”, among them to {questions}.",
        len(own),
    )
    origin = text.format(
        n=len(own), day=date_format(latest.said_on, "DATE_FORMAT"), assessment=latest.title, questions=named
    )
    return Suggestion(found.level, origin)
