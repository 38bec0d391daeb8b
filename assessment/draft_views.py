"""Pages on which consultants and administrators write maturity models: drafts, part by part, until one is published."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.views import fetch_organization, me
from assessment.domain import draft_parts, drafts
from assessment.domain.draft_texts import (
    GENERAL,
    LANGUAGES,
    Section,
    export_translations,
    import_translations,
    section_texts,
    sections_of,
    standing,
)
from assessment.draft_forms import (
    DraftCopyForm,
    DraftImportForm,
    PartForm,
    TranslationFileForm,
    TranslationForm,
    YamlForm,
)
from assessment.maturity.editing import CannotEdit
from assessment.maturity.parts import Kind, inside_of, leaves_of, mark_of_part, outline_of, place_of
from assessment.maturity.reading import MAX_BYTES, parse_yaml
from assessment.models import ModelDraft
from core.http import kept_private
from core.permissions import require
from core.refusals import Refused

KINDS: dict[str, Kind] = {"general": "general", "practice": "practice", "signal": "signal", "action": "action"}


def fetch_draft(request: HttpRequest, public_id: uuid.UUID) -> ModelDraft:
    """The draft of an organization the person belongs to (else 404) and writes models for (else 403)."""
    rows = ModelDraft.objects.for_user(request.user).select_related("organization", "changed_by", "published_as")
    draft = get_object_or_404(rows, public_id=public_id)
    require(request.user, "assessment.bring_models", draft.organization)
    drafts.tell_in_readers_language(draft)
    return draft


@login_required
@require_http_methods(["GET", "POST"])
def draft_list(request: HttpRequest, organization: uuid.UUID) -> HttpResponse:
    """The drafts of an organization; a model is copied or a file imported to begin one."""
    row = fetch_organization(request, organization, "assessment.bring_models")
    is_file = "file" in request.FILES
    copying = DraftCopyForm(None if is_file else request.POST or None, models=drafts.models_to_copy(row))
    importing = DraftImportForm(request.POST if is_file else None, request.FILES or None)
    if copying.is_valid():
        wanted = copying.cleaned_data
        made = drafts.copy_model(copying.chosen(), row, name=wanted["name"], title=wanted["title"], by=me(request))
        return redirect("assessment:draft-detail", made.public_id)
    if importing.is_valid():
        text = _text_of(importing.cleaned_data["file"])
        return redirect("assessment:draft-detail", drafts.import_draft(row, text, by=me(request)).public_id)
    context = {
        "organization": row,
        "drafts": ModelDraft.objects.filter(organization=row)
        .select_related("changed_by")
        .defer("text", "translations"),
        "copying": copying,
        "importing": importing,
    }
    status = 422 if copying.errors or importing.errors else 200
    return render(request, "assessment/draft_list.html", context, status=status)


@login_required
@require_GET
def draft_detail(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    row = fetch_draft(request, draft)
    practices, signals = outline_of(_data(row))
    context = {
        "draft": row,
        "practices": practices,
        "signals": signals,
        "languages": LANGUAGES,
        "to_add": draft_parts.signals_to_add(_data(row)),
    }
    return render(request, "assessment/draft_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def draft_part(request: HttpRequest, draft: uuid.UUID, what: str, name: str) -> HttpResponse:
    """The form of one part. A save that comes too late shows what was typed beside what is stored by now."""
    row = fetch_draft(request, draft)
    data = _data(row)
    if what not in KINDS:
        raise Http404
    kind = KINDS[what]
    try:
        place = place_of(data, kind, name)
    except CannotEdit:
        raise Http404 from None
    leaves, seen = leaves_of(data, kind, place), mark_of_part(data, kind, place)
    form = PartForm(request.POST or None, leaves=leaves, roles=_roles(data), initial={"seen": seen})
    if _is_typing(request):
        return _looked_at(request, row, form, lambda: drafts.look_at_part(row, kind, name, form.changes()))
    late, status = "", 200
    if form.is_valid():
        try:
            drafts.save_part(row, kind, name, form.changes(), seen=form.cleaned_data["seen"], by=me(request))
        except drafts.Changed as changed:
            late, status = changed.sentence, 409
            form.now_seen(seen)
            form.tell_what_is_stored(leaves)
        else:
            messages.success(request, _saved(row))
            return redirect("assessment:draft-part", row.public_id, what, name)
    context = {"draft": row, "form": form, "kind": kind, "name": name, "late": late}
    context |= inside_of(data, name) if kind == "practice" else {}
    return render(request, "assessment/draft_part.html", context, status=422 if form.errors else status)


@login_required
@require_http_methods(["GET", "POST"])
def draft_yaml(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    row = fetch_draft(request, draft)
    form = YamlForm(request.POST or None, initial={"text": row.text, "seen": drafts.mark_of_text(row.text)})
    if _is_typing(request):
        return _looked_at(request, row, form, lambda: drafts.look_at_text(row, form.cleaned_data["text"]))
    late, status = "", 200
    if form.is_valid():
        try:
            drafts.save_text(row, form.cleaned_data["text"], seen=form.cleaned_data["seen"], by=me(request))
        except drafts.Changed as changed:
            late, status = changed.sentence, 409
            form.now_seen(drafts.mark_of_text(row.text))
        except Refused as refused:
            form.add_error("text", refused.sentence)
        else:
            messages.success(request, _saved(row))
            return redirect("assessment:draft-yaml", row.public_id)
    context = {"draft": row, "form": form, "late": late}
    return render(request, "assessment/draft_yaml.html", context, status=422 if form.errors else status)


@login_required
@require_GET
def draft_export(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """The text as it stands; with a language its translations, as a file beside the model has them."""
    row, language = fetch_draft(request, draft), request.GET.get("language", "")
    if language and language not in dict(LANGUAGES):
        raise Http404
    text = export_translations(row, language) if language else row.text
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    ending = f".{language}.yaml" if language else ".yaml"
    response["Content-Disposition"] = f'attachment; filename="{row.file_name}{ending}"'
    return kept_private(response)


@login_required
@require_http_methods(["GET", "POST"])
def draft_translation(request: HttpRequest, draft: uuid.UUID, language: str, part: str) -> HttpResponse:
    row = fetch_draft(request, draft)
    if language not in dict(LANGUAGES):
        raise Http404
    model = drafts.sound_model(row)
    sections: tuple[Section, ...] = sections_of(model)
    if part not in {section.id for section in sections}:
        raise Http404
    originals = section_texts(model, part)
    known = standing(row, language, originals)
    seen = drafts.mark_of_translations(row, language, list(originals))
    form = TranslationForm(request.POST or None, originals=originals, known=known, initial={"seen": seen})
    late, status = "", 200
    if form.is_valid():
        try:
            drafts.save_translations(row, language, form.texts(), seen=form.cleaned_data["seen"], by=me(request))
        except drafts.Changed as changed:
            late, status = changed.sentence, 409
            form.now_seen(seen)
        else:
            messages.success(request, _("The translations are saved."))
            return redirect("assessment:draft-translation", row.public_id, language, part)
    context = {
        "draft": row,
        "form": form,
        "late": late,
        "sections": sections,
        "part": part,
        "language": language,
        "language_name": dict(LANGUAGES)[language],
        "file_form": TranslationFileForm(),
    }
    return render(request, "assessment/draft_translation.html", context, status=422 if form.errors else status)


@login_required
@require_POST
def draft_translation_import(request: HttpRequest, draft: uuid.UUID, language: str) -> HttpResponse:
    row = fetch_draft(request, draft)
    if language not in dict(LANGUAGES):
        raise Http404
    form = TranslationFileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(_("Choose a file of translations first."))
    kept, without = import_translations(row, language, _text_of(form.cleaned_data["file"]), by=me(request))
    said = _("{kept} translations were taken in; {without} have no place in this draft.")
    messages.success(request, said.format(kept=kept, without=without))
    return redirect("assessment:draft-translation", row.public_id, language, GENERAL)


@login_required
@require_POST
def draft_check(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    row = fetch_draft(request, draft)
    drafts.check_draft(row)
    messages.success(request, _saved(row, checked=True))
    return redirect("assessment:draft-detail", row.public_id)


@login_required
@require_POST
def draft_part_add(request: HttpRequest, draft: uuid.UUID, what: str, name: str) -> HttpResponse:
    row = fetch_draft(request, draft)
    if what not in draft_parts.KINDS:
        raise Http404
    made = draft_parts.add_part(row, what, name, signal=request.POST.get("signal", "")[:60], by=me(request))
    messages.success(request, _saved(row))
    return redirect("assessment:draft-part", row.public_id, *made)


@login_required
@require_http_methods(["GET", "POST"])
def draft_part_remove(request: HttpRequest, draft: uuid.UUID, what: str, name: str) -> HttpResponse:
    row = fetch_draft(request, draft)
    if what not in draft_parts.KINDS:
        raise Http404
    if request.method == "POST":
        draft_parts.remove_part(row, what, name, by=me(request))
        messages.success(request, _saved(row))
        return redirect("assessment:draft-detail", row.public_id)
    loss = _("Its texts are gone from this draft. What is published already keeps it.")
    heading = _("Take {name} out?").format(name=name)
    return _confirm(request, row, heading=heading, loss=loss, action=_("Take it out"))


@login_required
@require_http_methods(["GET", "POST"])
def draft_publish(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    row = fetch_draft(request, draft)
    if request.method == "POST":
        stored = drafts.publish_draft(row, by=me(request))
        messages.success(request, _("{model} is published. New assessments can use it.").format(model=stored))
        return redirect("assessment:draft-detail", row.public_id)
    context = {"draft": row}
    return render(request, "assessment/draft_publish.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def draft_delete(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    row = fetch_draft(request, draft)
    if request.method == "POST":
        drafts.delete_draft(row, by=me(request))
        messages.success(request, _("{name} is deleted.").format(name=row))
        return redirect("assessment:draft-list", row.organization.public_id)
    loss = _("The draft with its translations will be gone for good. What was published from it stays.")
    return _confirm(request, row, heading=_("Delete {name}?").format(name=row), loss=loss, action=_("Delete the draft"))


def _is_typing(request: HttpRequest) -> bool:
    """Whether the page asks what the check would say, before anybody saves."""
    return request.method == "POST" and bool(request.htmx)  # type: ignore[attr-defined]  # set by the middleware


def _looked_at(request: HttpRequest, draft: ModelDraft, form: forms.Form, look: Callable[[], None]) -> HttpResponse:
    problem = ""
    if form.is_valid():
        try:
            look()
        except Refused as refused:
            problem = refused.sentence
    else:
        problem = " ".join(f"{form[name].label}: {errors[0]}" for name, errors in form.errors.items())
    context = {"draft": draft, "problem": problem, "line": _saved(draft, checked=True)}
    response = render(request, "assessment/_draft_live.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _confirm(request: HttpRequest, draft: ModelDraft, **texts: str) -> HttpResponse:
    return render(request, "components/confirm.html", {**texts, "back_url": f"/model-drafts/{draft.public_id}/"})


def _saved(draft: ModelDraft, *, checked: bool = False) -> str:
    """What the linter says after a save, in one line."""
    errors, warnings = (len(draft.findings.get(kind, ())) for kind in ("errors", "warnings"))
    said = (
        _("Checked. Errors: {errors}, warnings: {warnings}.")
        if checked
        else _("Saved and checked. Errors: {errors}, warnings: {warnings}.")
    )
    return said.format(errors=errors, warnings=warnings)


def _data(draft: ModelDraft) -> Any:
    return parse_yaml(draft.text)


def _roles(data: Any) -> list[str]:
    roles = data.get("roles") if isinstance(data, dict) else None
    return [str(one["id"]) for one in roles or [] if isinstance(one, dict) and "id" in one]


def _text_of(file: Any) -> str:
    content = file.read(MAX_BYTES + 1)
    try:
        return str(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused(_("The file is not UTF-8 text; save it as UTF-8.")) from None
