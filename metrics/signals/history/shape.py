"""How large a change is, how far it reaches, and whether its tests came along."""

from metrics.signals.exclusions import counted_changes, counted_files, lines_of
from metrics.signals.history.reading import MAX_EXAMPLES, percentile, share, show_change
from metrics.signals.owners import Owners
from metrics.signals.paths import is_source, is_test
from metrics.signals.types import History, Measured, Reading, Skipped


def size_p75(history: History) -> Reading:
    """75th percentile of added plus deleted lines per merged change.

    Window 90 days, mainline changes against their first parent; bots, release commits, merges between long-lived
    branches, and generated, vendored, lock and snapshot files left out. A change with nothing left is not counted.
    Unit: lines. Where a change is merged as several commits, each of them counts as one.
    """
    sized = [(lines_of(files), c) for c in counted_changes(history, 90) if (files := counted_files(c))]
    if not sized:
        return Skipped("size_p75", "No change to files written by hand was merged in the last 90 days.")
    largest = sorted(sized, key=lambda pair: (-pair[0], pair[1].sha))[:MAX_EXAMPLES]
    return Measured(
        "size_p75",
        n=len(sized),
        value=percentile([lines for lines, _ in sized], 0.75),
        window_days=90,
        unit="lines",
        examples=tuple(show_change(change, f"{lines} lines") for lines, change in largest),
    )


def test_cochange(history: History) -> Reading:
    """Share of behaviour changes that also touch a test file.

    Window 90 days. A behaviour change touches a source file; configuration, documentation and test-only changes do
    not count; bots, release commits and merges between long-lived branches left out. Unit: share. Source: history.
    """
    changed = [c for c in counted_changes(history, 90) if any(is_source(f.path) for f in counted_files(c))]
    if not changed:
        return Skipped("test_cochange", "No change to source files was merged in the last 90 days.")
    tested = {c.sha for c in changed if any(is_test(f.path) for f in c.files)}
    missing = (show_change(c, "no test touched") for c in changed if c.sha not in tested)
    return share("test_cochange", list(tested), changed, window_days=90, examples=missing)


def cross_area_share(history: History, owners: Owners | None) -> Reading:
    """Share of merged changes that touch two or more owned areas.

    Window 90 days. Paths with the same owners are one area; files nobody owns belong to none, and changes to such
    files alone are not counted. Bots, release commits and merges between long-lived branches left out. Unit: share.
    Source: history, tree.
    """
    if owners is None:
        return Skipped("cross_area_share", "The repository names no owners, so it has no owned areas.")
    touched = [(c, {owners.area_of(f.path) for f in counted_files(c)} - {None}) for c in counted_changes(history, 90)]
    owned = [(c, areas) for c, areas in touched if areas]
    if not owned:
        return Skipped("cross_area_share", "No change in the last 90 days touched an owned area.")
    if len({area for _, areas in owned for area in areas}) < 2:
        return Skipped("cross_area_share", "Everything that changed in the last 90 days has the same owners.")
    crossing = [c for c, areas in owned if len(areas) > 1]
    examples = (show_change(c, f"{len(areas)} areas") for c, areas in owned if len(areas) > 1)
    return share("cross_area_share", crossing, owned, window_days=90, examples=examples)
