"""Every format a maturity model is read from: one door for the command line and the pages.

Imports neither Django nor any of our apps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.foreign.dsomm import read_dsomm
from assessment.maturity.foreign.lens_lint import lint_risk_rules
from assessment.maturity.foreign.leveled_lint import lint_leveled
from assessment.maturity.foreign.samm import read_samm
from assessment.maturity.foreign.text_yaml import parse_text_yaml
from assessment.maturity.foreign.types import Finding, Findings, ForeignModel, UnusableForeign
from assessment.maturity.lint import lint
from assessment.maturity.problems import Problem
from assessment.maturity.reading import UnreadableYaml, parse_yaml, plain, read_source
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.weak_spots import weak_spots

OURS = "headwater"
FOREIGN: Mapping[str, Callable[..., tuple[ForeignModel, Findings]]] = {
    "samm": read_samm,
    "dsomm": read_dsomm,
    "aws-lens": read_aws_lens,
}
FORMATS = (OURS, *FOREIGN)


@dataclass(frozen=True)
class Checked:
    """A model as it was read, with everything that was noticed. Without a model the errors say why."""

    model: MaturityModelFile | ForeignModel | None
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    source: str = field(default="", repr=False)  # our own format: the text of the file, for an export byte for byte


def check(path: Path, kind: str, *, slug: str = "") -> Checked:
    """Read and lint the file or folder; never raises for what is in it."""
    if kind == OURS:
        return _check_ours(path)
    try:
        model, findings = FOREIGN[kind](path, slug=slug)
    except UnusableForeign as wrong:
        return Checked(None, tuple(wrong.findings.errors), tuple(wrong.findings.warnings))
    errors, warnings = lint_risk_rules(model) if model.rule == "risk-rules" else ([], lint_leveled(model))
    return Checked(model, tuple(errors), (*findings.warnings, *warnings))


def _check_ours(path: Path) -> Checked:
    try:
        text = read_source(path)
    except UnreadableYaml as wrong:
        return Checked(None, (Finding(code="unreadable", where=path.name, what=str(wrong)),))
    return check_text(text, path.name)


def check_text(text: str, name: str) -> Checked:
    """The same for the text of a file in our format; `name` stands for the file where something is told."""
    noticed = Findings()
    try:
        raw = parse_yaml(plain(text))
        problems = lint(raw)
        mistyped = {problem.path for problem in problems if problem.code in {"", "wrong-type"}}
        parse_text_yaml(plain(text), name, noticed, numbers=None, texts=mistyped)
    except UnreadableYaml as wrong:
        return Checked(None, (Finding(code="unreadable", where=name, what=str(wrong)),), source=text)
    errors = tuple(map(_finding, problems))
    weak = tuple(map(_finding, weak_spots(raw))) if not errors else ()
    model = MaturityModelFile.model_validate(raw) if not errors else None
    return Checked(model, errors, (*weak, *noticed.warnings), text)


def _finding(problem: Problem) -> Finding:
    return Finding(code=problem.code or "wrong-type", where=problem.path, what=problem.text)


def counts_of(model: MaturityModelFile | ForeignModel) -> dict[str, int]:
    if isinstance(model, ForeignModel):
        return model.counts()
    questions, actions = model.questions(), [one for practice in model.practices() for one in practice.actions]
    return {
        "dimensions": len(model.dimensions),
        "practices": len(model.practices()),
        "questions": len(questions),
        "choices": sum(len(question.options) for question in questions),
        "actions": len(actions),
        "prerequisites": sum(len(action.prereqs) for action in actions),
    }
