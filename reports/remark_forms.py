"""What people write into a report, and for whom."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from reports.models import Reach

MAX_LENGTH = 3000


class RemarkForm(forms.Form):
    text = forms.CharField(
        label=_("Your words"),
        validators=[MaxLengthValidator(MAX_LENGTH)],  # a field that ends there would cut what is put in, without a word
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "At most 3,000 characters. **Bold**, *italic*, lists with - and quotations with > are printed; pictures "
            "and HTML are not. Your name and the day stand above it."
        ),
    )
    reach = forms.ChoiceField(label=_("Who reads it"), choices=Reach.choices, initial=Reach.TEAM)
    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
