"""The one thing a person writes here: why a cap does not apply."""

from django import forms


class ContestForm(forms.Form):
    note = forms.CharField(
        label="Why this does not apply here",
        help_text="One or two sentences. The note is printed in the report.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why it does not apply, so that a reader of the report can judge."},
    )
