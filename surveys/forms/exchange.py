"""A file of answers as other tools for SAMM write it."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 2_000_000


class AnswersFileForm(forms.Form):
    """`file` gives the text of what was sent."""

    file = forms.FileField(label=_("Answers (.samm)"), help_text=_("At most 2 MB. It is taken in whole or not at all."))

    def clean_file(self) -> str:
        sent = self.cleaned_data["file"]
        if sent.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB; answers are far smaller."))
        try:
            return str(sent.read().decode("utf-8"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not UTF-8 text; save it as UTF-8.")) from None
