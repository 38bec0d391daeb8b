"""Mails of invitations: what they say, when they go, and that no slot goes twice."""

import smtplib
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from assessment.models import AssessmentState
from surveys.domain import reminders
from surveys.domain.address_list import Row
from surveys.domain.invitations import invite_addresses, issue_link, revoke, send_invitation
from surveys.domain.links import stop_token
from surveys.domain.reminders import mails_to_send, next_reminder, plan_reminders, send_mail
from surveys.domain.seats import enter, forget_expired
from surveys.models import (
    Invitation,
    InvitationMail,
    MailState,
    Participant,
    ParticipantState,
    PersonalLink,
)
from surveys.tasks import remind
from tests.factories.assessment import AssessmentFactory
from tests.factories.invitations import InvitationFactory, link_to
from tests.factories.surveys import ParticipantFactory, SurveyFactory

pytestmark = pytest.mark.django_db
DORA = Row(1, "dora@example.org", "Dora", ("engineer",))


@pytest.fixture
def survey(place):
    return SurveyFactory(assessment=AssessmentFactory(team=place.team))


@pytest.fixture
def dora(survey, place, django_capture_on_commit_callbacks):
    """Dora is invited by mail, which has gone out."""
    with django_capture_on_commit_callbacks(execute=True):
        (seat,) = invite_addresses(survey, [DORA], by=place.lead, by_mail=True)
    return seat


def run(days=0):
    """What the schedule does on that day."""
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        remind()


def path_in(message):
    line = next(line for line in message.body.splitlines() if "/join/" in line)
    return "/join/" + line.partition("/join/")[2].strip()


def test_mail_carries_a_stop_link_for_people_and_for_mail_programs(dora, client):
    (message,) = mail.outbox
    stop = f"/stop/{stop_token(dora.invitation.public_id)}/"
    assert message.extra_headers["List-Unsubscribe"].endswith(f"{stop}>")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop in message.body
    assert stop in message.alternatives[0][0]
    sent = message.message().as_string()
    assert "Auto-Submitted: auto-generated" in sent


def test_only_the_digest_of_a_sent_link_is_stored(dora):
    token = path_in(mail.outbox[0]).split("/")[2]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert token not in repr(cursor.fetchall()), table


def test_reminders_come_on_their_days_and_never_more_than_stated(dora, settings):
    assert (settings.REMINDER_DAYS, settings.REMINDERS_MAX) == (3, 2)
    for day, n_mails in ((1, 1), (2.9, 1), (3.1, 2), (3.2, 2), (5, 2), (6.2, 3), (7, 3), (30, 3), (300, 3)):
        run(day)
        assert len(mail.outbox) == n_mails, day
    first, second = mail.outbox[1:]
    assert first.subject == second.subject == "Reminder: how does work flow in Payments?"
    assert "This is the last reminder." in second.body
    assert "last" not in first.body


def test_links_of_invitation_and_reminder_lead_to_the_same_seat_and_either_uses_up_both(dora, client):
    run(4)
    first, second = (path_in(message) for message in mail.outbox)
    assert first != second
    assert client.post(second).status_code == 302
    assert client.get(first).status_code == 410
    assert Participant.objects.count() == 1


def test_who_has_begun_is_led_back_to_their_device(dora, survey):
    enter(path_in(mail.outbox[0]).split("/")[2])
    run(4)
    body = mail.outbox[1].body
    assert "/join/" not in body
    assert reverse("surveys:resume", args=[survey.assessment.public_id]) in body


@pytest.mark.parametrize("why", ["finished", "revoked", "stopped", "closed", "draft"])
def test_nobody_is_reminded_after(dora, survey, place, client, why):
    if why == "finished":
        Participant.objects.update(state=ParticipantState.FINISHED)
    if why == "revoked":
        revoke(Participant.objects.get(), by=place.lead)
    if why == "stopped":
        client.post(reverse("surveys:stop", args=[stop_token(dora.invitation.public_id)]))
    if why in {"closed", "draft"}:
        survey.assessment.state = AssessmentState(why)
        survey.assessment.save()
    run(4)
    run(8)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("why", ["finished", "revoked", "closed"])
def test_reminder_in_the_queue_is_dropped_when_it_is_no_longer_wanted(dora, survey, place, why):
    Invitation.objects.update(remind_at=timezone.now())
    plan_reminders()
    queued = InvitationMail.objects.get(slot=1)
    if why == "finished":
        Participant.objects.update(state=ParticipantState.FINISHED)
    if why == "revoked":
        Invitation.objects.update(revoked_at=timezone.now())
    if why == "closed":
        survey.assessment.state = AssessmentState.CLOSED
        survey.assessment.save()
    send_mail(queued.pk)
    queued.refresh_from_db()
    assert (queued.state, len(mail.outbox)) == (MailState.DROPPED, 1)


def test_mail_waits_until_the_assessment_is_open(survey, place):
    survey.assessment.state = AssessmentState.DRAFT
    survey.assessment.save()
    invite_addresses(survey, [DORA], by=place.lead, by_mail=True)
    remind()
    assert mail.outbox == []
    survey.assessment.state = AssessmentState.OPEN
    survey.assessment.save()
    remind()
    assert len(mail.outbox) == 1


def test_same_mail_handed_to_two_workers_is_sent_once(dora):
    Invitation.objects.update(remind_at=timezone.now())
    assert plan_reminders() == 1
    (pk,) = mails_to_send()
    send_mail(pk)
    send_mail(pk)
    assert len(mail.outbox) == 2


def test_two_schedules_that_saw_the_same_row_plan_one_reminder(dora):
    Invitation.objects.update(remind_at=timezone.now() - timedelta(days=1))
    seen_by_both = Invitation.objects.get()
    assert reminders._plan(seen_by_both) is True
    assert reminders._plan(seen_by_both) is False
    assert InvitationMail.objects.filter(slot__gt=0).count() == 1


def test_worker_that_dies_while_sending_leaves_a_mail_that_is_not_sent_again(dora, monkeypatch):
    Invitation.objects.update(remind_at=timezone.now())
    plan_reminders()
    (pk,) = mails_to_send()

    class Killed(BaseException):
        pass

    def die(self, messages):
        raise Killed

    monkeypatch.setattr(EmailBackend, "send_messages", die)
    with pytest.raises(Killed):
        send_mail(pk)
    assert InvitationMail.objects.get(pk=pk).state == MailState.SENDING
    assert mails_to_send() == []
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert mails_to_send() == []
    lost = InvitationMail.objects.get(pk=pk)
    assert lost.state == MailState.FAILED
    assert "may have arrived or not" in lost.problem


def failing(monkeypatch, error, *, at="open"):
    def fail(self, *_):
        raise error

    monkeypatch.setattr(EmailBackend, "open" if at == "open" else "send_messages", fail)


def test_mail_server_that_is_away_is_tried_again_later_and_later(survey, place, monkeypatch):
    seat = invite_addresses(survey, [DORA], by=place.lead, by_mail=True)[0]
    tries = []
    with monkeypatch.context() as patched:
        failing(patched, ConnectionRefusedError())
        now = timezone.now()
        for minute in range(0, 200):
            with time_machine.travel(now + timedelta(minutes=minute), tick=False):
                remind()
                row = InvitationMail.objects.get()
            if row.attempts > len(tries):
                tries.append(minute)
    assert tries == [0, 1, 6, 36, 156]
    assert (row.state, row.problem) == (MailState.FAILED, "The mail server does not answer.")
    send_invitation(seat, by=place.lead)
    remind()
    assert InvitationMail.objects.get().state == MailState.SENT
    assert len(mail.outbox) == 1


def test_mail_server_that_comes_back_gets_the_mail_once(survey, place, monkeypatch):
    invite_addresses(survey, [DORA], by=place.lead, by_mail=True)
    with monkeypatch.context() as patched:
        failing(patched, TimeoutError())
        remind()
    waiting = InvitationMail.objects.get()
    assert (waiting.state, waiting.problem) == (MailState.QUEUED, "The mail server does not answer.")
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        remind()
        remind()
    assert (InvitationMail.objects.get().problem, len(mail.outbox)) == ("", 1)


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (smtplib.SMTPRecipientsRefused({"x@x": (550, b"no")}), MailState.FAILED, "refuses the address"),
        (smtplib.SMTPRecipientsRefused({"x@x": (450, b"later")}), MailState.QUEUED, "refuses the address"),
        (smtplib.SMTPDataError(554, b"spam"), MailState.FAILED, "code 554"),
        (smtplib.SMTPDataError(451, b"later"), MailState.QUEUED, "code 451"),
        (smtplib.SMTPServerDisconnected("gone"), MailState.FAILED, "arrived or not"),
        (TimeoutError(), MailState.FAILED, "arrived or not"),
    ],
)
def test_what_the_mail_server_says_decides_whether_it_is_tried_again(survey, place, monkeypatch, error, state, words):
    invite_addresses(survey, [DORA], by=place.lead, by_mail=True)
    failing(monkeypatch, error, at="send")
    remind()
    row = InvitationMail.objects.get()
    assert row.state == state
    assert words in row.problem


def test_lead_reads_what_went_wrong_and_when_the_next_reminder_is_due(client, dora, survey, place, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.force_login(place.lead)
    address = reverse("surveys:invitation-list", args=[survey.assessment.public_id])
    day = timezone.localtime() + timedelta(days=3)
    page = client.get(address).content.decode()
    assert f"The next reminder goes out on {day.day} {day:%B %Y}" in page
    InvitationMail.objects.update(state=MailState.FAILED, problem="The mail server refuses the address.")
    page = client.get(address).content.decode()
    assert "The mail server refuses the address." in page
    assert "Send again" in page


def test_next_reminder_counts_those_who_will_get_one(dora, survey):
    assert next_reminder(survey)["n"] == 1
    Participant.objects.update(state=ParticipantState.FINISHED)
    assert next_reminder(survey) == {}


def test_invitation_made_anew_is_reminded_as_before(dora, place):
    seat = Participant.objects.get()
    revoke(seat, by=place.lead)
    link = issue_link(Participant.objects.get(), by=place.lead)
    run(10)
    assert len(mail.outbox) == 1  # a link that was handed over is not followed by mails
    assert enter(link.token)[0] == seat


def test_expired_links_are_forgotten(survey):
    invitation = InvitationFactory(participant=ParticipantFactory(survey=survey, user=None))
    link_to(invitation, days=-1)
    link_to(invitation)
    forget_expired()
    assert PersonalLink.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_schedules_and_two_workers_at_once_send_each_reminder_once(place):
    survey = SurveyFactory(assessment=AssessmentFactory(team=place.team))
    rows = [Row(n, f"guest{n}@example.org", "", ("product",)) for n in range(5)]
    invite_addresses(survey, rows, by=place.lead, by_mail=True)
    remind()
    mail.outbox.clear()
    Invitation.objects.update(remind_at=timezone.now())
    start = threading.Barrier(4)

    def work():
        start.wait()
        try:
            remind()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    remind()
    assert sorted(message.to[0] for message in mail.outbox) == [row.email for row in rows]
