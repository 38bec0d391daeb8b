"""Asking people. A single answer never leaves this app: what crosses is one summary per practice."""

from typing import Any

from django.conf import settings
from django.db import models

from assessment.models import Assessment
from core.models import PublicModel, TimestampedModel


class Survey(TimestampedModel):
    """The asking of one assessment. Named: participants are told who can see what before they answer."""

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="survey")
    minimum_group = models.PositiveSmallIntegerField(default=1)  # voices below which no summary of a practice exists
    summarized_at = models.DateTimeField(null=True, blank=True, editable=False)  # when the last summary began to read
    minimum_role_group = models.PositiveSmallIntegerField(default=3)  # voices below which no role is shown apart


class ParticipantState(models.TextChoices):
    INVITED = "invited", "Invited"
    STARTED = "started", "Started"
    FINISHED = "finished", "Finished"


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def for_user(self, user: Any) -> "ParticipantQuerySet":
        """The person's own seats, and nobody else's."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user)


class Participant(PublicModel):
    """One seat in a survey: the roles it is asked in and which questions it is not asked."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="participations"
    )
    label = models.CharField(max_length=120, blank=True)  # demonstration seats have a label and no user
    roles = models.JSONField(default=list)  # role ids of the maturity model
    left_out = models.JSONField(default=list)  # question ids planned to be missing for this seat
    state = models.CharField(max_length=10, choices=ParticipantState, default=ParticipantState.INVITED)
    finished_at = models.DateTimeField(null=True, blank=True)
    fix_first = models.TextField(blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "user"], name="one_seat_per_person")]


class AnswerKind(models.TextChoices):
    LEVEL = "level", "A level"
    DONT_KNOW = "dk", "I don't know"
    NOT_APPLICABLE = "na", "Does not apply here"


class Answer(TimestampedModel):
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    kind = models.CharField(max_length=6, choices=AnswerKind)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it does not apply

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "question"], name="one_answer_per_question"),
            models.CheckConstraint(
                name="level_only_with_a_level_answer",
                condition=models.Q(kind="level", level__gte=1, level__lte=5)
                | (~models.Q(kind="level") & models.Q(level__isnull=True)),
            ),
        ]


class PracticeComment(TimestampedModel):
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="comments")
    practice = models.CharField(max_length=20)
    text = models.TextField(max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "practice"], name="one_comment_per_practice")]
