"""Signing in with one provider of OpenID Connect; the only module that reads its tokens.

Beyond what allauth does (state, PKCE, the exchange of the code) a nonce binds the token to this very attempt, the
token's signature is checked against the provider's published keys, and a provider that is down is a page, not a crash.
"""

import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from requests import RequestException

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
CLOCK_LEEWAY_S = 60
NONCE_KEY = "accounts:oidc-nonce"  # in the session, from the redirect to the callback


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        claims = self._decode_id_token(app, kwargs["response"].get("id_token") or "")
        nonce = request.session.pop(NONCE_KEY, None)
        if not nonce or not secrets.compare_digest(str(claims.get("nonce", "")), nonce):
            raise OAuth2Error("The token belongs to another attempt (nonce).")
        told = self._fetch_user_info(token.token)
        if told.get("sub") != claims["sub"]:
            raise OAuth2Error("Token and user info speak of different people (sub).")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": told, "id_token": claims})

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            key = self._signing_key(jwt.get_unverified_header(id_token).get("kid"))
            return jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCK_LEEWAY_S,
                options={"require": ["exp", "iat", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"The token is not valid: {error}") from error

    def _signing_key(self, kid: str | None) -> jwt.PyJWK:
        """The provider's key of this name; a token that names none is signed with the only key there is."""
        keys = jwt.PyJWKClient(self.openid_config["jwks_uri"], timeout=5).get_jwk_set().keys
        fitting = [key for key in keys if key.key_id == kid] if kid else keys
        if len(fitting) != 1:
            raise OAuth2Error(f"The provider publishes {len(fitting)} keys that fit the token.")
        return fitting[0]


class Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    oauth2_adapter_class = CheckedAdapter

    def redirect(self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **_: Any) -> Any:  # noqa: ARG002
        """To the provider, always to sign in: an account is linked by its verified address alone, never on demand."""
        nonce = request.session[NONCE_KEY] = secrets.token_urlsafe(32)
        return super().redirect(request, "login", next_url, data, auth_params={"nonce": nonce})

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """As allauth does, but “verified” only when the provider says so in so many words."""
        addresses: list[Any] = super().extract_email_addresses(data)
        for address in addresses:
            address.email = address.email.lower()
            address.verified = str(address.verified).lower() == "true"
        return addresses

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of what the provider tells is kept but who it is."""
        return {"sub": data["id_token"]["sub"]}


def _view(view: Any) -> Any:
    def answer(request: HttpRequest, provider_id: str) -> HttpResponse:
        adapter = CheckedAdapter(request, provider_id)
        try:
            provider = get_adapter().get_provider(request, provider_id)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        try:
            response: HttpResponse = view.adapter_view(adapter)(request)
        except (RequestException, KeyError, TypeError, ValueError) as error:
            response = render_authentication_error(request, provider, exception=error)
        return response

    return answer


urlpatterns = [
    path("login/", _view(OAuth2LoginView), name="openid_connect_login"),
    path("login/callback/", _view(OAuth2CallbackView), name="openid_connect_callback"),
]
