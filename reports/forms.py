"""What a person writes and chooses here: why a cap does not apply, what is measured wrong, and which report is made."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reports.models import Brand, Form, Paper, Profile

NO_BRAND = "none"


class ContestForm(forms.Form):
    note = forms.CharField(
        label=_("Why this does not apply here"),
        help_text=_("One or two sentences. The note is printed in the report."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it does not apply, so that a reader of the report can judge.")},
    )


class EvidenceContestForm(forms.Form):
    note = forms.CharField(
        label=_("What is measured wrong"),
        help_text=_("One or two sentences. The note is printed beside the reading, without your name."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what is measured wrong, so that a reader of the report can judge.")},
    )


class ReportForm(forms.Form):
    """Which report; what is left out is the full A4 report for the team, as its organization's reports look."""

    form = forms.ChoiceField(label=_("Form"), choices=Form.choices, required=False)
    profile = forms.ChoiceField(
        label=_("For whom"),
        choices=Profile.choices,
        required=False,
        help_text=_(
            "The board and clients see no role apart; a client sees no repository name and no note. "
            "Only the team’s report carries the data."
        ),
    )
    paper = forms.ChoiceField(label=_("Paper"), choices=Paper.choices, required=False)
    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES, required=False)

    def __init__(self, *args: Any, brands: Sequence[Brand] = (), is_ours: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_ours:
            self.fields["profile"].help_text = _(
                "The board and clients are told what the group says, not how many said it nor how far apart they are. "
                "Only the team’s report carries the data."
            )
        if brands:
            choices = [*((brand.digest, str(brand)) for brand in brands), (NO_BRAND, _("Headwater’s own"))]
            self.fields["brand"] = forms.ChoiceField(label=_("Look"), choices=choices, required=False)

    def wish(self) -> dict[str, str]:
        """What was chosen, ready for `request_report`."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return chosen | ({"brand": ""} if chosen.get("brand") == NO_BRAND else {})


class ShareForm(forms.Form):
    note = forms.CharField(
        label=_("For whom"),
        max_length=80,
        required=False,
        help_text=_("Only those who may share read this, in the list of links."),
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        initial=30,
        coerce=int,
    )
    password = forms.CharField(
        label=_("Password"),
        min_length=8,
        max_length=128,
        required=False,
        strip=False,
        help_text=_("At least 8 characters, told to the reader in another way than the link; empty means none."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
