"""One rendering at a time: it takes a core for seconds, and the others are for pages that people wait for."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings

from core.turns import own_turn

LOOK_EVERY_S = 0.1
TICK_S = 1.0


def rendering_turn(tick: Callable[[], None] = lambda: None) -> AbstractContextManager[None]:
    """Wait until no other worker of this data folder renders.

    `tick` is called every second meanwhile; what it raises ends the waiting.
    """
    told_at = time.monotonic()

    def waiting() -> None:
        nonlocal told_at
        if time.monotonic() >= told_at + TICK_S:
            tick()
            told_at = time.monotonic()

    return own_turn(settings.DATA_DIR / "rendering.lock", waiting=waiting, look_every_s=LOOK_EVERY_S)
