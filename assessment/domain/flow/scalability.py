"""The Universal Scalability Law: what N parallel workers get done. N. J. Gunther, Guerrilla Capacity Planning, 2007.

alpha is the share that queues for something common (review, release); beta the cost of each pair that has to agree
(unwritten interfaces, missing context). Capacity is in units of what one worker alone gets done.
"""

from math import sqrt

from assessment.domain.flow.errors import FlowError, not_negative, positive, share


def capacity(n: float, alpha: float, beta: float) -> float:
    """C(N) = N / (1 + alpha (N - 1) + beta N (N - 1))."""
    workers = positive(n, "n")
    if workers < 1:
        raise FlowError(f"n is {n:g}; give at least one worker.")
    queueing, agreeing = share(alpha, "alpha"), not_negative(beta, "beta")
    return workers / (1 + queueing * (workers - 1) + agreeing * workers * (workers - 1))


def peak(alpha: float, beta: float) -> float:
    """The number of workers beyond which one more gets less done: sqrt((1 - alpha) / beta)."""
    if not_negative(beta, "beta") == 0:
        raise FlowError("beta is 0; without a cost of agreeing there is no peak, capacity only levels off.")
    return sqrt((1 - share(alpha, "alpha")) / positive(beta, "beta"))
