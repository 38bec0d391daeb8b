"""Pages of answering."""

import uuid
from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from assessment.maturity.schema import Question
from assessment.models import AssessmentState
from assessment.views import fetch_assessment
from core.refusals import Invalid, Refused
from surveys.domain import answer_store
from surveys.domain.again import again_text, asked_again, confirm_answers
from surveys.domain.answers import (
    begin_survey,
    finish_survey,
    save_answer,
    save_comment,
    save_fix_first,
    sections_of,
)
from surveys.domain.beside import evidence_beside
from surveys.domain.changes import Conflict
from surveys.domain.progress import seat_progress
from surveys.domain.seats import hold_here
from surveys.domain.sections import Section
from surveys.domain.suggested import suggestions
from surveys.forms import (
    PracticeBlock,
    Unsaved,
    blocks_of,
    both_sides,
    change_asked,
    changed_questions,
    given_by,
    note_of,
    posted_answer,
    status_of,
)
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
    progress = seat_progress(seat)
    context = {
        "assessment": seat.survey.assessment,
        "seat": seat,
        "section": section,
        "blocks": _with_suggestions(_with_evidence(blocks_of(seat, section, unsaved), seat, section), seat, is_open),
        "n_unsaved": len(unsaved),
        "progress": progress,
        "here": progress.of_stage(stage),
        "before": before,
        "after": after,
        "is_open": is_open,
    }
    return render(request, "surveys/answer_section.html", context, status=status_of(unsaved))


def _with_evidence(blocks: list[PracticeBlock], seat: Participant, section: Section) -> list[PracticeBlock]:
    found = evidence_beside(seat, section, today=timezone.localdate())
    stale = asked_again(seat)
    return [
        replace(block, evidence=found.get(block.practice.id), again=again_text(max(over)) if over else "")
        for block in blocks
        for over in [[stale[field.question.id] for field in block.fields if field.question.id in stale]]
    ]


def _with_suggestions(blocks: list[PracticeBlock], seat: Participant, is_open: bool) -> list[PracticeBlock]:
    """Open questions with what the person's answers on other maturity models speak for."""
    unsaid = [field.question.id for block in blocks for field in block.fields if not field.value]
    found = suggestions(seat, unsaid) if is_open else {}
    if not found:
        return blocks
    return [
        replace(block, fields=tuple(replace(one, suggestion=found.get(one.question.id)) for one in block.fields))
        for block in blocks
    ]


def _take_suggested(request: HttpRequest, seat: Participant, section: Section) -> None:
    """Save what the person confirms by its button, as it is worked out now."""
    taken = [question.id for question in section.questions() if f"take-{question.id}" in request.POST]
    for question, suggestion in suggestions(seat, taken).items():
        save_answer(seat, question=question, answer=suggestion.level)


def _save_page(request: HttpRequest, seat: Participant, section: Section) -> dict[str, Unsaved]:
    """Save what was changed on the page; returns each choice and text that could not be saved, by its part."""
    _require_own_page(request, seat)
    unsaved = {}
    for question in changed_questions(request.POST, section.questions()):
        value, reason = posted_answer(request.POST, question)
        try:
            _save_question(request, seat, question)
        except (Invalid, Conflict) as refusal:
            unsaved[question.id] = Unsaved(value, reason, refusal.sentence, isinstance(refusal, Conflict))
    _take_suggested(request, seat, section)
    for asked in section.practices:
        if f"again-{asked.practice.id}" in request.POST:
            confirm_answers(seat, practice=asked.practice.id)
        part = f"note-{asked.practice.id}"
        text = request.POST.get(part)
        if text is not None and text != request.POST.get(f"seen-{part}", ""):
            try:
                save_comment(seat, practice=asked.practice.id, text=text, change=change_asked(request.POST, part))
            except (Invalid, Conflict) as refusal:
                unsaved[part] = Unsaved(text, "", refusal.sentence, isinstance(refusal, Conflict))
    return unsaved


def _save_question(request: HttpRequest, seat: Participant, question: Question) -> str:
    value, reason = posted_answer(request.POST, question)
    change = change_asked(request.POST, question.id)
    given = given_by(question, value)
    return save_answer(seat, question=question.id, answer=given, reason=reason, change=change).version


def _require_own_page(request: HttpRequest, seat: Participant) -> None:
    """Two people may share a device: what one of them said never lands in the seat of the other."""
    if request.POST.get("seat", str(seat.public_id)) == str(seat.public_id):
        return
    if request.htmx:  # type: ignore[attr-defined]  # set by the middleware
        raise PermissionDenied("the page belongs to another seat")
    raise Refused(
        gettext("Not saved: this page was opened by somebody else. Sign in as that person and send it again.")
    )


def _go_on(request: HttpRequest, assessment: uuid.UUID, stage: str, after: str) -> HttpResponse:
    if "stay" in request.POST or any(name.startswith(("again-", "take-")) for name in request.POST):
        messages.success(request, gettext("Saved {time}.").format(time=f"{timezone.localtime():%H:%M}"))
        return redirect("surveys:answer-section", assessment, stage)
    if after:
        return redirect("surveys:answer-section", assessment, after)
    return redirect("surveys:answer-review", assessment)


@seat_or_login
@require_POST
def answer_save(request: HttpRequest, assessment: uuid.UUID, question: str) -> HttpResponse:
    """Autosave of one question; answers with its key and the progress, never with the input."""
    seat = fetch_seat(request, assessment, for_page=False)
    asked = {q.id: q for section in sections_of(seat) for q in section.questions()}
    if question not in asked:
        raise Invalid(gettext("This question is not among those you are asked. Reload the page."))
    return _save_part(request, seat, question, lambda: _save_question(request, seat, asked[question]))


@seat_or_login
@require_POST
def comment_save(request: HttpRequest, assessment: uuid.UUID, practice: str) -> HttpResponse:
    seat, part = fetch_seat(request, assessment, for_page=False), f"note-{practice}"
    text, change = request.POST.get(part, ""), change_asked(request.POST, part)
    return _save_part(request, seat, part, lambda: save_comment(seat, practice=practice, text=text, change=change))


@seat_or_login
@require_POST
def wish_save(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    seat, change = fetch_seat(request, assessment, for_page=False), change_asked(request.POST, "fix_first")
    text = request.POST.get("fix_first", "")
    return _save_part(request, seat, "fix_first", lambda: save_fix_first(seat, text=text, change=change))


def _save_part(request: HttpRequest, seat: Participant, part: str, save: Callable[[], str]) -> HttpResponse:
    """Save one part of a page; what is refused comes back beside what is stored, so that the person can choose."""
    _require_own_page(request, seat)
    try:
        version = save()
    except Refused as refusal:
        sides = both_sides(seat, part, request.POST)
        context = {"refusal": refusal, "is_conflict": isinstance(refusal, Conflict), "part": part, "sides": sides}
        return render(request, "surveys/_unsaved.html", context, status=refusal.status)
    progress = seat_progress(seat)
    context = {"progress": progress, "here": progress.of_stage(request.POST.get("page", ""))}
    response = render(request, "surveys/_progress.html", context)
    response["X-Version"] = version
    return response


@seat_or_login
@require_http_methods(["GET", "POST"])
def answer_review(request: HttpRequest, assessment: uuid.UUID) -> HttpResponse:
    seat = fetch_seat(request, assessment)
    unsaved = _save_review(request, seat) if request.method == "POST" else None
    if request.method == "POST" and unsaved is None:
        return redirect("surveys:answer-start" if "finish" in request.POST else "surveys:answer-review", assessment)
    context = {
        "assessment": seat.survey.assessment,
        "seat": seat,
        "wish": note_of(answer_store.texts(seat).get(answer_store.WISH, answer_store.NOTHING), unsaved),
        "sections": [(section, blocks_of(seat, section)) for section in sections_of(seat)],
        "progress": seat_progress(seat),
        "is_open": seat.survey.assessment.state == AssessmentState.OPEN,
    }
    return render(
        request, "surveys/answer_review.html", context, status=status_of({"fix_first": unsaved} if unsaved else {})
    )


def _save_review(request: HttpRequest, seat: Participant) -> Unsaved | None:
    """Save the wish and finish; returns the wish when it could not be saved, and the seat stays unfinished."""
    _require_own_page(request, seat)
    text = request.POST.get("fix_first", "")
    try:
        with transaction.atomic():
            save_fix_first(seat, text=text, change=change_asked(request.POST, "fix_first"))
            if "finish" in request.POST:
                finish_survey(seat)
    except (Invalid, Conflict) as refusal:
        return Unsaved(text, "", refusal.sentence, isinstance(refusal, Conflict))
    return None
