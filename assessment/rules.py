"""Who may do what with an assessment: those who lead or advise its team; everybody in the team may look.

A viewer reads the result and the reports, and sees neither the evidence nor how far the answering is.
"""

from typing import Any

import rules

from accounts.rules import advises_organization, reads_team, runs_organization_of_team, sees_team, staffs_team


@rules.predicate
def staffs_its_team(user: Any, assessment: Any) -> bool:
    return staffs_team(user, assessment.team)


@rules.predicate
def sees_its_team(user: Any, assessment: Any) -> bool:
    return sees_team(user, assessment.team)


@rules.predicate
def reads_its_team(user: Any, assessment: Any) -> bool:
    return reads_team(user, assessment.team)


@rules.predicate
def may_delete(user: Any, assessment: Any) -> bool:
    """A draft belongs to those who lead it; once people have answered only an administrator may throw it away."""
    if assessment.state == "draft":
        return staffs_team(user, assessment.team)
    return runs_organization_of_team(user, assessment.team)


rules.add_perm("assessment.add_assessment", staffs_team)  # asked with the team
rules.add_perm("assessment.view_assessment", reads_its_team)
rules.add_perm("assessment.view_work", sees_its_team)  # evidence, and how far the answering is
rules.add_perm("assessment.edit_assessment", staffs_its_team)
rules.add_perm("assessment.open_assessment", staffs_its_team)
rules.add_perm("assessment.close_assessment", staffs_its_team)
rules.add_perm("assessment.delete_assessment", may_delete)
rules.add_perm("assessment.bring_models", advises_organization)  # asked with the organization
