"""Pages on which those who lead or advise bring answers of another tool into an assessment, and take them out."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from assessment.answers_first import require_answers
from assessment.domain.scoring_rules.samm_answers import UnusableAnswers
from assessment.views import fetch_assessment
from core.http import kept_private
from surveys.domain.exchange import export_answers, import_into, require_samm
from surveys.forms.exchange import AnswersFileForm


@login_required
@require_http_methods(["GET", "POST"])
def answers_file(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    """A file that cannot be used is told whole, and nothing of it is kept."""
    row = fetch_assessment(request, assessment, "assessment.edit_assessment")
    require_samm(row)
    form, errors = AnswersFileForm(request.POST or None, request.FILES or None), []
    if form.is_valid():
        try:
            done = import_into(row, form.cleaned_data["file"], by=cast(User, request.user))
        except UnusableAnswers as wrong:
            errors = wrong.errors
        else:
            said = _("{answers} answers and {remarks} remarks were taken in.")
            messages.success(request, said.format(answers=done.n_answers, remarks=done.n_remarks))
            for one in done.warnings:
                messages.warning(request, one.line)
            return redirect("surveys:answers-file", row.public_id)
    context = {"assessment": row, "form": form, "errors": errors}
    return render(request, "surveys/answers_file.html", context, status=422 if form.errors or errors else 200)


@login_required
@require_GET
def answers_file_download(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    row = fetch_assessment(request, assessment, "assessment.edit_assessment")
    require_samm(row)
    require_answers(request.user, row)
    response = HttpResponse(export_answers(row, by=cast(User, request.user)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{row.public_id}.samm"'
    return kept_private(response)
