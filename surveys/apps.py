from typing import Any

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from accounts.events import person_left
        from assessment.events import assessment_closed, assessment_reopened

        assessment_closed.connect(summarize_closed, dispatch_uid="surveys.summarize_closed")
        assessment_reopened.connect(check_reopened, dispatch_uid="surveys.check_reopened")
        person_left.connect(forget_person, dispatch_uid="surveys.forget_person")


def forget_person(user: Any, organization: Any, **_: Any) -> None:
    from surveys.domain.leaving import forget_person as forget

    forget(user, organization)


def summarize_closed(assessment: Any, **_: Any) -> None:
    """The last answers must be in the result of a closed assessment at once."""
    from surveys.models import Survey
    from surveys.tasks import summarize_soon

    for survey in Survey.objects.filter(assessment=assessment):
        summarize_soon(survey.pk, at_once=True)


def check_reopened(assessment: Any, **_: Any) -> None:
    """A survey that speaks once stays closed after it has spoken."""
    from surveys.domain.promise import check_may_reopen
    from surveys.models import Survey

    for survey in Survey.objects.filter(assessment=assessment):
        check_may_reopen(survey)
