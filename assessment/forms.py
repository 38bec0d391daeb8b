"""Forms for making and steering an assessment."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from assessment.maturity.formats import OURS
from assessment.maturity.loader import OtherRule, asked_model_of, model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import MaturityModel

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


class NewAssessmentForm(AssessmentForm):
    """With the maturity model, where there is a choice; `chosen()` is the row, None for the one that is shipped."""

    maturity_model = forms.ChoiceField(
        label=_("Maturity model"), required=False, help_text=_("It stays with the assessment and cannot be changed.")
    )

    def __init__(self, *args: Any, models: Sequence[MaturityModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.models = {str(row.pk): row for row in models}
        field = cast(forms.ChoiceField, self.fields["maturity_model"])
        field.choices = [
            ("", _("The one that comes with Headwater")),
            *((key, str(m)) for key, m in self.models.items()),
        ]
        if not models:
            del self.fields["maturity_model"]

    def chosen(self) -> MaturityModel | None:
        return self.models.get(self.cleaned_data.get("maturity_model", ""))


class ModelUploadForm(forms.Form):
    """A maturity model in one of the formats that are read."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            (OURS, _("Headwater (YAML)")),
            ("samm", _("OWASP SAMM 2 (the core folder as a zip)")),
            ("dsomm", _("OWASP DSOMM (the generated model.yaml)")),
            ("aws-lens", _("AWS Well-Architected custom lens (JSON)")),
        ],
    )
    file = forms.FileField(
        label=_("File"), help_text=_("At most 2 MB; a lens 0.5 MB, a zip 5 MB. It is checked first, then you decide.")
    )
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        required=False,
        help_text=_("Small letters, digits and hyphens. Versions of one model share it; empty takes the file’s own."),
    )


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

    lead = _(
        "Level 5 everywhere is not the goal. For most teams 4 on the keystones and 3 elsewhere is a good year, so that "
        "is where the targets start."
    )

    def __init__(self, *args: Any, model: MaturityModelFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model = model
        levels = [(level.n, f"{level.n} {level.name}") for level in model.scale.levels]
        for practice in model.practices():
            label = _("{practice} (keystone)").format(practice=practice.name) if practice.keystone else practice.name
            self.fields[practice.id] = forms.TypedChoiceField(label=label, coerce=int, choices=levels)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(d.name, [self[p.id] for p in d.practices]) for d in self.model.dimensions]

    def targets(self) -> dict[str, float]:
        return dict(self.cleaned_data)


class ValueTargetForm(TargetForm):
    """The same where a practice is scored from 0 to 3 and may go without a target."""

    lead = _(
        "A target is a value from 0 to 3; a practice may go without. Where something does not apply it is lowered."
    )

    def __init__(self, *args: Any, model: MaturityModelFile, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        self.model = model
        choices = [("", _("No target")), *((f"{half / 2:g}", number_format(half / 2)) for half in range(1, 7))]
        for practice in model.practices():
            self.fields[practice.id] = forms.ChoiceField(label=practice.name, choices=choices, required=False)
            self.initial[practice.id] = f"{self.initial.get(practice.id, 0):g}"

    def targets(self) -> dict[str, float]:
        return {practice: float(value) for practice, value in self.cleaned_data.items() if value}


def target_form_of(row: MaturityModel) -> Callable[..., TargetForm]:
    """The form in which targets of a maturity model are chosen; OtherRule where its rule has none."""
    if row.is_ours:
        return partial(TargetForm, model=model_of(row))
    if row.has_targets:
        return partial(ValueTargetForm, model=asked_model_of(row))
    raise OtherRule
