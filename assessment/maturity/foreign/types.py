"""One shape for every maturity model that was written elsewhere, and what was noticed while reading it."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")
Rule = Literal["samm", "levels", "risk-rules"]
Risk = Literal["HIGH_RISK", "MEDIUM_RISK", "NO_RISK"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Choice(Part):
    """`value` is what a scoring rule counts; None where rules over choices decide instead."""

    id: str
    text: str
    value: float | None = None
    is_none_of_these: bool = False
    help: str = ""
    help_url: str = ""
    improvement: str = ""
    improvement_url: str = ""


class RiskRule(Part):
    condition: str
    risk: Risk


class Question(Part):
    id: str
    text: str
    detail: str = ""
    kind: Literal["single", "multiple", "coverage"]
    level: int | None = None
    stream: str = ""
    choices: tuple[Choice, ...] = ()
    criteria: tuple[str, ...] = ()  # all of them must hold before a choice above the lowest counts
    rules: tuple[RiskRule, ...] = ()
    references: dict[str, tuple[str, ...]] = {}


class Action(Part):
    """What to do about one question. `effort` and `usefulness` are on the author's own scales."""

    id: str
    title: str
    text: str = ""
    question: str
    effort: dict[str, int] = {}
    usefulness: int | None = None


class Practice(Part):
    id: str
    name: str
    text: str = ""
    questions: tuple[Question, ...]


class Dimension(Part):
    id: str
    name: str
    text: str = ""
    practices: tuple[Practice, ...]


class Needs(Part):
    """An edge: `of` is implemented after `needs`; both are ids of questions."""

    of: str
    needs: str


class ForeignModel(Part):
    slug: str
    version: str
    title: str
    text: str = ""
    format: Literal["samm", "dsomm", "aws-lens"]
    rule: Rule
    dimensions: tuple[Dimension, ...]
    actions: tuple[Action, ...] = ()
    prerequisites: tuple[Needs, ...] = ()
    kept: dict[str, str] = {}  # what the file says beyond this shape, by its place

    def practices(self) -> tuple[Practice, ...]:
        return tuple(practice for dimension in self.dimensions for practice in dimension.practices)

    def questions(self) -> tuple[Question, ...]:
        return tuple(question for practice in self.practices() for question in practice.questions)

    def in_order(self, rows: Mapping[str, T]) -> dict[str, T]:
        """Rows by dimension, as the model has them; PostgreSQL keeps the keys of stored rows in another order."""
        return {one.id: rows[one.id] for one in self.dimensions if one.id in rows}

    def counts(self) -> dict[str, int]:
        questions = self.questions()
        return {
            "dimensions": len(self.dimensions),
            "practices": len(self.practices()),
            "questions": len(questions),
            "choices": sum(len(question.choices) for question in questions),
            "actions": len(self.actions),
            "prerequisites": len(self.prerequisites),
        }


class Finding(Part):
    """One thing noticed: `code` is stable, `where` a place inside the file, `what` says what would be right."""

    code: str
    where: str
    what: str

    @property
    def line(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class Findings:
    """What an importer noticed; errors are what the format itself forbids, and stop where nothing can be built."""

    def __init__(self) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    def error(self, code: str, where: str, what: str) -> None:
        self.errors.append(Finding(code=code, where=where, what=what))

    def warn(self, code: str, where: str, what: str) -> None:
        self.warnings.append(Finding(code=code, where=where, what=what))

    def __iter__(self) -> Iterator[Finding]:
        yield from self.errors
        yield from self.warnings


class UnusableForeign(Exception):
    """Nothing can be built from the file; `findings` says why."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        super().__init__("\n".join(one.line for one in findings.errors))
