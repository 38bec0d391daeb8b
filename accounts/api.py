"""Organizations, teams, people and the audit log over the API, and the token to use it with."""

import uuid
from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle

from accounts.domain.audit import events_of
from accounts.domain.organizations import create_team, delete_team, rename_organization, rename_team
from accounts.domain.people import add_to_organization, add_to_team, change_place, remove_membership
from accounts.domain.second_factor import has_second_factor
from accounts.domain.tokens import token_of
from accounts.models import ORGANIZATION_ROLES, TEAM_ROLES, AuditEvent, Membership, Organization, Role, Team, User
from core.permissions import require
from core.refusals import Invalid


class TokenThrottle(AnonRateThrottle):
    rate = "10/min"


class ObtainToken(ObtainAuthToken):
    """The token of the person whose address and password are given; the same one each time."""

    throttle_classes = [TokenThrottle]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002  # its signature
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = given.validated_data["user"]
        if user.needs_second_factor or has_second_factor(user):
            raise PermissionDenied(_("A password gives no token here, because a second factor protects this account."))
        return Response({"token": token_of(user)})


def _me(request: Request) -> User:
    return cast(User, request.user)  # the API lets nobody in who is not signed in


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = Organization
        fields = ("id", "name", "is_demo")
        read_only_fields = ("is_demo",)


class TeamSerializer(serializers.ModelSerializer[Team]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    organization = serializers.UUIDField(source="organization.public_id", read_only=True)

    class Meta:
        model = Team
        fields = ("id", "organization", "name", "is_demo")
        read_only_fields = ("is_demo",)


class PersonSerializer(serializers.ModelSerializer[Membership]):
    """A place; the e-mail address is told to those alone who may change it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(source="user.__str__", read_only=True)
    email = serializers.SerializerMethodField()
    has_ended = serializers.BooleanField(read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "name", "email", "role", "ends_on", "has_ended")

    def get_email(self, place: Membership) -> str:
        may_change = self.context["request"].user.has_perm("accounts.change_membership", place)
        return place.user.email if may_change else ""


class NewPersonSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    name = serializers.CharField(max_length=120)
    role = serializers.ChoiceField(choices=Role.choices)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class EventSerializer(serializers.ModelSerializer[AuditEvent]):
    who = serializers.CharField(source="who.__str__", default="", read_only=True)
    about = serializers.CharField(source="about.__str__", default="", read_only=True)

    class Meta:
        model = AuditEvent
        fields = ("id", "at", "who", "role", "verb", "about", "kind", "object_id", "label", "facts")


def organization_for(request: Request, public_id: uuid.UUID, permission: str = "") -> Organization:
    """The organization behind both gates."""
    row = get_object_or_404(Organization.objects.for_user(request.user), public_id=public_id)
    if permission:
        require(request.user, permission, row)
    return row


def team_for(request: Request, public_id: uuid.UUID, permission: str = "") -> Team:
    """The team behind both gates."""
    row = get_object_or_404(Team.objects.for_user(request.user).select_related("organization"), public_id=public_id)
    if permission:
        require(request.user, permission, row)
    return row


def check_role(role: str, allowed: tuple[Role, ...]) -> Role:
    if role not in allowed:
        raise Invalid(
            _("The role {role} does not belong here. It would be one of: {roles}.").format(
                role=role, roles=", ".join(allowed)
            )
        )
    return Role(role)


class OrganizationList(generics.ListAPIView[Organization]):
    """The organizations you belong to."""

    serializer_class = OrganizationSerializer
    queryset = Organization.objects.none()

    def get_queryset(self) -> QuerySet[Organization]:
        return Organization.objects.for_user(self.request.user)


class OrganizationDetail(generics.RetrieveUpdateAPIView[Organization]):
    """One organization; its administrators may rename it."""

    serializer_class = OrganizationSerializer
    http_method_names = ["get", "patch", "head", "options"]

    def get_object(self) -> Organization:
        verb = "accounts.edit_organization" if self.request.method == "PATCH" else ""
        return organization_for(self.request, self.kwargs["organization"], verb)

    def perform_update(self, serializer: Any) -> None:
        row = serializer.instance
        rename_organization(row, name=serializer.validated_data.get("name", row.name), by=_me(self.request))


class TeamList(generics.ListCreateAPIView[Team]):
    """The teams of an organization that you may see; administrators and consultants add one."""

    serializer_class = TeamSerializer
    queryset = Team.objects.none()

    def get_queryset(self) -> QuerySet[Team]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        row = organization_for(self.request, self.kwargs["organization"])
        return Team.objects.for_user(self.request.user).filter(organization=row).select_related("organization")

    def create(self, request: Request, *args: object, **kwargs: object) -> Response:  # noqa: ARG002  # its signature
        row = organization_for(request, self.kwargs["organization"], "accounts.add_team")
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        team = create_team(row, name=given.validated_data["name"], by=_me(request))
        return Response(self.get_serializer(team).data, status=status.HTTP_201_CREATED)


class TeamDetail(generics.RetrieveUpdateDestroyAPIView[Team]):
    """One team; those who staff it rename it, administrators delete it while it has no assessments."""

    serializer_class = TeamSerializer
    http_method_names = ["get", "patch", "delete", "head", "options"]

    def get_object(self) -> Team:
        verb = {"PATCH": "accounts.edit_team", "DELETE": "accounts.delete_team"}.get(str(self.request.method), "")
        return team_for(self.request, self.kwargs["team"], verb)

    def perform_update(self, serializer: Any) -> None:
        row = serializer.instance
        rename_team(row, name=serializer.validated_data.get("name", row.name), by=_me(self.request))

    def perform_destroy(self, instance: Team) -> None:
        delete_team(instance, by=_me(self.request))


class TeamPeople(generics.ListCreateAPIView[Membership]):
    """The people of a team; those who staff it add one."""

    serializer_class = PersonSerializer
    queryset = Membership.objects.none()

    def get_queryset(self) -> QuerySet[Membership]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        row = team_for(self.request, self.kwargs["team"], "accounts.view_team_people")
        return row.memberships.select_related("user", "team", "organization").order_by("user__name", "pk")

    @extend_schema(request=NewPersonSerializer)
    def create(self, request: Request, *args: object, **kwargs: object) -> Response:  # noqa: ARG002  # its signature
        row = team_for(request, self.kwargs["team"], "accounts.edit_team")
        given = NewPersonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        role = check_role(given.validated_data["role"], TEAM_ROLES)
        place = add_to_team(row, **(given.validated_data | {"role": role}), by=_me(request))
        return Response(self.get_serializer(place).data, status=status.HTTP_201_CREATED)


class OrganizationPeople(generics.ListCreateAPIView[Membership]):
    """Administrators, consultants and viewers of the whole organization; its administrators add one."""

    serializer_class = PersonSerializer
    queryset = Membership.objects.none()

    def get_queryset(self) -> QuerySet[Membership]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        row = organization_for(self.request, self.kwargs["organization"], "accounts.view_organization_people")
        rows = Membership.objects.get_queryset().filter(organization=row, team=None)
        return rows.select_related("user", "team", "organization").order_by("user__name", "pk")

    @extend_schema(request=NewPersonSerializer)
    def create(self, request: Request, *args: object, **kwargs: object) -> Response:  # noqa: ARG002  # its signature
        row = organization_for(request, self.kwargs["organization"], "accounts.edit_organization")
        given = NewPersonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        role = check_role(given.validated_data["role"], ORGANIZATION_ROLES)
        place = add_to_organization(row, **(given.validated_data | {"role": role}), by=_me(request))
        return Response(self.get_serializer(place).data, status=status.HTTP_201_CREATED)


class MembershipDetail(generics.RetrieveUpdateDestroyAPIView[Membership]):
    """One place: PATCH changes role and last day, DELETE takes it away."""

    serializer_class = PersonSerializer
    http_method_names = ["get", "patch", "delete", "head", "options"]

    def get_object(self) -> Membership:
        rows = Membership.with_ended.for_user(self.request.user).select_related("user", "team", "organization")
        row = get_object_or_404(rows, public_id=self.kwargs["membership"])
        require(self.request.user, "accounts.change_membership", row)
        return row

    def perform_update(self, serializer: Any) -> None:
        row, given = serializer.instance, serializer.validated_data
        role = check_role(given.get("role", row.role), TEAM_ROLES if row.team_id else ORGANIZATION_ROLES)
        change_place(row, role=role, ends_on=given.get("ends_on", row.ends_on), by=_me(self.request))

    def perform_destroy(self, instance: Membership) -> None:
        remove_membership(instance, by=_me(self.request))


class AuditEventList(generics.ListAPIView[AuditEvent]):
    """The audit log, the newest event first, for administrators of the organization."""

    serializer_class = EventSerializer
    queryset = AuditEvent.objects.none()

    def get_queryset(self) -> QuerySet[AuditEvent]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return events_of(organization_for(self.request, self.kwargs["organization"], "accounts.view_audit"))
