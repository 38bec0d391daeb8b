"""The files of this repository, as git knows them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "assessment", "config", "core", "metrics", "reports", "surveys")


@cache
def tracked(*patterns: str) -> tuple[Path, ...]:
    """Tracked and new files that match the git patterns, except what git ignores."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    return tuple(path for name in sorted(set(names)) if name and (path := ROOT / name).is_file())


def our_python() -> tuple[Path, ...]:
    """Python we wrote: all but migrations, which Django writes."""
    return tuple(path for path in tracked("*.py") if "migrations" not in path.parts)


def our_code() -> tuple[Path, ...]:
    """What runs in the product: no tests, no benchmarks."""
    return tuple(path for path in our_python() if path.relative_to(ROOT).parts[0] in APPS)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
