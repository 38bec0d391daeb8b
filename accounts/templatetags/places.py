"""What pages say about a person's own places."""

from typing import Any

from django import template
from django.db.models import prefetch_related_objects

from accounts.models import Membership

register = template.Library()


@register.simple_tag
def ending_places(user: Any) -> list[Membership]:
    """The places of the person that end within two weeks, the first to end first."""
    prefetch_related_objects([user], "memberships")
    ending = [place for place in user.memberships.all() if place.ends_soon]
    if ending:
        prefetch_related_objects(ending, "team", "organization")
    return sorted(ending, key=lambda place: (place.ends_on, place.pk))
