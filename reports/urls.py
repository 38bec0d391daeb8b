from django.urls import path

from reports import flow_views, roadmap_views, tracker_views, views

app_name = "reports"

urlpatterns = [
    path("assessments/<uuid:assessment>/result/", views.result, name="result"),
    path("assessments/<uuid:assessment>/result/agreement/", views.agreement, name="agreement"),
    path("assessments/<uuid:assessment>/result/<slug:practice>/", views.practice, name="practice"),
    path("assessments/<uuid:assessment>/result/<slug:practice>/caps/<int:cap>/", views.cap_contest, name="cap-contest"),
    path(
        "assessments/<uuid:assessment>/result/<slug:practice>/caps/<int:cap>/withdraw/",
        views.cap_contest_withdraw,
        name="cap-contest-withdraw",
    ),
    path(
        "assessments/<uuid:assessment>/evidence/<slug:signal>/contest/", views.evidence_contest, name="evidence-contest"
    ),
    path(
        "assessments/<uuid:assessment>/evidence/notes/<uuid:contest>/withdraw/",
        views.evidence_contest_withdraw,
        name="evidence-contest-withdraw",
    ),
    path("assessments/<uuid:assessment>/flow/", flow_views.flow, name="flow"),
    path("assessments/<uuid:assessment>/flow/inputs/", flow_views.flow_inputs, name="flow-inputs"),
    path("assessments/<uuid:assessment>/flow/save/", flow_views.scenario_save, name="scenario-save"),
    path("scenarios/<uuid:scenario>/", flow_views.scenario, name="scenario"),
    path("scenarios/<uuid:scenario>/report/", flow_views.scenario_show, name="scenario-show"),
    path("scenarios/<uuid:scenario>/delete/", flow_views.scenario_delete, name="scenario-delete"),
    path("assessments/<uuid:assessment>/roadmap/", roadmap_views.roadmap, name="roadmap"),
    path("assessments/<uuid:assessment>/roadmap/add/", roadmap_views.action_add, name="roadmap-add"),
    path("assessments/<uuid:assessment>/roadmap/follow/", roadmap_views.follow, name="roadmap-follow"),
    path("assessments/<uuid:assessment>/roadmap/export/<slug:form>/", tracker_views.export, name="roadmap-export"),
    path("assessments/<uuid:assessment>/roadmap/tracker/", tracker_views.tracker, name="tracker"),
    path("assessments/<uuid:assessment>/roadmap/tracker/send/", tracker_views.send, name="tracker-send"),
    path("assessments/<uuid:assessment>/roadmap/tracker/remove/", tracker_views.remove, name="tracker-remove"),
    path("assessments/<uuid:assessment>/roadmap/tracker/run/", tracker_views.run_status, name="tracker-run"),
    path("assessments/<uuid:assessment>/roadmap/history/", roadmap_views.history, name="roadmap-history"),
    path("assessments/<uuid:assessment>/roadmap/undo/", roadmap_views.undo_change, name="roadmap-undo"),
    path("assessments/<uuid:assessment>/roadmap/return/", roadmap_views.return_to_revision, name="roadmap-return"),
    path("assessments/<uuid:assessment>/roadmap/actions/<slug:action>/", roadmap_views.action, name="roadmap-action"),
    path(
        "assessments/<uuid:assessment>/roadmap/actions/<slug:action>/decide/",
        roadmap_views.decide,
        name="roadmap-decide",
    ),
    path(
        "assessments/<uuid:assessment>/roadmap/actions/<slug:action>/move/",
        roadmap_views.move_action,
        name="roadmap-move",
    ),
    path("assessments/<uuid:assessment>/report/", views.report_request, name="report-request"),
    path("assessments/<uuid:assessment>/export/<slug:kind>/", views.result_export, name="export"),
    path("reports/<uuid:report>/", views.report_status, name="report-status"),
    path("reports/<uuid:report>/download/", views.report_download, name="report-download"),
]
