"""A link to one report: what it shows, what it never shows, and that its secret is nowhere."""

import datetime as dt
import logging
import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from core.logs import HideTokens
from core.models import JobState
from core.refusals import Refused
from reports.domain.branding import BrandDraft, put_in_use
from reports.domain.sharing import revoke_link, share_report
from reports.models import ShareLink
from surveys.domain.links import new_token
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.reports import ReportFactory, ResultFactory

pytestmark = pytest.mark.django_db
PASSWORD = "eleven rivers"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def report():
    made = ReportFactory(
        result=ResultFactory(), state=JobState.DONE, profile="board", finished_at=timezone.now(), brand="none"
    )
    made.file.save("report.pdf", ContentFile(b"%PDF-1.7 the report"))
    made.save()
    return made


@pytest.fixture
def lead(report):
    return MembershipFactory(team=report.result.assessment.team, role=Role.LEAD).user


def content_of(answer):
    return b"".join(answer.streaming_content)


def shared(report, lead, password="", days=7):
    link, token = share_report(report, days=days, password=password, note="Board", by=lead)
    return link, reverse("reports:shared", args=[token])


def ticket_in(answer):
    return re.search(r'name="ticket" value="([^"]+)"', answer.content.decode())[1]


def test_link_shows_one_report_and_hands_it_over(client, report, lead):
    link, address = shared(report, lead)
    page = client.get(address)
    said = page.content.decode()
    assessment = report.result.assessment
    assert page.status_code == 200
    assert assessment.title in said
    assert str(assessment.team.organization) in said
    file = client.post(address, {"download": "1", "ticket": ticket_in(page)})
    assert content_of(file) == b"%PDF-1.7 the report"
    assert file.headers["Content-Disposition"].startswith("attachment")
    link.refresh_from_db()
    assert link.n_downloads == 1


def test_page_behind_a_link_leads_nowhere_else(client, report, lead):
    _, address = shared(report, lead)
    client.force_login(lead)
    said = client.get(address).content.decode()
    assert set(re.findall(r'href="([^"]+)"', said)) - {"/", "#content"} == {
        found for found in re.findall(r'href="([^"]+)"', said) if found.startswith("/static/")
    }
    assert str(lead) not in said
    assert str(report.public_id) not in said


def test_page_behind_a_link_wears_the_look_of_its_report(client, report, lead):
    organization = report.result.assessment.team.organization
    png = b"\x89PNG for the page alone"
    report.brand = put_in_use(organization, BrandDraft("#0b2a6b", "#0b2a6b", "", "", png, "Nordlicht"), by=lead).digest
    report.save()
    _, address = shared(report, lead)
    assert 'alt="Nordlicht"' in client.get(address).content.decode()


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_nobody_but_the_reader_learns_of_the_page(client, report, lead, password):
    _, address = shared(report, lead, password)
    for answer in (client.get(address), client.get("/shared/not-a-token/"), client.post(address, {"password": "x"})):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer.headers["Cache-Control"]


def test_page_works_for_a_browser_that_hides_its_origin(report, lead):
    _, address = shared(report, lead)
    strict = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    assert content_of(strict.post(address, {"download": "1"})).startswith(b"%PDF")


def test_behind_a_password_nothing_is_told_before_it_is_given(client, report, lead):
    link, address = shared(report, lead, PASSWORD)
    before = client.get(address).content.decode()
    assert report.result.assessment.title not in before
    assert str(report.result.assessment.team) not in before
    assert client.post(address, {"download": "1"}).status_code == 422
    wrong = client.post(address, {"password": "ten rivers"})
    assert wrong.status_code == 422
    assert "This is not the password of this link." in wrong.content.decode()
    opened = client.post(address, {"password": PASSWORD})
    assert report.result.assessment.title in opened.content.decode()
    assert content_of(client.post(address, {"download": "1", "ticket": ticket_in(opened)})).startswith(b"%PDF")
    link.refresh_from_db()
    assert PASSWORD not in link.password


def test_ticket_of_one_link_opens_no_other_and_not_for_long(client, report, lead, time_machine):
    _, open_address = shared(report, lead)
    _, address = shared(report, lead, PASSWORD)
    foreign = ticket_in(client.get(open_address))
    assert client.post(address, {"download": "1", "ticket": foreign}).status_code == 422
    own = ticket_in(client.post(address, {"password": PASSWORD}))
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=16))
    assert client.post(address, {"download": "1", "ticket": own}).status_code == 422


@pytest.mark.usefixtures("still_clock")
def test_guessing_a_password_comes_to_an_end(client, report, lead):
    _, address = shared(report, lead, PASSWORD)
    statuses = [client.post(address, {"password": f"guess {n}"}).status_code for n in range(11)]
    assert statuses == [422] * 10 + [429]
    assert client.post(address, {"password": PASSWORD}).status_code == 429


@pytest.mark.usefixtures("still_clock")
def test_guessing_links_comes_to_an_end_and_working_ones_keep_working(client, report, lead):
    _, address = shared(report, lead)
    statuses = {client.get(f"/shared/guess{n}/").status_code for n in range(100)}
    assert statuses == {404}
    assert client.get("/shared/guess/").status_code == 429
    assert client.get(address).status_code == 200


def _revoked(report, lead):
    link, address = shared(report, lead)
    revoke_link(link, by=lead)
    return address


def _expired(report, lead):
    link, address = shared(report, lead)
    ShareLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    return address


def _unmade(report, lead):
    _, address = shared(report, lead)
    report.state = JobState.FAILED
    report.save()
    return address


def _protected_and_expired(report, lead):
    link, address = shared(report, lead, PASSWORD)
    ShareLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    return address


DEAD = (_revoked, _expired, _protected_and_expired, _unmade)


@pytest.mark.parametrize("dead", DEAD)
@pytest.mark.parametrize("content", [None, {"password": PASSWORD}, {"download": "1"}])
def test_dead_links_answer_as_guessed_ones_do_in_words_headers_and_work(report, lead, dead, content, time_machine):
    def answer(address):
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client = Client()
            got = client.post(address, content) if content else client.get(address)
        return got.status_code, got.content, dict(got.headers), [re.sub(r"'[^']*'", "?", q["sql"]) for q in asked]

    time_machine.move_to(timezone.now(), tick=False)
    guessed, found = answer(reverse("reports:shared", args=[new_token()])), answer(dead(report, lead))
    assert guessed[0] == 404
    assert found == guessed
    assert len(guessed[3]) == 1


def test_dead_links_do_the_work_of_guessed_ones(report, lead, settings, monkeypatch):
    """No password is hashed for a link that is over, which would take far longer than the slowest answer."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    link, address = shared(report, lead, PASSWORD)
    hashed, encode = [], PBKDF2PasswordHasher.encode
    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", lambda *args: hashed.append(args) or encode(*args))
    Client().post(address, {"password": PASSWORD})
    assert hashed  # while it lives, one is
    hashed.clear()
    revoke_link(link, by=lead)
    for path in (address, reverse("reports:shared", args=[new_token()])):
        cache.clear()
        Client().post(path, {"password": PASSWORD})
    assert hashed == []


def test_download_is_told_in_the_audit_log_without_anybody(client, report, lead):
    link, address = shared(report, lead)
    content_of(client.post(address, {"download": "1"}, REMOTE_ADDR="203.0.113.9", headers={"user-agent": "Reader/1"}))
    event = AuditEvent.objects.get(verb="report.downloaded_by_link")
    assert (event.who, event.role, event.object_id) == (None, "link", link.public_id)
    assert event.organization == report.result.assessment.team.organization
    kept = str(list(AuditEvent.objects.values())) + str(list(ShareLink.objects.values()))
    assert "203.0.113.9" not in kept
    assert "Reader/1" not in kept


def test_secret_is_kept_as_a_digest_and_stands_in_no_log(client, report, lead, caplog):
    caplog.set_level(logging.DEBUG)
    link, address = shared(report, lead)
    token = address.split("/")[2]
    client.get(address)
    revoke_link(link, by=lead)
    client.get(address)
    client.put(address)
    assert token not in str(list(ShareLink.objects.values()))
    assert token not in str(list(AuditEvent.objects.values()))
    assert all(HideTokens().filter(record) for record in caplog.records)
    said = [record.getMessage() for record in caplog.records]
    assert any("/shared/…/" in line for line in said)
    assert [line for line in said if token in line] == []


def test_link_is_shown_once_and_listed_with_its_state(client, report, lead):
    client.force_login(lead)
    listing = reverse("reports:share-list", args=[report.result.assessment.public_id])
    assert "<h1>No link leads to a report.</h1>" in client.get(listing).content.decode()
    made = client.post(reverse("reports:share", args=[report.public_id]), {"note": "Board", "days": "30"})
    address = re.search(r"http://testserver(/shared/[\w-]+/)", made.content.decode())[1]
    assert Client().get(address).status_code == 200
    said = client.get(listing).content.decode()
    assert "Board" in said
    assert "works until" in said
    assert address not in said
    link = ShareLink.objects.get()
    client.post(reverse("reports:share-revoke", args=[link.public_id]))
    assert "revoked" in client.get(listing).content.decode()
    assert Client().get(address).status_code == 404


def test_list_of_links_takes_the_same_queries_for_many(client, report, lead, django_assert_num_queries):
    client.force_login(lead)
    listing = reverse("reports:share-list", args=[report.result.assessment.public_id])
    for n in (1, 3):
        while ShareLink.objects.count() < n:
            shared(report, lead)
        with CaptureQueriesContext(connection) as asked:
            client.get(listing)
        if n == 1:
            first = len(asked)
    assert len(asked) == first
    with django_assert_num_queries(first):
        client.get(listing)


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.FAILED])
def test_only_a_finished_report_can_be_shared(report, lead, state):
    report.state = state
    with pytest.raises(Refused, match="Only a finished report"):
        share_report(report, days=7, password="", note="", by=lead)


@pytest.mark.parametrize(
    ("sent", "field"), [({"days": "400"}, "days"), ({"days": "7", "password": "short"}, "password")]
)
def test_bad_wish_is_said_beside_its_field_and_makes_no_link(client, report, lead, sent, field):
    client.force_login(lead)
    answer = client.post(reverse("reports:share", args=[report.public_id]), sent)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not ShareLink.objects.exists()


def test_link_goes_with_its_report(client, report, lead):
    _, address = shared(report, lead)
    report.delete()
    assert client.get(address).status_code == 404


def test_member_may_not_share_and_a_stranger_finds_no_report(client, report):
    member = MembershipFactory(team=report.result.assessment.team, role=Role.MEMBER).user
    for person, status in ((member, 403), (UserFactory(), 404)):
        client.force_login(person)
        assert client.get(reverse("reports:share", args=[report.public_id])).status_code == status
