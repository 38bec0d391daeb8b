"""How a refusal reads in the API: its status and one sentence under `detail`."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.refusals import Refused


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """409 or 422 with the domain's own sentence; 403 without naming permissions; the rest as the framework answers.

    A body of the wrong form keeps the framework's 400: one list of sentences for each field.
    """
    if isinstance(error, Refused):
        return Response({"detail": error.sentence}, status=error.status)
    if isinstance(error, PermissionDenied):
        return Response({"detail": _("Your role does not allow this here.")}, status=status.HTTP_403_FORBIDDEN)
    return exception_handler(error, context)
