"""A result on a maturity model of others as one JSON document, attached to its report.

It holds what crossed into the assessment and what came out, never an answer of one person.
"""

from assessment.models import Result
from reports.domain.assessment_file import document_bytes, document_of
from surveys.models import Survey

FORMAT = "headwater-other-model/1"


def other_json(result: Result) -> bytes:
    """The same result gives the same bytes."""
    content = document_of(result, FORMAT, Survey.objects.filter(assessment=result.assessment_id).first())
    content["maturity_model"]["rule"] = result.assessment.maturity_model.rule
    return document_bytes(content)
