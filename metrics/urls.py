from django.urls import path

from metrics import views

app_name = "metrics"

urlpatterns = [
    path("assessments/<uuid:assessment>/repositories/", views.repository_list, name="repository-list"),
    path("assessments/<uuid:assessment>/repositories/attach/", views.repository_attach, name="repository-attach"),
    path(
        "assessments/<uuid:assessment>/repositories/<uuid:repository>/remove/",
        views.repository_remove,
        name="repository-remove",
    ),
    path(
        "assessments/<uuid:assessment>/repositories/<uuid:repository>/edit/",
        views.repository_edit,
        name="repository-edit",
    ),
    path("assessments/<uuid:assessment>/repositories/weekly/", views.collection_schedule, name="collection-schedule"),
    path(
        "assessments/<uuid:assessment>/repositories/<uuid:repository>/host/",
        views.repository_host,
        name="repository-host",
    ),
    path(
        "assessments/<uuid:assessment>/repositories/<uuid:repository>/collect/",
        views.collection_start,
        name="collection-start",
    ),
    path("collections/<uuid:collection>/", views.collection_detail, name="collection-detail"),
    path("collections/<uuid:collection>/status/", views.collection_status, name="collection-status"),
    path("collections/<uuid:collection>/cancel/", views.collection_cancel, name="collection-cancel"),
    path("collections/<uuid:collection>/restart/", views.collection_restart, name="collection-restart"),
]
