"""Forms of a workshop: coming in, its settings, and what came of a practice."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.maturity.schema import MaturityModelFile
from surveys.domain.workshop.voting import DONT_KNOW
from surveys.models import AgendaItem, NoteKind, Workshop, WorkshopKind

PLAIN = {"autocomplete": "off"}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code on the screen"),
        max_length=16,
        widget=forms.TextInput(attrs={**PLAIN, "autocapitalize": "characters", "spellcheck": "false"}),
    )


class SeatForm(forms.Form):
    """One role, chosen once; a nickname for whoever wants one."""

    role = forms.ChoiceField(label=_("What do you do here?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("A nickname, if you like"), max_length=40, required=False, widget=forms.TextInput(attrs=PLAIN)
    )

    def __init__(self, *args: Any, model: MaturityModelFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["role"]).choices = [(role.id, role.name) for role in model.roles]


class SettingsForm(forms.Form):
    kind = forms.ChoiceField(label=_("How it is held"), choices=WorkshopKind.choices, widget=forms.RadioSelect)
    minutes = forms.IntegerField(label=_("Minutes there are"), min_value=10, max_value=600)
    minimum = forms.IntegerField(
        label=_("Reveal nothing of fewer votes than"), min_value=3, max_value=999, help_text=_("At least 3.")
    )
    rule_percent = forms.IntegerField(label=_("Agreed when so many percent of levels"), min_value=50, max_value=100)
    rule_within = forms.IntegerField(label=_("lie within so many levels of the median"), min_value=0, max_value=2)
    rule_deviation = forms.FloatField(
        label=_("and the average deviation is under"),
        min_value=0.1,
        max_value=2,
        help_text=_("The rule and the smallest number of votes stand from the first vote on."),
    )
    hides_count = forms.BooleanField(label=_("Do not show on the wall how many are here"), required=False)
    wifi_name = forms.CharField(
        label=_("Name of the room’s wireless network"),
        max_length=32,
        required=False,
        help_text=_("The wall then shows a code by which telephones join it."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    wifi_password = forms.CharField(
        label=_("Its password"),
        max_length=63,
        required=False,
        help_text=_("Kept sealed. Leave it empty to keep the one given before."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    @classmethod
    def initial_of(cls, row: Workshop) -> dict[str, Any]:
        names = [name for name in cls.base_fields if hasattr(row, name)]
        return {name: getattr(row, name) for name in names} | {"rule_percent": round(100 * row.rule_share)}

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"rule_share": given.pop("rule_percent") / 100}


class AgendaForm(forms.Form):
    """Place, minutes and whether it is planned, for every practice on the agenda."""

    def __init__(self, *args: Any, items: list[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            name = item.practice
            self.fields[f"at-{name}"] = forms.IntegerField(min_value=0, max_value=999, initial=item.position)
            self.fields[f"for-{name}"] = forms.IntegerField(min_value=1, max_value=120, initial=item.minutes)
            self.fields[f"in-{name}"] = forms.BooleanField(required=False, initial=item.is_planned)

    def rows(self, names: dict[str, str]) -> list[dict[str, Any]]:
        return [
            {
                "item": item,
                "name": names.get(item.practice, item.practice),
                "at": self[f"at-{item.practice}"],
                "for": self[f"for-{item.practice}"],
                "in": self[f"in-{item.practice}"],
            }
            for item in self.items
        ]

    def order(self, move: str = "") -> list[tuple[str, int, bool]]:
        """As the numbers say; `move` is `up:PRACTICE` or `down:PRACTICE`, one place past its neighbour."""
        way, _colon, moved = move.partition(":")
        given = self.cleaned_data
        names = sorted((item.practice for item in self.items), key=lambda name: given[f"at-{name}"])
        if moved in names:
            here = names.index(moved)
            names.insert(max(0, here - 1) if way == "up" else here + 1, names.pop(here))
        return [(name, given[f"for-{name}"], given[f"in-{name}"]) for name in names]


class SettleForm(forms.Form):
    """The agreed level, or none: then they agree to disagree and say why."""

    level = forms.ChoiceField(
        choices=[("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5"), ("none", _("We agree to disagree"))],
        widget=forms.RadioSelect,
        label=_("What do you agree on?"),
    )
    dissent = forms.CharField(
        label=_("Who sees it otherwise, and why"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The reason, not the person. It is printed in the report."),
    )
    check_what = forms.CharField(label=_("What will be checked"), max_length=300, required=False)
    check_who = forms.CharField(label=_("By whom"), max_length=120, required=False)

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        level = given.pop("level")
        return given | {"level": None if level == "none" else int(level)}


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=NoteKind.choices, initial=NoteKind.PARKED)
    text = forms.CharField(label=_("What was said"), max_length=500)
    owner = forms.CharField(label=_("Who, if anybody"), max_length=120, required=False)


class BallotForm(forms.Form):
    """One sheet of paper: a role, and a level for each practice whose vote is not revealed."""

    role = forms.ChoiceField(label=_("Role on the sheet"), required=False)

    def __init__(self, *args: Any, items: list[AgendaItem], model: MaturityModelFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        roles = [("", _("not marked")), *((role.id, role.name) for role in model.roles)]
        cast(forms.ChoiceField, self.fields["role"]).choices = roles
        names = {practice.id: practice.name for practice in model.practices()}
        choices = [("", _("nothing")), *((str(n), str(n)) for n in range(1, 6)), (DONT_KNOW, _("I don’t know"))]
        for item in items:
            self.fields[item.practice] = forms.ChoiceField(label=names[item.practice], choices=choices, required=False)

    def votes(self) -> dict[Any, int | None]:
        given = {item.public_id: self.cleaned_data[item.practice] for item in self.items}
        return {key: None if said == DONT_KNOW else int(said) for key, said in given.items() if said}


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("The file of a finished workshop"), widget=forms.FileInput(attrs={"accept": ".json,application/json"})
    )
