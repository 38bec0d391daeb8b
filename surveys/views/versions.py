"""Pages on which those who lead or advise see what an assessment would be in another version of its model, and move."""

import json
import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from assessment.answers_first import require_answers
from assessment.maturity.comparing import Change, difference
from assessment.maturity.loader import foreign_model_of, model_of
from assessment.models import Assessment, MaturityModel
from assessment.views import fetch_assessment
from surveys.domain.moving import both_models, preview_of, targets_to_move_to
from surveys.domain.moving_over import move_to_version
from surveys.forms.asking import MoveForm

WHY = {
    "new": gettext_lazy("It is new."),
    "other choices": gettext_lazy("Its choices are others."),
    "other way of answering": gettext_lazy("It is answered in another way."),
}
SHOWN = 200  # differences that a page lists; the command line lists all


@login_required
@require_GET
def version_list(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "assessment.edit_assessment")
    return render(request, "surveys/version_list.html", {"assessment": row, "models": targets_to_move_to(row)})


@login_required
@require_http_methods(["GET", "POST"])
def version_preview(request: HttpRequest, assessment: uuid.UUID, version: str) -> HttpResponse:
    """What carries over and both scores side by side; sending the form makes the new assessment."""
    row = fetch_assessment(request, assessment, "assessment.edit_assessment")
    target = _target(row, version)
    require_answers(request.user, row)
    form = MoveForm(request.POST or None, initial={"title": f"{row.title} ({target.version})"[:120]})
    if form.is_valid():
        new = move_to_version(row, target, title=form.cleaned_data["title"], by=cast(User, request.user))
        messages.success(request, _("This is the new assessment. The old one stays as it is."))
        return redirect("assessment:assessment-detail", new.public_id)
    context = {"assessment": row, "target": target, "form": form, **_shown(row, target)}
    return render(request, "surveys/version_preview.html", context, status=422 if form.errors else 200)


def _shown(row: Assessment, target: MaturityModel) -> dict[str, Any]:
    """The preview with questions and signals by what they say instead of by their ids."""
    preview, found = preview_of(row, target), difference(*both_models(row, target))
    was, now = (_questions(one) for one in (row.maturity_model, target))
    signals = model_of(row.maturity_model).signals if row.maturity_model.is_ours else {}
    carried = preview.carried
    return {
        "preview": preview,
        "asked_again": [(now[name], WHY[why]) for name, why in carried.asked_again],
        "reworded": [(was[name], now[name]) for name in carried.reworded],
        "fallen_away": [was[name] for name in carried.fallen_away],
        "dropped": [signals[name].name if name in signals else name for name in preview.dropped_signals],
        "counts": found.counts(),
        "changes": [_readable(one) for one in [*found.added, *found.removed, *found.changed][:SHOWN]],
        "n_more": max(0, sum(found.counts().values()) - SHOWN),
    }


def _readable(change: Change) -> dict[str, str]:
    """A difference as the command line tells it: texts as they are, everything else as JSON."""
    before, after = (
        value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
        for value in (change.before, change.after)
    )
    return {"place": change.place, "kind": change.kind, "before": before, "after": after}


def _questions(row: MaturityModel) -> dict[str, str]:
    """What each question asks, by the id its author gave it."""
    model = model_of(row) if row.is_ours else foreign_model_of(row)
    return {question.id: question.text for question in model.questions()}


def _target(assessment: Assessment, digest: str) -> MaturityModel:
    for row in targets_to_move_to(assessment):
        if row.digest == digest:
            return row
    raise Http404
