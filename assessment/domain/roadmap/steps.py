"""The steps of the roadmap with the sentences that explain their place."""

from collections.abc import Iterator

from assessment.domain.roadmap.refusals import quoted
from assessment.domain.roadmap.standing import Ground, Progress, Requirement, gated, requirements
from assessment.domain.roadmap.worth import CONFIDENCE, Worth, open_caps
from assessment.domain.roadmap_types import Horizon, RoadmapStep, StepKind
from assessment.domain.scoring.bands import reading_level
from assessment.domain.scoring.types import PracticeScore, SignalBand, State
from assessment.domain.scoring.words import graded, one_place, quantity
from assessment.maturity.schema import Action, Practice
from core.language import gettext, gettext_noop, list_text, number

SETTLE_DAYS = 0.5
DOUBTS = {
    State.SELF_REPORT_ONLY: gettext_noop("Its value counts {share} because the reading is self-report only."),
    State.TENSION: gettext_noop("Its value counts {share} because people and evidence are in tension."),
    State.CONTRADICTION: gettext_noop("Its value counts {share} because people and evidence contradict each other."),
}


def action_step(
    progress: Progress,
    practice: Practice,
    action: Action,
    worth: Worth,
    *,
    starts_on_day: int,
    ends_on_day: int,
    horizon: Horizon,
    constraint: PracticeScore | None,
    stage_is_known: bool = False,
) -> RoadmapStep:
    """The action at its place; `constraint` is set when it acts on the constraint or clears the way to it.

    `stage_is_known` when flow names the constraint's stage; otherwise the lowest keystone stands in for it.
    """
    ground = progress.ground
    own = progress.own[practice.id]
    waits_for = _waits_for(progress, practice, action)
    today = gated(ground.model, ground.today)
    needs = requirements(ground.model, practice, action, ground.today[practice.id])
    return RoadmapStep(
        id=action.id,
        kind=StepKind.ACTION,
        practice=practice.id,
        title=action.title,
        outcome=action.outcome,
        horizon=horizon,
        owner=action.owner,
        effort=action.effort,
        effort_days=worth.effort_days,
        starts_on_day=starts_on_day,
        ends_on_day=ends_on_day,
        value=worth.value,
        priority=worth.priority,
        from_level=max(action.moves.from_level, own),
        to_level=action.moves.to_level,
        prerequisites=tuple((need.practice, need.level, need.is_met(today)) for need in needs),
        waits_for=waits_for,
        unlocks=worth.unlocks,
        clears_cap=worth.clears_cap,
        on_constraint=constraint is not None,
        indicator_signal=action.indicator.signal,
        indicator_watch=action.indicator.watch,
        backing=action.backing,
        why=(
            *_why_near(practice, constraint, stage_is_known=stage_is_known),
            *_why(progress, practice, action, worth, waits_for),
        ),
    )


def _why_near(practice: Practice, constraint: PracticeScore | None, *, stage_is_known: bool) -> Iterator[str]:
    if constraint is None:
        return
    if stage_is_known:
        yield gettext("It acts on the stage that sets the pace, or clears the way there.")
    elif constraint.practice == practice.id:
        yield gettext("It acts on the lowest keystone, {practice}.").format(practice=practice.name)
    else:
        yield gettext("It clears the way for the lowest keystone, {practice}.").format(practice=constraint.name)


def _waits_for(progress: Progress, practice: Practice, action: Action) -> tuple[str, ...]:
    """The earlier steps that brought what was not there today: prerequisites, gates and the level to start from."""
    needs = [
        Requirement(practice.id, action.moves.from_level),
        *requirements(progress.ground.model, practice, action, progress.own[practice.id]),
    ]
    brought = (progress.brought_by.get((need.practice, need.level)) for need in needs)
    return tuple(dict.fromkeys(step for step in brought if step))


def _why(
    progress: Progress,
    practice: Practice,
    action: Action,
    worth: Worth,
    waits_for: tuple[str, ...],
) -> Iterator[str]:
    score = progress.ground.scores[practice.id]
    start = max(action.moves.from_level, progress.own[practice.id])
    told = gettext("It leads {practice} from level {start} towards {aim} for about {days} person-days.")
    yield told.format(
        practice=practice.name, start=start, aim=action.moves.to_level, days=number(f"{worth.effort_days:g}")
    )
    if waits_for:
        titles = {each.id: each.title for _, each in progress.ground.actions}
        told = gettext("It starts after {steps}, because it needs what comes from there.")
        yield told.format(steps=list_text([quoted(titles[step]) for step in waits_for]))
    if worth.clears_cap:
        told = gettext("It is the way past a fact that limits {practice} to level {level}.")
        yield told.format(practice=practice.name, level=min(open_caps(progress, practice.id)))
    if score.state in DOUBTS:
        yield gettext(DOUBTS[score.state]).format(share=number(f"{CONFIDENCE[score.state]:g}"))


def settle_steps(ground: Ground, *, lanes: int) -> Iterator[RoadmapStep]:
    """Half a day of looking together for each contradiction, the widest first."""
    torn = [score for score in ground.scores.values() if score.state is State.CONTRADICTION]
    for order, score in enumerate(sorted(torn, key=lambda score: (-abs(score.gap or 0.0), score.practice))):
        yield _settle_step(ground, score, day=order // lanes)


def _settle_step(ground: Ground, score: PracticeScore, *, day: int) -> RoadmapStep:
    practice = ground.practices[score.practice]
    loudest = _loudest(score)
    level = score.staged_level or 1
    return RoadmapStep(
        id=f"settle-{score.practice}",
        kind=StepKind.SETTLE,
        practice=score.practice,
        title=gettext("Settle what is true about {practice}").format(practice=score.name),
        outcome=gettext("People and evidence give one reading, or the difference is explained in writing."),
        horizon=Horizon.NOW,
        owner=practice.questions[0].roles.primary[0],
        effort="half a day",
        effort_days=SETTLE_DAYS,
        starts_on_day=day,
        ends_on_day=day + 1,
        value=0.0,
        priority=0.0,
        from_level=level,
        to_level=level,
        prerequisites=(),
        waits_for=(),
        unlocks=(),
        clears_cap=False,
        on_constraint=False,
        indicator_signal=loudest.signal if loudest else None,
        indicator_watch=_what_to_look_at(ground, loudest),
        backing=(),
        why=(_settle_reason(score), gettext("A contradiction is settled before anything is built on either reading.")),
    )


def _loudest(score: PracticeScore) -> SignalBand | None:
    """The weighing signal that lies furthest from what people say."""
    if score.self_report is None:
        return None
    people = score.self_report.value
    weighing = [band for band in score.bands if band.weight > 0]
    return max(weighing, key=lambda band: (abs(reading_level(band) - people), band.weight), default=None)


def _what_to_look_at(ground: Ground, band: SignalBand | None) -> str:
    if band is None:
        return gettext("five recent cases, looked at together")
    shown = graded(band.grade) if band.grade else quantity(band.value or 0.0, band.unit)
    told = gettext("five recent cases behind {signal} ({reading}), looked at together")
    return told.format(signal=ground.model.signals[band.signal].name, reading=shown)


def _settle_reason(score: PracticeScore) -> str:
    if score.self_report is None or score.evidence is None:
        return ""
    people, measured = one_place(score.self_report.value), one_place(score.evidence.value)
    told = gettext("People place it at {people}, what was measured supports {measured}.")
    return told.format(people=people, measured=measured)
