"""What a model of answers with values gets wrong: anchors that say the same, values that do not tell answers apart.

For models scored by SAMM's rule or by levels. Many questions share one set of answers; it is told once, at the first.
"""

from collections.abc import Iterator
from itertools import pairwise

from assessment.maturity.foreign.types import Finding, ForeignModel, Question
from core.language import gettext


def lint_leveled(model: ForeignModel) -> list[Finding]:
    """Warnings of all questions, practices and prerequisites, in the order of the model."""
    return [*_questions(model), *_practices(model), *_inversions(model)]


def _questions(model: ForeignModel) -> Iterator[Finding]:
    sets: dict[tuple[tuple[str, float | None], ...], list[Question]] = {}
    for question in model.questions():
        sets.setdefault(tuple((one.text, one.value) for one in question.choices), []).append(question)
    for choices, asked in sets.items():
        others = gettext(" (and {n} more with these answers)").format(n=len(asked) - 1) if len(asked) > 1 else ""
        for code, what in _answers(choices, asked[0]):
            yield Finding(code=code, where=asked[0].id, what=what + others)


def _answers(choices: tuple[tuple[str, float | None], ...], question: Question) -> Iterator[tuple[str, str]]:
    values = [value for _, value in choices if value is not None]
    if question.kind != "multiple" and len(set(values)) < 2:
        yield "never-scores", gettext("every answer counts the same; give the answers values that rise.")
        return
    for (text, value), (other, following) in pairwise(choices):
        if value is not None and following is not None and following <= value:
            what = gettext(
                "“{other}” counts {following} after “{text}” with {value}; let values rise in order."
            ).format(other=other, following=f"{following:g}", text=text, value=f"{value:g}")
            yield "values-not-monotone", what
    texts = [text.strip().casefold() for text, _ in choices]
    for text in sorted({one for one in texts if texts.count(one) > 1}):
        yield "indistinct-anchor", gettext("two answers say “{text}”; say what sets each apart.").format(text=text)


def _practices(model: ForeignModel) -> Iterator[Finding]:
    for practice in model.practices():
        if not practice.questions:
            what = gettext("asks nothing, so it never counts; give it a question or leave it out.")
            yield Finding(code="irrelevant-practice", where=practice.id, what=what)


def _inversions(model: ForeignModel) -> Iterator[Finding]:
    levels = {question.id: question.level or 0 for question in model.questions()}
    for edge in model.prerequisites if model.rule == "samm" else ():
        if levels.get(edge.needs, 0) > levels.get(edge.of, 0):
            what = gettext("needs {needs}, which is of a higher level; move one of the two.").format(needs=edge.needs)
            yield Finding(code="level-inversion", where=edge.of, what=what)
