"""One rendering at a time: it takes a core for seconds, and the others are for pages that people wait for."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

LOOK_EVERY_S = 0.1
TICK_S = 1.0


@contextmanager
def own_turn(tick: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Wait until no other worker of this data folder renders; the kernel gives the turn back however a worker ends.

    `tick` is called every second meanwhile; what it raises ends the waiting.
    """
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "rendering.lock").open("a") as lock:
        told_at = time.monotonic()
        while not _is_ours(lock.fileno()):
            time.sleep(LOOK_EVERY_S)
            if time.monotonic() >= told_at + TICK_S:
                tick()
                told_at = time.monotonic()
        yield


def _is_ours(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
