"""What people wrote, without who wrote it."""

import hashlib

from assessment.maturity.loader import model_of
from assessment.maturity.schema import Practice
from assessment.models import Assessment
from surveys.models import Participant, PracticeComment


def comments_by_practice(assessment: Assessment) -> tuple[list[tuple[Practice, list[str]]], list[str]]:
    """The comments of each practice, and what people would fix first.

    Within a list the order follows a digest of the text: the order of writing, or one order kept across practices,
    would tell who wrote what.
    """
    rows = PracticeComment.objects.filter(participant__survey__assessment=assessment)
    texts: dict[str, list[str]] = {}
    for practice, text in rows.values_list("practice", "text"):
        texts.setdefault(practice, []).append(text)
    practices = [(p, _mixed(texts[p.id])) for p in model_of(assessment.maturity_model).practices() if p.id in texts]
    wishes = Participant.objects.filter(survey__assessment=assessment).exclude(fix_first="")
    return practices, _mixed(list(wishes.values_list("fix_first", flat=True)))


def _mixed(texts: list[str]) -> list[str]:
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())
