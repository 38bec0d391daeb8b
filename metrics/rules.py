"""Who may attach a repository and start a collection: those who lead or advise its team. The team may look."""

from typing import Any

import rules

from accounts.rules import sees_team, staffs_team


@rules.predicate
def staffs_its_team(user: Any, subject: Any) -> bool:
    """Of an assessment or a repository."""
    return staffs_team(user, subject.team)


@rules.predicate
def staffs_team_of_collection(user: Any, collection: Any) -> bool:
    return staffs_team(user, collection.assessment.team)


@rules.predicate
def sees_its_team(user: Any, subject: Any) -> bool:
    return sees_team(user, subject.team)


@rules.predicate
def sees_team_of_collection(user: Any, collection: Any) -> bool:
    return sees_team(user, collection.assessment.team)


rules.add_perm("metrics.view_repositories", sees_its_team)  # asked with the assessment
rules.add_perm("metrics.attach_repository", staffs_its_team)  # asked with the assessment
rules.add_perm("metrics.remove_repository", staffs_its_team)  # asked with the repository
rules.add_perm("metrics.start_collection", staffs_its_team)  # asked with the assessment
rules.add_perm("metrics.view_collection", sees_team_of_collection)
rules.add_perm("metrics.cancel_collection", staffs_team_of_collection)
