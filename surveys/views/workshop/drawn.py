"""What all telephones of a workshop show, drawn once for each version and language, and each one's own part put in.

Who is signed in and may see the team's work sees examples of it as well: a drawing of their own.

Nothing of any seat is at hand while it is drawn: its own vote, its token and the seconds that are left are gaps, filled
anew for each answer and never kept.
"""

import re
from collections.abc import Callable

from django.core.cache import caches
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment.models import without_texts
from surveys.domain.workshop.joining import Stamp
from surveys.domain.workshop.voting import DONT_KNOW, own_votes
from surveys.domain.workshop.watching import Scene, scenes_of
from surveys.models import ItemState, Workshop, WorkshopKind, WorkshopState

KEPT_S = 60  # evidence that comes in meanwhile is shown this much later
Fill = Callable[[str, str], str]


def seat_part(request: HttpRequest, now: Stamp) -> SafeString:
    """The live part of this seat's page."""
    mark = _mark()
    examples = _may_see_examples(request, now)
    key = f"workshop/{now.workshop.hex}/{now.version}/{get_language()}/{examples:d}"
    drawn = caches["drawn"].get_or_set(key, lambda: _draw(now, may_see_examples=examples), KEPT_S)
    votes = own_votes(now.seat)
    said = _("Your vote is stored. You can change it until the reveal.")
    fills: dict[str, Fill] = {
        "token": lambda _which, _choice: get_token(request),
        "mark": lambda round_, choice: " checked" if choice in votes.get(int(round_), ()) else "",
        "said": lambda round_, _choice: said if int(round_) in votes else "",
        "seconds": lambda ends_at, _choice: str(_seconds_until(ends_at)),
        "minutes": lambda ends_at, _choice: str(round(_seconds_until(ends_at) / 60)),
    }
    filled = re.sub(f"{mark}-([a-z]+)-([0-9]*)-([a-z0-9]*);", lambda gap: fills[gap[1]](gap[2], gap[3]), drawn or "")
    return SafeString(filled)  # a template escaped what was drawn, and what fills it is ours


def _may_see_examples(request: HttpRequest, now: Stamp) -> bool:
    """Whether paths and titles of the team's work are shown: to who is signed in on this telephone and may see them."""
    if not request.user.is_authenticated:
        return False
    workshop = Workshop.objects.select_related("assessment__team").get(public_id=now.workshop)
    return request.user.has_perm("assessment.view_work", workshop.assessment)


def _draw(now: Stamp, *, may_see_examples: bool) -> str:
    rows = Workshop.objects.select_related("assessment__maturity_model")
    rows = rows.defer(*without_texts("assessment__maturity_model"))
    workshop = rows.get(public_id=now.workshop)
    shown = workshop.items.filter(state__in=[ItemState.VOTING, ItemState.TALKING])
    if workshop.kind == WorkshopKind.ROOM:
        shown = workshop.items.filter(pk=workshop.current_id or 0)
    context = {
        "workshop": workshop,
        "rows": [_row(scene) for scene in scenes_of(workshop, shown)],
        "is_over": workshop.state == WorkshopState.FINISHED,
        "stamp": now.version,
        "csrf_token": _gap("token"),
        "may_see_examples": may_see_examples,
    }
    return render_to_string("surveys/workshop/_seat.html", context)


def _row(scene: Scene) -> dict[str, object]:
    row: dict[str, object] = {"scene": scene, "box": "checkbox" if scene.subject.is_multiple else "radio"}
    if scene.open_round:
        vote = scene.open_round.pk
        row["choices"] = [(anchor, _gap("mark", vote, str(anchor.level))) for anchor in scene.anchors]
        row["dont_know"] = _gap("mark", vote, DONT_KNOW)
        row["said"] = _gap("said", vote)
    if scene.item.timer_ends_at:
        ends_at = round(scene.item.timer_ends_at.timestamp())
        row["seconds"], row["minutes"] = _gap("seconds", ends_at), _gap("minutes", ends_at)
    return row


def _mark() -> str:
    """Known to nobody outside, so that no text that somebody wrote can hold a gap."""
    return salted_hmac("surveys.workshop.drawn", "gap", algorithm="sha256").hexdigest()[:20]


def _gap(kind: str, which: int | str = "", choice: str = "") -> str:
    return f"{_mark()}-{kind}-{which}-{choice};"


def _seconds_until(moment: str) -> int:
    """By the server's clock."""
    return max(0, round(int(moment) - timezone.now().timestamp()))
