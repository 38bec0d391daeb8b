"""One team in a panel of its own, worked out of its last closed result and the one before, and of nothing else."""

from dataclasses import replace

from assessment.domain.flow_reading import flow_reading_of
from assessment.domain.roadmap_types import Roadmap
from assessment.domain.scored import stored_card
from assessment.domain.scoring.change import DimensionChange, dimension_changes
from assessment.domain.scoring.types import DimensionScore, ScoreCard
from assessment.maturity.loader import foreign_model_of, model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, Result
from core.figures import range_text
from core.language import gettext
from reports.charts.strip import strip
from reports.domain.other_report.rules import front_of
from reports.domain.portfolio.gather import PortfolioTeam
from reports.domain.portfolio.types import Panel, PanelStrip, PanelTable
from reports.domain.report_data.gather import Gathered
from reports.domain.report_data.since import asked_alike
from reports.domain.report_data.summary import headline_of
from reports.domain.report_data.words import period_text, score_text, signed_text

STRIP_WIDTH = 150.0


def panel_of(one: PortfolioTeam, *, names_model: bool = False) -> Panel:
    if one.result is None:
        return _by_others(one, one.other) if one.other else _empty(one)
    gathered = _light(one.result, one.card or stored_card(one.result))
    card, model = gathered.card, gathered.model
    moved = _moved(one, card, model)
    assessment = gathered.assessment
    return Panel(
        id=str(one.team.public_id),
        name=one.team.name,
        assessment=str(assessment.public_id),
        when=_when(assessment),
        title=headline_of(gathered).title,
        strips=tuple(_strip(gathered, dimension, moved.get(dimension.dimension)) for dimension in card.dimensions),
        voices=_voices(card),
        change=_change(one, moved),
        now=tuple(titles[step] for step in due_now(one.result) if step in (titles := action_titles(model))),
        missing="" if any(score.planning_score for score in card.practices) else gettext("No practice has a reading."),
        note=gettext("Maturity model: {model}.").format(model=str(assessment.maturity_model)) if names_model else "",
    )


def due_now(result: Result) -> list[str]:
    """The ids of the actions planned for the next 30 days; tasks that only settle a reading are not among them."""
    return [s["id"] for s in result.roadmap.get("steps", []) if s["horizon"] == "now" and s["kind"] == "action"]


def action_titles(model: MaturityModelFile) -> dict[str, str]:
    return {action.id: action.title for practice in model.practices() for action in practice.actions}


def holding_practices(card: ScoreCard) -> set[str]:
    """The practices that hold a dimension back, for each the first that is named."""
    return {r.practice for d in card.dimensions for r in d.held_back_by[:1] if r.practice}


def _by_others(one: PortfolioTeam, result: Result) -> Panel:
    """The finding and the table of the first page of its own report; nothing is drawn by a rule of others."""
    assessment = result.assessment
    front = front_of(foreign_model_of(assessment.maturity_model), result.score["card"])
    return replace(
        _empty(one),
        assessment=str(assessment.public_id),
        when=_when(assessment),
        title=front.headline.title,
        voices=front.headline.lead,
        missing="",
        note=gettext("Maturity model: {model}.").format(model=str(assessment.maturity_model)),
        table=PanelTable(front.columns, front.rows),
    )


def _when(assessment: Assessment) -> str:
    return f"{assessment.title}, {period_text(assessment.period_start_on, assessment.period_end_on)}"


def _empty(one: PortfolioTeam) -> Panel:
    missing = (
        gettext("An assessment is under way; its result stands here once it is closed.")
        if one.is_assessing
        else gettext("No closed assessment has a result yet.")
    )
    return Panel(
        id=str(one.team.public_id),
        name=one.team.name,
        assessment="",
        when="",
        title="",
        strips=(),
        voices="",
        change="",
        now=(),
        missing=missing,
        note="",
    )


def _light(result: Result, stored: ScoreCard) -> Gathered:
    """As much of a result as its headline and strips need, its names in the reader's language; asks for no row."""
    assessment = result.assessment
    model = model_of(assessment.maturity_model)
    names = {practice.id: practice.name for practice in model.practices()}
    dimensions = {dimension.id: dimension.name for dimension in model.dimensions}
    card = replace(
        stored,
        practices=tuple(replace(p, name=names.get(p.practice, p.name)) for p in stored.practices),
        dimensions=tuple(replace(d, name=dimensions.get(d.dimension, d.name)) for d in stored.dimensions),
    )
    return Gathered(
        result=result,
        assessment=assessment,
        team=assessment.team,
        organization=assessment.team.organization,
        model=model,
        card=card,
        roadmap=Roadmap(result.roadmap.get("constraint_practice"), "", (), ()),
        readings={},
        skips=(),
        repositories=(),
        measured_until="",
        seats=(),
        minimum_group=1,
        minimum_role_group=3,
        withheld="",
        contested={},
        flow=flow_reading_of(result),
    )


def _strip(gathered: Gathered, dimension: DimensionScore, moved: DimensionChange | None) -> PanelStrip:
    score, low_high = score_text(dimension.score), range_text(dimension.range)
    level = gathered.level_name(dimension.staged_level)
    says = gettext("{name}: {score}, range {range}, staged level {level}.")
    return PanelStrip(
        name=dimension.name,
        score=score,
        range=low_high,
        level=level,
        moved=signed_text(moved.after - moved.before, 1) if moved else "",
        chart=strip(
            score=dimension.score,
            low_high=dimension.range,
            staged=dimension.staged_level,
            disputed=False,
            message=says.format(name=dimension.name, score=score, range=low_high or "–", level=level),
            width=STRIP_WIDTH,
        ),
    )


def _voices(card: ScoreCard) -> str:
    """How many voices stand behind the readings of people that are shown; what is withheld counts nowhere."""
    counts = [score.self_report.n for score in card.practices if score.self_report]
    if not counts:
        return gettext("No reading of people is shown.")
    low, high = min(counts), max(counts)
    if low == high:
        return gettext("{n} voices behind each reading of people.").format(n=low)
    return gettext("{low} to {high} voices behind each reading of people.").format(low=low, high=high)


def _moved(one: PortfolioTeam, card: ScoreCard, model: MaturityModelFile) -> dict[str, DimensionChange]:
    if one.before is None or one.result is None:
        return {}
    alike = asked_alike(one.before.assessment.maturity_model, one.result.assessment.maturity_model)
    weights = {practice.id: practice.weight for practice in model.practices()}
    changes = dimension_changes(stored_card(one.before), card, weights=weights, alike=alike)
    return {change.dimension: change for change in changes if change.is_real}


def _change(one: PortfolioTeam, moved: dict[str, DimensionChange]) -> str:
    if one.before is None:
        return ""
    before = one.before.assessment.title
    if not moved:
        return gettext("Since “{title}” no dimension changed beyond its interval.").format(title=before)
    return gettext("Changes since “{title}” stand beside the score.").format(title=before)


__all__ = ["action_titles", "due_now", "holding_practices", "panel_of"]
