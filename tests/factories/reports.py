"""Score cards and roadmaps by hand, in every state the pages must survive."""

import dataclasses
import datetime as dt

import factory

from assessment.domain.roadmap_types import Deferred, Horizon, Roadmap, RoadmapStep, StepKind
from assessment.domain.scoring.types import (
    ControlStage,
    DimensionScore,
    EvidenceScore,
    Overall,
    PracticeScore,
    Reason,
    RoleVoice,
    ScoreCard,
    SelfReport,
    SignalBand,
    State,
    SurveySummary,
)
from assessment.models import Result
from reports.models import Report
from tests.factories.assessment import AssessmentFactory
from tests.factories.scoring import shipped_model

MODEL = shipped_model()
STATES = (
    State.ALIGNED,
    State.CONTRADICTION,
    State.SELF_REPORT_ONLY,
    State.TENSION,
    State.NOT_KNOWN,
    State.ALIGNED,
    State.ALIGNED,
)


def survey_summary(practice: str, *, value: float | None = 3.2, **changes) -> SurveySummary:
    summary = SurveySummary(
        practice=practice,
        value=value,
        n=9,
        n_effective=8.4,
        variance=0.5,
        average_deviation=0.5,
        n_invited=11,
        n_questions=2,
        n_answered=16,
        n_dont_know=2,
        n_not_applicable=0,
        reach=(1.0, 0.9, 0.6, 0.2, 0.0),
        distribution=(0, 2, 4, 3, 0),
        roles=(RoleVoice("engineer", 5, 3.0, 0, 8), RoleVoice("leader", 1, None, 0, 1)),
    )
    return dataclasses.replace(summary, **changes)


def signal_band(signal: str, *, said: float | None, role: str = "direct", **changes) -> SignalBand:
    about = MODEL.signals[signal]
    graded = about.kind == "grades"
    low, high = (1.0, 2.0) if graded else (1.6, 2.6)
    band = SignalBand(
        signal=signal,
        role=role,
        n=214,
        value=None if graded else 0.34,
        grade=next(iter(about.grades)) if graded else None,
        window_days=about.window_days,
        unit=about.unit,
        level=None if graded else 2.1,
        low=low,
        high=high,
        clipped=None if said is None else min(max(said, low), high),
        weight=4.7,
    )
    return dataclasses.replace(band, **changes)


def practice_score(practice: str, state: State = State.ALIGNED, **changes) -> PracticeScore:
    """A practice in one of the six states, with numbers that agree with each other."""
    about = next(p for p in MODEL.practices() if p.id == practice)
    dimension = next(d.id for d in MODEL.dimensions if about in d.practices)
    gap = {State.ALIGNED: 0.3, State.TENSION: 1.1, State.CONTRADICTION: 2.1}.get(state)
    said = None if state == State.NOT_ASKED else (4.2 if state == State.CONTRADICTION else 3.2)
    known = state not in {State.NOT_ASKED, State.NOT_KNOWN}
    plan = (
        None
        if not known or said is None
        else round(said - (gap or 0.0) * (1 if state == State.CONTRADICTION else 0.5), 2)
    )
    bands = tuple(signal_band(link.signal, said=said, role=link.role) for link in about.evidence[:3]) if gap else ()
    if bands:
        bands = (*bands[:-1], dataclasses.replace(bands[-1], weight=0.0, dropped="n is 4, under a quarter of 30"))
    score = PracticeScore(
        practice=practice,
        name=about.name,
        dimension=dimension,
        self_report=None if said is None else SelfReport(said, 9, 8.4, said - 0.4, said + 0.4, 0.3, 0.5, 0.89),
        evidence=EvidenceScore(said - gap, 0.32, supports=True) if gap and said else None,
        gap=gap,
        state=state,
        support="supported" if state == State.ALIGNED else "",
        split=False,
        planning_score=plan,
        standard_error=None if plan is None else 0.3,
        range=None
        if plan is None or said is None
        else ((said - (gap or 0), said) if gap and gap > 1.5 else (plan - 0.4, plan + 0.4)),
        staged_level=None if plan is None else max(1, int(plan + 0.25)),
        held_back_by=(Reason("cap", "Limited by a named fact.", practice, level=2),) if about.caps and known else (),
        bands=bands,
        reasons=(
            Reason("self_report", f"Nine people place it at {said}.", practice),
            *(
                Reason("cap", f"Capped at 2: {cap.because}", practice, level=cap.max_level, cap=0)
                for cap in about.caps[:1]
            ),
        ),
        role_gaps=(("leader", "engineer", 1.3),) if practice == "RV2" else (),
        blind_roles=(("security", 0.6),) if practice == "EN5" else (),
        summary=None if said is None else survey_summary(practice, value=said),
    )
    return dataclasses.replace(score, **changes)


def split_score(practice: str) -> PracticeScore:
    return practice_score(
        practice,
        State.SELF_REPORT_ONLY,
        split=True,
        summary=survey_summary(practice, distribution=(4, 0, 0, 1, 4), average_deviation=1.4),
    )


def dimension_scores(practices: tuple[PracticeScore, ...]) -> tuple[DimensionScore, ...]:
    return tuple(_dimension(about, [p for p in practices if p.dimension == about.id]) for about in MODEL.dimensions)


def _dimension(about, practices) -> DimensionScore:
    known = [p for p in practices if p.planning_score is not None]
    lowest = min(known, key=lambda p: p.planning_score, default=None)
    score = sum(p.planning_score for p in known) / len(known) if len(known) * 10 >= len(practices) * 6 else None
    return DimensionScore(
        dimension=about.id,
        name=about.name,
        counts_in_index=about.counts_in_index,
        score=score,
        range=None if score is None else (score - 0.3, score + 0.3),
        staged_level=None if score is None else lowest.staged_level,
        known_weight=len(known) / len(practices),
        held_back_by=(Reason("keystone", f"{lowest.name} is lowest.", lowest.practice),) if lowest and score else (),
    )


def score_card(practices: tuple[PracticeScore, ...] | None = None, **changes) -> ScoreCard:
    """All 23 practices, mixed states unless given."""
    if practices is None:
        practices = tuple(
            split_score(about.id) if i % 9 == 8 else practice_score(about.id, STATES[i % len(STATES)])
            for i, about in enumerate(MODEL.practices())
        )
    known = any(p.planning_score is not None for p in practices)
    card = ScoreCard(
        model=f"{MODEL.meta.id} {MODEL.meta.version}",
        scorer_version="1",
        practices=practices,
        dimensions=dimension_scores(practices),
        overall=Overall(2.6, 2.8, 1, "REV", 1.4, 0.12, True)
        if known
        else Overall(None, None, None, "", None, None, None),
        control_profile=tuple(
            ControlStage(stage.id, stage.name, 0.2 + 0.09 * stage.order if known else None, 0.75)
            for stage in MODEL.stages
        ),
        tilt=-0.24 if known else None,
        target_tilt=0.05,
        blind_spots=tuple(p.practice for p in practices if p.state == State.NOT_KNOWN),
    )
    return dataclasses.replace(card, **changes)


def roadmap_step(action_id: str, horizon: Horizon = Horizon.NOW, **changes) -> RoadmapStep:
    practice = next(p for p in MODEL.practices() if any(a.id == action_id for a in p.actions))
    action = next(a for a in practice.actions if a.id == action_id)
    start = {Horizon.NOW: 0, Horizon.NEXT: 31, Horizon.LATER: 91}[horizon]
    step = RoadmapStep(
        id=action.id,
        kind=StepKind.ACTION,
        practice=practice.id,
        title=action.title,
        outcome=action.outcome,
        horizon=horizon,
        owner=action.owner,
        effort=action.effort,
        effort_days=MODEL.effort_scale[action.effort].planning_days,
        starts_on_day=start,
        ends_on_day=start + 14,
        value=0.4,
        priority=0.2,
        from_level=action.moves.from_level,
        to_level=action.moves.to_level,
        prerequisites=tuple((need.practice, need.level, False) for need in action.prereqs),
        waits_for=(),
        unlocks=(),
        clears_cap=False,
        on_constraint=False,
        indicator_signal=action.indicator.signal,
        indicator_watch=action.indicator.watch,
        backing=action.backing,
        why=("It moves the lowest keystone.",),
    )
    return dataclasses.replace(step, **changes)


def settle_step(practice: str) -> RoadmapStep:
    name = next(p.name for p in MODEL.practices() if p.id == practice)
    return roadmap_step(
        f"{practice}-A1",
        id=f"settle-{practice}",
        kind=StepKind.SETTLE,
        title=f"Settle it: which reading of {name} is right?",
        outcome="People and evidence agree on one reading.",
        effort="half a day",
        effort_days=0.5,
        ends_on_day=1,
        indicator_signal=None,
        indicator_watch="the two readings are less than 0.75 apart",
        prerequisites=(),
        backing=(),
    )


def roadmap(*steps: RoadmapStep, constraint: str | None = "EN1") -> Roadmap:
    return Roadmap(
        constraint_practice=constraint,
        constraint_reason="Merge gate is the lowest keystone." if constraint else "",
        steps=steps,
        not_now=(
            Deferred("SP1-A4", "SP1", "Trace rework back to the criterion that was missing", "its step starts at 4"),
        ),
    )


def full_roadmap() -> Roadmap:
    """Three columns with prerequisites between and inside them."""
    return roadmap(
        settle_step("SP2"),
        settle_step("RV4"),
        roadmap_step("EN1-A1", on_constraint=True, unlocks=("EN1-A2", "SP1-A3")),
        roadmap_step("SP1-A1"),
        roadmap_step("SP1-A2", Horizon.NEXT, waits_for=("SP1-A1",)),
        roadmap_step("EN1-A2", Horizon.NEXT, waits_for=("EN1-A1",)),
        roadmap_step("SP2-A1", Horizon.NEXT, waits_for=("SP1-A1", "settle-SP2")),
        roadmap_step("SP1-A3", Horizon.LATER, waits_for=("SP1-A2", "EN1-A2")),
        roadmap_step("SP3-A1", Horizon.LATER),
    )


class ResultFactory(factory.django.DjangoModelFactory):
    """A result with all practices in mixed states; pass card= and plan= for others."""

    class Meta:
        model = Result

    class Params:
        card = factory.LazyFunction(score_card)
        plan = factory.LazyFunction(full_roadmap)

    assessment = factory.SubFactory(AssessmentFactory)
    digest = factory.Sequence(lambda n: f"{n:064x}")
    scorer_version = "1"
    created_at = dt.datetime(2026, 10, 2, 9, 30, tzinfo=dt.UTC)
    score = factory.LazyAttribute(lambda o: plain(o.card))
    roadmap = factory.LazyAttribute(lambda o: plain(o.plan))


class ReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Report

    result = factory.SubFactory(ResultFactory)
    template_version = "1"
    requested_by = None


def plain(value) -> dict:
    """As the scorer stores it."""
    return dataclasses.asdict(value)
