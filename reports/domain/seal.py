"""The seal of a report: proof that this server made exactly these bytes.

It stands in the metadata, which PDF/A keeps uncompressed, and is computed over the whole file with its own place empty;
so sealing changes no length and the same report has the same bytes. The key is derived from `SECRET_KEY`.
"""

import hashlib
import hmac
import re

from django.conf import settings

from reports.pdf_archive import EMPTY_SEAL, SEAL_LENGTH, SEAL_MARK

PLACE = re.compile(re.escape(SEAL_MARK) + rb"([0-9a-f]{%d}) -->" % SEAL_LENGTH)


def sealed(content: bytes) -> bytes:
    """The same file with its seal filled in."""
    if content.count(EMPTY_SEAL) != 1:
        raise ValueError("A report has exactly one place for its seal.")
    return _filled(content, _seal_of(content, settings.SECRET_KEY))


def seal_in(content: bytes) -> str:
    """The seal a file carries, empty when it carries none or several."""
    found = PLACE.findall(content)
    return found[0].decode() if len(found) == 1 else ""


def is_ours(content: bytes) -> bool:
    """Whether this server sealed exactly these bytes."""
    carried = seal_in(content)
    if not carried:
        return False
    empty = PLACE.sub(EMPTY_SEAL, content)
    return any(hmac.compare_digest(carried, _seal_of(empty, key)) for key in _keys())


def issuer() -> str:
    """A name for this server that tells nothing else about it, to say where a report was made."""
    return _derived(settings.SECRET_KEY, b"issuer").hexdigest()[:16]


def issuers() -> tuple[str, ...]:
    """This server's name now and under its earlier keys."""
    return tuple(_derived(key, b"issuer").hexdigest()[:16] for key in _keys())


def _keys() -> tuple[str, ...]:
    return settings.SECRET_KEY, *(str(key) for key in settings.SECRET_KEY_FALLBACKS)


def _seal_of(content: bytes, key: str) -> str:
    return hmac.new(_derived(key, b"seal").digest(), content, hashlib.sha256).hexdigest()


def _derived(key: str, purpose: bytes) -> "hmac.HMAC":
    return hmac.new(key.encode(), b"headwater.report." + purpose, hashlib.sha256)


def _filled(content: bytes, seal: str) -> bytes:
    return content.replace(EMPTY_SEAL, SEAL_MARK + seal.encode() + b" -->", 1)
