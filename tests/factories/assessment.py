import datetime as dt

import factory

from assessment.maturity.loader import load_shipped_model, model_of
from assessment.models import Assessment, AssessmentState
from tests.factories.accounts import TeamFactory


def _known_model():
    """The shipped model, as a server that has been running for a while knows it: its texts are parsed already."""
    row = load_shipped_model()
    model_of(row)
    return row


class AssessmentFactory(factory.django.DjangoModelFactory):
    """An open assessment of the shipped maturity model."""

    class Meta:
        model = Assessment

    team = factory.SubFactory(TeamFactory)
    maturity_model = factory.LazyFunction(_known_model)
    title = factory.Sequence(lambda n: f"Quarter {n}")
    period_start_on = dt.date(2026, 7, 1)
    period_end_on = dt.date(2026, 9, 30)
    state = AssessmentState.OPEN
