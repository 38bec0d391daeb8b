"""What the sign-in page offers."""

from django import template

from accounts.domain import mailed_links

register = template.Library()


@register.simple_tag
def sign_up_is_open() -> bool:
    """Whether people of some domain may sign up; docs/configure.md names the variable."""
    return mailed_links.sign_up_is_open()
