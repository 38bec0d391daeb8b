"""Writing a maturity model in the browser: drafts of an organization, checked at every save, published as a row.

What a draft says is one YAML text. A form changes single values inside it, so comments and order stay, and an export is
the text itself. Whoever saves says what they saw; where that changed meanwhile nothing is written.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.domain.audit import record
from accounts.models import Organization, User
from assessment.maturity.editing import CannotEdit, Path, edited
from assessment.maturity.formats import OURS, check_text
from assessment.maturity.loader import Translations, load_model, load_shipped_model, source_of, translations_of
from assessment.maturity.parts import Kind, mark_of_part, place_of
from assessment.maturity.reading import MAX_BYTES, UnreadableYaml, parse_yaml, plain
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.texts import mark_of, texts_of
from assessment.models import MaturityModel, ModelDraft
from core.refusals import Invalid, Refused

ENGLISH = "en"
HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class Changed(Refused):
    """Somebody saved the same part meanwhile; nothing was written."""


def models_to_copy(organization: Organization) -> QuerySet[MaturityModel]:
    """Models in our format that the organization may use, the shipped one among them, the newest first."""
    load_shipped_model()
    rows = MaturityModel.objects.for_organization(organization).filter(rule=OURS)
    return rows.defer("content", "source").order_by("-created_at", "-pk")


@transaction.atomic
def copy_model(row: MaturityModel, organization: Organization, *, name: str, title: str, by: User) -> ModelDraft:
    """A draft with the text and the translations of a stored model, under an id and a title of its own."""
    text = source_of(row)
    if not text:
        raise Refused(_("{model} was stored before its file was kept; import the file instead.").format(model=row))
    text = edited(plain(text), [(("meta", "id"), name), (("meta", "title"), title)])
    return _make(organization, text, by=by, based_on=row, translations=translations_of(row))


@transaction.atomic
def import_draft(organization: Organization, text: str, *, by: User) -> ModelDraft:
    """A draft of a YAML text, kept as it came; it may have mistakes, but it must be a mapping."""
    _readable(text)
    return _make(organization, text, by=by)


@transaction.atomic
def save_part(draft: ModelDraft, kind: Kind, name: str, values: Mapping[Path, Any], *, seen: str, by: User) -> None:
    """Put these values, by path from the part, in place of those that stand there.

    `seen` is the mark of the part as the person saw it. Raises Changed when it is another by now.
    """
    row = _held(draft)
    data = _readable(row.text)
    place = find_place(data, kind, name)
    if mark_of_part(data, kind, place) != seen:
        raise Changed(_changed_by(row))
    _keep(draft, row, _edited(row.text, place, values), by=by, part=name or kind)


def look_at_part(draft: ModelDraft, kind: Kind, name: str, values: Mapping[Path, Any]) -> None:
    """Have `draft` say what the linter would say with these values; nothing is stored."""
    look_at_text(draft, _edited(draft.text, find_place(_readable(draft.text), kind, name), values))


def look_at_text(draft: ModelDraft, text: str) -> None:
    draft.findings = _told(text)["findings"]


def _edited(text: str, place: Path, values: Mapping[Path, Any]) -> str:
    try:
        return edited(text, [((*place, *path), value) for path, value in values.items()])
    except CannotEdit as wrong:
        said = _("{place} cannot be changed by a form as it is written; change it in the YAML view.")
        raise Invalid(said.format(place=wrong)) from None


@transaction.atomic
def save_text(draft: ModelDraft, text: str, *, seen: str, by: User) -> None:
    """Replace the whole text. `seen` is the mark of the text the person started from."""
    row = _held(draft)
    if mark_of_text(row.text) != seen:
        raise Changed(_changed_by(row))
    _readable(text)
    _keep(draft, row, text, by=by, part="yaml")


@transaction.atomic
def rewrite(draft: ModelDraft, change: Callable[[str, dict[str, Any]], tuple[str, str]], *, by: User) -> str:
    """Keep the text that `change` makes of the text and its data as they stand now; returns the name it gives."""
    row = _held(draft)
    text, name = change(row.text, _readable(row.text))
    _keep(draft, row, text, by=by, part=name)
    return name


@transaction.atomic
def put_translations(draft: ModelDraft, language: str, known: Mapping[str, list[str]], *, by: User) -> None:
    """Put these, as [mark of the original, text] by place, in place of all that the language had."""
    row = _held(draft)
    row.translations = {**row.translations, language: dict(known)}
    _keep(draft, row, row.text, by=by, part=language)


@transaction.atomic
def save_translations(draft: ModelDraft, language: str, texts: Mapping[str, str], *, seen: str, by: User) -> None:
    """Keep translations of the wording that stands there now; an empty one is taken away."""
    row = _held(draft)
    originals = texts_of(sound_model(row))
    if mark_of_translations(row, language, list(texts)) != seen:
        raise Changed(_changed_by(row))
    kept = dict(row.translations.get(language, {}))
    for place, text in texts.items():
        if not text:
            kept.pop(place, None)
        elif kept.get(place, ["", ""])[1] != text or place in texts:
            kept[place] = [mark_of(originals[place]), text]
    ordered = {place: kept[place] for place in originals if place in kept}
    row.translations = {**row.translations, language: ordered}
    _keep(draft, row, row.text, by=by, part=language)


@transaction.atomic
def check_draft(draft: ModelDraft) -> None:
    """Lint the draft anew, as every save does."""
    row = _held(draft)
    ModelDraft.objects.filter(pk=row.pk).update(**_told(row.text))
    draft.refresh_from_db()


def tell_in_readers_language(draft: ModelDraft) -> None:
    """Words of the linter as the reader speaks, where whoever saved last speaks otherwise; nothing is stored."""
    found = draft.findings
    if found.get("language", ENGLISH) != get_language() and (found.get("errors") or found.get("warnings")):
        draft.findings = _told(draft.text)["findings"]


@transaction.atomic
def delete_draft(draft: ModelDraft, *, by: User) -> None:
    record("maturity_model.draft_deleted", by=by, on=draft, organization=draft.organization)
    draft.delete()


@transaction.atomic
def publish_draft(draft: ModelDraft, *, by: User) -> MaturityModel:
    """The draft as an immutable row of its organization. Raises Refused while the linter finds errors."""
    row = _held(draft)
    model = sound_model(row)
    others = MaturityModel.objects.for_organization(row.organization).filter(slug=model.meta.id)
    if others.filter(organization=None).exists():
        said = _("{name} is the id of a model of the whole installation; give yours another under “General”.")
        raise Refused(said.format(name=model.meta.id))
    stored = load_model(model, source=row.text, organization=row.organization, translations=row.translations)
    if others.filter(version=model.meta.version).exclude(pk=stored.pk).exists():
        said = _("Version {version} is published already with another content; raise the version under “General”.")
        raise Refused(said.format(version=model.meta.version))
    ModelDraft.objects.filter(pk=row.pk).update(published_as=stored)
    record(
        "maturity_model.published",
        by=by,
        on=stored,
        organization=row.organization,
        slug=stored.slug,
        version=stored.version,
    )
    return stored


def sound_model(draft: ModelDraft) -> MaturityModelFile:
    """The typed content of a draft without errors; Refused says how many there are."""
    checked = check_text(draft.text, "YAML")
    if not isinstance(checked.model, MaturityModelFile):
        said = _("The draft has errors ({n}). Mend them first; the page of the draft lists each with its place.")
        raise Refused(said.format(n=len(checked.errors)))
    return checked.model


def mark_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def mark_of_translations(draft: ModelDraft, language: str, places: list[str]) -> str:
    known = draft.translations.get(language, {})
    return mark_of_text(repr([known.get(place) for place in places]))


@transaction.atomic
def _make(
    organization: Organization,
    text: str,
    *,
    by: User,
    based_on: MaturityModel | None = None,
    translations: Translations | None = None,
) -> ModelDraft:
    draft = ModelDraft.objects.create(
        organization=organization,
        text=text,
        based_on=based_on,
        translations=translations or {},
        changed_by=by,
        **_told(text),
    )
    record("maturity_model.drafted", by=by, on=draft, organization=organization, slug=draft.slug)
    return draft


def _told(text: str) -> dict[str, Any]:
    """What the list of drafts shows of a text, and what the linter says of it."""
    checked = check_text(text, "YAML")
    data = _readable(text)
    found = data.get("meta")
    meta: dict[str, Any] = found if isinstance(found, dict) else {}
    return {
        "slug": str(meta.get("id", ""))[:60],
        "version": str(meta.get("version", ""))[:40],
        "title": str(meta.get("title", ""))[:200],
        "findings": {
            "language": get_language(),
            "errors": [one.model_dump() for one in checked.errors],
            "warnings": [one.model_dump() for one in checked.warnings],
        },
    }


def _held(draft: ModelDraft) -> ModelDraft:
    return ModelDraft.objects.select_for_update().select_related("organization").get(pk=draft.pk)


@transaction.atomic
def _keep(draft: ModelDraft, row: ModelDraft, text: str, *, by: User, part: str) -> None:
    """Store what `row` is to be; by its revision, since a database without row locks lets two come this far."""
    fields = {"text": text, "translations": row.translations, "changed_by": by, "updated_at": timezone.now()}
    same = ModelDraft.objects.filter(pk=row.pk, revision=row.revision)
    if not same.update(revision=row.revision + 1, **fields, **_told(text)):
        raise Changed(_changed_by(row))
    record("maturity_model.draft_changed", by=by, on=draft, organization=row.organization, part=part)
    draft.refresh_from_db()


def _readable(text: str) -> dict[str, Any]:
    if len(text.encode()) > MAX_BYTES:
        raise Invalid(_("Larger than {n} MB; a maturity model is far smaller.").format(n=MAX_BYTES // 1_000_000))
    try:
        data = parse_yaml(text)
    except UnreadableYaml as wrong:
        raise Invalid(_("This is no YAML that can be read: {why}").format(why=wrong)) from None
    told = json.dumps(data, ensure_ascii=False, default=str, skipkeys=True)
    if "\\u0000" in told or HALF_CHARACTER.search(told):
        raise Invalid(_("A text holds a zero byte or half a character; take it out."))
    if not isinstance(data, dict):
        raise Invalid(_("A maturity model is a mapping with meta, scale, roles and so on at its top."))
    return data


def find_place(data: Any, kind: Kind, name: str) -> Path:
    try:
        return place_of(data, kind, name)
    except CannotEdit:
        raise Changed(_("There is no {name} in this draft any more.").format(name=name)) from None


def _changed_by(row: ModelDraft) -> str:
    who = str(row.changed_by) if row.changed_by else _("Somebody")
    return _("{who} changed this meanwhile. Yours is not saved yet.").format(who=who)
