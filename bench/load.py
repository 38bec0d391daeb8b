"""What the benchmarks under load share: a light generator, the processor time of what it asks, and programs on a leash.

The generator speaks HTTP/1.1 over kept-alive connections to 127.0.0.1 and nothing else: it knows lengths, not chunks,
and follows nothing. So it takes a tenth of what a whole client takes, and leaves the processor to the server.
"""

import asyncio
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

CHECKOUT = Path(__file__).resolve().parent.parent
PATIENCE_S = 15.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Gone(Exception):
    """No answer: the connection failed, or it took too long."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Device:
    """One person's connection: opened when it is needed, kept, opened anew when the server has gone."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._exchange("\r\n".join([*lines, "", ""]).encode() + body)
        except (OSError, EOFError, asyncio.IncompleteReadError, TimeoutError) as error:
            self.close()
            raise Gone from error

    async def _exchange(self, request: bytes) -> Reply:
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Reply(int(head[0].split(" ")[1]), headers, body)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leashed(command: Sequence[str], environment: Mapping[str, str], out: IO[bytes]) -> "subprocess.Popen[bytes]":
    """A program that ends when this process ends, however that is. To be called in the main thread: the leash is held
    by the thread that starts the program."""
    leash = [sys.executable, "-S", "-E", str(CHECKOUT / "core" / "leash.py"), str(os.getpid())]
    return subprocess.Popen(
        [*leash, *command], env=environment, stdout=out, stderr=out, cwd=CHECKOUT, start_new_session=True
    )


@dataclass
class Meter:
    """The processor time of the programs that this process has started, and of this process, from `begin` on."""

    seen: dict[int, tuple[str, float]] = field(default_factory=dict)
    before: dict[int, float] = field(default_factory=dict)
    own_s: float = 0.0

    def begin(self) -> None:
        self.look()
        self.before, self.own_s = {pid: used for pid, (_, used) in self.seen.items()}, time.process_time()

    def look(self) -> None:
        """Note what each has used by now; what is killed afterwards stays counted."""
        parents, used = {}, {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                try:
                    fields = (folder / "stat").read_text().rpartition(")")[2].split()
                    command = (folder / "cmdline").read_text().replace("\0", " ")
                except OSError:
                    continue  # it has just ended
                pid = int(folder.name)
                parents[pid] = int(fields[1])
                used[pid] = command, (int(fields[11]) + int(fields[12])) / TICKS_PER_S
        for pid in used:
            if _descends(pid, parents, os.getpid()):
                self.seen[pid] = used[pid]

    async def keep_looking(self, every_s: float = 1.0) -> None:
        while True:
            await asyncio.sleep(every_s)
            self.look()

    def used_s(self, word: str) -> float:
        """Of the programs whose command holds the word."""
        return sum(used - self.before.get(pid, 0.0) for pid, (command, used) in self.seen.items() if word in command)

    def generator_s(self) -> float:
        return time.process_time() - self.own_s


def kill_all(process: "subprocess.Popen[bytes]") -> None:
    """End a program and everything it has started with SIGKILL, each in the same moment and none of them asked."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    for pid in (process.pid, *(pid for pid in parents if _descends(pid, parents, process.pid))):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def _descends(pid: int, parents: Mapping[int, int], ancestor: int) -> bool:
    above = parents.get(pid, 0)
    while above > 1 and above != ancestor:
        above = parents.get(above, 0)
    return above == ancestor


def within(figures: Sequence[float], percent: int) -> float:
    return statistics.quantiles(figures, n=100)[percent - 1]
