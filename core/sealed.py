"""Secrets at rest: sealed with Fernet under a key derived from `SECRETS_KEY`. The one door to `cryptography`.

`SECRETS_KEY` falls back on `SECRET_KEY`. To change it, put the new key first and the old one behind it, separated by a
comma: sealing uses the first, opening tries them all; `manage.py reseal` then seals everything under the first, and the
old key can go. Without its key a sealed text is lost, which a person is told in words.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Lost(Exception):
    """A sealed text that no key opens."""


def seal(secret: str) -> str:
    return _keys().encrypt(secret.encode()).decode() if secret else ""


def open_sealed(text: str) -> str:
    """The secret again; `Lost` when it was sealed under a key that is gone."""
    if not text:
        return ""
    try:
        return _keys().decrypt(text.encode()).decode()
    except InvalidToken:
        raise Lost from None


def reseal(text: str) -> str:
    """The same secret under the first key."""
    try:
        return _keys().rotate(text.encode()).decode() if text else ""
    except InvalidToken:
        raise Lost from None


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in settings.SECRETS_KEYS])


def _derived(key: str) -> bytes:
    return hashlib.sha256(b"headwater.sealed\x1f" + key.encode()).digest()
