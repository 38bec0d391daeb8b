"""Waiting for one's turn at something only one process may do at a time. Imports nothing of ours."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_turn(lock: Path, *, waiting: Callable[[], None], look_every_s: float) -> Iterator[None]:
    """Hold the lock file, whose folder is made; the kernel gives the turn back however its holder ends.

    `waiting` is called before each pause while somebody else holds it; what it raises ends the waiting.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as held:
        while not _is_ours(held.fileno()):
            waiting()
            time.sleep(look_every_s)
        yield


def _is_ours(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
