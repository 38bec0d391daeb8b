"""How work flows through define, build, review, integrate and release: pure arithmetic with its sources, no Django.

Units stand in the names: days are working days, rates are per working day, shares and probabilities run from 0 to 1.
Whatever cannot be computed raises `FlowError` with one sentence; nothing here returns an infinity or a NaN.
The model, its sources and its limits are told in docs/flow.md.
"""

from assessment.domain.flow.errors import FlowError, NoSteadyState

__all__ = ["FlowError", "NoSteadyState"]
