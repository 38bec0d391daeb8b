"""What flow arithmetic refuses, each refusal as one sentence: what is wrong and what would be right."""

from collections.abc import Iterable

from core.language import gettext

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
        asked, twice = f"{self.utilization:.1%}", self.doubling_time(self.servers)
        if twice is None:
            return gettext("No steady state: {asked} of the capacity is asked for, so the queue never settles.").format(
                asked=asked
            )
        return gettext(
            "No steady state: {asked} of the capacity is asked for, so the queue grows by {growth} per unit of time; "
            "one waiting per server becomes two after {twice}."
        ).format(asked=asked, growth=f"{self.growth_rate:.3g}", twice=f"{twice:.3g}")


def number(value: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        shown = "null" if value is None else repr(value)
        raise FlowError(gettext("{name} must be a finite number, not {value}.").format(name=name, value=shown))
    if abs(value) > MOST:  # asked before any arithmetic, because a long whole number does not fit a float
        text = gettext("{name} is too large; give a finite number of at most {most}.")
        raise FlowError(text.format(name=name, most=f"{MOST:g}"))
    return float(value)


# The checks answer for a plain number inside their bounds at once: a page of ranges asks them thirty thousand times.


def not_negative(value: float, name: str) -> float:
    if type(value) is float and 0 <= value <= MOST:
        return value
    if number(value, name) < 0:
        raise _refusal(gettext("{name} is {value}; it cannot be negative."), name, value)
    return float(value)


def positive(value: float, name: str) -> float:
    if type(value) is float and LEAST <= value <= MOST:
        return value
    if number(value, name) < LEAST:
        raise _refusal(gettext("{name} is {value}; it must be above 0."), name, value)
    return float(value)


def hours_of_a_day(value: float, name: str) -> float:
    if positive(value, name) > 24:
        raise _refusal(gettext("{name} is {value}; a day has 24 hours."), name, value)
    return float(value)


def share(value: float, name: str) -> float:
    if type(value) is float and 0 <= value <= 1:
        return value
    if not 0 <= number(value, name) <= 1:
        raise _refusal(gettext("{name} is {value}; give a share from 0 to 1."), name, value)
    return float(value)


def probability(value: float, name: str) -> float:
    """A chance that leaves a way out: at 1 the work would go round for ever."""
    if type(value) is float and 0 <= value < 1:
        return value
    if not 0 <= number(value, name) < 1:
        raise _refusal(gettext("{name} is {value}; give a probability from 0 to below 1."), name, value)
    return float(value)


def whole(value: float, name: str, *, least: int = 1) -> int:
    if type(value) is int and least <= value <= MOST_SERVERS:
        return value
    if number(value, name) != int(value) or value < least or value > MOST_SERVERS:
        text = gettext("{name} is {value}; give a whole number from {least} to {most}.")
        raise FlowError(text.format(name=name, value=_shown(value), least=least, most=f"{MOST_SERVERS:,}"))
    return int(value)


def numbers(values: Iterable[float], name: str, *, above_zero: bool = True) -> tuple[float, ...]:
    check = positive if above_zero else not_negative
    checked = tuple(check(value, name) for value in values)
    if not checked:
        raise FlowError(gettext("{name} is empty; give at least one number.").format(name=name))
    return checked


def _refusal(text: str, name: str, value: float) -> FlowError:
    return FlowError(text.format(name=name, value=_shown(value)))


def _shown(value: float) -> str:
    """Short where that is exact, so that 0.9999999999 is never told as 1."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)
