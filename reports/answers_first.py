"""The page that stands in for everything made of evidence until a person has answered."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessment.models import Assessment
from surveys.domain.answer_first import practices_to_answer_first


def answers_first(request: HttpRequest, assessment: Assessment, practice: str = "") -> HttpResponse | None:
    """The page that leads to the answers, where the person still owes one: of this practice, or any."""
    waiting = practices_to_answer_first(request.user, assessment)
    if not waiting or (practice and practice not in waiting):
        return None
    context = {"assessment": assessment, "n_practices": len(waiting)}
    return render(request, "reports/answer_first.html", context)
