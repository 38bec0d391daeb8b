"""What a reader outside the team may learn: parts of the gathered data are taken out before anything is worded.

The same code that words and folds for the pages then finds nothing to say, so no template decides what is left out.
"""

from dataclasses import replace

from assessment.domain.scoring.types import PracticeScore, SurveySummary
from reports.domain.remarks import remarks_for
from reports.domain.report_data.gather import Gathered, Seat
from reports.models import Profile

NO_ONE = (0, 0, 0, 0, 0)


def redacted(gathered: Gathered, profile: str) -> Gathered:
    """The team's own report has everything its pages show.

    For the board: no role apart, no count of people by level, no record of a workshop. For a client also: no name of a
    repository, no scope note and no note against a cap or a reading. Both read only texts meant for them.
    """
    if profile == Profile.TEAM:
        return gathered
    without_roles = replace(
        gathered,
        is_for_team=False,
        workshop=None,
        remarks=remarks_for(gathered.remarks, profile),
        card=replace(
            gathered.card,
            practices=tuple(_without_groups(score) for score in gathered.card.practices),
            contested_caps=() if profile == Profile.CLIENT else gathered.card.contested_caps,
        ),
        seats=tuple(Seat(roles=(), answered=seat.answered, finished=seat.finished) for seat in gathered.seats),
    )
    return _without_repositories(without_roles) if profile == Profile.CLIENT else without_roles


def _without_groups(score: PracticeScore) -> PracticeScore:
    return replace(score, role_gaps=(), blind_roles=(), summary=_without_counts(score.summary))


def _without_counts(summary: SurveySummary | None) -> SurveySummary | None:
    return None if summary is None else replace(summary, distribution=NO_ONE, roles=())


def _without_repositories(gathered: Gathered) -> Gathered:
    names = {name: str(place) for place, name in enumerate(gathered.repositories, start=1)}
    return replace(
        gathered,
        readings={
            signal: replace(read, source="", examples=(), parts=()) for signal, read in gathered.readings.items()
        },
        skips=tuple(replace(skip, repository=names.get(skip.repository, "")) for skip in gathered.skips),
        repositories=tuple(names.values()),
        contested={},
        notes={},
        scope_note="",
    )
