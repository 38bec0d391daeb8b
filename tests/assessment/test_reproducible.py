"""An old result, scored again from what it keeps with the model it pins, is the same to the byte."""

import json
from dataclasses import asdict

import pytest

from assessment.domain.flow_reading import flow_reading_of
from assessment.domain.scored import scored
from assessment.models import Result
from reports.domain.assessment_file import assessment_json
from reports.domain.report_data import report_data
from surveys.domain.moving_over import move_to_version
from tests.factories.models import changed_model
from tests.factories.named_assessments import STORIES, named_result

pytestmark = pytest.mark.django_db


def as_bytes(content):
    return json.dumps(content, sort_keys=True, allow_nan=False).encode()


@pytest.mark.parametrize("name", STORIES)
def test_scored_again_an_old_result_gives_the_same_bytes(name):
    result = named_result(name)
    file, told = assessment_json(result), repr(report_data(result))
    move_to_version(result.assessment, changed_model(SP3=2.0, EN1=0.4), title="Moved", by=None)
    old = Result.objects.get(pk=result.pk)
    card, roadmap = scored(old.assessment.maturity_model, old.inputs, flow_reading_of(old))
    assert as_bytes(asdict(card)) == as_bytes(old.score)
    assert as_bytes(asdict(roadmap)) == as_bytes(old.roadmap)
    assert assessment_json(old) == file
    assert repr(report_data(old)) == told
