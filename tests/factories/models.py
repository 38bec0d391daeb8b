"""Maturity models of our own format that differ from the shipped one in what a test says."""

import copy

from accounts.models import Organization
from assessment.draft_forms import shown
from assessment.maturity.loader import SHIPPED, load_model
from assessment.maturity.parts import Kind, leaves_of, mark_of_part, place_of
from assessment.maturity.reading import parse_yaml, read_yaml
from assessment.maturity.schema import MaturityModelFile
from assessment.models import MaturityModel, ModelDraft


def practice_in(raw: dict, name: str) -> dict:
    return next(p for d in raw["dimensions"] for p in d["practices"] if p["id"] == name)


def changed_model(version: str = "2.0", *, organization: Organization | None = None, **weights: float) -> MaturityModel:
    """A stored version in which SP1.m has other choices, SP2.m another wording, and practices these weights."""
    raw = copy.deepcopy(read_yaml(SHIPPED))
    raw["meta"]["version"] = version
    practice_in(raw, "SP1")["questions"][0]["options"][0]["text"] = "Nobody knows."
    practice_in(raw, "SP2")["questions"][0]["text"] = "How do limits get in?"
    for name, weight in weights.items():
        practice_in(raw, name)["weight"] = weight
    return load_model(MaturityModelFile.model_validate(raw), organization=organization)


def part_fields(draft: ModelDraft, kind: Kind, name: str) -> dict[str, str]:
    """What the form of a part sends when nothing is changed."""
    data = parse_yaml(draft.text)
    place = place_of(data, kind, name)
    fields = {leaf.name: shown(leaf.value) for leaf in leaves_of(data, kind, place)}
    return fields | {"seen": mark_of_part(data, kind, place)}
