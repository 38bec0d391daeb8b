"""Before the room fills: the workshop, its agenda from what is known already, its rule and its settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from assessment.domain.evidence import current_result
from assessment.domain.scored import roadmap_of, score_card_of
from assessment.maturity.loader import model_of
from assessment.models import Assessment
from core.refusals import Invalid, Refused
from core.sealed import Lost, open_sealed, seal
from surveys.domain.links import digest_of
from surveys.domain.sections import stage_of
from surveys.domain.workshop.agenda import Candidate, Limits, Planned, plan
from surveys.domain.workshop.changing import has_changed, held_by
from surveys.domain.workshop.joining import new_code, room_token
from surveys.domain.workshop.rule import ConsensusRule
from surveys.models import AgendaItem, ItemState, Survey, Workshop

MINUTES = 90
MINIMUM = 3  # votes below which nothing is revealed, whatever anybody wants
SETTINGS = ("kind", "minutes", "minimum", "hides_count", "rule_share", "rule_within", "rule_deviation")
RULE = ("rule_share", "rule_within", "rule_deviation", "minimum")


def rule_of(workshop: Workshop) -> ConsensusRule:
    return ConsensusRule(workshop.rule_share, workshop.rule_within, workshop.rule_deviation)


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
    for position, planned in enumerate((one for one in rows if one.practice not in fixed), start=1 + len(fixed)):
        AgendaItem.objects.create(
            workshop=row,
            practice=planned.practice,
            position=position,
            minutes=planned.minutes or 8,
            is_planned=planned.minutes > 0,
            reasons=_reasons(planned),
        )


def _reasons(planned: Planned) -> dict[str, Any]:
    return {
        "priority": round(planned.priority, 3),
        "disagreement": round(planned.disagreement, 2),
        "effect": planned.effect,
        "confirms": planned.confirms,
        "is_known": planned.is_known,
    }


def candidates_of(assessment: Assessment) -> list[Candidate]:
    """Every practice of the maturity model with what answers, evidence and roadmap say of it."""
    model, result = model_of(assessment.maturity_model), current_result(assessment)
    weights = {practice.id: practice.weight for practice in model.practices()}
    if result is None:
        return [Candidate(practice, weight) for practice, weight in weights.items()]
    card, roadmap = score_card_of(result), roadmap_of(result)
    stage = roadmap.constraint_stage
    stages = {p.id: stage_of(p, model).id for p in model.practices() if p.stages}
    moved = {step.practice for step in roadmap.steps}
    found = []
    for one in card.practices:
        report = one.self_report
        found.append(
            Candidate(
                practice=one.practice,
                weight=weights.get(one.practice, 1.0),
                deviation=report.average_deviation if report else None,
                evidence_gap=one.gap,
                role_gap=max((gap for _high, _low, gap in one.role_gaps), default=None),
                n=report.n if report else 0,
                is_known=report is not None and one.planning_score is not None,
                at_constraint=one.practice == roadmap.constraint_practice or stages.get(one.practice) == stage,
                on_roadmap=one.practice in moved,
            )
        )
    return found


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
