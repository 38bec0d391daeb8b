"""The form that attaches a repository."""

from typing import Any

from django import forms

from core.refusals import Refused
from metrics.domain.repositories import check_location


class RepositoryForm(forms.Form):
    location = forms.CharField(
        label="Where it is",
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
        help_text="An https address such as https://git.example.org/team/service.git, or the path of a folder on "
        "this server.",
    )
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=120,
        help_text="As people call it; left empty, the last part of the address.",
    )

    def clean_location(self) -> str:
        try:
            check_location(self.cleaned_data["location"])
        except Refused as error:
            raise forms.ValidationError(error.sentence) from error
        return str(self.cleaned_data["location"])

    def refuse(self, error: Refused) -> None:
        """Show what the domain said no to beside the field it is about."""
        self.add_error("location", error.sentence)

    def values(self) -> dict[str, Any]:
        return {"location": self.cleaned_data["location"], "name": self.cleaned_data["name"]}
