"""What flow arithmetic refuses, each refusal as one sentence: what is wrong and what would be right."""

from collections.abc import Iterable

MOST = 1e9  # beyond any day, rate or count of a team, and far inside what arithmetic holds
LEAST = 1e-9  # a positive number below this is a slip of the pen
MOST_SERVERS = 100_000


class FlowError(ValueError):
    """Numbers from which nothing can be computed; the message is one sentence for a person."""


class NoSteadyState(FlowError):
    """More work arrives than the servers can do: the queue grows for ever and there is no waiting time."""

    def __init__(self, utilization: float, growth_rate: float, servers: int) -> None:
        self.utilization = utilization
        self.growth_rate = growth_rate  # arrivals left over per unit of time
        self.servers = servers
        super().__init__(self._sentence())

    def doubling_time(self, n_waiting_now: float) -> float | None:
        """The time in which a queue of this length doubles; None when it does not grow or is empty."""
        return n_waiting_now / self.growth_rate if self.growth_rate > 0 and n_waiting_now > 0 else None

    def _sentence(self) -> str:
        start = f"No steady state: {self.utilization:.1%} of the capacity is asked for"
        twice = self.doubling_time(self.servers)
        if twice is None:
            return f"{start}, so the queue never settles."
        return (
            f"{start}, so the queue grows by {self.growth_rate:.3g} per unit of time; "
            f"one waiting per server becomes two after {twice:.3g}."
        )


def number(value: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise FlowError(f"{name} must be a finite number, not {'null' if value is None else repr(value)}.")
    if abs(value) > MOST:  # asked before any arithmetic, because a long whole number does not fit a float
        raise FlowError(f"{name} is too large; give a finite number of at most {MOST:g}.")
    return float(value)


def not_negative(value: float, name: str) -> float:
    if number(value, name) < 0:
        raise FlowError(f"{name} is {value:g}; it cannot be negative.")
    return float(value)


def positive(value: float, name: str) -> float:
    if number(value, name) < LEAST:
        raise FlowError(f"{name} is {value:g}; it must be above 0.")
    return float(value)


def hours_of_a_day(value: float, name: str) -> float:
    if positive(value, name) > 24:
        raise FlowError(f"{name} is {value:g}; a day has 24 hours.")
    return float(value)


def share(value: float, name: str) -> float:
    if not 0 <= number(value, name) <= 1:
        raise FlowError(f"{name} is {value:g}; give a share from 0 to 1.")
    return float(value)


def probability(value: float, name: str) -> float:
    """A chance that leaves a way out: at 1 the work would go round for ever."""
    if not 0 <= number(value, name) < 1:
        raise FlowError(f"{name} is {value:g}; give a probability from 0 to below 1.")
    return float(value)


def whole(value: float, name: str, *, least: int = 1) -> int:
    if number(value, name) != int(value) or value < least or value > MOST_SERVERS:
        raise FlowError(f"{name} is {value:g}; give a whole number from {least} to {MOST_SERVERS:,}.")
    return int(value)


def numbers(values: Iterable[float], name: str, *, above_zero: bool = True) -> tuple[float, ...]:
    check = positive if above_zero else not_negative
    checked = tuple(check(value, name) for value in values)
    if not checked:
        raise FlowError(f"{name} is empty; give at least one number.")
    return checked
