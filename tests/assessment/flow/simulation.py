"""A discrete-event simulation that knows no formula: changes walk through queues and loops, and time is added up."""

import random
from dataclasses import dataclass
from math import log

import simpy

from assessment.domain.flow.inputs import FlowInputs


@dataclass
class Seen:
    """What a run observed after its warm-up."""

    n: int = 0
    total: float = 0.0
    first: float = 0.0
    last: float = 0.0
    work: float = 0.0

    def add(self, value: float, at: float, work: float = 0.0) -> None:
        if not self.n:
            self.first = at
        self.n, self.total, self.last, self.work = self.n + 1, self.total + value, at, self.work + work

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def rate(self) -> float:
        return (self.n - 1) / (self.last - self.first)


def draw(rng: random.Random, mean: float, cv2: float) -> float:
    """A random time: exponential at 1, two exponentials mixed above (balanced means), Erlang below, fixed at 0."""
    if cv2 == 0 or mean == 0:
        return mean
    if cv2 >= 1:
        p = (1 + ((cv2 - 1) / (cv2 + 1)) ** 0.5) / 2
        branch = p if rng.random() < p else 1 - p
        return -log(1 - rng.random()) * mean / (2 * branch)
    k = round(1 / cv2)
    return sum(-log(1 - rng.random()) for _ in range(k)) * mean / k


def simulated_queue(rate: float, service: float, servers: int, *, n: int, seed: int, ca2=1.0, cs2=1.0) -> Seen:
    """`n` customers of one queue in front of `servers`; `service` is the mean service time."""
    env, rng, seen = simpy.Environment(), random.Random(seed), Seen()
    desk = simpy.Resource(env, servers)

    def customer(counts: bool):
        came = env.now
        with desk.request() as turn:
            yield turn
            took = draw(rng, service, cs2)
            if counts:
                seen.add(env.now - came, came, took)
            yield env.timeout(took)

    def source():
        for i in range(n):
            yield env.timeout(draw(rng, 1 / rate, ca2))
            env.process(customer(i >= n // 20))

    env.process(source())
    env.run()
    return seen


def simulated_lead_time(inputs: FlowInputs, *, n: int, seed: int) -> Seen:
    """`n` changes from request to release through every stage and loop of the model.

    A pass keeps one reviewer busy for as long as his review hours are spread over the day; the change itself only
    needs the hands-on part of that, as in the model. The gaps with `ca2` are those between changes made ready.
    """
    env, rng, seen = simpy.Environment(), random.Random(seed), Seen()
    reviewers, pipeline = simpy.Resource(env, inputs.reviewers), simpy.Resource(env, inputs.ci_servers)
    fix_days = inputs.fix_fraction * inputs.build_days + inputs.resume_hours / inputs.workday_hours
    spread = inputs.review_days_per_pass - inputs.review_hours_per_pass / inputs.workday_hours

    def served(by, days, cv2):
        with by.request() as turn:
            yield turn
            yield env.timeout(draw(rng, days, cv2))

    def change(counts: bool):
        came = env.now - draw(rng, inputs.definition_days, 1.0) - draw(rng, inputs.build_days, 1.0)
        overcounted = 0.0
        while True:
            if rng.random() >= inputs.quick_path_share:
                yield from served(reviewers, inputs.review_days_per_pass, inputs.cs2)
                overcounted += spread
            yield from served(pipeline, inputs.ci_days, 1.0)
            if rng.random() >= inputs.p_sendback and rng.random() >= inputs.p_integration_fail:
                break
            yield env.timeout(draw(rng, fix_days, 1.0))
        yield env.timeout(draw(rng, inputs.approval_days, 1.0))
        if inputs.release_period_days:
            yield env.timeout(inputs.release_period_days - env.now % inputs.release_period_days)
        if counts:
            seen.add(env.now - came - overcounted, came)

    def source():
        for i in range(n):
            yield env.timeout(draw(rng, 1 / inputs.changes_per_day, inputs.ca2))
            env.process(change(i >= n // 20))

    env.process(source())
    env.run()
    return seen
