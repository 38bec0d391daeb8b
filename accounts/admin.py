"""For the operator of the server: look up who belongs where; the pages of the product change it, with their events."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent, Membership, Organization, Team, User


class OperatorSite(admin.AdminSite):
    """Only what is registered here by name: no tokens, no keys of other apps, no answers. Staff signs in as all do."""

    site_header = site_title = "Headwater"
    index_title = _("What this server holds, to look at")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response


operator_site = OperatorSite(name="admin")


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # at run time it takes no argument
    """Rows to look at: the domain alone writes them, because it writes the audit event along."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # the framework's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # as above
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # as above
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # as above
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(User, site=operator_site)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")


@admin.register(Organization, site=operator_site)
class OrganizationAdmin(ReadOnlyAdmin):
    list_display = ("name", "is_demo", "created_at")
    search_fields = ("name",)


@admin.register(Team, site=operator_site)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ("name", "organization", "is_demo")
    list_select_related = ("organization",)
    search_fields = ("name", "organization__name")


@admin.register(Membership, site=operator_site)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "role", "organization", "team", "ends_on")
    list_select_related = ("user", "organization", "team")
    list_filter = ("role",)
    search_fields = ("user__email", "user__name", "organization__name", "team__name")

    def get_queryset(self, request: HttpRequest) -> Any:  # noqa: ARG002  # the framework's signature
        return Membership.with_ended.select_related(*self.list_select_related)


@admin.register(AuditEvent, site=operator_site)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "who", "role", "verb", "about", "label", "organization")
    list_select_related = ("who", "about", "organization")
    list_filter = ("verb", "role")
    search_fields = ("label", "who__email")
    date_hierarchy = "at"
