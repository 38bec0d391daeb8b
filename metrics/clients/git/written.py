"""Writing a whole repository from a stream of `git fast-import`: what the demonstration measures is made this way."""

import shutil
from pathlib import Path

from metrics.clients.git.process import Limits, run_git


def write_repository(place: Path, stream: bytes, *, limits: Limits) -> Path:
    """A bare repository at `place` with the history the stream tells, in place of what stood there."""
    aside = place.with_name(f"{place.name}.new")
    for leftover in (aside, place):
        if leftover.exists():
            shutil.rmtree(leftover)
    place.parent.mkdir(parents=True, exist_ok=True)
    run_git(None, ["init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(aside)], limits=limits)
    run_git(aside, ["-c", "pack.compression=1", "fast-import", "--quiet"], limits=limits, stdin=stream)
    return aside.rename(place)
