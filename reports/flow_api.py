"""Flow over the API: the inputs and what they lead to, a what-if, and saved scenarios."""

from dataclasses import asdict
from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from assessment.answers_first import require_answers
from assessment.api import assessment_for
from assessment.domain.flow import FlowError
from assessment.domain.flow.analysis import analyse, analysis_as_json
from assessment.domain.flow.given import filled
from assessment.domain.flow.inputs import NAMES
from assessment.domain.flow.whatif import SET_ANEW, Demand, Means, WhatIf, whatif_from
from assessment.domain.flow_inputs import given_of, set_flow_inputs
from assessment.domain.scenarios import delete_scenario, save_scenario, show_in_report
from assessment.models import Assessment, FlowScenario
from core.permissions import require
from core.refusals import Invalid
from reports.domain.flow_page.gather import team_of


class WhatIfSerializer(serializers.Serializer[WhatIf]):
    """Growth in percent, shares from 0 to 1; a field left out stays as it is today."""

    coding_percent = serializers.FloatField(default=40.0, min_value=-90, max_value=900)
    coding_means = serializers.ChoiceField(choices=[each.value for each in Means], default=Means.SPEED.value)
    demand = serializers.ChoiceField(choices=[each.value for each in Demand], default=Demand.GIVEN.value)
    volume_percent = serializers.FloatField(default=0.0)
    size_percent = serializers.FloatField(default=0.0)

    def get_fields(self) -> dict[str, Any]:
        anew = {name: serializers.FloatField(required=False, allow_null=True, default=None) for name in SET_ANEW}
        return {**super().get_fields(), **anew}


class ScenarioSerializer(serializers.ModelSerializer[FlowScenario]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    what_if = WhatIfSerializer(source="values")

    class Meta:
        model = FlowScenario
        fields = ("id", "name", "what_if", "in_report", "created_at")
        read_only_fields = ("created_at",)
        extra_kwargs: dict[str, Any] = {"name": {"validators": []}}  # the same name again replaces


class InputsSerializer(serializers.Serializer[Any]):
    """Name to number; null takes a number back that was set by hand."""

    def get_fields(self) -> dict[str, Any]:
        return {name: serializers.FloatField(required=False, allow_null=True) for name in NAMES}


class Flow(generics.GenericAPIView[Assessment]):
    """The inputs with their origin and what they lead to. PATCH sets inputs by hand.

    Who still owes answers in the survey reads none of it: 403, and 204 after a PATCH.
    """

    serializer_class = InputsSerializer

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, assessment: object) -> Response:
        row = assessment_for(request, assessment)
        require(request.user, "reports.view_flow", row)
        require_answers(request.user, row)
        return Response(_answer(row, None))

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, assessment: object) -> Response:
        row = assessment_for(request, assessment)
        require(request.user, "reports.edit_flow_inputs", row)
        if unknown := sorted(set(request.data) - set(NAMES)):
            text = _("There is no flow input “{name}”; known are {names}.")
            raise Invalid(text.format(name=unknown[0], names=", ".join(NAMES)))
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        set_flow_inputs(row, dict(serializer.validated_data), by=cast(User, request.user))
        if not request.user.has_perm("assessment.view_evidence", row):
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(_answer(row, None))


class FlowWhatIf(generics.GenericAPIView[Any]):
    """What a change would lead to; nothing is kept."""

    serializer_class = WhatIfSerializer

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, assessment: object) -> Response:
        row = assessment_for(request, assessment)
        require(request.user, "reports.view_flow", row)
        require_answers(request.user, row)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(_answer(row, whatif_from(serializer.validated_data)))


class ScenarioList(generics.ListAPIView[FlowScenario]):
    """The saved scenarios. POST saves one; the same name again replaces it."""

    serializer_class = ScenarioSerializer
    queryset = FlowScenario.objects.none()

    def get_queryset(self) -> QuerySet[FlowScenario]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        row = assessment_for(self.request, self.kwargs["assessment"])
        require(self.request.user, "reports.view_flow", row)
        return row.flow_scenarios.all()

    @extend_schema(responses={201: ScenarioSerializer})
    def post(self, request: Request, assessment: object) -> Response:
        row = assessment_for(request, assessment)
        require(request.user, "reports.save_scenario", row)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data
        kept = save_scenario(row, name=told["name"], whatif=whatif_from(told["values"]), by=cast(User, request.user))
        return Response(self.get_serializer(kept).data, status=status.HTTP_201_CREATED)


class ScenarioDetail(generics.GenericAPIView[FlowScenario]):
    """One scenario with what it leads to today. PATCH `in_report` puts it into the report or takes it out."""

    serializer_class = ScenarioSerializer

    def _row(self, permission: str) -> FlowScenario:
        rows = FlowScenario.objects.for_user(self.request.user).select_related("assessment__team")
        row = get_object_or_404(rows, public_id=self.kwargs["scenario"])
        require(self.request.user, permission, row.assessment)
        return row

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, scenario: object) -> Response:  # noqa: ARG002  # read from the address
        row = self._row("reports.view_flow")
        require_answers(request.user, row.assessment)
        return Response({**self.get_serializer(row).data, **_answer(row.assessment, whatif_from(row.values))})

    def patch(self, request: Request, scenario: object) -> Response:  # noqa: ARG002  # read from the address
        row = self._row("reports.show_scenario")
        serializer = self.get_serializer(row, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        if set(serializer.validated_data) - {"in_report"}:
            raise Invalid(_("Only in_report may be changed; save under the same name to replace a scenario."))
        if "in_report" in serializer.validated_data:
            show_in_report(row, shown=serializer.validated_data["in_report"], by=cast(User, request.user))
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, scenario: object) -> Response:  # noqa: ARG002  # read from the address
        delete_scenario(self._row("reports.delete_scenario"), by=cast(User, request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answer(assessment: Assessment, whatif: WhatIf | None) -> dict[str, Any]:
    """The answer of `manage.py flow` for the team, with its inputs."""
    team, inputs = team_of(assessment), filled(given_of(assessment))
    try:
        scenario = whatif.scenario() if whatif else None
        analysis = analyse(team, scenario, **({"coding_speed": scenario.coding_speed} if scenario else {}))
    except FlowError as wrong:
        raise Invalid(str(wrong)) from None
    return {"inputs": [asdict(one) for one in inputs.values()], **analysis_as_json(analysis)}
