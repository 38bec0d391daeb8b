"""A lead attaches a repository."""

import re

from django.urls import reverse
from playwright.sync_api import expect

from metrics.models import Repository
from tests.factories.assessment import AssessmentFactory
from tests.metrics.repositories import UNTIL, plain_history


def test_enter_in_the_path_attaches(signed_in, live_server, place, tmp_path, settings):
    settings.REPOSITORY_ROOTS = [tmp_path]
    folder = plain_history().write(tmp_path / "service")
    assessment = AssessmentFactory(team=place.team, period_end_on=UNTIL)
    page = signed_in(place.lead)
    page.goto(live_server.url + reverse("metrics:repository-attach", args=[assessment.public_id]))
    page.locator("[name=location]").fill(str(folder))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/collections/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("service")
    assert Repository.objects.get().location == str(folder)
