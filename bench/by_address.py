"""A first collection by address and a second one after ten new commits, the clone included.

    python -m bench.by_address [--rounds 5] REPOSITORY …

The repository is served from this machine (`git http-backend` on the loopback address, so no time is lost on a
network), first as it stood ten commits ago, then as it stands. Processor time is that of this process and of all it
starts; the host is started from it as well, so its part is in all figures. Of several rounds, each with a clone of its
own, the least of each figure counts.
"""

import argparse
import datetime as dt
import os
import subprocess
import tempfile
import time
from pathlib import Path

from bench.one_run import DEFINITIONS, before, processor_s
from metrics.clients.git.clone import clone_url
from metrics.clients.git.process import Limits
from metrics.domain.kept import loading
from metrics.domain.measure import measure
from tests.metrics.git_server import serving

NEW_COMMITS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("repositories", nargs="+", type=Path)
    args = parser.parse_args()
    print("| Repository | First | Second | Second / first | Processor: first | second | Second / first |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for repository in args.repositories:
        with tempfile.TemporaryDirectory(prefix="headwater-bench-") as place:
            print(line_of(repository.resolve(), Path(place), args.rounds), flush=True)
    print(f"The least of {args.rounds} rounds, load {os.getloadavg()[0]:.1f}")


def line_of(repository: Path, place: Path, n_rounds: int) -> str:
    served = place / "hosts" / "service.git"
    served.parent.mkdir()
    subprocess.run(["git", "clone", "-q", "--bare", "--shared", str(repository), str(served)], check=True)
    head = git(served, "rev-parse", "HEAD")
    day = dt.date.fromisoformat(git(served, "log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d"))
    earlier = before(repository, place / "look", NEW_COMMITS, Limits.of_seconds(3600))
    branch = git(served, "symbolic-ref", "HEAD")
    firsts, seconds = [], []
    with serving(served.parent) as host:
        for n in range(n_rounds):
            for sha, costs in ((earlier, firsts), (head, seconds)):
                git(served, "update-ref", branch, sha)
                costs.append(collect(host.url(served.name), host.host, place / f"copy-{n}", day))
    (wall, used), (wall_2, used_2) = (map(min, zip(*costs, strict=True)) for costs in (firsts, seconds))
    name = repository.parent.name.replace("+", "/")
    return (
        f"| {name} | {wall:.2f} s | {wall_2:.2f} s | {wall_2 / wall:.3f} "
        f"| {used:.2f} s | {used_2:.2f} s | {used_2 / used:.3f} |"
    )


def collect(url: str, host: str, place: Path, until: dt.date) -> tuple[float, float]:
    """Clone or refresh, and measure, as a collection does; wall and processor seconds."""
    limits, keep_at = Limits.of_seconds(3600), place.with_name(f"{place.name}.kept")
    used, started = processor_s(), time.perf_counter()
    with loading(keep_at) as load:
        copy = clone_url(url, place, limits=limits, http_hosts=[host], size_limit_bytes=0)
        found = measure(copy, until=until, definitions=DEFINITIONS, limits=limits, keep_at=keep_at, load=load)
    assert found.measured
    return time.perf_counter() - started, processor_s() - used


def git(folder: Path, *args: str) -> str:
    env = {**os.environ, "TZ": "UTC"}
    return subprocess.run(
        ["git", "-C", str(folder), *args], check=True, capture_output=True, text=True, env=env
    ).stdout.strip()


if __name__ == "__main__":
    main()
