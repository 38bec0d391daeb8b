"""The second gate: the verb. The first is the fetch through `for_user`."""

from typing import Any

from django.core.exceptions import PermissionDenied


def require(user: Any, permission: str, subject: object = None) -> None:
    """Raise PermissionDenied (403) unless the person may do this to the subject."""
    if not user.has_perm(permission, subject):
        raise PermissionDenied(permission)
