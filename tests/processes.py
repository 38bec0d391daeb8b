"""Starting real programs in tests, and waiting for what they do."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def wait_for(condition, *, timeout_s=30.0, why="it never happened"):
    """The first true answer of `condition`, asked until the time is up."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {timeout_s} s: {why}")


def is_alive(pid):
    """Whether the process runs; one that ended and was not yet collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid):
    """Every process below this one, as {pid: command line}."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != pid and pid in _ancestors(int(entry.name)):
            found[int(entry.name)] = _command_line(entry.name)
    return found


def _ancestors(pid):
    while pid > 1:
        pid = parent(pid)
        yield pid


def parent(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ManagePy:
    """A management command that keeps running, its output in a file, ended with its whole family."""

    def __init__(self, *arguments, environment, output):
        self.output = output
        with output.open("a") as file:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), *arguments],
                env=environment,
                cwd=output.parent,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        family = [self.pid, *descendants(self.pid)]
        self.process.kill()
        self.process.wait()
        for pid in family:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)

    def said(self):
        return self.output.read_text()
