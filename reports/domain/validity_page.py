"""When what is known of each practice runs out: rows for the page, whole days for a calendar."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from assessment.domain.validity import Term, has_terms, terms_of
from assessment.maturity.formats import OURS
from assessment.maturity.loader import model_of
from assessment.models import Assessment, AssessmentState, EvidenceSource
from core.calendar_file import WholeDay, calendar_file
from core.language import gettext, ngettext
from reports.domain.report_data.voices import stale_text
from reports.domain.report_data.words import count_text, date_text
from surveys.models import Survey


@dataclass(frozen=True)
class TermRow:
    practice: str
    name: str
    source: str
    observed_on: str
    term: str
    valid_until: str
    iso: str
    stale: str  # empty while it is valid


@dataclass(frozen=True)
class ValidityPage:
    title: str
    lead: str
    again: str  # how what is stale is asked again; empty while all is valid
    rows: tuple[TermRow, ...]


def validity_page(assessment: Assessment, *, today: dt.date) -> ValidityPage:
    terms = terms_of(assessment)
    rows = tuple(_row(one, today) for one in terms)
    again = _again(assessment) if any(row.stale for row in rows) else ""
    return ValidityPage(_title(assessment, terms, today), _lead(assessment, terms), again, rows)


def validity_calendar(assessment: Assessment) -> bytes:
    """One whole day for each source of each practice: the day after its last valid one."""
    days = [_day(assessment, one) for one in terms_of(assessment)]
    name = gettext("To be asked again: {team}").format(team=assessment.team.name)
    return calendar_file(days, product="-//Headwater//Validity//EN", name=name)


def _title(assessment: Assessment, terms: tuple[Term, ...], today: dt.date) -> str:
    stale = {one.practice for one in terms if one.days_over(today)}
    if not terms:
        return gettext("Nothing known about {team} runs out.").format(team=assessment.team.name)
    if not stale:
        return gettext("All that is known is valid until {day}.").format(day=date_text(terms[0].valid_until))
    return gettext("{n} to be asked again.").format(n=count_text(len(stale), "practice"))


def _lead(assessment: Assessment, terms: tuple[Term, ...]) -> str:
    if terms:
        return gettext(
            "The maturity model states how long an answer or a reading of a practice stays valid. After that day the "
            "range widens with every day, and the practice is to be asked again."
        )
    if assessment.maturity_model.rule == OURS and has_terms(model_of(assessment.maturity_model)):
        return gettext("The maturity model states terms, but nothing is known yet that could run out.")
    return gettext("The maturity model of this assessment states no term for any practice.")


def _again(assessment: Assessment) -> str:
    """Answers without names carry no time and were promised to be summed up once; only a next assessment asks anew."""
    survey = Survey.objects.filter(assessment=assessment).first()
    if survey is not None and survey.speaks_once:
        return gettext(
            "Answers without names were summed up once, as promised, so nobody is asked again here: the next "
            "assessment asks everybody. A new measuring renews what repositories show."
        )
    if assessment.state == AssessmentState.OPEN:
        return gettext(
            "While the assessment is open, whoever answered under their name sees these questions again; a new "
            "measuring renews what repositories show."
        )
    return gettext("To ask again, open the assessment again or begin the next one.")


def _row(term: Term, today: dt.date) -> TermRow:
    return TermRow(
        practice=term.practice,
        name=term.name,
        source=str(EvidenceSource(term.source).label),
        observed_on=date_text(term.observed_on),
        term=ngettext("{n} day", "{n} days", term.valid_days).format(n=term.valid_days),
        valid_until=date_text(term.valid_until),
        iso=term.valid_until.isoformat(),
        stale=stale_text(term.days_over(today)),
    )


def _day(assessment: Assessment, term: Term) -> WholeDay:
    source = EvidenceSource(term.source).label
    address = reverse("reports:practice", args=[assessment.public_id, term.practice])
    return WholeDay(
        uid=f"{assessment.public_id}-{term.practice}-{term.source}@headwater",
        day=term.valid_until + dt.timedelta(days=1),
        summary=gettext("Ask again: {practice} ({team})").format(practice=term.name, team=assessment.team.name),
        description=gettext("{source}: known since {day}, valid for {n} days.").format(
            source=source, day=date_text(term.observed_on), n=term.valid_days
        ),
        url=f"{settings.SITE_URL}{address}",
        stamp=dt.datetime.combine(term.observed_on, dt.time(), dt.UTC),
    )
