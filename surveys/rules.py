"""Who may answer a survey, who may invite, and who reads the comments (without names)."""

import hashlib
import hmac
from typing import Any

import rules

from accounts.rules import is_in_team, leads_team
from assessment.rules import reads_its_team, staffs_its_team


@rules.predicate
def holds_the_seat(user: Any, participant: Any) -> bool:
    """The person whose seat it is, or whoever brings the secret of which the seat keeps the digest."""
    if participant.user_id is not None and participant.user_id == user.pk:
        return True
    digest = hashlib.sha256(participant.secret.encode()).hexdigest()
    return bool(participant.secret) and hmac.compare_digest(digest, participant.secret_digest)


@rules.predicate
def owes_no_answers(user: Any, assessment: Any) -> bool:
    """Whoever is asked sees no evidence before they have finished; their pages let them see it practice by practice."""
    survey = getattr(assessment, "survey", None)
    if survey is None or assessment.state != "open":
        return True
    return not survey.participants.filter(user=user).exclude(state="finished").exists()


rules.add_perm("assessment.view_evidence", reads_its_team & owes_no_answers)  # asked with the assessment
rules.add_perm("surveys.answer_survey", holds_the_seat)  # asked with the participant
rules.add_perm("surveys.invite_people", staffs_its_team)  # asked with the assessment
rules.add_perm("surveys.view_comments", staffs_its_team)  # asked with the assessment


@rules.predicate
def facilitates(user: Any, assessment: Any) -> bool:
    """Whoever advises or runs the organization, is not in the team and is not asked: nobody reads colleagues' words."""
    if not staffs_its_team(user, assessment) or is_in_team(user, assessment.team) or leads_team(user, assessment.team):
        return False
    survey = getattr(assessment, "survey", None)
    return survey is None or not survey.participants.filter(user=user).exists()


rules.add_perm("surveys.set_promise", staffs_its_team)  # asked with the assessment
rules.add_perm("surveys.release_comments", facilitates)  # asked with the assessment
rules.add_perm("surveys.lead_workshop", staffs_its_team)  # asked with the assessment; who leads now is on the workshop
