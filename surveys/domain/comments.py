"""What people wrote, without who wrote it, and how much of it may be read."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from accounts.domain.audit import record
from accounts.models import User
from assessment.maturity.loader import asked_model_of
from assessment.maturity.schema import Practice
from assessment.models import Assessment, AssessmentState
from core.refusals import Refused
from surveys.models import AnonymousAnswer, AnonymousComment, Answer, Participant, ParticipantState, Survey

WISH = ""


@dataclass(frozen=True)
class Text:
    """`slot` is the row's key where a facilitator may release it; it says nothing of the person."""

    practice: str
    text: str
    slot: str = ""
    released: bool = False


@dataclass(frozen=True)
class Comments:
    practices: Sequence[tuple[Practice, Sequence[str]]]
    fix_first: Sequence[str]
    n_withheld: int  # written, and not shown to anybody
    needed: int  # voices from which on they would be shown


def comments_of(assessment: Assessment) -> Comments:
    """The comments of each practice that may be shown, and what people would fix first.

    Within a list the order follows a digest of the text: the order of writing, or one order kept across practices,
    would tell who wrote what.
    """
    survey = Survey.objects.filter(assessment=assessment).first()
    texts = _texts(survey) if survey else []
    voices = _voices(survey, assessment) if survey else {}
    needed = survey.comments_from if survey else 1
    shown: dict[str, list[str]] = defaultdict(list)
    for one in texts:
        if needed <= 1 or one.released or voices.get(one.practice, 0) >= needed:
            shown[one.practice].append(one.text)
    known = asked_model_of(assessment.maturity_model).practices()
    return Comments(
        practices=[(practice, mixed(shown[practice.id])) for practice in known if practice.id in shown],
        fix_first=mixed(shown.get(WISH, [])),
        n_withheld=len(texts) - sum(len(found) for found in shown.values()),
        needed=needed,
    )


def to_release(assessment: Assessment) -> list[Text]:
    """What a facilitator may read and release: everything that the number of voices does not let through."""
    survey = Survey.objects.get(assessment=assessment)
    if assessment.state != AssessmentState.CLOSED or not survey.facilitated_comments:
        raise Refused(gettext("There are no comments to release: this survey was promised no facilitator, or is open."))
    voices = _voices(survey, assessment)
    waiting = [one for one in _texts(survey) if voices.get(one.practice, 0) < survey.comments_from]
    return sorted(waiting, key=lambda one: _digest(one.text))


@transaction.atomic
def release(assessment: Assessment, slots: Collection[str], *, by: User) -> int:
    """Let these comments be shown and the others of the list not; the number that is shown."""
    waiting = [one for one in to_release(assessment) if one.slot]
    for one in waiting:
        if one.released != (one.slot in slots):
            AnonymousComment.objects.filter(slot=one.slot).update(released=not one.released)
            if not one.released:
                record("survey.comment_released", by=by, on=assessment, team=assessment.team, practice=one.practice)
    return sum(one.slot in slots for one in waiting)


def mixed(texts: Sequence[str]) -> list[str]:
    return sorted(texts, key=_digest)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _texts(survey: Survey) -> list[Text]:
    if survey.is_anonymous:
        rows = AnonymousComment.objects.filter(survey=survey).order_by("slot")
        return [Text(row.practice, row.text, row.slot, row.released) for row in rows]
    seats = survey.participants.prefetch_related("comments")
    found = [Text(comment.practice, comment.text) for seat in seats for comment in seat.comments.all()]
    return found + [Text(WISH, seat.fix_first) for seat in seats if seat.fix_first]


def _voices(survey: Survey, assessment: Assessment) -> Mapping[str, int]:
    """At least how many people answered each practice: those of its most answered question."""
    counts: Counter[str] = Counter()
    if survey.is_anonymous:
        counts.update(AnonymousAnswer.objects.filter(survey=survey).values_list("question", flat=True))
    else:
        counts.update(Answer.objects.filter(participant__survey=survey).values_list("question", flat=True))
    practices = asked_model_of(assessment.maturity_model).practices()
    begun = Participant.objects.filter(survey=survey).exclude(state=ParticipantState.INVITED).count()
    return {p.id: max((counts[q.id] for q in p.questions), default=0) for p in practices} | {WISH: begun}
