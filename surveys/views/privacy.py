"""Pages about the promise: choosing it, what is stored about a participant, and releasing comments."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessment.maturity.loader import asked_model_of
from assessment.views import fetch_assessment
from core.refusals import Invalid
from surveys.domain.comments import WISH, release, to_release
from surveys.domain.invite import survey_of
from surveys.domain.promise import outlook, set_promise
from surveys.domain.stored import can_be_reached, delete_what_is_stored, what_is_stored
from surveys.forms.asking import PromiseForm
from surveys.views import fetch_seat, seat_or_login


@login_required
@require_http_methods(["GET", "POST"])
def promise(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "surveys.set_promise")
    survey = survey_of(row)
    survey.assessment = row
    now = {name: getattr(survey, name) for name in PromiseForm.base_fields}
    form = PromiseForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            set_promise(survey, **form.cleaned_data, by=request.user)  # type: ignore[arg-type]  # signed in
        except Invalid as refusal:
            form.add_error("minimum_group", refusal.sentence)
        else:
            messages.success(request, gettext("Saved. Participants read it before the first question."))
            return redirect("surveys:promise", row.public_id)
    context = {
        "assessment": row,
        "survey": survey,
        "form": form,
        "outlook": outlook(survey, n_invited=survey.participants.count()),
    }
    return render(request, "surveys/promise.html", context, status=422 if form.errors else 200)


@seat_or_login
@require_GET
def stored(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    seat = fetch_seat(request, assessment)
    model, data = asked_model_of(seat.survey.assessment.maturity_model), what_is_stored(seat)
    questions = {question.id: question for question in model.questions()}
    names = {practice.id: practice.name for practice in model.practices()}
    context = {
        "assessment": seat.survey.assessment,
        "survey": seat.survey,
        "seat": seat,
        "data": data,
        "answers": [(questions[one["question"]], one) for one in data["answers"] if one["question"] in questions],
        "comments": [(names.get(practice, practice), text) for practice, text in data["comments"].items()],
        "roles": [role.name for role in model.roles if role.id in seat.roles],
        "can_be_reached": can_be_reached(seat),
    }
    return render(request, "surveys/stored.html", context)


@seat_or_login
@require_GET
def stored_download(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    seat = fetch_seat(request, assessment)
    response = JsonResponse(what_is_stored(seat), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="headwater-stored-about-me.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@seat_or_login
@require_POST
def stored_delete(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    seat = fetch_seat(request, assessment)
    if "sure" not in request.POST:
        raise Invalid(gettext("Nothing was deleted. Tick the box first, so that no answer is lost by one wrong tap."))
    delete_what_is_stored(seat)
    messages.success(request, gettext("Deleted. Nothing you said is stored any more; you may begin again."))
    return redirect("surveys:stored", assessment)


@login_required
@require_http_methods(["GET", "POST"])
def comment_release(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "surveys.release_comments")
    if request.method == "POST":
        n = release(row, request.POST.getlist("slot"), by=request.user)  # type: ignore[arg-type]  # signed in
        messages.success(request, ngettext("{n} comment is shown.", "{n} comments are shown.", n).format(n=n))
        return redirect("surveys:comment-release", row.public_id)
    names = {practice.id: practice.name for practice in asked_model_of(row.maturity_model).practices()}
    wish = gettext("What people would fix first")
    texts = [(wish if one.practice == WISH else names[one.practice], one) for one in to_release(row)]
    return render(request, "surveys/comment_release.html", {"assessment": row, "texts": texts})
