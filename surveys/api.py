"""The caller's own answers over the API. There is no address at which anybody else's can be read."""

from typing import Any, cast

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.templatetags.mail import sends_mail
from assessment.api import assessment_for
from assessment.models import without_texts
from core.permissions import require
from core.refusals import Refused
from surveys.domain import answer_store
from surveys.domain.address_list import Row, clean_name
from surveys.domain.answers import save_answer
from surveys.domain.invitations import NewLink, invite_addresses, issue_link, issue_links, revoke
from surveys.domain.invite import survey_of
from surveys.domain.invited import invited
from surveys.models import MOST_CHOICES, Answer, AnswerKind, Participant, Survey


class ChoiceNumbers(serializers.ListField):
    """Numbers of choices; kept as a text."""

    child = serializers.IntegerField(min_value=1, max_value=MOST_CHOICES)

    def to_representation(self, data: Any) -> list[int]:
        return [int(number) for number in data.split()]


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    ticked = ChoiceNumbers(required=False)

    class Meta:
        model = Answer
        fields = ("question", "kind", "level", "ticked", "reason", "updated_at")
        read_only_fields = ("updated_at",)
        validators: list[Any] = []  # the pair of seat and question is upserted

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["kind"] == AnswerKind.LEVEL) != (attrs.get("level") is not None):
            raise serializers.ValidationError(
                _("Give a level from 1 to 5 with kind “level”, and none with “dk” or “na”.")
            )
        if (attrs["kind"] == AnswerKind.TICKED) != bool(attrs.get("ticked")):
            raise serializers.ValidationError(
                _("Give the numbers of choices with kind “ticked”, and none with another.")
            )
        return attrs


class OwnAnswers(generics.GenericAPIView[Answer]):
    """GET: the caller's own answers. PUT: save one answer; saving it again replaces it."""

    serializer_class = AnswerSerializer
    pagination_class = None

    def seat(self) -> Participant:
        assessment = assessment_for(self.request, self.kwargs["assessment"])  # who left the team has left the survey
        rows = Participant.objects.for_user(self.request.user).select_related("survey__assessment__maturity_model")
        rows = rows.defer(*without_texts("survey__assessment__maturity_model"))
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
        told = {AnswerKind.LEVEL: values.get("level"), AnswerKind.TICKED: tuple(values.get("ticked", ()))}
        answer = told.get(values["kind"], values["kind"])
        saved = save_answer(seat, question=values["question"], answer=answer, reason=values.get("reason", ""))
        return Response(self.get_serializer(saved).data)


class InvitationSerializer(serializers.Serializer[Any]):
    """What those who lead see of an invitation; a new one takes `email`, `name`, `roles` and `by_mail`."""

    id = serializers.UUIDField(source="seat.public_id", read_only=True)
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    roles = serializers.ListField(child=serializers.CharField(max_length=40), source="seat.roles")
    by_mail = serializers.BooleanField(write_only=True, default=False)
    standing = serializers.CharField(read_only=True)
    link_until = serializers.DateTimeField(read_only=True)
    mail = serializers.CharField(read_only=True)
    problem = serializers.CharField(read_only=True)
    is_revoked = serializers.BooleanField(read_only=True)


class LinkSerializer(serializers.Serializer[Any]):
    """A personal link, given in this answer and never again; empty when it goes out by mail."""

    id = serializers.UUIDField()
    link = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)


def _survey_for(request: Request, public_id: Any) -> Survey:
    assessment = assessment_for(request, public_id)
    require(request.user, "surveys.invite_people", assessment)
    survey = survey_of(assessment)
    survey.assessment = assessment
    return survey


def _link(request: Request, link: NewLink) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("surveys:join", args=[link.token]))
    return {"id": link.seat.public_id, "link": address, "expires_at": link.expires_at}


class InvitationList(generics.GenericAPIView[Any]):
    """GET: who is asked and how far the way in got. POST: invite one address."""

    serializer_class = InvitationSerializer
    pagination_class = None

    @extend_schema(responses=InvitationSerializer(many=True))
    def get(self, request: Request, assessment: Any) -> Response:
        rows = invited(_survey_for(request, assessment), {})
        return Response(self.get_serializer(rows, many=True).data)

    @extend_schema(responses={201: LinkSerializer})
    def post(self, request: Request, assessment: Any) -> Response:
        survey = _survey_for(request, assessment)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        row = Row(1, values["email"].lower(), clean_name(values["name"]), tuple(values["seat"]["roles"]))
        by_mail = values["by_mail"] and sends_mail()
        seats = invite_addresses(survey, [row], by=cast(User, request.user), by_mail=by_mail)
        if not seats:
            raise Refused(_("{email} is asked already.").format(email=row.email))
        made = {"id": seats[0].public_id, "link": "", "expires_at": None}
        return Response(made if by_mail else _link(request, issue_links(seats)[0]), status=status.HTTP_201_CREATED)


class InvitationDetail(generics.GenericAPIView[Any]):
    """POST: a new link in place of every earlier one. DELETE: revoke the invitation; answers stay."""

    serializer_class = LinkSerializer

    def seat(self, request: Request, assessment: Any, seat: Any) -> Participant:
        survey = _survey_for(request, assessment)
        row = get_object_or_404(survey.participants.select_related("user"), public_id=seat)
        row.survey = survey
        return row

    @extend_schema(request=None, operation_id="assessments_invitations_renew")
    def post(self, request: Request, assessment: Any, seat: Any) -> Response:
        link = issue_link(self.seat(request, assessment, seat), by=cast(User, request.user))
        return Response(_link(request, link), status=status.HTTP_201_CREATED)

    def delete(self, request: Request, assessment: Any, seat: Any) -> Response:
        revoke(self.seat(request, assessment, seat), by=cast(User, request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)
