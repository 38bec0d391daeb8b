"""Forms of a workshop: coming in, its settings, and what came of a practice."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.maturity.schema import MaturityModelFile
from core.refusals import Invalid
from surveys.domain.workshop.agenda import why_here
from surveys.domain.workshop.subjects import Chosen, Subject, as_stored, chosen_from
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
    """One role, chosen once, where there is more than one; a nickname for whoever wants one."""

    role = forms.ChoiceField(label=_("What do you do here?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("A nickname, if you like"), max_length=40, required=False, widget=forms.TextInput(attrs=PLAIN)
    )

    def __init__(self, *args: Any, model: MaturityModelFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["role"]).choices = [(role.id, role.name) for role in model.roles]
        self.only_role = model.roles[0].id if len(model.roles) == 1 else ""
        if self.only_role:
            del self.fields["role"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        return given | ({"role": self.only_role} if self.only_role else {})


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

    def __init__(self, *args: Any, is_ours: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_ours:  # the choices of others are no scale
            del self.fields["rule_within"], self.fields["rule_deviation"]
            self.fields["rule_percent"].label = _("Agreed when so many percent give the same answer")
            self.fields["rule_percent"].help_text = _("It stands from the first vote on, as does the smallest number.")

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
                "why": why_here(item.reasons),
                "at": self[f"at-{item.practice}"],
                "for": self[f"for-{item.practice}"],
                "in": self[f"in-{item.practice}"],
            }
            for item in self.items
        ]

    def order(self, move: str = "", *, dragged: str = "", before: str = "") -> list[tuple[str, int, bool]]:
        """As the numbers say; `move` is `up:PRACTICE` or `down:PRACTICE`, one place past its neighbour.

        `dragged` takes the place of `before`, which goes on towards where `dragged` came from.
        """
        way, _colon, moved = move.partition(":")
        given = self.cleaned_data
        names = sorted((item.practice for item in self.items), key=lambda name: given[f"at-{name}"])
        if dragged in names and before in names:
            there = names.index(before)
            names.remove(dragged)
            names.insert(there, dragged)
        elif moved in names:
            here = names.index(moved)
            names.insert(max(0, here - 1) if way == "up" else here + 1, names.pop(here))
        return [(name, given[f"for-{name}"], given[f"in-{name}"]) for name in names]


DISAGREED = "none"


class SettleForm(forms.Form):
    """What is agreed on, a level or choices, or nothing: then they agree to disagree and say why."""

    level = forms.MultipleChoiceField(label=_("What do you agree on?"))
    dissent = forms.CharField(
        label=_("Who sees it otherwise, and why"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The reason, not the person. It is printed in the report."),
    )
    check_what = forms.CharField(label=_("What will be checked"), max_length=300, required=False)
    check_who = forms.CharField(label=_("By whom"), max_length=120, required=False)

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(one.number), one.text) for one in subject.choices]
        field = cast(forms.MultipleChoiceField, self.fields["level"])
        field.choices = [*offered, (DISAGREED, _("We agree to disagree"))]

    def clean_level(self) -> list[str]:
        said: list[str] = self.cleaned_data["level"]
        if DISAGREED in said and len(said) > 1:
            raise forms.ValidationError(_("Either agree on something, or to disagree."))
        return said

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        said = given.pop("level")
        return given | {"level": None if said == [DISAGREED] else chosen_from(said)}


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=NoteKind.choices, initial=NoteKind.PARKED)
    text = forms.CharField(label=_("What was said"), max_length=500)
    owner = forms.CharField(label=_("Who, if anybody"), max_length=120, required=False)


class BallotForm(forms.Form):
    """One sheet of paper: a role, and what was ticked of each practice or question whose vote is not revealed."""

    role = forms.ChoiceField(label=_("Role on the sheet"), required=False)

    def __init__(
        self,
        *args: Any,
        items: list[AgendaItem],
        subjects: Mapping[str, Subject],
        model: MaturityModelFile,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        roles = [("", _("not marked")), *((role.id, role.name) for role in model.roles)]
        cast(forms.ChoiceField, self.fields["role"]).choices = roles
        if len(model.roles) == 1:
            del self.fields["role"]
        for item in items:
            self.fields[item.practice] = _on_paper(subjects[item.practice])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for item in self.items:
            try:
                if said := self._said(item):
                    as_stored(item, chosen_from(said))
            except Invalid as wrong:
                self.add_error(item.practice, wrong.sentence)
        return given

    def votes(self) -> dict[Any, Chosen]:
        return {item.public_id: chosen_from(said) for item in self.items if (said := self._said(item))}

    def _said(self, item: AgendaItem) -> list[str]:
        said = self.cleaned_data.get(item.practice) or []
        return [said] if isinstance(said, str) else said


def _on_paper(subject: Subject) -> forms.ChoiceField | forms.MultipleChoiceField:
    """Boxes as they stand on the sheet."""
    named = [(str(one.number), f"{one.mark} {one.text}" if one.mark else one.text) for one in subject.choices]
    choices = [(number, number) for number, _text in named] if subject.is_ours else named
    unknown = (DONT_KNOW, _("I don’t know"))
    if subject.is_multiple:
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(label=subject.name, choices=[*choices, unknown], required=False, widget=boxes)
    return forms.ChoiceField(label=subject.name, choices=[("", _("nothing")), *choices, unknown], required=False)


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("The file of a finished workshop"), widget=forms.FileInput(attrs={"accept": ".json,application/json"})
    )
