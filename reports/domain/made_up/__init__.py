"""A made-up repository for the demonstration: fourteen months of a team that never was. Plain Python, no Django.

Everything follows from the day it ends on: the same day gives the same commit ids.
"""

from reports.domain.made_up.story import history_of

NAME = "parcel-desk-made-up"

__all__ = ["NAME", "history_of"]
