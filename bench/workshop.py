"""200 telephones in one workshop, polling every 2 s, 20 votes a second among them; then the reveal.

    python -m bench.workshop [--phones 200] [--seconds 60] [--processes 1] [--database postgres://…] [--trouble kill]

The web server is started as `make up` starts it, without worker and schedule, with `--processes` processes. Beside the
polls /health/ is asked, the product's smallest view: both are timed on the same server in the same run. A vote is sent
again until the server confirms it, as static/js/workshop.js does. At the end the facilitator reveals, and every phone
notes when it hears of it; then every confirmed vote is looked up. Trouble comes half-way: `kill` ends every web process
with SIGKILL and starts them again, `cut` ends every connection to the PostgreSQL database.
Speaks only to 127.0.0.1 and stops by itself.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

CHECKOUT = Path(__file__).resolve().parent.parent
POLL_S, VOTE_EVERY_S, REVEAL_WAIT_S = 2.0, 10.0, 30.0
HEADER = (
    "| Database | Processes | Trouble | Polls | Votes confirmed | Errors seen | Lost or double | Poll, median "
    "| 95 % within | Smallest view, 95 % within | Ratio | Vote, 95 % within | Reveal reached all in | Load before |\n"
    "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
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


@dataclass
class Server:
    """The web server alone, on a data folder and database of its own."""

    environment: dict[str, str]
    port: int
    n_processes: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        n_threads = str(min(8, 2 * (os.cpu_count() or 1) + 1))  # as core.management.commands.up
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        command += ["--workers", str(self.n_processes), "--blocking-threads", n_threads, "--no-ws", "--no-access-log"]
        command += ["--log-level", "warning", "config.wsgi:application"]
        with Path(self.environment["DATA_DIR"], "web.log").open("ab") as out:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=out, stderr=out, cwd=CHECKOUT, start_new_session=True
            )
        deadline = time.monotonic() + 90
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
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)
            self.process.wait()

    def run(self, *arguments: str) -> Any:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, cwd=CHECKOUT, check=True, capture_output=True
        )
        return json.loads(done.stdout) if done.stdout.startswith(b"{") else None


async def timed(ask: Any, figures: list[float], tally: Tally) -> httpx.Response | None:
    begun = time.perf_counter()
    try:
        response: httpx.Response = await ask
    except httpx.HTTPError:
        tally.n_errors += 1
        return None
    if response.status_code >= 500:
        tally.n_errors += 1
        return None
    figures.append((time.perf_counter() - begun) * 1000)
    return response


async def telephone(
    device: httpx.AsyncClient, world: dict[str, Any], n: int, end: float, tally: Tally, told: Any
) -> None:
    """Polls with the version it has; after the reveal it notes when it heard and stops."""
    random_ = random.Random(n)
    seat, secret = world["seats"][n]
    headers, version = {"Cookie": f"{world['cookie']}={secret}"}, "0"
    url = f"/workshop/{world['workshop']}/watch/"
    await asyncio.sleep(random_.random() * POLL_S)
    next_vote = time.monotonic() + random_.random() * VOTE_EVERY_S
    while time.monotonic() < end + REVEAL_WAIT_S:
        due = time.monotonic() + POLL_S
        response = await timed(device.get(url, params={"version": version}, headers=headers), tally.polls_ms, tally)
        if response is not None and response.status_code == 200:
            version = response.text.partition("version=")[2].partition('"')[0]
            if told.is_set() and "<meter" in response.text:
                tally.heard_s.append(time.monotonic() - world["revealed_at"])
                return
        if next_vote < due and time.monotonic() < end - 2:
            next_vote += VOTE_EVERY_S
            await vote(device, world, seat, headers, random_.choice([1, 2, 3, 4, 5, None]), tally)
        await asyncio.sleep(max(0, due - time.monotonic()))


async def vote(
    device: httpx.AsyncClient,
    world: dict[str, Any],
    seat: str,
    headers: dict[str, str],
    level: int | None,
    tally: Tally,
) -> None:
    token = "x" * 32
    said = {**headers, "HX-Request": "true", "X-CSRFToken": token, "Cookie": f"{headers['Cookie']}; csrftoken={token}"}
    data = {"item": world["item"], "round": "1", "level": str(level or "dk")}
    for failures in range(100):
        response = await timed(
            device.post(f"/workshop/{world['workshop']}/vote/", data=data, headers=said), tally.votes_ms, tally
        )
        if response is not None and response.headers.get("X-Stored") == "yes":
            tally.confirmed[seat] = level
            tally.n_votes += 1
            return
        if response is not None and response.status_code == 409 and time.monotonic() > world.get("revealed_at", 1e18):
            return  # too late, and told so
        if response is not None:
            raise SystemExit(f"A vote was answered {response.status_code}: {response.text[:200]}")
        await asyncio.sleep(min(2**failures, 8) * (0.5 + random.random()))  # spreads, hides nothing
    raise SystemExit("A vote was never confirmed.")


async def smallest(device: httpx.AsyncClient, end: float, tally: Tally) -> None:
    while time.monotonic() < end:
        await timed(device.get("/health/"), tally.floor_ms, tally)
        await asyncio.sleep(0.1)


async def reveal(device: httpx.AsyncClient, world: dict[str, Any], end: float, told: asyncio.Event) -> None:
    await asyncio.sleep(max(0, end - time.monotonic()))
    token = "x" * 32
    headers = {"X-CSRFToken": token, "Cookie": f"sessionid={world['session']}; csrftoken={token}"}
    data = {"do": "reveal", "practice": world["practice"]}
    url = f"/assessments/{world['assessment']}/workshop/step/"
    world["revealed_at"] = time.monotonic()
    told.set()
    response = await device.post(url, data=data, headers=headers)
    if response.status_code != 302:
        raise SystemExit(f"The reveal was answered {response.status_code}: {response.text[:300]}")


async def make_trouble(server: Server, kind: str, after_s: float) -> None:
    await asyncio.sleep(after_s)
    if kind == "cut":
        await asyncio.to_thread(server.run, "-m", "bench.workshop_data", "cut")
    else:
        server.end(signal.SIGKILL)
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)


async def play(server: Server, world: dict[str, Any], seconds: float, trouble: str) -> Tally:
    tally, told = Tally(), asyncio.Event()
    n = len(world["seats"])
    limits = httpx.Limits(max_connections=n + 10, max_keepalive_connections=n + 10)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", limits=limits, timeout=15) as device:
        end = time.monotonic() + seconds
        phones = [telephone(device, world, one, end, tally, told) for one in range(n)]
        rest = [smallest(device, end, tally), reveal(device, world, end, told)]
        rest += [make_trouble(server, trouble, seconds / 2)] if trouble else []
        await asyncio.gather(*phones, *rest)
    return tally


def n_wrong(tally: Tally, stored: list[list[Any]]) -> int:
    """Seats whose last confirmed vote is not the one vote that is stored."""
    found: dict[str, list[Any]] = {}
    for seat, level in stored:
        found.setdefault(seat, []).append(level)
    return sum(found.get(seat) != [level] for seat, level in tally.confirmed.items())


def within(figures: list[float], percent: int) -> float:
    return statistics.quantiles(figures, n=100)[percent - 1]


def measure(args: argparse.Namespace) -> str:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "DATA_DIR": folder, "PYTHONPATH": str(CHECKOUT), "LOG_LEVEL": "ERROR"}
        environment |= {"DJANGO_SETTINGS_MODULE": "config.settings.base", "SECRET_KEY": "bench-" * 10}
        environment |= {"ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": f"http://127.0.0.1:{port}"}
        environment.pop("DATABASE_URL", None)
        if args.database:
            environment["DATABASE_URL"] = args.database
        server, load = Server(environment, port, args.processes), os.getloadavg()[0]
        server.run("manage.py", "migrate", "-v", "0")
        world = server.run("-m", "bench.workshop_data", "seed", str(args.phones))
        try:
            server.start()
            tally = asyncio.run(play(server, world, args.seconds, args.trouble))
        finally:
            server.end(signal.SIGTERM)
        stored = server.run("-m", "bench.workshop_data", "dump")["votes"]
    p95, floor = within(tally.polls_ms, 95), within(tally.floor_ms, 95)
    heard = f"{max(tally.heard_s):.1f} s" if len(tally.heard_s) == args.phones else f"{len(tally.heard_s)} only"
    return (
        f"| {'PostgreSQL' if args.database else 'SQLite'} | {args.processes} | {args.trouble or 'none'} "
        f"| {len(tally.polls_ms):,} | {tally.n_votes:,} | {tally.n_errors} | {n_wrong(tally, stored)} "
        f"| {statistics.median(tally.polls_ms):.0f} ms | {p95:.0f} ms | {floor:.0f} ms | {p95 / floor:.1f} "
        f"| {within(tally.votes_ms, 95):.0f} ms | {heard} | {load:.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--trouble", default="", choices=["", "kill", "cut"])
    print(HEADER, measure(parser.parse_args()), sep="\n")


if __name__ == "__main__":
    main()
