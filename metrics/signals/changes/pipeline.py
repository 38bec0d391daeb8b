"""What the pipelines said, and whether anybody waited for it."""

from collections import defaultdict
from collections.abc import Iterable

from metrics.signals.changes.context import HostContext
from metrics.signals.changes.reading import MAX_EXAMPLES, quantile_of, share_of
from metrics.signals.changes.types import Change, Check, Outcome
from metrics.signals.types import Measured, Reading, Skipped

GREEN = frozenset({Outcome.PASSED, Outcome.SKIPPED})


def red_merge_rate(context: HostContext) -> Reading:
    """Share of merged changes whose checks were not green when they were merged.

    Window 90 days by merge. Where the host names required checks, each must have passed by then on the last commit: a
    failing, missing or unfinished one is not green. Where it names none, every check that ran there must have passed,
    and a change without any check is not counted. The newest run of a check begun before the merge decides. Unit:
    share. Source: ci, pr.
    """
    required = context.hosted.protection.required_checks
    merged = [c for c in context.merged(90) if c.checks is not None and (required or c.checks)]
    if not merged:
        return Skipped("red_merge_rate", "No change merged in the last 90 days shows a check.")
    red = [c for c in merged if not _was_green(c, required)]
    return share_of("red_merge_rate", red, merged, window_days=90, note="a check was not green")


def _was_green(change: Change, required: frozenset[str]) -> bool:
    newest: dict[str, Check] = {}
    for check in sorted(change.checks or (), key=lambda check: (check.queued_at, check.attempt)):
        if change.merged_at and check.queued_at <= change.merged_at:
            newest[check.name] = check
    wanted = required or frozenset(newest)
    return all(name in newest and _passed_by(newest[name], change) for name in wanted)


def _passed_by(check: Check, change: Change) -> bool:
    is_done = check.finished_at is not None and (change.merged_at is None or check.finished_at <= change.merged_at)
    return check.outcome in GREEN and is_done


def flaky_rate(context: HostContext) -> Reading:
    """Share of failed runs that passed when they were run again on the same commit.

    Window 60 days by the end of the failed run, on any branch. n is the number of failed runs;
    cancelled runs are left out. Unit: share. Source: ci.
    """
    failed = [run for run in _runs(context, 60) if run.outcome is Outcome.FAILED]
    if not failed:
        return Skipped("flaky_rate", "No run failed in the last 60 days.")
    passed = _last_pass(context.hosted.runs)
    flaky = [run for run in failed if _place(run) < passed.get((run.name, run.commit), (0, 0.0))]
    return Measured(
        "flaky_rate",
        n=len(failed),
        value=len(flaky) / len(failed),
        window_days=60,
        unit="share",
        examples=tuple(f"{run.name} on {run.commit[:10]} failed, then passed" for run in flaky[:MAX_EXAMPLES]),
    )


def ci_p75(context: HostContext) -> Reading:
    """75th percentile of the minutes from a push to the last of its required checks.

    Window 60 days by the push, commits of proposed changes. From the moment the first check was queued, which the push
    causes, to the first end of each required check; of all checks where the host names none. Only first attempts count,
    and commits with an unfinished or cancelled one are left out. n is the number of pushes. Unit: minutes. Source: ci.
    """
    required = context.hosted.protection.required_checks
    by_commit: dict[str, list[Check]] = defaultdict(list)
    for run in _runs(context, 60):
        if run.is_before_merge:
            by_commit[run.commit].append(run)
    measured = []
    for commit, runs in by_commit.items():
        firsts = [run for run in runs if run.attempt == 1]
        wanted = [run for run in firsts if run.name in required] or firsts
        if wanted and all(run.finished_at and run.outcome is not Outcome.CANCELLED for run in wanted):
            end = max(run.finished_at for run in wanted if run.finished_at)
            begun = min(run.queued_at for run in firsts)
            measured.append(((end - begun).total_seconds() / 60, f"{commit[:10]}, {len(wanted)} checks"))
    return quantile_of(
        "ci_p75", measured, 0.75, window_days=60, unit="min",
        nothing_said="No pipeline of a proposed change finished in the last 60 days.",
    )  # fmt: skip


def main_break_rate(context: HostContext) -> Reading:
    """Share of merges after which a run of the default branch failed on the merged commit and never passed there.

    Window 90 days by merge; merges for whose commit the default branch has a finished run. A failure that passed on
    re-run of the same commit is flakiness and no break. Changes by bots, of releases and between long-lived branches
    left out. Unit: share. Source: ci.
    """
    on_main = [run for run in context.hosted.runs if run.branch == context.hosted.default_branch]
    by_commit: dict[str, list[Check]] = defaultdict(list)
    for run in on_main:
        if run.outcome in (Outcome.PASSED, Outcome.FAILED) and not run.is_before_merge:
            by_commit[run.commit].append(run)
    merged = [c for c in context.merged(90) if by_commit.get(c.merge_commit)]
    if not merged:
        return Skipped("main_break_rate", "No merge of the last 90 days has a run on the default branch.")
    passed = _last_pass(on_main)
    broken = [c for c in merged if any(_is_failure(run, passed) for run in by_commit[c.merge_commit])]
    return share_of("main_break_rate", broken, merged, window_days=90, note="the default branch failed after it")


def _is_failure(run: Check, passed: dict[tuple[str, str], tuple[int, float]]) -> bool:
    return run.outcome is Outcome.FAILED and _place(run) > passed.get((run.name, run.commit), (0, 0.0))


def _runs(context: HostContext, days: int) -> list[Check]:
    start = context.start_of(days)
    found = (run for run in context.hosted.runs if start < (run.finished_at or run.queued_at) <= context.until)
    return sorted(found, key=lambda run: (run.queued_at, run.name, run.commit, run.attempt))


def _last_pass(runs: Iterable[Check]) -> dict[tuple[str, str], tuple[int, float]]:
    """The last passing attempt of each check on each commit."""
    last: dict[tuple[str, str], tuple[int, float]] = {}
    for run in runs:
        if run.outcome is Outcome.PASSED:
            key = (run.name, run.commit)
            last[key] = max(last.get(key, (0, 0.0)), _place(run))
    return last


def _place(run: Check) -> tuple[int, float]:
    """The order of runs of one check on one commit."""
    return run.attempt, run.queued_at.timestamp()


__all__ = ["ci_p75", "flaky_rate", "main_break_rate", "red_merge_rate"]
