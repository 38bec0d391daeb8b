"""Every address of the site; each app lists its own."""

from django.urls import include, path
from django.views.i18n import set_language

from accounts.admin import operator_site
from accounts.views.mailed_code import ConfirmCode

urlpatterns = [
    path("", include("assessment.urls")),
    path("", include("accounts.urls")),
    path("", include("surveys.urls")),
    path("", include("metrics.urls")),
    path("", include("reports.urls")),
    path("", include("core.urls")),
    path("language/", set_language, name="set_language"),
    path("admin/", operator_site.urls),
    path("api/v1/", include("config.api")),
    path("accounts/oidc/<str:provider_id>/", include("accounts.single_sign_on")),
    path("accounts/login/code/confirm/", ConfirmCode.as_view()),  # before the library's, which has the name
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/linked/", include("allauth.socialaccount.urls")),
]

handler400 = "core.views.bad_request"
