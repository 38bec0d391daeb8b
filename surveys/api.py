"""The caller's own answers over the API. There is no address at which anybody else's can be read."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessment.api import assessment_for
from core.permissions import require
from surveys.domain import answer_store
from surveys.domain.answers import save_answer
from surveys.models import Answer, AnswerKind, Participant


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    class Meta:
        model = Answer
        fields = ("question", "kind", "level", "reason", "updated_at")
        read_only_fields = ("updated_at",)
        validators: list[Any] = []  # the pair of seat and question is upserted

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["kind"] == AnswerKind.LEVEL) != (attrs.get("level") is not None):
            raise serializers.ValidationError("Give a level from 1 to 5 with kind “level”, and none with “dk” or “na”.")
        return attrs


class OwnAnswers(generics.GenericAPIView[Answer]):
    """GET: the caller's own answers. PUT: save one answer; saving it again replaces it."""

    serializer_class = AnswerSerializer
    pagination_class = None

    def seat(self) -> Participant:
        assessment = assessment_for(self.request, self.kwargs["assessment"])  # who left the team has left the survey
        rows = Participant.objects.for_user(self.request.user).select_related("survey__assessment__maturity_model")
        seat = get_object_or_404(rows, survey__assessment=assessment)
        require(self.request.user, "surveys.answer_survey", seat)
        return seat

    @extend_schema(responses=AnswerSerializer(many=True))
    def get(self, request: Request, assessment: object) -> Response:  # noqa: ARG002  # the address names it
        answers = sorted(answer_store.given(self.seat()).values(), key=lambda answer: answer.question)
        return Response(self.get_serializer(answers, many=True).data)

    def put(self, request: Request, assessment: object) -> Response:  # noqa: ARG002  # the address names it
        seat = self.seat()
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        answer = values["level"] if values["kind"] == AnswerKind.LEVEL else values["kind"]
        saved = save_answer(seat, question=values["question"], answer=answer, reason=values.get("reason", ""))
        return Response(self.get_serializer(saved).data)
