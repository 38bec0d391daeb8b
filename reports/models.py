"""Rendered documents, one per result, template version and language, and reminders to owners of actions."""

from typing import Any

from django.conf import settings
from django.db import models

from assessment.models import Assessment, Result
from core.models import Job, TimestampedModel


class ReportQuerySet(models.QuerySet["Report"]):
    def for_user(self, user: Any) -> "ReportQuerySet":
        return self.filter(result__assessment__in=Assessment.objects.for_user(user))


class Report(Job):
    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="reports")
    template_version = models.CharField(max_length=20)
    language = models.CharField(max_length=8, default="en")
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
            models.UniqueConstraint(fields=["result", "template_version", "language"], name="one_report_per_template")
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
