"""What the people of a survey said that still holds in another version of its model."""

from collections.abc import Collection, Mapping
from typing import Any

from assessment.maturity.schema import MaturityModelFile
from surveys.domain.sections import sections_for
from surveys.domain.summary import Voice
from surveys.models import Participant, Survey

Numbers = Mapping[str, Mapping[int, int]]  # by stored question, the number of a choice there by the one it has


def carried_voices(survey: Survey, after: MaturityModelFile, kept: Collection[str]) -> list[tuple[Participant, Voice]]:
    """Each seat of a survey with names and what it said that still holds, in the roles the other model has."""
    known = {role.id for role in after.roles}
    found = []
    for seat in survey.participants.order_by("pk").prefetch_related("answers"):
        roles = tuple(role for role in seat.roles if role in known)
        asked = {q.id for section in sections_for(after, roles=roles) for q in section.questions()} & set(kept)
        said = {a.question: a.level if a.level is not None else a.kind for a in seat.answers.all()}
        found.append((seat, Voice(roles, {name: answer for name, answer in said.items() if name in asked})))
    return found


def counted(survey: Survey | None, kept: Collection[str]) -> tuple[int | None, int | None]:
    """How many single answers there are, and how many of them hold; None where they stay with their assessment."""
    if survey is None or survey.speaks_once:
        return None, None
    rows = survey.participants.values_list("answers__question", flat=True).exclude(answers=None)
    questions, held = list(rows), set(kept)
    return len(questions), sum(question in held for question in questions)


def renumbered(answer: dict[str, Any], numbers: Numbers) -> dict[str, Any]:
    """A stored answer with the numbers its choices have in the other model; a level of our own is what it is."""
    places, level = numbers.get(answer["question"]), answer["level"]
    if places is None:
        return answer
    ticked = sorted(places[int(one)] for one in answer["ticked"].split())
    return {**answer, "level": None if level is None else places[level], "ticked": " ".join(map(str, ticked))}
