"""Two things at once while a repository is read: git works in one process, we in another.

Only git and pure functions run beside; rows are touched by the caller's thread alone, which is also the one that says
that the run is alive.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from contextlib import contextmanager
from typing import TypeVar

from metrics.clients.git.process import TICK_S, GitLimit, Limits

T = TypeVar("T")


class Pool:
    """What may be started, and what ends it."""

    def __init__(self, limits: Limits, pool: ThreadPoolExecutor) -> None:
        self._limits = limits
        self._pool = pool
        self._stopped = threading.Event()
        self._inner = Limits(limits.deadline_at, self._check)

    def start(self, work: Callable[[Limits], T]) -> Callable[[], T]:
        """Begin the work; what is returned waits for its result and raises what it raised."""
        future = self._pool.submit(work, self._inner)

        def result() -> T:
            while not future.done():
                try:
                    return future.result(TICK_S)
                except TimeoutError:
                    self._limits.tick()
            return future.result()

        return result

    def stop(self) -> None:
        self._stopped.set()

    def _check(self) -> None:
        if self._stopped.is_set():
            raise GitLimit("The run was stopped.")


@contextmanager
def beside(limits: Limits) -> Iterator[Pool]:
    """Work started in the block ends with it: when the block is left early, its git processes are killed."""
    with ThreadPoolExecutor(max_workers=3) as threads:
        pool = Pool(limits, threads)
        try:
            yield pool
        finally:
            pool.stop()
