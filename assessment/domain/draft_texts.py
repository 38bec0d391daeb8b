"""The translations of a draft, section by section: what is there, what was made from an older wording."""

from collections.abc import Mapping
from dataclasses import dataclass

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.domain.drafts import put_translations, sound_model
from assessment.maturity.reading import UnreadableYaml, parse_yaml
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.texts import fitting, mark_of, texts_of
from assessment.models import ModelDraft
from core.refusals import Invalid
from core.spoken import SOURCE_LANGUAGE, plain_language

LANGUAGES = [(code, name) for code, name in settings.LANGUAGES if code != SOURCE_LANGUAGE]
GENERAL, SIGNALS = "general", "signals"
WIDTH = 2**20  # one line a text


@dataclass(frozen=True)
class Section:
    id: str
    name: str


def sections_of(model: MaturityModelFile) -> tuple[Section, ...]:
    """What is translated on one page: a practice with its actions, all signals, and everything else."""
    practices = (Section(practice.id, practice.name) for practice in model.practices())
    return (Section(GENERAL, ""), Section(SIGNALS, ""), *practices)


def section_texts(model: MaturityModelFile, section: str) -> dict[str, str]:
    """The originals of a section by their place."""
    return {place: text for place, text in texts_of(model).items() if _section_of(place) == section}


def standing(draft: ModelDraft, language: str, originals: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    """The translation of each place that has one, and whether it was made from the present wording."""
    known = draft.translations.get(language, {})
    return {
        place: (known[place][1], known[place][0] == mark_of(original))
        for place, original in originals.items()
        if place in known
    }


def in_active_language(draft: ModelDraft, model: MaturityModelFile) -> MaturityModelFile:
    """The model with the draft's own translations, where they were made from the present wording."""
    return fitting(model, draft.translations.get(plain_language(), {}))


def export_translations(draft: ModelDraft, language: str) -> str:
    """As a file of translations beside a model: docs/translating.md."""
    name, known = sound_model(draft).meta.id, draft.translations.get(language, {})
    lines = [f"language: {language}", f"model: {name}", "texts:" if known else "texts: {}"]
    for place, (mark, text) in known.items():
        entry = {"of": mark, "text": text}
        flow = yaml.safe_dump(entry, allow_unicode=True, default_flow_style=True, width=WIDTH, sort_keys=False)
        lines.append(f"  {place}: {flow.strip()}")
    return "\n".join(lines) + "\n"


def import_translations(draft: ModelDraft, language: str, text: str, *, by: User) -> tuple[int, int]:
    """Take a file of translations in, as an export gives it; returns how many were kept and how many have no place.

    A translation made from an older wording is kept with the mark of that wording, so the page tells it.
    Raises Invalid where the file is none of this language.
    """
    given = _texts_of_file(text, language)
    places = texts_of(sound_model(draft))
    known = dict(draft.translations.get(language, {})) | {place: one for place, one in given.items() if place in places}
    put_translations(draft, language, {place: known[place] for place in places if place in known}, by=by)
    return sum(place in places for place in given), sum(place not in places for place in given)


def _texts_of_file(text: str, language: str) -> dict[str, list[str]]:
    try:
        raw = parse_yaml(text)
    except UnreadableYaml as wrong:
        raise Invalid(_("This is no YAML that can be read: {why}").format(why=wrong)) from None
    texts = raw.get("texts") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(texts, dict) or raw.get("language") != language:
        said = _("A file of translations holds language: {language} and texts by their place, as an export has them.")
        raise Invalid(said.format(language=language))
    found = {}
    for place, one in texts.items():
        is_right = isinstance(one, dict) and isinstance(one.get("of"), str) and isinstance(one.get("text"), str)
        if not is_right or not isinstance(place, str):
            raise Invalid(_("{place} must hold of and text, both texts.").format(place=place))
        if one["text"].strip():
            found[place] = [one["of"], one["text"]]
    return found


def _section_of(place: str) -> str:
    steps = place.split("/")
    if steps[0] == "signals":
        return SIGNALS
    return steps[3] if steps[0] == "dimensions" and len(steps) > 4 else GENERAL
