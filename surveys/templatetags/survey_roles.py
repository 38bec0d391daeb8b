"""Role ids as the names a page shows."""

from collections.abc import Mapping, Sequence

from django import template

register = template.Library()


@register.filter
def role_names(roles: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(role, role) for role in roles)
