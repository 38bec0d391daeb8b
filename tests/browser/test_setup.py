"""The first administrator comes in through the printed link, in a real browser with its own ideas about origins."""

from django.urls import reverse
from playwright.sync_api import expect

from accounts.domain.setup import issue_setup_link


def test_first_administrator_comes_in_through_the_link(page, live_server, transactional_db):
    address = live_server.url + reverse("accounts:setup", args=[issue_setup_link()])
    page.goto(address)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Organization").fill("Acme")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_text("too short")).to_be_visible()

    page.get_by_label("Password").fill("correct-horse-battery")
    page.get_by_role("button", name="Create my account").click()
    expect(page).to_have_url(live_server.url + "/")
    expect(page.get_by_text("Ada").first).to_be_visible()

    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link is over")
