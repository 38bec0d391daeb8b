"""The roadmap as a team keeps it: every decision is a new revision, and planning goes round all of them.

Whatever is read here is worked out from the current result and the newest revision; the plan at that revision is what
planning anew stays close to.
"""

from assessment.domain.team_roadmap.deciding import (
    accept,
    add_own,
    finish,
    reject,
    release,
    set_capacity,
    set_details,
    stop,
)
from assessment.domain.team_roadmap.order import move
from assessment.domain.team_roadmap.reading import TeamRoadmap, decisions_of, people_of, team_roadmap
from assessment.domain.team_roadmap.revisions import return_to, undo

__all__ = [
    "TeamRoadmap",
    "accept",
    "add_own",
    "decisions_of",
    "finish",
    "move",
    "people_of",
    "reject",
    "release",
    "return_to",
    "set_capacity",
    "set_details",
    "stop",
    "team_roadmap",
    "undo",
]
