"""Forms of those who lead: who is asked, what is promised, and how somebody comes in by a room's code."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from assessment.maturity.loader import asked_model_of
from assessment.maturity.schema import MaturityModelFile
from core.refusals import Invalid
from surveys.domain.address_list import BYTES_MAX, decode, read_addresses, too_long
from surveys.domain.anonymity import DEFAULT
from surveys.domain.rooms import SEATS_MAX
from surveys.models import Participant, Survey, SurveyMode


class PeopleForm(forms.Form):
    """For each person of the team, the roles in which they answer; no role means they are not asked."""

    def __init__(
        self,
        *args: Any,
        people: list[Membership],
        seats: Mapping[int, Participant],
        model: MaturityModelFile,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(place.public_id): place for place in people}
        roles = [(role.id, role.name) for role in model.roles]
        for name, place in self.people.items():
            seat = seats.get(place.user_id)
            self.fields[name] = forms.MultipleChoiceField(
                label=str(place.user),
                required=False,
                choices=roles,
                widget=forms.CheckboxSelectMultiple,
                initial=seat.roles if seat else [],
                show_hidden_initial=True,
                help_text=seat.get_state_display() if seat and not seat.survey.is_anonymous else "",
            )

    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """Each person's boxes with the hidden record of what they showed."""
        return [(field, field.as_hidden(only_initial=True)) for field in self]

    def changes(self) -> list[tuple[Membership, list[str]]]:
        """The people whose roles were changed on this page, with their new roles."""
        return [(self.people[name], self.cleaned_data[name]) for name in self.changed_data]


class AddressForm(forms.Form):
    """Whom to invite: typed, pasted or from a file. `cleaned_data["addresses"]` is what the list says."""

    text = forms.CharField(
        label=_("Addresses"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_(
            "One address on each line, or a table whose first line names its columns: email, name, roles. "
            "Several roles in one cell are joined by +."
        ),
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles of everybody the list gives none"), required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(
        label=_("Language of the mails"), required=False, choices=settings.LANGUAGES, initial=get_language
    )

    def __init__(self, *args: Any, model: MaturityModelFile, by_mail: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_mail:
            del self.fields["language"]
        self.names = {role.id: role.name for role in model.roles}
        cast(forms.MultipleChoiceField, self.fields["roles"]).choices = list(self.names.items())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        upload = given.get("file")
        try:
            if upload is not None and upload.size > BYTES_MAX:
                raise too_long()
            text = decode(upload.read()) if upload is not None else given.get("text", "")
            self.read = text.replace("\x00", "")
            given["addresses"] = read_addresses(text, roles=self.names, default_roles=given.get("roles", []))
        except Invalid as refusal:
            self.add_error("file" if upload is not None else "text", refusal.sentence)
        return given


class RoomForm(forms.Form):
    """For how many people, and for how long, a code lets people in."""

    n_seats = forms.IntegerField(label=_("How many people may come in?"), min_value=1, max_value=SEATS_MAX, initial=30)
    hours = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        initial=4,
        choices=[(1, _("1 hour")), (4, _("4 hours")), (24, _("1 day")), (168, _("1 week"))],
    )


class RoomEntryForm(forms.Form):
    """What somebody who comes in by a room's code says: their roles, and in a survey with names who they are."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        help_text=_("Those who lead the survey see it beside whether you have finished."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    roles = forms.MultipleChoiceField(
        label=_("What do you do here?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Your questions follow from it. Most people choose one."),
        error_messages={"required": _("Choose at least one: your questions follow from it.")},
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = asked_model_of(survey.assessment.maturity_model).roles
        cast(forms.MultipleChoiceField, self.fields["roles"]).choices = [(role.id, role.name) for role in roles]
        if survey.is_anonymous:
            del self.fields["name"]


class PromiseForm(forms.Form):
    """With or without names, the smallest group, and whether somebody from outside may release comments."""

    mode = forms.ChoiceField(
        label=_("How people answer"), choices=SurveyMode.choices, widget=forms.RadioSelect, initial=SurveyMode.NAMED
    )
    minimum_group = forms.IntegerField(
        label=_("Smallest group"),
        initial=DEFAULT,
        help_text=_("Nothing computed on fewer people is shown. Without names at least 4, better 5; with names 1 shows "
                    "all, and more than 1 means that nothing is shown before the assessment closes. Left as it is, the "
                    "choice above sets it: 5 without names, 1 with."),
    )  # fmt: skip
    facilitated_comments = forms.BooleanField(
        label=_("Somebody from outside the team may read and release comments"),
        required=False,
        help_text=_("Without names only: below twice the smallest group comments are otherwise shown to nobody."),
    )

    def clean(self) -> dict[str, Any]:
        """Who changes the mode and leaves the number as it was gets the usual number of that mode."""
        given = super().clean() or {}
        if "mode" in self.changed_data and "minimum_group" not in self.changed_data and "mode" in given:
            given["minimum_group"] = DEFAULT if given["mode"] == SurveyMode.ANONYMOUS else 1
        return given


class MoveForm(forms.Form):
    title = forms.CharField(label=_("Title of the new assessment"), max_length=120)
