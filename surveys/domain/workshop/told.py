"""The record of a workshop for whoever prints it: the rule, and what came of each practice. Single votes stay here."""

from dataclasses import dataclass

from assessment.models import Assessment
from surveys.domain.workshop.preparing import rule_in_words
from surveys.domain.workshop.subjects import subjects_of
from surveys.domain.workshop.tally import Shift, Tally
from surveys.domain.workshop.watching import scenes_of
from surveys.models import ItemState, Workshop


@dataclass(frozen=True)
class ItemRecord:
    """One practice, or one question of others: then `choices` are its choices as `first` and `second` count them.

    `agreed` is what was agreed in words. `passes` says whether the last vote met the rule; None where nobody voted or
    too few gave a level.
    """

    practice: str
    name: str
    outcome: str
    agreed_level: int | None
    first: Tally | None
    second: Tally | None  # the last round where there was more than one
    shift: Shift | None
    passes: bool | None
    dissent: str
    check_what: str
    check_who: str
    agreed: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoteRecord:
    kind: str
    about: str  # the name of what was talked about
    text: str
    owner: str


@dataclass(frozen=True)
class WorkshopRecord:
    rule: str
    minimum: int
    held_on: str  # ISO date; empty while it runs
    items: tuple[ItemRecord, ...]
    notes: tuple[NoteRecord, ...]


def workshop_record(assessment: Assessment) -> WorkshopRecord | None:
    """What the report prints of the assessment's workshop; None without one, or before anything was settled."""
    row = Workshop.objects.filter(assessment=assessment).select_related("assessment__maturity_model").first()
    if row is None:
        return None
    items = list(row.items.filter(state=ItemState.SETTLED))
    if not items:
        return None
    records = []
    for scene in scenes_of(row, items):
        first, last = (one.tally if one else None for one in (scene.first, scene.last))
        judged = last.agreement if last else None
        records.append(
            ItemRecord(
                practice=scene.item.practice,
                name=scene.subject.name,
                outcome=scene.item.outcome,
                agreed_level=scene.item.agreed_level,
                agreed=scene.agreed,
                choices=() if scene.subject.is_ours else tuple(one.text for one in scene.subject.choices),
                first=first,
                second=last if scene.first is not scene.last else None,
                shift=scene.shift,
                passes=judged.passes if judged else None,
                dissent=scene.item.dissent,
                check_what=scene.item.check_what,
                check_who=scene.item.check_who,
            )
        )
    names = {one.id: one.name for one in subjects_of(assessment.maturity_model).values()}
    notes = tuple(
        NoteRecord(note.kind, names.get(note.practice, ""), note.text, note.owner) for note in row.notes.all()
    )
    held_on = row.finished_at.date().isoformat() if row.finished_at else ""
    return WorkshopRecord(rule_in_words(row), row.minimum, held_on, tuple(records), notes)
