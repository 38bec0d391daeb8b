"""Keep a few processes running together: restart what dies, stop them all as one.

Each program leads a process group of its own, so Ctrl-C reaches only the supervisor, and whatever a program that was
killed left behind is killed with its group before it is started again: an orphaned web worker keeps its port.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

LEASH = Path(__file__).with_name("leash.py")
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
SETTLED_S = 60.0  # a program that ran this long starts its delays anew
TICK_S = 0.1
Say = Callable[[str], None]


@dataclass
class Program:
    """One program, started again whenever it ends."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    say: Say
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    delay_s: float = FIRST_DELAY_S
    reader: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        leash = [sys.executable, "-S", "-E", str(LEASH), str(os.getpid())]
        self.process = subprocess.Popen(
            [*leash, *self.command],
            env=dict(self.environment),
            process_group=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.started_at = time.monotonic()
        assert self.process.stdout is not None  # noqa: S101  # a pipe was asked for
        self.reader = threading.Thread(target=self._relay, args=[self.process.stdout], daemon=True)
        self.reader.start()

    def tend(self, now: float) -> None:
        """Start the program when it is due; when it has ended, clear up after it and say when it is due again."""
        if self.process is None:
            if now >= self.due_at:
                self.start()
            return
        if (status := self.process.poll()) is None:
            return
        self.signal(signal.SIGKILL)
        self.process = None
        if now - self.started_at > SETTLED_S:
            self.delay_s = FIRST_DELAY_S
        self.due_at = now + self.delay_s
        self.say(f"{self.name} ended ({_ending(status)}); starting it again in {self.delay_s:g} s")
        self.delay_s = min(LONGEST_DELAY_S, 2 * self.delay_s)

    def signal(self, number: signal.Signals, *, group: bool = True) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if group:
                os.killpg(self.process.pid, number)
            elif self.process.poll() is None:
                self.process.send_signal(number)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _relay(self, output: IO[str]) -> None:
        with output:
            for line in output:
                self.say(f"{self.name:<6} | {line.rstrip()}")


@dataclass
class Supervisor:
    programs: Sequence[Program]
    grace_s: float
    stopping: threading.Event = field(default_factory=threading.Event)
    hurry: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Keep everything running until `stop` is called, by a signal or another thread; then end everything."""
        try:
            while not self.stopping.is_set():
                for program in self.programs:
                    program.tend(time.monotonic())
                self.stopping.wait(TICK_S)
        finally:
            self._end_all()

    def stop(self, *_: object) -> None:
        """Ask for the end; asked a second time, do not wait for work in hand."""
        if self.stopping.is_set():
            self.hurry.set()
        self.stopping.set()

    def _end_all(self) -> None:
        for program in self.programs:
            program.signal(signal.SIGTERM, group=False)
        deadline = time.monotonic() + self.grace_s
        while any(program.is_running() for program in self.programs):
            if time.monotonic() > deadline or self.hurry.wait(TICK_S):
                break
        for program in self.programs:
            program.signal(signal.SIGKILL)
            if program.process is not None:
                program.process.wait()
            if program.reader is not None:
                program.reader.join(timeout=1)


def _ending(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"
