"""The plan against the best there is, by trying every order, on instances small enough for that.

A plan is worth what its actions are worth, each for the share of the 180 days that is left when it has ended.
"""

import copy
from random import Random
from statistics import fmean

import pytest

from assessment.domain.roadmap.plan import new_plan, next_day, start
from assessment.domain.roadmap.schedule import HORIZON_DAYS, best, choices_at, finish_until, on_the_way
from assessment.domain.roadmap.wishes import Capacity, Wishes
from assessment.domain.scoring import score
from tests.factories.scoring import make_summary, shipped_model

MODEL = shipped_model()
KEYSTONES = [practice.id for practice in MODEL.practices() if practice.keystone]
OTHERS = [practice.id for practice in MODEL.practices() if not practice.keystone]


def worth_of(plan):
    return sum(step.value * max(0, HORIZON_DAYS - step.ends_on_day) / HORIZON_DAYS for step in plan.steps)


def planned(plan):
    day = 0
    while day < HORIZON_DAYS:
        finish_until(plan, day)
        while chosen := best(plan, choices_at(plan, day), day):
            start(plan, chosen[0], day)
        day = next_day(plan, day)
    return worth_of(plan)


def best_of_all(plan, day=0):
    """The most any order is worth: on each day every action that may start, or waiting for the next day."""
    if day >= HORIZON_DAYS:
        return worth_of(plan)
    finish_until(plan, day)
    choices = choices_at(plan, day)
    if not plan.actions and (way := on_the_way(plan)):
        choices = [choice for choice in choices if choice.practice.id in way] or choices
    most = best_of_all(_copy(plan), next_day(plan, day)) if plan.steps else 0.0
    for choice in choices:
        other = _copy(plan)
        start(other, choice, day)
        most = max(most, best_of_all(other, day))
    return most


def _copy(plan):
    new = copy.copy(plan)
    new.progress = copy.copy(plan.progress)
    new.progress.own, new.progress.staged = dict(plan.progress.own), dict(plan.progress.staged)
    new.progress.brought_by = dict(plan.progress.brought_by)
    new.steps, new.running = list(plan.steps), list(plan.running)
    return new


def instance(random, n_practices, n_open):
    names = random.sample(KEYSTONES, 1) + random.sample(OTHERS, n_practices - 1)
    levels = {name: random.choice([1, 2, 2, 3]) for name in names}
    card = score(MODEL, summaries=[make_summary(n, float(level)) for n, level in levels.items()], readings=())
    return new_plan(MODEL, card, wishes=Wishes(capacity=Capacity(open_actions=n_open)), targets=dict.fromkeys(names, 4))


@pytest.mark.parametrize(("n_practices", "n_open"), [(3, 1), (3, 2), (4, 1), (4, 2), (5, 1)])
def test_plan_is_close_to_the_best_of_all_orders(n_practices, n_open):
    random = Random(7)
    shares = []
    for _ in range(25):
        plan = instance(random, n_practices, n_open)
        most = best_of_all(_copy(plan))
        reached = planned(plan)
        assert reached <= most + 1e-9
        if most:
            shares.append(reached / most)
    assert len(shares) > 15
    assert fmean(shares) >= 0.98
    assert min(shares) >= 0.85
