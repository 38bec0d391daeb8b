"""Which stage sets the pace: three independent readings, a margin, and when to say nothing.

Measured waiting (0.4), what relief buys in the model (0.4) and what people report (0.2), each scaled to 1 at its top
stage. A missing reading drops out and lowers the confidence. What people report never speaks alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from assessment.domain.flow import little
from assessment.domain.flow.given import REPORTED_STAGES, Given

WEIGHTS = {"waiting": 0.4, "relief": 0.4, "reported": 0.2}
CLEAR, LIKELY = 0.25, 0.10
BUSY = 0.7  # from this utilization on a stage lacks capacity; below it the wait is a rule or a habit
DRIFT = 1.5  # first and second half of a window may differ by this factor (judgement)
QUEUE_GROWTH = 0.15  # share of the inflow by which a queue may grow or shrink (judgement)
STAGES = ("define", "design", "build", "review", "integrate", "release")
WAITS = {"pickup_days": "review", "merge_wait_days": "integrate", "release_wait_days": "release"}
HALVES = ("changes_per_day", "time_in_review_mean_days")


class Confidence(StrEnum):
    CLEAR = "clear"
    LIKELY = "likely"
    TWO_CANDIDATES = "two candidates"


LOWER = {Confidence.CLEAR: Confidence.LIKELY, Confidence.LIKELY: Confidence.TWO_CANDIDATES}


class Silence(StrEnum):
    """Why the finder does not speak."""

    NOT_MEASURED = "not measured"  # neither waiting nor enough inputs of the model are known
    LITTLE = "little's law"  # three measured numbers contradict each other
    NOT_STATIONARY = "not stationary"  # the two halves of the window differ, or the queue grows or shrinks
    IMPOSSIBLE = "impossible input"  # a number the model cannot take


@dataclass(frozen=True)
class StageScore:
    stage: str
    score: float  # 0..1
    readings: Mapping[str, float]  # reading -> value scaled to 1 at its top stage


@dataclass(frozen=True)
class Verdict:
    """The constraint, or why none is named. Days are working days."""

    stage: str = ""
    confidence: Confidence | None = None
    margin: float | None = None  # over the runner-up, as a share of the top score
    runner_up: str = ""
    next_after_relief: str = ""  # the stage that sets the pace once the first is eased by a fifth
    is_policy: bool = False  # a rule or a habit makes work wait, not a lack of people
    scores: tuple[StageScore, ...] = ()
    missing: tuple[str, ...] = ()  # readings nobody could take
    wait_days: float | None = None
    wait_p75_days: float | None = None
    wait_n: int = 0
    wait_window_days: int = 0
    relief_days: float | None = None
    build_relief_days: float | None = None
    silence: Silence | None = None
    disagreement: float | None = None  # of Little's law, or the factor between the halves
    disagreeing: str = ""  # the name of the number that drifts

    @property
    def speaks(self) -> bool:
        return self.silence is None


def find_constraint(
    given: Mapping[str, Given],
    *,
    relief: Mapping[str, float],
    utilization: Mapping[str, float],
    next_after_relief: Mapping[str, str],
    queue_growth: float | None = None,
) -> Verdict:
    """`relief` is days per stage, empty where the model does not know the team well enough; `utilization` per stage."""
    if doubt := doubt_about(given, queue_growth):
        return doubt
    readings = {"waiting": waiting_of(given), "relief": dict(relief), "reported": reported_of(given)}
    if not readings["waiting"] and not readings["relief"]:
        return Verdict(silence=Silence.NOT_MEASURED, missing=tuple(n for n, found in readings.items() if not found))
    scores = scored(readings)
    if not scores[0].score:  # nothing waits and nothing would be bought anywhere
        return Verdict(silence=Silence.NOT_MEASURED, scores=scores)
    top, second = scores[0], scores[1] if len(scores) > 1 else None
    margin = (top.score - (second.score if second else 0.0)) / top.score
    wait = next((given[name] for name, stage in WAITS.items() if stage == top.stage and name in given), None)
    return Verdict(
        stage=top.stage,
        confidence=_confidence(margin, top, second),
        margin=margin,
        runner_up=second.stage if second else "",
        next_after_relief=next_after_relief.get(top.stage, ""),
        is_policy=is_policy(top.stage, utilization),
        scores=scores,
        missing=tuple(name for name, found in readings.items() if not found),
        wait_days=wait.value if wait else None,
        wait_p75_days=wait.p75 if wait else None,
        wait_n=wait.n if wait else 0,
        wait_window_days=wait.window_days if wait else 0,
        relief_days=relief.get(top.stage),
        build_relief_days=relief.get("build"),
    )


def doubt_about(given: Mapping[str, Given], queue_growth: float | None) -> Verdict | None:
    """A verdict that refuses to speak when the numbers do not describe one steady system."""
    names = ("open_changes", "changes_per_day", "time_in_review_mean_days")
    if all(name in given and given[name].value > 0 for name in names):
        off = little.disagreement(*(given[name].value for name in names))
        if off > little.TOLERANCE:
            return Verdict(silence=Silence.LITTLE, disagreement=off)
    if queue_growth is not None and abs(queue_growth) > QUEUE_GROWTH:
        return Verdict(silence=Silence.NOT_STATIONARY, disagreement=queue_growth, disagreeing="queue_growth")
    for name in HALVES:
        first, second = given.get(f"{name}_first_half"), given.get(f"{name}_second_half")
        if first and second and min(first.value, second.value) > 0:
            factor = max(first.value, second.value) / min(first.value, second.value)
            if factor > DRIFT:
                return Verdict(silence=Silence.NOT_STATIONARY, disagreement=factor, disagreeing=name)
    return None


def waiting_of(given: Mapping[str, Given]) -> dict[str, float]:
    """Days of waiting in front of each stage that was measured: the middle of P50 and P75."""
    found: dict[str, float] = {}
    for name, stage in WAITS.items():
        if wait := given.get(name):
            found[stage] = (wait.value + (wait.p75 if wait.p75 is not None else wait.value)) / 2
    return found


def reported_of(given: Mapping[str, Given]) -> dict[str, float]:
    """How far below the best answer people place each stage: 0 to 1."""
    return {stage: (5 - given[name].value) / 4 for name, stage in REPORTED_STAGES.items() if name in given}


def scored(readings: Mapping[str, Mapping[str, float]]) -> tuple[StageScore, ...]:
    """Stages by score; each reading scaled to its own top, weights spread over the readings that know the stage.

    Only stages that waiting or the model knows are ranked: what people report supports a finding, it makes none.
    """
    scaled = {}
    for name, by_stage in readings.items():
        most = max(by_stage.values(), default=0.0)
        if most > 0:
            scaled[name] = {stage: max(0.0, value) / most for stage, value in by_stage.items()}
    known = {*readings["waiting"], *readings["relief"]}
    rows = []
    for stage in (stage for stage in STAGES if stage in known):
        found = {name: by_stage[stage] for name, by_stage in scaled.items() if stage in by_stage}
        weight = fsum(WEIGHTS[name] for name in found)
        score = fsum(WEIGHTS[name] * value for name, value in found.items()) / weight if weight else 0.0
        rows.append(StageScore(stage, score, found))
    return tuple(sorted(rows, key=lambda row: (-row.score, STAGES.index(row.stage))))


def is_policy(stage: str, utilization: Mapping[str, float]) -> bool:
    """A window or an approval is a rule; so is a wait in front of people or machines that are not busy."""
    if stage == "release":
        return True
    return stage in utilization and utilization[stage] < BUSY


def _confidence(margin: float, top: StageScore, second: StageScore | None) -> Confidence:
    """From the margin; one word lower when a reading of the top stage is missing or nothing else is known."""
    word = Confidence.CLEAR if margin > CLEAR else Confidence.LIKELY if margin >= LIKELY else Confidence.TWO_CANDIDATES
    whole = second is not None and len(top.readings) == len(WEIGHTS)
    return word if whole else LOWER.get(word, word)
