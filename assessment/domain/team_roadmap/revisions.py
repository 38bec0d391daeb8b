"""The history of a roadmap: every change appends a revision, none is altered; undoing appends one too."""

from collections.abc import Callable

from django.db import transaction

from accounts.domain.audit import record
from accounts.models import User
from assessment.domain.roadmap.decisions import Decisions
from assessment.domain.team_roadmap.reading import STORED, TeamRoadmap, decisions_of, drawn, team_roadmap
from assessment.models import Assessment, RoadmapRevision
from assessment.tasks import rescore_soon
from core.language import gettext
from core.refusals import Refused


def decide(
    assessment: Assessment,
    verb: str,
    action: str | Callable[[], str],
    change: Callable[[TeamRoadmap], Decisions],
    *,
    by: User | None,
    seen: int | None = None,
) -> None:
    """Apply a change to the plan as it stands, unless somebody else decided about the same action since `seen`."""
    plan = team_roadmap(assessment)
    if plan is None:
        raise Refused(gettext("There is no result yet, so there is no roadmap to decide about."))
    if isinstance(action, str) and seen is not None and seen != plan.number:
        _check_unchanged(assessment, plan, action, seen)
    decided = change(plan)
    if decided == plan.decisions:
        return
    then = drawn(assessment, plan.result, plan.revision, decided)
    _append(
        assessment,
        verb,
        action if isinstance(action, str) else action(),
        content=STORED.dump_python(decided, mode="json"),
        starts={step.id: step.starts_on_day for step in then.actions},
        before=plan.revision,
        by=by,
        expected=plan.number,
    )


def undo(assessment: Assessment, *, by: User | None) -> None:
    """Take back the newest change; again, the one before that."""
    newest = assessment.roadmap_revisions.select_related("before").first()
    if newest is None or newest.content == _untouched(newest):
        raise Refused(gettext("There is nothing to undo."))
    target = newest.before
    _append(
        assessment,
        "undone",
        newest.action,
        content=target.content if target else _untouched(newest),
        starts=target.starts if target else {},
        before=target.before if target else None,
        by=by,
        expected=newest.number,
    )


def return_to(assessment: Assessment, number: int, *, by: User | None) -> None:
    """Bring back the plan of an earlier revision, as a new one."""
    target = assessment.roadmap_revisions.filter(number=number).first()
    newest = assessment.roadmap_revisions.first()
    if target is None or newest is None:
        raise Refused(gettext("There is no such revision."))
    _append(
        assessment,
        "returned",
        "",
        content=target.content,
        starts=target.starts,
        before=newest,
        by=by,
        expected=newest.number,
    )


@transaction.atomic
def _append(
    assessment: Assessment,
    verb: str,
    action: str,
    *,
    content: dict[str, object],
    starts: dict[str, int],
    before: RoadmapRevision | None,
    by: User | None,
    expected: int,
) -> None:
    """One more revision, unless another was added meanwhile."""
    Assessment.objects.select_for_update().get(pk=assessment.pk)
    newest = assessment.roadmap_revisions.first()
    if (newest.number if newest else 0) != expected:
        raise Refused(gettext("Somebody changed the roadmap a moment ago. Look at it and try again."))
    RoadmapRevision.objects.create(
        assessment=assessment,
        number=expected + 1,
        before=before,
        verb=verb,
        action=action,
        content=content,
        starts=starts,
        made_by=by,
    )
    record("roadmap.changed", by=by, on=assessment, team=assessment.team, change=verb, action=action or None)
    rescore_soon(assessment.pk)


def _check_unchanged(assessment: Assessment, plan: TeamRoadmap, action: str, seen: int) -> None:
    old = assessment.roadmap_revisions.filter(number=seen).first()
    if decisions_of(old).of(action) != plan.decisions.of(action):
        raise Refused(gettext("Somebody decided about this action meanwhile. Look at it and try again."))


def _untouched(revision: RoadmapRevision) -> dict[str, object]:
    begins_on = STORED.validate_python(revision.content).begins_on
    return STORED.dump_python(Decisions(begins_on), mode="json")  # type: ignore[no-any-return]  # a dict of a dataclass
