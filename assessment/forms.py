"""Forms for making and steering an assessment."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessment.maturity.schema import MaturityModelFile

PERIOD_DAYS = 90


class AssessmentForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("As it will stand on the report, for example “Q4 2026”.")
    )
    period_start_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    period_end_on = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    scope_note = forms.CharField(
        label=_("What it covers"),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("Which product, services or repositories people should think of. They read this first."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("period_start_on"), cleaned.get("period_end_on")
        if start and end and start > end:
            self.add_error("period_end_on", _("The period ends before it starts. Put the earlier day first."))
        return cleaned


def first_guess(today: dt.date | None = None) -> dict[str, object]:
    """The quarter's name and the last ninety days."""
    today = today or timezone.localdate()
    return {
        "title": f"Q{(today.month + 2) // 3} {today.year}",
        "period_start_on": today - dt.timedelta(days=PERIOD_DAYS),
        "period_end_on": today,
    }


class TargetForm(forms.Form):
    """One level per practice, grouped by dimension."""

    def __init__(self, *args: Any, model: MaturityModelFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model = model
        levels = [(level.n, f"{level.n} {level.name}") for level in model.scale.levels]
        for practice in model.practices():
            label = _("{practice} (keystone)").format(practice=practice.name) if practice.keystone else practice.name
            self.fields[practice.id] = forms.TypedChoiceField(label=label, coerce=int, choices=levels)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(d.name, [self[p.id] for p in d.practices]) for d in self.model.dimensions]
