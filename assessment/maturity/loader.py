"""From a maturity model file to its immutable row."""

import hashlib
import json
from pathlib import Path

import yaml

from assessment.maturity.schema import MaturityModelFile
from assessment.models import MaturityModel

SHIPPED = Path(__file__).with_name("delivery.yaml")


def load_shipped_model() -> MaturityModel:
    """The shipped maturity model's row, made when it is not there yet."""
    return load_model(read_model(SHIPPED))


def read_model(path: Path) -> MaturityModelFile:
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # the C form of SafeLoader
    return MaturityModelFile.model_validate(raw)


def load_model(file: MaturityModelFile) -> MaturityModel:
    """The row that holds exactly this content; the same content always gives the same row."""
    content = file.model_dump(mode="json", by_alias=True)
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    row, _ = MaturityModel.objects.get_or_create(
        digest=digest,
        defaults={"slug": file.meta.id, "version": file.meta.version, "title": file.meta.title, "content": content},
    )
    return row


def model_of(row: MaturityModel) -> MaturityModelFile:
    """The typed content of a row; parsed once per digest and process."""
    if row.digest not in _parsed:
        _parsed[row.digest] = MaturityModelFile.model_validate(row.content)
    return _parsed[row.digest]


_parsed: dict[str, MaturityModelFile] = {}
