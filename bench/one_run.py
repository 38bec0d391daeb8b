"""Measure one repository twice in this process and print wall, processor time and memory of both runs as JSON.

`python -m bench.one_run REPOSITORY DAY N [DAYS]`: the first run ends N mainline commits before the newest, the second
at it. DAYS reads a history of another length; with N = 0 there is one run.
"""

import dataclasses
import datetime as dt
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from assessment.maturity.loader import SHIPPED, read_model  # noqa: E402  (Django must be up first)
from metrics.clients.git.clone import share_folder  # noqa: E402  (as above)
from metrics.clients.git.history import read_mainline  # noqa: E402  (as above)
from metrics.clients.git.process import Limits, run_git  # noqa: E402  (as above)
from metrics.domain import sources  # noqa: E402  (as above)
from metrics.domain.measure import measure  # noqa: E402  (as above)

DEFINITIONS = read_model(SHIPPED).signals


def one_run(repository: Path, place: Path, until: dt.date, *, n_back: int) -> tuple[float, float, float]:
    """Measure once, from opening the folder to the last signal; wall and processor seconds, and peak megabytes."""
    limits = Limits.of_seconds(3600)
    skipped = ""
    if n_back:
        skipped = before(repository, place, n_back, limits)
    used, started = processor_s(), time.perf_counter()
    copy = share_folder(repository, place, limits=limits)
    if skipped:
        copy = dataclasses.replace(copy, head=skipped)
    found = measure(
        copy, until=until, definitions=DEFINITIONS, limits=limits, keep_at=place.with_name(f"{place.name}.kept")
    )
    assert found.measured
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.perf_counter() - started, processor_s() - used, peak


def before(repository: Path, place: Path, n_new: int, limits: Limits) -> str:
    """The newest mainline commit that leaves at least so many commits to be new."""
    copy = share_folder(repository, place, limits=limits)
    for commit in read_mainline(copy, limits=limits)[1 : n_new + 1]:
        count = run_git(copy.path, ["rev-list", "--count", f"{commit.sha}..{copy.head}"], limits=limits)
        if int(count) >= n_new:
            break
    return commit.sha


def processor_s() -> float:
    sides = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(side.ru_utime + side.ru_stime for side in sides)


if __name__ == "__main__":
    folder, day, n_new = Path(sys.argv[1]), dt.date.fromisoformat(sys.argv[2]), int(sys.argv[3])
    sources.HISTORY_DAYS = int(sys.argv[4]) if len(sys.argv) > 4 else sources.HISTORY_DAYS
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as scratch:
        runs = [one_run(folder, Path(scratch) / "copy", day, n_back=n) for n in ((n_new, 0) if n_new else (0,))]
    print(json.dumps(runs))
