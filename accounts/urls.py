from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("setup/<str:token>/", views.setup, name="setup"),
    path("organizations/", views.organization_list, name="organization-list"),
    path("organizations/new/", views.organization_create, name="organization-create"),
    path("organizations/<uuid:organization>/", views.organization_detail, name="organization-detail"),
    path("organizations/<uuid:organization>/edit/", views.organization_edit, name="organization-edit"),
    path("organizations/<uuid:organization>/teams/new/", views.team_create, name="team-create"),
    path(
        "organizations/<uuid:organization>/people/new/", views.organization_person_add, name="organization-person-add"
    ),
    path("teams/<uuid:team>/", views.team_detail, name="team-detail"),
    path("teams/<uuid:team>/edit/", views.team_edit, name="team-edit"),
    path("teams/<uuid:team>/delete/", views.team_delete, name="team-delete"),
    path("teams/<uuid:team>/people/new/", views.team_person_add, name="team-person-add"),
    path("memberships/<uuid:membership>/", views.membership_edit, name="membership-edit"),
    path("memberships/<uuid:membership>/remove/", views.membership_remove, name="membership-remove"),
    path("memberships/<uuid:membership>/link/", views.membership_link, name="membership-link"),
]
