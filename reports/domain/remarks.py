"""What those who lead or advise a team add to its report in their own words, in marked places.

Every saving is a row of its own with the next number of its place. Two people who write at once both start from the
same number, and only the first gets the next one: nothing is overwritten, and the second is shown both texts.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import User
from assessment.maturity.formats import OURS
from assessment.maturity.loader import model_of
from assessment.models import Assessment, AssessmentState
from core.markdown import plain_lines, safe_html
from core.refusals import Refused
from reports.models import Profile, Reach, RemarkVersion
from surveys.models import Survey

OPENING, ROADMAP, CLOSING, DIMENSION = "opening", "roadmap", "closing", "dimension-"
DAYS_AFTER_CLOSING = 14
READERS = {
    Reach.TEAM: {Profile.TEAM},
    Reach.BOARD: {Profile.TEAM, Profile.BOARD},
    Reach.CLIENT: {Profile.TEAM, Profile.BOARD, Profile.CLIENT},
}


@dataclass(frozen=True)
class Place:
    id: str
    name: str


@dataclass(frozen=True)
class Remark:
    """One text as a document reads it; `html` holds nothing that could do or fetch anything."""

    place: str
    html: SafeString
    lines: tuple[str, ...]
    label: str  # whose words, and of which day
    reach: str
    key: str  # what it was made from, part of which report is which
    version: int  # primary key of the row it is


class RemarkConflict(Refused):
    """Somebody else saved first; nothing was overwritten. `theirs` is what stands there now."""

    def __init__(self, theirs: RemarkVersion) -> None:
        super().__init__(_("Somebody else saved this text while you wrote. Here are both; keep yours to replace it."))
        self.theirs = theirs


def places_of(assessment: Assessment) -> tuple[Place, ...]:
    """In the order of the report."""
    if assessment.maturity_model.rule != OURS:
        return (
            Place(OPENING, _("After the summary")),
            Place(ROADMAP, _("Before what to do next")),
            Place(CLOSING, _("At the end")),
        )
    dimensions = model_of(assessment.maturity_model).dimensions
    return (
        Place(OPENING, _("After the summary")),
        *(Place(f"{DIMENSION}{one.id}", _("After “{name}”").format(name=one.name)) for one in dimensions),
        Place(ROADMAP, _("Before the roadmap")),
        Place(CLOSING, _("Before the appendices")),
    )


def are_remarks_open(assessment: Assessment) -> bool:
    """Until the assessment closes; where a survey shows nothing before that, for two weeks more."""
    if assessment.state != AssessmentState.CLOSED:
        return True
    speaks_late = Survey.objects.filter(assessment=assessment, minimum_group__gt=1).exists()
    until = (assessment.closed_at or timezone.now()) + dt.timedelta(days=DAYS_AFTER_CLOSING)
    return speaks_late and timezone.now() < until


def latest_versions(assessment: Assessment) -> dict[str, RemarkVersion]:
    """The newest row of each place, emptied ones too."""
    rows = RemarkVersion.objects.filter(assessment=assessment).select_related("by").order_by("number")
    return {row.place: row for row in rows}


def remarks_of(assessment: Assessment) -> tuple[Remark, ...]:
    return remarks_from(latest_versions(assessment).values())


def remarks_from(rows: Iterable[RemarkVersion]) -> tuple[Remark, ...]:
    return tuple(_remark(row) for row in sorted(rows, key=lambda row: row.place) if row.text)


def remarks_for(remarks: Iterable[Remark], profile: str) -> tuple[Remark, ...]:
    """What its author meant for readers of this profile."""
    return tuple(remark for remark in remarks if profile in READERS[Reach(remark.reach)])


def digest_of_remarks(remarks: Iterable[Remark]) -> str:
    """Empty where there is none."""
    keys = [remark.key for remark in remarks]
    return hashlib.sha256(json.dumps(keys).encode()).hexdigest() if keys else ""


@transaction.atomic
def write_remark(
    assessment: Assessment, *, place: str, text: str, reach: str, based_on: int, by: User
) -> RemarkVersion | None:
    """The next version of a place; None when nothing changed. `based_on` is the number the writer began from."""
    if not are_remarks_open(assessment):
        raise Refused(_("The assessment is closed, so the texts of its report are settled."))
    before = latest_versions(assessment).get(place)
    if before and before.number != based_on:
        raise RemarkConflict(before)
    if (before.text, before.reach) == (text, reach) if before else not text:
        return None
    number = before.number + 1 if before else 1
    made = _next_version(assessment, place=place, text=text, reach=reach, number=number, by=by)
    record("report.text_written", by=by, on=assessment, team=assessment.team, place=place, number=made.number)
    return made


def _next_version(assessment: Assessment, *, place: str, text: str, reach: str, number: int, by: User) -> RemarkVersion:
    try:
        with transaction.atomic():
            return RemarkVersion.objects.create(
                assessment=assessment, place=place, number=number, text=text, reach=reach, by=by
            )
    except IntegrityError:
        raise RemarkConflict(latest_versions(assessment)[place]) from None


def _remark(row: RemarkVersion) -> Remark:
    name = str(row.by) if row.by else _("Somebody who led the assessment")
    day = date_format(timezone.localdate(row.created_at))
    return Remark(
        place=row.place,
        html=safe_html(row.text),
        lines=plain_lines(row.text),
        label=_("In the words of {name}, {day}").format(name=name, day=day),
        reach=row.reach,
        version=row.pk,
        key=hashlib.sha256(json.dumps([row.place, row.number, row.text, name, day]).encode()).hexdigest(),
    )
