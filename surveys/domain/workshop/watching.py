"""What screens may show of a workshop at this moment. The one reader of votes for pages.

Before its reveal a round tells how many have voted, and nothing else, whoever asks. Evidence of the repositories for a
practice is told with the reveal, so that it sways no first vote.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.domain.evidence import current_result
from assessment.domain.scored import score_card_of
from assessment.domain.shown_evidence import said_text
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile, Practice
from surveys.domain.workshop.preparing import rule_of
from surveys.domain.workshop.tally import Ballot, Shift, Tally, shift, tally
from surveys.models import AgendaItem, ItemState, Round, Vote, Workshop


@dataclass(frozen=True)
class Bar:
    level: int
    name: str
    text: str
    n: int


@dataclass(frozen=True)
class RoundView:
    """One round: `tally` is None until it is revealed."""

    number: int
    n_voted: int
    tally: Tally | None
    bars: tuple[Bar, ...] = ()
    roles: tuple[tuple[str, int, float], ...] = ()


@dataclass(frozen=True)
class Scene:
    """One practice on a screen."""

    item: AgendaItem
    practice: Practice
    anchors: tuple[Bar, ...]
    rounds: tuple[RoundView, ...]
    evidence: tuple[str, ...]
    open_round: Round | None
    seconds_left: int | None

    @property
    def last(self) -> RoundView | None:
        """The latest revealed round."""
        return next((one for one in reversed(self.rounds) if one.tally), None)

    @property
    def first(self) -> RoundView | None:
        return next((one for one in self.rounds if one.tally), None)

    @property
    def shift(self) -> Shift | None:
        return shift(self.first.tally, self.last.tally) if self.first and self.last else None


def scene_of(workshop: Workshop, item: AgendaItem | None) -> Scene | None:
    if item is None:
        return None
    return scenes_of(workshop, [item])[0]


def scenes_of(workshop: Workshop, items: Iterable[AgendaItem]) -> list[Scene]:
    """Each item as it may be shown; three questions to the database, however many items."""
    chosen, model = list(items), model_of(workshop.assessment.maturity_model)
    counted = Round.objects.filter(item__in=chosen).annotate(n_voted=Count("votes")).order_by("number")
    rounds: dict[int, list[Round]] = {}
    for row in counted:
        rounds.setdefault(row.item_id, []).append(row)
    ballots = _revealed_ballots(chosen)
    evidence = _evidence(workshop, model) if any(item.state in _AFTER for item in chosen) else {}
    return [_scene(workshop, model, item, rounds.get(item.pk, []), ballots, evidence) for item in chosen]


_AFTER = (ItemState.TALKING, ItemState.SETTLED)


def _revealed_ballots(items: list[AgendaItem]) -> dict[int, list[Ballot]]:
    """Votes of revealed rounds only; their seats are not read."""
    rows = Vote.objects.filter(round__item__in=items, round__revealed_at__isnull=False)
    found: dict[int, list[Ballot]] = {}
    for round_id, role, level in rows.values_list("round_id", "role", "level"):
        found.setdefault(round_id, []).append(Ballot(role, level))
    return found


def _scene(
    workshop: Workshop,
    model: MaturityModelFile,
    item: AgendaItem,
    rows: list[Round],
    ballots: dict[int, list[Ballot]],
    evidence: dict[str, tuple[str, ...]],
) -> Scene:
    practice = next(one for one in model.practices() if one.id == item.practice)
    anchors = tuple(Bar(level, model.level_name(level), text, 0) for level, text in sorted(practice.levels.items()))
    views = tuple(_round_view(workshop, model, anchors, row, ballots.get(row.pk, [])) for row in rows)
    opened = next((row for row in rows if row.revealed_at is None), None)
    told = evidence.get(item.practice, ()) if item.state in _AFTER and any(view.tally for view in views) else ()
    return Scene(item, practice, anchors, views, told, opened, seconds_left(item))


def _round_view(
    workshop: Workshop, model: MaturityModelFile, anchors: tuple[Bar, ...], row: Round, ballots: list[Ballot]
) -> RoundView:
    n_voted: int = row.n_voted  # type: ignore[attr-defined]  # annotated by the caller
    if row.revealed_at is None:
        return RoundView(row.number, n_voted, None)
    found = tally(ballots, minimum=workshop.minimum, rule=rule_of(workshop))
    counts = found.distribution if found else ()
    bars = tuple(Bar(a.level, a.name, a.text, n) for a, n in zip(anchors, counts, strict=False))
    names = {role.id: role.name for role in model.roles}
    roles = tuple((names.get(role, role), n, mean) for role, n, mean in found.roles) if found else ()
    return RoundView(row.number, n_voted, found, bars, roles)


def seconds_left(item: AgendaItem) -> int | None:
    """By the server's clock; a device counts on from there, so its own clock may be wrong."""
    if item.timer_ends_at is None:
        return None
    return max(0, round((item.timer_ends_at - timezone.now()).total_seconds()))


def _evidence(workshop: Workshop, model: MaturityModelFile) -> dict[str, tuple[str, ...]]:
    """What the repositories say of each practice, in one line per signal."""
    result = current_result(workshop.assessment)
    if result is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for score in score_card_of(result).practices:
        lines = []
        for band in score.bands:
            signal = model.signals[band.signal]
            if band.grade is not None or band.value is not None:
                said = said_text(band.value, band.grade, band.unit)
                lines.append(_("{signal}: {value} (n = {n})").format(signal=signal.name, value=said, n=band.n))
        found[score.practice] = tuple(lines)
    return found


def n_present(workshop: Workshop) -> int:
    return workshop.seats.filter(is_paper=False).count()


def n_voted(workshop: Workshop) -> int:
    """Votes in all open rounds: with the version it is the stamp of those who watch the progress."""
    return Vote.objects.filter(round__item__workshop=workshop, round__revealed_at=None).count()


def progress_stamp(workshop: Workshop) -> str:
    return f"{workshop.version}.{n_voted(workshop)}.{n_present(workshop)}"
