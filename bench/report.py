"""What a full report costs: `python -m bench.report [--rounds 3] [--beside [--seconds 30] [--database postgres://…]]`.

Renders the report of a usual team (nine people, every signal measured, flow known) from its stored result to the sealed
file, and the same final HTML with bare WeasyPrint in a process of its own: as a worker does, which keeps a process up
for it, once and again, and with a process that has to be started first, as a command does. Processor time counts all
child processes. With --beside ten reports are asked for at once of a server as `make up` starts it, while people open
their page of questions; the 95th percentile is compared with that of as many seconds without reports before, in rounds.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.answering import Installation
from bench.load import CHECKOUT, Device, free_port, within

BARE = """
import resource, sys, weasyprint
from reports.pdf import BASE
from reports.pdf_process import MIME_TYPES, _static_file
from weasyprint.urls import URLFetcher, URLFetcherResponse
class Own(URLFetcher):
    def fetch(self, url, headers=None):
        path = _static_file(url)
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MIME_TYPES[path.suffix]})
page = weasyprint.HTML(string=sys.stdin.read(), base_url=BASE, url_fetcher=Own())
page.write_pdf()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
TICK_S = 0.25
LOADING_S = 3  # a worker is up for longer before it is asked for a report


@dataclass
class Beside:
    quiet_ms: list[float] = field(default_factory=list)
    busy_ms: list[float] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Cost:
    wall_s: float
    processor_s: float


def cost_of(call: Any) -> tuple[Cost, Any]:
    begun, used = time.perf_counter(), _processor_s()
    told = call()
    return Cost(time.perf_counter() - begun, _processor_s() - used), told


def _processor_s() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def bare(html: str) -> int:
    """Peak memory of bare WeasyPrint in kB."""
    from reports.pdf import FONT_CONFIGURATION

    environment = {**os.environ, "FONTCONFIG_FILE": str(FONT_CONFIGURATION)}
    command = [sys.executable, "-W", "ignore", "-c", BARE]
    done = subprocess.run(
        command, input=html, text=True, capture_output=True, check=True, env=environment, cwd=CHECKOUT
    )
    return int(done.stdout)


@dataclass
class Costs:
    """Of the first report of one of a worker's pool, of later ones, of one with nothing up, and of bare WeasyPrint."""

    first: list[Cost] = field(default_factory=list)
    following: list[Cost] = field(default_factory=list)
    alone: list[Cost] = field(default_factory=list)
    bare: list[Cost] = field(default_factory=list)


def cost_of_report(result: Any) -> tuple[Cost, Any]:
    from reports.domain.render import report_pdf

    spent, pdf = cost_of(lambda: report_pdf(result))
    return Cost(spent.wall_s, spent.processor_s + pdf.processor_s), pdf


def in_a_fork(cost: Callable[[], Cost]) -> Cost:
    """What it costs a process that has done nothing yet, as one of a worker's pool."""
    ours, theirs = os.pipe()
    if not os.fork():
        os.write(theirs, json.dumps(asdict(cost())).encode())
        os._exit(0)
    os.close(theirs)
    os.wait()
    with os.fdopen(ours) as told:
        return Cost(**json.loads(told.read()))


def measure(n_rounds: int) -> None:
    from config.celery import load_before_forking
    from reports.domain.making import printed
    from reports.domain.render import report_html, report_pdf
    from reports.domain.report_data import report_data
    from reports.pdf import let_go
    from tests.factories.named_assessments import named_result

    result = named_result("rich")
    load_before_forking()
    time.sleep(LOADING_S)
    costs, bare_bytes = Costs(first=[in_a_fork(lambda: cost_of_report(result)[0]) for _ in range(n_rounds)]), 0
    html = printed(report_html(report_data(result)))
    report_pdf(result)
    for _ in range(n_rounds):
        let_go()
        spent, (pdf, _) = cost_of(lambda: (report_pdf(result), let_go()))  # its process counts where it has ended
        costs.alone.append(Cost(spent.wall_s, spent.processor_s + pdf.processor_s))
        report_pdf(result)
        spent, pdf = cost_of_report(result)
        costs.following.append(spent)
        spent, memory_kb = cost_of(lambda: bare(html))
        costs.bare.append(spent)
        bare_bytes = memory_kb * 1024
    about = f"| {pdf.n_pages} | {len(pdf.content) / 1000:.0f} kB |"
    print(
        "| | Wall | Processor | Beside bare, wall | processor | Peak memory of rendering | Pages | File |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    print(line_of("a worker's report", costs.following, costs.bare, pdf.memory_bytes) + about)
    print(line_of("the first of its pool", costs.first, costs.bare, pdf.memory_bytes) + about)
    print(line_of("with a process begun for it", costs.alone, costs.bare, pdf.memory_bytes) + about)
    print(line_of("bare WeasyPrint, same HTML", costs.bare, costs.bare, bare_bytes) + " | |")
    print(f"Medians of {n_rounds} rounds, load {os.getloadavg()[0]:.1f}")


def line_of(name: str, costs: list[Cost], bare: list[Cost], memory_bytes: int) -> str:
    wall, least_wall = (statistics.median(cost.wall_s for cost in one) for one in (costs, bare))
    used, least_used = (statistics.median(cost.processor_s for cost in one) for one in (costs, bare))
    return (
        f"| {name} | {wall:.2f} s | {used:.2f} s | {wall / least_wall:.2f} | {used / least_used:.2f} "
        f"| {memory_bytes / 1e6:.0f} MB "
    )


async def look(port: int, world: Any, over: asyncio.Event, times_ms: list[float]) -> None:
    """Every person opens the page of questions again and again, four pages a second in all."""
    url, device, n_pages = f"/assessments/{world['assessment']}/answer/pages/define/", Device(port), 0
    while not over.is_set():
        who = world["people"][n_pages % len(world["people"])]
        n_pages += 1
        begun = time.perf_counter()
        reply = await device.ask("GET", url, headers={"Cookie": f"sessionid={who['session']}"})
        if reply.status != 200:
            raise SystemExit(f"The page of questions answered {reply.status}.")
        times_ms.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(TICK_S)
    device.close()


async def looked_at(port: int, world: Any, times_ms: list[float], waited: Any) -> Any:
    """What `waited` tells, and meanwhile how long each page took."""
    over = asyncio.Event()
    looking = asyncio.create_task(look(port, world, over, times_ms))
    told = await waited
    over.set()
    await looking
    return told


async def beside(installation: Installation, world: Any, n_rounds: int, seconds: float) -> Beside:
    """Rounds of pages without reports and pages with ten reports, so that what else the machine does meets both."""
    seen = Beside()
    for _ in range(n_rounds):
        with installation_data(installation, "ask") as asking:
            await asyncio.to_thread(asking.stdout.readline)  # it has loaded what it needs
            await looked_at(installation.port, world, seen.quiet_ms, asyncio.sleep(seconds))
            waited = asyncio.to_thread(asking.communicate, b"now\n")
            out, _ = await looked_at(installation.port, world, seen.busy_ms, waited)
        told = json.loads(out)
        seen.states += told["states"]
        seen.took_s.append(told["took_s"])
    return seen


def installation_data(installation: Installation, *arguments: str) -> "subprocess.Popen[bytes]":
    command, pipe = [sys.executable, "-m", "bench.report_data", *arguments], subprocess.PIPE
    return subprocess.Popen(command, env=installation.environment, cwd=CHECKOUT, stdin=pipe, stdout=pipe)


def measure_beside(n_rounds: int, seconds: float, database: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "PYTHONPATH": str(CHECKOUT), "LOG_LEVEL": "ERROR"}
        for name in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL"):
            environment.pop(name, None)
        if database:
            environment["DATABASE_URL"] = database
        installation = Installation(environment, free_port())
        try:
            installation.launch()
            installation.wait()
            world = json.loads(installation_data(installation, "seed").communicate()[0])
            load = os.getloadavg()[0]
            seen = asyncio.run(beside(installation, world, n_rounds, seconds))
        finally:
            installation.stop()
    quiet, busy = within(seen.quiet_ms, 95), within(seen.busy_ms, 95)
    print(
        "| Reports | Ten took | Pages, 95 % within, before | meanwhile | Ratio | Median before | meanwhile | Load |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        f"| {seen.states.count('done')} done of {len(seen.states)} | {statistics.median(seen.took_s):.0f} s "
        f"| {quiet:.0f} ms | {busy:.0f} ms | {busy / quiet:.2f} | {statistics.median(seen.quiet_ms):.0f} ms "
        f"| {statistics.median(seen.busy_ms):.0f} ms | {load:.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite without it")
    args = parser.parse_args()
    if args.beside:
        measure_beside(args.rounds, args.seconds, args.database)
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        measure(args.rounds)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
