"""Time and memory of `manage.py measure` against `git log --numstat` of the same twelve months.

    python -m bench.measure_against_git [REPOSITORY …]

Without an argument this repository is measured. The range ends with the newest commit. Runs are interleaved; a cell is
the median. Processor time is that of all processes of a run, so it stays true on a busy machine where wall time does
not. Memory is the peak of the anonymous memory of all processes of a run together, sampled from /proc.
"""

import argparse
import datetime as dt
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
DAYS = 365
SAMPLE_S = 0.01
HEADER = (
    "| Repository | Commit | Up to | Commits in range | Wall: git | Wall: measure | Processor: git "
    "| Processor: measure | Ratio | Ratio without start-up | Memory: git | Memory: measure |\n"
    "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass(frozen=True)
class Run:
    wall_s: float
    processor_s: float
    megabytes: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*", type=Path, default=[CHECKOUT])
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    start_up = median(run(measure_command("--help")) for _ in range(args.rounds))
    print(
        f"Start-up of Python and Django alone: {start_up.processor_s:.2f} s of processor time\n\n{HEADER}", flush=True
    )
    for repository in args.repositories:
        print(row_of(repository.resolve(), args.rounds, start_up.processor_s), flush=True)


def row_of(repository: Path, rounds: int, start_up: float) -> str:
    sha, day = git(repository, "log", "-1", "--format=%H %cd", "--date=format-local:%Y-%m-%d").split()
    until = dt.date.fromisoformat(day)
    since = until - dt.timedelta(days=DAYS)
    limits = [f"--since={since}T23:59:59Z", f"--until={until}T23:59:59Z"]
    n_commits = git(repository, "rev-list", "--count", *limits, "HEAD")
    pairs = []
    for _ in range(rounds):
        plain = run(["git", "-C", str(repository), "log", "--numstat", *limits])
        pairs.append((plain, run(measure_command(str(repository), "--until", day, "--json"))))
    plain, ours = (median(side) for side in zip(*pairs, strict=True))
    return (
        f"| {name_of(repository)} | `{sha[:10]}` | {day} | {int(n_commits):,} | {plain.wall_s:.2f} s "
        f"| {ours.wall_s:.2f} s | {plain.processor_s:.2f} s | {ours.processor_s:.2f} s "
        f"| {ours.processor_s / plain.processor_s:.1f} | {(ours.processor_s - start_up) / plain.processor_s:.1f} "
        f"| {plain.megabytes:.0f} MB | {ours.megabytes:.0f} MB |"
    )


def median(runs: Iterable[Run]) -> Run:
    """The median of each figure on its own."""
    return Run(*(statistics.median(figures) for figures in zip(*map(astuple, runs), strict=True)))


def measure_command(*args: str) -> list[str]:
    return [sys.executable, str(CHECKOUT / "manage.py"), "measure", *args]


def run(command: list[str]) -> Run:
    """One run to nowhere: its wall time, processor time and peak memory with all its descendants."""
    peak = 0
    started = time.perf_counter()
    environment = os.environ | {"TZ": "UTC"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        peak = max(peak, anonymous_kilobytes(process.pid))
        time.sleep(SAMPLE_S)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    return Run(time.perf_counter() - started, used.ru_utime + used.ru_stime, peak / 1024)


def anonymous_kilobytes(pid: int) -> int:
    """What the process and its descendants hold besides mapped files."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it ended meanwhile
        return 0
    own = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:")), 0)
    return own + sum(anonymous_kilobytes(int(child)) for child in children)


def git(repository: Path, *args: str) -> str:
    environment = os.environ | {"TZ": "UTC"}
    done = subprocess.run(
        ["git", "-C", str(repository), *args], check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout.strip()


def name_of(repository: Path) -> str:
    """The project's name: its folder's, or for a mirror the folder above it."""
    folder = repository.parent if repository.name in {"repo", "repo.git", ".git"} else repository
    return folder.name.removesuffix(".git").replace("+", "/")


if __name__ == "__main__":
    main()
