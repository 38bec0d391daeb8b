"""What the risk rules of a question get wrong, found by going through every answer there is.

All answers of a question are worked out at once (see conditions.py), so nothing is guessed. A question whose rules read
more than MAX_CHOICES choices is not gone through, and that is said. An empty answer is no answer: it is kept out, as in
the tool the format comes from. A choice “none of these” stands alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from assessment.maturity.foreign.conditions import MAX_CHOICES, Condition, answer_of, read_condition, truth_tables
from assessment.maturity.foreign.types import Finding, ForeignModel, Question
from core.language import gettext, list_text

RANK = {"NO_RISK": 0, "MEDIUM_RISK": 1, "HIGH_RISK": 2}
OTHER = ""  # all choices that no rule reads, taken together


def lint_risk_rules(model: ForeignModel) -> tuple[list[Finding], list[Finding]]:
    """(errors, warnings) of all questions, in the order of the file."""
    errors: list[Finding] = []
    warnings: list[Finding] = []
    for question in model.questions():
        for is_error, finding in _question(question):
            (errors if is_error else warnings).append(finding)
    return errors, warnings


Told = Iterator[tuple[bool, Finding]]


def _question(question: Question) -> Told:
    conditions = [read_condition(rule.condition) for rule in question.rules]
    names = list(dict.fromkeys(name for one in conditions for name in one.names))
    if not any(one.is_default for one in conditions):
        yield (
            True,
            _finding(
                "no-default-rule",
                question,
                "",
                gettext("has no rule `default`; add one, so that every answer has a risk."),
            ),
        )
    if len(names) > MAX_CHOICES:
        text = gettext(
            "its rules read {n} choices; answers are gone through for at most {max_choices}. "
            "Split the question, or check its rules by hand."
        ).format(n=len(names), max_choices=MAX_CHOICES)
        yield False, _finding("too-many-choices", question, "", text)
        return
    answers = _Answers.of(question, names, conditions)
    yield from _rules(question, conditions, answers)
    yield from _outcomes(question, answers)


def _finding(code: str, question: Question, place: str, what: str) -> Finding:
    return Finding(code=code, where=f"{question.id}{place}", what=what)


@dataclass(frozen=True)
class _Answers:
    """Truth tables over all answers: which can be given, which rule holds first, what risk that gives."""

    names: list[str]
    ticked: dict[str, int]
    everything: int
    possible: int
    holds: list[int]  # of each rule: where its condition is true, possible or not
    first: list[int]  # of each rule: the possible answers it decides
    risk: dict[str, int]  # of each risk: the possible answers that get it
    alone: tuple[str, ...]  # choices “none of these”
    empty: list[int]  # of each rule: 1 where it would decide an answer that ticks nothing

    @classmethod
    def of(cls, question: Question, read: list[str], conditions: Sequence[Condition]) -> "_Answers":
        unread = [choice for choice in question.choices if choice.id not in read]
        alone = tuple(one.id for one in question.choices if one.is_none_of_these and one.id in read)
        if unread and all(one.is_none_of_these for one in unread):
            alone += (OTHER,)  # it stands for them alone, so it stands alone as they do
        names = [*read, OTHER] if unread else read
        ticked, everything = truth_tables(names)
        possible = everything & ~1  # nothing ticked is no answer
        for name in alone:
            others = 0
            for other in names:
                others |= ticked[other] if other != name else 0
            possible &= everything ^ (ticked[name] & others)
        holds = [one.table(ticked, everything) for one in conditions]
        first, empty, left = [], [], possible | 1
        for table in holds:
            first.append(table & left & possible)
            empty.append(table & left & 1)
            left &= everything ^ table
        risk = dict.fromkeys(RANK, 0)
        for rule, table in zip(question.rules, first, strict=True):
            risk[rule.risk] |= table
        return cls(names, ticked, everything, possible, holds, first, risk, alone, empty)

    def shown(self, table: int) -> str:
        """One answer of the table in words."""
        names = answer_of(table, self.names)
        return list_text([name or gettext("a choice no rule reads") for name in names]) or gettext("nothing")


def _rules(question: Question, conditions: Sequence[Condition], answers: _Answers) -> Told:
    left = answers.possible
    for n, (condition, table) in enumerate(zip(conditions, answers.holds, strict=True)):
        place, shown = f".riskRules[{n}]", condition.text
        if not condition.is_default:
            if table == 1:
                text = gettext(
                    "`{shown}` is true only where nothing is ticked, and that is no answer; it decides nothing. "
                    "Add a choice “none of these” (an id that ends in _no) and ask for that."
                ).format(shown=shown)
                yield False, _finding("empty-answer-rule", question, place, text)
            elif not table & answers.possible:
                yield (
                    True,
                    _finding(
                        "unsatisfiable-rule",
                        question,
                        place,
                        gettext("`{shown}` is never true; mend or remove it.").format(shown=shown),
                    ),
                )
                if table:
                    text = gettext(
                        "`{shown}` needs “none of these” together with another choice; take it out, it stands alone."
                    ).format(shown=shown)
                    yield True, _finding("contradicts-none-choice", question, place, text)
            elif not table & left:
                text = gettext(
                    "`{shown}` is never reached: the rules before it decide every answer it is true for. Reorder them."
                ).format(shown=shown)
                yield False, _finding("unreachable-rule", question, place, text)
        left &= answers.everything ^ table
    if left:
        text = gettext("no rule says what {answer} gives; add a rule `default`.").format(answer=answers.shown(left))
        yield True, _finding("no-rule-applies", question, ".riskRules", text)
    yield from _overlaps(question, conditions, answers)


def _overlaps(question: Question, conditions: Sequence[Condition], answers: _Answers) -> Told:
    """Two rules of different risk that hold together, while neither is a case of the other: order decides."""
    for (i, one), (j, other) in combinations(enumerate(conditions), 2):
        a, b = answers.holds[i] & answers.possible, answers.holds[j] & answers.possible
        is_plain = one.is_default or other.is_default or question.rules[i].risk == question.rules[j].risk
        if not is_plain and a & b and a & ~b and b & ~a:
            text = gettext(
                "the answer {answer} meets this rule and {other}, which gives another risk; only their order decides. "
                "Put `!(…)` of the first into the second, if that order is meant."
            ).format(answer=answers.shown(a & b), other=f"riskRules[{j}]")
            yield False, _finding("overlapping-rules", question, f".riskRules[{i}]", text)


def _outcomes(question: Question, answers: _Answers) -> Told:
    given = [risk for risk, table in answers.risk.items() if table]
    if len(given) <= 1:
        yield False, _never_scores(question, answers, given[0] if given else gettext("no risk at all"))
        return
    yield from _worse_with_more(question, answers)
    everything_ticked = _all_ticked(answers)
    if everything_ticked is not None:
        risk = next((risk for risk, table in answers.risk.items() if table & everything_ticked), None)
        best = min(given, key=RANK.__getitem__)
        if risk and RANK[risk] > RANK[best]:
            text = gettext(
                "ticking every practice gives {risk}, although {best} can be had; let a rule give {best} for all."
            ).format(risk=risk, best=best)
            yield False, _finding("all-is-not-best", question, "", text)


def _never_scores(question: Question, answers: _Answers, only: str) -> Finding:
    """One risk whatever is answered; or another one where nothing is ticked, which nobody can answer."""
    if any(table & 1 for rule, table in zip(question.rules, answers.empty, strict=True) if rule.risk != only):
        text = gettext(
            "every answer there is gives {only}; only ticking nothing would not, and that is no answer. "
            "Add a choice “none of these” (an id that ends in _no)."
        ).format(only=only)
        return _finding("needs-none-choice", question, "", text)
    text = gettext(
        "every answer gives {only}, so the question never tells one team from another; give its choices rules."
    ).format(only=only)
    return _finding("never-scores", question, "", text)


def _worse_with_more(question: Question, answers: _Answers) -> Told:
    """Answers where one more practice gives a higher risk."""
    upto = {rank: _at_least(answers, rank) for rank in (1, 2)}
    for place, name in enumerate(answers.names):
        if name in answers.alone:
            continue
        without = answers.possible & ~answers.ticked[name]
        # Ticking choice `place` moves an answer up by 2**place.
        worse = 0
        for table in upto.values():
            worse |= (without & ~table & _rated(answers)) << (1 << place) & table
        if worse:
            text = gettext(
                "the answer {answer} has a higher risk than the same answer without {choice}; "
                "a rule should not turn false because one more practice is in place."
            ).format(answer=answers.shown(worse), choice=name or gettext("that choice"))
            yield False, _finding("more-is-worse", question, "", text)
            return


def _at_least(answers: _Answers, rank: int) -> int:
    found = 0
    for risk, table in answers.risk.items():
        found |= table if RANK[risk] >= rank else 0
    return found


def _rated(answers: _Answers) -> int:
    return _at_least(answers, 0)


def _all_ticked(answers: _Answers) -> int | None:
    """The answer that ticks every practice but “none of these”, as a table; None where there is none."""
    number = sum(1 << i for i, name in enumerate(answers.names) if name not in answers.alone)
    return 1 << number if number else None
