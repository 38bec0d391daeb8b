"""What is judged: the maturity model, an assessment that pins it, the evidence about it and its results."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from core.models import PublicModel, TimestampedModel


class MaturityModel(TimestampedModel):
    """One loaded version of a maturity model file. Immutable: an assessment pins the row for ever."""

    slug = models.SlugField(max_length=60)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "version", "digest"], name="maturity_model_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise ValueError("A loaded maturity model never changes; load a new version beside it.")
        super().save(*args, **kwargs)


class AssessmentState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open for answers")
    CLOSED = "closed", _("Closed")


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def for_user(self, user: Any) -> "AssessmentQuerySet":
        """Assessments of the teams the person may see."""
        return self.filter(team__in=Team.objects.for_user(user))

    def open(self) -> "AssessmentQuerySet":
        return self.filter(state=AssessmentState.OPEN)


class Assessment(PublicModel):
    """One run of a maturity model for one team in one period."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="assessments")
    maturity_model = models.ForeignKey(MaturityModel, on_delete=models.PROTECT, related_name="assessments")
    title = models.CharField(max_length=120)
    period_start_on = models.DateField()
    period_end_on = models.DateField()
    scope_note = models.TextField(blank=True)
    target_profile = models.JSONField(default=dict, blank=True)  # practice id -> level aimed at, 1..5
    state = models.CharField(max_length=10, choices=AssessmentState, default=AssessmentState.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("-period_end_on", "-created_at")

    def __str__(self) -> str:
        return f"{self.team}: {self.title}"


class EvidenceSource(models.TextChoices):
    SURVEY = "survey", _("People")
    METRIC = "metric", _("Repository")
    WORKSHOP = "workshop", _("Workshop")


class Evidence(TimestampedModel):
    """What one source says about one practice; the only thing scoring reads.

    A survey row carries one summary of a practice (`content` is `SurveySummary` as a dict, `signal` empty).
    A metric row carries one signal reading (`content` is `SignalReading` as a dict). A signal listed by several
    practices has a row for each; one listed by none has a single row with an empty practice, as have facts.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence")
    source = models.CharField(max_length=10, choices=EvidenceSource)
    practice = models.CharField(max_length=20, blank=True)
    signal = models.CharField(max_length=60, blank=True)
    content = models.JSONField()
    n = models.PositiveIntegerField(default=0)
    observed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "source", "practice", "signal"], name="one_evidence_row_per_source_and_subject"
            )
        ]


class Result(PublicModel):
    """An immutable score snapshot, found again by the digest of all it was computed from."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="results")
    digest = models.CharField(max_length=64)
    scorer_version = models.CharField(max_length=20)
    score = models.JSONField()  # ScoreCard as a dict, with reasons
    roadmap = models.JSONField()  # Roadmap as a dict
    flow = models.JSONField(null=True, blank=True)  # FlowReading as a dict; null where nothing about flow was known
    inputs = models.JSONField(default=dict)  # evidence, contested caps and targets it was computed from; see ScoredFrom

    class Meta:
        ordering = ("-updated_at", "-pk")  # evidence taken back makes an earlier result the current one again
        constraints = [models.UniqueConstraint(fields=["assessment", "digest"], name="one_result_per_digest")]


class CapContest(TimestampedModel):
    """A person's note that a cap does not apply here; the cap is lifted and the note is printed."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="cap_contests")
    practice = models.CharField(max_length=20)
    cap = models.PositiveSmallIntegerField()  # index in the practice's list of caps
    note = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "practice", "cap"], name="one_contest_per_cap")]


class EvidenceContest(PublicModel):
    """A person's note that a signal reads wrong here; it is printed beside the reading, which counts all the same."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence_contests")
    signal = models.CharField(max_length=60)
    note = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "signal", "by"], name="one_note_per_signal_and_person")
        ]


class FlowOrigin(models.TextChoices):
    FACILITATOR = "facilitator", _("set by hand")
    MEASURED = "measured", _("measured")
    SURVEY = "survey", _("told by people")


class FlowInput(TimestampedModel):
    """One number about how a team's work flows, by one origin; docs/flow.md lists the names.

    A number set by hand stands beside the measured one and speaks before it, so taking it back shows the measured one.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="flow_inputs")
    name = models.CharField(max_length=60)
    origin = models.CharField(max_length=12, choices=FlowOrigin)
    value = models.FloatField()
    p75 = models.FloatField(null=True, blank=True)  # where the value is a median of durations
    n = models.PositiveIntegerField(default=0)
    window_days = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=200, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("name", "origin")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "name", "origin"], name="one_flow_input_per_origin")
        ]


class FlowScenarioQuerySet(models.QuerySet["FlowScenario"]):
    def for_user(self, user: Any) -> "FlowScenarioQuerySet":
        """Scenarios of the assessments the person may see."""
        return self.filter(assessment__in=Assessment.objects.for_user(user))


class FlowScenario(PublicModel):
    """A named what-if of one assessment: the fields of the what-if form as they were saved."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="flow_scenarios")
    name = models.CharField(max_length=80)
    values = models.JSONField()
    in_report = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = FlowScenarioQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "pk")
        constraints = [models.UniqueConstraint(fields=["assessment", "name"], name="one_scenario_per_name")]

    def __str__(self) -> str:
        return self.name


class RoadmapRevision(TimestampedModel):
    """The decisions about an assessment's roadmap after one change; the highest number is in force, none is altered.

    `content` is `Decisions` as a dict, `starts` the day of each planned action then. Undoing appends a revision with
    the content of `before`, and goes on from there.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="roadmap_revisions")
    number = models.PositiveIntegerField()
    before = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    action = models.CharField(max_length=40, blank=True)
    content = models.JSONField()
    starts = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["assessment", "number"], name="one_revision_per_number")]
