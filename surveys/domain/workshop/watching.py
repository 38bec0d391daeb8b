"""What screens may show of a workshop at this moment. The one reader of votes for pages.

Before its reveal a round tells how many have voted, and nothing else, whoever asks. Evidence of the repositories for a
practice is told with the reveal, so that it sways no first vote; it stands beside what the room said or agreed on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from django.db.models import Count
from django.utils import timezone

from assessment.domain.shown_evidence import PracticeEvidence, practice_evidence
from assessment.maturity.loader import asked_model_of
from surveys.domain.joined import join_question
from surveys.domain.joined_words import said_text
from surveys.domain.workshop.finishing import answer_of
from surveys.domain.workshop.preparing import rule_of
from surveys.domain.workshop.subjects import Subject, chosen_of, subjects_of
from surveys.domain.workshop.tally import Ballot, Shift, Tally, shift, tally, tally_choices
from surveys.models import AgendaItem, ItemState, Round, Vote, Workshop


@dataclass(frozen=True)
class Bar:
    """One level, or one choice: `level` is its number, `mark` how it is called aloud."""

    level: int
    mark: str
    name: str
    text: str
    n: int
    n_first: int | None = None  # in the first vote, where a later one is shown


@dataclass(frozen=True)
class RoundView:
    """One round: `tally` is None until it is revealed."""

    number: int
    n_voted: int
    tally: Tally | None
    bars: tuple[Bar, ...] = ()
    roles: tuple[tuple[str, int, float], ...] = ()
    together: str = ""  # of a question of others: what a survey would make of these answers
    counted: frozenset[int] = frozenset()  # the choices that are that


@dataclass(frozen=True)
class Scene:
    """One practice on a screen, or one question."""

    item: AgendaItem
    subject: Subject
    anchors: tuple[Bar, ...]
    rounds: tuple[RoundView, ...]
    evidence: PracticeEvidence | None
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
    def bars(self) -> tuple[Bar, ...]:
        """The latest distribution, with the first vote's beside it where that was another and may be shown."""
        if self.last is None or self.first is None or self.first is self.last or not self.first.bars:
            return self.last.bars if self.last else ()
        return tuple(replace(now, n_first=then.n) for now, then in zip(self.last.bars, self.first.bars, strict=False))

    @property
    def agreed(self) -> str:
        """What was agreed, in the words of the choices; of ours the level's sentence."""
        return self.subject.words(chosen_of(self.item.agreed_level, self.item.agreed_ticked))

    @property
    def shift(self) -> Shift | None:
        return shift(self.first.tally, self.last.tally) if self.first and self.last else None


def scene_of(workshop: Workshop, item: AgendaItem | None) -> Scene | None:
    if item is None:
        return None
    return scenes_of(workshop, [item])[0]


def scenes_of(workshop: Workshop, items: Iterable[AgendaItem]) -> list[Scene]:
    """Each item as it may be shown; a fixed number of questions to the database, however many items."""
    chosen, subjects = list(items), subjects_of(workshop.assessment.maturity_model)
    counted = Round.objects.filter(item__in=chosen).annotate(n_voted=Count("votes")).order_by("number")
    rounds: dict[int, list[Round]] = {}
    for row in counted:
        rounds.setdefault(row.item_id, []).append(row)
    ballots = _revealed_ballots(chosen)
    scenes = [_scene(workshop, subjects[item.practice], item, rounds.get(item.pk, []), ballots) for item in chosen]
    return _with_evidence(workshop, scenes)


_AFTER = (ItemState.TALKING, ItemState.SETTLED)


def _revealed_ballots(items: list[AgendaItem]) -> dict[int, list[Ballot]]:
    """Votes of revealed rounds only; their seats are not read."""
    rows = Vote.objects.filter(round__item__in=items, round__revealed_at__isnull=False)
    found: dict[int, list[Ballot]] = {}
    for round_id, role, level, ticked in rows.values_list("round_id", "role", "level", "ticked"):
        found.setdefault(round_id, []).append(Ballot(role, level, tuple(map(int, ticked.split()))))
    return found


def _scene(
    workshop: Workshop,
    subject: Subject,
    item: AgendaItem,
    rows: list[Round],
    ballots: dict[int, list[Ballot]],
) -> Scene:
    anchors = tuple(Bar(one.number, one.mark, one.name, one.text, 0) for one in subject.choices)
    views = tuple(_round_view(workshop, subject, anchors, row, ballots.get(row.pk, [])) for row in rows)
    opened = next((row for row in rows if row.revealed_at is None), None)
    return Scene(item, subject, anchors, views, None, opened, seconds_left(item))


def _with_evidence(workshop: Workshop, scenes: list[Scene]) -> list[Scene]:
    """The scenes, with what the repositories show beside those that were revealed and are not being voted on again."""
    values = {scene.item.practice: _value(scene) for scene in scenes if scene.item.state in _AFTER and scene.last}
    if not values or not workshop.assessment.maturity_model.is_ours:  # nothing is measured for models of others
        return scenes
    found = practice_evidence(workshop.assessment, values, today=timezone.localdate())
    return [replace(scene, evidence=found.get(scene.item.practice)) for scene in scenes]


def _value(scene: Scene) -> float | None:
    """What the room says by now: the level it agreed on, before that the mean of the latest vote."""
    if scene.item.agreed_level is not None:
        return float(scene.item.agreed_level)
    return scene.last.tally.mean if scene.last and scene.last.tally else None


def _round_view(
    workshop: Workshop, subject: Subject, anchors: tuple[Bar, ...], row: Round, ballots: list[Ballot]
) -> RoundView:
    n_voted: int = row.n_voted  # type: ignore[attr-defined]  # annotated by the caller
    if row.revealed_at is None:
        return RoundView(row.number, n_voted, None)
    found = _tally(workshop, subject, ballots)
    counts = found.distribution if found else ()
    bars = tuple(replace(anchor, n=n) for anchor, n in zip(anchors, counts, strict=False))
    if not (found and counts):
        return RoundView(row.number, n_voted, found, bars)
    if subject.asked is not None:
        together, counted = _together(subject, ballots)
        return RoundView(row.number, n_voted, found, bars, together=together, counted=counted)
    names = {role.id: role.name for role in asked_model_of(workshop.assessment.maturity_model).roles}
    return RoundView(row.number, n_voted, found, bars, tuple((names.get(r, r), n, mean) for r, n, mean in found.roles))


def _tally(workshop: Workshop, subject: Subject, ballots: Sequence[Ballot]) -> Tally | None:
    minimum, rule = workshop.minimum, rule_of(workshop)
    if subject.asked is None:
        return tally(ballots, minimum=minimum, rule=rule)
    choices = [one.number for one in subject.choices]
    return tally_choices(ballots, choices=choices, minimum=minimum, rule=rule, several=subject.is_multiple)


def _together(subject: Subject, ballots: Sequence[Ballot]) -> tuple[str, frozenset[int]]:
    """What the model's way of joining answers makes of votes that are shown already, and the choices it counts."""
    asked = subject.asked
    answers = [answer_of(one.ticked or one.level) for one in ballots]
    joined = join_question(asked, answers) if asked else None
    if asked is None or joined is None:
        return "", frozenset()
    counted = frozenset(n for n, one in enumerate(asked.choices, start=1) if one.id in joined.counted)
    return said_text(asked, asdict(joined)), counted


def seconds_left(item: AgendaItem) -> int | None:
    """By the server's clock; a device counts on from there, so its own clock may be wrong."""
    if item.timer_ends_at is None:
        return None
    return max(0, round((item.timer_ends_at - timezone.now()).total_seconds()))


def n_present(workshop: Workshop) -> int:
    return workshop.seats.filter(is_paper=False).count()


def n_voted(workshop: Workshop) -> int:
    """Votes in all open rounds: with the version it is the stamp of those who watch the progress."""
    return Vote.objects.filter(round__item__workshop=workshop, round__revealed_at=None).count()


def progress_stamp(workshop: Workshop) -> str:
    return f"{workshop.version}.{n_voted(workshop)}.{n_present(workshop)}"
