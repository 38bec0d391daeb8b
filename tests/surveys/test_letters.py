"""What the mails of invitations say, and in which language."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from assessment.maturity.foreign.asked import EVERYBODY
from surveys.domain.address_list import Row
from surveys.domain.invitations import invite_addresses, send_invitation
from surveys.models import Invitation, Participant, SurveyMode
from tests.factories.surveys import ParticipantFactory
from tests.factories.workshops import other_model
from tests.surveys.test_reminders import dora as dora
from tests.surveys.test_reminders import path_in
from tests.surveys.test_reminders import survey as survey

pytestmark = pytest.mark.django_db
DORA = Row(1, "dora@example.org", "Dora", ("engineer",))


def test_invitation_is_sent_as_text_and_html_with_a_link_that_works(dora, client, settings):
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["dora@example.org"], "How does work flow in Payments?")
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    path = path_in(message)
    assert f'href="{settings.SITE_URL}{path}"' in html
    assert "Hello Dora," in message.body
    assert "Hello Dora," in html
    assert f"in Payments: {dora.survey.assessment.title}." in message.body
    assert f"in Payments: {dora.survey.assessment.title}." in html
    assert "with names" in message.body
    assert "at most 2 reminders" in html
    assert client.post(path).status_code == 302
    assert Participant.objects.get().secret_digest


def test_mail_is_in_the_language_its_invitation_was_made_in_whatever_the_worker_speaks(
    survey, place, client, django_capture_on_commit_callbacks
):
    client.force_login(place.lead)
    url = reverse("surveys:invitation-add", args=[survey.assessment.public_id])
    shown = client.get(url, headers={"accept-language": "de"}).content.decode()
    assert '<option value="de" selected>' in shown
    fields = {"text": "dora@example.org", "roles": "engineer", "language": "fr", "confirm": "mail"}
    checked = client.post(url, {name: value for name, value in fields.items() if name != "confirm"}).content.decode()
    assert "Language of the mails: français" in checked
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, fields)
    (message,) = mail.outbox
    assert Invitation.objects.get().language == "fr"
    assert message.body.startswith("Bonjour")
    assert '<html lang="fr">' in message.alternatives[0][0]


def test_mail_to_a_member_is_in_the_language_of_who_sends_it_as_the_member_may_see(
    client, survey, place, django_capture_on_commit_callbacks
):
    seat = ParticipantFactory(survey=survey, user=place.member)
    with translation.override("es"), django_capture_on_commit_callbacks(execute=True):
        send_invitation(seat, by=place.lead)
    assert mail.outbox[0].body.startswith("Hola")
    client.force_login(place.member)
    page = client.get(reverse("surveys:stored", args=[survey.assessment.public_id])).content.decode()
    assert "<dt>Language of the mails</dt><dd>español</dd>" in page


def test_anonymous_letter_says_so(survey, place, django_capture_on_commit_callbacks):
    survey.mode, survey.minimum_group, survey.minimum_role_group = SurveyMode.ANONYMOUS, 5, 5
    survey.save()
    with django_capture_on_commit_callbacks(execute=True):
        invite_addresses(survey, [DORA], by=place.lead, by_mail=True)
    assert "without names" in mail.outbox[0].body


def test_letter_about_a_model_of_others_names_it(survey, place, tmp_path, django_capture_on_commit_callbacks):
    survey.assessment.maturity_model = other_model("samm", tmp_path)
    survey.assessment.save()
    with django_capture_on_commit_callbacks(execute=True):
        invite_addresses(survey, [Row(1, "dora@example.org", "Dora", (EVERYBODY,))], by=place.lead, by_mail=True)
    assert mail.outbox[0].subject == "OWASP SAMM: Payments"
    assert "asked to answer the questions of OWASP SAMM for Payments" in mail.outbox[0].body
    assert "how work" not in mail.outbox[0].body


def test_name_and_team_cannot_add_headers_to_a_mail(survey, place, django_capture_on_commit_callbacks):
    survey.assessment.team.name = "Payments\r\nBcc: everybody@example.org"
    survey.assessment.team.save()
    with django_capture_on_commit_callbacks(execute=True):
        invite_addresses(survey, [DORA], by=place.lead, by_mail=True)
    sent = mail.outbox[0].message()
    assert sent["Bcc"] is None
    assert sent["Subject"] == "How does work flow in Payments Bcc: everybody@example.org?"
