"""Repositories and collections over the API."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from assessment.answers_first import require_answers
from assessment.api import assessment_for
from core.permissions import require
from metrics.domain.repositories import (
    attach_with_scope,
    cancel_collection,
    edit_repository,
    remove_repository,
    request_collection,
)
from metrics.models import Collection, Measurement, Repository


class RepositorySerializer(serializers.ModelSerializer[Repository]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(max_length=120, required=False)

    class Meta:
        model = Repository
        fields = ("id", "name", "kind", "location", "weight", "folders", "rules", "is_demo")
        read_only_fields = ("kind", "is_demo")
        validators: list[object] = []  # the domain says in its own words that a location is taken


class MeasurementSerializer(serializers.ModelSerializer[Measurement]):
    class Meta:
        model = Measurement
        fields = ("signal", "value", "grade", "n", "window_days", "unit", "skipped", "examples", "splits")


class CollectionSerializer(serializers.ModelSerializer[Collection]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    repository = serializers.UUIDField(source="repository.public_id")
    until_on = serializers.DateField(required=False)
    progress_percent = serializers.IntegerField(read_only=True)
    facts = serializers.SerializerMethodField()
    _sees: bool | None = None  # asked once for all rows

    class Meta:
        model = Collection
        fields = (
            "id",
            "repository",
            "until_on",
            "state",
            "progress_percent",
            "progress_note",
            "error",
            "head_commit",
            "facts",
            "queued_at",
            "finished_at",
            "is_scheduled",
            "n_calls",
            "n_bytes",
            "busy_s",
        )
        read_only_fields = (
            *("state", "progress_note", "error", "head_commit", "facts", "queued_at", "finished_at"),
            *("is_scheduled", "n_calls", "n_bytes", "busy_s"),
        )

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_facts(self, row: Collection) -> dict[str, int]:
        """Empty for who still owes answers."""
        return row.facts if self._may_see(row) else {}

    def _may_see(self, row: Collection) -> bool:
        """Asked once for the assessment that all rows belong to."""
        if self._sees is None:
            user = self.context["request"].user
            self._sees = bool(user.has_perm("assessment.view_evidence", row.assessment))
        return self._sees


class CollectionDetailSerializer(CollectionSerializer):
    measurements = MeasurementSerializer(many=True, read_only=True)

    class Meta(CollectionSerializer.Meta):
        fields = (*CollectionSerializer.Meta.fields, "log", "measurements")  # type: ignore[assignment]  # a longer tuple


class RepositoryList(generics.ListCreateAPIView[Repository]):
    """The repositories of the assessment's team; POST attaches one by `location`."""

    serializer_class = RepositorySerializer
    queryset = Repository.objects.none()

    def get_queryset(self) -> QuerySet[Repository]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        assessment = assessment_for(self.request, self.kwargs["assessment"])
        require(self.request.user, "metrics.view_repositories", assessment)
        return Repository.objects.for_user(self.request.user).filter(team=assessment.team)

    def create(self, request: Request, *args: object, **kwargs: object) -> Response:  # noqa: ARG002  # its signature
        assessment = assessment_for(request, self.kwargs["assessment"])
        require(request.user, "metrics.attach_repository", assessment)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        repository = attach_with_scope(assessment.team, by=request.user, **values)  # type: ignore[arg-type]  # signed in
        return Response(self.get_serializer(repository).data, status=status.HTTP_201_CREATED)


class RepositoryDetail(generics.RetrieveUpdateDestroyAPIView[Repository]):
    """One repository; PATCH changes its name, weight, folders and rules, DELETE removes it with its collections."""

    http_method_names = ("get", "patch", "delete", "head", "options")

    serializer_class = RepositorySerializer

    def get_object(self) -> Repository:
        rows = Repository.objects.for_user(self.request.user).select_related("team")
        repository = get_object_or_404(rows, public_id=self.kwargs["repository"])
        verb = {"DELETE": "metrics.remove_repository", "PATCH": "metrics.attach_repository"}
        require(self.request.user, verb.get(self.request.method or "", "metrics.view_repositories"), repository)
        return repository

    def perform_update(self, serializer: serializers.BaseSerializer[Repository]) -> None:
        row: Repository = serializer.instance  # type: ignore[assignment]  # an update has one
        held = {"name": row.name, "weight": row.weight, "folders": row.folders, "rules": row.rules}
        given = {field: value for field, value in serializer.validated_data.items() if field in held}
        edit_repository(row, **{**held, **given}, by=self.request.user)  # type: ignore[arg-type]  # signed in

    def perform_destroy(self, instance: Repository) -> None:
        remove_repository(instance, by=self.request.user)  # type: ignore[arg-type]  # signed in


class CollectionList(generics.ListCreateAPIView[Collection]):
    """The collections of an assessment, the newest first; POST starts one over a repository of its team."""

    serializer_class = CollectionSerializer
    queryset = Collection.objects.none()

    def get_queryset(self) -> QuerySet[Collection]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        assessment = assessment_for(self.request, self.kwargs["assessment"])
        require(self.request.user, "metrics.view_repositories", assessment)
        return assessment.collections.filter(is_follow_up=False).select_related("repository", "assessment__team")

    def create(self, request: Request, *args: object, **kwargs: object) -> Response:  # noqa: ARG002  # its signature
        assessment = assessment_for(request, self.kwargs["assessment"])
        require(request.user, "metrics.start_collection", assessment)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        repository = get_object_or_404(
            Repository.objects.for_user(request.user).filter(team=assessment.team),
            public_id=given.validated_data["repository"]["public_id"],
        )
        until_on = given.validated_data.get("until_on")
        collection = request_collection(assessment, repository, until_on=until_on, by=request.user)  # type: ignore[arg-type]  # signed in
        return Response(self.get_serializer(collection).data, status=status.HTTP_202_ACCEPTED)


class CollectionDetail(generics.RetrieveAPIView[Collection]):
    """Where a collection stands, and every signal it measured or skipped; 403 for who still owes answers."""

    serializer_class = CollectionDetailSerializer

    def get_object(self) -> Collection:
        rows = Collection.objects.for_user(self.request.user).select_related("repository", "assessment__team")
        collection = get_object_or_404(rows, public_id=self.kwargs["collection"])
        require(self.request.user, "metrics.view_collection", collection)
        require_answers(self.request.user, collection.assessment)
        return collection


class CollectionCancel(generics.GenericAPIView[Collection]):
    """Stop a waiting or running collection; what was measured before stays."""

    serializer_class = CollectionSerializer

    @extend_schema(request=None)
    def post(self, request: Request, collection: object) -> Response:
        rows = Collection.objects.for_user(request.user).select_related("repository", "assessment__team")
        row = get_object_or_404(rows, public_id=collection)
        require(request.user, "metrics.cancel_collection", row)
        cancel_collection(row, by=request.user)  # type: ignore[arg-type]  # signed in
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)
