"""Who does an action and when, and an action of the team's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.domain.roadmap.wishes import OwnAction
from assessment.domain.team_roadmap import TeamRoadmap, people_of


class DetailsForm(forms.Form):
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    starts_on = forms.DateField(
        label=_("Starts on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Left empty, the plan chooses. A start set here is never moved by planning."),
    )
    due_on = forms.DateField(
        label=_("Due on"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, plan: TeamRoadmap, action: str, **kwargs: Any) -> None:
        decided = plan.decisions.of(action)
        names = ("owner", "starts_on", "due_on", "note")
        kwargs["initial"] = {name: getattr(decided, name) for name in names}
        super().__init__(*args, **kwargs)
        people = people_of(plan.assessment.team)
        if decided.owner and decided.owner not in dict(people):
            people.append((decided.owner, str(_("somebody who left"))))
        self.fields["owner"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined]  # a choice field


class OwnActionForm(forms.Form):
    title = forms.CharField(label=_("What is to be done"), max_length=160)
    outcome = forms.CharField(label=_("What will be different then"), max_length=300, required=False)
    practice = forms.ChoiceField(label=_("Practice it helps"))
    effort = forms.ChoiceField(label=_("Effort"))
    owner = forms.ChoiceField(label=_("Role that owns it"))
    watch = forms.CharField(label=_("How you will know"), max_length=300, required=False)

    def __init__(self, *args: Any, plan: TeamRoadmap, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model = plan.model
        known = {score.practice for score in plan.card.practices if score.ungated_level is not None}
        choices: dict[str, list[tuple[str, str]]] = {
            "practice": [(each.id, each.name) for each in model.practices() if each.id in known],
            "effort": [(str(name), f"{name}: {s.person_days}, {s.elapsed}") for name, s in model.effort_scale.items()],
            "owner": [(role.id, role.name) for role in model.roles],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]  # choice fields

    def own(self) -> OwnAction:
        return OwnAction(id="", **self.cleaned_data)
