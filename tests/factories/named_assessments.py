"""Three whole assessments made by the product's own steps: asked, answered, measured, set, scored and closed.

`rich` knows everything there is to know, `sparse` three people and no repository, `contradictory` a team whose words
and repository say opposite things. The same call gives the same evidence, so a report has one golden text.
"""

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass, replace

from assessment.domain.evidence import contest_evidence, current_result, record_evidence, rescore
from assessment.domain.flow_inputs import set_flow_inputs
from assessment.domain.lifecycle import close_assessment, create_assessment, open_assessment
from assessment.domain.scoring.types import SignalReading
from assessment.maturity.loader import model_of
from assessment.models import EvidenceSource
from reports.domain.demonstration_voices import COMMENTS, FLOW, VOICES, answers_of
from surveys.domain.summarize import summarize_survey
from surveys.models import Answer, Participant, ParticipantState, PracticeComment, Survey
from tests.factories.accounts import TeamFactory, UserFactory

MEASURED_ON = dt.date(2026, 9, 30)
OBSERVED_AT = dt.datetime(2026, 9, 30, 23, 59, tzinfo=dt.UTC)
NOTE = "The share counts generated lock files; without them it is half of that."


@dataclass(frozen=True)
class Told:
    """How an assessment is filled: whose voices, levels added to them, and at which levels signals are read."""

    title: str
    n_voices: int = 9
    bias: float = 0.0
    signal_levels: tuple[int, ...] = ()
    has_flow: bool = False


STORIES = {
    "rich": Told("Everything known", signal_levels=(2, 3, 4), has_flow=True),
    "sparse": Told("Three people and no repository", n_voices=3),
    "contradictory": Told("Words against traces", bias=1.6, signal_levels=(1,)),
}


def named_result(name, *, organization="Northwind", team="Payments"):
    """The result of one of the stories, its assessment closed."""
    told = STORIES[name]
    assessment = create_assessment(
        TeamFactory(name=team, organization__name=organization),
        title=told.title,
        period_start_on=dt.date(2026, 7, 1),
        period_end_on=MEASURED_ON,
        scope_note="The payment service and its two libraries.",
        by=None,
    )
    open_assessment(assessment)
    summarize_survey(_answered(assessment, told))
    if told.signal_levels:
        _measured(assessment, told.signal_levels)
    if told.has_flow:
        set_flow_inputs(assessment, dict(FLOW), by=None)
        contest_evidence(assessment, signal="size_p75", note=NOTE, by=UserFactory(name="Ada"))
    close_assessment(assessment)
    rescore(assessment)
    return current_result(assessment)


def _answered(assessment, told):
    survey = Survey.objects.create(assessment=assessment)
    model = model_of(assessment.maturity_model)
    for voice in VOICES[: told.n_voices]:
        seat = Participant.objects.create(
            survey=survey,
            label=voice.label,
            roles=list(voice.roles),
            state=ParticipantState.FINISHED,
            finished_at=assessment.opened_at,
        )
        Answer.objects.bulk_create(
            Answer(participant=seat, question=given.question, kind=given.kind, level=given.level)
            for given in answers_of(replace(voice, bias=voice.bias + told.bias), model)
        )
        if told.has_flow:
            PracticeComment.objects.bulk_create(
                PracticeComment(participant=seat, practice=practice, text=text) for practice, text in COMMENTS.items()
            )
    return survey


def _measured(assessment, levels):
    """Every signal of the maturity model, read at one of these levels."""
    model = model_of(assessment.maturity_model)
    for signal, about in model.signals.items():
        reading = SignalReading(
            signal=signal,
            n=max(3 * about.min_n, 40),
            value=_value(signal, about, levels),
            grade=_grade(signal, about, levels),
            window_days=about.window_days,
            unit=about.unit,
            observed_on=MEASURED_ON.isoformat(),
            source="payments-core",
        )
        practices = [p.id for p in model.practices() if any(link.signal == signal for link in p.evidence)]
        for practice in practices or [""]:
            record_evidence(
                assessment,
                source=EvidenceSource.METRIC,
                practice=practice,
                signal=signal,
                content=asdict(reading),
                n=reading.n,
                observed_at=OBSERVED_AT,
            )


def _value(signal, about, levels):
    if about.grades:
        return None
    if not about.thresholds:
        return 0.12 if about.unit.startswith("share") else 6.5
    wanted = levels[_chance(signal) % len(levels)]
    reached = [level for level in about.thresholds if level <= wanted]
    if reached:
        return float(about.thresholds[max(reached)])
    first = float(about.thresholds[min(about.thresholds)])
    return first * 3 if about.better == "lower" else first / 3


def _grade(signal, about, levels):
    if not about.grades:
        return None
    grades = sorted(about.grades, key=lambda grade: about.grades[grade])
    return grades[0] if max(levels) == 1 else grades[_chance(signal) % len(grades)]


def _chance(word):
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
