"""The answers of one team to a maturity model that was written elsewhere, checked before anything is counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from assessment.domain.scoring_rules.samm_answers import exchange_of
from assessment.domain.strict_json import UnusableFile, read_json
from assessment.maturity.foreign.samm_exchange import DONT_KNOW
from assessment.maturity.foreign.types import Finding, ForeignModel, Question

NOT_APPLICABLE = "na"
KEYS = ("answers", "targets", "baseline")
Read = TypeVar("Read")
Answer = float | tuple[str, ...] | str  # a value from 0 to 1, the choices ticked, or "na"


@dataclass(frozen=True)
class Given:
    """`targets` and `baseline` are values of practices, by practice id; `noticed` is what the file says in vain."""

    answers: Mapping[str, Answer]
    targets: Mapping[str, float] = field(default_factory=dict)
    baseline: Mapping[str, float] = field(default_factory=dict)
    noticed: tuple[Finding, ...] = ()


def read_given(model: ForeignModel, path: Path) -> Given:
    """From our own file or a `.samm` file. Raises UnusableFile with all that is wrong, a line each."""
    raw = read_json(path)
    if not isinstance(raw, dict):
        raise UnusableFile(f"{path}: the file must be a JSON object.")
    try:
        return _of_samm(model, raw) if is_exchange(raw) else _of_ours(model, raw)
    except UnusableFile as wrong:
        raise UnusableFile("\n".join(f"{path}: {line}" for line in str(wrong).splitlines())) from None


def _of_ours(model: ForeignModel, raw: Mapping[str, Any]) -> Given:
    wrong = _unknown_keys(raw)
    questions = {question.id: question for question in model.questions()}
    practices = {practice.id: practice for practice in model.practices()}

    def answer(key: str, said: Any) -> Answer:
        return _answer(questions[_known(key, questions, f"answers.{key}", "question")], said, f"answers.{key}")

    def value(name: str) -> Callable[[str, Any], float]:
        return lambda key, said: _value(practices, key, said, f"{name}.{key}")

    answers = _each(raw, "answers", answer, wrong)
    targets, baseline = (_each(raw, name, value(name), wrong) for name in ("targets", "baseline"))
    if wrong:
        raise UnusableFile("\n".join(wrong))
    return Given(answers, targets, baseline)


def _each(raw: Mapping[str, Any], name: str, read: Callable[[str, Any], Read], wrong: list[str]) -> dict[str, Read]:
    """What could be read of one part of the file; what is wrong with the rest is added to `wrong`."""
    part = raw.get(name, {})
    if not isinstance(part, dict):
        wrong.append(f"{name} must be an object.")
        return {}
    found = {}
    for key, said in part.items():
        try:
            if said is not None or name != "answers":
                found[key] = read(key, said)
        except UnusableFile as one:
            wrong.append(str(one))
    return found


def is_exchange(raw: Mapping[str, Any]) -> bool:
    """Whether somebody means this for the exchange format of SAMM, be it sound or not."""
    return "formatVersion" in raw or "assessment" in raw


def _of_samm(model: ForeignModel, raw: Mapping[str, Any]) -> Given:
    """What an import of the same file would count: "I don't know" is no answer."""
    exchange, findings = exchange_of(model, raw)
    answers = {code: said for code, said in exchange.answers.items() if said != DONT_KNOW}
    return Given(answers, noticed=tuple(findings.warnings))


def _answer(question: Question, said: Any, where: str) -> Answer:
    if said == NOT_APPLICABLE:
        return NOT_APPLICABLE
    if question.kind == "multiple":
        return _ticked(question, said, where)
    allowed = sorted({choice.value for choice in question.choices if choice.value is not None})
    number = float(said) if isinstance(said, bool | int | float) else None
    is_right = number is not None and (0 <= number <= 1 if question.kind == "coverage" else number in allowed)
    if number is None or not is_right:
        right = (
            "a share from 0 to 1" if question.kind == "coverage" else f"one of {', '.join(f'{v:g}' for v in allowed)}"
        )
        raise UnusableFile(f'{where} is {said!r}; give {right}, or "na".')
    return number


def _ticked(question: Question, said: Any, where: str) -> tuple[str, ...]:
    if not isinstance(said, list):
        raise UnusableFile(f'{where} must be a list of choices, or "na".')
    known = {choice.id: choice for choice in question.choices}
    chosen = tuple(dict.fromkeys(_known(one, known, where, "choice") for one in said))
    alone = [one for one in chosen if known[one].is_none_of_these]
    if alone and len(chosen) > 1:
        raise UnusableFile(f"{where}: {alone[0]!r} says “none of these”; it cannot be ticked with others.")
    return chosen


def _value(practices: Mapping[str, Any], key: str, said: Any, where: str) -> float:
    _known(key, practices, where, "practice")
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= 3:
        raise UnusableFile(f"{where} is {said!r}; give a value from 0 to 3.")
    return float(said)


def _known(name: Any, known: Mapping[str, Any], where: str, kind: str) -> str:
    if isinstance(name, str) and name in known:
        return name
    some = next(iter(known), "none")
    raise UnusableFile(f"{where}: the maturity model has no {kind} {name!r}; known is for example {some}.")


def _unknown_keys(raw: Mapping[str, Any]) -> list[str]:
    known = ", ".join(KEYS)
    return [f"the file has the unknown key {key!r}; known are {known}." for key in raw if key not in KEYS]
