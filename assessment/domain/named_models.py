"""A maturity model by what somebody at a terminal calls it: a file, a slug, or a slug with its version."""

from pathlib import Path

from assessment.domain.strict_json import UnusableFile
from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.loader import content_of, read_model
from assessment.maturity.schema import MaturityModelFile
from assessment.models import MaturityModel

VERSION = "@"


def model_named(name: str) -> MaturityModelFile | ForeignModel:
    """From a file in our format, or a stored one. Raises UnusableModel or UnusableFile with what is wrong."""
    if Path(name).exists() or "/" in name or name.endswith((".yaml", ".yml")):
        return read_model(Path(name))
    return content_of(stored_model(name))


def stored_model(name: str) -> MaturityModel:
    """The newest stored row of SLUG or SLUG@VERSION; UnusableFile says which there are."""
    slug, _, version = name.partition(VERSION)
    rows = MaturityModel.objects.for_everybody().filter(slug=slug)
    row = (rows.filter(version=version) if version else rows).order_by("-created_at", "-pk").first()
    if row is not None:
        return row
    if versions := sorted(set(rows.values_list("version", flat=True))):
        raise UnusableFile(f"{slug!r} has no version {version!r}; stored are {', '.join(versions)}.")
    known = (
        ", ".join(MaturityModel.objects.for_everybody().order_by("slug").values_list("slug", flat=True).distinct())
        or "none"
    )
    raise UnusableFile(f"no maturity model {name!r} is stored; known are {known}. `manage.py model import` adds one.")
