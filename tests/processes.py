"""Starting real programs in tests, and waiting for what they do."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60.0  # what a busy machine needs for what takes a moment; what happens is seen at once
LOWEST_PORT = 10_000


def wait_for(condition, *, timeout_s=PATIENCE_S, why="it never happened"):
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


def kill(pid):
    """Kill a process that may end by itself at the same moment."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def descendants(pid):
    """Every process below this one, as {pid: command line}."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != pid and pid in _ancestors(int(entry.name)):
            found[int(entry.name)] = _command_line(entry.name)
    return found


def renderings_below(pid):
    """What renders a document and what attends it, not the process that both are forked from."""
    ours = {child for child, line in descendants(pid).items() if "reports.pdf_process" in line}
    return [child for child in ours if parent(child) in ours]


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
    """A port nobody listens on, below those the system hands out itself.

    One of these could go to a connection or a server of another test before the program that is meant for it is up.
    Drawn by the system's dice: those of Python are set alike in every process of a run.
    """
    given_out_from = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.SystemRandom().randrange(LOWEST_PORT, given_out_from)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


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
            kill(pid)

    def said(self):
        return self.output.read_text()
