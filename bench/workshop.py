"""200 telephones in one workshop, polling every 2 s, 20 votes a second among them; then the reveal.

    python -m bench.workshop [--phones 200] [--seconds 60] [--processes 1] [--database postgres://…]
        [--trouble kill|cut|restart]

The web server is started as `make up` starts it, without worker and schedule, with `--processes` processes. Beside the
polls /health/ is asked, the product's smallest view: both are timed on the same server in the same run. A vote is sent
again until the server confirms it, as static/js/workshop.js does. At the end the facilitator reveals, and every phone
notes when it hears of it; then every confirmed vote is looked up. Trouble comes half-way: `kill` ends every web process
with SIGKILL and starts them again, `cut` ends every connection to the PostgreSQL database, `restart` stops a PostgreSQL
of this run's own as a failing machine does and starts it again.
Speaks only to 127.0.0.1 and stops by itself.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.cluster import Cluster
from bench.load import CHECKOUT, Device, Gone, Meter, Reply, free_port, leashed, within

TOKEN = "x" * 32  # any will do: the form and the cookie must agree
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": TOKEN}
POLL_S, VOTE_EVERY_S, REVEAL_WAIT_S = 2.0, 10.0, 30.0
PRESSES = 40
HEADER = (
    "| Database | Processes | Trouble | Polls | Votes confirmed | Errors seen | Lost or double | Poll, median "
    "| 95 % within | Smallest view, 95 % within | Ratio | Vote, 95 % within | Reveal reached all in "
    "| Web: processor per request | Web: in all | Generator | Load before |\n"
    "| --- | ---: | --- |" + " ---: |" * 14
)


@dataclass
class Tally:
    polls_ms: list[float] = field(default_factory=list)
    votes_ms: list[float] = field(default_factory=list)
    floor_ms: list[float] = field(default_factory=list)
    confirmed: dict[str, int | None] = field(default_factory=dict)
    heard_s: list[float] = field(default_factory=list)
    n_votes: int = 0
    n_errors: int = 0
    web_s: float = 0.0  # processor time
    generator_s: float = 0.0


@dataclass
class Server:
    """The web server alone, on a data folder and database of its own."""

    environment: dict[str, str]
    port: int
    n_processes: int
    process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        n_threads = str(min(8, 2 * (os.cpu_count() or 1) + 1))  # as core.management.commands.up
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", str(self.n_processes), "--blocking-threads", n_threads]
        command += ["--blocking-threads-idle-timeout", "600", "--no-ws", "--no-access-log", "--log-level", "warning"]
        with Path(self.environment["DATA_DIR"], "web.log").open("ab") as out:
            self.process = leashed([*command, "config.wsgi:application"], self.environment, out)

    def wait(self) -> None:
        """Until it answers."""
        deadline = time.monotonic() + 180
        while not self.answers():
            if time.monotonic() > deadline:
                raise SystemExit("The server did not come up.")
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def end(self, number: signal.Signals) -> None:
        """As the supervisor does: asked to end, the main process has ten seconds, then its whole group is killed."""
        if self.process is None or self.process.poll() is not None:
            return
        if number != signal.SIGKILL:
            self.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def run(self, *arguments: str) -> Any:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, cwd=CHECKOUT, check=True, capture_output=True
        )
        return json.loads(done.stdout) if done.stdout.startswith(b"{") else None


async def timed(ask: Awaitable[Reply], figures: list[float], tally: Tally) -> Reply | None:
    begun = time.perf_counter()
    try:
        reply = await ask
    except Gone:
        tally.n_errors += 1
        return None
    if reply.status >= 500:
        tally.n_errors += 1
        return None
    figures.append((time.perf_counter() - begun) * 1000)
    return reply


async def telephone(device: Device, world: dict[str, Any], n: int, end: float, tally: Tally, told: Any) -> None:
    """Polls with the version it has; after the reveal it notes when it heard and stops."""
    random_ = random.Random(n)
    seat, secret = world["seats"][n]
    headers, version = {"Cookie": f"{world['cookie']}={secret}"}, "0"
    watch = f"/workshop/{world['workshop']}/watch/?version="
    await asyncio.sleep(random_.random() * POLL_S)
    next_vote = time.monotonic() + random_.random() * VOTE_EVERY_S
    while time.monotonic() < end + REVEAL_WAIT_S:
        due = time.monotonic() + POLL_S
        reply = await timed(device.ask("GET", watch + version, headers=headers), tally.polls_ms, tally)
        if reply is not None and reply.status == 200:
            version = reply.text.partition("version=")[2].partition('"')[0]
            if told.is_set() and "<meter" in reply.text:
                tally.heard_s.append(time.monotonic() - world["revealed_at"])
                return
        if next_vote < due and time.monotonic() < end - 2:
            next_vote += VOTE_EVERY_S
            await vote(device, world, seat, headers, random_.choice([1, 2, 3, 4, 5, None]), tally)
        await asyncio.sleep(max(0, due - time.monotonic()))


async def vote(
    device: Device, world: dict[str, Any], seat: str, headers: dict[str, str], level: int | None, tally: Tally
) -> None:
    """Sent until it is confirmed, as static/js/workshop.js does."""
    said = {**FORM, "HX-Request": "true", "Cookie": f"{headers['Cookie']}; csrftoken={TOKEN}"}
    body = urlencode({"item": world["item"], "round": "1", "level": str(level or "dk")}).encode()
    path = f"/workshop/{world['workshop']}/vote/"
    for failures in range(100):
        reply = await timed(device.ask("POST", path, headers=said, body=body), tally.votes_ms, tally)
        if reply is not None and reply.headers.get("x-stored") == "yes":
            tally.confirmed[seat] = level
            tally.n_votes += 1
            return
        if reply is not None and reply.status == 409 and time.monotonic() > world.get("revealed_at", 1e18):
            return  # too late, and told so
        if reply is not None:
            raise SystemExit(f"A vote was answered {reply.status}: {reply.text[:200]}")
        await asyncio.sleep(min(2**failures, 8) * (0.5 + random.random()))  # spreads, hides nothing
    raise SystemExit("A vote was never confirmed.")


async def smallest(device: Device, end: float, tally: Tally) -> None:
    while time.monotonic() < end:
        await timed(device.ask("GET", "/health/", headers={}), tally.floor_ms, tally)
        await asyncio.sleep(0.1)


async def reveal(device: Device, world: dict[str, Any], end: float, told: asyncio.Event) -> None:
    """Pressed again while nobody answers, as a facilitator would."""
    await asyncio.sleep(max(0, end - time.monotonic()))
    headers = {**FORM, "Cookie": f"sessionid={world['session']}; csrftoken={TOKEN}"}
    body = urlencode({"do": "reveal", "practice": world["practice"]}).encode()
    world["revealed_at"] = time.monotonic()
    told.set()
    path = f"/assessments/{world['assessment']}/workshop/step/"
    for _ in range(PRESSES):
        with contextlib.suppress(Gone):
            reply = await device.ask("POST", path, headers=headers, body=body)
            if reply.status == 302:
                return
            if reply.status < 500:
                raise SystemExit(f"The reveal was answered {reply.status}: {reply.text[:300]}")
        await asyncio.sleep(0.5)
    raise SystemExit("The reveal was never answered.")


async def make_trouble(server: Server, cluster: Cluster | None, kind: str, after_s: float) -> None:
    await asyncio.sleep(after_s)
    if kind == "cut":
        await asyncio.to_thread(server.run, "-m", "bench.workshop_data", "cut")
    elif cluster is not None:
        cluster.stop()
        await asyncio.sleep(1)
        cluster.launch()
    else:
        server.end(signal.SIGKILL)
        await asyncio.sleep(1)
        server.launch()


async def play(server: Server, cluster: Cluster | None, world: dict[str, Any], seconds: float, trouble: str) -> Tally:
    tally, told, meter = Tally(), asyncio.Event(), Meter()
    devices = [Device(server.port) for _ in range(len(world["seats"]) + 2)]
    meter.begin()
    looking = asyncio.create_task(meter.keep_looking())
    end = time.monotonic() + seconds
    phones = [telephone(devices[n], world, n, end, tally, told) for n in range(len(world["seats"]))]
    rest = [smallest(devices[-1], end, tally), reveal(devices[-2], world, end, told)]
    rest += [make_trouble(server, cluster, trouble, seconds / 2)] if trouble else []
    await asyncio.gather(*phones, *rest)
    looking.cancel()
    meter.look()
    tally.web_s, tally.generator_s = meter.used_s("granian"), meter.generator_s()
    for device in devices:
        device.close()
    return tally


def n_wrong(tally: Tally, stored: list[list[Any]]) -> int:
    """Seats whose last confirmed vote is not the one vote that is stored."""
    found: dict[str, list[Any]] = {}
    for seat, level in stored:
        found.setdefault(seat, []).append(level)
    return sum(found.get(seat) != [level] for seat, level in tally.confirmed.items())


def row(args: argparse.Namespace, database: str, tally: Tally, wrong: int, load: float) -> str:
    p95, floor = within(tally.polls_ms, 95), within(tally.floor_ms, 95)
    heard = f"{max(tally.heard_s):.1f} s" if len(tally.heard_s) == args.phones else f"{len(tally.heard_s)} only"
    n_requests = len(tally.polls_ms) + len(tally.votes_ms) + len(tally.floor_ms)
    return (
        f"| {database} | {args.processes} | {args.trouble or 'none'} "
        f"| {len(tally.polls_ms):,} | {tally.n_votes:,} | {tally.n_errors} | {wrong} "
        f"| {statistics.median(tally.polls_ms):.0f} ms | {p95:.0f} ms | {floor:.0f} ms | {p95 / floor:.1f} "
        f"| {within(tally.votes_ms, 95):.0f} ms | {heard} | {tally.web_s * 1000 / n_requests:.1f} ms "
        f"| {tally.web_s:.0f} s | {tally.generator_s:.0f} s | {load:.1f} |"
    )


@contextlib.contextmanager
def serving(database: str, n_processes: int, n_seats: int) -> Iterator[tuple[Server, Any]]:
    """A web server on a data folder of its own that answers, with a workshop of so many seats, and what it holds."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {**os.environ, "DATA_DIR": folder, "PYTHONPATH": str(CHECKOUT), "LOG_LEVEL": "CRITICAL"}
        environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.base", "SECRET_KEY": "bench-" * 10}
        environment |= {"ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": f"http://127.0.0.1:{port}"}
        environment.pop("DATABASE_URL", None)
        if database:
            environment["DATABASE_URL"] = database
        server = Server(environment, port, n_processes)
        server.run("manage.py", "migrate", "-v", "0")
        world = server.run("-m", "bench.workshop_data", "seed", str(n_seats))
        try:
            server.launch()
            server.wait()
            yield server, world
        finally:
            server.end(signal.SIGTERM)


def measure(args: argparse.Namespace, cluster: Cluster | None) -> str:
    database, load = cluster.url if cluster else args.database, os.getloadavg()[0]
    with serving(database, args.processes, args.phones) as (server, world):
        tally = asyncio.run(play(server, cluster, world, args.seconds, args.trouble))
        stored = server.run("-m", "bench.workshop_data", "dump")["votes"]
    return row(args, "PostgreSQL" if database else "SQLite", tally, n_wrong(tally, stored), load)


def measure_with_a_cluster(args: argparse.Namespace) -> str:
    """On a PostgreSQL that this run may stop and start."""
    cluster = Cluster()
    try:
        cluster.launch()
        cluster.wait()
        return measure(args, cluster)
    finally:
        cluster.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--trouble", default="", choices=["", "kill", "cut", "restart"])
    args = parser.parse_args()
    if args.trouble == "cut" and not args.database:
        parser.error("--trouble cut needs --database: SQLite has no connections to end.")
    print(HEADER, measure_with_a_cluster(args) if args.trouble == "restart" else measure(args, None), sep="\n")


if __name__ == "__main__":
    main()
