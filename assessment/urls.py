from django.urls import path

from assessment import draft_views, model_views, views

app_name = "assessment"

urlpatterns = [
    path("", views.assessment_list, name="assessment-list"),
    path("teams/<uuid:team>/assessments/new/", views.assessment_create, name="assessment-create"),
    path("organizations/<uuid:organization>/maturity-models/", model_views.model_list, name="model-list"),
    path("organizations/<uuid:organization>/model-drafts/", draft_views.draft_list, name="draft-list"),
    path("model-drafts/<uuid:draft>/", draft_views.draft_detail, name="draft-detail"),
    path("model-drafts/<uuid:draft>/parts/<slug:what>/<str:name>/", draft_views.draft_part, name="draft-part"),
    path("model-drafts/<uuid:draft>/yaml/", draft_views.draft_yaml, name="draft-yaml"),
    path("model-drafts/<uuid:draft>/export/", draft_views.draft_export, name="draft-export"),
    path("model-drafts/<uuid:draft>/check/", draft_views.draft_check, name="draft-check"),
    path(
        "model-drafts/<uuid:draft>/translations/<slug:language>/<str:part>/",
        draft_views.draft_translation,
        name="draft-translation",
    ),
    path(
        "model-drafts/<uuid:draft>/translation-files/<slug:language>/",
        draft_views.draft_translation_import,
        name="draft-translation-import",
    ),
    path("model-drafts/<uuid:draft>/new/<slug:what>/<str:name>/", draft_views.draft_part_add, name="draft-part-add"),
    path(
        "model-drafts/<uuid:draft>/parts/<slug:what>/<str:name>/remove/",
        draft_views.draft_part_remove,
        name="draft-part-remove",
    ),
    path("model-drafts/<uuid:draft>/publish/", draft_views.draft_publish, name="draft-publish"),
    path("model-drafts/<uuid:draft>/delete/", draft_views.draft_delete, name="draft-delete"),
    path(
        "organizations/<uuid:organization>/maturity-models/<slug:digest>/withdraw/",
        model_views.model_withdraw,
        name="model-withdraw",
    ),
    path("model-uploads/<uuid:upload>/", model_views.model_upload, name="model-upload"),
    path("assessments/<uuid:assessment>/", views.assessment_detail, name="assessment-detail"),
    path("assessments/<uuid:assessment>/edit/", views.assessment_edit, name="assessment-edit"),
    path("assessments/<uuid:assessment>/targets/", views.assessment_targets, name="assessment-targets"),
    path("assessments/<uuid:assessment>/open/", views.assessment_open, name="assessment-open"),
    path("assessments/<uuid:assessment>/close/", views.assessment_close, name="assessment-close"),
    path("assessments/<uuid:assessment>/reopen/", views.assessment_reopen, name="assessment-reopen"),
    path("assessments/<uuid:assessment>/delete/", views.assessment_delete, name="assessment-delete"),
]
