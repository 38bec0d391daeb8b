"""Changes in flight that get in each other's way: each pair conflicts with probability q, independently.

The chance that none of n independent pairs conflicts is (1 - q)^n (W. Feller, vol. I, ch. V). What q may
be: Ananthanarayanan et al., Keeping master green at scale, EuroSys 2019.
"""

from assessment.domain.flow.errors import FlowError, number, probability


def per_change(q: float, in_flight: float) -> float:
    """The chance that one change conflicts with any of the other `in_flight` - 1."""
    return float(1 - (1 - probability(q, "q")) ** (_in_flight(in_flight) - 1))


def in_batch(q: float, in_flight: float) -> float:
    """The chance of at least one conflict anywhere among all pairs; a different question from `per_change`."""
    n = _in_flight(in_flight)
    return float(1 - (1 - probability(q, "q")) ** (n * (n - 1) / 2))


def calibrate(rate: float, in_flight: float) -> float:
    """q from the conflict rate per change at this many in flight (from Little's law, so not always whole).

    Uber's published point, 40 % at 16 in flight, gives 0.0335 (Keeping master green at scale, EuroSys 2019).
    """
    if _in_flight(in_flight) == 1:
        raise FlowError("in_flight is 1; a change alone meets nobody, so give more than 1.")
    return float(1 - (1 - probability(rate, "rate")) ** (1 / (in_flight - 1)))


def _in_flight(value: float) -> float:
    if number(value, "in_flight") < 1:
        raise FlowError(f"in_flight is {value:g}; the change itself counts, so give at least 1.")
    return value
