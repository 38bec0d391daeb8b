"""People, the organizations and teams they belong to, and what they are there."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.verbs import VERBS
from core.models import PublicModel


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without a password they cannot sign in until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    needs_second_factor = models.BooleanField(default=False, editable=False)  # kept by accounts.domain.second_factor
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def audit_label(self) -> str:
        """Nothing: an audit event names a person by key, which can be erased."""
        return ""

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


class Role(models.TextChoices):
    """What a person is to a whole organization (the first three) or to one team (the last three)."""

    ADMINISTRATOR = "administrator", _("Administrator")
    CONSULTANT = "consultant", _("Consultant")
    VIEWER = "viewer", _("Viewer")
    LEAD = "lead", _("Team lead")
    MEMBER = "member", _("Member")


ORGANIZATION_ROLES = (Role.ADMINISTRATOR, Role.CONSULTANT, Role.VIEWER)
TEAM_ROLES = (Role.LEAD, Role.MEMBER, Role.VIEWER)
NOTICE_DAYS = 14  # how long before the end of an access people are reminded of it


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def for_user(self, user: Any) -> "OrganizationQuerySet":
        """Organizations the person belongs to in any role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=Membership.objects.filter(user=user).values("organization"))


class Organization(PublicModel):
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)
    requires_second_factor = models.BooleanField(default=False)  # of its administrators and consultants

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TeamQuerySet(models.QuerySet["Team"]):
    def for_user(self, user: Any) -> "TeamQuerySet":
        """Teams of organizations in which the person has a place as a whole, and teams the person has a place in."""
        if not user.is_authenticated:
            return self.none()
        mine = Membership.objects.filter(user=user)
        return self.filter(
            Q(organization__in=mine.filter(team__isnull=True).values("organization"))
            | Q(pk__in=mine.filter(team__isnull=False).values("team"))
        )


class Team(PublicModel):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="team_name_once_per_organization")]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        """Places whose last day is not over."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate()))

    def for_user(self, user: Any) -> "MembershipQuerySet":
        """Places in the teams the person may see, and the organization places of those the person belongs to."""
        return self.filter(
            Q(team__in=Team.objects.for_user(user))
            | Q(team__isnull=True, organization__in=Organization.objects.for_user(user))
        )


class CurrentMemberships(models.Manager["Membership"]):
    """Ended places do not exist for whoever asks `Membership.objects`, `user.memberships` or `team.memberships`.

    This is the one place where the end of an access is enforced: every `for_user` and every predicate asks here.
    """

    def get_queryset(self) -> MembershipQuerySet:
        return MembershipQuerySet(self.model, using=self._db).current()

    def for_user(self, user: Any) -> MembershipQuerySet:
        return self.get_queryset().for_user(user)


class Membership(PublicModel):
    """One role of one person: in a whole organization (team empty) or in one team; `ends_on` is its last day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships", null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role)
    ends_on = models.DateField(null=True, blank=True)

    objects = CurrentMemberships()
    with_ended = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="one_role_per_team"),
            models.UniqueConstraint(
                fields=["user", "organization"], condition=Q(team__isnull=True), name="one_role_per_organization"
            ),
            models.CheckConstraint(
                name="role_fits_place",
                condition=Q(role__in=ORGANIZATION_ROLES, team__isnull=True)
                | Q(role__in=TEAM_ROLES, team__isnull=False),
            ),
            models.CheckConstraint(
                name="no_end_for_an_administrator",
                condition=~Q(role=Role.ADMINISTRATOR) | Q(ends_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.team or self.organization}"

    @property
    def has_ended(self) -> bool:
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def ends_soon(self) -> bool:
        """Whether the last day is today or within NOTICE_DAYS."""
        today = timezone.localdate()
        return self.ends_on is not None and today <= self.ends_on <= today + dt.timedelta(days=NOTICE_DAYS)

    @property
    def audit_label(self) -> str:
        """The place alone: an audit event names a person by key, which can be erased."""
        return str(self.team or self.organization)


class SetupLink(PublicModel):
    """A one-time link with which the first administrator sets a password; only its digest is kept."""

    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class SignedInSession(PublicModel):
    """Where a person is signed in: the browser in words and when it was last seen, never its network address."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="signed_in_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=60)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-last_seen_at",)

    @property
    def device_name(self) -> str:
        """What is kept as “Firefox on Linux”, in the reader's language."""
        browser, on, system = self.device.partition(" on ")
        return str(_("{browser} on {system}")).format(browser=browser, system=system) if on else self.device


EVENT_ROLES = {
    **dict(Role.choices),
    "operator": _("Operator of the server"),
    "server": _("The server itself"),
    "participant": _("Somebody who answers without a name"),
    "link": _("Somebody with a link"),
    "guest": _("Somebody without a role here"),
}


class AuditEvent(models.Model):
    """One change of state: who did what to which, when. The database refuses to change or delete a row.

    `who` and `about` become empty when the person is erased; that is the only update the triggers let through (see
    `accounts.append_only`). Organization and team keep their keys when those rows go. The key is random, so that the
    order of rows tells nothing where the time is kept from it. Written by `accounts.domain.audit.record` alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=timezone.now)
    who = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    role = models.CharField(max_length=20)  # of `who` at that moment; see `accounts.domain.audit.role_of`
    about = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    team = models.ForeignKey(Team, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField(null=True)
    label = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "pk")
        indexes = [models.Index(fields=["organization", "-at"], name="audit_by_organization")]

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"

    @property
    def title(self) -> str:
        return str(VERBS[self.verb].title) if self.verb in VERBS else self.verb

    @property
    def role_name(self) -> str:
        return str(EVENT_ROLES.get(self.role, self.role))

    @property
    def told_facts(self) -> list[tuple[str, str]]:
        """The facts as a page shows them."""
        shown = {name: ", ".join(map(str, v)) if isinstance(v, list) else str(v) for name, v in self.facts.items()}
        return [(name.replace("_", " "), text) for name, text in shown.items()]
