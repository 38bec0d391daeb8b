"""Waiting in front of several servers that share one queue.

M/M/c is exact (A. K. Erlang 1917; Gross, Shortle, Thompson and Harris, Fundamentals of Queueing Theory, ch. 3). The
general case is Allen and Cunneen's approximation (A. O. Allen, Probability, Statistics and Queueing Theory, 1990,
ch. 5), which for one server is J. F. C. Kingman's (1961). Any unit of time will do,
as long as it is the same everywhere.
"""

from math import exp, fsum, lgamma, log
from typing import NamedTuple

from assessment.domain.flow.errors import NoSteadyState, not_negative, positive, whole


class Queue(NamedTuple):
    """A queue in steady state: shares from 0 to 1, counts as means, times in the unit of the rates."""

    utilization: float
    p_empty: float
    p_wait: float
    n_waiting: float
    n_in_system: float
    wait: float
    time_in_system: float


def mmc(arrival_rate: float, service_rate: float, servers: int) -> Queue:
    """Poisson arrivals, exponential service, c servers. Raises NoSteadyState at a utilization of 1 or more."""
    p_wait, wait = _waiting(arrival_rate, service_rate, servers)
    load = arrival_rate / service_rate
    return Queue(
        utilization=load / servers,
        p_empty=_p_empty(load, int(servers)),
        p_wait=p_wait,
        n_waiting=arrival_rate * wait,
        n_in_system=arrival_rate * wait + load,
        wait=wait,
        time_in_system=wait + 1 / service_rate,
    )


def mean_wait(arrival_rate: float, service_rate: float, servers: int, ca2: float = 1.0, cs2: float = 1.0) -> float:
    """The `wait` of `ggc` alone, for whoever needs it a thousand times."""
    return _waiting(arrival_rate, service_rate, servers)[1] * (ca2 + cs2) / 2


def ggc(arrival_rate: float, service_rate: float, servers: int, ca2: float = 1.0, cs2: float = 1.0) -> Queue:
    """General arrivals and service: the wait of M/M/c times (ca2 + cs2) / 2.

    ca2 and cs2 are squared coefficients of variation of the gaps between arrivals and of the service time. `p_empty`
    and `p_wait` are those of M/M/c; only the means are corrected.
    """
    spread = (not_negative(ca2, "ca2") + not_negative(cs2, "cs2")) / 2
    plain = mmc(arrival_rate, service_rate, servers)
    wait, load = plain.wait * spread, arrival_rate / service_rate
    n_waiting = arrival_rate * wait
    return plain._replace(
        n_waiting=n_waiting, n_in_system=n_waiting + load, wait=wait, time_in_system=wait + 1 / service_rate
    )


def erlang_b(load: float, servers: int) -> float:
    """The share of arrivals lost when nobody may wait: B0 = 1, Bk = a B(k-1) / (k + a B(k-1)). Never overflows."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """The share of arrivals that have to wait, from Erlang B; `load` is arrivals over service, below `servers`."""
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


def p_wait_longer(time: float, arrival_rate: float, service_rate: float, servers: int) -> float:
    """The share of arrivals that wait longer than `time` in M/M/c: C exp(-(c - a) t / tau)."""
    queue = mmc(arrival_rate, service_rate, servers)
    return queue.p_wait * exp(-(servers * service_rate - arrival_rate) * not_negative(time, "time"))


def _waiting(arrival_rate: float, service_rate: float, servers: int) -> tuple[float, float]:
    """The chance to wait and the mean wait of M/M/c. Raises NoSteadyState."""
    arrivals, service = positive(arrival_rate, "arrival_rate"), positive(service_rate, "service_rate")
    n_servers = whole(servers, "servers")
    utilization = arrivals / service / n_servers
    if utilization >= 1:
        raise NoSteadyState(utilization, arrivals - n_servers * service, n_servers)
    p_wait = erlang_c(arrivals / service, n_servers)
    return p_wait, p_wait / (n_servers * service - arrivals)


def _p_empty(load: float, servers: int) -> float:
    """In logarithms, because the powers and factorials of many servers do not fit a number."""
    terms = [n * log(load) - lgamma(n + 1) for n in range(servers)]
    terms.append(servers * log(load) - lgamma(servers + 1) - log(1 - load / servers))
    top = max(terms)
    return exp(-top) / fsum(exp(term - top) for term in terms)
