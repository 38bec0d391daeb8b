from django.urls import path

from accounts.views import audit, leaving, own_account, places

app_name = "accounts"

urlpatterns = [
    path("setup/<str:token>/", places.setup, name="setup"),
    path("accounts/me/", own_account.account, name="account"),
    path("accounts/me/name/", own_account.name_edit, name="name-edit"),
    path("accounts/me/sessions/", own_account.session_list, name="session-list"),
    path("accounts/me/sessions/end-others/", own_account.session_end_others, name="session-end-others"),
    path("accounts/me/sessions/<uuid:session>/end/", own_account.session_end, name="session-end"),
    path("accounts/me/second-factor-missing/", own_account.second_factor_missing, name="second-factor-missing"),
    path("accounts/email/", own_account.email_change, name="email-change"),
    path("accounts/email/key/<str:token>/", own_account.email_confirm, name="email-confirm"),
    path("accounts/signup/", own_account.sign_up_ask, name="sign-up"),
    path("accounts/signup/key/<str:token>/", own_account.sign_up_finish, name="sign-up-finish"),
    path(
        "organizations/<uuid:organization>/second-factor/",
        own_account.organization_second_factor,
        name="organization-second-factor",
    ),
    path(
        "memberships/<uuid:membership>/second-factor/",
        own_account.membership_second_factor,
        name="membership-second-factor",
    ),
    path("organizations/", places.organization_list, name="organization-list"),
    path("organizations/new/", places.organization_create, name="organization-create"),
    path("organizations/<uuid:organization>/", places.organization_detail, name="organization-detail"),
    path("organizations/<uuid:organization>/edit/", places.organization_edit, name="organization-edit"),
    path("organizations/<uuid:organization>/teams/new/", places.team_create, name="team-create"),
    path(
        "organizations/<uuid:organization>/people/new/", places.organization_person_add, name="organization-person-add"
    ),
    path("organizations/<uuid:organization>/audit/", audit.audit_list, name="audit-list"),
    path("organizations/<uuid:organization>/audit/<slug:form>/", audit.audit_export, name="audit-export"),
    path("organizations/<uuid:organization>/leave/", leaving.organization_leave, name="organization-leave"),
    path("teams/<uuid:team>/", places.team_detail, name="team-detail"),
    path("teams/<uuid:team>/edit/", places.team_edit, name="team-edit"),
    path("teams/<uuid:team>/delete/", places.team_delete, name="team-delete"),
    path("teams/<uuid:team>/people/new/", places.team_person_add, name="team-person-add"),
    path("memberships/<uuid:membership>/", places.membership_edit, name="membership-edit"),
    path("memberships/<uuid:membership>/remove/", places.membership_remove, name="membership-remove"),
    path("memberships/<uuid:membership>/erase/", leaving.membership_erase, name="membership-erase"),
    path("memberships/<uuid:membership>/link/", places.membership_link, name="membership-link"),
]
