"""200 telephones join one workshop at once: `python -m bench.joining [--phones 200] [--processes 1] [--database postgres://…]`.

Each opens the page for the code, types it, opens the page of the workshop, says its role and opens its seat: three
pages and two forms, all from one address as in an office. The web server is started as `make up` starts it, without
worker and schedule. Told is how long a person waited for the server in all; beside it the same number of requests of
/health/, the smallest view, sent in the same way. Speaks only to 127.0.0.1 and stops by itself.
"""

import argparse
import asyncio
import statistics
import time
from typing import Any
from urllib.parse import urlencode

from bench.load import Device, within
from bench.workshop import FORM, TOKEN, serving

HEADER = (
    "| Database | Processes | Telephones | Seats | A person, median | 95 % within | the last | Smallest view as often, "
    "95 % within | Ratio |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)
STEPS = 5


async def joined(device: Device, world: dict[str, Any]) -> float:
    """Seconds until this telephone sees its seat."""
    begun, said = time.perf_counter(), {**FORM, "Cookie": f"csrftoken={TOKEN}"}
    await step(device, "GET", "/w/", 200, said)
    await step(device, "POST", "/w/", 302, said, {"code": world["code"]})
    enter = f"/w/{world['code']}/"
    await step(device, "GET", enter, 200, said)
    cookie = await step(device, "POST", enter, 302, said, {"role": "engineer", "name": ""})
    await step(device, "GET", f"/workshop/{world['workshop']}/", 200, {"Cookie": cookie.partition(";")[0]})
    return time.perf_counter() - begun


async def step(
    device: Device, verb: str, path: str, wanted: int, headers: dict[str, str], form: dict[str, str] | None = None
) -> str:
    """The cookie that was set."""
    reply = await device.ask(verb, path, headers=headers, body=urlencode(form or {}).encode())
    if reply.status != wanted:
        raise SystemExit(f"{verb} {path} was answered {reply.status}: {reply.text[:300]}")
    return reply.headers.get("set-cookie", "")


async def smallest(device: Device) -> float:
    begun = time.perf_counter()
    for _ in range(STEPS):
        await step(device, "GET", "/health/", 200, {})
    return time.perf_counter() - begun


async def all_at_once(port: int, n: int, world: dict[str, Any]) -> tuple[list[float], list[float]]:
    devices = [Device(port) for _ in range(n)]
    floor = await asyncio.gather(*(smallest(device) for device in devices))
    people = await asyncio.gather(*(joined(device, world) for device in devices))
    for device in devices:
        device.close()
    return list(people), list(floor)


def measure(args: argparse.Namespace) -> str:
    with serving(args.database, args.processes, 0) as (server, world):
        people, floor = asyncio.run(all_at_once(server.port, args.phones, world))
        n_seats = server.run("-m", "bench.workshop_data", "seats")["seats"]
    p95, least = within(people, 95), within(floor, 95)
    return (
        f"| {'PostgreSQL' if args.database else 'SQLite'} | {args.processes} | {args.phones} | {n_seats} "
        f"| {statistics.median(people):.1f} s | {p95:.1f} s | {max(people):.1f} s | {least:.1f} s | {p95 / least:.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite without it")
    print(HEADER, measure(parser.parse_args()), sep="\n")


if __name__ == "__main__":
    main()
