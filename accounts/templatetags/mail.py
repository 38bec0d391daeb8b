"""What pages say about e-mail."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def sends_mail() -> bool:
    """Whether a mail server is configured; docs/configure.md names the variables."""
    return settings.EMAIL_BACKEND != "django.core.mail.backends.dummy.EmailBackend"
