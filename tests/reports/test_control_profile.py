"""The control profile: its figure, its tilt and its words agree."""

import pytest

from assessment.domain.scoring.control import control_before_and_after, levels_today
from reports.domain.report_data.gather import gather
from reports.domain.report_data.profile import control_profile
from reports.domain.report_data.words import signed_text
from tests.factories.named_assessments import named_result

pytestmark = pytest.mark.django_db


def test_means_under_the_profile_are_those_the_tilt_is_made_of():
    """By the weights of practices and stages, not each stage alike."""
    gathered = gather(named_result("contradictory"))
    before, after = control_before_and_after(gathered.model, levels_today(gathered.card.practices))
    assert gathered.card.tilt == pytest.approx(before - after)
    found = control_profile(gathered)
    assert [bracket.label.text for bracket in found.chart.brackets] == [
        f"Before review: {before:.0%} on average",
        f"From review on: {after:.0%} on average",
    ]
    points = round(before * 100) - round(after * 100)
    assert found.sentences[0].startswith(f"Tilt {signed_text(points)} points")
    alike = sum(stage.today for stage in gathered.card.control_profile[:3]) / 3
    assert f"{alike:.0%}" != f"{before:.0%}"
