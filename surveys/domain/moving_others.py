"""Moving between versions of a maturity model that was written elsewhere: answers hold question by question.

Each rule shows its own number on both sides; risk rules have none, so questions are counted by their risk.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext

from assessment.domain.carried_inputs import SURVEY, WORKSHOP
from assessment.domain.evidence import current_result
from assessment.domain.other_rules import inputs_of_other, scored_other
from assessment.domain.scoring_rules.risk_rules import RISKS, STATES, UNDECIDED, risk_text
from assessment.maturity.carrying import Carried
from assessment.maturity.foreign.asked import SHARES, practice_code, question_code
from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.loader import foreign_model_of
from assessment.models import Assessment, Evidence, MaturityModel
from surveys.domain.joined import Answer, join_answers
from surveys.domain.joined_survey import FIELDS, answer_of
from surveys.domain.moving_types import Form, Named, Preview, SideBySide, side_by_side
from surveys.domain.moving_voices import Numbers, counted, renumbered
from surveys.models import Answer as StoredAnswer
from surveys.models import Survey

Scored = tuple[ForeignModel, Mapping[str, Any]]
Tables = tuple[tuple[SideBySide, ...], tuple[SideBySide, ...], tuple[SideBySide, ...]]


def preview_of_other(assessment: Assessment, row: MaturityModel, carried: Carried) -> Preview:
    """What would carry over, and what the rule says on both sides."""
    before, after = foreign_model_of(assessment.maturity_model), foreign_model_of(row)
    inputs = present_answers(assessment)
    moved = moved_answers(assessment, inputs, before, after, carried)
    old, new = scored_other(before, inputs)[0], scored_other(after, moved)[0]
    survey = Survey.objects.filter(assessment=assessment).first()
    n_answers, n_carried = counted(survey, numbers_after(before, after, carried))
    return Preview(carried, n_answers, n_carried, *_TABLES[row.rule]((before, old), (after, new)))


def present_answers(assessment: Assessment) -> dict[str, Any]:
    """What the current result was computed from; what stands now where there is no result yet."""
    result = current_result(assessment)
    return dict(result.inputs) if result is not None and result.inputs else inputs_of_other(assessment)


def moved_answers(
    assessment: Assessment, inputs: Mapping[str, Any], before: ForeignModel, after: ForeignModel, carried: Carried
) -> dict[str, Any]:
    """The same inputs as the other model would have them; with a minimum only what was published stands."""
    survey = Survey.objects.filter(assessment=assessment).first()
    agreed, said = ([row for row in inputs["evidence"] if row[0] == source] for source in (WORKSHOP, SURVEY))
    if survey is None or survey.speaks_once:
        told = _where_asked_now(said, after, carried)
    else:
        answers = _answers(survey, numbers_after(before, after, carried))
        joined = join_answers(after, answers, minimum=survey.minimum_group)
        told = [[SURVEY, practice, {"questions": [asdict(one) for one in rows]}] for practice, rows in joined.items()]
    practices = {practice_code(practice.id) for practice in after.practices()}
    return {
        "evidence": [*told, *_where_asked_now(agreed, after, carried)],
        "targets": {practice: value for practice, value in inputs["targets"].items() if practice in practices},
    }


def numbers_after(before: ForeignModel, after: ForeignModel, carried: Carried) -> dict[str, dict[int, int]]:
    """For each question that carries over, by its stored id: the numbers of its choices there by those they have."""
    was, now = ({question.id: question for question in model.questions()} for model in (before, after))
    found = {}
    for name in carried.carried:
        if now[name].kind == "coverage":
            found[question_code(name)] = {n: n for n in range(1, len(SHARES) + 1)}
            continue
        numbers = {choice.id: n for n, choice in enumerate(now[name].choices, start=1)}
        found[question_code(name)] = {n: numbers[choice.id] for n, choice in enumerate(was[name].choices, start=1)}
    return found


def bring_agreements(old: Assessment, new: Assessment, moved: Mapping[str, Any]) -> None:
    """What a workshop agreed on, with its day."""
    stored = old.evidence.filter(source=WORKSHOP)
    agreed_at = {one["question"]: row.observed_at for row in stored for one in row.content.get("questions", ())}
    Evidence.objects.bulk_create(
        Evidence(
            assessment=new,
            source=source,
            practice=practice,
            content=content,
            n=max(one["n"] for one in content["questions"]),
            observed_at=max(agreed_at[one["question"]] for one in content["questions"]),
        )
        for source, practice, content in moved["evidence"]
        if source == WORKSHOP and all(one["question"] in agreed_at for one in content["questions"])
    )


def _answers(survey: Survey, numbers: Numbers) -> Iterator[tuple[str, Answer]]:
    rows = StoredAnswer.objects.filter(participant__survey=survey, question__in=list(numbers)).values(*FIELDS)
    for row in rows:
        there = renumbered(row, numbers)
        yield there["question"], answer_of(there["kind"], there["level"], there["ticked"])


def _where_asked_now(rows: Iterable[list[Any]], after: ForeignModel, carried: Carried) -> list[list[Any]]:
    """What was told of the questions that carry over, under the practices that ask them there."""
    homes = {one.id: practice_code(practice.id) for practice in after.practices() for one in practice.questions}
    kept, found = set(carried.carried), dict[tuple[str, str], list[dict[str, Any]]]()
    for source, _practice, content in rows:
        for one in content["questions"]:
            if one["question"] in kept:
                found.setdefault((source, homes[one["question"]]), []).append(one)
    return [[source, practice, {"questions": told}] for (source, practice), told in found.items()]


def _numbers(group: str, what: str, form: Form) -> Callable[[Scored, Scored], Tables]:
    """The tables of a rule that gives a number to practices, to what they are grouped in and to the whole."""

    def groups(scored: Scored) -> Named:
        return {key: (one["name"], one[what]) for key, one in scored[0].in_order(scored[1][group]).items()}

    def practices(scored: Scored) -> Named:
        return {one.id: (one.name or one.id, scored[1]["practices"][one.id][what]) for one in scored[0].practices()}

    def tables(old: Scored, new: Scored) -> Tables:
        whole = SideBySide("", gettext("Whole"), old[1]["overall"][what], new[1]["overall"][what], form)
        named = (side_by_side(groups(old), groups(new), form), side_by_side(practices(old), practices(new), form))
        return (whole,), *named

    return tables


def _risks(old: Scored, new: Scored) -> Tables:
    """Questions counted by risk, those at risk by pillar, and the risk of each."""

    def whole(scored: Scored) -> Named:
        counts = scored[1]["counts"]
        return {state: (risk_text(state), counts.get(state, 0)) for state in (*STATES, UNDECIDED)}

    def pillars(scored: Scored) -> Named:
        return {
            f"{key} {risk}": (f"{one['name']}, {risk_text(risk)}", one["counts"][risk])
            for key, one in scored[0].in_order(scored[1]["pillars"]).items()
            for risk in RISKS[:2]
        }

    def questions(scored: Scored) -> Named:
        return {one.id: (one.text or one.id, scored[1]["questions"][one.id]) for one in scored[0].questions()}

    counted_rows = side_by_side(whole(old), whole(new), "count")
    return (
        tuple(row for row in counted_rows if row.id != UNDECIDED or row.before or row.after),
        side_by_side(pillars(old), pillars(new), "count"),
        side_by_side(questions(old), questions(new), "risk"),
    )


_TABLES: Mapping[str, Callable[[Scored, Scored], Tables]] = {
    "samm": _numbers("functions", "value", "value"),
    "levels": _numbers("dimensions", "share", "share"),
    "risk-rules": _risks,
}
