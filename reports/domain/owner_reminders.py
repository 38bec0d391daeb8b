"""Mails to owners of actions: before one starts or is due, when it is late, and when a stop rule fires.

A reminder is a row that exists once for what it says, and a try to send it one conditional update, so no two workers
send the same. Without a mail server nothing is planned.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from assessment.domain.follow.stopping import looks_on
from assessment.domain.roadmap.decisions import Decision, Status
from assessment.domain.team_roadmap import decisions_of, people_of, team_roadmap
from assessment.maturity.loader import model_of
from assessment.models import Assessment
from core.language import gettext, gettext_noop
from metrics.models import Collection
from reports.domain.follow_page import indicators_of
from reports.domain.stop_rules import rules_of, stoppings_of
from reports.models import OwnerReminder

logger = logging.getLogger(__name__)
DAYS_AHEAD = 3
TRIES = 5
AT_ONCE = 100
NEWS_HOURS = 2  # a stop rule can only fire on a new measurement
SUBJECTS = {
    "starts": gettext_noop("Starts on {date}: {title}"),
    "due": gettext_noop("Due on {date}: {title}"),
    "overdue": gettext_noop("Was due on {date}: {title}"),
    "stop": gettext_noop("A stop rule fires: {title}"),
}
Due = tuple[str, str, dt.date, int]  # action, kind, the day it is about, owner


def plan_reminders(*, today: dt.date | None = None) -> int:
    """Queue what is due and was not said yet; how many."""
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        return 0
    today = today or timezone.localdate()
    decided = Assessment.objects.filter(roadmap_revisions__isnull=False, is_demo=False).distinct()
    return sum(_plan(assessment, today) for assessment in decided.select_related("team", "maturity_model"))


def send_waiting() -> int:
    """Send what waits; how many were sent. A mail that fails is tried again by the next sweep, five times in all."""
    waiting = OwnerReminder.objects.filter(sent_at=None, n_tries__lt=TRIES).select_related("assessment__team", "owner")
    return sum(_send(row) for row in waiting.order_by("pk")[:AT_ONCE])


def _plan(assessment: Assessment, today: dt.date) -> int:
    decisions = decisions_of(assessment.roadmap_revisions.first())
    owned = {
        name: one for name, one in decisions.about.items() if one.owner.isdecimal() and one.status is Status.ACCEPTED
    }
    if not owned:
        return 0
    people = dict(people_of(assessment.team))
    rows = [
        OwnerReminder(assessment=assessment, action=action, kind=kind, about_on=day, owner_id=owner)
        for action, kind, day, owner in (
            *_dated(owned, today),
            *(_stopping(assessment, owned, today) if assessment.maturity_model.is_ours else ()),
            *(_stopping_by_rule(assessment, owned, today) if assessment.maturity_model.is_ours else ()),
        )
        if str(owner) in people
    ]
    known = set(assessment.owner_reminders.values_list("action", "kind", "about_on", "owner_id"))
    new = [row for row in rows if (row.action, row.kind, row.about_on, row.owner_id) not in known]
    OwnerReminder.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _dated(owned: Mapping[str, Decision], today: dt.date) -> Iterator[Due]:
    soon = today + dt.timedelta(days=DAYS_AHEAD)
    for name, one in owned.items():
        if one.starts_on and today <= one.starts_on <= soon:
            yield name, "starts", one.starts_on, int(one.owner)
        if one.due_on and today <= one.due_on <= soon:
            yield name, "due", one.due_on, int(one.owner)
        if one.due_on and one.due_on < today:
            yield name, "overdue", one.due_on, int(one.owner)


def _stopping(assessment: Assessment, owned: Mapping[str, Decision], today: dt.date) -> Iterator[Due]:
    """Stop rules that fire, looked for when something was measured a moment ago."""
    if not _has_news(assessment) or (plan := team_roadmap(assessment)) is None:
        return
    for name, (indicator, _) in indicators_of(plan, today=today).items():
        if indicator.stop and name in owned:
            yield name, "stop", owned[name].starts_on or plan.decisions.begins_on, int(owned[name].owner)


def _stopping_by_rule(assessment: Assessment, owned: Mapping[str, Decision], today: dt.date) -> Iterator[Due]:
    """The maturity model's stop rules whose day has come; looked at until the owner was written to."""
    rules = rules_of(model_of(assessment.maturity_model))
    days = {
        name: looks_on(rules[name], one.starts_on) for name, one in owned.items() if name in rules and one.starts_on
    }
    said = assessment.owner_reminders.filter(kind="stop").values_list("action", "about_on")
    waiting = {name for name, day in days.items() if day <= today} - {n for n, day in said if day == days.get(n)}
    if not waiting or (plan := team_roadmap(assessment)) is None:
        return
    for name, found in stoppings_of(plan, today=today).items():
        if found.fires and name in waiting:
            yield name, "stop", days[name], int(owned[name].owner)


def _has_news(assessment: Assessment) -> bool:
    since = timezone.now() - dt.timedelta(hours=NEWS_HOURS)
    return Collection.objects.filter(assessment=assessment, is_follow_up=True, finished_at__gte=since).exists()


def _send(row: OwnerReminder) -> bool:
    mine = OwnerReminder.objects.filter(pk=row.pk, sent_at=None, n_tries=row.n_tries)
    if not mine.update(n_tries=F("n_tries") + 1):
        return False
    subject, body = _letter(row, row.owner)
    try:
        EmailMessage(subject, body, to=[row.owner.email]).send()
    except (SMTPException, OSError) as error:
        logger.warning("a reminder was not sent: %s", type(error).__name__)
        return False
    return bool(OwnerReminder.objects.filter(pk=row.pk).update(sent_at=timezone.now()))


def _letter(row: OwnerReminder, owner: User) -> tuple[str, str]:
    plan = team_roadmap(row.assessment)
    step = plan.step(row.action) if plan else None
    title = step.title if step else row.action
    subject = gettext(SUBJECTS[row.kind]).format(date=date_format(row.about_on), title=title)
    address = settings.SITE_URL + reverse("reports:roadmap-action", args=[row.assessment.public_id, row.action])
    told = gettext(
        "Hello {name},\n\nyou own “{title}” on the roadmap of {team}.\n{outcome}\n\n"
        "See it, or say that it is done:\n{address}\n"
    )
    outcome = step.outcome if step else ""
    body = told.format(name=owner.name, title=title, team=row.assessment.team, outcome=outcome, address=address)
    return " ".join(subject.split()), body
