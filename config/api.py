"""Every address of the API, and its schema. The same two gates as the pages stand in each app's `api.py`."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

import accounts.api as accounts_api
import assessment.api as assessment_api
import metrics.api as metrics_api
import reports.api as reports_api
import reports.flow_api as flow_api
import surveys.api as surveys_api

app_name = "api"


ORGANIZATION = "organizations/<uuid:organization>/"
ASSESSMENT = "assessments/<uuid:assessment>/"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("token/", accounts_api.ObtainToken.as_view(), name="token"),
    path("organizations/", accounts_api.OrganizationList.as_view(), name="organization-list"),
    path(ORGANIZATION, accounts_api.OrganizationDetail.as_view(), name="organization-detail"),
    path(f"{ORGANIZATION}teams/", accounts_api.TeamList.as_view(), name="team-list"),
    path(f"{ORGANIZATION}people/", accounts_api.OrganizationPeople.as_view(), name="organization-people"),
    path(f"{ORGANIZATION}audit/", accounts_api.AuditEventList.as_view(), name="audit-list"),
    path("teams/<uuid:team>/", accounts_api.TeamDetail.as_view(), name="team-detail"),
    path("teams/<uuid:team>/people/", accounts_api.TeamPeople.as_view(), name="team-people"),
    path("memberships/<uuid:membership>/", accounts_api.MembershipDetail.as_view(), name="membership-detail"),
    path("assessments/", assessment_api.AssessmentList.as_view(), name="assessment-list"),
    path(ASSESSMENT, assessment_api.AssessmentDetail.as_view(), name="assessment-detail"),
    path(f"{ASSESSMENT}open/", assessment_api.AssessmentOpen.as_view(), name="assessment-open"),
    path(f"{ASSESSMENT}close/", assessment_api.AssessmentClose.as_view(), name="assessment-close"),
    path(f"{ASSESSMENT}answers/", surveys_api.OwnAnswers.as_view(), name="own-answers"),
    path(f"{ASSESSMENT}invitations/", surveys_api.InvitationList.as_view(), name="invitation-list"),
    path(f"{ASSESSMENT}invitations/<uuid:seat>/", surveys_api.InvitationDetail.as_view(), name="invitation-detail"),
    path(f"{ASSESSMENT}evidence/", assessment_api.EvidenceList.as_view(), name="evidence-list"),
    path(f"{ASSESSMENT}results/", assessment_api.ResultList.as_view(), name="result-list"),
    path("results/<uuid:result>/", assessment_api.ResultDetail.as_view(), name="result-detail"),
    path("results/<uuid:result>/moves/", assessment_api.ResultMoves.as_view(), name="result-moves"),
    path(f"{ASSESSMENT}repositories/", metrics_api.RepositoryList.as_view(), name="repository-list"),
    path("repositories/<uuid:repository>/", metrics_api.RepositoryDetail.as_view(), name="repository-detail"),
    path(f"{ASSESSMENT}collections/", metrics_api.CollectionList.as_view(), name="collection-list"),
    path("collections/<uuid:collection>/", metrics_api.CollectionDetail.as_view(), name="collection-detail"),
    path("collections/<uuid:collection>/cancel/", metrics_api.CollectionCancel.as_view(), name="collection-cancel"),
    path(f"{ASSESSMENT}flow/", flow_api.Flow.as_view(), name="flow"),
    path(f"{ASSESSMENT}flow/what-if/", flow_api.FlowWhatIf.as_view(), name="flow-what-if"),
    path(f"{ASSESSMENT}scenarios/", flow_api.ScenarioList.as_view(), name="scenario-list"),
    path("scenarios/<uuid:scenario>/", flow_api.ScenarioDetail.as_view(), name="scenario-detail"),
    path(f"{ASSESSMENT}reports/", reports_api.ReportList.as_view(), name="report-list"),
    path("reports/<uuid:report>/", reports_api.ReportDetail.as_view(), name="report-detail"),
    path("reports/<uuid:report>/download/", reports_api.ReportDownload.as_view(), name="report-download"),
]
