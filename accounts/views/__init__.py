"""What every page of this app needs: the person, and an organization behind both gates."""

import uuid
from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Organization, User
from core.permissions import require


def fetch_organization(request: HttpRequest, public_id: uuid.UUID, permission: str = "") -> Organization:
    organization = get_object_or_404(Organization.objects.for_user(request.user), public_id=public_id)
    if permission:
        require(request.user, permission, organization)
    return organization


def me(request: HttpRequest) -> User:
    return cast(User, request.user)  # every caller stands behind login_required
