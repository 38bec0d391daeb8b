"""Who may answer a survey, who may invite, and who reads the comments (without names)."""

from typing import Any

import rules

from assessment.rules import staffs_its_team


@rules.predicate
def holds_the_seat(user: Any, participant: Any) -> bool:
    return participant.user_id is not None and participant.user_id == user.pk


rules.add_perm("surveys.answer_survey", holds_the_seat)  # asked with the participant
rules.add_perm("surveys.invite_people", staffs_its_team)  # asked with the assessment
rules.add_perm("surveys.view_comments", staffs_its_team)  # asked with the assessment
