"""One run over one repository: claim the row, read, measure, store, turn into evidence.

Safe to run twice and to be killed anywhere: a run writes only at its end and only while it holds the claim, so the
next run starts afresh and arrives at the same numbers. git never runs inside a transaction.
"""

import contextlib
import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from assessment.maturity.loader import model_of
from assessment.models import Assessment, AssessmentState
from core.jobs import JobCancelled, JobLost, beat, claim_job, finish_job, postpone_job
from core.models import JobState
from core.spoken import SOURCE_LANGUAGE
from metrics.clients.git.clone import Copy, clone_url, hold, share_folder
from metrics.clients.git.gate import check_folder, check_url
from metrics.clients.git.process import GitError, Limits, Login
from metrics.clients.http import HostError, MustWait, origin
from metrics.clients.known import client_of
from metrics.domain.account import accounted, note, say
from metrics.domain.as_evidence import end_of_day, record_measured
from metrics.domain.host_records import hosted_of
from metrics.domain.hosts import access_of, host_name, read_host
from metrics.domain.kept import loading
from metrics.domain.measure import Findings, measure
from metrics.domain.quotas import STEP_BACK_S, reason_to_step_back
from metrics.models import Collection, HostConnection, Measurement, Repository, RepositoryKind
from metrics.signals.changes.types import Hosted, Part
from metrics.signals.scope import parse_scope
from metrics.signals.types import Measured, Reading
from metrics.tasks import collect_later

logger = logging.getLogger(__name__)

BEAT_S = 3.0
CLOSED_MEANWHILE = "The assessment was closed before the measuring ended; its evidence stays as it was."
UNEXPECTED = (
    "Something unexpected stopped the measuring. The server's log has the details; start it again after a look."
)


def collect(collection_pk: int) -> None:
    """Run a waiting collection to its end; does nothing when another run holds it or it is over."""
    held = claim_job(Collection, collection_pk)
    if held is None:
        logger.info("collection %s is gone, over or held by another run", collection_pk)
        return
    if why := reason_to_step_back(held):
        step_back(held, why)
        return
    with override(SOURCE_LANGUAGE), contextlib.suppress(JobLost), accounted(held, clone_place(held.repository)):
        run(held)  # in English, as rows keep it; JobLost: another run has taken the row over, so it is left to that run


def run(held: Collection) -> None:
    """Measure, and end the held row one way or another."""
    try:
        store(held, measure_repository(held))
    except JobCancelled:
        note(held, "Stopped.")
        finish_job(held, state=JobState.CANCELLED)
    except MustWait as wait:
        postpone(held, wait)
    except GitError as error:
        logger.warning("collection %s failed: %s", held.pk, error.sentence)
        fail(held, error.sentence)
    except JobLost:
        raise
    except Exception:
        logger.exception("collection %s failed", held.pk)
        fail(held, UNEXPECTED)


def fail(held: Collection, sentence: str) -> None:
    note(held, sentence)
    finish_job(held, state=JobState.FAILED, error=sentence)


def step_back(held: Collection, why: str) -> None:
    """Give the run back for a moment, so that others come first."""
    until = timezone.now() + dt.timedelta(seconds=STEP_BACK_S)
    with transaction.atomic():
        postpone_job(held, until=until, note=why)
        collect_later(held.pk, STEP_BACK_S)


def measure_repository(held: Collection) -> Findings:
    """Read and measure the repository of the held run, with a heartbeat throughout."""
    repository = held.repository
    tick = heartbeat(held)
    hosted = ask_host(held, tick)
    say(held, f"Opening {repository.name}", done=5)
    limits = Limits.of_seconds(settings.COLLECTION_TIME_LIMIT_S, tick=tick)
    place = clone_place(repository)
    keep_at = place.with_name(f"{place.name}.kept")
    with hold(place, limits), loading(keep_at) as load:
        copy = open_copy(repository, place, limits)
        return measure(
            copy,
            until=held.until_on,
            definitions=model_of(held.assessment.maturity_model).signals,
            limits=limits,
            progress=lambda text, percent: say(held, text, done=percent),
            size_limit_bytes=_size_limit_bytes(),
            hosted=hosted,
            keep_at=keep_at,
            load=load,
            scope=parse_scope(repository.folders, repository.rules),
        )


def ask_host(held: Collection, tick: Callable[[], None]) -> Hosted | None:
    """What the repository's host tells, read up to now; None without a host.

    A host that refuses for good leaves its signals skipped with that reason, and the clone is measured all the same.
    """
    connection = HostConnection.objects.filter(repository=held.repository).first()
    if connection is None:
        return None
    until = end_of_day(held.until_on)

    def progress(step: str) -> None:
        tick()
        if step:
            say(held, f"Asking {host_name(connection)}: {step}", done=1)

    try:
        read_host(connection, until, progress)
    except MustWait:
        raise
    except HostError as error:
        logger.warning("host of collection %s: %s", held.pk, error.sentence)
        unseen = dict.fromkeys(Part, error.sentence)
        return Hosted(connection.kind, until, until, unseen=unseen)
    return hosted_of(connection, until)


def postpone(held: Collection, wait: MustWait) -> None:
    """Give the run back until the host will answer, and show the wait."""
    until = timezone.now() + dt.timedelta(seconds=wait.wait_s)
    text = f"{wait.sentence} It goes on at {timezone.localtime(until):%H:%M %Z}."
    note(held, text)
    with transaction.atomic():
        postpone_job(held, until=until, note=text)
        collect_later(held.pk, wait.wait_s)


def git_login(repository: Repository) -> Login | None:
    """The host's credential for git, where the repository is cloned from that very host."""
    connection = HostConnection.objects.filter(repository=repository).first()
    if connection is None or repository.kind != RepositoryKind.HTTPS or not connection.sealed_credential:
        return None
    place, home = urlsplit(repository.location), urlsplit(connection.base_url)
    if origin(place) != origin(home):
        return None
    try:
        user, secret = client_of(connection.kind).git_login(access_of(connection))
    except HostError:
        return None
    return Login(place.netloc.lower(), user, secret)


def open_copy(repository: Repository, place: Path, limits: Limits) -> Copy:
    """The repository as a bare one of ours; the gate is asked again, because settings may have changed."""
    if repository.kind == RepositoryKind.LOCAL:
        roots = settings.REPOSITORY_ROOTS
        return share_folder(check_folder(repository.location, roots=roots), place, limits=limits, roots=roots)
    hosts = settings.REPOSITORY_HTTP_HOSTS
    url = check_url(repository.location, http_hosts=hosts)
    login = git_login(repository)
    return clone_url(url, place, limits=limits, http_hosts=hosts, size_limit_bytes=_size_limit_bytes(), login=login)


def clone_place(repository: Repository) -> Path:
    return Path(settings.CLONE_DIR) / str(repository.public_id)


@transaction.atomic
def store(held: Collection, findings: Findings) -> None:
    """Keep what was measured, finish the run and renew the assessment's evidence, all or nothing.

    An assessment that was closed meanwhile keeps the evidence it was closed with.
    """
    closed = Assessment.objects.filter(pk=held.assessment_id, state=AssessmentState.CLOSED)
    if not held.is_follow_up and closed.exists():
        finish_job(held, state=JobState.CANCELLED, error=CLOSED_MEANWHILE)
        return
    held.measurements.all().delete()
    Measurement.objects.bulk_create([_as_row(held, reading, findings) for reading in findings.readings], batch_size=100)
    Collection.objects.filter(pk=held.pk, claim=held.claim).update(
        head_commit=findings.head,
        facts=dict(findings.facts),
        flow=flow_as_data(findings),
        progress_done=100,
        progress_note="Measured",
    )
    note(held, f"{len(findings.measured)} signals measured, {len(findings.skipped)} could not be said.")
    finish_job(held)
    if not held.is_follow_up:
        record_measured(held.assessment)


def flow_as_data(findings: Findings) -> dict[str, object]:
    """The inputs the flow model can take, by name."""
    return {name: asdict(found) for name, found in findings.flow.items()}


def heartbeat(held: Collection) -> Callable[[], None]:
    """Say now and then that the run is alive; git calls this about twice a second."""
    last_s = time.monotonic()

    def tick() -> None:
        nonlocal last_s
        if time.monotonic() - last_s >= BEAT_S:
            last_s = time.monotonic()
            beat(held)

    return tick


def _size_limit_bytes() -> int:
    return int(settings.CLONE_SIZE_LIMIT_MB) << 20


def _as_row(held: Collection, reading: Reading, findings: Findings) -> Measurement:
    if not isinstance(reading, Measured):
        return Measurement(collection=held, signal=reading.signal, skipped=reading.reason[:300])
    return Measurement(
        collection=held,
        signal=reading.signal,
        value=reading.value,
        grade=reading.grade or "",
        n=reading.n,
        window_days=reading.window_days,
        unit=reading.unit,
        examples=[example.encode("utf-8", "replace").decode() for example in reading.examples],
        splits=[asdict(part) for part in findings.splits.get(reading.signal, ())],
    )
