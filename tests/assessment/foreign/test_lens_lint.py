"""The linter of risk rules against a slow second one that asks every answer in turn, and case by case."""

import re
from itertools import combinations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from assessment.maturity.foreign.aws_lens import read_aws_lens
from assessment.maturity.foreign.conditions import first_that_holds, read_condition
from assessment.maturity.foreign.lens_lint import RANK, lint_risk_rules
from assessment.maturity.foreign.types import Choice, Dimension, ForeignModel, Practice, Question, RiskRule
from tests.assessment.foreign.samples import lens, question, write_lens
from tests.assessment.foreign.test_conditions import expressions

RISKS = list(RANK)
MANY = tuple(f"c{n}" for n in range(25))


def model_of(rules, choices=("aa", "bb", "cc", "dd"), alone=()):
    offered = tuple(Choice(id=one, text=one, is_none_of_these=one in alone) for one in choices)
    given_rules = tuple(RiskRule(condition=text, risk=risk) for text, risk in rules)
    asked = Question(id="q", text="q", kind="multiple", choices=offered, rules=given_rules)
    practice = Practice(id="q", name="q", questions=(asked,))
    return ForeignModel(
        slug="s",
        version="1",
        title="t",
        format="aws-lens",
        rule="risk-rules",
        dimensions=(Dimension(id="d", name="d", practices=(practice,)),),
    )


def codes(rules, **more):
    errors, warnings = lint_risk_rules(model_of(rules, **more))
    return {one.code for one in errors} | {one.code for one in warnings}


def answers(choices, alone):
    for n in range(1, len(choices) + 1):
        for ticked in combinations(choices, n):
            if n == 1 or not set(ticked) & set(alone):
                yield frozenset(ticked)


def slow_codes(rules, choices, alone):
    """The same findings by asking each answer."""
    conditions = [read_condition(text) for text, _ in rules]
    decided = {one: first_that_holds(conditions, one) for one in answers(choices, alone)}
    risk = {one: rules[n][1] for one, n in decided.items() if n is not None}
    found = set()
    for n, condition in enumerate(conditions):
        if condition.is_default:
            continue
        true_for = [one for one in decided if condition.holds(one)]
        if not true_for and not condition.holds(()):
            found.add("unsatisfiable-rule")
        elif true_for and n not in decided.values():
            found.add("unreachable-rule")
    if None in decided.values():
        found.add("no-rule-applies")
    if len(set(risk.values())) <= 1:
        empty = first_that_holds(conditions, frozenset())
        differs = empty is not None and {rules[empty][1]} != set(risk.values())
        return found | {"needs-none-choice" if differs else "never-scores"}
    for one, risk_of_one in risk.items():
        for more in set(choices) - set(alone) - one:
            if one | {more} in risk and RANK[risk[one | {more}]] > RANK[risk_of_one]:
                found.add("more-is-worse")
    return found


@settings(deadline=None)
@example(
    [("aa", "NO_RISK"), ("bb", "NO_RISK"), ("!cc", "NO_RISK")], True, ("dd",)
)  # no rule reads the one that stands alone
@given(
    st.lists(st.tuples(expressions, st.sampled_from(RISKS)), min_size=1, max_size=3),
    st.booleans(),
    st.sampled_from([(), ("dd",)]),
)
def test_every_finding_is_what_asking_every_answer_finds(rules, has_default, alone):
    rules = [*rules, ("default", "HIGH_RISK")] if has_default else rules
    choices = ("aa", "bb", "cc", "dd")
    compared = {"unsatisfiable-rule", "unreachable-rule", "no-rule-applies", "never-scores", "more-is-worse"}
    compared.add("needs-none-choice")
    # A rule that holds where nothing is ticked and otherwise never is told in one way or the other; leave it out.
    if any(read_condition(text).holds(()) for text, _ in rules[: len(rules) - has_default]):
        compared -= {"unsatisfiable-rule", "unreachable-rule"}
    assert codes(rules, choices=choices, alone=alone) & compared == slow_codes(rules, choices, alone) & compared


def test_sound_rules_are_quiet():
    assert codes([("aa && bb && cc && dd", "NO_RISK"), ("aa || bb", "MEDIUM_RISK"), ("default", "HIGH_RISK")]) == set()


def test_each_mistake_has_its_code():
    high = ("default", "HIGH_RISK")
    assert "no-default-rule" in codes([("aa", "NO_RISK")])
    assert "unsatisfiable-rule" in codes([("aa && !aa", "NO_RISK"), high])
    both = codes([("aa && dd", "NO_RISK"), high], alone=("dd",))
    assert {"unsatisfiable-rule", "contradicts-none-choice"} <= both
    assert "unreachable-rule" in codes([("aa || bb", "NO_RISK"), ("aa", "MEDIUM_RISK"), high])
    assert "empty-answer-rule" in codes([("!aa && !bb && !cc && !dd", "NO_RISK"), ("aa", "MEDIUM_RISK"), high])
    assert codes([("aa", "NO_RISK"), ("!aa", "HIGH_RISK"), high], choices=("aa",)) == {
        "empty-answer-rule",
        "needs-none-choice",
    }
    assert "overlapping-rules" in codes([("aa", "NO_RISK"), ("bb", "MEDIUM_RISK"), high])
    assert "never-scores" in codes([("default", "NO_RISK")])
    assert "more-is-worse" in codes([("aa && !bb", "NO_RISK"), high])
    assert "all-is-not-best" in codes([("aa && !bb", "NO_RISK"), high])
    many = tuple(f"choice_{n}" for n in range(25))
    assert "too-many-choices" in codes([(" || ".join(many), "NO_RISK"), high], choices=many)


def test_default_that_decides_nothing_is_harmless():
    assert (
        codes(
            [("aa || bb", "NO_RISK"), ("!aa && !bb", "MEDIUM_RISK"), ("default", "HIGH_RISK")],
            choices=("aa", "bb", "cc"),
        )
        == set()
    )


def test_an_answer_is_shown_with_each_finding(tmp_path):
    bad = question("release", [("release_one && !release_two", "NO"), ("default", "HIGH")])
    model, _ = read_aws_lens(write_lens(tmp_path / "l.json", lens(bad)))
    _, warnings = lint_risk_rules(model)
    worse = next(one for one in warnings if one.code == "more-is-worse")
    assert worse.where == "release"
    assert "the answer release_one and release_two has a higher risk" in worse.what


def test_five_hundred_questions_are_gone_through_without_asking_each_answer():
    """Fifteen choices have 32,767 answers; all of them are one number, so this ends at once instead of in minutes."""
    choices = tuple(f"c{n:02}" for n in range(15))
    rules = [(" && ".join(choices), "NO_RISK"), (" || ".join(choices[:8]), "MEDIUM_RISK"), ("default", "HIGH_RISK")]
    for _ in range(500):
        assert codes(rules, choices=choices) == set()


def test_every_finding_says_what_to_do():
    """The mend stands in the text: something to add, take out, split or let be."""
    shapes = [
        ([("aa", "NO_RISK")], {}),
        ([("aa && !aa", "NO_RISK"), ("default", "HIGH_RISK")], {}),
        ([("aa && dd", "NO_RISK"), ("default", "HIGH_RISK")], {"alone": ("dd",)}),
        ([("aa || bb", "NO_RISK"), ("aa", "MEDIUM_RISK"), ("default", "HIGH_RISK")], {}),
        ([("aa", "NO_RISK"), ("bb", "MEDIUM_RISK"), ("default", "HIGH_RISK")], {}),
        ([("aa && !bb", "NO_RISK"), ("default", "HIGH_RISK")], {}),
        ([("default", "NO_RISK")], {}),
        ([("!aa", "HIGH_RISK"), ("default", "NO_RISK")], {"choices": ("aa",)}),
        ([(" || ".join(f"c{n}" for n in range(25)), "NO_RISK"), ("default", "HIGH_RISK")], {"choices": MANY}),
    ]
    seen = set()
    for rules, more in shapes:
        errors, warnings = lint_risk_rules(model_of(rules, **more))
        for one in (*errors, *warnings):
            seen.add(one.code)
            assert re.search(r"\b(add|mend|take|put|let|give|split|should|reorder)\b", one.what, re.IGNORECASE), one
            assert one.where.startswith("q")
    assert seen == {
        "no-default-rule",
        "no-rule-applies",
        "unsatisfiable-rule",
        "contradicts-none-choice",
        "unreachable-rule",
        "empty-answer-rule",
        "overlapping-rules",
        "more-is-worse",
        "all-is-not-best",
        "never-scores",
        "needs-none-choice",
        "too-many-choices",
    }
