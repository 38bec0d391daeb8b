"""Ranges from uncertain inputs: the same every time, wider the less is known."""

from dataclasses import replace

import pytest

from assessment.domain.flow.given import Given, Origin, filled
from assessment.domain.flow.inputs import Scenario
from assessment.domain.flow.uncertainty import ranges
from assessment.domain.flow.whatif import PRESETS, Demand, Means, WhatIf, preset_of
from tests.assessment.flow.test_constraint import measured, team


def known(n, **changes):
    return filled(replace(one, n=n) for one in team(changes_per_day=3, **changes))


def width(found):
    return found.high - found.low


def test_same_inputs_give_the_same_ranges():
    assert ranges(known(40), Scenario(coding_speed=1.4)) == ranges(known(40), Scenario(coding_speed=1.4))
    assert ranges(known(40), Scenario(), seed=1) != ranges(known(40), Scenario(), seed=2)


def test_more_observations_give_a_narrower_range_around_the_model():
    few, many = ranges(known(20), Scenario()).before, ranges(known(2000), Scenario()).before
    assert width(many) < width(few)
    assert many.low < 7.6 < many.high  # the lead time of three changes a day
    assert many.share_unsteady == 0


def test_default_is_less_sure_than_a_number_set_by_hand():
    by_hand = {name: replace(one, origin=Origin.FACILITATOR) for name, one in known(40).items()}
    default = {name: replace(one, origin=Origin.DEFAULT) for name, one in known(40).items()}
    assert width(ranges(by_hand, Scenario()).before) < width(ranges(default, Scenario()).before)


def test_draws_without_a_steady_state_are_counted_and_have_no_end():
    found = ranges(filled(team(changes_per_day=5.5)), Scenario(volume_growth=0.5))
    assert found.before.high is None
    assert found.before.share_unsteady > 0.1
    assert found.after.low is None
    assert found.share_faster == 0


def test_no_draw_is_steady_so_nothing_is_compared():
    assert ranges(filled(team(changes_per_day=50)), Scenario()).share_faster is None


def test_extreme_numbers_never_break_a_draw():
    extreme = [Given("p_sendback", 0.999, Origin.MEASURED, n=1), measured("changes_per_day", 1e9)]
    assert ranges(filled(extreme), Scenario()).before.share_unsteady == 1


@pytest.mark.parametrize(("means", "speed"), [(Means.SPEED, 1.4), (Means.TIME, 1 / 0.6)])
def test_forty_percent_faster_means_one_of_two_things(means, speed):
    assert WhatIf(coding_percent=40, coding_means=means).scenario().coding_speed == pytest.approx(speed)


def test_push_ties_the_volume_to_the_speed():
    assert WhatIf(demand=Demand.PUSH, volume_percent=99).scenario().volume_growth == pytest.approx(0.4)


def test_preset_is_recognized_by_its_growth():
    for preset in PRESETS:
        assert preset_of(WhatIf(volume_percent=preset.volume_percent, size_percent=preset.size_percent)) == preset.id
    assert preset_of(WhatIf(volume_percent=7)) == "custom"
    assert preset_of(WhatIf(demand=Demand.PUSH, volume_percent=26)) == "custom"
