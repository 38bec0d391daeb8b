"""Asking together: a workshop, its agenda, the rounds of secret votes, and what was agreed."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessment.models import Assessment
from core.models import PublicModel, TimestampedModel
from surveys.models.asking import MOST_CHOICES


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


class ItemKind(models.TextChoices):
    """What is voted on: a practice of our own format, or a question of a maturity model of others."""

    LEVELS = "levels", _("A level")
    SINGLE = "single", _("One choice")
    COVERAGE = "coverage", _("A share")
    MULTIPLE = "multiple", _("Several choices")


NOT_HERE = 0  # the number of “does not apply here”, which only questions of others have


def _one_or_several(level: str, ticked: str) -> models.Q:
    """One choice by its number, or several by theirs."""
    one = models.Q((f"{level}__gte", NOT_HERE), (f"{level}__lte", MOST_CHOICES), (ticked, ""))
    return one | (models.Q((f"{level}__isnull", True)) & ~models.Q((ticked, "")))


class AgendaItem(PublicModel):
    """One practice on the agenda, or one question of a maturity model of others, and what came of it.

    `kind`, `n_choices` and `alone` (choices that stand alone) are the model's: a vote is checked without reading that.
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="items")
    practice = models.CharField(max_length=40)  # or the question, as it is stored
    kind = models.CharField(max_length=10, choices=ItemKind, default=ItemKind.LEVELS)
    n_choices = models.PositiveSmallIntegerField(default=5)
    alone = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=8)
    is_planned = models.BooleanField(default=True)  # false: on the list, but not in the time there is
    reasons = models.JSONField(default=dict)  # disagreement, weight and effect it was ordered by
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.WAITING)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.NONE, blank=True)
    agreed_level = models.PositiveSmallIntegerField(null=True, blank=True)  # or the number of the choice
    agreed_ticked = models.CharField(
        max_length=80, blank=True
    )  # the numbers of the choices, where there may be several
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
                condition=(models.Q(outcome="agreed") & _one_or_several("agreed_level", "agreed_ticked"))
                | (~models.Q(outcome="agreed") & models.Q(agreed_level__isnull=True, agreed_ticked="")),
            ),
            models.CheckConstraint(
                name="agreed_level_is_of_its_kind",
                condition=~models.Q(kind="levels")
                | models.Q(agreed_level__isnull=True, agreed_ticked="")
                | models.Q(agreed_level__gte=1, agreed_level__lte=5),
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
    """One voice in one round; no choice means “I don’t know”. It is cut from its seat when the workshop finishes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="votes")
    seat = models.ForeignKey(WorkshopSeat, on_delete=models.SET_NULL, null=True, blank=True, related_name="votes")
    role = models.CharField(max_length=20, blank=True)
    level = models.PositiveSmallIntegerField(null=True, blank=True)  # or the number of the choice
    ticked = models.CharField(max_length=80, blank=True)  # the numbers of the choices, where there may be several

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "seat"], name="one_vote_per_seat_and_round"),
            models.CheckConstraint(
                name="vote_is_one_choice_or_several",
                condition=_one_or_several("level", "ticked") | models.Q(level__isnull=True, ticked=""),
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
    practice = models.CharField(max_length=40, blank=True)  # what was being talked about
    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.NOTE)
    text = models.CharField(max_length=500)
    owner = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("created_at", "pk")
