"""Chance without chance: numbers that depend on words alone, so that two runs tell the same story."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def chance(*words: object) -> float:
    """A number in [0, 1)."""
    return int.from_bytes(hashlib.sha256("|".join(map(str, words)).encode()).digest()[:4], "big") / 2**32


def choose(among: Sequence[Thing], *words: object) -> Thing:
    return among[int(chance(*words) * len(among))]
