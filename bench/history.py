"""A year of all history and tree signals against git itself, PyDriller and Perceval; then once more after ten commits.

    python -m bench.history [--peers PYTHON] REPOSITORY …

Nothing is downloaded: give the folders of repositories. `--peers` names a Python that has PyDriller and Perceval, best
one of its own (`uv venv /tmp/peers && uv pip install --python /tmp/peers/bin/python pydriller perceval`); without
it their columns stay empty.

Both sides read the same twelve months up to the newest commit. The floor is one `git log -z --numstat` to nowhere.
Ours runs in a Python that is already up, as a worker is, and begins with an empty folder: what is measured is the
collection alone, and starting Python and Django is told apart. The peers' start counts, as they are commands.

Wall time of ours runs from opening the folder until the last signal is said and what was read is kept; of the floor and
the peers it is that of the whole command, looked at every hundredth of a second. Processor time is that of the process
and all its children in the same span. Of several interleaved rounds the least of each counts, so a line may join two.
"""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.measure_against_git import CHECKOUT, DAYS, Run, git, name_of, run

NEW_COMMITS = 10
YEARS = (1, 2, 4, 8)
PEERS = {
    "pydriller": """
import sys, datetime as dt
from pydriller import Repository
since = dt.datetime.fromtimestamp(int(sys.argv[2]), dt.timezone.utc)
n = 0
for commit in Repository(sys.argv[1], since=since).traverse_commits():
    for file in commit.modified_files:
        n += file.added_lines + file.deleted_lines
print(n)
""",
    "perceval": """
import sys, datetime as dt
from perceval.backends.core.git import Git, GitRepository
class There(GitRepository):
    def update(self): pass
    def is_detached(self): return False
repository = GitRepository(sys.argv[1], sys.argv[1])
since = dt.datetime.fromtimestamp(int(sys.argv[2]), dt.timezone.utc)
from perceval.backends.core.git import GitParser
n = 0
for commit in GitParser(repository.log(from_date=since, branches=None)).parse():
    for file in commit["files"]:
        n += file.get("added", "-").isdigit() and int(file["added"])
print(n)
""",
}


@dataclass(frozen=True)
class Span:
    """The twelve months up to a repository's newest commit."""

    repository: Path
    until: dt.date
    since_s: int

    @property
    def limits(self) -> list[str]:
        return [f"--since={self.since_s}", f"--until={self.until}T23:59:59Z"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*", type=Path, default=[CHECKOUT])
    parser.add_argument("--peers", help="a Python with PyDriller and Perceval")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", action="store_true", help="one, two, four and eight years of history instead")
    args = parser.parse_args()
    print(f"Load at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    print(f"Starting Python and Django, left out below: {start_up_s():.2f} s of processor time.\n")
    for repository in args.repositories:
        span = span_of(repository.resolve())
        for line in growth(span, args.rounds) if args.growth else compare(span, args.rounds, args.peers):
            print(line, flush=True)
    print(f"\nLoad at the end: {os.getloadavg()[0]:.1f}.")


def start_up_s() -> float:
    """What a process spends before its first collection; a worker does it once, so our runs do not count it."""
    return run([sys.executable, "-c", "import bench.one_run"]).processor_s


def span_of(repository: Path) -> Span:
    day = dt.date.fromisoformat(git(repository, "log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d"))
    end = dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=dt.UTC)
    return Span(repository, day, int((end - dt.timedelta(days=DAYS)).timestamp()))


def compare(span: Span, rounds: int, peers: str | None) -> list[str]:
    """One block of lines per repository."""
    floors, firsts, seconds = [], [], []
    for _ in range(rounds):
        floors.append(run(["git", "-C", str(span.repository), "log", "-z", "--numstat", *span.limits]))
        first, second = ours(span)
        firsts.append(first)
        seconds.append(second)
    floor, first, second = best(floors), best(firsts), best(seconds)
    total = int(git(span.repository, "rev-list", "--count", "HEAD"))
    in_range = int(git(span.repository, "rev-list", "--count", *span.limits, "HEAD"))
    lines = [
        f"## {name_of(span.repository)}: {total:,} commits, {in_range:,} in twelve months up to {span.until}",
        "| | Wall | Processor | Wall / floor | Processor / floor | Python's memory |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        row("git log -z --numstat", floor, floor),
        row("all signals, first run", first, floor, memory=True),
        row(f"again after {NEW_COMMITS} new commits", second, floor, memory=True),
        ratio("… of the first run", second, first),
    ]
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as place:
        clone = Path(place) / "clone"  # PyDriller does not open every bare repository; this one borrows all objects
        subprocess.run(
            ["git", "clone", "-q", "--shared", "--no-checkout", str(span.repository), str(clone)], check=True
        )
        for name in PEERS if peers else ():
            read = clone if name == "pydriller" else span.repository
            peer = run([str(peers), "-c", PEERS[name], str(read), str(span.since_s)])
            lines += [row(name, peer, floor), ratio("… of our first run", peer, first)]
    return [*lines, ""]


def growth(span: Span, rounds: int) -> list[str]:
    """How a first run grows with the length of the history it reads."""
    lines = [
        f"## {name_of(span.repository)}: growth with the length of the history",
        "| Years | Mainline commits | Processor | Processor per 1,000 commits | Python's memory |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for years in YEARS:
        since_s = span.since_s - (years - 1) * DAYS * 86_400
        n = int(git(span.repository, "rev-list", "--count", "--first-parent", f"--since={since_s}", "HEAD"))
        told = [run_ours(span, 0, years * DAYS)[0] for _ in range(rounds)]
        used, peak = min(one.processor_s for one in told), max(one.megabytes for one in told)
        lines.append(f"| {years} | {n:,} | {used:.2f} s | {1000 * used / n:.2f} s | {peak:.0f} MB |")
    return [*lines, ""]


def row(name: str, one: Run, floor: Run, *, memory: bool = False) -> str:
    megabytes = f"{one.megabytes:.0f} MB" if memory else ""
    ratios = f"{one.wall_s / floor.wall_s:.2f} | {one.processor_s / floor.processor_s:.2f}"
    return f"| {name} | {one.wall_s:.2f} s | {one.processor_s:.2f} s | {ratios} | {megabytes} |"


def ratio(name: str, one: Run, other: Run) -> str:
    return f"| {name} | {one.wall_s / other.wall_s:.2f} | {one.processor_s / other.processor_s:.2f} | | | |"


def best(runs: list[Run]) -> Run:
    """The least of each figure: what else the machine did only ever adds; of memory the most."""
    return Run(min(r.wall_s for r in runs), min(r.processor_s for r in runs), max(r.megabytes for r in runs))


def ours(span: Span) -> tuple[Run, Run]:
    """A first run up to the commit ten before the newest, and a second one up to the newest."""
    first, second = run_ours(span, NEW_COMMITS, DAYS)
    return first, second


def run_ours(span: Span, n_new: int, days: int) -> list[Run]:
    told = subprocess.run(
        [sys.executable, "-m", "bench.one_run", str(span.repository), span.until.isoformat(), str(n_new), str(days)],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [Run(*figures) for figures in json.loads(told.stdout)]


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"{time.perf_counter() - started:.0f} s in all.")
