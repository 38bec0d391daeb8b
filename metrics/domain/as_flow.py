"""From the flow inputs of each repository's newest collection to those of the team.

Pooling, for a team with several repositories: what arrives and what is open adds up; of the reviewers the largest
number counts, because people review in several repositories; all else is averaged, weighted by n.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from assessment.domain.flow.given import Given, Origin
from metrics.models import Collection

ADDED = ("changes_per_day", "open_changes", "changes_per_day_first_half", "changes_per_day_second_half")
LARGEST = ("reviewers",)


def pool_flow(collections: Iterable[Collection]) -> list[Given]:
    """One input of each name, in the order of the names."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for collection in collections:
        for name, read in collection.flow.items():
            found[name].append(read)
    return [_pooled(name, reads) for name, reads in sorted(found.items())]


def _pooled(name: str, reads: list[Mapping[str, Any]]) -> Given:
    return Given(
        name=name,
        value=_one(name, reads, "value") or 0.0,
        origin=Origin.MEASURED,
        n=sum(int(read["n"]) for read in reads),
        window_days=max(int(read["window_days"]) for read in reads),
        source=str(reads[0]["source"]),
        p75=_one(name, reads, "p75"),
    )


def _one(name: str, reads: list[Mapping[str, Any]], part: str) -> float | None:
    values = [(float(read[part]), max(int(read["n"]), 1)) for read in reads if read.get(part) is not None]
    if not values:
        return None
    if name in ADDED:
        return sum(value for value, _ in values)
    if name in LARGEST:
        return max(value for value, _ in values)
    return sum(value * n for value, n in values) / sum(n for _, n in values)
