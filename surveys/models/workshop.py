"""Asking together: a workshop, its agenda, the rounds of secret votes, and what was agreed."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessment.models import Assessment
from core.models import PublicModel, TimestampedModel


class WorkshopKind(models.TextChoices):
    ROOM = "room", _("In a room, one practice after the other")
    DEADLINE = "deadline", _("By a deadline, everybody in their own time")


class WorkshopState(models.TextChoices):
    PREPARED = "prepared", _("Prepared")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def for_user(self, user: Any) -> "WorkshopQuerySet":
        """Workshops on the assessments the person may see."""
        return self.filter(assessment__in=Assessment.objects.for_user(user))


class Workshop(PublicModel):
    """The workshop of one assessment. `facilitator` changes only when somebody hands it over or takes it on purpose.

    `version` rises with everything that phones and screens show, votes excepted: the poll path reads it and no more.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="workshop")
    kind = models.CharField(max_length=10, choices=WorkshopKind, default=WorkshopKind.ROOM)
    state = models.CharField(max_length=10, choices=WorkshopState, default=WorkshopState.PREPARED)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    code = models.CharField(max_length=8, unique=True)
    room_digest = models.CharField(max_length=64, unique=True)  # of the token in the room screen's address
    minutes = models.PositiveSmallIntegerField(default=90)
    minimum = models.PositiveSmallIntegerField(default=3)  # votes below which nothing is revealed
    rule_share = models.FloatField(default=0.75)
    rule_within = models.PositiveSmallIntegerField(default=1)
    rule_deviation = models.FloatField(default=0.83)
    rule_fixed_at = models.DateTimeField(null=True, blank=True, editable=False)  # when the first vote was opened
    hides_count = models.BooleanField(default=False)
    wifi_name = models.CharField(max_length=32, blank=True)
    wifi_sealed = models.TextField(blank=True)
    current = models.ForeignKey("AgendaItem", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="workshop_reveals_from_three", condition=models.Q(minimum__gte=3)),
        ]

    def __str__(self) -> str:
        return str(_("Workshop on {assessment}")).format(assessment=self.assessment)


class WorkshopSeat(PublicModel):
    """One voice in a workshop: a device, or a sheet of paper. A device holds a secret; the server keeps its digest."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="seats")
    name = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=20, blank=True)
    is_paper = models.BooleanField(default=False)
    secret_digest = models.CharField(max_length=64, blank=True, db_index=True)
    transfer_digest = models.CharField(max_length=64, blank=True, db_index=True)  # of the way to a second device
    transfer_expires_at = models.DateTimeField(null=True, blank=True)
    secret = ""  # the secret itself, while a request of the device is answered; never stored


class ItemState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    VOTING = "voting", _("Voting")
    TALKING = "talking", _("Revealed")
    SETTLED = "settled", _("Settled")


class Outcome(models.TextChoices):
    NONE = "", _("Open")
    AGREED = "agreed", _("Agreed")
    DISAGREED = "disagreed", _("Agreed to disagree")
    CONFIRMED = "confirmed", _("Confirmed together")


class AgendaItem(PublicModel):
    """One practice on the agenda, and what came of it."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="items")
    practice = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=8)
    is_planned = models.BooleanField(default=True)  # false: on the list, but not in the time there is
    reasons = models.JSONField(default=dict)  # disagreement, weight and effect it was ordered by
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.WAITING)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.NONE, blank=True)
    agreed_level = models.PositiveSmallIntegerField(null=True, blank=True)
    dissent = models.CharField(max_length=500, blank=True)
    check_what = models.CharField(max_length=300, blank=True)
    check_who = models.CharField(max_length=120, blank=True)
    timer_ends_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["workshop", "practice"], name="one_item_per_practice"),
            models.CheckConstraint(
                name="level_only_where_agreed",
                condition=models.Q(outcome="agreed", agreed_level__gte=1, agreed_level__lte=5)
                | (~models.Q(outcome="agreed") & models.Q(agreed_level__isnull=True)),
            ),
        ]


class Round(TimestampedModel):
    """One secret vote on one practice; the second keeps the first."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    revealed_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="one_round_per_number")]


class Vote(models.Model):
    """One voice in one round; no level means “I don’t know”. It is cut from its seat when the workshop finishes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="votes")
    seat = models.ForeignKey(WorkshopSeat, on_delete=models.SET_NULL, null=True, blank=True, related_name="votes")
    role = models.CharField(max_length=20, blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "seat"], name="one_vote_per_seat_and_round"),
            models.CheckConstraint(
                name="vote_is_a_level",
                condition=models.Q(level__isnull=True) | models.Q(level__gte=1, level__lte=5),
            ),
        ]


class NoteKind(models.TextChoices):
    PARKED = "parked", _("Parked for later")
    NOTE = "note", _("Note")
    DECISION = "decision", _("Decision")
    ACTION = "action", _("Action")


class WorkshopNote(PublicModel):
    """Something said that must not be lost, caught as it came."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="notes")
    practice = models.CharField(max_length=20, blank=True)  # what was being talked about
    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.NOTE)
    text = models.CharField(max_length=500)
    owner = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("created_at", "pk")
