"""A maturity model that was written elsewhere, as the pages of asking read one: pages, practices, questions, choices.

Everybody is asked everything; there are no signals, caps, gates or levels. Ids that no page, address or row could carry
become short codes made of them, so they stay the same from version to version.
"""

import re
from collections import Counter
from hashlib import sha256
from typing import Literal

from assessment.maturity.foreign.types import Dimension, ForeignModel
from assessment.maturity.foreign.types import Practice as ForeignPractice
from assessment.maturity.foreign.types import Question as ForeignQuestion
from assessment.maturity.schema import (
    Dimension as AskedDimension,
)
from assessment.maturity.schema import (
    MaturityModelFile,
    Meta,
    Option,
    Practice,
    Question,
    QuestionRoles,
    RoleDefinition,
    Scale,
    ScoringParameters,
    Stage,
    TargetTime,
)
from core.language import gettext

EVERYBODY = "everybody"
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # what the five answers to a question about coverage stand for, in order
MOST_CHOICES = 26  # a page names choices by letters
PRACTICE_ID, QUESTION_ID = 20, 40  # how long an id may be where it is stored
PLAIN = re.compile(r"[_-]*[A-Za-z0-9][A-Za-z0-9_-]*")
TAKEN = ("note-", "fix_first")  # what a page calls its other parts


class AskedOption(Option):
    """`level` is the number of the choice in the order of the file, not a level of anything."""

    level: int
    is_none_of_these: bool = False


class AskedQuestion(Question):
    """`criteria` must all hold before a choice above the lowest counts."""

    kind: Literal["single", "multiple", "coverage"]
    detail: str = ""
    criteria: tuple[str, ...] = ()
    options: tuple[AskedOption, ...]


def is_multiple(question: Question) -> bool:
    """Whether an answer is a set of choices."""
    return isinstance(question, AskedQuestion) and question.kind == "multiple"


def practice_code(practice: str) -> str:
    return _code_of(practice, PRACTICE_ID)


def question_code(question: str) -> str:
    return _code_of(question, QUESTION_ID)


def why_not_asked(model: ForeignModel) -> str:
    """What keeps people from being asked by this model, as a sentence; empty where nothing does."""
    for question in model.questions():
        if question.kind != "coverage" and not 1 < len(question.choices) <= MOST_CHOICES:
            return gettext("{id} has {n} choices; 2 to {most_choices} can be asked.").format(
                id=question.id, n=len(question.choices), most_choices=MOST_CHOICES
            )
        if question.kind == "single" and any(choice.value is None for choice in question.choices):
            return gettext("{id} has a choice without a value.").format(id=question.id)
    if not model.questions():
        return gettext("it has no question.")
    ids = [Counter(one.id for one in model.practices()), Counter(one.id for one in model.questions())]
    twice = [name for counted in ids for name, n in counted.items() if n > 1]
    return gettext("{twice} is the id of two parts.").format(twice=twice[0]) if twice else ""


def as_asked(model: ForeignModel) -> MaturityModelFile:
    """The same model as the pages of asking read it; its own words in the active language."""
    asking = [one for one in model.dimensions if any(practice.questions for practice in one.practices)]
    return MaturityModelFile.model_construct(
        meta=_meta(model),
        scale=Scale.model_construct(note="", levels=(), answers_outside_scale=()),
        roles=(RoleDefinition(id=EVERYBODY, name=gettext("Everybody"), titles=""),),
        stages=tuple(
            Stage(id=f"part-{n}", order=n, name=one.name or one.id, touches="") for n, one in enumerate(asking, start=1)
        ),
        scoring=_PARAMETERS,
        gates=(),
        effort_scale={},
        action_semantics="",
        facts={},
        sources={},
        signals={},
        dimensions=tuple(_dimension(one, f"part-{n}") for n, one in enumerate(asking, start=1)),
        seed_items=(),
    )


def _code_of(name: str, longest: int) -> str:
    if PLAIN.fullmatch(name) and len(name) <= longest and not name.startswith(TAKEN):
        return name
    return "x" + sha256(name.encode()).hexdigest()[:15]


def _meta(model: ForeignModel) -> Meta:
    return Meta.model_construct(
        id=model.slug,
        version=model.version,
        date="",
        title=model.title,
        purpose=model.text,
        unit_of_assessment="",
        target_time_minutes=TargetTime(all_questions=0, role_routed=0),
        not_for="",
    )


def _dimension(dimension: Dimension, stage: str) -> AskedDimension:
    return AskedDimension(
        id=stage,
        name=dimension.name or dimension.id,
        asks=dimension.text,
        counts_in_index=True,
        weight=1,
        practices=tuple(_practice(one, stage) for one in dimension.practices if one.questions),
    )


def _practice(practice: ForeignPractice, stage: str) -> Practice:
    return Practice(
        id=practice_code(practice.id),
        name=practice.name or practice.id,
        intent=practice.text,
        keystone=False,
        weight=1,
        stages={stage: 1},
        seeds=(),
        levels={},
        questions=tuple(_question(one) for one in practice.questions),
        evidence=(),
        caps=(),
        actions=(),
    )


def _question(question: ForeignQuestion) -> AskedQuestion:
    return AskedQuestion(
        id=question_code(question.id),
        facet="mechanism",
        text=question.text or question.id,
        roles=QuestionRoles(primary=(EVERYBODY,), secondary=()),
        options=_options(question),
        kind=question.kind,
        detail=question.detail,
        criteria=question.criteria,
    )


def _options(question: ForeignQuestion) -> tuple[AskedOption, ...]:
    if question.kind == "coverage":
        return tuple(AskedOption(level=n, text=text) for n, text in enumerate(shares_in_words(), start=1))
    return tuple(
        AskedOption(level=n, text=one.text or one.id, is_none_of_these=one.is_none_of_these)
        for n, one in enumerate(question.choices, start=1)
    )


def shares_in_words() -> tuple[str, ...]:
    """One for each of SHARES."""
    return (
        gettext("Nowhere"),
        gettext("In a small part"),
        gettext("In about half"),
        gettext("In most of it"),
        gettext("Everywhere"),
    )


_PARAMETERS = ScoringParameters(
    question_weights={"mechanism": 1, "reach": 1, "experience": 1},
    role_weights={"primary": 1, "secondary": 1},
    level_rounding_tolerance=0,
    share_rule=0,
    prior_sd=1,
    prior_df=1,
    instrument_sd=1,
    self_report_bias_sd=1,
    evidence_validity_sd={"direct": 1, "proxy": 1, "weak": 1},
    gap_states={"aligned": 1, "tension": 1},
    agreement_ad_limit=1,
    role_gap_limit=1,
    min_group_size_shown=4,
    coverage_min=0,
    interval=0.8,
)
"""Never read: another rule scores. The shape of a model asks for them."""
