"""Forms for writing a maturity model: one field for each value of a part, made from what stands in the draft."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessment.maturity.editing import Path
from assessment.maturity.parts import Leaf

LONG = 60  # characters from which a text gets room for several lines
CODE = {"rows": 40, "class": "code", "wrap": "off", "spellcheck": "false"}
CHOICES: dict[str, tuple[str, ...]] = {
    "effort": ("S", "M", "L"),
    "facet": ("mechanism", "reach", "experience"),
    "role": ("direct", "proxy", "weak"),
    "better": ("higher", "lower"),
    "kind": ("threshold", "grades", "outcome", "context"),
}
LABELS = {
    "name": _("Name"),
    "title": _("Title"),
    "text": _("Text"),
    "intent": _("What it is for"),
    "weight": _("Weight"),
    "keystone": _("Keystone"),
    "levels": _("Level"),
    "questions": _("Question"),
    "options": _("Choice"),
    "stages": _("Share at stage"),
    "evidence": _("Evidence"),
    "caps": _("Cap"),
    "because": _("Because"),
    "max_level": _("Highest level"),
    "thresholds": _("From level"),
    "grades": _("Band of"),
    "definition": _("What is counted"),
    "unit": _("Unit"),
    "outcome": _("What one can see when it is done"),
    "moves": _("Moves"),
    "from": _("from level"),
    "to": _("to level"),
    "effort": _("Effort"),
    "owner": _("Owner (role)"),
    "prereqs": _("Needs"),
    "practice": _("practice"),
    "level": _("level"),
    "indicator": _("Indicator"),
    "watch": _("What tells that it works"),
    "signal": _("signal"),
    "version": _("Version"),
    "purpose": _("Purpose"),
    "meta": _("About the model"),
    "scale": _("Scale"),
    "scoring": _("Scoring"),
    "gates": _("Gate"),
    "roles": _("Role"),
    "effort_scale": _("Effort"),
    "test": _("Test"),
    "why": _("Why"),
    "id": _("Short name"),
}


class SeenForm(forms.Form):
    """A form that says what its sender saw, so that a save that comes too late can be told."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def now_seen(self, mark: str) -> None:
        """What was typed stays; sent again, it takes the place of what is stored by now."""
        data = cast(QueryDict, self.data).copy()
        data["seen"] = mark
        self.data = data


class PartForm(SeenForm):
    """`changes()` gives the values that differ from what stood there, by path."""

    def __init__(self, *args: Any, leaves: Iterable[Leaf], roles: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaves = {leaf.name: leaf for leaf in leaves}
        owners = tuple(roles)
        for name, leaf in self.leaves.items():
            self.fields[name] = _field_of(leaf, owners)

    def changes(self) -> dict[Path, Any]:
        found = {}
        for name, leaf in self.leaves.items():
            value = _typed(self.cleaned_data[name], leaf.value)
            if not _is_same(value, leaf.value):
                found[leaf.path] = value
        return found

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under the first steps of their paths; single values of the part stand together."""
        rows = [(leaf, self[name]) for name, leaf in self.leaves.items()]
        grouped = groupby(rows, key=lambda row: row[0].path[:-1][:2])
        return [(" ".join(_word(step) for step in path), [field for _, field in inside]) for path, inside in grouped]

    def tell_what_is_stored(self, leaves: Iterable[Leaf]) -> None:
        """Beside each field that differs from what is stored by now, what is stored."""
        for leaf in leaves:
            if leaf.name in self.fields and self.data.get(leaf.name, "") != shown(leaf.value):
                self[leaf.name].help_text = _("Stored now: {value}").format(value=shown(leaf.value))


class DraftCopyForm(forms.Form):
    model = forms.ChoiceField(label=_("Model"))
    name = forms.SlugField(
        label=_("Short name of yours"), max_length=60, help_text=_("Small letters, digits, hyphens.")
    )
    title = forms.CharField(label=_("Title"), max_length=200)

    def __init__(self, *args: Any, models: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.models = {str(row.pk): row for row in models}
        self.fields["model"].choices = [(key, str(row)) for key, row in self.models.items()]  # type: ignore[attr-defined]  # a choice field

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).lower().replace("_", "-")

    def chosen(self) -> Any:
        return self.models[self.cleaned_data["model"]]


class DraftImportForm(forms.Form):
    file = forms.FileField(
        label=_("YAML file"), help_text=_("A maturity model in Headwater’s own format, at most 2 MB.")
    )


class TranslationFileForm(forms.Form):
    file = forms.FileField(label=_("YAML file"))


class YamlForm(SeenForm):
    text = forms.CharField(label=_("The whole model as YAML"), strip=False, widget=forms.Textarea(attrs=CODE))

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class TranslationForm(SeenForm):
    """One field for each text of a part; the original stands beside it."""

    def __init__(
        self, *args: Any, originals: Mapping[str, str], known: Mapping[str, tuple[str, bool]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(originals)
        for place, original in originals.items():
            text, fits = known.get(place, ("", True))
            widget = forms.Textarea(attrs={"rows": 2}) if len(original) > LONG else forms.TextInput()
            note = "" if fits else _("The original changed since this was translated. Look whether it still fits.")
            self.fields[place] = forms.CharField(
                label=original, initial=text, required=False, widget=widget, help_text=note
            )

    def texts(self) -> dict[str, str]:
        return {place: self.cleaned_data[place].replace("\r\n", "\n") for place in self.places}

    def parts(self) -> list[forms.BoundField]:
        return [self[place] for place in self.places]


def _field_of(leaf: Leaf, owners: tuple[str, ...]) -> forms.Field:
    last, value = leaf.path[-1], leaf.value
    has_value = value is not None and value != "" and not isinstance(value, list)
    common: dict[str, Any] = {"label": _label(leaf.path), "initial": shown(value), "required": has_value}
    known = owners if last == "owner" else CHOICES.get(str(last), ())
    if value in known:
        return forms.ChoiceField(**{**common, "choices": [(one, one) for one in known]})
    if isinstance(value, bool):
        return forms.ChoiceField(**{**common, "choices": [("true", _("yes")), ("false", _("no"))]})
    if isinstance(value, int | float):
        return forms.FloatField(**{**common, "widget": forms.NumberInput(attrs={"step": "any"})})
    is_long = isinstance(value, str) and (len(value) > LONG or "\n" in value)
    widget = forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput()
    return forms.CharField(**{**common, "strip": True, "widget": widget})


def _typed(given: Any, before: Any) -> Any:
    """What was typed, as the kind of value that stood there."""
    if isinstance(before, bool):
        return given == "true"
    if isinstance(before, int | float):
        return int(given) if float(given).is_integer() and isinstance(before, int) else float(given)
    if isinstance(before, list):
        parts = [part.strip() for part in given.split(",") if part.strip()]
        are_numbers = bool(before) and all(isinstance(one, int) for one in before)
        return [int(part) if are_numbers and part.isdigit() else part for part in parts]
    text = str(given).replace("\r\n", "\n")
    return None if before is None and not text else text


def _is_same(value: Any, before: Any) -> bool:
    if isinstance(before, str) and isinstance(value, str):
        return value == before.strip()
    return bool(value == before)


def shown(value: Any) -> str:
    """A value as a field shows it, and sends it when it stays as it is."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _word(step: str | int) -> str:
    return str(LABELS.get(str(step), step)) if isinstance(step, str) else str(step + 1)


def _label(path: Path) -> str:
    """The last steps in words: a level or grade with what it belongs to."""
    if len(path) > 1 and path[-2] in {"levels", "thresholds", "grades", "stages"}:
        return f"{_word(path[-2])} {path[-1]}"
    if len(path) > 2 and path[-3] == "options":
        return f"{_word('options')} {int(path[-2]) + 1}" if path[-1] == "text" else _word(path[-1])
    return _word(path[-1])
