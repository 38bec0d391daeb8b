"""Change since the team's last assessment, in words: only what is beyond the interval is called a change."""

from assessment.domain.scoring.change import Change, DimensionChange, change_between, dimension_changes
from assessment.domain.scoring.types import ScoreCard
from core.language import gettext, list_text, ngettext, number
from reports.domain.report_data.appendix_types import ChangeRow, ChangeSection
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.promises import promises_kept
from reports.domain.report_data.since import Since
from reports.domain.report_data.words import period_text, score_text, signed_text


def change_section(gathered: Gathered) -> ChangeSection | None:
    """None for a team's first assessment."""
    since = gathered.since
    if since is None:
        return None
    told = [one for one in change_between(since.card, gathered.card) if one.practice in since.alike]
    practices = [*filter(lambda one: one.is_real, told), *_stayed(gathered, since)]
    weights = {practice.id: practice.weight for practice in gathered.model.practices()}
    dimensions = dimension_changes(since.card, gathered.card, weights=weights, alike=since.alike)
    order = list(gathered.scores)
    rows = sorted(practices, key=lambda one: order.index(one.practice))
    names = {dimension.dimension: dimension.name for dimension in gathered.card.dimensions}
    practice_names = {practice.id: practice.name for practice in gathered.model.practices()}
    return ChangeSection(
        title=_title(practices, len(told)),
        since=gettext("Compared with “{title}”, {period}.").format(
            title=since.assessment.title,
            period=period_text(since.assessment.period_start_on, since.assessment.period_end_on),
        ),
        notes=_notes(gathered, since),
        dimensions=tuple(_row(gathered, one, one.dimension, names) for one in dimensions if one.is_real),
        practices=tuple(_row(gathered, one, one.practice, practice_names) for one in rows),
        still=_still(len(told) - sum(one.is_real for one in told)),
        promises=promises_kept(since.plan, gathered.card) if since.plan else (),
        promises_title=gettext("What became of the roadmap of {title}").format(title=since.assessment.title),
    )


def _stayed(gathered: Gathered, since: Since) -> list[Change]:
    """The staged levels that moved last time and stayed, where their value has not moved beyond its interval now."""
    if since.before_last is None:
        return []
    moved = change_between(since.before_last, gathered.card, middle=since.card)
    plain = {one.practice for one in change_between(since.before_last, gathered.card) if one.is_real}
    now = {one.practice for one in change_between(since.card, gathered.card) if one.is_real}
    return [one for one in moved if one.is_real and one.practice not in plain | now]


def _title(practices: list[Change], n_compared: int) -> str:
    if not n_compared:
        return gettext("Nothing can be compared with the last assessment.")
    higher = sum(one.after > one.before for one in practices)
    lower = len(practices) - higher
    if not practices:
        return gettext("No practice has changed beyond what chance explains.")
    up = ngettext("{n} practice stands higher than last time", "{n} practices stand higher than last time", higher)
    down = ngettext("{n} practice stands lower than last time", "{n} practices stand lower than last time", lower)
    if not lower:
        return up.format(n=higher) + "."
    if not higher:
        return down.format(n=lower) + "."
    return gettext("{up}, {n} lower.").format(up=up.format(n=higher), n=lower)


def _notes(gathered: Gathered, since: Since) -> tuple[str, ...]:
    old, new = since.assessment.maturity_model, gathered.assessment.maturity_model
    if old.slug != new.slug:
        told = gettext("The last assessment used another maturity model, {old}; scores of two models are not compared.")
        return (told.format(old=f"{old.title} {old.version}"),)
    return tuple(filter(None, (_version(gathered, since), _scorer(gathered.card, since), _rounded(gathered, since))))


def _version(gathered: Gathered, since: Since) -> str:
    old, new = since.assessment.maturity_model, gathered.assessment.maturity_model
    if old.digest == new.digest:
        return ""
    others = [name for name in gathered.practices if name not in since.alike]
    told = gettext("The maturity model changed from {old} to {new}; practices asked in the same way are compared.")
    sentences = [told.format(old=f"{old.title} {old.version}", new=f"{new.title} {new.version}")]
    if others:
        names = list_text([gathered.practice_name(practice) for practice in others])
        sentences.append(gettext("New or asked otherwise, so not compared: {names}.").format(names=names))
    if since.gone:
        gone = list_text(sorted(score.name for score in since.card.practices if score.practice in since.gone))
        sentences.append(gettext("No longer asked: {names}.").format(names=gone))
    return " ".join(sentences)


def _scorer(card: ScoreCard, since: Since) -> str:
    if card.scorer_version == since.card.scorer_version and since.same_parameters:
        return ""
    return gettext(
        "The arithmetic of the score changed between the two, so a difference may come from it; "
        "each stands as it was printed."
    )


def _rounded(gathered: Gathered, since: Since) -> str:
    coarse = any(s.summary and s.summary.is_coarse for card in (gathered.card, since.card) for s in card.practices)
    if not coarse:
        return ""
    return gettext(
        "So few people came or went between two surveys of the team that what people say is told in half levels; "
        "a change of up to half a level may come from rounding."
    )


def _still(n: int) -> str:
    if not n:
        return ""
    told = ngettext(
        "{n} practice moved by less than its interval: that is not called a change.",
        "{n} practices moved by less than their intervals: that is not called a change.",
        n,
    )
    return told.format(n=n)


def _row(gathered: Gathered, one: Change | DimensionChange, key: str, names: dict[str, str]) -> ChangeRow:
    is_beyond = abs(one.after - one.before) > one.margin
    word = gettext("higher") if one.after > one.before else gettext("lower")
    levels = [gathered.level_name(level) for level in (one.staged_before, one.staged_after)]
    return ChangeRow(
        id=key,
        name=names.get(key, key),
        before=score_text(one.before),
        after=score_text(one.after),
        change=signed_text(one.after - one.before, 1),
        margin=number(f"{one.margin:.1f}"),
        level=_levels(*levels),
        word=word if is_beyond else gettext("level moved a round ago and stayed"),
        tone=("moss" if one.after > one.before else "clay") if is_beyond else "ink",
    )


def _levels(before: str, after: str) -> str:
    return before if before == after else gettext("{before}, now {after}").format(before=before, after=after)
