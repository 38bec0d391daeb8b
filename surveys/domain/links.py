"""Secrets that travel in addresses and cookies: made at random, kept as digests, compared in constant time.

Nothing here says why a token is wrong: guessed, used, expired and revoked ones all end in the same `LinkOver`.
"""

import base64
import hashlib
import hmac
import secrets
import uuid

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.refusals import Refused

TOKEN_BYTES = 32  # 256 bits: no salt is needed at rest, and nobody guesses one
NO_DIGEST = "0" * 64


class LinkOver(Refused):
    """The link leads nowhere, for a reason that is not told."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This link leads nowhere, or no longer. Ask whoever sent it for a new one."))


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def is_digest_of(stored: str, token: str) -> bool:
    """Whether the digest is the token's, in the same time for every answer; an empty one is nobody's."""
    return hmac.compare_digest(stored or NO_DIGEST, digest_of(token))


def room_token(room: uuid.UUID) -> str:
    """The token of a room's link: made from the secret key, so that the page can show it again without storing it."""
    raw = salted_hmac("surveys.room", room.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def seal(secret: str, token: str) -> str:
    """The secret, readable only with the token, which must be random and used for one secret only."""
    return _mixed(secret.encode(), token).hex()


def unseal(sealed: str, token: str) -> str:
    return _mixed(bytes.fromhex(sealed), token).decode(errors="replace")


def stop_token(invitation: uuid.UUID) -> str:
    return Signer(salt="surveys.stop").sign(invitation.hex)


def stopped_by(token: str) -> uuid.UUID:
    """The invitation whose reminders the link stops; raises LinkOver for a link that was tampered with."""
    try:
        return uuid.UUID(Signer(salt="surveys.stop").unsign(token))
    except (BadSignature, ValueError) as error:
        raise LinkOver from error


def _mixed(text: bytes, token: str) -> bytes:
    pad = hmac.digest(token.encode(), b"surveys.seat", "sha512")
    return bytes(a ^ b for a, b in zip(text, pad, strict=False))
