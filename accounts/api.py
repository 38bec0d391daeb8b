"""Organizations, teams and people over the API, and the token to use it with."""

from typing import Any

from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle

from accounts.domain.tokens import token_of


class TokenThrottle(AnonRateThrottle):
    rate = "10/min"


class ObtainToken(ObtainAuthToken):
    """The token of the person whose address and password are given; the same one each time."""

    throttle_classes = [TokenThrottle]

    def post(self, request: Request, *_: Any, **__: Any) -> Response:
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response({"token": token_of(given.validated_data["user"])})
