"""Who does an action and when, and an action of the team's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessment.domain.roadmap.wishes import OPEN_ACTIONS, OwnAction
from assessment.domain.roadmap_types import Horizon
from assessment.domain.team_roadmap import TeamRoadmap, people_of

MOST_DAYS = 10_000


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
        if not plan.is_ours:  # no plan chooses a start
            self.fields["starts_on"].help_text = ""
        people = people_of(plan.assessment.team)
        if decided.owner and decided.owner not in dict(people):
            people.append((decided.owner, str(_("somebody who left"))))
        self.fields["owner"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined]  # a choice field


def _person_days(label: Any) -> forms.FloatField:
    return forms.FloatField(label=label, required=False, min_value=0, max_value=MOST_DAYS)


class CapacityForm(forms.Form):
    open_actions = forms.IntegerField(label=_("Actions open at once"), min_value=1, max_value=OPEN_ACTIONS)
    now = _person_days(_("Person-days from day 1 to 30"))
    next = _person_days(_("Person-days from day 31 to 90"))
    later = _person_days(_("Person-days from day 91 to 180"))

    def __init__(self, *args: Any, plan: TeamRoadmap, **kwargs: Any) -> None:
        carried = plan.decisions.capacity
        days = {str(part): amount for part, amount in carried.person_days.items()}
        kwargs["initial"] = {"open_actions": carried.open_actions, **days}
        super().__init__(*args, **kwargs)

    def capacity(self) -> dict[str, Any]:
        given = {part: self.cleaned_data[str(part)] for part in Horizon}
        days = {part: amount for part, amount in given.items() if amount is not None}
        return {"open_actions": self.cleaned_data["open_actions"], "person_days": days}


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
        choices: dict[str, list[tuple[str, str]]] = {
            "practice": [(each.id, each.name) for each in model.practices() if each.id in plan.plannable],
            "effort": [(str(name), f"{name}: {s.person_days}, {s.elapsed}") for name, s in model.effort_scale.items()],
            "owner": [(role.id, role.name) for role in model.roles],
        }
        if not plan.is_ours:  # others have no scale of effort and no roles
            for name in ("effort", "owner", "watch"):
                del self.fields[name]
                choices.pop(name, None)
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]  # choice fields

    def own(self) -> OwnAction:
        unknown = {"effort": "S", "owner": ""}  # nobody reads them where they are not asked for
        return OwnAction(id="", **(unknown | self.cleaned_data))
