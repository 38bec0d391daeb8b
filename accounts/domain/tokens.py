"""The token with which a person's programs use the API."""

from django.db import transaction
from rest_framework.authtoken.models import Token

from accounts.domain.audit import record
from accounts.models import Organization, User


@transaction.atomic
def token_of(user: User) -> str:
    """The person's one token, made at the first need; every organization they belong to has that in its audit log."""
    token, made = Token.objects.get_or_create(user=user)
    if made:
        for organization in Organization.objects.for_user(user):
            record("token.made", by=user, on=user, organization=organization)
    return str(token.key)
