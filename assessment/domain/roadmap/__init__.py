"""The roadmap: what to do next, in which order, and why. Pure functions from a score card; no Django anywhere below."""

from assessment.domain.roadmap.plan import build_roadmap

__all__ = ["build_roadmap"]
