"""Attaching and removing repositories, starting and cancelling collections."""

import datetime as dt
import secrets

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.domain.audit import record
from accounts.models import Team, User
from assessment.domain.retold import retold
from assessment.maturity.formats import OURS
from assessment.maturity.loader import OtherRule
from assessment.models import Assessment, AssessmentState
from core.jobs import request_cancel, requeue_job
from core.models import JobState
from core.refusals import Invalid, Refused
from metrics.clients.git.gate import check_folder, check_url, is_url
from metrics.clients.git.process import GitError
from metrics.domain.as_evidence import record_measured
from metrics.domain.quotas import check_collections, check_repositories
from metrics.models import Collection, CollectionSchedule, Repository, RepositoryKind
from metrics.signals.scope import ScopeError, parse_scope
from metrics.tasks import collect_soon

ATTACHED = gettext_noop("This repository is already attached.")
MAX_WEIGHT = 100
WEEK = dt.timedelta(days=7)


def check_not_frozen(assessment: Assessment) -> None:
    if assessment.state == AssessmentState.CLOSED:
        raise Refused(_("The assessment is closed, and what was measured is frozen with it. Open it again to measure."))


@transaction.atomic
def attach_repository(
    team: Team, *, location: str, name: str = "", folders: str = "", is_demo: bool = False, by: User | None = None
) -> Repository:
    """Give the team a repository, or some folders of it, to measure; the location must pass the gate."""
    check_scope(folders)
    check_repositories(team)
    kind, place = check_location(location)
    shown = name.strip() or name_of(place)
    try:
        with transaction.atomic():
            row = Repository.objects.create(
                team=team, kind=kind, location=place, name=shown[:120], folders=folders.strip(), is_demo=is_demo
            )
    except IntegrityError as error:
        raise Refused(_(ATTACHED)) from error
    schedule_of(team)
    record("repository.attached", by=by, on=row, team=team, kind=kind)
    return row


def schedule_of(team: Team) -> CollectionSchedule:
    """The team's weekly schedule, made with its first repository: on, at a moment within the coming week."""
    first_at = timezone.now() + dt.timedelta(seconds=secrets.randbelow(int(WEEK.total_seconds())))
    return CollectionSchedule.objects.get_or_create(team=team, defaults={"next_at": first_at})[0]


@transaction.atomic
def attach_with_scope(
    team: Team,
    *,
    location: str,
    name: str = "",
    folders: str = "",
    rules: str = "",
    weight: float = 1.0,
    by: User | None = None,
) -> Repository:
    """Attach a repository and say at once what of it counts, and how much."""
    row = attach_repository(team, location=location, name=name, folders=folders, by=by)
    edit_repository(row, name=row.name, weight=weight, folders=folders, rules=rules, by=by)
    return row


@transaction.atomic
def edit_repository(
    repository: Repository, *, name: str, weight: float, folders: str, rules: str, by: User | None = None
) -> bool:
    """Change what counts and how much; true when it has to be measured again. Open assessments are scored anew."""
    check_scope(folders, rules)
    if not 0 <= weight <= MAX_WEIGHT:
        raise Invalid(_("A weight lies between 0 and {most}.").format(most=MAX_WEIGHT))
    given = {"name": name.strip()[:120] or repository.name, "weight": weight}
    given |= {"folders": folders.strip(), "rules": rules.strip()}
    changed = [field for field, value in given.items() if getattr(repository, field) != value]
    if not changed:
        return False
    for field in changed:
        setattr(repository, field, given[field])
    try:
        with transaction.atomic():
            repository.save(update_fields=[*changed, "updated_at"])
    except IntegrityError as error:
        raise Refused(_(ATTACHED)) from error
    record("repository.edited", by=by, on=repository, team=repository.team, changed=changed)
    if {"name", "weight"} & set(changed):
        for assessment in Assessment.objects.filter(collections__repository=repository).distinct():
            if assessment.state != AssessmentState.CLOSED:
                record_measured(assessment)
    return bool({"folders", "rules"} & set(changed))


def check_scope(folders: str, rules: str = "") -> None:
    """Invalid names the line that is no folder or no rule."""
    try:
        parse_scope(folders, rules)
    except ScopeError as error:
        raise Invalid(str(error)) from error


def check_location(location: str) -> tuple[RepositoryKind, str]:
    """What kind of place it is, and the place itself; Invalid says why it may not be read."""
    text = location.strip()
    try:
        if is_url(text):
            return RepositoryKind.HTTPS, check_url(text, http_hosts=settings.REPOSITORY_HTTP_HOSTS)
        return RepositoryKind.LOCAL, str(check_folder(text, roots=settings.REPOSITORY_ROOTS))
    except GitError as error:
        raise Invalid(retold(error.sentence)) from error


def name_of(place: str) -> str:
    """The last part of the location, as people call a repository."""
    last = place.rstrip("/").removesuffix("/.git").rpartition("/")[2].removesuffix(".git")
    return last or "repository"


@transaction.atomic
def remove_repository(repository: Repository, *, by: User | None = None) -> None:
    """Forget the repository and what was measured in it; open assessments are scored without it. Our copy goes too."""
    assessments = list(Assessment.objects.filter(collections__repository=repository).distinct())
    for assessment in assessments:
        if assessment.state == AssessmentState.CLOSED:
            said = _("{assessment} is closed and rests on what was measured here, so the repository stays.")
            raise Refused(said.format(assessment=assessment))
    record("repository.removed", by=by, on=repository, team=repository.team)
    repository.delete()
    for assessment in assessments:
        record_measured(assessment)


@transaction.atomic
def request_collection(
    assessment: Assessment,
    repository: Repository,
    *,
    until_on: dt.date | None = None,
    is_scheduled: bool = False,
    by: User | None = None,
) -> Collection:
    """Queue a run over the repository; one that is already waiting or running is handed back instead."""
    if repository.team_id != assessment.team_id:
        raise Invalid(_("The repository belongs to another team than the assessment."))
    if assessment.maturity_model.rule != OURS:
        raise OtherRule
    check_not_frozen(assessment)
    if under_way := _under_way(assessment, repository):
        return under_way
    check_collections(assessment.team)
    try:
        with transaction.atomic():
            collection = Collection.objects.create(
                assessment=assessment,
                repository=repository,
                until_on=until_on or last_day_of(assessment),
                requested_by=by,
                is_scheduled=is_scheduled,
            )
    except IntegrityError:  # somebody else was a moment quicker
        if quicker := _under_way(assessment, repository):
            return quicker
        raise
    _record("collection.requested", collection, by=by)
    collect_soon(collection.pk)
    return collection


def _under_way(assessment: Assessment, repository: Repository) -> Collection | None:
    """The run that is waiting or running; the database allows one."""
    alive = [JobState.QUEUED, JobState.RUNNING]
    return assessment.collections.filter(repository=repository, state__in=alive, is_follow_up=False).first()


def last_day_of(assessment: Assessment) -> dt.date:
    """The end of the assessment's period, or today while it lasts."""
    return min(assessment.period_end_on, dt.datetime.now(dt.UTC).date())


@transaction.atomic
def cancel_collection(collection: Collection, *, by: User | None = None) -> None:
    """Stop a waiting run now and a running one at its next heartbeat."""
    if request_cancel(collection):
        _record("collection.cancelled", collection, by=by)


@transaction.atomic
def restart_collection(collection: Collection, *, by: User | None = None) -> bool:
    """Run a collection that is over once more; false when it is already waiting or running."""
    check_not_frozen(collection.assessment)
    if _under_way(collection.assessment, collection.repository):
        return False
    check_collections(collection.assessment.team)
    woken = requeue_job(collection)
    if woken:
        _record("collection.restarted", collection, by=by)
        collect_soon(collection.pk)
    return woken


def _record(verb: str, collection: Collection, *, by: User | None) -> None:
    assessment = collection.assessment
    record(verb, by=by, on=collection, team=assessment.team, repository=collection.repository.name)
