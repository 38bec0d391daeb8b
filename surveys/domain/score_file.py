"""A file of answers and readings, checked line by line before anything is computed. Pure: no Django, no database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessment.domain.scoring import score
from assessment.domain.scoring.types import NamedCap, ScoreCard, SignalReading
from assessment.domain.strict_json import UnusableFile, read_json
from assessment.maturity.schema import MaturityModelFile
from surveys.domain.summary import DONT_KNOW, NOT_APPLICABLE, Voice, summarize

MAX_NUMBER = 10**15  # beyond any count or measure, and far inside what arithmetic holds
KEYS = ("invited", "participants", "evidence", "caps", "facts", "targets")


@dataclass(frozen=True)
class ScoreFile:
    invited: dict[str, int]
    voices: tuple[Voice, ...]
    readings: tuple[SignalReading, ...]
    caps: tuple[NamedCap, ...]
    facts: dict[str, float]
    targets: dict[str, int]


def score_of_file(model: MaturityModelFile, path: Path) -> ScoreCard:
    content = read_score_file(model, path)
    return score(
        model,
        summaries=summarize(model, content.voices, invited=content.invited),
        readings=content.readings,
        facts=content.facts,
        extra_caps=content.caps,
        targets=content.targets,
    )


def read_score_file(model: MaturityModelFile, path: Path) -> ScoreFile:
    """Everything in the file, or UnusableFile for the first thing that is wrong."""
    try:
        return _Checked(model).file(_object(read_json(path), "the file", KEYS))
    except UnusableFile as wrong:
        raise UnusableFile(f"{path}: {wrong}") from None


class _Checked:
    """Turns raw JSON into typed input for one maturity model; every refusal names its place."""

    def __init__(self, model: MaturityModelFile) -> None:
        self.signals = model.signals
        self.facts = model.facts
        self.practices = [practice.id for practice in model.practices()]
        self.questions = [question.id for question in model.questions()]
        self.roles = [role.id for role in model.roles]

    def file(self, raw: Mapping[str, Any]) -> ScoreFile:
        if "participants" not in raw:
            raise UnusableFile('"participants" is missing; give a list, empty if nobody answered.')
        participants = _list(raw["participants"], "participants")
        caps = _list(raw.get("caps", []), "caps")
        return ScoreFile(
            invited=self._numbers(raw, "invited", [*self.practices, "*"], _count),
            voices=tuple(self._voice(part, f"participants[{i}]") for i, part in enumerate(participants)),
            readings=tuple(
                self._reading(signal, part, f"evidence.{signal}")
                for signal, part in _object(raw.get("evidence", {}), "evidence").items()
            ),
            caps=tuple(self._cap(part, f"caps[{i}]") for i, part in enumerate(caps)),
            facts=self._numbers(raw, "facts", self.facts, _number),
            targets=self._numbers(raw, "targets", self.practices, _level),
        )

    def _numbers(
        self, raw: Mapping[str, Any], key: str, known: Iterable[str], check: Callable[[Any, str], Any]
    ) -> dict[str, Any]:
        kind = "fact" if key == "facts" else "practice"
        given = _object(raw.get(key, {}), key)
        return {_known(name, known, key, kind): check(value, f"{key}.{name}") for name, value in given.items()}

    def _voice(self, raw: Any, where: str) -> Voice:
        part = _object(raw, where, ("role", "roles", "answers"))
        if ("role" in part) == ("roles" in part):
            raise UnusableFile(f'{where}: give either "role" or a list "roles".')
        roles = [part["role"]] if "role" in part else _list(part["roles"], f"{where}.roles")
        answers = _object(part.get("answers", {}), f"{where}.answers")
        return Voice(
            roles=tuple(_known(role, self.roles, where, "role") for role in roles),
            answers={
                _known(question, self.questions, f"{where}.answers", "question"): _answer(
                    value, f"{where}.answers.{question}"
                )
                for question, value in answers.items()
            },
        )

    def _reading(self, signal: str, raw: Any, where: str) -> SignalReading:
        definition = self.signals[_known(signal, self.signals, "evidence", "signal")]
        part = _object(raw, where, ("value", "grade", "n", "window_days", "unit"))
        wanted, other = ("grade", "value") if definition.grades else ("value", "grade")
        if part.get(wanted) is None or part.get(other) is not None:
            raise UnusableFile(f'{where}: this signal has a "{wanted}"; give that and no "{other}".')
        return SignalReading(
            signal=signal,
            n=_count(part.get("n", 1 if definition.grades else None), f"{where}.n"),
            value=None if definition.grades else _number(part["value"], f"{where}.value"),
            grade=_known(part["grade"], definition.grades, where, "grade") if definition.grades else None,
            window_days=_count(part.get("window_days", definition.window_days), f"{where}.window_days"),
            unit=definition.unit,
        )

    def _cap(self, raw: Any, where: str) -> NamedCap:
        part = _object(raw, where, ("practice", "max_level", "because"))
        because = part.get("because")
        if not isinstance(because, str) or not because.strip():
            raise UnusableFile(f'{where}: "because" is missing; say in one sentence why the level is limited.')
        practice = _known(part.get("practice"), self.practices, where, "practice")
        return NamedCap(practice, _level(part.get("max_level"), f"{where}.max_level"), because.strip())


def _object(raw: Any, where: str, keys: Iterable[str] = ()) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise UnusableFile(f"{where} must be an object, not {_kind(raw)}.")
    known = tuple(keys)
    for key in raw:
        if known and key not in known:
            raise UnusableFile(f"{where} has the unknown key {key!r}; known are {', '.join(known)}.")
    return raw


def _list(raw: Any, where: str) -> list[Any]:
    if not isinstance(raw, list):
        raise UnusableFile(f"{where} must be a list, not {_kind(raw)}.")
    return raw


def _known(name: Any, known: Iterable[str], where: str, kind: str) -> str:
    names = list(known)
    if isinstance(name, str) and name in names:
        return name
    shown = ", ".join(names) if len(names) <= 12 else f"for example {names[0]}"
    raise UnusableFile(f"{where}: the maturity model has no {kind} {name!r}; known are {shown}.")


def _answer(raw: Any, where: str) -> int | str:
    if raw in (DONT_KNOW, NOT_APPLICABLE):
        return str(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= 5:
        return raw
    raise UnusableFile(f'{where} is {raw!r}; an answer is a level from 1 to 5, "dk" or "na".')


def _level(raw: Any, where: str) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= 5:
        return raw
    raise UnusableFile(f"{where} is {raw!r}; give a level from 1 to 5.")


def _count(raw: Any, where: str) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MAX_NUMBER:
        return raw
    raise UnusableFile(f"{where} is {_shown(raw)}; give a whole number from 0 to {MAX_NUMBER:.0e}.")


def _number(raw: Any, where: str) -> float:
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) <= MAX_NUMBER:
        return float(raw)
    raise UnusableFile(f"{where} is {_shown(raw)}; give a finite number, at most {MAX_NUMBER:.0e}.")


def _shown(raw: Any) -> str:
    return "too large" if isinstance(raw, int) and abs(raw) > MAX_NUMBER else repr(raw)


def _kind(raw: Any) -> str:
    names = {list: "a list", dict: "an object", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(raw), "a number")
