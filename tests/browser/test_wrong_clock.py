"""A telephone whose clock is an hour off takes part like any other: every moment is the server's."""

import re

import pytest
from playwright.sync_api import expect

from surveys.domain.workshop.joining import cookie_name
from surveys.domain.workshop.leading import open_vote, reveal, set_timer
from surveys.models import Vote
from tests.browser.conftest import PHONE
from tests.factories.workshops import make_workshop, vote_all

SLOW = 60_000
OFF_BY = """(ms) => { const Real = Date; window.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(Real.now() + ms); }
  static now() { return Real.now() + ms; } }; }"""


@pytest.mark.parametrize("hours", [1, -1])
def test_telephone_with_a_wrong_clock_votes_once_and_counts_the_servers_seconds(browser, live_server, place, hours):
    workshop, seats = make_workshop(place, n_seats=4)
    item = workshop.items.first()
    open_vote(workshop, item, by=place.lead)
    vote_all(item, seats[1:], [2, 3, 3])
    context = browser.new_context(viewport=PHONE)
    context.add_init_script(f"({OFF_BY})({hours * 3_600_000})")
    name = cookie_name(workshop.public_id)
    context.add_cookies([{"name": name, "value": seats[0].secret, "url": live_server.url}])
    phone = context.new_page()
    phone.set_default_timeout(SLOW)
    phone.goto(f"{live_server.url}/workshop/{workshop.public_id}/")
    ahead = phone.evaluate("Date.now() - performance.timeOrigin - performance.now()")
    assert abs(ahead - hours * 3_600_000) < 60_000  # it is off indeed
    for level in (5, 4):
        phone.locator(f"input[name=level][value='{level}']").check()
        expect(phone.locator(".vote-state")).to_have_text(re.compile("Your vote is stored"), timeout=SLOW)
    assert list(Vote.objects.filter(seat=seats[0]).values_list("level", flat=True)) == [4]
    reveal(workshop, item, by=place.lead)
    set_timer(workshop, item, minutes=5, by=place.lead)
    expect(phone.locator("meter")).to_have_count(5, timeout=SLOW)
    expect(phone.locator(".clock")).to_have_text(re.compile(r"^(5:00|4:[0-5]\d)$"), timeout=SLOW)
    assert Vote.objects.count() == 4
    context.close()
