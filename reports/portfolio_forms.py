"""Which teams stand side by side, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from reports.models import Paper


@dataclass(frozen=True)
class TeamChoice:
    """One line of the choice: the team, whether it is shown, and the place somebody gave it."""

    team: Team
    is_shown: bool
    place: str


class PortfolioReportForm(forms.Form):
    paper = forms.ChoiceField(label=_("Paper"), choices=Paper.choices, required=False)
    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES, required=False)

    def wish(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}


def choices_of(teams: Sequence[Team], asked: QueryDict) -> tuple[TeamChoice, ...]:
    """All teams by name; whatever is no team or no place of this organization is passed over."""
    wanted = set(asked.getlist("team"))
    return tuple(
        TeamChoice(
            team=team,
            is_shown=not wanted or str(team.public_id) in wanted,
            place=_place(asked.get(f"place-{team.public_id}", "")),
        )
        for team in sorted(teams, key=lambda team: (team.name.casefold(), team.pk))
    )


def shown_teams(choices: Sequence[TeamChoice]) -> list[Team]:
    """Those with a place first, in its order, then the others by name."""
    shown = [choice for choice in choices if choice.is_shown]
    ordered = sorted(enumerate(shown), key=lambda one: (not one[1].place, int(one[1].place or 0), one[0]))
    return [choice.team for _, choice in ordered]


def _place(text: str) -> str:
    return str(int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else ""
