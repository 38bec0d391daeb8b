"""Rendered documents and how they look, reminders to owners of actions, and the tracker a team's actions go to."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Team
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


class BrandQuerySet(models.QuerySet["Brand"]):
    def for_user(self, user: Any) -> "BrandQuerySet":
        return self.filter(organization__in=Organization.objects.for_user(user))


class Brand(PublicModel):
    """How an organization's reports look. A row never changes: what is printed names it by its digest."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="brands")
    digest = models.CharField(max_length=64, unique=True)
    colour = models.CharField(max_length=7)  # #rrggbb, of words, areas and rules
    rule_colour = models.CharField(max_length=7)  # of the stripe under the area; no words in it or on it
    cover_text = models.TextField(blank=True)
    footer_text = models.CharField(max_length=80, blank=True)
    logo = models.BinaryField(blank=True, default=b"")  # a PNG that core.images drew
    logo_alt = models.CharField(max_length=120, blank=True)
    in_use = models.BooleanField(default=False)  # else a draft somebody looked at, or worn by earlier reports
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = BrandQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(in_use=True), name="one_brand_in_use_per_organization"
            )
        ]

    def __str__(self) -> str:
        return str(self.organization)


class PdfJob(Job):
    """A document that is made once and stored."""

    template_version = models.CharField(max_length=20)
    language = models.CharField(max_length=8, default="en")
    paper = models.CharField(max_length=10, choices=Paper, default=Paper.A4)
    file = models.FileField(upload_to="reports/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def has_file(self) -> bool:
        """Whether there is something to download; a file can vanish from storage behind our back."""
        return bool(self.file) and self.file.storage.exists(self.file.name or "")


class ReportQuerySet(models.QuerySet["Report"]):
    def for_user(self, user: Any) -> "ReportQuerySet":
        return self.filter(result__assessment__in=Assessment.objects.for_user(user))


class Report(PdfJob):
    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="reports")
    form = models.CharField(max_length=10, choices=Form, default=Form.FULL)
    profile = models.CharField(max_length=10, choices=Profile, default=Profile.TEAM)
    brand = models.CharField(max_length=64, blank=True, default="")  # digest of the Brand it wears
    remarks = models.CharField(max_length=64, blank=True, default="")  # digest of what people added for its reader
    remark_versions = models.JSONField(default=list, blank=True)  # keys of the rows these were

    objects = ReportQuerySet.as_manager()

    @property
    def audit_label(self) -> str:
        return str(self.result.assessment)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["result", "template_version", "language", "form", "profile", "paper", "brand", "remarks"],
                name="one_report_per_template",
            )
        ]


class Reach(models.TextChoices):
    """For whose reports a text is meant; the wider includes the narrower."""

    TEAM = "team", _("The team alone")
    BOARD = "board", _("The team and the board")
    CLIENT = "client", _("Everybody, clients included")


class RemarkVersion(TimestampedModel):
    """One saving of what people add to a report in one place; the highest number stands, an empty text is none."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="remarks")
    place = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)  # Markdown
    reach = models.CharField(max_length=10, choices=Reach, default=Reach.TEAM)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "place", "number"], name="one_remark_per_place_and_number")
        ]


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def for_user(self, user: Any) -> "ShareLinkQuerySet":
        return self.filter(report__result__assessment__in=Assessment.objects.for_user(user))

    def live(self) -> "ShareLinkQuerySet":
        """Links that still lead to a finished report."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now(), report__state=JobState.DONE).exclude(
            report__file=""
        )


class ShareLink(PublicModel):
    """A link with which somebody without an account fetches one report; of its secret only a digest is kept."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="links")
    token_digest = models.CharField(max_length=64, unique=True)
    password = models.CharField(max_length=128, blank=True)  # hashed as passwords of people are
    note = models.CharField(max_length=80, blank=True)  # for whom, read by those who may share alone
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    n_downloads = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")

    @property
    def audit_label(self) -> str:
        return self.report.audit_label

    @property
    def is_over(self) -> bool:
        return self.revoked_at is not None or self.expires_at <= timezone.now()


class PortfolioReportQuerySet(models.QuerySet["PortfolioReport"]):
    def for_user(self, user: Any) -> "PortfolioReportQuerySet":
        return self.filter(organization__in=Organization.objects.for_user(user))


class PortfolioReport(PdfJob):
    """Several teams of an organization in one document; `basis` names the results it is made of, in the order shown."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="portfolio_reports")
    basis = models.JSONField()
    digest = models.CharField(max_length=64)  # of all that is printed

    objects = PortfolioReportQuerySet.as_manager()

    @property
    def audit_label(self) -> str:
        return str(self.organization)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "digest", "template_version", "language", "paper"],
                name="one_portfolio_report_per_content",
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
