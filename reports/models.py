"""Rendered documents, reminders to owners of actions, and the tracker a team's actions go to."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from assessment.models import Assessment, Result
from core.models import Job, JobState, PublicModel, TimestampedModel


class Form(models.TextChoices):
    FULL = "full", _("Full report")
    SHORT = "short", _("Short form, two pages")
    WORKBOOK = "workbook", _("Workbook for a workshop")


class Profile(models.TextChoices):
    """For whom it is; what each may contain is decided in `reports.domain.redaction`."""

    TEAM = "team", _("The team")
    BOARD = "board", _("The board")
    CLIENT = "client", _("A client")


class Paper(models.TextChoices):
    A4 = "a4", _("A4")
    LETTER = "letter", _("US Letter")


class ReportQuerySet(models.QuerySet["Report"]):
    def for_user(self, user: Any) -> "ReportQuerySet":
        return self.filter(result__assessment__in=Assessment.objects.for_user(user))


class Report(Job):
    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="reports")
    template_version = models.CharField(max_length=20)
    language = models.CharField(max_length=8, default="en")
    form = models.CharField(max_length=10, choices=Form, default=Form.FULL)
    profile = models.CharField(max_length=10, choices=Profile, default=Profile.TEAM)
    paper = models.CharField(max_length=10, choices=Paper, default=Paper.A4)
    file = models.FileField(upload_to="reports/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    @property
    def audit_label(self) -> str:
        return str(self.result.assessment)

    @property
    def has_file(self) -> bool:
        """Whether there is something to download; a file can vanish from storage behind our back."""
        return bool(self.file) and self.file.storage.exists(self.file.name or "")

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["result", "template_version", "language", "form", "profile", "paper"],
                name="one_report_per_template",
            )
        ]


class OwnerReminder(TimestampedModel):
    """One mail about one action; the row exists once, so it is said once. `about_on` is the day it is about."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="owner_reminders")
    action = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)  # starts, due, overdue or stop
    about_on = models.DateField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    n_tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "action", "kind", "about_on", "owner"], name="one_reminder_per_subject"
            )
        ]


class TrackerKind(models.TextChoices):
    """The trackers `reports.clients.trackers` speaks to; a test compares the two."""

    GITHUB = "github", "GitHub"
    GITLAB = "gitlab", "GitLab"
    JIRA = "jira", "Jira"


class Tracker(PublicModel):
    """Where the tickets of a team's actions are made, with the sealed right to make them."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="tracker")
    kind = models.CharField(max_length=12, choices=TrackerKind)
    base_url = models.CharField(max_length=300)
    project = models.CharField(max_length=200)
    account = models.CharField(max_length=254, blank=True)
    sealed_credential = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.project} ({self.get_kind_display()})"


class TrackerTicket(TimestampedModel):
    """The ticket of one action, found again by its mark; without a key it was claimed and not made yet."""

    tracker = models.ForeignKey(Tracker, on_delete=models.CASCADE, related_name="tickets")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="tickets")
    action = models.CharField(max_length=40)
    key = models.CharField(max_length=60, blank=True)
    url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=80, blank=True)
    is_closed = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tracker", "assessment", "action"], name="one_ticket_per_action")
        ]


class TrackerRun(Job):
    """One run that makes what is missing in the tracker and reads back what is there."""

    tracker = models.ForeignKey(Tracker, on_delete=models.CASCADE, related_name="runs")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="tracker_runs")
    makes = models.BooleanField(default=True)  # else it only reads
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["tracker"],
                condition=models.Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="one_tracker_run_under_way",
            )
        ]
