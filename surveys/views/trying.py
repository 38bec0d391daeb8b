"""The survey of a draft, as a participant would see it. Nothing that is chosen here is stored."""

import uuid
from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from assessment.domain.draft_texts import in_active_language
from assessment.domain.drafts import sound_model
from assessment.domain.scoring import score
from assessment.domain.scoring.types import PracticeScore
from assessment.draft_views import fetch_draft
from assessment.maturity.schema import MaturityModelFile, Practice, Question
from surveys.domain.sections import AskedPractice, minutes, sections_for
from surveys.domain.summary import DONT_KNOW, NOT_APPLICABLE, Voice, summarize

Tried = tuple[Question, list[tuple[int | str, str, bool]]]


@login_required
@require_http_methods(["GET", "POST"])
def draft_try(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    row = fetch_draft(request, draft)
    model = in_active_language(row, sound_model(row))
    role = next((one for one in model.roles if one.id == request.GET.get("role")), model.roles[0])
    sections = sections_for(model, roles=[role.id])
    questions = [question for section in sections for question in section.questions()]
    answers = _given(questions, request.POST)
    tried = [(one.stage.name, [_practice(asked, model, answers) for asked in one.practices]) for one in sections]
    context = {
        "draft": row,
        "roles": model.roles,
        "role": role,
        "sections": tried,
        "n_questions": len(questions),
        "minutes": minutes(questions),
        "scores": _scores(model, role.id, answers) if answers else [],
    }
    return render(request, "surveys/draft_try.html", context)


def _practice(
    asked: AskedPractice, model: MaturityModelFile, answers: Mapping[str, int | str]
) -> tuple[Practice, list[Tried]]:
    return asked.practice, [_tried(question, model, answers) for question in asked.questions]


def _tried(question: Question, model: MaturityModelFile, answers: Mapping[str, int | str]) -> Tried:
    """A question with its choices: what is sent, what is read, whether it was chosen."""
    choices: list[tuple[int | str, str]] = [(option.level, option.text) for option in question.options]
    choices += [(outside.id, outside.label) for outside in model.scale.answers_outside_scale]
    chosen = answers.get(question.id)
    return question, [(value, text, value == chosen) for value, text in choices]


def _given(questions: list[Question], posted: Mapping[str, str]) -> dict[str, int | str]:
    """The choices that the questions offer; everything else that was sent is passed over."""
    found: dict[str, int | str] = {}
    for question in questions:
        said = str(posted.get(question.id, ""))
        if said in {str(option.level) for option in question.options}:
            found[question.id] = int(said)
        elif said in {DONT_KNOW, NOT_APPLICABLE}:
            found[question.id] = said
    return found


def _scores(model: MaturityModelFile, role: str, answers: dict[str, int | str]) -> list[PracticeScore]:
    summaries = [one for one in summarize(model, [Voice((role,), answers)]) if one.n]
    card = score(model, summaries=summaries, readings=[], facts={}, contested_caps=[], targets={})
    return [one for one in card.practices if one.planning_score is not None]
