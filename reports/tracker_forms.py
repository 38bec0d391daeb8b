"""Where the tickets go."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.models import Tracker, TrackerKind


class TrackerForm(forms.Form):
    kind = forms.ChoiceField(label=_("Tracker"), choices=TrackerKind.choices)
    base_url = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=300,
        help_text=_(
            "Empty for github.com and gitlab.com. GitHub Enterprise: with /api/v3. Jira: the address of the site."
        ),
    )
    project = forms.CharField(
        label=_("Project"),
        max_length=200,
        help_text=_("owner/repository, group/project, or the key of a Jira project."),
    )
    account = forms.EmailField(
        label=_("E-mail of the token"), required=False, help_text=_("Only for Jira Cloud. Empty for every other.")
    )
    credential = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "It may write issues in this one project and nothing else. Stored sealed; empty keeps the one there."
        ),
    )

    def __init__(self, *args: Any, held: Tracker | None, **kwargs: Any) -> None:
        names = ("kind", "base_url", "project", "account")
        kwargs["initial"] = {name: getattr(held, name) for name in names} if held else {}
        super().__init__(*args, **kwargs)
