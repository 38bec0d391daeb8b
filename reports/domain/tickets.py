"""Actions as tickets in a team's tracker: made once however often it runs, read back, never changed by us there.

A ticket is claimed as a row before it is made and carries a mark. A run that dies between making one and writing it
down leaves a row without a key; the next run finds the ticket by its mark and takes it over instead of making another.
"""

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.domain.audit import record
from accounts.models import User
from assessment.domain.retold import retold
from assessment.domain.roadmap.decisions import Status
from assessment.domain.team_roadmap import team_roadmap
from assessment.models import Assessment
from core.jobs import JobCancelled, JobLost, beat, finish_job, postpone_job
from core.language import gettext, gettext_noop
from core.models import JobState
from core.refusals import Invalid, Refused
from core.sealed import Lost, open_sealed, seal
from metrics.clients.http import HostError, MustWait, NotAllowed, check_base
from reports.clients import trackers
from reports.clients.trackers import HOMES, Draft, Place, Ticket
from reports.domain.plan_export import PlanRow, plan_rows, ticket_body
from reports.models import Tracker, TrackerRun, TrackerTicket
from reports.tasks import send_tickets

logger = logging.getLogger(__name__)
TITLE = 255  # characters; the shortest that a tracker takes
READ_EVERY = dt.timedelta(days=1)
GONE = gettext_noop("gone, or hidden from the token")
UNEXPECTED = gettext_noop("Something unexpected stopped it. The server's log has the details; send again after a look.")


@dataclass(frozen=True)
class Planned:
    """What sending would do with one action: make its ticket, or nothing because there is one."""

    draft: Draft
    action: str
    ticket: TrackerTicket | None

    @property
    def is_new(self) -> bool:
        return self.ticket is None or not self.ticket.key


@transaction.atomic
def connect_tracker(
    assessment: Assessment,
    *,
    kind: str,
    base_url: str,
    project: str,
    account: str,
    credential: str,
    by: User | None,
) -> Tracker:
    """Give the team its tracker. An empty credential keeps the one that is there, unless the place is another."""
    team, home = assessment.team, HOMES[trackers.TrackerKind(kind)]
    try:
        base_url = check_base(base_url or home, http_hosts=settings.REPOSITORY_HTTP_HOSTS)
    except HostError as error:
        raise Invalid(retold(error.sentence)) from error
    place = {"kind": kind, "base_url": base_url, "project": project.strip("/ ")}
    held = Tracker.objects.filter(team=team).first()
    same = held is not None and all(getattr(held, name) == value for name, value in place.items())
    if not credential and not (same and held and held.sealed_credential):
        raise Invalid(gettext("Enter a token; one that was stored for another place is never sent elsewhere."))
    if not same:
        Tracker.objects.filter(team=team).delete()  # its tickets are of another place
        held = Tracker(team=team, **place)
    if held is None:  # for the type checker: either the same one or a new one
        raise Refused(gettext("The tracker is gone."))
    held.account = account.strip()
    if credential:
        held.sealed_credential = seal(credential)
    held.save()
    record("tracker.connected", by=by, on=assessment, team=team, kind=kind)
    return held


@transaction.atomic
def disconnect_tracker(assessment: Assessment, tracker: Tracker, *, by: User | None) -> None:
    """Forget the place, the token and which tickets there are; the tickets themselves stay where they are."""
    record("tracker.disconnected", by=by, on=assessment, team=tracker.team, kind=tracker.kind)
    tracker.delete()


def drafts_of(assessment: Assessment, tracker: Tracker | None) -> list[Planned]:
    """The dry run: what is accepted, with the ticket it has or would get. Asks nobody."""
    plan = team_roadmap(assessment)
    if plan is None:
        return []
    known = {row.action: row for row in tracker.tickets.filter(assessment=assessment)} if tracker else {}
    taken = {step.id for step in plan.actions if plan.decisions.of(step.id).status is Status.ACCEPTED}
    return [
        Planned(_draft(assessment, row), row.id, known.get(row.id))
        for row in plan_rows(plan)
        if row.id in taken or row.id in known
    ]


@transaction.atomic
def request_run(tracker: Tracker, assessment: Assessment, *, makes: bool = True, by: User | None) -> TrackerRun:
    """Queue a run; one that is under way is handed back instead."""
    alive = tracker.runs.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).first()
    if alive:
        return alive
    try:
        with transaction.atomic():
            run = TrackerRun.objects.create(tracker=tracker, assessment=assessment, makes=makes, requested_by=by)
    except IntegrityError:  # somebody else was a moment quicker
        raise Refused(gettext("It is being sent already.")) from None
    record("tracker.run_requested", by=by, on=assessment, team=tracker.team, makes=makes)
    send_tickets.delay_on_commit(run.pk)  # type: ignore[attr-defined]  # celery-types knows only the plain task class
    return run


def read_daily() -> int:
    """Queue a reading of the trackers whose open tickets were not read for a day; how many."""
    before = timezone.now() - READ_EVERY
    stale = TrackerTicket.objects.filter(is_closed=False, read_at__lt=before).exclude(key="")
    newest = {row.tracker_id: row for row in stale.select_related("tracker__team", "assessment").order_by("pk")}
    recent = set(TrackerRun.objects.filter(created_at__gte=before).values_list("tracker", flat=True))
    due = [row for pk, row in newest.items() if pk not in recent]
    for row in due:
        request_run(row.tracker, row.assessment, makes=False, by=None)
    return len(due)


def run_tracker(run: TrackerRun) -> None:
    """Carry a claimed run out; every way it can end is written to the row."""
    try:
        _carry_out(run)
        finish_job(run)
    except MustWait as wait:
        until = timezone.now() + dt.timedelta(seconds=wait.wait_s)
        postpone_job(run, until=until, note=wait.sentence)
    except HostError as error:
        finish_job(run, state=JobState.FAILED, error=error.sentence)
    except Lost:
        sentence = gettext("The stored token can no longer be read, because its key is gone; enter it again.")
        finish_job(run, state=JobState.FAILED, error=sentence)
    except JobCancelled:
        finish_job(run, state=JobState.CANCELLED)
    except JobLost:
        return
    except Exception:
        logger.exception("tracker run %s failed", run.pk)
        finish_job(run, state=JobState.FAILED, error=gettext(UNEXPECTED))


def _carry_out(run: TrackerRun) -> None:
    client = trackers.tracker_of(place_of(run.tracker))
    planned = drafts_of(run.assessment, run.tracker)
    missing = [one for one in planned if one.is_new] if run.makes else []
    there = list(run.tracker.tickets.filter(is_closed=False).exclude(key=""))
    beat(run, done=0, total=len(missing) + len(there), note=gettext("Looking for what is there"))
    found = list(client.find()) if missing else []
    for done, one in enumerate(missing):
        beat(run, done=done, note=one.draft.title[:100])
        row, _ = TrackerTicket.objects.get_or_create(tracker=run.tracker, assessment=run.assessment, action=one.action)
        ticket = next((ticket for text, ticket in found if one.draft.mark in text.split()), None)
        _keep(row, ticket or client.create(one.draft))
    for done, row in enumerate(there, start=len(missing)):
        beat(run, done=done, note=row.key)
        try:
            _keep(row, client.read(row.key))
        except NotAllowed as error:
            if error.status != 404:
                raise
            TrackerTicket.objects.filter(pk=row.pk).update(state=gettext(GONE), read_at=timezone.now())


def _keep(row: TrackerTicket, ticket: Ticket) -> None:
    TrackerTicket.objects.filter(pk=row.pk).update(
        key=ticket.key[:60],
        url=ticket.url[:500] if ticket.url.startswith(("https://", "http://")) else "",
        state=ticket.state[:80],
        is_closed=ticket.is_closed,
        read_at=timezone.now(),
    )


def place_of(tracker: Tracker) -> Place:
    return Place(
        kind=trackers.TrackerKind(tracker.kind),
        base_url=tracker.base_url,
        project=tracker.project,
        credential=open_sealed(tracker.sealed_credential),
        account=tracker.account,
        http_hosts=tuple(settings.REPOSITORY_HTTP_HOSTS),
    )


def mark_of(assessment: Assessment, action: str) -> str:
    whole = f"{assessment.public_id}/{action}"
    return f"headwater-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _draft(assessment: Assessment, row: PlanRow) -> Draft:
    address = settings.SITE_URL + reverse("reports:roadmap-action", args=[assessment.public_id, row.id])
    mark = mark_of(assessment, row.id)
    is_told = not assessment.maturity_model.is_ours and row.practice  # the choice of a lens says little by itself
    title = f"{row.practice}: {row.title}" if is_told else row.title
    return Draft(mark, title[:TITLE], ticket_body(row, address=address, mark=mark))
