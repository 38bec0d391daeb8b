"""The one door to hosting services over HTTP. Nothing else imports httpx.

A door belongs to one base address: requests and the credential go there and nowhere else. The host's name is resolved
once per request, every address it has must be allowed, and the connection is made to the address that was checked, so a
name that changes its mind in between leads nowhere. Redirects are followed within the same origin only. Answers are
read up to a size, within a time. Nothing here sleeps: where a host asks for patience, `MustWait` says for how long.

The credential never appears in `repr`, in an error or in a log: it lives in a header that is set as a request leaves.
"""

import datetime as dt
import email.utils
import json
import logging
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

import httpx

from core.language import gettext, gettext_noop
from metrics.clients.git.gate import check_url, is_listed, is_own_machine
from metrics.clients.git.process import GitError

MAX_ANSWER_BYTES = 20 << 20
MAX_REDIRECTS = 2
BUSY_WAIT_S = 60
LONGEST_WAIT_S = 6 * 3600
GZIP = 16 + zlib.MAX_WBITS
AGENT = "Headwater (repository measurement)"

logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log every address at INFO


class HostError(Exception):
    """Reading a host failed for good; `sentence` says why in words a person can act on."""

    @property
    def sentence(self) -> str:
        return str(self)


class NotAllowed(HostError):
    """The host will not show this to the credential: 401, 403 or 404, which hosts use alike."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class MustWait(HostError):
    """The host asks for patience; try again after `wait_s` seconds."""

    def __init__(self, sentence: str, wait_s: float) -> None:
        super().__init__(sentence)
        self.wait_s = min(max(1.0, wait_s), LONGEST_WAIT_S)


@dataclass(frozen=True)
class Answer:
    """What a host answered; `data` is None and `is_unchanged` true when it still stands as its ETag said."""

    data: Any
    headers: Mapping[str, str]
    etag: str = ""
    is_unchanged: bool = False
    next_url: str = ""


@dataclass
class Spent:
    """What reading has cost so far."""

    calls: int = 0
    bytes: int = 0


@dataclass
class Door:
    """The way to one host. `headers` makes the credential's headers as a request leaves."""

    base_url: str
    headers: Callable[[], Mapping[str, str]] = field(repr=False)
    http_hosts: Sequence[str] = ()
    timeout_s: float = 30.0
    spent: Spent = field(default_factory=Spent)
    tick: Callable[[], None] = field(default=lambda: None, repr=False)

    _client: httpx.Client | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.base_url = check_base(self.base_url, http_hosts=self.http_hosts)

    def get(self, path: str, *, etag: str = "", **query: Any) -> Answer:
        """The JSON at a path below the base, or at a whole address of the same origin."""
        kept = [(k, v) for k, v in query.items() if v not in (None, "")]
        url = self._within(path) + ("?" + urlencode(kept, doseq=True) if kept else "")
        return self._ask("GET", url, None, {"If-None-Match": etag} if etag else {})

    def post(self, path: str, body: Mapping[str, Any], **query: Any) -> Answer:
        url = self._within(path) + ("?" + urlencode(query) if query else "")
        return self._ask("POST", url, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open_client(self) -> httpx.Client:
        """One client for all requests: connections are kept, and the system's certificate authorities are trusted.

        Reading these takes longer than many an answer; plain http needs none, and a door to it trusts nobody.
        """
        if self._client is None:
            timeout = httpx.Timeout(self.timeout_s, connect=min(10.0, self.timeout_s))
            is_plain = urlsplit(self.base_url).scheme == "http"
            trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else ssl.create_default_context()
            self._client = httpx.Client(trust_env=False, timeout=timeout, verify=trusted)
        return self._client

    def _within(self, path: str) -> str:
        """The whole address; refused when it leaves the origin the credential belongs to."""
        url = urljoin(self.base_url + "/", path)
        if origin(urlsplit(url)) != origin(urlsplit(self.base_url)):
            raise HostError(gettext("{name} pointed to another server, which is not followed.").format(name=self._name))
        return url

    def _ask(self, method: str, url: str, body: bytes | None, extra: Mapping[str, str]) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            self.tick()
            answer = self._send(method, url, body, extra)
            if answer.status_code not in (301, 302, 307, 308):
                return self._judge(answer)
            url = self._within(urljoin(url, answer.headers.get("location", "")))
        raise HostError(gettext("{name} redirects in a circle.").format(name=self._name))

    def _send(self, method: str, url: str, body: bytes | None, extra: Mapping[str, str]) -> httpx.Response:
        parts = urlsplit(url)
        address = resolve(parts, http_hosts=self.http_hosts)
        shown = f"[{address}]" if ":" in address else address
        target = parts._replace(netloc=f"{shown}:{parts.port}" if parts.port else shown).geturl()
        headers = {"Host": parts.netloc, "User-Agent": AGENT, "Accept-Encoding": "gzip", **extra, **self.headers()}
        try:
            with self._open_client().stream(
                method, target, content=body, headers=headers, extensions={"sni_hostname": parts.hostname or ""}
            ) as answer:
                content = self._read(answer)
        except (httpx.HTTPError, zlib.error) as error:
            said = gettext("{name} could not be reached ({why}).").format(name=self._name, why=type(error).__name__)
            raise MustWait(said, BUSY_WAIT_S) from None
        self.spent.calls += 1
        return httpx.Response(answer.status_code, headers=_plain(answer.headers), content=content)

    def _read(self, answer: httpx.Response) -> bytes:
        """The content, unpacked no further than the size that is read: a packed answer may stand for a thousandfold."""
        packed = answer.headers.get("content-encoding", "identity").lower()
        if packed not in ("identity", "gzip"):
            raise self._no_json()
        unpacker = zlib.decompressobj(GZIP) if packed == "gzip" else None
        content = bytearray()
        for part in answer.iter_raw():
            self.spent.bytes += len(part)
            content += unpacker.decompress(part, MAX_ANSWER_BYTES + 1 - len(content)) if unpacker else part
            if len(content) > MAX_ANSWER_BYTES:
                said = gettext("{name} sent an answer of over {n} MB, which is not read.")
                raise HostError(said.format(name=self._name, n=MAX_ANSWER_BYTES >> 20))
        return bytes(content)

    def _judge(self, answer: httpx.Response) -> Answer:
        status = answer.status_code
        if (wait_s := _patience(answer)) is not None:
            said = gettext("{name} asks to wait: its limit of requests is reached.").format(name=self._name)
            raise MustWait(said, wait_s)
        if status == 304:
            return Answer(None, answer.headers, answer.headers.get("etag", ""), is_unchanged=True)
        if status == 203:  # Azure DevOps answers a token it refuses with its page for signing in
            raise NotAllowed(gettext(_REFUSED[401]).format(name=self._name), 401)
        if status in (401, 403, 404):
            raise NotAllowed(gettext(_REFUSED[status]).format(name=self._name), status)
        if status >= 500:
            said = gettext("{name} is in trouble (status {status}).").format(name=self._name, status=status)
            raise MustWait(said, BUSY_WAIT_S)
        if not answer.is_success:
            said = gettext("{name} did not understand the request (status {status}).")
            raise HostError(said.format(name=self._name, status=status))
        try:
            data = json.loads(answer.content) if answer.content else None
        except (ValueError, RecursionError):
            raise self._no_json() from None
        return Answer(data, answer.headers, answer.headers.get("etag", ""), next_url=_next(answer))

    def _no_json(self) -> HostError:
        said = gettext("{name} answered with something that is no JSON; is the address right?")
        return HostError(said.format(name=self._name))

    @property
    def _name(self) -> str:
        return urlsplit(self.base_url).hostname or gettext("The host")


_REFUSED = {
    401: gettext_noop("{name} does not accept the token; it may have ended or been taken back."),
    403: gettext_noop("{name} does not let the token see this."),
    404: gettext_noop("{name} does not know this project, or does not show it to the token."),
}


def check_base(url: str, *, http_hosts: Sequence[str]) -> str:
    """A base address without its closing slash; https, or http to a listed host; no login, query or own machine."""
    text = url.strip().rstrip("/")
    try:
        check_url(text, http_hosts=http_hosts)
    except GitError as error:
        raise HostError(error.sentence) from None
    if urlsplit(text).query or urlsplit(text).fragment:
        raise HostError(gettext("The address of a host ends with its path, without ? or #."))
    return text


def origin(parts: SplitResult) -> tuple[str, str, int]:
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or (443 if scheme == "https" else 80)


def resolve(parts: SplitResult, *, http_hosts: Sequence[str]) -> str:
    """An address of the host to connect to, after all of them were found to be allowed."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        said = gettext("The host name {name} is not known; check its spelling.").format(name=parts.hostname)
        raise HostError(said) from None
    addresses = [str(each[4][0]) for each in found]
    if not is_listed(parts, http_hosts) and any(is_own_machine(address) for address in addresses):
        raise HostError(
            gettext("The address leads to this machine itself, which is not listed in REPOSITORY_HTTP_HOSTS.")
        )
    return addresses[0]


def _patience(answer: httpx.Response) -> float | None:
    """The seconds to wait when a limit was reached, by what GitHub, GitLab and others send; None when none was."""
    headers, status = answer.headers, answer.status_code
    is_spent = "0" in (headers.get("x-ratelimit-remaining"), headers.get("ratelimit-remaining"))
    if status == 429 or (status in (403, 503) and "retry-after" in headers) or (status == 403 and is_spent):
        if after := headers.get("retry-after"):
            return _seconds(after)
        reset = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset")
        if reset and reset.isdigit():
            return float(reset) - time.time() if float(reset) > 1e9 else float(reset)
        return float(BUSY_WAIT_S)
    if status == 403 and b"secondary rate limit" in answer.content[:2000].lower():
        return float(BUSY_WAIT_S)
    return None


def _seconds(text: str) -> float:
    """A Retry-After value: seconds, or a date."""
    if text.strip().isdigit():
        return float(text)
    try:
        return (email.utils.parsedate_to_datetime(text) - dt.datetime.now(dt.UTC)).total_seconds()
    except ValueError:
        return float(BUSY_WAIT_S)


def _next(answer: httpx.Response) -> str:
    return str(answer.links.get("next", {}).get("url", ""))


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """The headers without those that no longer describe the content, which was decoded as it was read."""
    left_out = {"content-encoding", "content-length", "transfer-encoding"}
    return {name: value for name, value in headers.items() if name.lower() not in left_out}
