"""200 people answer at once, one answer in 5 s each, against the server as `make up` starts it.

    python -m bench.answering [--people 200] [--seconds 60] [--kill] [--database postgres://…]

Each person is a device with the queue of static/js/queue.js: a key for each change, resent until it is confirmed.
Between its answers each device asks for /health/, the product's smallest view: both are timed on the same server in
the same run. Afterwards every confirmed answer is looked up in the database. With --kill the server and all its
programs are killed with SIGKILL half-way and started again. Beside the times stands the processor time of the web
process for each request, of worker and schedule, and of this generator.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.load import CHECKOUT, Device, Gone, Meter, free_port, kill_all, leashed, within

EVERY_S = 5.0
LETTERS = "abcde"
HEADER = (
    "| Database | People | Server killed | Answers confirmed | Errors seen | Lost | Median | 95 % within | 99 % within "
    "| Smallest view, 95 % within | Ratio | Web: processor per request | Web: in all | Worker and schedule | Generator "
    "| Load before |\n"
    "| --- | ---: | --- |" + " ---: |" * 13
)


@dataclass
class Tally:
    saves_ms: list[float] = field(default_factory=list)
    floor_ms: list[float] = field(default_factory=list)
    confirmed: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    n_confirmed: int = 0
    n_errors: int = 0
    web_s: float = 0.0  # processor time
    rest_s: float = 0.0
    generator_s: float = 0.0


@dataclass
class Installation:
    """`manage.py up` on a data folder and database of its own."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        command = [sys.executable, str(CHECKOUT / "manage.py"), "up", "--port", str(self.port)]
        with Path(self.environment["DATA_DIR"], "up.log").open("ab") as out:
            self.process = leashed(command, self.environment, out)

    def wait(self) -> None:
        """Until it answers."""
        deadline = time.monotonic() + 180
        while not self.answers():
            if time.monotonic() > deadline:
                raise SystemExit(f"The server did not come up; see {self.environment['DATA_DIR']}/up.log.")
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()

    def kill(self) -> None:
        if self.process is not None:
            kill_all(self.process)

    def data(self, *arguments: str) -> Any:
        command = [sys.executable, "-m", "bench.answering_data", *arguments]
        done = subprocess.run(command, env=self.environment, cwd=CHECKOUT, check=True, capture_output=True)
        return json.loads(done.stdout)


async def answer(device: Device, world: dict[str, Any], n: int, seconds: float, tally: Tally) -> None:
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


async def save(device: Device, world: dict[str, Any], person: Any, question: str, fields: Any, tally: Tally) -> None:
    """Send until it is confirmed, as the queue of a browser does; only an untroubled try is timed."""
    url = f"/assessments/{world['assessment']}/answer/question/{question}/"
    token, body = "x" * 32, urlencode({**fields, "seat": person["seat"]}).encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "HX-Request": "true",
        "X-CSRFToken": token,
        "Cookie": f"sessionid={person['session']}; csrftoken={token}",
    }
    for failures in range(100):
        begun = time.perf_counter()
        try:
            reply = await device.ask("POST", url, headers=headers, body=body)
            if reply.status == 200 and reply.headers.get("x-version") == fields["change"]:
                tally.saves_ms.append((time.perf_counter() - begun) * 1000)
                tally.n_confirmed += 1
                return
            print(reply.status, reply.text[:200], file=sys.stderr)
        except Gone:
            pass
        tally.n_errors += 1
        await asyncio.sleep(min(2**failures, 4) * (0.5 + random.random()))  # spreads, hides nothing
    raise SystemExit(f"{question} was never confirmed.")


async def look(device: Device, tally: Tally) -> None:
    begun = time.perf_counter()
    try:
        if (await device.ask("GET", "/health/", headers={})).status == 200:
            tally.floor_ms.append((time.perf_counter() - begun) * 1000)
    except Gone:
        tally.n_errors += 1


async def all_answer(installation: Installation, world: dict[str, Any], seconds: float, *, kill: bool) -> Tally:
    tally, meter = Tally(), Meter()
    meter.begin()
    looking = asyncio.create_task(meter.keep_looking())
    devices = [Device(installation.port) for _ in world["people"]]
    people = [answer(device, world, n, seconds, tally) for n, device in enumerate(devices)]
    await asyncio.gather(*people, *([kill_and_start(installation, seconds / 2)] if kill else []))
    looking.cancel()
    meter.look()
    tally.web_s, tally.rest_s = meter.used_s("granian"), meter.used_s("celery")
    tally.generator_s = meter.generator_s()
    for device in devices:
        device.close()
    return tally


async def kill_and_start(installation: Installation, after_s: float) -> None:
    await asyncio.sleep(after_s)
    installation.kill()
    await asyncio.sleep(2)
    installation.launch()
    await asyncio.to_thread(installation.wait)


def n_lost(tally: Tally, stored: list[list[Any]]) -> int:
    """Confirmed answers that are not in the database as they were confirmed."""
    found = {(seat, question): (version, level) for seat, question, version, level in stored}
    return sum(found.get(place) != said for place, said in tally.confirmed.items())


def row(database: str, n_people: int, tally: Tally, lost: int, load: float, *, kill: bool) -> str:
    p95, floor = within(tally.saves_ms, 95), within(tally.floor_ms, 95)
    killed, n_requests = "half-way" if kill else "no", tally.n_confirmed + len(tally.floor_ms)
    return (
        f"| {database} | {n_people} | {killed} | {tally.n_confirmed:,} | {tally.n_errors} | {lost} "
        f"| {statistics.median(tally.saves_ms):.0f} ms | {p95:.0f} ms | {within(tally.saves_ms, 99):.0f} ms "
        f"| {floor:.0f} ms | {p95 / floor:.1f} | {tally.web_s * 1000 / n_requests:.1f} ms | {tally.web_s:.0f} s "
        f"| {tally.rest_s:.0f} s | {tally.generator_s:.0f} s | {load:.1f} |"
    )


def measure(n_people: int, seconds: float, database: str, *, kill: bool) -> str:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "PYTHONPATH": str(CHECKOUT), "LOG_LEVEL": "ERROR"}
        environment.pop("DATABASE_URL", None)
        if database:
            environment["DATABASE_URL"] = database
        installation = Installation(environment, free_port())
        load = os.getloadavg()[0]
        try:
            installation.launch()
            installation.wait()
            world = installation.data("seed", str(n_people))
            tally = asyncio.run(all_answer(installation, world, seconds, kill=kill))
            stored = installation.data("dump")
        finally:
            installation.stop()
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
