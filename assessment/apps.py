from typing import Any

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "assessment"

    def ready(self) -> None:
        from accounts.events import person_left

        person_left.connect(forget_person, dispatch_uid="assessment.forget_person")


def forget_person(user: Any, organization: Any, **_: Any) -> None:
    """Who stays in another organization is no longer named here; an account that goes takes its name along."""
    from assessment.models import Assessment, CapContest, FlowInput, FlowScenario, RoadmapRevision

    if organization is not None:
        Assessment.objects.filter(team__organization=organization, created_by=user).update(created_by=None)
        CapContest.objects.filter(assessment__team__organization=organization, by=user).update(by=None)
        FlowInput.objects.filter(assessment__team__organization=organization, set_by=user).update(set_by=None)
        for model in (FlowScenario, RoadmapRevision):
            model._default_manager.filter(assessment__team__organization=organization, made_by=user).update(
                made_by=None
            )
