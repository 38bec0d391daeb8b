"""Waiting for review, and what the review is worth."""

import datetime as dt

from metrics.signals.changes.context import HostContext, counted_lines, is_light, remarks_of
from metrics.signals.changes.reading import (
    MIN_PEOPLE,
    TOO_FEW,
    first,
    quantile_of,
    share_of,
    show,
    too_little_seen,
)
from metrics.signals.changes.timeline import (
    Act,
    approved_at,
    approvers,
    first_response_at,
    is_open_at,
    n_rounds,
    passes,
    steps_of,
    waits_for_reviewers,
)
from metrics.signals.changes.types import Change
from metrics.signals.types import Measured, Reading, Skipped

LARGE_LINES = 200
QUICK = dt.timedelta(minutes=5)
STALE = dt.timedelta(days=7)
LOAD_DAYS = 56


def pickup_p75(context: HostContext) -> Reading:
    """75th percentile of the hours from ready for review to the first action by a person other than the author.

    Window 90 days by merge. An action is a review, a comment or the merge itself, made after the change was ready;
    bots, assistants and the author's own actions left out. Weekends of the team's time zone are removed, nights count.
    A change nobody else touched is not counted here but under `unreviewed_rate`. Unit: hours. Source: pr.
    """
    calendar = context.hosted.calendar
    measured = [
        (calendar.hours_without_weekends(change.ready_at, at), show(change))
        for change in context.merged(90)
        if change.ready_at and (at := first_response_at(change))
    ]
    return quantile_of(
        "pickup_p75", measured, 0.75, window_days=90, unit="h (weekends removed)",
        nothing_said="Nobody but the author acted on any change merged in the last 90 days.",
    )  # fmt: skip


def review_wait_p75(context: HostContext) -> Reading:
    """75th percentile of the hours a change waited for reviewers, all its review cycles together.

    Window 90 days by merge, changes on which a reviewer acted. A change waits from ready, and again from the author's
    next commit, comment or request, until a reviewer acts (see `timeline`). Elapsed time, weekends included.
    Changes by bots, of releases and between long-lived branches left out. Unit: hours. Source: pr.
    """
    measured = []
    for change in context.merged(90):
        if any(step.act is not Act.ANSWERED for step in steps_of(change)):
            spans = waits_for_reviewers(change, context.until)
            measured.append((sum((b - a).total_seconds() for a, b in spans) / 3600, show(change)))
    return quantile_of(
        "review_wait_p75", measured, 0.75, window_days=90, unit="h",
        nothing_said="No reviewer acted on any change merged in the last 90 days.",
    )  # fmt: skip


def queue_growth(context: HostContext) -> Reading:
    """Changes made ready less changes resolved, per change made ready.

    Window: the last 28 days, by the day of each event. Resolved is merged or closed; drafts count once ready. n is the
    number made ready. Negative when the queue shrinks. Changes by bots, of releases and between long-lived branches
    left out. Unit: share of inflow. Source: pr.
    """
    start = context.start_of(28)
    ready = [c for c in context.counted if c.ready_at and start < c.ready_at <= context.until]
    done = [c for c in context.counted if c.ready_at and c.resolved_at and start < c.resolved_at <= context.until]
    if not ready:
        return Skipped("queue_growth", "No change was made ready in the last 28 days.")
    left = [c for c in ready if is_open_at(c, context.until)]
    return Measured(
        "queue_growth",
        n=len(ready),
        value=(len(ready) - len(done)) / len(ready),
        window_days=28,
        unit="share of inflow",
        examples=first(show(change, "still open") for change in left),
    )


def stale_share(context: HostContext) -> Reading:
    """Share of open changes, drafts left out, on which nobody did anything for seven days.

    As things stand at the end of the measured day. A commit, a review, a comment or becoming ready is something; what
    bots do is not. Unit: share. Source: pr.
    """
    waiting = [c for c in context.counted if is_open_at(c, context.until) and not c.is_draft]
    if not waiting:
        return Skipped("stale_share", "No change is open.")
    stale = [c for c in waiting if context.until - _last_act_at(c, context.until) > STALE]
    return share_of("stale_share", stale, waiting, window_days=0, note="quiet for over seven days")


def _last_act_at(change: Change, until: dt.datetime) -> dt.datetime:
    acts = [push.committed_at for push in change.pushes]
    acts += [r.at for r in change.reviews if r.actor.is_person or r.actor.id == change.author.id]
    acts += [r.at for r in change.remarks if r.actor.is_person or r.actor.id == change.author.id]
    acts += [change.ready_at or change.created_at, change.created_at]
    return max(at for at in acts if at <= until)


def review_load_rho(context: HostContext) -> Reading:
    """Estimated utilisation of reviewers: passes a day x hours per pass / (reviewers x review hours per day).

    Window 56 days by the time of the pass. A pass is one person's actions on a change up to the author's next answer;
    days are the team's working days; reviewers are the people with at least one pass. Hours from the facilitator, by
    default 0.75 h a pass and 2 h a day. n is the number of passes. Said for three reviewers or more.
    Bots and the author's own actions left out. Unit: ratio. Source: pr, answers.
    """
    start = context.start_of(LOAD_DAYS)
    made = [(actor.id, at) for c in context.counted for actor, at in passes(c) if start < at <= context.until]
    reviewers = {actor for actor, _ in made}
    if not made:
        return Skipped("review_load_rho", "Nobody reviewed in the last 56 days.")
    if len(reviewers) < MIN_PEOPLE:
        return Skipped("review_load_rho", TOO_FEW)
    a_day = len(made) / context.hosted.calendar.n_working_days(start, context.until)
    return Measured(
        "review_load_rho",
        n=len(made),
        value=a_day * context.hours_per_pass / (len(reviewers) * context.hours_per_day),
        window_days=LOAD_DAYS,
        unit="ratio",
        examples=(
            f"{len(made)} passes, {a_day:.1f} a working day, {len(reviewers)} reviewers",
            f"{context.hours_per_pass:g} h a pass and {context.hours_per_day:g} h a day for each are taken as given",
        ),
    )


def rounds_mean(context: HostContext) -> Reading:
    """Mean number of review rounds before approval: 1, and one more each time a change went back.

    Window 90 days by merge, changes a person other than the author approved. A change goes back when a reviewer asks
    for changes or remarks on code and a commit follows before the approval. Taken from the host: squashing hides rounds
    from git. Changes by bots, of releases and between long-lived branches left out. Unit: rounds. Source: pr.
    """
    approved = [c for c in context.merged(90) if approved_at(c)]
    if not approved:
        return Skipped("rounds_mean", "No change merged in the last 90 days was approved by a person.")
    rounds = {c.number: n_rounds(c) for c in approved}
    most = sorted(approved, key=lambda c: (-rounds[c.number], c.number))
    return Measured(
        "rounds_mean",
        n=len(approved),
        value=sum(rounds.values()) / len(approved),
        window_days=90,
        unit="rounds",
        examples=first(show(c, f"{rounds[c.number]} rounds") for c in most if rounds[c.number] > 1),
    )


def style_comment_share(context: HostContext) -> Reading:
    """Share of reviewers' comments on code that are about formatting, naming, lint or spelling.

    Window 90 days by merge; comments of people other than the author. The wording decides (see `wording`), which is
    weak evidence. Comments of bots and on changes of bots left out. n is the number of comments. Unit: share.
    Source: pr.
    """
    per_change = [(c, [r for r in remarks_of(c) if r.is_on_code]) for c in context.merged(90)]
    n = sum(len(remarks) for _, remarks in per_change)
    if not n:
        return Skipped("style_comment_share", "No reviewer commented on code in the last 90 days.")
    form = [(sum(r.is_mechanical for r in remarks), c) for c, remarks in per_change]
    telling = sorted(((k, c) for k, c in form if k), key=lambda pair: (-pair[0], pair[1].number))
    return Measured(
        "style_comment_share",
        n=n,
        value=sum(k for k, _ in form) / n,
        window_days=90,
        unit="share",
        examples=first(show(c, f"{k} about form") for k, c in telling),
    )


def rubber_stamp_rate(context: HostContext) -> Reading:
    """Share of large approved changes that were approved at once and without a word.

    Window 90 days by merge; changes of more than 200 lines (machine-made files left out) that a person approved. At
    once: within five minutes of the first action of a reviewer. Without a word: no comment before, and no more in the
    approval than a word or two of assent. Unit: share. Source: pr.
    """
    merged = context.merged(90)
    sized = [(c, lines) for c in merged if (lines := counted_lines(c)) is not None]
    if refusal := too_little_seen("rubber_stamp_rate", len(sized), len(merged), "show their files"):
        return refusal
    large = [c for c, lines in sized if lines > LARGE_LINES and approved_at(c)]
    if not large:
        return Skipped("rubber_stamp_rate", "No change of more than 200 lines was approved in the last 90 days.")
    waved = [c for c in large if _was_waved_through(c)]
    return share_of("rubber_stamp_rate", waved, large, window_days=90, note="approved at once, without a word")


def _was_waved_through(change: Change) -> bool:
    acts = [step for step in steps_of(change) if step.act is not Act.ANSWERED]
    approval = next(step for step in acts if step.act is Act.APPROVED)
    before = [step for step in acts if step.at <= approval.at]
    silent = all(step.act is not Act.OBJECTED and not step.says_something for step in before)
    return silent and approval.at - before[0].at <= QUICK


def unreviewed_rate(context: HostContext) -> Reading:
    """Share of merged changes that no person other than the author had approved.

    Window 90 days by merge; changes labelled for a light path left out. An approval after the merge, by a bot or by an
    assistant is none; an approval that was dismissed is none. Unit: share. Source: pr.
    """
    strict = [c for c in context.merged(90) if not is_light(c)]
    bare = [c for c in strict if not approvers(c)]
    return share_of("unreviewed_rate", bare, strict, window_days=90, note="no approval before the merge")


__all__ = [
    "pickup_p75", "queue_growth", "review_load_rho", "review_wait_p75", "rounds_mean", "rubber_stamp_rate",
    "stale_share", "style_comment_share", "unreviewed_rate",
]  # fmt: skip
