"""What an invitation and a reminder say, as text and as HTML."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from surveys.domain.answers import sections_of
from surveys.domain.links import stop_token
from surveys.domain.sections import minutes
from surveys.models import InvitationMail


def letter(mail: InvitationMail, token: str) -> EmailMultiAlternatives:
    """The mail, in its invitation's language, with a personal link of this token; without one it leads back to the
    device that holds the seat.
    """
    with translation.override(mail.invitation.language or settings.LANGUAGE_CODE):
        return _letter(mail, token)


def _letter(mail: InvitationMail, token: str) -> EmailMultiAlternatives:
    context = _facts(mail, token)
    subject = " ".join(render_to_string("surveys/mail/subject.txt", context).split())
    text = render_to_string("surveys/mail/letter.txt", context)
    headers = {
        "List-Unsubscribe": f"<{context['stop_url']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(subject, text, to=[mail.invitation.email], headers=headers)
    message.attach_alternative(render_to_string("surveys/mail/letter.html", context), "text/html")
    return message


def _facts(mail: InvitationMail, token: str) -> dict[str, object]:
    seat = mail.invitation.participant
    assessment = seat.survey.assessment
    path = reverse("surveys:join", args=[token]) if token else reverse("surveys:resume", args=[assessment.public_id])
    return {
        "name": seat.user.get_short_name() if seat.user else seat.label,
        "assessment": assessment,
        "team": assessment.team,
        "is_ours": assessment.maturity_model.is_ours,
        "model": assessment.maturity_model.title,
        "survey": seat.survey,
        "minutes": minutes(q for section in sections_of(seat) for q in section.questions()),
        "is_reminder": mail.slot > 0,
        "is_last": mail.slot == settings.REMINDERS_MAX,
        "has_link": bool(token),
        "url": f"{settings.SITE_URL}{path}",
        "expires_at": timezone.now() + timedelta(days=settings.INVITATION_DAYS),
        "stop_url": f"{settings.SITE_URL}{reverse('surveys:stop', args=[stop_token(mail.invitation.public_id)])}",
        "site_url": settings.SITE_URL,
        "reminders_max": settings.REMINDERS_MAX,
    }
