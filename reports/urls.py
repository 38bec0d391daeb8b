from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("assessments/<uuid:assessment>/result/", views.result, name="result"),
    path("assessments/<uuid:assessment>/result/<slug:practice>/", views.practice, name="practice"),
    path("assessments/<uuid:assessment>/result/<slug:practice>/caps/<int:cap>/", views.cap_contest, name="cap-contest"),
    path(
        "assessments/<uuid:assessment>/result/<slug:practice>/caps/<int:cap>/withdraw/",
        views.cap_contest_withdraw,
        name="cap-contest-withdraw",
    ),
    path("assessments/<uuid:assessment>/report/", views.report_request, name="report-request"),
    path("reports/<uuid:report>/", views.report_status, name="report-status"),
    path("reports/<uuid:report>/download/", views.report_download, name="report-download"),
]
