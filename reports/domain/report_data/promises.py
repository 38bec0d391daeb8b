"""What the last roadmap aimed at and what this assessment found, in words."""

from assessment.domain.follow.confront import Came, Confronted, confront
from assessment.domain.scored import score_card_of
from assessment.domain.scoring.types import ScoreCard
from assessment.domain.team_roadmap import TeamRoadmap
from core.language import gettext, gettext_noop
from reports.domain.report_data.appendix_types import PromiseRow
from reports.domain.report_data.plan import STATUS

CAME = {
    Came.REACHED: gettext_noop("Reached"),
    Came.ON_THE_WAY: gettext_noop("Risen, not as far as aimed at"),
    Came.NOT_YET: gettext_noop("Not risen"),
    Came.NOT_KNOWN: gettext_noop("Not known this time"),
}


def promises_kept(plan: TeamRoadmap, card: ScoreCard) -> tuple[PromiseRow, ...]:
    """Each action of the earlier plan that was taken on, against the levels of the later card."""
    now = {score.practice: score.staged_level for score in card.practices}
    before = {score.practice: score.staged_level for score in score_card_of(plan.result).practices}
    names = {practice.id: practice.name for practice in plan.model.practices()}
    return tuple(_row(one, names) for one in confront(plan.roadmap.steps, plan.decisions, before=before, now=now))


def _row(one: Confronted, names: dict[str, str]) -> PromiseRow:
    unknown = "\N{EN DASH}"
    return PromiseRow(
        title=one.title,
        practice=names.get(one.practice, one.practice),
        status=gettext(STATUS[one.status]),
        before=str(one.before or unknown),
        aimed=str(one.aimed),
        now=str(one.now or unknown),
        came=gettext(CAME[one.came]),
        is_reached=one.came is Came.REACHED,
    )
