"""Small arithmetic the host signals share."""

from collections.abc import Iterable, Sequence

from metrics.signals.changes.types import Change
from metrics.signals.history.reading import MAX_EXAMPLES, MIN_PEOPLE, percentile
from metrics.signals.types import Measured, Reading, Skipped

MIN_COVERAGE = 0.8
TOO_FEW = "Fewer than three people stand behind it, and nothing is said on so few."


def show(change: Change, note: str = "") -> str:
    """One line to find the change again: number, title, note; never a name."""
    line = f"{change.number} {change.title[:90]}"
    return f"{line} ({note})" if note else line


def share_of(
    signal: str,
    hits: Sequence[Change],
    total: Sequence[Change],
    *,
    window_days: int,
    note: str,
    of_others: bool = False,
) -> Reading:
    """The share of `total` that are hits; the examples are the hits, or with `of_others` the rest."""
    if not total:
        return Skipped(signal, nothing(window_days))
    numbers = {change.number for change in hits}
    telling = [change for change in total if (change.number in numbers) is not of_others]
    return Measured(
        signal,
        n=len(total),
        value=len(hits) / len(total),
        window_days=window_days,
        unit="share",
        examples=tuple(show(change, note) for change in telling[:MAX_EXAMPLES]),
    )


def quantile_of(
    signal: str, measured: Sequence[tuple[float, str]], q: float, *, window_days: int, unit: str, nothing_said: str
) -> Reading:
    """The q-th quantile of (value, example), with the largest as examples."""
    if not measured:
        return Skipped(signal, nothing_said)
    largest = sorted(measured, key=lambda pair: (-pair[0], pair[1]))[:MAX_EXAMPLES]
    return Measured(
        signal,
        n=len(measured),
        value=percentile([value for value, _ in measured], q),
        window_days=window_days,
        unit=unit,
        examples=tuple(f"{line}: {value:.3g} {unit.partition(' ')[0]}" for value, line in largest),
    )


def median_and_p75(
    signal: str, measured: Sequence[tuple[float, str]], *, window_days: int, unit: str, nothing_said: str
) -> Reading:
    """The median as the value, with the 75th percentile as the first example."""
    if not measured:
        return Skipped(signal, nothing_said)
    values = [value for value, _ in measured]
    largest = sorted(measured, key=lambda pair: (-pair[0], pair[1]))[: MAX_EXAMPLES - 1]
    return Measured(
        signal,
        n=len(values),
        value=percentile(values, 0.5),
        window_days=window_days,
        unit=unit,
        examples=(
            f"75th percentile: {percentile(values, 0.75):.3g} {unit}",
            *(f"{line}: {value:.3g} {unit}" for value, line in largest),
        ),
    )


def too_little_seen(signal: str, seen: int, total: int, what: str) -> Skipped | None:
    """A refusal where less than 80 % of the changes show what the signal needs."""
    if total and seen / total < MIN_COVERAGE:
        return Skipped(signal, f"Only {seen} of {total} changes {what} (80% needed).")
    return None


def nothing(window_days: int) -> str:
    return f"No change was merged in the last {window_days} days."


def first(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(lines)[:MAX_EXAMPLES]


__all__ = [
    "MAX_EXAMPLES",
    "MIN_PEOPLE",
    "TOO_FEW",
    "first",
    "median_and_p75",
    "nothing",
    "percentile",
    "quantile_of",
    "share_of",
    "show",
    "too_little_seen",
]  # fmt: skip
