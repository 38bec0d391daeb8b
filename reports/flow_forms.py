"""The what-if fields and the inputs of the flow model. Shares are typed in percent."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessment.domain.flow import FlowError
from assessment.domain.flow.given import Given, filled, refusal_of
from assessment.domain.flow.inputs import NAMES, FlowInputs
from assessment.domain.flow.whatif import SET_ANEW, Demand, Means, WhatIf
from reports.domain.flow_page import words

PERCENT = frozenset({"p_sendback", "p_integration_fail", "quick_path_share"})
SLIDERS = {  # field -> (least, most, step) of its slider; typed values may lie outside
    "coding_percent": (0, 100, 5),
    "volume_percent": (-50, 200, 1),
    "size_percent": (-50, 200, 1),
    "reviewers": (1, 20, 1),
    "review_hours_per_reviewer_day": (0.5, 8, 0.25),
    "p_sendback": (0, 80, 1),
    "p_integration_fail": (0, 50, 1),
    "quick_path_share": (0, 100, 5),
    "release_period_days": (0, 30, 0.5),
    "approval_days": (0, 20, 0.25),
}
LABELS = {
    "reviewers": _("Reviewers"),
    "review_hours_per_reviewer_day": _("Review hours per reviewer and day"),
    "p_sendback": _("Sent back from review, percent"),
    "p_integration_fail": _("Failing at integration or colliding, percent"),
    "quick_path_share": _("On a quick path nobody reviews, percent"),
    "release_period_days": _("Days between releases"),
    "approval_days": _("Approval of a release, days"),
}
MEANS = [
    (Means.SPEED, _("that much more done in the same time (40%: time × 0.71)")),
    (Means.TIME, _("that much less time for the same work (40%: time × 0.6)")),
]
DEMAND = [(Demand.GIVEN, _("as said here")), (Demand.PUSH, _("it grows as fast as coding does"))]


class WhatIfForm(forms.Form):
    """What is different. A field left empty, or as it stands today, changes nothing."""

    coding_percent = forms.FloatField(label=_("Coding gets faster by, percent"), min_value=-90, max_value=900)
    coding_means = forms.ChoiceField(label=_("What faster means"), choices=MEANS, widget=forms.RadioSelect)
    demand = forms.ChoiceField(label=_("Where the volume comes from"), choices=DEMAND, widget=forms.RadioSelect)
    volume_percent = forms.FloatField(label=_("More changes a day, percent"), min_value=-99, max_value=1000)
    size_percent = forms.FloatField(label=_("Larger changes, percent"), min_value=-99, max_value=1000)

    def __init__(self, *args: Any, team: FlowInputs, whatif: WhatIf, **kwargs: Any) -> None:
        self.today = {name: _shown(name, getattr(team, name)) for name in SET_ANEW}
        kwargs["initial"] = self._initial(whatif)
        super().__init__(*args, **kwargs)
        for name in SET_ANEW:
            hint = format_lazy(_("today {value}"), value=words.value_text(self.today[name]))
            self.fields[name] = forms.FloatField(label=LABELS[name], required=False, help_text=hint)
        for name, (least, most, step) in SLIDERS.items():
            attributes = {"step": "any", "inputmode": "decimal", "data-mirrors": f"slide_{name}"}
            self.fields[name].widget.attrs.update(attributes)
            self.fields[name].slider = {"least": least, "most": most, "step": step}  # type: ignore[attr-defined]  # for the template

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            for name in SET_ANEW:
                if values.get(name) is not None and (wrong := refusal_of(name, _stored(name, values[name]))):
                    self.add_error(name, _in_percent(name, wrong))
        if not self.errors:
            try:
                self.whatif().scenario()
            except FlowError as wrong_scenario:
                self.add_error("coding_percent", str(wrong_scenario))
        return values

    def whatif(self) -> WhatIf:
        """The what-if of a valid form."""
        values = self.cleaned_data
        anew = {name: _stored(name, values[name]) for name in SET_ANEW if self._differs(name)}
        return WhatIf(
            coding_percent=values["coding_percent"],
            coding_means=Means(values["coding_means"]),
            demand=Demand(values["demand"]),
            volume_percent=values["volume_percent"],
            size_percent=values["size_percent"],
            **anew,
        )

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("coding_percent", "coding_means", "demand", "volume_percent", "size_percent")]

    def anew_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in SET_ANEW]

    def _differs(self, name: str) -> bool:
        value = self.cleaned_data.get(name)
        return value is not None and abs(value - self.today[name]) > 1e-9

    def _initial(self, whatif: WhatIf) -> dict[str, Any]:
        told = {
            name: _shown(name, getattr(whatif, name)) for name in ("coding_percent", "volume_percent", "size_percent")
        }
        anew = {
            name: today if (value := getattr(whatif, name)) is None else _shown(name, value)
            for name, today in self.today.items()
        }
        return {**told, **anew, "coding_means": whatif.coding_means.value, "demand": whatif.demand.value}


class ScenarioNameForm(forms.Form):
    name = forms.CharField(label=_("Name of the scenario"), max_length=80)


class FlowInputsForm(forms.Form):
    """Every input set by hand; an empty field lets the measured, told or default value speak."""

    def __init__(self, *args: Any, given: list[Given], **kwargs: Any) -> None:
        by_hand = {one.name: one.value for one in given if one.origin == "facilitator"}
        initial = {name: _shown(name, value) for name, value in by_hand.items() if name in NAMES}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        without = filled(one for one in given if one.origin != "facilitator")
        for name in NAMES:
            self.fields[name] = forms.FloatField(
                label=_percent_label(name), required=False, help_text=_otherwise(name, without[name])
            )
            self.fields[name].widget.attrs.update({"step": "any", "inputmode": "decimal"})

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in NAMES:
            value = values.get(name)
            if value is not None and (wrong := refusal_of(name, _stored(name, value))):
                self.add_error(name, _in_percent(name, wrong))
        return values

    def inputs(self) -> dict[str, float | None]:
        """Name to value for `set_flow_inputs`."""
        return {
            name: None if (value := self.cleaned_data.get(name)) is None else _stored(name, value) for name in NAMES
        }


def _shown(name: str, value: float) -> float:
    """As the field shows it: shares in percent, whole numbers without a point."""
    shown = round(value * 100, 2) if name in PERCENT else round(value, 3)
    return int(shown) if shown == int(shown) else shown


def _stored(name: str, value: float) -> float:
    return value / 100 if name in PERCENT else value


def _percent_label(name: str) -> str:
    label = gettext(words.INPUTS[name])
    return gettext("{label}, percent").format(label=label) if name in PERCENT else label


def _otherwise(name: str, given: Given) -> str:
    """What speaks when the field is empty, and where that comes from."""
    text = gettext("{origin} {value}").format(
        origin=gettext(words.ORIGINS[given.origin]), value=words.value_text(_shown(name, given.value))
    )
    observed = words.observed_text(given)
    return f"{text} ({observed})" if observed else text


def _in_percent(name: str, sentence: str) -> str:
    """The refusal without the name the field already carries."""
    if name in PERCENT:
        return gettext("Give a share from 0 to below 100 percent.")
    return sentence.removeprefix(f"{name} ").capitalize()
