"""Parts that are added to a draft or taken out of it: a new one is sound at once, with texts to be filled in.

What still refers to a part that is gone is told by the linter; nothing else is touched.
"""

import re
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from assessment.domain.drafts import find_place, rewrite
from assessment.maturity.editing import CannotEdit, Path, at, with_item, with_key, without_item, without_key
from assessment.maturity.lint import practices_of
from assessment.maturity.loader import load_shipped_model, model_of
from assessment.maturity.parts import Kind
from assessment.maturity.problems import Node
from assessment.models import ModelDraft
from core.refusals import Invalid

PRACTICE, QUESTION, ACTION, EVIDENCE, SIGNAL = KINDS = ("practice", "question", "action", "evidence", "signal")
LEVELS = (1, 2, 3, 4, 5)
BETWEEN = ":"  # a link of evidence is named PRACTICE:SIGNAL


def add_part(draft: ModelDraft, kind: str, under: str, *, signal: str = "", by: User) -> tuple[Kind, str]:
    """A new part and the kind and name of the page it is filled in on.

    `under` is a practice: the new one stands in its dimension, everything else inside it; a signal is under none.
    `signal` is what evidence links to, or which signal that Headwater measures is meant.
    """

    def change(text: str, data: dict[str, Any]) -> tuple[str, str]:
        if kind == SIGNAL:
            name = signal or next_name("new_signal", [str(one) for one, _ in Node(data).at("signals").named()])
            return with_key(text, ("signals",), name, _signal(signal)), name
        place = find_place(data, "practice", under)
        if kind == PRACTICE:
            name = next_name(under, [one.at("id").text for one in practices_of(Node(data))])
            return with_item(text, place[:-1], _practice(name, data)), name
        here = at(data, place)
        name, key, item = _inside(kind, under, here, data, signal)
        return with_item(text, (*place, key), item), name

    try:
        name = rewrite(draft, change, by=by)
    except CannotEdit as wrong:
        raise Invalid(_cannot().format(place=wrong)) from None
    if kind in {QUESTION, EVIDENCE}:
        return "practice", under
    return ("signal" if kind == SIGNAL else "action" if kind == ACTION else "practice"), name


def remove_part(draft: ModelDraft, kind: str, name: str, *, by: User) -> None:
    def change(text: str, data: dict[str, Any]) -> tuple[str, str]:
        place = place_of_part(data, kind, name)
        return (without_key if kind == SIGNAL else without_item)(text, place), name

    try:
        rewrite(draft, change, by=by)
    except CannotEdit as wrong:
        raise Invalid(_cannot().format(place=wrong)) from None


def place_of_part(data: Any, kind: str, name: str) -> Path:
    """Where the part stands; Changed where there is none of that name any more."""
    if kind in {PRACTICE, ACTION, SIGNAL}:
        return find_place(data, kind, name)  # type: ignore[arg-type]  # the three that have pages of their own
    for practice in practices_of(Node(data)):
        here = find_place(data, "practice", practice.at("id").text)
        for n, question in enumerate(practice.at("questions").each()):
            if kind == QUESTION and question.at("id").text == name:
                return (*here, "questions", n)
        for n, link in enumerate(practice.at("evidence").each()):
            if kind == EVIDENCE and f"{practice.at('id').text}{BETWEEN}{link.at('signal').text}" == name:
                return (*here, "evidence", n)
    return find_place(data, "practice", name)


def signals_to_add(data: Any) -> list[str]:
    """The signals Headwater measures that the draft does not define."""
    known = Node(data).at("signals").value
    return [name for name in model_of(load_shipped_model()).signals if not isinstance(known, dict) or name not in known]


def next_name(like: str, taken: Collection[str]) -> str:
    """The next name after `like` that nobody has: SP1 leads to SP2, new_signal to new_signal_2."""
    if like not in taken:
        return like
    found = re.fullmatch(r"(.*?)(\d+)", like)
    stem, number = (found[1], int(found[2])) if found else (f"{like}_", 1)
    return next(f"{stem}{n}" for n in range(number + 1, number + len(taken) + 2) if f"{stem}{n}" not in taken)


def _inside(kind: str, practice: str, here: Any, data: Any, signal: str) -> tuple[str, str, dict[str, Any]]:
    """Name, list and content of what is added to a practice."""
    if kind == QUESTION:
        taken = {one.at("id").text for one in Node(here).at("questions").each()}
        letters = [f"{practice}.{letter}" for letter in "mex"]
        name = next((one for one in letters if one not in taken), "") or next_name(f"{practice}.q1", taken)
        return name, "questions", _question(name, data)
    if kind == ACTION:
        taken = {one.at("id").text for one in Node(here).at("actions").each()}
        name = next_name(f"{practice}-A1", taken)
        return name, "actions", _action(name, data)
    linked = {one.at("signal").text for one in Node(here).at("evidence").each()}
    if not signal or signal in linked:
        raise Invalid(_("Choose a signal this practice has no evidence from yet."))
    return f"{practice}{BETWEEN}{signal}", "evidence", {"signal": signal, "role": "proxy"}


def _practice(name: str, data: Any) -> dict[str, Any]:
    stages = [one.at("id").text for one in Node(data).at("stages").each()]
    return {
        "id": name,
        "name": "New practice",
        "intent": "What it is for.",
        "keystone": False,
        "weight": 1.0,
        "stages": dict.fromkeys(stages[:1], 1.0),
        "seeds": [],
        "levels": {level: f"What one can see at level {level}." for level in LEVELS},
        "questions": [_question(f"{name}.m", data)],
        "evidence": [],
        "caps": [],
        "actions": [],
    }


def _question(name: str, data: Any) -> dict[str, Any]:
    return {
        "id": name,
        "facet": "mechanism",
        "text": "What is asked?",
        "roles": {"primary": _roles(data)[:1], "secondary": []},
        "options": [{"level": level, "text": f"What is true at level {level}."} for level in LEVELS],
    }


def _action(name: str, data: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": "New action",
        "outcome": "What one can see when it is done.",
        "moves": {"from": 1, "to": 2},
        "effort": "S",
        "owner": next(iter(_roles(data)), ""),
        "prereqs": [],
        "indicator": {"signal": None, "watch": "What tells that it works."},
        "backing": [],
    }


def _signal(like: str) -> dict[str, Any]:
    """As the shipped model defines the one of this name, else a new one to be filled in."""
    shipped = model_of(load_shipped_model()).signals
    if like in shipped:
        known: dict[str, Any] = shipped[like].model_dump(mode="json", by_alias=True)
        known["thresholds"] = {int(level): value for level, value in known["thresholds"].items()}
        known["source"] = ", ".join(known["source"])
        return {key: value for key, value in known.items() if value not in (None, {}, "")}
    return {
        "name": "New signal",
        "source": "answers",
        "kind": "threshold",
        "unit": "share",
        "better": "higher",
        "window_days": 90,
        "min_n": 1,
        "supports_max": 3,
        "basis": "judgement",
        "definition": "What is counted, and how.",
        "thresholds": {2: 0.25, 3: 0.5, 4: 0.75, 5: 0.9},
    }


def _roles(data: Any) -> list[str]:
    return [one.at("id").text for one in Node(data).at("roles").each()]


def _cannot() -> str:
    return _("{place} cannot be changed by a form as it is written; change it in the YAML view.")
