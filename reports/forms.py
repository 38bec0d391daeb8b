"""What a person writes and chooses here: why a cap does not apply, what is measured wrong, and which report is made."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.models import Form, Paper, Profile


class ContestForm(forms.Form):
    note = forms.CharField(
        label="Why this does not apply here",
        help_text="One or two sentences. The note is printed in the report.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why it does not apply, so that a reader of the report can judge."},
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
    """Which report; what is left out is the full A4 report for the team."""

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

    def wish(self) -> dict[str, str]:
        """What was chosen, ready for `request_report`."""
        return {name: value for name, value in self.cleaned_data.items() if value}
