"""What a person writes here: why a cap does not apply, and what is measured wrong."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
