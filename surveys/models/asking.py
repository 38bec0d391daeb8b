"""Asking people. A single answer never leaves this app: what crosses is one summary per practice."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.models import Assessment
from core.models import PublicModel, TimestampedModel

COMMENTS_FACTOR = 2
SUMMARY_PAUSE = timedelta(seconds=60)  # from one summary of a survey to the next


class SurveyMode(models.TextChoices):
    NAMED = "named", _("With names")
    ANONYMOUS = "anonymous", _("Without names")


class Survey(TimestampedModel):
    """The asking of one assessment, and what is promised to those who answer: see docs/privacy.md.

    The promise (mode, minimum, who reads comments) is frozen when the first person begins; `surveys.guards` lets the
    database itself refuse to change it from then on.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="survey")
    mode = models.CharField(max_length=10, choices=SurveyMode, default=SurveyMode.NAMED)
    minimum_group = models.PositiveSmallIntegerField(default=1)  # voices below which no summary of a practice exists
    minimum_role_group = models.PositiveSmallIntegerField(default=3)  # voices below which no role is shown apart
    facilitated_comments = models.BooleanField(default=False)  # somebody from outside the team may release comments
    frozen_on = models.DateField(null=True, blank=True, editable=False)  # the promise holds from this day on
    role_groups = models.JSONField(null=True, blank=True, editable=False)  # roles an anonymous answer may carry
    published_at = models.DateTimeField(null=True, blank=True, editable=False)  # a survey with a minimum speaks once
    summarized_at = models.DateTimeField(null=True, blank=True, editable=False)  # when the last summary began to read
    spread = models.JSONField(null=True, blank=True, editable=False)  # SurveySpread as a dict, of the last summary

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="anonymous_needs_a_group",
                condition=~models.Q(mode="anonymous")
                | models.Q(minimum_group__gte=4, minimum_role_group__gte=models.F("minimum_group")),
            )
        ]

    @property
    def is_anonymous(self) -> bool:
        return self.mode == SurveyMode.ANONYMOUS

    @property
    def speaks_once(self) -> bool:
        """Whether the survey is summarized only when it closes, and never again."""
        return self.minimum_group > 1

    @property
    def is_rested(self) -> bool:
        """Whether the last summary is old enough for another one."""
        return self.summarized_at is None or timezone.now() - self.summarized_at >= SUMMARY_PAUSE

    @property
    def comments_from(self) -> int:
        """How many voices must stand behind comments that nobody from outside has read."""
        return COMMENTS_FACTOR * self.minimum_group if self.minimum_group > 1 else 1


def _day(moment: datetime | None) -> datetime | None:
    return moment and timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


class ParticipantState(models.TextChoices):
    INVITED = "invited", _("Invited")
    STARTED = "started", _("Started")
    FINISHED = "finished", _("Finished")


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
    secret_digest = models.CharField(max_length=64, blank=True, db_index=True)  # of the secret a device holds
    secret = ""  # the secret itself, while a request of such a device is answered; never stored
    fix_first_version = models.CharField(max_length=36, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "user"], name="one_seat_per_person")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """An anonymous seat keeps no time of day: it could be laid beside a log."""
        super().save(*args, **kwargs)
        if self.survey.is_anonymous:
            stamps = {name: _day(getattr(self, name)) for name in ("created_at", "updated_at", "finished_at")}
            Participant.objects.filter(pk=self.pk).update(**stamps)


class RoomLink(PublicModel):
    """An open way into a survey, shown in a room as a code: every device that enters gets a seat of its own."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="room_links")
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    n_seats = models.PositiveSmallIntegerField()  # how many may enter
    n_entered = models.PositiveSmallIntegerField(default=0)


class Invitation(PublicModel):
    """How one seat is reached by somebody who may have no account: an address, links, reminders."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="invitation")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(blank=True)  # empty for somebody who came through a room
    language = models.CharField(max_length=10, blank=True)  # of its mails; empty for the installation's
    room = models.ForeignKey(RoomLink, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations")
    entered_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)  # the person wants no reminders
    remind_at = models.DateTimeField(null=True, blank=True, db_index=True)  # when the next one is due
    n_reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "email"], condition=~models.Q(email=""), name="one_invitation_per_address"
            )
        ]


class PersonalLink(TimestampedModel):
    """One address that leads to a seat: the first of an invitation's links that is entered uses up all of them."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="links")
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()


class SeatTransfer(TimestampedModel):
    """A seat on its way to a second device: `sealed` can be opened only by who holds the token."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="transfers")
    token_digest = models.CharField(max_length=64, unique=True)
    sealed = models.CharField(max_length=128)
    expires_at = models.DateTimeField()


class MailState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    DROPPED = "dropped", _("No longer needed")


class InvitationMail(TimestampedModel):
    """One mail of an invitation: slot 0 invites, the others remind. A slot exists once, so it is sent once at most."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="mails")
    slot = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "slot"], name="one_mail_per_slot")]


MOST_CHOICES = 26  # as many as a page can name by letters


class AnswerKind(models.TextChoices):
    LEVEL = "level", _("A level")
    TICKED = "ticked", _("Several choices")
    DONT_KNOW = "dk", _("I don't know")
    NOT_APPLICABLE = "na", _("Does not apply here")


def _holds_what_its_kind_says(name: str) -> models.CheckConstraint:
    """One choice by its number, or several by theirs, or neither: never two of these."""
    ticks, one = models.Q(kind="ticked"), models.Q(kind="level")
    return models.CheckConstraint(
        name=name,
        condition=(one & models.Q(level__gte=1, level__lte=MOST_CHOICES, ticked=""))
        | (ticks & models.Q(level__isnull=True) & ~models.Q(ticked=""))
        | (~ticks & ~one & models.Q(level__isnull=True, ticked="")),
    )


class Answer(TimestampedModel):
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    kind = models.CharField(max_length=6, choices=AnswerKind)
    level = models.PositiveSmallIntegerField(null=True, blank=True)  # or the number of the choice, where there is one
    ticked = models.CharField(max_length=80, blank=True)  # the numbers of the choices, where there may be several
    reason = models.CharField(max_length=300, blank=True)  # why it does not apply
    version = models.CharField(max_length=36, blank=True)  # see surveys.domain.changes

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "question"], name="one_answer_per_question"),
            _holds_what_its_kind_says("answer_holds_what_its_kind_says"),
        ]


class AnonymousRow(models.Model):
    """What somebody said without a name. The key is made of the seat's secret, which the server does not keep.

    No time, no seat, no order: on SQLite the table is kept in the order of its key, elsewhere it is rewritten in that
    order before it is read (`surveys.domain.answer_store.mix`).
    """

    slot = models.CharField(max_length=64, primary_key=True)
    version = models.CharField(max_length=36, blank=True)  # random; see surveys.domain.changes

    class Meta:
        abstract = True


class AnonymousAnswer(AnonymousRow):
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="anonymous_answers")
    question = models.CharField(max_length=40)
    kind = models.CharField(max_length=6, choices=AnswerKind)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    ticked = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    role_group = models.CharField(max_length=300, blank=True)  # those of `Survey.role_groups` the seat has

    class Meta:
        constraints = [
            _holds_what_its_kind_says("anonymous_answer_holds_what_its_kind_says"),
        ]


class AnonymousComment(AnonymousRow):
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="anonymous_comments")
    practice = models.CharField(max_length=20, blank=True)  # empty: what the person would fix first
    text = models.TextField(max_length=2000)
    released = models.BooleanField(default=False)  # a facilitator has read it and let it be shown


class PracticeComment(TimestampedModel):
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="comments")
    practice = models.CharField(max_length=20)
    text = models.TextField(max_length=2000)
    version = models.CharField(max_length=36, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "practice"], name="one_comment_per_practice")]


class AnswerExchange(TimestampedModel):
    """What a file of answers brought beside the answers, so that an export has it again; the seat speaks for the file.

    `content` has what the file says of itself (`about`), its `remarks` by stream, and the `extensions` and keys nobody
    here understands (`kept`).
    """

    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="exchange")
    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="exchange")
    content = models.JSONField()
