"""What would move a score of our own format: a practice one level up, one evidence fixed, one contradiction settled.

Each change is scored again: only the practices it touches are placed anew, then gates, dimensions and the whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import floor

from assessment.domain.moves.types import Change, Kind, Move, Moves, ScoreInputs, largest
from assessment.domain.scoring.bands import is_enough, level_of, value_reading
from assessment.domain.scoring.caps import Facts
from assessment.domain.scoring.card import one_per_signal
from assessment.domain.scoring.control import usual_target
from assessment.domain.scoring.dimensions import harmonic_mean, score_dimension
from assessment.domain.scoring.practice import place_practice
from assessment.domain.scoring.staging import apply_gates
from assessment.domain.scoring.types import DimensionScore, PracticeScore, SignalReading, State, SurveySummary
from assessment.domain.scoring.words import EPSILON
from assessment.maturity.schema import Dimension, MaturityModelFile, Practice, Signal

PEOPLE, EVIDENCE = "people", "evidence"
Levels = Mapping[str, int | None]


def moves_by_practice(model: MaturityModelFile, given: ScoreInputs) -> Moves:
    """The moves with the largest effect on the overall score, then on staged levels, then on dimensions."""
    board = _Board(model, given)
    return largest([*board.levels(), *board.evidence(), *board.contradictions()])


class _Board:
    """The score as it stands, and what a change makes of it."""

    def __init__(self, model: MaturityModelFile, given: ScoreInputs) -> None:
        self.model = model
        self.summaries = {summary.practice: summary for summary in given.summaries}
        self.facts = Facts(one_per_signal(given.readings), given.facts, given.contested)
        self.targets = given.targets
        self.home = {p.id: d for d in model.dimensions for p in d.practices}
        self.ungated = {p.id: self._place(p, self.summaries.get(p.id), self.facts) for p in model.practices()}
        self.scores = {score.practice: score for score in apply_gates(model, self.ungated.values())}
        self.dimensions = [score_dimension(dimension, self.scores) for dimension in model.dimensions]
        self.whole = harmonic_mean(model, self.dimensions)

    def levels(self) -> Iterator[Move]:
        """Each practice one level up: people say so, and what was measured reads so."""
        for practice in self.model.practices():
            score, summary = self.scores[practice.id], self.summaries.get(practice.id)
            if summary is None or summary.value is None or score.planning_score is None:
                continue
            lifted = {
                link.signal: raised
                for link in practice.evidence
                if link.signal in self.facts.readings
                and (raised := self._lifted(self.model.signals[link.signal], self.facts.readings[link.signal]))
            }
            if summary.value < 5 - EPSILON or lifted:
                changed = self._place(practice, raised_by(summary, 1.0), self._with(lifted))
                yield self._move("level", practice.id, [changed], score.planning_score, changed.planning_score)

    def evidence(self) -> Iterator[Move]:
        """Each reading that lies below the level aimed at, read at that level, for every practice that lists it."""
        for signal, reading in self.facts.readings.items():
            about = self.model.signals.get(signal)
            users = [practice for practice in self.model.practices() if _uses(practice, signal)]
            if about is None or not users or not is_enough(about, reading.n):
                continue
            aim = max(self._target(practice) for practice in users)
            fixed = reading_at(about, reading, float(aim))
            if fixed is not None:
                facts = self._with({signal: fixed})
                changed = [self._place(practice, self.summaries.get(practice.id), facts) for practice in users]
                yield self._move("evidence", signal, changed, _said(reading), _said(fixed))

    def contradictions(self) -> Iterator[Move]:
        """Each contradiction settled for the higher of the two: the other proves wrong."""
        for practice in self.model.practices():
            score, summary = self.scores[practice.id], self.summaries.get(practice.id)
            if score.state is not State.CONTRADICTION or score.gap is None or summary is None:
                continue
            if score.gap < 0:
                changed = self._place(practice, raised_by(summary, -score.gap), self.facts)
                yield self._move("contradiction", practice.id, [changed], PEOPLE, EVIDENCE)
                continue
            wrong = {band.signal for band in score.bands if band.weight > 0 and _pulls(band.clipped, summary.value)}
            kept = {signal: read for signal, read in self.facts.readings.items() if signal not in wrong}
            changed = self._place(practice, summary, replace(self.facts, readings=kept))
            yield self._move("contradiction", practice.id, [changed], EVIDENCE, PEOPLE)

    def _place(self, practice: Practice, summary: SurveySummary | None, facts: Facts) -> PracticeScore:
        return place_practice(self.model, self.home[practice.id], practice, summary, facts)

    def _with(self, readings: Mapping[str, SignalReading]) -> Facts:
        return replace(self.facts, readings={**self.facts.readings, **readings})

    def _target(self, practice: Practice) -> float:
        return float(self.targets.get(practice.id, usual_target(practice)))

    def _lifted(self, signal: Signal, reading: SignalReading) -> SignalReading | None:
        """The reading one level higher than it stands."""
        if not is_enough(signal, reading.n):
            return None
        stands = _stands(signal, reading)
        return None if stands is None else reading_at(signal, reading, stands + 1)

    def _move(
        self,
        kind: Kind,
        subject: str,
        changed: Iterable[PracticeScore],
        before: float | str | None,
        after: float | str | None,
    ) -> Move:
        ungated = self.ungated | {score.practice: score for score in changed}
        scores = {score.practice: score for score in apply_gates(self.model, ungated.values())}
        dimensions = [
            now if self._is_untouched(part, scores) else score_dimension(part, scores)
            for part, now in zip(self.model.dimensions, self.dimensions, strict=True)
        ]
        changes = tuple(self._changes(scores, dimensions))
        return Move(kind, subject, before, after, changes, _effect(changes))

    def _is_untouched(self, dimension: Dimension, scores: Mapping[str, PracticeScore]) -> bool:
        """Whether all that a dimension is computed from stands where it stood."""
        pairs = ((scores[p.id], self.scores[p.id]) for p in dimension.practices)
        return all((a.planning_score, a.staged_level) == (b.planning_score, b.staged_level) for a, b in pairs)

    def _changes(self, scores: Mapping[str, PracticeScore], dimensions: list[DimensionScore]) -> Iterator[Change]:
        """Every number that is another one than before, the whole first."""
        whole = harmonic_mean(self.model, dimensions)
        if whole != self.whole:
            yield Change("overall", "", self.whole, whole)
        for before, after in zip(self.dimensions, dimensions, strict=True):
            if before.score != after.score:
                yield Change("dimension", before.dimension, before.score, after.score)
            if before.staged_level != after.staged_level:
                yield Change("dimension_level", before.dimension, before.staged_level, after.staged_level)
        for practice, stood in self.scores.items():
            stands = scores[practice]
            if stood.planning_score != stands.planning_score:
                yield Change("practice", practice, stood.planning_score, stands.planning_score)
            if stood.staged_level != stands.staged_level:
                yield Change("practice_level", practice, stood.staged_level, stands.staged_level)


def _effect(changes: Iterable[Change]) -> tuple[float, ...]:
    """How much the overall score rises, then how many staged levels are won, then what dimensions outside it win."""
    won = dict.fromkeys(("overall", "practice_level", "dimension"), 0.0)
    for change in changes:
        if change.of in won:
            won[change.of] += float(change.after or 0.0) - float(change.before or 0.0)
    return tuple(won.values())


def raised_by(summary: SurveySummary, levels: float) -> SurveySummary:
    """Everybody places the practice so much higher, as far as the ladder reaches; shares move by whole levels."""
    value, steps = min(5.0, (summary.value or 1.0) + levels), floor(levels + EPSILON)
    one, two, three, four, five = (*((summary.reach[0],) * steps), *summary.reach)[:5]
    counts = summary.distribution
    low = (*((0,) * steps), *counts)[:4]
    return replace(
        summary,
        value=value,
        reach=(one, two, three, four, five),
        distribution=(low[0], low[1], low[2], low[3], sum(counts) - sum(low)),
        roles=tuple(
            replace(one, mean=None if one.mean is None else min(5.0, one.mean + levels)) for one in summary.roles
        ),
    )


def reading_at(signal: Signal, reading: SignalReading, level: float) -> SignalReading | None:
    """The same reading where it speaks for this level, or as near below as the signal can; None where it does."""
    stands = _stands(signal, reading)
    if stands is None or stands >= level - EPSILON:
        return None
    if signal.thresholds:
        most = min(level, float(signal.supports_max), float(max(signal.thresholds)))
        return replace(reading, value=value_reading(signal, most), parts=()) if most > stands + EPSILON else None
    bands = sorted((band, grade) for grade, band in signal.grades.items())
    reached = [pair for pair in bands if pair[0][0] >= level - EPSILON]
    band, grade = reached[0] if reached else bands[-1]
    better = band > signal.grades[reading.grade or ""]
    return replace(reading, grade=grade, parts=()) if better else None


def _stands(signal: Signal, reading: SignalReading) -> float | None:
    """The level a reading speaks for by itself; None where it speaks for none."""
    if signal.grades:
        return float(signal.grades[reading.grade][0]) if reading.grade in signal.grades else None
    return level_of(signal, reading.value) if signal.thresholds and reading.value is not None else None


def _uses(practice: Practice, signal: str) -> bool:
    linked = any(link.signal == signal for link in practice.evidence)
    return linked or any(condition.signal == signal for cap in practice.caps for condition in cap.when)


def _pulls(clipped: float | None, said: float | None) -> bool:
    return clipped is not None and said is not None and abs(clipped - said) > EPSILON


def _said(reading: SignalReading) -> float | str | None:
    return reading.grade if reading.grade is not None else reading.value
