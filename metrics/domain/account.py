"""What a run says of itself: its log, step by step, and what it cost. Both add up over the attempts of one row."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.models import F
from django.utils import timezone

from core.jobs import beat
from metrics.clients.git.clone import folder_size
from metrics.models import Collection, HostConnection, RepositoryKind

MAX_LINES = 200


def say(held: Collection, text: str, *, done: int) -> None:
    """Show a step as the run's progress and put it into its log."""
    beat(held, done=done, total=100, note=text)
    note(held, text)


def note(held: Collection, text: str) -> None:
    """Put a line into the log; a line said twice in a row stands once."""
    if held.log and held.log[-1]["text"] == text:
        return
    held.log = [*held.log, {"at": timezone.now().isoformat(timespec="seconds"), "text": text}][-MAX_LINES:]
    Collection.objects.filter(pk=held.pk).update(log=held.log)


@contextmanager
def accounted(held: Collection, place: Path) -> Iterator[None]:
    """Count what the block takes: calls to the host, bytes from it and by git into `place`, and seconds."""
    started, before, size = time.monotonic(), _asked(held), _size(held, place)
    try:
        yield
    finally:
        after, grown = _asked(held), max(0, _size(held, place) - size)
        Collection.objects.filter(pk=held.pk).update(
            n_calls=F("n_calls") + max(0, after[0] - before[0]),
            n_bytes=F("n_bytes") + max(0, after[1] - before[1]) + grown,
            busy_s=F("busy_s") + time.monotonic() - started,
        )


def _asked(held: Collection) -> tuple[int, int]:
    rows = HostConnection.objects.filter(repository=held.repository_id).values_list("n_calls", "n_bytes")
    return rows.first() or (0, 0)


def _size(held: Collection, place: Path) -> int:
    """What git has brought over the network so far; a folder of this machine is read where it lies."""
    return folder_size(place) if held.repository.kind == RepositoryKind.HTTPS else 0
