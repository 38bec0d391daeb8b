"""How a refusal of the domain reads in the API: its status and its sentence, as JSON."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.refusals import Refused


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """409 or 422 with the domain's own sentence; the rest is Django REST framework's answer."""
    if isinstance(error, Refused):
        return Response({"detail": error.sentence}, status=error.status)
    return exception_handler(error, context)
