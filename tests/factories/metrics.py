import datetime as dt

import factory

from metrics.models import Collection, Repository, RepositoryKind
from tests.factories.accounts import TeamFactory
from tests.factories.assessment import AssessmentFactory


class RepositoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Repository

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"service-{n}")
    kind = RepositoryKind.LOCAL
    location = factory.Sequence(lambda n: f"/srv/git/service-{n}")


class CollectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Collection

    assessment = factory.SubFactory(AssessmentFactory)
    repository = factory.SubFactory(RepositoryFactory, team=factory.SelfAttribute("..assessment.team"))
    until_on = dt.date(2026, 9, 30)
