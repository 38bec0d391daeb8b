"""`manage.py up`: the whole product in the foreground, from one data folder."""

import contextlib
import fcntl
import hashlib
import http.client
import io
import os
import signal
import socket
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, connections

from core.embedded_queue import make_queue
from core.supervision import Program, Supervisor

GRACE_S = 10.0  # work in hand that takes longer is taken up again at the next start
BAD_INPUT = 2
UNROUTED = ["admin", "rest_framework"]  # pages this site does not serve: three quarters of the files


class Command(BaseCommand):
    help = (
        "Prepare the data folder and run the web server, the worker and the scheduler until Ctrl-C. "
        "What dies is started again; what is running ends with this command, however it ends."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")

    def handle(self, *_: Any, host: str, port: int, **__: Any) -> None:
        self._writing = threading.Lock()
        with only_one(settings.DATA_DIR):
            require_free(host, port)
            self._prepare()
            address = os.environ.get("SITE_URL", "").rstrip("/") or f"http://{shown_host(host)}:{port}"
            link = self._setup_link(address)
            connections.close_all()
            (settings.DATA_DIR / "address").write_text(
                f"{address}\n", encoding="utf-8"
            )  # for commands that name a page
            supervisor = Supervisor(programs(host, port, address, self._say), grace_s=GRACE_S)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, supervisor.stop)
            threading.Thread(
                target=self._greet_when_ready, args=[host, port, address, link, supervisor.stopping], daemon=True
            ).start()
            supervisor.run()
            self._say("Stopped.")

    def _prepare(self) -> None:
        """Everything that must be true before the first request; quick when it is true already."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_model", verbosity=0)
        make_queue(settings.CELERY_BROKER_URL)
        collect_static_files()

    def _setup_link(self, address: str) -> str:
        printed = io.StringIO()
        call_command("setup_link", if_needed=True, site_url=address, stdout=printed)
        return printed.getvalue().strip()

    def _greet_when_ready(self, host: str, port: int, address: str, link: str, stopping: threading.Event) -> None:
        while not answers(host, port):
            if stopping.wait(0.05):
                return
        self._say(f"Headwater is ready: {address}/")
        if link:
            self._say("It has no administrator yet. This link makes the first one, once, within 24 hours:")
            self._say(f"  {link}")
        self._say(f"Data folder: {settings.DATA_DIR}. Ctrl-C stops everything.")

    def _say(self, line: str) -> None:
        with self._writing, contextlib.suppress(BrokenPipeError):
            self.stdout.write(line)
            self.stdout.flush()


def collect_static_files() -> bool:
    """Copy, name by content and compress what the web server serves; false when nothing changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected-from"
    sources = static_sources()
    if stamp.exists() and stamp.read_text(encoding="ascii") == sources:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNROUTED)
    stamp.write_text(sources, encoding="ascii")
    return True


def static_sources() -> str:
    """A digest that changes with the name, size or time of any file `collectstatic` would read."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(UNROUTED):
            file = Path(storage.path(name)).stat()
            seen.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return seen.hexdigest()


@contextlib.contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process; the kernel gives it back however the process ends."""
    with (data_dir / "up.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CommandError(
                f"Headwater is already running on {data_dir} (process {lock.read().strip() or 'unknown'}). "
                "Stop it first, or give this one a folder of its own: make up DATA_DIR=/another/folder PORT=8001",
                returncode=BAD_INPUT,
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def require_free(host: str, port: int) -> None:
    """Raise CommandError with one sentence when nobody can listen there."""
    if not 0 < port < 65536:
        raise CommandError(f"{port} is not a port: choose one between 1 and 65535.", returncode=BAD_INPUT)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except socket.gaierror as error:
        raise CommandError(f"{host} is not an address of this machine.", returncode=BAD_INPUT) from error
    except PermissionError as error:
        raise CommandError(f"Port {port} is reserved for root. Choose another: PORT=8000", returncode=2) from error
    except OSError as error:
        reason = "is in use" if error.errno == 98 else f"cannot be used ({error.strerror})"
        raise CommandError(f"Port {port} on {host} {reason}. Choose another: PORT={port + 1}", returncode=2) from error


def answers(host: str, port: int) -> bool:
    """Whether a request gets any answer; an open port alone may belong to a server that is still loading."""
    asked = http.client.HTTPConnection(reachable_host(host), port, timeout=5)
    try:
        asked.request("GET", "/health/")
        return bool(asked.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def reachable_host(host: str) -> str:
    """Where a listener on `host` can be reached from here."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound


def shown_host(host: str) -> str:
    """What people type: this machine's name when it listens everywhere."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not bound
        return socket.gethostname().lower()
    return f"[{host}]" if ":" in host else host


def programs(host: str, port: int, address: str, say: Any) -> list[Program]:
    environment = child_environment(address)
    return [Program(name, command, environment, say) for name, command in commands(host, port).items()]


def child_environment(address: str) -> dict[str, str]:
    """What the programs see: found from any working folder, unbuffered, and told when their worker is the only one."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.base"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")])),
        "PYTHONUNBUFFERED": "1",
        "DATA_DIR": str(settings.DATA_DIR),
        "SITE_URL": address,
        "SINGLE_WORKER": "1" if connection.vendor == "sqlite" else os.environ.get("SINGLE_WORKER", "0"),
    }


def commands(host: str, port: int) -> dict[str, Sequence[str]]:
    python = sys.executable
    celery = [python, "-m", "celery", "-A", "config", "--quiet"]
    listen = ["--host", host, "--port", str(port)]
    n_threads = min(8, 2 * (os.cpu_count() or 1) + 1)  # granian warns above this
    threads = ["--workers", "1", "--blocking-threads", str(n_threads), "--blocking-threads-idle-timeout", "600"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = ["--schedule", str(settings.DATA_DIR / "beat-schedule"), "--pidfile="]
    return {
        "web": [
            python, "-m", "granian", "--interface", "wsgi", *listen, *threads, "--no-ws", "--no-access-log",
            "--log-level", "warning", "config.wsgi:application",
        ],
        "worker": [*celery, "worker", "--pool", "prefork", *alone, "--loglevel", "WARNING"],
        "beat": [*celery, "beat", *schedule, "--loglevel", "WARNING"],
    }  # fmt: skip
