"""The form that attaches a repository."""

from typing import Any

from django import forms
from django.conf import settings

from core.refusals import Refused
from metrics.domain.repositories import check_location


class RepositoryForm(forms.Form):
    location = forms.CharField(
        label="Where it is",
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=120,
        help_text="As people call it; left empty, the last part of the address.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roots = " or ".join(str(root) for root in settings.REPOSITORY_ROOTS)
        folder = f", or the path of a repository on this server under {roots}." if roots else "."
        self.fields["location"].help_text = f"An https address such as https://git.example.org/team/service.git{folder}"

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
