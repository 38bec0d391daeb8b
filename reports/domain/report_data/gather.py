"""Everything a report needs from the database, fetched once: a fixed number of queries whatever the size."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext

from accounts.models import Organization, Team
from assessment.domain.flow.reading import FlowReading
from assessment.domain.flow_reading import flow_reading_of
from assessment.domain.roadmap_types import Roadmap
from assessment.domain.scored import reading_of, roadmap_of
from assessment.domain.scoring.types import PracticeScore, ScoreCard, SignalReading
from assessment.domain.shown_evidence import notes_of
from assessment.domain.validity import card_today, days_over, terms_of
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile, Practice
from assessment.models import Assessment, AssessmentState, CapContest, Evidence, EvidenceSource, Result
from core.language import in_sentence
from core.models import JobState
from metrics.models import Collection, Measurement
from reports.domain.remarks import Remark, remarks_of
from reports.domain.report_data.since import Since, since
from surveys.domain.workshop.told import WorkshopRecord, workshop_record
from surveys.models import Participant, ParticipantState, Survey


@dataclass(frozen=True)
class Skip:
    signal: str
    repository: str
    reason: str


@dataclass(frozen=True)
class Seat:
    """One invited person without a name: roles, and how far they came."""

    roles: tuple[str, ...]
    answered: bool  # something, not necessarily everything
    finished: bool


@dataclass(frozen=True)
class Gathered:
    result: Result
    assessment: Assessment
    team: Team
    organization: Organization
    model: MaturityModelFile
    card: ScoreCard
    roadmap: Roadmap
    readings: Mapping[str, SignalReading]
    skips: tuple[Skip, ...]
    repositories: tuple[str, ...]
    measured_until: str  # ISO date of the latest collection, empty when none finished
    seats: tuple[Seat, ...]
    minimum_group: int
    minimum_role_group: int
    withheld: str  # why a practice without a self-report has none; empty where simply nobody answered
    contested: Mapping[tuple[str, int], str]
    flow: FlowReading | None = None
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of those who contest a signal
    workshop: WorkshopRecord | None = None
    scope_note: str = ""
    is_for_team: bool = True
    since: Since | None = None
    remarks: tuple[Remark, ...] = ()  # what people added in their own words
    stale: Mapping[str, int] = field(default_factory=dict)  # practice -> days past its term, on pages of today

    @property
    def practices(self) -> Mapping[str, Practice]:
        return {practice.id: practice for practice in self.model.practices()}

    @property
    def scores(self) -> Mapping[str, PracticeScore]:
        return {score.practice: score for score in self.card.practices}

    @property
    def role_names(self) -> Mapping[str, str]:
        return {role.id: role.name for role in self.model.roles}

    def practice_name(self, practice: str) -> str:
        known = self.practices.get(practice)
        return known.name if known else practice

    def role_in_sentence(self, role: str) -> str:
        return in_sentence(self.role_names.get(role, role))

    def signal_in_sentence(self, signal: str) -> str:
        known = self.model.signals.get(signal)
        return in_sentence(known.name if known else signal)

    def level_name(self, level: int | None) -> str:
        return gettext("not known") if level is None else self.model.level_name(level)


def gather(result: Result, *, remarks: tuple[Remark, ...] | None = None, today: dt.date | None = None) -> Gathered:
    """Collect what stands behind one result; a part that does not exist is empty, never an error.

    `remarks` are those of a certain printing; without them the newest count. With `today` what has outlived its term
    since is told; without it the result stands as it was made, which is how reports are printed.
    """
    assessment = Assessment.objects.select_related("team__organization", "maturity_model").get(pk=result.assessment_id)
    survey = Survey.objects.filter(assessment=assessment).first()
    collections = _latest_collections(assessment)
    stale = days_over(terms_of(assessment), today) if today else {}
    card = card_today(result, stale)
    return Gathered(
        result=result,
        assessment=assessment,
        team=assessment.team,
        organization=assessment.team.organization,
        model=model_of(assessment.maturity_model),
        card=card,
        roadmap=roadmap_of(result),
        flow=flow_reading_of(result),
        workshop=workshop_record(assessment),
        remarks=remarks_of(assessment) if remarks is None else remarks,
        readings=_scored_readings(card) | _stored_readings(assessment),
        skips=_skips(collections),
        repositories=tuple(sorted(collection.repository.name for collection in collections)),
        measured_until=max((collection.until_on.isoformat() for collection in collections), default=""),
        seats=_seats(survey) if survey else (),
        minimum_group=survey.minimum_group if survey else 1,
        minimum_role_group=survey.minimum_role_group if survey else 3,
        withheld=withheld(survey, assessment) if survey else "",
        notes=notes_of(assessment),
        scope_note=assessment.scope_note,
        since=since(assessment),
        stale=stale,
        contested={(row.practice, row.cap): row.note for row in CapContest.objects.filter(assessment=assessment)},
    )


def withheld(survey: Survey, assessment: Assessment) -> str:
    """What stands in place of a value that a survey with a minimum does not show."""
    if survey.minimum_group <= 1:
        return ""
    if assessment.state != AssessmentState.CLOSED:
        return gettext("Not shown yet: the answers are summed up once, when the assessment closes.")
    return gettext("Not shown: fewer than {n} people chose a level.").format(n=survey.minimum_group)


def _scored_readings(card: ScoreCard) -> dict[str, SignalReading]:
    """What the result itself remembers of each signal."""
    return {
        band.signal: SignalReading(
            signal=band.signal,
            n=band.n,
            value=band.value,
            grade=band.grade,
            window_days=band.window_days,
            unit=band.unit,
        )
        for score in card.practices
        for band in score.bands
    }


def _stored_readings(assessment: Assessment) -> dict[str, SignalReading]:
    rows = Evidence.objects.filter(assessment=assessment, source=EvidenceSource.METRIC).order_by("signal", "practice")
    return {row.signal: reading_of(row.content) for row in rows if row.signal and "signal" in row.content}


def _latest_collections(assessment: Assessment) -> list[Collection]:
    """The latest finished collection of each repository."""
    rows = Collection.objects.filter(assessment=assessment, state=JobState.DONE, is_follow_up=False)
    finished = rows.select_related("repository")
    latest: dict[int, Collection] = {}
    for collection in finished.order_by("created_at"):
        latest[collection.repository_id] = collection
    return list(latest.values())


def _skips(collections: list[Collection]) -> tuple[Skip, ...]:
    rows = (
        Measurement.objects.filter(collection__in=collections)
        .exclude(skipped="")
        .select_related("collection__repository")
    )
    return tuple(
        sorted(
            (Skip(row.signal, row.collection.repository.name, row.skipped) for row in rows),
            key=lambda skip: (skip.signal, skip.repository),
        )
    )


def _seats(survey: Survey) -> tuple[Seat, ...]:
    rows = Participant.objects.filter(survey=survey).values_list("roles", "state")
    return tuple(
        Seat(
            roles=tuple(sorted(roles)),
            answered=state != ParticipantState.INVITED,
            finished=state == ParticipantState.FINISHED,
        )
        for roles, state in rows
    )
