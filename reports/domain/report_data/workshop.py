"""What a workshop said of each practice: both votes, the shift, the rule, what was agreed and who sees it otherwise."""

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

from core.language import number
from reports.domain.report_data.appendix_types import WorkshopRow, WorkshopSection
from surveys.domain.workshop.tally import Shift, Tally
from surveys.domain.workshop.told import ItemRecord, WorkshopRecord
from surveys.models import NoteKind


def workshop_section(record: WorkshopRecord | None) -> WorkshopSection | None:
    if record is None:
        return None
    kinds = dict(NoteKind.choices)
    caption = gettext("Votes: how many chose level 1, 2, 3, 4, 5")
    return WorkshopSection(
        title=_title(record),
        caption=gettext("Votes: how many chose what") if _is_of_others(record) else caption,
        first_column=gettext("Question") if _is_of_others(record) else gettext("Practice"),
        rule=_rule(record),
        rows=tuple(_row(item) for item in record.items),
        notes=tuple(
            f"{kinds[NoteKind(note.kind)]}: {note.text}"
            + (f" – {note.owner}" if note.owner else "")
            + (f" ({note.about})" if note.about else "")
            for note in record.notes
        ),
    )


def _is_of_others(record: WorkshopRecord) -> bool:
    return any(item.choices for item in record.items)


def _title(record: WorkshopRecord) -> str:
    agreed = sum(item.outcome in {"agreed", "confirmed"} for item in record.items)
    open_ones = len(record.items) - agreed
    if _is_of_others(record):
        text = ngettext("The workshop agreed on {n} question", "The workshop agreed on {n} questions", agreed)
    else:
        text = ngettext("The workshop agreed on {n} practice", "The workshop agreed on {n} practices", agreed)
    text = text.format(n=agreed)
    if not open_ones:
        return text + "."
    rest = ngettext("on {n} it agreed to disagree.", "on {n} it agreed to disagree.", open_ones).format(n=open_ones)
    return f"{text}, {rest}"


def _rule(record: WorkshopRecord) -> str:
    text = gettext("The rule, fixed before the first vote: {rule} Nothing is shown of fewer than {n} votes.")
    return text.format(rule=record.rule, n=record.minimum)


def _row(item: ItemRecord) -> WorkshopRow:
    words = {
        "agreed": _agreed(item),
        "disagreed": gettext("Agreed to disagree"),
        "confirmed": gettext("Confirmed without a vote"),
    }
    judged = {True: gettext("met"), False: gettext("not met"), None: gettext("not judged")}
    checks = " – ".join(filter(None, [item.check_what, item.check_who]))
    return WorkshopRow(
        name=item.name,
        outcome=words.get(item.outcome, ""),
        first=_votes(item.first, item.choices),
        second=_votes(item.second, item.choices),
        shift=_shift(item.shift),
        rule=judged[item.passes],
        dissent=item.dissent,
        check=gettext("To be checked: {what}").format(what=checks) if checks else "",
    )


def _agreed(item: ItemRecord) -> str:
    if item.choices:
        return gettext("Agreed: {choice}").format(choice=item.agreed)
    return gettext("Agreed: level {level}").format(level=item.agreed_level)


def _votes(told: Tally | None, choices: Sequence[str] = ()) -> str:
    """How many chose level 1, 2 … 5, or which choices, and who did not know."""
    if told is None:
        return "–"
    unknown = gettext("{n} did not know").format(n=told.n_dont_know) if told.n_dont_know else ""
    if not told.distribution:
        return unknown
    if choices:
        taken = [
            gettext("“{choice}” {n}").format(choice=c, n=n)
            for c, n in zip(choices, told.distribution, strict=True)
            if n
        ]
        return "; ".join(filter(None, [*taken, unknown]))
    counts = " ".join(str(n) for n in told.distribution)
    mean = gettext("mean {mean}").format(mean=number(f"{told.mean:.1f}"))
    return "; ".join(filter(None, [counts, mean, unknown]))


def _shift(moved: Shift | None) -> str:
    if moved is None:
        return ""
    closer = gettext("closer together") if moved.converged else gettext("not closer together")
    return gettext("Mean moved by {mean}, {closer}.").format(mean=number(f"{moved.mean:+.1f}"), closer=closer)
