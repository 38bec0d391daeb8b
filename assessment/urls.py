from django.urls import path

from assessment import views

app_name = "assessment"

urlpatterns = [
    path("", views.assessment_list, name="assessment-list"),
    path("teams/<uuid:team>/assessments/new/", views.assessment_create, name="assessment-create"),
    path("assessments/<uuid:assessment>/", views.assessment_detail, name="assessment-detail"),
    path("assessments/<uuid:assessment>/edit/", views.assessment_edit, name="assessment-edit"),
    path("assessments/<uuid:assessment>/targets/", views.assessment_targets, name="assessment-targets"),
    path("assessments/<uuid:assessment>/open/", views.assessment_open, name="assessment-open"),
    path("assessments/<uuid:assessment>/close/", views.assessment_close, name="assessment-close"),
    path("assessments/<uuid:assessment>/reopen/", views.assessment_reopen, name="assessment-reopen"),
    path("assessments/<uuid:assessment>/delete/", views.assessment_delete, name="assessment-delete"),
]
