"""The one door to hosts: where it goes, what it carries there, and what it refuses."""

import gzip
import http.server
import logging
import socket
import ssl
import threading
import time

import pytest

from metrics.clients.http import Door, HostError, MustWait, NotAllowed, check_base
from tests.metrics.hosts.reading import is_wait_of
from tests.metrics.hosts.server import TOKEN


class Answers(http.server.BaseHTTPRequestHandler):
    """Does what `server.plan` says, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Say nothing."""

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        status, headers, body = self.server.plan(self.path)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def place():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.asked, server.plan = [], lambda path: (200, {}, b'{"ok": true}')
    server.url = f"http://127.0.0.1:{server.server_port}"
    server.netloc = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def door(place):
    made = Door(f"{place.url}/api", lambda: {"Authorization": f"Bearer {TOKEN}"}, [place.netloc], timeout_s=60)
    yield made
    made.close()


def test_request_goes_below_the_base_with_the_credential(place, door):
    assert door.get("projects/1", page=2, empty="").data == {"ok": True}
    path, headers = place.asked[0]
    assert path == "/api/projects/1?page=2"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Host"] == place.netloc
    assert (door.spent.calls, door.spent.bytes) == (1, 12)


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.1:9/x",
        "https://elsewhere.example/x",
        "//elsewhere.example/x",
        "http://localhost/x",
        "ftp://127.0.0.1/",
    ],
)
def test_redirect_elsewhere_is_refused_and_the_credential_stays(place, door, where):
    place.plan = lambda path: (302, {"Location": where}, b"")
    with pytest.raises(HostError, match="another server"):
        door.get("x")
    assert len(place.asked) == 1


@pytest.mark.parametrize("path", ["http://127.0.0.1:9/x", "//elsewhere.example/x", "https://elsewhere.example/"])
def test_address_of_another_origin_is_never_asked(place, door, path):
    with pytest.raises(HostError, match="another server"):
        door.get(path)
    assert place.asked == []


def test_redirect_within_the_origin_is_followed_a_few_times(place, door):
    place.plan = lambda path: (301, {"Location": "/api/new"}, b"") if path == "/api/old" else (200, {}, b"[]")
    assert door.get("old").data == []
    place.plan = lambda path: (301, {"Location": "/api/old"}, b"")
    with pytest.raises(HostError, match="circle"):
        door.get("old")


def test_answer_beyond_the_size_is_not_read(place, door, monkeypatch):
    monkeypatch.setattr("metrics.clients.http.MAX_ANSWER_BYTES", 1000)
    place.plan = lambda path: (200, {}, b"x" * 5000)
    with pytest.raises(HostError, match="not read"):
        door.get("x")


def test_packed_answer_is_unfolded_up_to_the_size(place, door):
    bomb = gzip.compress(b"0" * (60 << 20))
    assert len(bomb) < 100_000
    place.plan = lambda path: (200, {"Content-Encoding": "gzip"}, bomb)
    with pytest.raises(HostError, match="not read"):
        door.get("x")
    assert door.spent.bytes < 100_000


def test_packed_answers_are_asked_for_and_read(place, door):
    place.plan = lambda path: (200, {"Content-Encoding": "gzip"}, gzip.compress(b'{"ok": true}' + b" " * 9_000))
    assert door.get("x").data == {"ok": True}
    assert place.asked[0][1]["Accept-Encoding"] == "gzip"
    assert door.spent.bytes < 200  # what travelled


@pytest.mark.parametrize(("packed", "said"), [("br", "no JSON"), ("gzip", "could not be reached")])
def test_answer_packed_in_another_way_or_torn_is_a_sentence(place, door, packed, said):
    place.plan = lambda path: (200, {"Content-Encoding": packed}, b"torn")
    with pytest.raises(HostError, match=said):
        door.get("x")


@pytest.mark.parametrize("text", [b"[" * 200_000, b'{"a":' * 200_000])
def test_answer_that_nests_without_end_is_a_sentence(place, door, text):
    place.plan = lambda path: (200, {}, text)
    with pytest.raises(HostError, match="no JSON"):
        door.get("x")


def test_silent_host_is_a_wait_and_no_hang(place, door):
    told = threading.Event()
    place.plan = lambda path: told.wait(60) and (200, {}, b"{}")
    door.timeout_s = 0.3
    with pytest.raises(MustWait):
        door.get("x")
    told.set()  # the host was silent until now


def test_unreachable_host_is_a_wait(place):
    with socket.socket() as deaf:  # bound, so that nobody else takes the port, and never listening
        deaf.bind(("127.0.0.1", 0))
        netloc = f"127.0.0.1:{deaf.getsockname()[1]}"
        door = Door(f"http://{netloc}", dict, [netloc])
        with pytest.raises(MustWait, match="could not be reached"):
            door.get("x")
        door.close()


def test_answer_that_is_no_json_is_a_sentence(place, door):
    place.plan = lambda path: (200, {}, b"<html>")
    with pytest.raises(HostError, match="no JSON"):
        door.get("x")


@pytest.mark.parametrize(("status", "word"), [(401, "token"), (403, "does not let"), (404, "does not know")])
def test_refusals_are_told_apart(place, door, status, word):
    place.plan = lambda path: (status, {}, b"{}")
    with pytest.raises(NotAllowed, match=word):
        door.get("x")


def test_wait_is_bounded(place, door):
    place.plan = lambda path: (429, {"Retry-After": "99999999"}, b"{}")
    with pytest.raises(MustWait) as raised:
        door.get("x")
    assert raised.value.wait_s == 6 * 3600


def test_date_to_retry_after_is_understood(place, door):
    began = time.monotonic()
    when = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 3000))
    place.plan = lambda path: (429, {"Retry-After": when}, b"{}")
    with pytest.raises(MustWait) as raised:
        door.get("x")
    assert is_wait_of(3000, raised.value.wait_s, began=began)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://git.example.org", "file:///etc/passwd", "http://git.example.org", "https://user:pw@git.example.org",
        "https://localhost", "https://127.0.0.1", "https://[::1]", "https://169.254.169.254", "https://0.0.0.0",
        "https://git.example.org?x=1", "https://git.example.org#x", "git.example.org", "", "https://", "-x",
        "https://[::ffff:127.0.0.1]",
    ],
)  # fmt: skip
def test_base_address_is_https_to_another_machine(url):
    with pytest.raises(HostError):
        check_base(url, http_hosts=[])


def test_base_address_loses_its_closing_slash():
    assert check_base(" https://git.example.org/gitlab/ ", http_hosts=[]) == "https://git.example.org/gitlab"


def test_name_that_leads_to_this_machine_is_refused_when_asked(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 443))])
    door = Door("https://git.example.org", lambda: {"Authorization": TOKEN})
    with pytest.raises(HostError, match="this machine itself"):
        door.get("x")


def test_connection_goes_to_the_address_that_was_checked(place, monkeypatch):
    """A name is looked up once for each request, so it cannot lead elsewhere between the check and the connection."""
    port = place.server_port
    looked_up = []

    def lookup(host, *args, **kwargs):
        looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: lookup(host) if host == "git.test" else real(host, *a, **k)
    )
    door = Door(f"http://git.test:{port}", dict, [f"git.test:{port}"])
    assert door.get("x").data == {"ok": True}
    door.close()
    assert looked_up == ["git.test"]
    assert place.asked[0][1]["Host"] == f"git.test:{port}"


def test_authorities_are_read_only_for_a_sealed_connection(door, monkeypatch):
    read = []
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(ssl, "create_default_context", lambda: read.append(1) or nobody)
    assert door.get("x").data == {"ok": True}
    assert read == []
    Door("https://git.example.org", dict)._open_client().close()
    assert read == [1]


def test_credential_is_in_no_repr_error_or_log(place, door, caplog):
    caplog.set_level(logging.DEBUG)
    said = [repr(door)]
    for status in (200, 301, 401, 403, 404, 418, 429, 500):
        place.plan = lambda path, status=status: (status, {"Location": "http://127.0.0.1:9"}, TOKEN.encode())
        try:
            door.get("x")
        except HostError as error:
            said += [repr(error), str(error), error.sentence]
    assert len(place.asked) == 8
    text = "\n".join([*said, caplog.text])
    assert TOKEN not in text
    assert "Bearer" not in text
