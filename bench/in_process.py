"""The processor time of one request, asked of the whole site in this process: what other work blurs least."""

import time
from collections.abc import Callable, Mapping
from typing import Any

BATCHES = 3
Ask = Callable[[], Any]


def costs(asks: Mapping[str, Ask], *, n: int) -> dict[str, object]:
    """For each request the milliseconds, the least of three batches of `n`, and the statuses it was answered with."""
    found: dict[str, object] = {}
    for name, ask in asks.items():
        statuses = {ask().status_code for _ in range(n)}
        found[name] = round(min(_batch_ms(ask, n, statuses) for _ in range(BATCHES)), 2)
        found[f"{name} answered"] = sorted(statuses)
    return found


def _batch_ms(ask: Ask, n: int, statuses: set[int]) -> float:
    begun = time.process_time()
    statuses.update(ask().status_code for _ in range(n))
    return (time.process_time() - begun) * 1000 / n
