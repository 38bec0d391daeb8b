"""Pages of choosing who answers, and of reading what they commented."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from assessment.maturity.loader import asked_model_of
from assessment.models import Assessment, AssessmentState
from assessment.views import fetch_assessment
from core.refusals import Refused
from surveys.domain.comments import comments_of
from surveys.domain.invite import invite, survey_of, withdraw
from surveys.domain.promise import outlook
from surveys.forms.asking import PeopleForm


@login_required
@require_http_methods(["GET", "POST"])
def participant_list(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "surveys.invite_people")
    survey = survey_of(row)
    people = list(
        row.team.memberships.exclude(role=Role.VIEWER).select_related("user").order_by("user__name", "user__email")
    )
    seats = list(survey.participants.select_related("user"))
    by_user = {seat.user_id: seat for seat in seats if seat.user_id}
    form = PeopleForm(request.POST or None, people=people, seats=by_user, model=asked_model_of(row.maturity_model))
    if form.is_valid():
        _save_people(request, form, row)
        return redirect("surveys:participant-list", row.public_id)
    context = {
        "assessment": row,
        "form": form,
        "others": [seat for seat in seats if seat.user_id and seat.user_id not in {place.user_id for place in people}],
        "guests": [seat for seat in seats if not seat.user_id],
        "survey": survey,
        "n_asked": len(seats),
        "outlook": outlook(survey, n_invited=len(seats)),
    }
    return render(request, "surveys/participant_list.html", context, status=422 if form.errors else 200)


def _save_people(request: HttpRequest, form: PeopleForm, assessment: Assessment) -> None:
    survey = survey_of(assessment)
    survey.assessment = assessment
    for place, roles in form.changes():
        try:
            if roles:
                invite(survey, place.user, roles=roles, by=request.user)  # type: ignore[arg-type]  # signed in
            elif (
                seat := survey.participants.filter(user=place.user).select_related("survey__assessment", "user").first()
            ):
                withdraw(seat, by=request.user)  # type: ignore[arg-type]  # signed in
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    n = survey.participants.count()
    said = ngettext("Saved. {n} person is asked.", "Saved. {n} people are asked.", n)
    messages.success(request, said.format(n=n))


@login_required
@require_GET
def comment_list(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """Comments without names, once the assessment is closed."""
    row = fetch_assessment(request, assessment, "surveys.view_comments")
    if row.state != AssessmentState.CLOSED:
        raise Refused(gettext("Comments can be read once the assessment is closed."))
    return render(request, "surveys/comment_list.html", {"assessment": row, "comments": comments_of(row)})
