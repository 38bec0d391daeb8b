"""Asking repositories: where they are, each run over one, and what the run measured."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from assessment.models import Assessment
from core.models import Job, JobState, PublicModel


def new_salt() -> str:
    return secrets.token_hex(16)


class RepositoryKind(models.TextChoices):
    LOCAL = "local", _("A folder on this server")
    HTTPS = "https", _("An https address")


class RepositoryQuerySet(models.QuerySet["Repository"]):
    def for_user(self, user: Any) -> "RepositoryQuerySet":
        return self.filter(team__in=Team.objects.for_user(user))


class Repository(PublicModel):
    """A git repository of a team; `location` passed the gate in `metrics.clients.git` before it was stored.

    `folders` and `rules` are texts of one line each, read by `metrics.signals.scope`. `weight` is how much it counts
    among the team's repositories; at 0 it is measured and shown, and counts for nothing.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="repositories")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=RepositoryKind)
    location = models.CharField(max_length=500)
    weight = models.FloatField(default=1.0)
    folders = models.TextField(blank=True)
    rules = models.TextField(blank=True)
    is_demo = models.BooleanField(default=False)

    objects = RepositoryQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "repositories"
        constraints = [models.UniqueConstraint(fields=["team", "location", "folders"], name="one_repository_per_part")]

    def __str__(self) -> str:
        return self.name


class HostKind(models.TextChoices):
    """The hosts `metrics.clients` can read; a test compares the two."""

    GITHUB = "github", "GitHub"
    GITLAB = "gitlab", "GitLab"
    GITEA = "gitea", _("Gitea or Forgejo")
    BITBUCKET = "bitbucket", "Bitbucket Cloud"
    AZURE = "azure", "Azure DevOps"


class HostConnection(PublicModel):
    """The hosting service of a repository: where it is, the sealed right to read it, and how far reading has come.

    `cursor` is where the walk goes on, saved with the records of every page; `complete_since` how far back the records
    are whole; `found` what holds for the project as a whole; `unseen` the parts the token may not see, with what would
    show them. `salt` makes the ids of people and is of use here alone.
    """

    repository = models.OneToOneField(Repository, on_delete=models.CASCADE, related_name="host")
    kind = models.CharField(max_length=12, choices=HostKind)
    base_url = models.CharField(max_length=300)
    project = models.CharField(max_length=200)
    sealed_credential = models.TextField(blank=True)
    salt = models.CharField(max_length=64, default=new_salt)
    time_zone = models.CharField(max_length=64, default="UTC")
    opens_at = models.PositiveSmallIntegerField(default=9)
    closes_at = models.PositiveSmallIntegerField(default=17)
    cursor = models.JSONField(default=dict)
    reading_since = models.DateTimeField(null=True)
    complete_since = models.DateTimeField(null=True)
    found = models.JSONField(default=dict)
    unseen = models.JSONField(default=dict)
    wait_until = models.DateTimeField(null=True)
    n_calls = models.PositiveIntegerField(default=0)
    n_bytes = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.project} on {self.get_kind_display()}"


class HostRecord(models.Model):
    """One change, comment, run, item, release or alert of a host; no account name and no comment's text is in it."""

    connection = models.ForeignKey(HostConnection, on_delete=models.CASCADE, related_name="records")
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=160)
    of = models.CharField(max_length=60, blank=True)  # the change a comment belongs to
    at = models.DateTimeField()
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "kind", "key"], name="one_record_per_key")]
        indexes = [models.Index(fields=["connection", "at"])]


class CollectionQuerySet(models.QuerySet["Collection"]):
    def for_user(self, user: Any) -> "CollectionQuerySet":
        return self.filter(assessment__in=Assessment.objects.for_user(user))


class Collection(Job):
    """One run over one repository for one assessment, measured up to the end of `until_on`.

    `log` is a list of {"at", "text"}, one for each step of every attempt; what it cost adds up over the attempts.
    """

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="collections")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="collections")
    until_on = models.DateField()
    head_commit = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)  # fact id -> count
    is_follow_up = models.BooleanField(default=False)  # a weekly look at what was taken on; it becomes no evidence
    flow = models.JSONField(default=dict)  # flow input -> value, p75, n, window_days, source
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_scheduled = models.BooleanField(default=False)
    log = models.JSONField(default=list)
    n_calls = models.PositiveIntegerField(default=0)  # of the host's API
    n_bytes = models.PositiveBigIntegerField(default=0)  # from the host and by git
    busy_s = models.FloatField(default=0)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "repository", "is_follow_up"],
                condition=models.Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="one_collection_under_way",
            )
        ]

    @property
    def audit_label(self) -> str:
        return str(self.assessment)


class Measurement(PublicModel):
    """One signal of one collection: measured (value or grade) or skipped with the reason."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="measurements")
    signal = models.CharField(max_length=60)
    value = models.FloatField(null=True)
    grade = models.CharField(max_length=60, blank=True)
    n = models.PositiveIntegerField(default=0)
    window_days = models.PositiveIntegerField(default=0)
    unit = models.CharField(max_length=60, blank=True)
    skipped = models.CharField(max_length=300, blank=True)
    examples = models.JSONField(default=list)  # up to twelve short strings: a path, a commit and its subject
    splits = models.JSONField(default=list)  # {"of", "value", "n"}: changes that declare an assistant, and the others

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "signal"], name="one_measurement_per_signal")]


class CollectionSchedule(models.Model):
    """When the repositories of a team are measured again by themselves; each team has its own moment of the week."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="collection_schedule")
    is_on = models.BooleanField(default=True)
    next_at = models.DateTimeField(db_index=True)
