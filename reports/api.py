"""Reports over the API: request, status, download."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from assessment.answers_first import require_answers
from assessment.api import assessment_for
from assessment.domain.evidence import current_result
from core.language import in_sentence
from core.models import JobState
from core.permissions import require
from core.refusals import Refused
from reports.domain.render import download_name, note_download, request_report
from reports.models import Form, Paper, Profile, Report


class ReportSerializer(serializers.ModelSerializer[Report]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    result = serializers.UUIDField(source="result.public_id", read_only=True)
    progress_percent = serializers.IntegerField(read_only=True)

    class Meta:
        model = Report
        fields = (
            "id",
            "result",
            "state",
            "progress_percent",
            "progress_note",
            "error",
            "template_version",
            "language",
            "form",
            "profile",
            "paper",
            "sha256",
            "queued_at",
            "finished_at",
        )
        read_only_fields = fields


class WishSerializer(serializers.Serializer[Any]):
    """Which report; what is left out is the full A4 report for the team."""

    form = serializers.ChoiceField(choices=Form.choices, default=Form.FULL)
    profile = serializers.ChoiceField(choices=Profile.choices, default=Profile.TEAM)
    paper = serializers.ChoiceField(choices=Paper.choices, default=Paper.A4)


class ReportList(generics.ListAPIView[Report]):
    """The reports of an assessment. POST asks for the one of the newest result; asking twice finds the first."""

    serializer_class = ReportSerializer
    queryset = Report.objects.none()

    def get_queryset(self) -> QuerySet[Report]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        assessment = assessment_for(self.request, self.kwargs["assessment"])
        require(self.request.user, "reports.download_report", assessment)
        require_answers(self.request.user, assessment)
        return Report.objects.filter(result__assessment=assessment).select_related("result")

    @extend_schema(request=WishSerializer, responses={202: ReportSerializer})
    def post(self, request: Request, assessment: object) -> Response:
        row = assessment_for(request, assessment)
        require(request.user, "reports.request_report", row)
        latest = current_result(row)
        if latest is None:
            raise Refused(_("There is no result to print yet: nobody has answered and nothing has been measured."))
        wish = WishSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        report = request_report(latest, by=request.user, **wish.validated_data)
        return Response(self.get_serializer(report).data, status=status.HTTP_202_ACCEPTED)


class ReportDetail(generics.RetrieveAPIView[Report]):
    """Where a report stands."""

    serializer_class = ReportSerializer

    def get_object(self) -> Report:
        rows = Report.objects.for_user(self.request.user).select_related("result__assessment__team")
        report = get_object_or_404(rows, public_id=self.kwargs["report"])
        require(self.request.user, "reports.download_report", report.result.assessment)
        require_answers(self.request.user, report.result.assessment)
        return report


class ReportDownload(ReportDetail):
    """The finished PDF."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002  # the framework's signature
        report = self.get_object()
        if report.state != JobState.DONE or not report.file:
            raise Refused(
                _("The report has no file: it is “{state}”.").format(state=in_sentence(report.get_state_display()))
            )
        note_download(report, by=request.user)  # type: ignore[arg-type]  # signed in
        return FileResponse(
            report.file.open("rb"),
            as_attachment=True,
            filename=download_name(report),
            content_type="application/pdf",
            headers={"Cache-Control": "private, no-store"},
        )
