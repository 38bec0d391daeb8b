"""Panels in the order given, what several teams share, and how many stand where: all of it from what panels show."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from accounts.models import Organization
from assessment.maturity.loader import model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import MaturityModel
from core.language import gettext, list_text, ngettext
from reports.charts.scale import scale_words
from reports.domain.generator import generator
from reports.domain.portfolio.gather import PortfolioTeam, made_at
from reports.domain.portfolio.panel import STRIP_WIDTH, action_titles, due_now, holding_practices, panel_of
from reports.domain.portfolio.types import LevelRow, PortfolioData, Shared
from reports.domain.report_data.appendix_types import Parameter
from reports.domain.report_data.words import date_text
from reports.domain.seal import issuer

LEVELS = (1, 2, 3, 4, 5)
SHARED_BY = 2  # teams


def portfolio_data(organization: Organization, teams: Sequence[PortfolioTeam]) -> PortfolioData:
    shown = [one for one in teams if one.result]
    model = model_of(_newest(shown)) if shown else None
    made = made_at(teams)
    names = tuple(level.name for level in model.scale.levels) if model else ()
    return PortfolioData(
        organization=organization.name,
        title=_title(len(teams), sum(1 for one in teams if one.result or one.other)),
        sentences=_sentences(teams, shown),
        made_on=date_text(made.date()),
        made_on_iso=made.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        words=scale_words(list(names), width=STRIP_WIDTH),
        level_names=names,
        levels=_levels(shown, model) if model else (),
        panels=tuple(panel_of(one, names_model=len(_models(shown)) > 1) for one in teams),
        holding=_shared(shown, {p.id: p.name for p in model.practices()}, _holding) if model else (),
        due=_shared(shown, action_titles(model), _due) if model else (),
        colophon=_colophon(teams),
        is_demo=any(one.team.is_demo for one in teams),
    )


def _newest(shown: Sequence[PortfolioTeam]) -> MaturityModel:
    results = [one.result for one in shown if one.result]
    return max(results, key=lambda result: result.created_at).assessment.maturity_model


def _title(n: int, n_shown: int) -> str:
    teams = ngettext("{n} team side by side", "{n} teams side by side", n).format(n=n)
    if n_shown == n:
        return gettext("{teams}, each by itself.").format(teams=teams)
    rest = ngettext("{n} has no result yet.", "{n} have no result yet.", n - n_shown).format(n=n - n_shown)
    return f"{teams}; {rest}"


def _sentences(teams: Sequence[PortfolioTeam], shown: Sequence[PortfolioTeam]) -> tuple[str, ...]:
    models = _models(shown)
    told = [
        gettext("Teams stand in the order chosen, never by score: they do different work, and a range is no rank."),
        gettext("Each panel is the team's last closed assessment and shows what its own report shows, nothing more."),
    ]
    if len(models) > 1:
        told.append(
            gettext("Assessed with different versions: {models}; levels of two versions may not mean the same.").format(
                models=list_text(models)
            )
        )
    if names := [one.team.name for one in teams if one.other]:
        told.append(
            gettext("By maturity models of others, in their own words and in no count of levels: {teams}.").format(
                teams=list_text(names)
            )
        )
    return tuple(told)


def _models(shown: Sequence[PortfolioTeam]) -> list[str]:
    return sorted({str(one.result.assessment.maturity_model) for one in shown if one.result})


def _levels(shown: Sequence[PortfolioTeam], model: MaturityModelFile) -> tuple[LevelRow, ...]:
    staged: dict[str, list[int | None]] = {dimension.id: [] for dimension in model.dimensions}
    for one in shown:
        levels = {d.dimension: d.staged_level for d in one.card.dimensions} if one.card else {}
        for dimension, found in staged.items():
            found.append(levels.get(dimension))
    return tuple(
        LevelRow(
            name=dimension.name,
            counts=tuple(staged[dimension.id].count(level) for level in LEVELS),
            unknown=sum(level not in LEVELS for level in staged[dimension.id]),
        )
        for dimension in model.dimensions
    )


def _holding(one: PortfolioTeam) -> Iterable[str]:
    return holding_practices(one.card) if one.card else ()


def _due(one: PortfolioTeam) -> Iterable[str]:
    return due_now(one.result) if one.result else ()


def _shared(
    shown: Sequence[PortfolioTeam], names: dict[str, str], found: Callable[[PortfolioTeam], Iterable[str]]
) -> tuple[Shared, ...]:
    """In the order of the maturity model, so that no list of teams or subjects is a ranking."""
    teams: dict[str, list[str]] = {}
    for one in shown:
        for subject in found(one):
            teams.setdefault(subject, []).append(one.team.name)
    several = [subject for subject in names if len(teams.get(subject, ())) >= SHARED_BY]
    return tuple(Shared(names[subject], list_text(teams[subject])) for subject in several)


def _colophon(teams: Sequence[PortfolioTeam]) -> tuple[Parameter, ...]:
    return (
        Parameter(gettext("Made by"), generator()),
        Parameter(gettext("Issuing server"), issuer()),
        Parameter(gettext("Standards"), gettext("PDF/A-3a and PDF/UA-1")),
        Parameter(gettext("To check this file"), "manage.py report verify FILE.pdf"),
        *(Parameter(one.team.name, found.digest) for one in teams if (found := one.result or one.other)),
    )
