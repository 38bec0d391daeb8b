"""Small arithmetic the history signals share."""

import math
from collections.abc import Iterable, Sequence

from metrics.signals.types import Commit, Measured

MAX_EXAMPLES = 12
MIN_PEOPLE = 3  # nothing is said about how fewer people behave
TOO_FEW_MADE = "Fewer than three people made the changes it looks at, and nothing is shown on so few."


def share(
    signal: str, hits: Sequence[object], total: Sequence[object], *, window_days: int, examples: Iterable[str] = ()
) -> Measured:
    """The share of `total` that are hits; `total` is never empty."""
    return Measured(
        signal,
        n=len(total),
        value=len(hits) / len(total),
        window_days=window_days,
        unit="share",
        examples=tuple(examples)[:MAX_EXAMPLES],
    )


def percentile(values: Sequence[float], q: float) -> float:
    """The q-th quantile with linear interpolation between neighbours; `values` is never empty."""
    ranked = sorted(values)
    place = (len(ranked) - 1) * q
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)


def show_change(change: Commit, note: str = "") -> str:
    """One line to find the change again: short id, title, note."""
    line = f"{change.sha[:10]} {change.subject[:90]}"
    return f"{line} ({note})" if note else line
