"""Whoever is asked and has not answered yet sees no evidence: what pages and the API say instead.

Who that is, the survey knows; it registers `assessment.view_evidence` (surveys/rules.py).
"""

from typing import Any

from django.utils.translation import gettext as _

from assessment.models import Assessment
from core.refusals import Refused


class AnswersFirst(Refused):
    """Evidence waits until the person has answered."""

    status = 403


def require_answers(user: Any, assessment: Assessment) -> None:
    """Raise AnswersFirst while this person still owes answers; asked after the verb."""
    if not user.has_perm("assessment.view_evidence", assessment):
        raise AnswersFirst(_("Finish your own answers first: what is measured and what others said would colour them."))
