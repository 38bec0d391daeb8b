"""From a maturity model file to its immutable row."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from assessment.maturity.lint import UnusableModel, lint
from assessment.maturity.problems import Problem
from assessment.maturity.reading import UnreadableYaml, read_yaml
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.translations import translated
from assessment.models import MaturityModel

__all__ = ["SHIPPED", "UnusableModel", "load_model", "load_shipped_model", "model_of", "read_model"]

SHIPPED = Path(__file__).with_name("delivery.yaml")
SOURCE_LANGUAGE = "en"


def load_shipped_model() -> MaturityModel:
    """The shipped maturity model's row, made when it is not there yet."""
    return _row_of(*_shipped())


def read_model(path: Path) -> MaturityModelFile:
    """The typed content of a sound file; UnusableModel with every problem otherwise."""
    try:
        raw = read_yaml(path)
    except UnreadableYaml as wrong:
        raise UnusableModel(path, [Problem("", str(wrong))]) from None
    if problems := lint(raw):
        raise UnusableModel(path, problems)
    return MaturityModelFile.model_validate(raw)


def load_model(file: MaturityModelFile) -> MaturityModel:
    """The row that holds exactly this content; the same content always gives the same row."""
    return _row_of(file, *_content_of(file))


def _row_of(file: MaturityModelFile, content: dict[str, Any], digest: str) -> MaturityModel:
    row, _ = MaturityModel.objects.get_or_create(
        digest=digest,
        defaults={"slug": file.meta.id, "version": file.meta.version, "title": file.meta.title, "content": content},
    )
    return row


def _content_of(file: MaturityModelFile) -> tuple[dict[str, Any], str]:
    content = file.model_dump(mode="json", by_alias=True)
    return content, hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def _shipped() -> tuple[MaturityModelFile, dict[str, Any], str]:
    """The file that came with this version, read and checked once per process."""
    file = read_model(SHIPPED)
    return file, *_content_of(file)


def model_of(row: MaturityModel) -> MaturityModelFile:
    """The typed content of a row, its texts in the active language; made once per digest, language and process."""
    language = (get_language() or SOURCE_LANGUAGE).partition("-")[0]
    if (row.digest, language) not in _parsed:
        original = MaturityModelFile.model_validate(row.content)
        _parsed[row.digest, language] = original if language == SOURCE_LANGUAGE else translated(original, language)
    return _parsed[row.digest, language]


_parsed: dict[tuple[str, str], MaturityModelFile] = {}
