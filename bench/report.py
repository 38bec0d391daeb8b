"""What a full report costs: `python -m bench.report [--rounds 3] [--beside]`.

Renders the report of a usual team (nine people, every signal measured, flow known) from its stored result to the sealed
file, and the same final HTML with bare WeasyPrint in a process of its own, in turns. Processor time counts all child
processes. With --beside ten reports are asked for at once of a server as `make up` starts it, while people open their
page of questions; the 95th percentile is compared with the same minute without reports. The server needs a free port.
"""

import argparse
import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

import httpx

from bench.answering import CHECKOUT, Installation, within

BARE = """
import resource, sys, weasyprint
from reports.pdf import BASE, FONT_CONFIGURATION, MIME_TYPES, _static_file
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
LIMIT_S = 600


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


def measure(n_rounds: int) -> None:
    from reports.domain.making import printed
    from reports.domain.render import report_html, report_pdf
    from reports.domain.report_data import report_data
    from tests.factories.named_assessments import named_result

    result = named_result("rich")
    html = printed(report_html(report_data(result)))
    pdf = report_pdf(result)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    ours, theirs, bare_mb = [], [], 0.0
    for _ in range(n_rounds):
        ours.append(cost_of(lambda: report_pdf(result))[0])
        spent, memory = cost_of(lambda: bare(html))
        theirs.append(spent)
        bare_mb = memory / 1000
    wall, floor = (statistics.median(cost.wall_s for cost in costs) for costs in (ours, theirs))
    used, least = (statistics.median(cost.processor_s for cost in costs) for costs in (ours, theirs))
    print(
        "| | Wall | Processor | Peak memory of rendering | Pages | File |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    print(
        f"| full report | {wall:.2f} s | {used:.2f} s | {peak_mb:.0f} MB | {pdf.n_pages} "
        f"| {len(pdf.content) / 1000:.0f} kB |\n"
        f"| bare WeasyPrint, same HTML | {floor:.2f} s | {least:.2f} s | {bare_mb:.0f} MB | | |\n"
        f"| ratio | {wall / floor:.2f} | {used / least:.2f} | | | |\n"
        f"load {os.getloadavg()[0]:.1f}"
    )


async def look(device: httpx.AsyncClient, world: Any, over: asyncio.Event, times_ms: list[float]) -> None:
    """Every person opens the page of questions again and again."""
    url, person = f"/assessments/{world['assessment']}/answer/pages/define/", 0
    while not over.is_set():
        who = world["people"][person % len(world["people"])]
        person += 1
        begun = time.perf_counter()
        response = await device.get(url, headers={"Cookie": f"sessionid={who['session']}"})
        if response.status_code != 200:
            raise SystemExit(f"The page of questions answered {response.status_code}.")
        times_ms.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(TICK_S)


async def beside(installation: Installation, world: Any, seconds: float) -> tuple[list[float], list[float], Any, float]:
    """Times without and with ten reports, the reports' states, and how long all took."""
    quiet: list[float] = []
    busy: list[float] = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{installation.port}", timeout=60) as device:
        over = asyncio.Event()
        looking = asyncio.create_task(look(device, world, over, quiet))
        await asyncio.sleep(seconds)
        over.set()
        await looking
        over, begun = asyncio.Event(), time.monotonic()
        await asyncio.to_thread(installation_data, installation, "ask")
        looking = asyncio.create_task(look(device, world, over, busy))
        while time.monotonic() < begun + LIMIT_S:
            states = await asyncio.to_thread(installation_data, installation, "states")
            if not {"queued", "running"} & set(states):
                break
            await asyncio.sleep(2)
        over.set()
        await looking
    return quiet, busy, states, time.monotonic() - begun


def installation_data(installation: Installation, *arguments: str) -> Any:
    command = [sys.executable, "-m", "bench.report_data", *arguments]
    done = subprocess.run(command, env=installation.environment, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def measure_beside(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "DATA_DIR": folder, "PYTHONPATH": str(CHECKOUT), "LOG_LEVEL": "ERROR"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        installation = Installation(environment, port)
        try:
            installation.launch()
            installation.wait()
            world = installation_data(installation, "seed")
            quiet, busy, states, took_s = asyncio.run(beside(installation, world, seconds))
        finally:
            installation.stop()
    before, during = within(quiet, 95), within(busy, 95)
    print(
        f"ten reports: {states.count('done')} done of {len(states)} in {took_s:.0f} s; page of questions, 95 % within "
        f"{before:.0f} ms before and {during:.0f} ms meanwhile, ratio {during / before:.2f}; "
        f"load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--seconds", type=float, default=30)
    args = parser.parse_args()
    if args.beside:
        measure_beside(args.seconds)
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
