"""One run over one repository: claim the row, read, measure, store, turn into evidence.

Safe to run twice and to be killed anywhere: a run writes only at its end and only while it holds the claim, so the
next run starts afresh and arrives at the same numbers. git never runs inside a transaction.
"""

import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from assessment.maturity.loader import model_of
from assessment.models import Assessment, AssessmentState
from core.jobs import JobCancelled, JobLost, beat, claim_job, finish_job
from core.models import JobState
from metrics.clients.git.clone import Copy, clone_url, hold, share_folder
from metrics.clients.git.gate import check_folder, check_url
from metrics.clients.git.process import GitError, Limits
from metrics.domain.as_evidence import record_measured
from metrics.domain.measure import Findings, measure
from metrics.models import Collection, Measurement, Repository, RepositoryKind
from metrics.signals.types import Measured, Reading

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
    with contextlib.suppress(JobLost):  # another run has taken the row over: leave it to that run
        try:
            store(held, measure_repository(held))
        except JobCancelled:
            finish_job(held, state=JobState.CANCELLED)
        except GitError as error:
            logger.warning("collection %s failed: %s", collection_pk, error.sentence)
            finish_job(held, state=JobState.FAILED, error=error.sentence)
        except JobLost:
            raise
        except Exception:
            logger.exception("collection %s failed", collection_pk)
            finish_job(held, state=JobState.FAILED, error=UNEXPECTED)


def measure_repository(held: Collection) -> Findings:
    """Read and measure the repository of the held run, with a heartbeat throughout."""
    repository = held.repository
    beat(held, done=2, total=100, note=f"Opening {repository.name}")
    limits = Limits.of_seconds(settings.COLLECTION_TIME_LIMIT_S, tick=heartbeat(held))
    place = clone_place(repository)
    with hold(place, limits):
        copy = open_copy(repository, place, limits)
        return measure(
            copy,
            until=held.until_on,
            definitions=model_of(held.assessment.maturity_model).signals,
            limits=limits,
            progress=lambda note, percent: beat(held, done=percent, note=note),
            size_limit_bytes=_size_limit_bytes(),
            keep_at=place.with_name(f"{place.name}.kept"),
        )


def open_copy(repository: Repository, place: Path, limits: Limits) -> Copy:
    """The repository as a bare one of ours; the gate is asked again, because settings may have changed."""
    if repository.kind == RepositoryKind.LOCAL:
        roots = settings.REPOSITORY_ROOTS
        return share_folder(check_folder(repository.location, roots=roots), place, limits=limits, roots=roots)
    hosts = settings.REPOSITORY_HTTP_HOSTS
    url = check_url(repository.location, http_hosts=hosts)
    return clone_url(url, place, limits=limits, http_hosts=hosts, size_limit_bytes=_size_limit_bytes())


def clone_place(repository: Repository) -> Path:
    return Path(settings.CLONE_DIR) / str(repository.public_id)


@transaction.atomic
def store(held: Collection, findings: Findings) -> None:
    """Keep what was measured, finish the run and renew the assessment's evidence, all or nothing.

    An assessment that was closed meanwhile keeps the evidence it was closed with.
    """
    if Assessment.objects.filter(pk=held.assessment_id, state=AssessmentState.CLOSED).exists():
        finish_job(held, state=JobState.CANCELLED, error=CLOSED_MEANWHILE)
        return
    held.measurements.all().delete()
    Measurement.objects.bulk_create([_as_row(held, reading) for reading in findings.readings], batch_size=100)
    Collection.objects.filter(pk=held.pk, claim=held.claim).update(
        head_commit=findings.head, facts=dict(findings.facts), progress_done=100, progress_note="Measured"
    )
    finish_job(held)
    record_measured(held.assessment)


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


def _as_row(held: Collection, reading: Reading) -> Measurement:
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
    )
