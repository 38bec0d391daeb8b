import factory

from surveys.models import Participant, Survey
from tests.factories.accounts import UserFactory
from tests.factories.assessment import AssessmentFactory


class SurveyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Survey

    assessment = factory.SubFactory(AssessmentFactory)


class ParticipantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Participant

    survey = factory.SubFactory(SurveyFactory)
    user = factory.SubFactory(UserFactory)
    roles = factory.LazyFunction(lambda: ["engineer"])


class AnonymousSurveyFactory(SurveyFactory):
    mode = "anonymous"
    minimum_group = 5
    minimum_role_group = 5
