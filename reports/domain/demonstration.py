"""A believable finished assessment with made-up voices, to show what Headwater is about.

What is measured is a made-up repository, written for it, or one that the operator names.

Everything it makes carries `is_demo`; what an earlier run made of the same repository is replaced, never doubled.
"""

import datetime as dt
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from accounts.domain.demonstration import demonstration_organization
from accounts.models import Team
from assessment.domain.evidence import rescore
from assessment.domain.flow_inputs import set_flow_inputs
from assessment.domain.lifecycle import close_assessment, create_assessment, open_assessment
from assessment.maturity.loader import model_of
from assessment.models import Assessment
from core.jobs import claim_job
from core.models import JobState
from core.refusals import Invalid, Refused
from metrics.clients.git.clone import Copy, share_folder
from metrics.clients.git.history import read_mainline
from metrics.clients.git.process import GitError, Limits
from metrics.clients.git.written import write_repository
from metrics.domain.collect import heartbeat, store
from metrics.domain.measure import measure
from metrics.domain.repositories import name_of
from metrics.models import Collection, Repository, RepositoryKind
from reports.domain.demonstration_voices import COMMENTS, FIX_FIRST, FLOW, VOICES, Voice, answers_of
from reports.domain.made_up import NAME, history_of
from reports.domain.render import render_report, request_report
from reports.models import Report
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer, Participant, ParticipantState, PracticeComment, Survey

PERIOD_DAYS = 90
MEASURED = "Demonstration data: nine made-up people, a made-up flow, real measurements of the repository."
ALL_MADE_UP = "Demonstration data: nine made-up people, a made-up flow, measurements of a made-up repository."


@dataclass(frozen=True)
class Demonstration:
    """What was made: the assessment, the address of its result page, and the file of its report."""

    assessment: Assessment
    page: str
    pdf: Path


def write_made_up(*, until: dt.date) -> Path:
    """The made-up repository whose history ends on the day, where repositories are attached from by default."""
    limits = Limits.of_seconds(settings.COLLECTION_TIME_LIMIT_S)
    return write_repository(made_up_place(), history_of(until), limits=limits)


def made_up_place() -> Path:
    return settings.DATA_DIR / "repositories" / NAME


def last_of_a_month(today: dt.date) -> dt.date:
    """The last day of the month before: the made-up history is the same for a month, and never old."""
    return today.replace(day=1) - dt.timedelta(days=1)


def build_demonstration(folder: Path | None = None) -> Demonstration:
    """Make or remake the demonstration of one git repository, measured up to the day of its last change.

    Without a folder it is that of the made-up repository, measured up to the end of a month: where that is a weekend,
    its last change is older.

    The operator chose the folder, so it need not lie under REPOSITORY_ROOTS. Raises Refused when it cannot be read.
    """
    limits = Limits.of_seconds(settings.COLLECTION_TIME_LIMIT_S)
    month_end = last_of_a_month(dt.datetime.now(dt.UTC).date())
    is_made_up = folder is None
    folder = folder or write_made_up(until=month_end)
    if not folder.is_dir():
        raise Invalid(f"{folder} is not a folder; give the folder of a git checkout.")
    with tempfile.TemporaryDirectory(prefix="headwater-demo-") as place:
        try:
            copy = share_folder(folder, Path(place) / "copy", limits=limits)
            until = month_end if is_made_up else _last_day(copy, limits)
            held = _prepare(folder, until)
            definitions = model_of(held.assessment.maturity_model).signals
            limits = Limits.of_seconds(settings.COLLECTION_TIME_LIMIT_S, tick=heartbeat(held))
            store(held, measure(copy, until=until, definitions=definitions, limits=limits))
        except GitError as error:
            raise Invalid(f"{folder}: {error.sentence}") from error
    close_assessment(held.assessment)
    return Demonstration(
        held.assessment,
        reverse("reports:result", kwargs={"assessment": held.assessment.public_id}),
        _report_of(held.assessment),
    )


def _last_day(copy: Copy, limits: Limits) -> dt.date:
    today = dt.datetime.now(dt.UTC).date()
    mainline = read_mainline(copy, limits=limits) if copy.head else []
    return min([today, *(commit.committed_at.date() for commit in mainline[:1])])


@transaction.atomic
def _prepare(folder: Path, until: dt.date) -> Collection:
    """The team, its assessment with nine finished seats, and a collection that this process holds."""
    team = _team_of(folder)
    team.assessments.all().delete()
    assessment = _assessment_of(team, until, note=ALL_MADE_UP if folder == made_up_place() else MEASURED)
    summarize_survey(_survey_of(assessment))
    set_flow_inputs(assessment, dict(FLOW), by=None)
    repository, _ = Repository.objects.update_or_create(
        team=team,
        location=str(folder),
        defaults={"name": name_of(str(folder)), "kind": RepositoryKind.LOCAL, "is_demo": True},
    )
    row = Collection.objects.create(repository=repository, assessment=assessment, until_on=until)
    held = claim_job(Collection, row.pk)
    if held is None:
        raise Refused("Another process took the demonstration's collection. Run the command again.")
    return held


def _report_of(assessment: Assessment) -> Path:
    """Render in this process and lay a copy where a person finds it."""
    report = request_report(rescore(assessment), by=None)
    held = claim_job(Report, report.pk)
    if held is None:
        raise Refused("A worker is already making this report. Run the command again in a minute.")
    render_report(held)
    report.refresh_from_db()
    if report.state != JobState.DONE:
        raise Refused(f"The report could not be made: {report.error}")
    target = settings.DATA_DIR / "demonstration" / (slugify(assessment.team.name) or "repository") / "report.pdf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with report.file.open("rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target


def _team_of(folder: Path) -> Team:
    team, _ = Team.objects.get_or_create(
        organization=demonstration_organization(), name=name_of(str(folder)), defaults={"is_demo": True}
    )
    return team


def _assessment_of(team: Team, until: dt.date, *, note: str) -> Assessment:
    assessment = create_assessment(
        team,
        title=f"Demonstration to {until:%d %B %Y}",
        period_start_on=until - dt.timedelta(days=PERIOD_DAYS),
        period_end_on=until,
        scope_note=note,
        by=None,
    )
    # The same repository and day keep their address, so a bookmark survives a second run.
    assessment.public_id = uuid.uuid5(team.public_id, until.isoformat())
    assessment.save(update_fields=["public_id"])
    open_assessment(assessment)
    return assessment


def _survey_of(assessment: Assessment) -> Survey:
    survey = Survey.objects.create(assessment=assessment)
    for place, voice in enumerate(VOICES):
        _seat(survey, voice, fix_first=FIX_FIRST[place] if place < len(FIX_FIRST) else "")
    commenters = survey.participants.order_by("pk")[: len(COMMENTS)]
    PracticeComment.objects.bulk_create(
        PracticeComment(participant=seat, practice=practice, text=text)
        for seat, (practice, text) in zip(commenters, COMMENTS.items(), strict=True)
    )
    return survey


def _seat(survey: Survey, voice: Voice, *, fix_first: str) -> None:
    model = model_of(survey.assessment.maturity_model)
    seat = Participant.objects.create(
        survey=survey,
        label=voice.label,
        roles=list(voice.roles),
        state=ParticipantState.FINISHED,
        finished_at=survey.assessment.opened_at,
        fix_first=fix_first,
    )
    Answer.objects.bulk_create(
        Answer(participant=seat, question=given.question, kind=given.kind, level=given.level)
        for given in answers_of(voice, model)
    )
