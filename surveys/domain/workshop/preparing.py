"""Before the room fills: the workshop, its agenda from what is known already, its rule and its settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from assessment.models import Assessment
from core.refusals import Invalid, Refused
from core.sealed import Lost, open_sealed, seal
from surveys.domain.links import digest_of
from surveys.domain.workshop.agenda import Limits, Planned, plan
from surveys.domain.workshop.candidates import candidates_of
from surveys.domain.workshop.changing import has_changed, held_by
from surveys.domain.workshop.joining import new_code, room_token
from surveys.domain.workshop.rule import ConsensusRule
from surveys.domain.workshop.subjects import Subject, subjects_of
from surveys.models import AgendaItem, ItemState, Survey, Workshop

MINUTES = 90
MINIMUM = 3  # votes below which nothing is revealed, whatever anybody wants
SETTINGS = ("kind", "minutes", "minimum", "hides_count", "rule_share", "rule_within", "rule_deviation")
RULE = ("rule_share", "rule_within", "rule_deviation", "minimum")


def rule_of(workshop: Workshop) -> ConsensusRule:
    return ConsensusRule(workshop.rule_share, workshop.rule_within, workshop.rule_deviation)


def rule_in_words(workshop: Workshop) -> str:
    """As it holds for the maturity model: the choices of others are no scale, so only the share is left of it."""
    rule = rule_of(workshop)
    return rule.in_words() if workshop.assessment.maturity_model.is_ours else rule.of_choices()


def lowest_minimum(assessment: Assessment) -> int:
    """The survey's promise holds in the room, too."""
    survey = Survey.objects.filter(assessment=assessment).first()
    return max(MINIMUM, survey.minimum_group if survey else 0)


@transaction.atomic
def prepare_workshop(assessment: Assessment, *, by: User, minutes: int = MINUTES) -> Workshop:
    """The assessment's workshop with a proposed agenda; there is one, so asking twice gives the same."""
    found = Workshop.objects.filter(assessment=assessment).first()
    if found is not None:
        return found
    row = Workshop(assessment=assessment, facilitator=by, code=new_code(), minutes=minutes)
    row.room_digest = digest_of(room_token(row.public_id))
    row.minimum = lowest_minimum(assessment)
    row.save()
    _propose(row)
    record("workshop.prepared", by=by, on=row, team=assessment.team, kind=row.kind, minutes=minutes)
    return row


@transaction.atomic
def propose_again(workshop: Workshop, *, by: User) -> None:
    """Order what nobody has voted on yet afresh, from the answers and evidence of this moment."""
    row = held_by(workshop, by)
    _propose(row)
    record("workshop.agenda_changed", by=by, on=row, team=row.assessment.team, n=row.items.count())
    has_changed(row)


def _propose(row: Workshop) -> None:
    fixed = set(row.items.exclude(state=ItemState.WAITING).values_list("practice", flat=True))
    row.items.filter(state=ItemState.WAITING).delete()
    limits = Limits(minimum=row.minimum)
    rows = plan(candidates_of(row.assessment), minutes=row.minutes, limits=limits)
    subjects = subjects_of(row.assessment.maturity_model)
    AgendaItem.objects.bulk_create(
        AgendaItem(
            workshop=row,
            practice=planned.practice,
            position=position,
            minutes=planned.minutes or 8,
            is_planned=planned.minutes > 0,
            reasons=_reasons(planned),
            **offered(subjects[planned.practice]),
        )
        for position, planned in enumerate((one for one in rows if one.practice not in fixed), start=1 + len(fixed))
    )


def offered(subject: Subject) -> dict[str, Any]:
    """What an agenda item keeps of what is voted on, so that a vote is checked without reading the model."""
    return {"kind": subject.kind, "n_choices": subject.n_choices, "alone": " ".join(map(str, subject.alone))}


def _reasons(planned: Planned) -> dict[str, Any]:
    return {
        "priority": round(planned.priority, 3),
        "disagreement": round(planned.disagreement, 2),
        "effect": planned.effect,
        "confirms": planned.confirms,
        "is_known": planned.is_known,
    }


@transaction.atomic
def arrange(workshop: Workshop, order: Sequence[tuple[str, int, bool]], *, by: User) -> None:
    """The agenda as the facilitator wants it: (practice, minutes, planned) in order; others keep their place behind."""
    row = held_by(workshop, by)
    items = {item.practice: item for item in row.items.all()}
    named = [practice for practice, _minutes, _planned in order if practice in items]
    behind = [practice for practice in items if practice not in named]
    wanted = {practice: (minutes, planned) for practice, minutes, planned in order}
    for position, practice in enumerate([*named, *behind], start=1):
        item = items[practice]
        item.position = position
        minutes, item.is_planned = wanted.get(practice, (item.minutes, item.is_planned))
        item.minutes = max(1, min(120, minutes))
    AgendaItem.objects.bulk_update(items.values(), ["position", "minutes", "is_planned"])
    record("workshop.agenda_changed", by=by, on=row, team=row.assessment.team, n=len(items))
    has_changed(row)


@transaction.atomic
def change_settings(workshop: Workshop, values: Mapping[str, Any], *, by: User) -> None:
    """The rule and the minimum stand from the first vote on; the rest may change until the end."""
    row = held_by(workshop, by)
    changed = [name for name in SETTINGS if name in values and getattr(row, name) != values[name]]
    if row.rule_fixed_at and any(name in RULE or name == "kind" for name in changed):
        raise Refused(
            _("The rule was fixed when the first vote was opened. It stays as it is, and so does the minimum.")
        )
    if values.get("minimum", row.minimum) < (least := lowest_minimum(row.assessment)):
        raise Invalid(_("Nothing is revealed of fewer than {n} votes here.").format(n=least))
    for name in changed:
        setattr(row, name, values[name])
    if "wifi_name" in values:
        row.wifi_name = values["wifi_name"]
        row.wifi_sealed = seal(values["wifi_password"]) if values.get("wifi_password") else row.wifi_sealed
        row.wifi_sealed = row.wifi_sealed if row.wifi_name else ""
    row.save()
    record("workshop.settings_changed", by=by, on=row, team=row.assessment.team, changed=changed)
    has_changed(row)


def wifi_text(workshop: Workshop) -> str:
    """What a telephone reads from the code of a room's network; empty where none is given."""
    if not workshop.wifi_name:
        return ""
    try:
        password = open_sealed(workshop.wifi_sealed)
    except Lost:
        return ""
    marks = str.maketrans({mark: f"\\{mark}" for mark in '\\;,":'})
    kind = f"WPA;P:{password.translate(marks)}" if password else "nopass"
    return f"WIFI:S:{workshop.wifi_name.translate(marks)};T:{kind};;"
