"""200 people answer at once, one answer in 5 s each, against the server as `make up` starts it.

    python -m bench.answering [--people 200] [--seconds 60] [--kill] [--database postgres://…]

Each person is a device with the queue of static/js/queue.js: a key for each change, resent until it is confirmed.
Between its answers each device asks for /health/, the product's smallest view: both are timed on the same server in
the same run. Afterwards every confirmed answer is looked up in the database. With --kill the server and all its
programs are killed with SIGKILL half-way and started again.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
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
EVERY_S = 5.0
LETTERS = "abcde"
HEADER = (
    "| Database | People | Server killed | Answers confirmed | Errors seen | Lost | Median | 95 % within | 99 % within "
    "| Smallest view, 95 % within | Ratio | Load before |\n"
    "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass
class Tally:
    saves_ms: list[float] = field(default_factory=list)
    floor_ms: list[float] = field(default_factory=list)
    confirmed: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    n_confirmed: int = 0
    n_errors: int = 0


@dataclass
class Installation:
    """`manage.py up` on a data folder and database of its own."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, str(CHECKOUT / "manage.py"), "up", "--port", str(self.port)]
        log = Path(self.environment["DATA_DIR"], "up.log")
        with log.open("ab") as out:
            self.process = subprocess.Popen(command, env=self.environment, stdout=out, stderr=out, cwd=CHECKOUT)
        deadline = time.monotonic() + 90
        while not self.answers():
            if time.monotonic() > deadline:
                raise SystemExit(f"The server did not come up; see {log}.")
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait()

    def data(self, *arguments: str) -> Any:
        command = [sys.executable, "-m", "bench.answering_data", *arguments]
        done = subprocess.run(command, env=self.environment, cwd=CHECKOUT, check=True, capture_output=True)
        return json.loads(done.stdout)


async def answer(device: httpx.AsyncClient, world: dict[str, Any], n: int, seconds: float, tally: Tally) -> None:
    """One person's minute: an answer, half the pause, the smallest view, the other half."""
    person, keys = world["people"][n], {}
    random_ = random.Random(n)  # a script for a benchmark
    await asyncio.sleep(random_.random() * EVERY_S)
    end, started = time.monotonic() + seconds - EVERY_S, 0
    while time.monotonic() < end:
        due = time.monotonic() + EVERY_S
        question = world["questions"][started % len(world["questions"])]
        started += 1
        level = random_.randrange(5)
        key = secrets.token_hex(8)
        fields = {f"q-{question}": LETTERS[level], "change": key, "replaces": keys.get(question, ""), "page": "define"}
        await save(device, world, person, question, fields, tally)
        keys[question] = key
        tally.confirmed[person["seat"], question] = key, level + 1
        await asyncio.sleep(max(0, due - EVERY_S / 2 - time.monotonic()))
        await look(device, tally)
        await asyncio.sleep(max(0, due - time.monotonic()))


async def save(
    device: httpx.AsyncClient, world: dict[str, Any], person: Any, question: str, fields: Any, tally: Tally
) -> None:
    """Send until it is confirmed, as the queue of a browser does; only an untroubled try is timed."""
    url = f"/assessments/{world['assessment']}/answer/question/{question}/"
    token = "x" * 32
    headers = {
        "HX-Request": "true",
        "X-CSRFToken": token,
        "Cookie": f"sessionid={person['session']}; csrftoken={token}",
    }
    for failures in range(100):
        begun = time.perf_counter()
        try:
            response = await device.post(url, data={**fields, "seat": person["seat"]}, headers=headers)
            if response.status_code == 200 and response.headers.get("X-Version") == fields["change"]:
                tally.saves_ms.append((time.perf_counter() - begun) * 1000)
                tally.n_confirmed += 1
                return
            print(response.status_code, response.text[:200], file=sys.stderr)
        except httpx.HTTPError:
            pass
        tally.n_errors += 1
        await asyncio.sleep(min(2**failures, 4) * (0.5 + random.random()))  # spreads, hides nothing
    raise SystemExit(f"{question} was never confirmed.")


async def look(device: httpx.AsyncClient, tally: Tally) -> None:
    begun = time.perf_counter()
    try:
        response = await device.get("/health/")
        if response.status_code == 200:
            tally.floor_ms.append((time.perf_counter() - begun) * 1000)
    except httpx.HTTPError:
        tally.n_errors += 1


async def all_answer(installation: Installation, world: dict[str, Any], seconds: float, *, kill: bool) -> Tally:
    tally = Tally()
    limits = httpx.Limits(max_connections=len(world["people"]), max_keepalive_connections=len(world["people"]))
    async with httpx.AsyncClient(base_url=installation.url, limits=limits, timeout=15) as device:
        people = [answer(device, world, n, seconds, tally) for n in range(len(world["people"]))]
        await asyncio.gather(*people, *([kill_and_start(installation, seconds / 2)] if kill else []))
    return tally


async def kill_and_start(installation: Installation, after_s: float) -> None:
    await asyncio.sleep(after_s)
    installation.end(signal.SIGKILL)
    await asyncio.sleep(2)
    await asyncio.to_thread(installation.start)


def n_lost(tally: Tally, stored: list[list[Any]]) -> int:
    """Confirmed answers that are not in the database as they were confirmed."""
    found = {(seat, question): (version, level) for seat, question, version, level in stored}
    return sum(found.get(place) != said for place, said in tally.confirmed.items())


def within(figures: list[float], percent: int) -> float:
    return statistics.quantiles(figures, n=100)[percent - 1]


def row(database: str, n_people: int, tally: Tally, lost: int, load: float, *, kill: bool) -> str:
    p95, floor = within(tally.saves_ms, 95), within(tally.floor_ms, 95)
    killed = "half-way" if kill else "no"
    return (
        f"| {database} | {n_people} | {killed} | {tally.n_confirmed:,} | {tally.n_errors} | {lost} "
        f"| {statistics.median(tally.saves_ms):.0f} ms | {p95:.0f} ms | {within(tally.saves_ms, 99):.0f} ms "
        f"| {floor:.0f} ms | {p95 / floor:.1f} | {load:.1f} |"
    )


def measure(n_people: int, seconds: float, database: str, *, kill: bool) -> str:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "DATA_DIR": folder, "PYTHONPATH": str(CHECKOUT), "LOG_LEVEL": "ERROR"}
        environment.pop("DATABASE_URL", None)
        if database:
            environment["DATABASE_URL"] = database
        installation = Installation(environment, port)
        load = os.getloadavg()[0]
        try:
            installation.start()
            world = installation.data("seed", str(n_people))
            tally = asyncio.run(all_answer(installation, world, seconds, kill=kill))
            stored = installation.data("dump")
        finally:
            installation.end(signal.SIGTERM)
    lost = n_lost(tally, stored["answers"])
    return row("PostgreSQL" if database else "SQLite", n_people, tally, lost, load, kill=kill)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite without it")
    args = parser.parse_args()
    print(HEADER, measure(args.people, args.seconds, args.database, kill=args.kill), sep="\n")


if __name__ == "__main__":
    main()
