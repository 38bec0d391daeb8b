"""The shipped maturity model in other languages, one file each; docs/translating.md says how to add one."""

from functools import cache
from pathlib import Path

from assessment.maturity.reading import read_yaml
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.texts import fitting, mark_of, texts_of

FOLDER = Path(__file__).parent


def translated(file: MaturityModelFile, language: str) -> MaturityModelFile:
    """The model with every text whose translation was made from this wording; other texts stay as they are."""
    return fitting(file, translation(file.meta.id, language))


@cache
def translation(slug: str, language: str) -> dict[str, tuple[str, str]]:
    """Place -> (mark of the original it was made from, text); empty where there is no such file."""
    path = FOLDER / f"{slug}.{language}.yaml"
    content = read_yaml(path) if path.is_file() else {}
    texts = content.get("texts", {}) if isinstance(content, dict) else {}
    return {place: (str(entry["of"]), str(entry["text"])) for place, entry in texts.items()}


def missing(file: MaturityModelFile, language: str) -> dict[str, str]:
    """The places with their originals that this language lacks, or has only for an older wording."""
    known = translation(file.meta.id, language)
    return {place: text for place, text in texts_of(file).items() if known.get(place, ("",))[0] != mark_of(text)}
