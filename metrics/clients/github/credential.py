"""How a request to GitHub proves itself: a token, or an app that signs for a short-lived one. The door to PyJWT."""

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt

from metrics.clients.hosts import surely
from metrics.clients.http import Door, HostError

ACCEPT = "application/vnd.github+json, application/json;q=0.9"
VERSION = "2022-11-28"
BAD_APP = "An app is given as its id, the id of its installation and its private key."


def app_credential(app_id: str, installation_id: str, private_key: str) -> str:
    """An app's credential as one text, to be sealed like a token."""
    return json.dumps({"app_id": app_id, "installation_id": installation_id, "private_key": private_key})


def headers_of(credential: str, door: Door, prefix: str) -> Callable[[], Mapping[str, str]]:
    """What makes the headers of a request; an app's token is fetched when needed, and again before it ends."""
    plain = {"Accept": ACCEPT, "X-GitHub-Api-Version": VERSION}
    if not credential.lstrip().startswith("{"):
        return lambda: {**plain, **({"Authorization": f"Bearer {credential}"} if credential else {})}
    app = _app(credential)
    held: dict[str, Any] = {"token": "", "until": 0.0}

    def headers() -> Mapping[str, str]:
        if held["until"] < time.time() + 60:
            signing = Door(door.base_url, lambda: {**plain, "Authorization": f"Bearer {signed(app)}"}, door.http_hosts)
            with contextlib.closing(signing):
                answer = signing.post(f"{prefix}app/installations/{app['installation_id']}/access_tokens", {}).data
            held.update(token=answer["token"], until=surely(answer["expires_at"]).timestamp())
        return {**plain, "Authorization": f"Bearer {held['token']}"}

    return headers


def signed(app: Mapping[str, str]) -> str:
    """The app's own signature, good for nine minutes; a minute back for clocks that differ."""
    now = int(time.time())
    try:
        return jwt.encode(
            {"iat": now - 60, "exp": now + 540, "iss": app["app_id"]}, app["private_key"], algorithm="RS256"
        )
    except (ValueError, TypeError, jwt.PyJWTError):
        raise HostError("The private key of the app cannot be read; give the whole PEM file.") from None


def _app(credential: str) -> Mapping[str, str]:
    try:
        app = json.loads(credential)
    except ValueError:
        raise HostError(BAD_APP) from None
    if not all(str(app.get(key, "")).strip() for key in ("app_id", "installation_id", "private_key")):
        raise HostError(BAD_APP)
    return {key: str(value) for key, value in app.items()}
