"""A git host on this machine for tests: `git http-backend` behind Python's own web server."""

import base64
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.metrics.repositories import CLEAN, git


@dataclass
class GitHost:
    """Serves the repositories under `root`; remembers what it was asked."""

    root: Path
    redirect_to: str = ""
    status: int = 0
    login: str = ""  # name:secret that every request must bring
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, name: str) -> str:
        return f"http://{self.host}/{name}"


@contextmanager
def serving(root: Path, *, filters: bool = True, login: str = "") -> Iterator[GitHost]:
    host = GitHost(root, login=login)
    for folder in root.iterdir():
        git(folder, "config", "uploadpack.allowFilter", str(filters).lower())
        git(folder, "config", "uploadpack.allowAnySHA1InWant", str(filters).lower())
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HandlerOfHost", (Handler,), {"host": host}))
    host.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})  # else each end takes half a second
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _encoded(login: str) -> str:
    return base64.b64encode(login.encode()).decode()


class Handler(BaseHTTPRequestHandler):
    host: GitHost

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        """Stay quiet."""

    def _answer(self) -> None:
        self.host.asked.append(f"{self.command} {self.path}")
        if self.host.redirect_to:
            self.send_response(302)
            self.send_header("Location", self.host.redirect_to + self.path)
            self.end_headers()
        elif self.host.login and self.headers.get("Authorization") != f"Basic {_encoded(self.host.login)}":
            self.send_error(401)
        elif self.host.status:
            self.send_error(self.host.status)
        else:
            self._run_backend()

    def _run_backend(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self._read_chunks()
        environment = CLEAN | {
            "GIT_PROJECT_ROOT": str(self.host.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _read_chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)
