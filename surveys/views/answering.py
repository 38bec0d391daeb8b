"""Pages of answering."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessment.models import AssessmentState
from assessment.views import fetch_assessment
from core.refusals import Invalid
from surveys.domain.answers import (
    begin_survey,
    finish_survey,
    save_answer,
    save_comment,
    save_fix_first,
    sections_of,
)
from surveys.domain.progress import seat_progress
from surveys.domain.seats import hold_here
from surveys.domain.sections import Section
from surveys.forms import Unsaved, blocks_of, changed_questions, given_by, posted_answer
from surveys.models import Participant, ParticipantState
from surveys.views import fetch_seat, keep_seat, seat_if_any, seat_or_login


def _section(seat: Participant, stage: str) -> tuple[Section, str, str]:
    """The page of a stage, with the stages before and after it; 404 when this seat has no such page."""
    sections = sections_of(seat)
    ids = [section.stage.id for section in sections]
    if stage not in ids:
        raise Http404(f"no page for {stage}")
    at = ids.index(stage)
    return sections[at], ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else ""


@seat_or_login
@require_http_methods(["GET", "POST"])
def answer_start(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    seat = seat_if_any(request, assessment)
    if seat is None:
        row = fetch_assessment(request, assessment, "assessment.view_work")
        return render(request, "surveys/answer_nobody.html", {"assessment": row})
    progress = seat_progress(seat)
    if request.method == "POST":
        hold_here(seat)
        begin_survey(seat)
        stage = progress.first_open_stage or progress.sections[0].stage
        return keep_seat(redirect("surveys:answer-section", assessment, stage), seat)
    context = {"assessment": seat.survey.assessment, "seat": seat, "survey": seat.survey, "progress": progress}
    return render(request, "surveys/answer_start.html", context)


@seat_or_login
@require_http_methods(["GET", "POST"])
def answer_section(request: HttpRequest, assessment: uuid.UUID, stage: str) -> HttpResponse:
    seat = fetch_seat(request, assessment)
    section, before, after = _section(seat, stage)
    is_open = seat.survey.assessment.state == AssessmentState.OPEN
    if is_open and seat.state == ParticipantState.INVITED and request.method == "GET":
        return redirect("surveys:answer-start", assessment)
    unsaved = _save_page(request, seat, section) if request.method == "POST" else {}
    if request.method == "POST" and not unsaved:
        return _go_on(request, assessment, stage, after)
    context = {
        "assessment": seat.survey.assessment,
        "section": section,
        "blocks": blocks_of(seat, section, unsaved),
        "n_unsaved": len(unsaved),
        "progress": seat_progress(seat),
        "before": before,
        "after": after,
        "is_open": is_open,
    }
    return render(request, "surveys/answer_section.html", context, status=422 if unsaved else 200)


def _save_page(request: HttpRequest, seat: Participant, section: Section) -> dict[str, Unsaved]:
    """Save what was changed on the page; returns each choice that could not be saved, by its question."""
    unsaved = {}
    for question in changed_questions(request.POST, section.questions()):
        value, reason = posted_answer(request.POST, question)
        try:
            save_answer(seat, question=question.id, answer=given_by(question, value), reason=reason)
        except Invalid as refusal:
            unsaved[question.id] = Unsaved(value, reason, refusal.sentence)
    for asked in section.practices:
        text = request.POST.get(f"note-{asked.practice.id}")
        if text is not None and text != request.POST.get(f"seen-note-{asked.practice.id}", ""):
            save_comment(seat, practice=asked.practice.id, text=text)
    return unsaved


def _go_on(request: HttpRequest, assessment: uuid.UUID, stage: str, after: str) -> HttpResponse:
    if "stay" in request.POST:
        messages.success(request, f"Saved {timezone.localtime():%H:%M}.")
        return redirect("surveys:answer-section", assessment, stage)
    if after:
        return redirect("surveys:answer-section", assessment, after)
    return redirect("surveys:answer-review", assessment)


@seat_or_login
@require_POST
def answer_save(request: HttpRequest, assessment: uuid.UUID, question: str) -> HttpResponse:
    """Autosave of one question; answers with the status line and the progress, never with the input."""
    seat = fetch_seat(request, assessment)
    asked = {q.id: q for section in sections_of(seat) for q in section.questions()}
    if question not in asked:
        raise Invalid("This question is not among those you are asked. Reload the page.")
    value, reason = posted_answer(request.POST, asked[question])
    save_answer(seat, question=question, answer=given_by(asked[question], value), reason=reason)
    return _saved(request, seat)


@seat_or_login
@require_POST
def comment_save(request: HttpRequest, assessment: uuid.UUID, practice: str) -> HttpResponse:
    seat = fetch_seat(request, assessment)
    save_comment(seat, practice=practice, text=request.POST.get(f"note-{practice}", ""))
    return _saved(request, seat)


def _saved(request: HttpRequest, seat: Participant) -> HttpResponse:
    context = {"saved_at": timezone.localtime(), "progress": seat_progress(seat)}
    return render(request, "surveys/answer_section.html#saved", context)


@seat_or_login
@require_http_methods(["GET", "POST"])
def answer_review(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    seat = fetch_seat(request, assessment)
    if request.method == "POST":
        with transaction.atomic():
            save_fix_first(seat, text=request.POST.get("fix_first", ""))
            if "finish" in request.POST:
                finish_survey(seat)
        return redirect("surveys:answer-start" if "finish" in request.POST else "surveys:answer-review", assessment)
    sections = [(section, blocks_of(seat, section)) for section in sections_of(seat)]
    context = {
        "assessment": seat.survey.assessment,
        "seat": seat,
        "sections": sections,
        "progress": seat_progress(seat),
        "is_open": seat.survey.assessment.state == AssessmentState.OPEN,
    }
    return render(request, "surveys/answer_review.html", context)
