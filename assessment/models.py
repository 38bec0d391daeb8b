"""What is judged: the maturity model, an assessment that pins it, the evidence about it and its results."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Team
from core.models import PublicModel, TimestampedModel


def without_texts(path: str) -> tuple[str, str]:
    """What a query that brings a maturity model along defers: `model_of` parses its large texts once per process."""
    return f"{path}__content", f"{path}__source"


class MaturityModelQuerySet(models.QuerySet["MaturityModel"]):
    def for_organization(self, organization: Organization) -> "MaturityModelQuerySet":
        """What the organization may use: what it brought itself, and what is there for the whole installation."""
        return self.filter(models.Q(organization=None) | models.Q(organization=organization))

    def for_everybody(self) -> "MaturityModelQuerySet":
        return self.filter(organization=None)


class MaturityModel(TimestampedModel):
    """One loaded version of a maturity model file. Immutable: an assessment pins the row for ever."""

    slug = models.SlugField(max_length=60)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    content = models.JSONField()
    rule = models.CharField(max_length=20, default="headwater")  # how it is scored: ours, or another's own way
    source = models.TextField(blank=True)  # the file as it was, where the format is ours
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="maturity_models"
    )  # who alone may use it; nobody's is for the whole installation

    objects = MaturityModelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(organization=None), name="maturity_model_once_for_everybody"
            ),
            models.UniqueConstraint(fields=["organization", "digest"], name="maturity_model_once_per_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @property
    def is_ours(self) -> bool:
        """Whether it is in our own format, with levels, signals and a plan; else another rule scores it."""
        return self.rule == "headwater"

    @property
    def has_targets(self) -> bool:
        return self.rule in {"headwater", "samm"}

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise ValueError("A loaded maturity model never changes; load a new version beside it.")
        super().save(*args, **kwargs)


class ModelUploadQuerySet(models.QuerySet["ModelUpload"]):
    def for_user(self, user: Any) -> "ModelUploadQuerySet":
        return self.filter(organization__in=Organization.objects.for_user(user))


class ModelUpload(PublicModel):
    """A maturity model somebody sent, read and linted, until they have seen what was noticed and store it.

    `findings` is `{"errors": [...], "warnings": [...]}`, each with code, where and what, and the same by language under
    `in`. One person has one at a time.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="model_uploads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    format = models.CharField(max_length=20)
    slug = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    content = models.JSONField()
    source = models.TextField(blank=True)
    findings = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    objects = ModelUploadQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "by"], name="one_model_upload_per_person")]


class ModelTranslation(TimestampedModel):
    """The translations a published model came with, in one language: place -> [mark of the original, text]."""

    maturity_model = models.ForeignKey(MaturityModel, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=10)
    texts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["maturity_model", "language"], name="one_translation_per_language")
        ]


class ModelDraftQuerySet(models.QuerySet["ModelDraft"]):
    def for_user(self, user: Any) -> "ModelDraftQuerySet":
        """Drafts of the organizations the person belongs to; who may write them, the verb says."""
        return self.filter(organization__in=Organization.objects.for_user(user))


class ModelDraft(PublicModel):
    """A maturity model in the making: one YAML text, which may have mistakes, and its translations by language.

    `revision` rises with every save; `findings` is what the linter said then, as in `ModelUpload`.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="model_drafts")
    slug = models.CharField(max_length=60, blank=True)
    version = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    translations = models.JSONField(default=dict, blank=True)  # language -> place -> [mark of the original, text]
    findings = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    based_on = models.ForeignKey(MaturityModel, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    published_as = models.ForeignKey(MaturityModel, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ModelDraftQuerySet.as_manager()

    class Meta:
        ordering = ("-updated_at", "-pk")

    def __str__(self) -> str:
        return f"{self.title or self.slug or '?'} {self.version}".strip()

    @property
    def file_name(self) -> str:
        """Of an export, without its ending."""
        return "".join(c for c in self.slug if c.isascii() and (c.isalnum() or c in "-_")) or "model"


class AssessmentState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open for answers")
    CLOSED = "closed", _("Closed")


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def for_user(self, user: Any) -> "AssessmentQuerySet":
        """Assessments of the teams the person may see."""
        return self.filter(team__in=Team.objects.for_user(user))

    def with_model(self, *others: str) -> "AssessmentQuerySet":
        """With the row of the maturity model, but for its large texts, and of `others`."""
        return self.select_related("maturity_model", *others).defer(*without_texts("maturity_model"))

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
