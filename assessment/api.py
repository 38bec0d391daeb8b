"""Assessments, their evidence and their results over the API."""

from dataclasses import asdict
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Team, User
from assessment.answers_first import require_answers
from assessment.domain import lifecycle
from assessment.domain.model_store import model_to_start_with
from assessment.domain.scored import moves_of
from assessment.models import Assessment, Evidence, Result
from core.permissions import require


def assessment_for(request: Request, public_id: object) -> Assessment:
    """The assessment at the first gate: a stranger's is not found."""
    rows = Assessment.objects.for_user(request.user).with_model("team")
    return get_object_or_404(rows, public_id=public_id)


def _me(request: Request) -> User:
    return cast(User, request.user)  # the API lets nobody in who is not signed in


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    team = serializers.UUIDField(source="team.public_id")
    team_name = serializers.CharField(source="team.name", read_only=True)
    maturity_model = serializers.CharField(source="maturity_model.__str__", read_only=True)
    model = serializers.CharField(
        write_only=True,
        required=False,
        max_length=101,
        help_text="When one is added: SLUG or SLUG@VERSION of a maturity model; without it the shipped one.",
    )
    target_profile = serializers.DictField(child=serializers.IntegerField(min_value=1, max_value=5), required=False)

    class Meta:
        model = Assessment
        fields = (
            "id",
            "team",
            "team_name",
            "title",
            "period_start_on",
            "period_end_on",
            "scope_note",
            "target_profile",
            "state",
            "maturity_model",
            "model",
            "opened_at",
            "closed_at",
            "is_demo",
        )
        read_only_fields = ("state", "opened_at", "closed_at", "is_demo")


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    class Meta:
        model = Evidence
        fields = ("source", "practice", "signal", "n", "observed_at", "content")


class ResultSerializer(serializers.ModelSerializer[Result]):
    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = Result
        fields = ("id", "digest", "scorer_version", "created_at")


class ResultDetailSerializer(ResultSerializer):
    """The same as the data attached to a report."""

    class Meta(ResultSerializer.Meta):
        fields = (*ResultSerializer.Meta.fields, "score", "roadmap", "flow")  # type: ignore[assignment]  # a longer tuple


class MovesSerializer(serializers.ModelSerializer[Result]):
    moves = serializers.SerializerMethodField(help_text="The ten single changes that would move the score most.")

    class Meta:
        model = Result
        fields = ("moves",)

    def get_moves(self, result: Result) -> dict[str, Any] | None:
        """As `assessment.domain.moves.types.Moves`; null where the result was scored by other arithmetic."""
        moves = moves_of(result)
        return asdict(moves) if moves else None


class AssessmentList(generics.ListCreateAPIView[Assessment]):
    """The assessments the caller may see; a lead, consultant or administrator may add one to a team."""

    serializer_class = AssessmentSerializer
    queryset = Assessment.objects.none()

    def get_queryset(self) -> QuerySet[Assessment]:
        return Assessment.objects.for_user(self.request.user).with_model("team")

    @transaction.atomic
    def perform_create(self, serializer: Any) -> None:
        values = dict(serializer.validated_data)
        team = (
            Team.objects.for_user(self.request.user)
            .select_related("organization")
            .filter(public_id=values.pop("team")["public_id"])
            .first()
        )
        if team is None:
            raise ValidationError({"team": [_("There is no such team among yours.")]})
        require(self.request.user, "assessment.add_assessment", team)
        targets = values.pop("target_profile", None)
        name = values.pop("model", "")
        model = model_to_start_with(team.organization, name) if name else None
        assessment = lifecycle.create_assessment(team, **values, maturity_model=model, by=_me(self.request))
        if targets is not None:
            lifecycle.set_targets(assessment, targets, by=_me(self.request))
        serializer.instance = assessment


class AssessmentDetail(generics.RetrieveUpdateAPIView[Assessment]):
    """One assessment; its title, period, scope note and target profile may be changed by those who lead it."""

    serializer_class = AssessmentSerializer
    http_method_names = ["get", "patch", "head", "options"]

    def get_object(self) -> Assessment:
        assessment = assessment_for(self.request, self.kwargs["assessment"])
        if self.request.method == "PATCH":
            require(self.request.user, "assessment.edit_assessment", assessment)
        return assessment

    @transaction.atomic
    def perform_update(self, serializer: Any) -> None:
        values = dict(serializer.validated_data)
        if "model" in values:
            raise ValidationError({"model": [_("An assessment keeps the maturity model it was started with.")]})
        if "team" in values:
            raise ValidationError({"team": [_("An assessment stays with its team.")]})
        assessment = serializer.instance
        targets = values.pop("target_profile", None)
        now = {name: getattr(assessment, name) for name in ("title", "period_start_on", "period_end_on", "scope_note")}
        lifecycle.edit_assessment(assessment, **(now | values), by=_me(self.request))
        if targets is not None:
            lifecycle.set_targets(assessment, targets, by=_me(self.request))


class AssessmentOpen(generics.GenericAPIView[Assessment]):
    """Open a draft for answers, or a closed assessment again."""

    serializer_class = AssessmentSerializer

    @extend_schema(request=None)
    def post(self, request: Request, assessment: object) -> Response:
        row = assessment_for(request, assessment)
        require(request.user, "assessment.open_assessment", row)
        reopen = row.state == "closed"
        (lifecycle.reopen_assessment if reopen else lifecycle.open_assessment)(row, by=_me(request))
        return Response(self.get_serializer(row).data)


class AssessmentClose(generics.GenericAPIView[Assessment]):
    """Close an open assessment: answers are final from then on."""

    serializer_class = AssessmentSerializer

    @extend_schema(request=None)
    def post(self, request: Request, assessment: object) -> Response:
        row = assessment_for(request, assessment)
        require(request.user, "assessment.close_assessment", row)
        lifecycle.close_assessment(row, by=_me(request))
        return Response(self.get_serializer(row).data)


class EvidenceList(generics.ListAPIView[Evidence]):
    """What people and repositories say about each practice: summaries and readings, never a single answer."""

    serializer_class = EvidenceSerializer
    queryset = Evidence.objects.none()

    def get_queryset(self) -> QuerySet[Evidence]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        assessment = assessment_for(self.request, self.kwargs["assessment"])
        require(self.request.user, "assessment.view_work", assessment)
        require_answers(self.request.user, assessment)
        return assessment.evidence.order_by("source", "practice", "signal")


class ResultList(generics.ListAPIView[Result]):
    """The assessment's results, the newest first; each is immutable."""

    serializer_class = ResultSerializer
    queryset = Result.objects.none()

    def get_queryset(self) -> QuerySet[Result]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        assessment = assessment_for(self.request, self.kwargs["assessment"])
        require(self.request.user, "assessment.view_assessment", assessment)
        require_answers(self.request.user, assessment)
        return assessment.results.all()


class ResultDetail(generics.RetrieveAPIView[Result]):
    """One result with every score, its range and reasons, and the roadmap."""

    serializer_class = ResultDetailSerializer

    def get_object(self) -> Result:
        mine = Assessment.objects.for_user(self.request.user)
        rows = Result.objects.filter(assessment__in=mine).select_related(
            "assessment__team", "assessment__maturity_model"
        )
        result = get_object_or_404(rows, public_id=self.kwargs["result"])
        require(self.request.user, "assessment.view_assessment", result.assessment)
        require_answers(self.request.user, result.assessment)
        return result


class ResultMoves(ResultDetail):
    """What would move the score of one result, worked out by scoring again when it is asked."""

    serializer_class = MovesSerializer  # type: ignore[assignment]  # of the same row
