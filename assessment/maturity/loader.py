"""From a maturity model file to its immutable row."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from accounts.models import Organization
from assessment.maturity.foreign.asked import as_asked
from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.formats import OURS
from assessment.maturity.lint import UnusableModel, lint
from assessment.maturity.problems import Problem
from assessment.maturity.reading import UnreadableYaml, read_yaml
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.texts import fitting
from assessment.maturity.translations import translated, translation
from assessment.models import MaturityModel, ModelTranslation
from core.refusals import Refused
from core.spoken import SOURCE_LANGUAGE, plain_language

__all__ = [
    "SHIPPED",
    "OtherRule",
    "UnusableModel",
    "asked_model_of",
    "content_of",
    "foreign_model_of",
    "is_shipped",
    "load_beforehand",
    "load_foreign_model",
    "load_model",
    "load_shipped_model",
    "model_of",
    "read_model",
    "source_of",
    "translations_of",
]

Translations = dict[str, dict[str, list[str]]]  # language -> place -> [mark of the original, text]


class OtherRule(Refused):
    """Something that only maturity models in our own format have was asked of another one."""

    def __init__(self) -> None:
        super().__init__(
            gettext("The maturity model of this assessment was written elsewhere and has nothing for this page.")
        )


SHIPPED = Path(__file__).with_name("delivery.yaml")


def load_shipped_model() -> MaturityModel:
    """The shipped maturity model's row, made when it is not there yet."""
    return _row_of(*_shipped())


def is_shipped(row: MaturityModel) -> bool:
    """Whether the row holds what came with this version."""
    return row.digest == _shipped()[2]


def read_model(path: Path) -> MaturityModelFile:
    """The typed content of a sound file; UnusableModel with every problem otherwise."""
    try:
        raw = read_yaml(path)
    except UnreadableYaml as wrong:
        raise UnusableModel(path, [Problem("", str(wrong), "unreadable")]) from None
    if problems := lint(raw):
        raise UnusableModel(path, problems)
    return MaturityModelFile.model_validate(raw)


def load_model(
    file: MaturityModelFile,
    *,
    slug: str = "",
    source: str = "",
    organization: Organization | None = None,
    translations: Translations | None = None,
) -> MaturityModel:
    """The row that holds exactly this content; the same content by the same name always gives the same row.

    With an organization the row is its own, with translations of its own; without one it is for the whole installation.
    A file of another wording with the same content is a row of its own, so that it comes out as it came.
    """
    content, digest = _content_of(file)
    if translations:
        digest = _digest_of({"content": content, "translations": translations})
    slug = slug or file.meta.id
    known = MaturityModel.objects.filter(digest=digest, organization=organization).first()
    is_it = known.slug == slug and source in {"", source_of(known)} if known else slug == file.meta.id
    if not is_it:
        digest = _digest_of({"content": digest, "slug": slug, "source": source})
    row = _row_of(file, content, digest, slug=slug, source=source, organization=organization)
    for language, texts in (translations or {}).items():
        ModelTranslation.objects.get_or_create(maturity_model=row, language=language, defaults={"texts": texts})
    return row


def load_foreign_model(model: ForeignModel, *, organization: Organization | None = None) -> MaturityModel:
    """The row of a maturity model that was written elsewhere; the same content always gives the same row."""
    content = model.model_dump(mode="json")
    row, _ = MaturityModel.objects.get_or_create(
        digest=_digest_of(content),
        organization=organization,
        defaults={
            "slug": model.slug,
            "version": model.version[:40],
            "title": model.title[:200],
            "content": content,
            "rule": model.rule,
        },
    )
    return row


def _row_of(
    file: MaturityModelFile,
    content: dict[str, Any],
    digest: str,
    *,
    slug: str = "",
    source: str = "",
    organization: Organization | None = None,
) -> MaturityModel:
    row, _ = MaturityModel.objects.get_or_create(
        digest=digest,
        organization=organization,
        defaults={
            "slug": slug or file.meta.id,
            "version": file.meta.version[:40],
            "title": file.meta.title[:200],
            "content": content,
            "source": source,
        },
    )
    return row


def _content_of(file: MaturityModelFile) -> tuple[dict[str, Any], str]:
    content = file.model_dump(mode="json", by_alias=True)
    return content, _digest_of(content)


def _digest_of(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def _shipped() -> tuple[MaturityModelFile, dict[str, Any], str]:
    """The file that came with this version, read and checked once per process."""
    file = read_model(SHIPPED)
    return file, *_content_of(file)


def load_beforehand() -> None:
    """Read the shipped model now, so that nobody waits for it: the first reading takes fifty times a later one."""
    file, _, digest = _shipped()
    _parsed[digest, SOURCE_LANGUAGE] = file


def model_of(row: MaturityModel) -> MaturityModelFile:
    """The typed content of a row, its texts in the active language; made once per digest, language and process.

    Raises OtherRule where it was written elsewhere: see `asked_model_of` and `foreign_model_of`.
    """
    if row.rule != OURS:
        raise OtherRule
    language = plain_language()
    if (row.digest, language) not in _parsed:
        original = _original_of(row)
        _parsed[row.digest, language] = original if language == SOURCE_LANGUAGE else _told(row, original, language)
    return _parsed[row.digest, language]


def title_of(row: MaturityModel) -> str:
    """What the model is called in the active language; another author's as it was written."""
    return model_of(row).meta.title if row.rule == OURS else row.title


def asked_model_of(row: MaturityModel) -> MaturityModelFile:
    """What the pages of asking read of any model, whoever wrote it: its pages, practices, questions and choices."""
    if row.rule == OURS:
        return model_of(row)
    key = (row.digest, plain_language())
    if key not in _parsed:
        _parsed[key] = as_asked(foreign_model_of(row))
    return _parsed[key]


def foreign_model_of(row: MaturityModel) -> ForeignModel:
    """The typed content of a row whose maturity model was written elsewhere; made once per digest and process."""
    if row.digest not in _foreign:
        _foreign[row.digest] = ForeignModel.model_validate(row.content)
    return _foreign[row.digest]


def _told(row: MaturityModel, original: MaturityModelFile, language: str) -> MaturityModelFile:
    """By the translations that ship for this id, else by those the row came with."""
    told = translated(original, language)
    own = row.translations.filter(language=language).first() if row.organization_id else None
    return fitting(original, own.texts) if own else told


def translations_of(row: MaturityModel) -> Translations:
    """What a copy of the row is translated with, by language."""
    if own := {one.language: one.texts for one in row.translations.all()}:
        return own
    languages = (code for code, _ in settings.LANGUAGES if code != SOURCE_LANGUAGE)
    known = {code: translation(row.content["meta"]["id"], code) for code in languages}
    return {code: {place: list(entry) for place, entry in texts.items()} for code, texts in known.items() if texts}


def content_of(row: MaturityModel) -> MaturityModelFile | ForeignModel:
    """The typed content of any row, as its author wrote it."""
    return _original_of(row) if row.rule == OURS else foreign_model_of(row)


def _original_of(row: MaturityModel) -> MaturityModelFile:
    """The file itself where it is the one of this version: PostgreSQL keeps the keys of a stored one in another order,
    and lists of a report follow it."""
    return _shipped()[0] if is_shipped(row) else MaturityModelFile.model_validate(row.content)


def source_of(row: MaturityModel) -> str:
    """The text of the file a row of our format came from; empty for rows from before it was kept."""
    return row.source or (SHIPPED.read_text(encoding="utf-8") if is_shipped(row) else "")


_parsed: dict[tuple[str, str], MaturityModelFile] = {}
_foreign: dict[str, ForeignModel] = {}
