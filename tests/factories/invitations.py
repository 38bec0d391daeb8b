"""Seats that are reached by a link."""

from datetime import timedelta

import factory
from django.utils import timezone

from surveys.domain.links import digest_of, new_token
from surveys.models import Invitation, PersonalLink
from tests.factories.surveys import ParticipantFactory


class InvitationFactory(factory.django.DjangoModelFactory):
    """A seat without an account, invited by address."""

    class Meta:
        model = Invitation

    participant = factory.SubFactory(ParticipantFactory, user=None)
    survey = factory.SelfAttribute("participant.survey")
    email = factory.Sequence(lambda n: f"guest{n}@example.org")


def link_to(invitation: Invitation, *, days: int = 30) -> str:
    """The token of a new personal link."""
    token = new_token()
    expires_at = timezone.now() + timedelta(days=days)
    PersonalLink.objects.create(invitation=invitation, token_digest=digest_of(token), expires_at=expires_at)
    return token
