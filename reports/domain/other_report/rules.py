"""What each rule of others puts on the first page: a finding, a table, and how to read it.

A rule gives what it has: SAMM values and targets, levels shares, risk rules counts. Nothing is drawn that is not there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assessment.domain.scoring_rules.risk_rules import STATES, risk_text
from assessment.maturity.foreign.asked import practice_code
from assessment.maturity.foreign.types import ForeignModel
from core.figures import NOT_KNOWN, percent_text
from core.language import gettext, ngettext, number
from reports.domain.other_report.types import Headline, Row


@dataclass(frozen=True)
class Front:
    headline: Headline
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str


def front_of(model: ForeignModel, card: Mapping[str, Any]) -> Front:
    return _FRONTS[model.rule](model, card)


def value_of(model: ForeignModel, card: Mapping[str, Any], practice: str) -> str:
    """What the rule says of one practice."""
    if model.rule == "risk-rules":
        return risk_text(card["questions"].get(practice, "UNANSWERED"))
    row = card["practices"][practice]
    if model.rule == "levels":
        return _share(row)
    if row["ceiling"] == 0:
        return gettext("does not apply")
    target = gettext(", target {value}").format(value=_number(row["target"])) if "target" in row else ""
    return gettext("{value} of {most}").format(value=_number(row["value"]), most=_number(row["ceiling"])) + target


def _samm(model: ForeignModel, card: Mapping[str, Any]) -> Front:
    overall, functions = card["overall"], model.in_order(card["functions"])
    lowest = min(functions.values(), key=lambda one: one["value"] or 0.0)
    title = gettext("{model}: {value} of {most}.").format(
        model=model.title, value=_number(overall["value"]), most=_number(overall["ceiling"])
    )
    lead = gettext("{function} is the lowest with {value}.").format(
        function=lowest["name"], value=_number(lowest["value"])
    )
    if (share := overall.get("percent_to_target")) is not None:
        lead += " " + gettext("{share} of the way to the targets is done.").format(share=percent_text(share))
    rows = tuple(
        Row(one["name"], (_number(one["value"]), _number(one["ceiling"]), _target(model, card, key)))
        for key, one in functions.items()
    )
    note = gettext(
        "An activity counts from 0 to 1, a stream is the sum of its activities, a practice the mean of its streams, a "
        "function the mean of its practices. What is not answered counts 0; what does not apply lowers the most there "
        "can be."
    )
    columns = (gettext("Value"), gettext("At most"), gettext("Mean target"))
    return Front(Headline(title, lead), columns, rows, note)


def _target(model: ForeignModel, card: Mapping[str, Any], function: str) -> str:
    """The mean target of a function, where each of its practices has one."""
    practices = next((one.practices for one in model.dimensions if one.id == function), ())
    found = [card["practices"][one.id].get("target") for one in practices]
    if not found or None in found:
        return "\N{EM DASH}"
    return _number(sum(found) / len(found))


def _levels(model: ForeignModel, card: Mapping[str, Any]) -> Front:
    overall, dimensions = card["overall"], model.in_order(card["dimensions"])
    share = overall["share"]
    title = gettext("{model}: {share} is in place.").format(
        model=model.title, share=gettext(NOT_KNOWN) if share is None else percent_text(share)
    )
    known = [one for one in dimensions.values() if one["share"] is not None]
    lead = gettext("Nothing that was asked applies here.")
    if known:
        lowest = min(known, key=lambda one: one["share"])
        lead = gettext("{dimension} has the least with {share}.").format(
            dimension=lowest["name"], share=percent_text(lowest["share"])
        )
    rows = tuple(Row(one["name"], (_percent(one["share"]), _level(one["level"]))) for one in dimensions.values())
    note = gettext(
        "The share of a practice is the mean over its activities that apply, that of more the mean of its practices; "
        "what is not answered counts as nothing. Level: the highest up to which everything is in place in every "
        "practice."
    )
    return Front(Headline(title, lead), (gettext("In place"), gettext("Complete up to level")), rows, note)


def _risks(model: ForeignModel, card: Mapping[str, Any]) -> Front:
    counts, pillars = card["counts"], model.in_order(card["pillars"])
    n_high, n_medium = counts["HIGH_RISK"], counts["MEDIUM_RISK"]
    high = ngettext("{n} question at high risk", "{n} questions at high risk", n_high).format(n=n_high)
    medium = ngettext("{n} at medium risk", "{n} at medium risk", n_medium).format(n=n_medium)
    worst = max(pillars.values(), key=lambda one: (one["counts"]["HIGH_RISK"], one["counts"]["MEDIUM_RISK"]))
    lead = gettext("{model}: nothing is at risk among what was answered.").format(model=model.title)
    if n_high or n_medium:
        lead = gettext("{model}: most of it in {pillar}.").format(model=model.title, pillar=worst["name"])
    rows = tuple(
        Row(one["name"], tuple(str(one["counts"].get(state, 0)) for state in STATES)) for one in pillars.values()
    )
    note = gettext(
        "The first rule of a question that holds gives its risk. What is not answered and what does not apply stay out "
        "of the rules. These rules give no number and no range, so there is none."
    )
    title = gettext("{high}, {medium}.").format(high=high, medium=medium)
    return Front(Headline(title, lead), tuple(map(risk_text, STATES)), rows, note)


_FRONTS: Mapping[str, Callable[[ForeignModel, Mapping[str, Any]], Front]] = {
    "samm": _samm,
    "levels": _levels,
    "risk-rules": _risks,
}


def _share(row: Mapping[str, Any]) -> str:
    if row["share"] is None:
        return gettext("does not apply")
    return gettext("{share} in place, complete up to level {level}").format(
        share=percent_text(row["share"]), level=row["level"]
    )


def _percent(share: float | None) -> str:
    return gettext(NOT_KNOWN) if share is None else percent_text(share)


def _level(level: int | None) -> str:
    return gettext(NOT_KNOWN) if level is None else str(level)


def _number(value: float | None) -> str:
    return gettext(NOT_KNOWN) if value is None else number(f"{value:.2f}")


def anchor_of(practice: str) -> str:
    return f"practice-{practice_code(practice)}"
