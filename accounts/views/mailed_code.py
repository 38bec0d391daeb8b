"""Signing in with what was mailed: the code, typed or brought by the link."""

from typing import Any

from allauth.account.views import ConfirmLoginCodeView
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _


class ConfirmCode(ConfirmLoginCodeView):  # type: ignore[misc]  # allauth ships no types
    """The link fills the code in; the button uses it up, so a mail program that looks at links does not."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A link opened elsewhere, or after its end, is led on to the page that sends a new one, and that says why."""
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if request.method == "GET" and answer.status_code == 302 and not request.user.is_authenticated:
            messages.info(
                request, _("A link works in the browser that asked for it, and for ten minutes. Ask anew here.")
            )
        return answer

    def get_initial(self) -> dict[str, str]:
        return {**super().get_initial(), "code": self.request.GET.get("code", "")[:20]}
