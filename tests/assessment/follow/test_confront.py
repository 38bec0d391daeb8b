"""The last roadmap against what the next assessment found."""

import datetime as dt
from dataclasses import replace

from assessment.domain.follow.confront import Came, confront
from assessment.domain.roadmap import build_roadmap
from assessment.domain.roadmap.decisions import Decision, Decisions, Status
from tests.factories.scoring import shipped_model, unanimous_card

STEPS = build_roadmap(shipped_model(), unanimous_card(2)).steps


def test_only_what_was_taken_on_is_confronted():
    kinds = (Status.ACCEPTED, Status.DONE, Status.REJECTED, Status.STOPPED, Status.OPEN)
    about = {step.id: Decision(status) for step, status in zip(STEPS, kinds, strict=False)}
    rows = confront(STEPS, Decisions(dt.date(2026, 10, 5), about), before={}, now={})
    assert [(row.action, row.came) for row in rows] == [(step.id, Came.NOT_KNOWN) for step in STEPS[:2]]


def test_outcome_is_told_from_the_levels():
    step = replace(STEPS[0], to_level=4)
    decisions = Decisions(dt.date(2026, 10, 5), {step.id: Decision(Status.ACCEPTED)})
    outcomes = [
        confront([step], decisions, before={step.practice: 2}, now={step.practice: now})[0].came
        for now in (5, 4, 3, 2, 1, None)
    ]
    reached, rising, still, unknown = Came.REACHED, Came.ON_THE_WAY, Came.NOT_YET, Came.NOT_KNOWN
    assert outcomes == [reached, reached, rising, still, still, unknown]
