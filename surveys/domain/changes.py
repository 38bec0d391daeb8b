"""One change of what a participant says, so that sending it again is harmless and no device overwrites another unseen.

Whatever is stored carries the random key of the change that made it. A device sends its own new key with the keys it
may replace: the one it was shown, and those it sent before without hearing back. The keys say nothing of time, order or
person, so a survey without names may keep them beside the value they belong to.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from core.refusals import Refused

KEY = re.compile(r"[A-Za-z0-9-]{8,36}")


@dataclass(frozen=True)
class Change:
    """`key` names the change; `replaces` holds the keys whose place it may take: "" is nothing stored, None any."""

    key: str
    replaces: tuple[str, ...] | None = None


class Conflict(Refused):
    """Something else was stored meanwhile; `part` names the question, practice or wish, `key` what is stored now."""

    def __init__(self, part: str, key: str) -> None:
        super().__init__(gettext("Not saved: something else was saved here in another window or on another device."))
        self.part = part
        self.key = key


def change_of(key: str = "", replaces: str | None = None) -> Change:
    """The change a request asks for; without a usable key it gets one, so that it can be replaced in turn."""
    known = None if replaces is None else tuple(replaces.split(" "))
    return Change(key if KEY.fullmatch(key) else secrets.token_hex(8), known)


def is_new(change: Change, *, part: str, stored_key: str, stored: Any, given: Any) -> bool:
    """Whether the change is still to be stored; False when it was, or changes nothing. Raises Conflict."""
    if stored_key == change.key or (stored == given and (stored_key or not given)):
        return False
    if change.replaces is not None and stored_key not in change.replaces:
        raise Conflict(part, stored_key)
    return True
