"""What maturity models cost: `python -m bench.models [SAMM-FOLDER] [--most 100]`, one table.

Scoring the shipped model with 500 participants (answers to summaries to score card, plain Python, no database), reading
OWASP SAMM (a folder given, or one of the same shape made here), and the linter of a lens of 500 questions; each also
at 10, 100 and 1,000 times the size, up to `--most`. Processor time, the least of the rounds; growth is time over size,
1.0 where it is linear.

A SAMM folder ends at 2,000 files of a kind by the importer's own bound, which is lifted here from 100 times on. A
lens of 5,000 such questions is past the 20 MB a file may have, so the linter gets models made in memory, whose
questions share their choices and rules. Half a million of anything takes a minute or two; `--most 100` leaves it out.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assessment.domain.scoring import score
from assessment.maturity.foreign import samm
from assessment.maturity.foreign.lens_lint import lint_risk_rules
from assessment.maturity.foreign.samm import read_samm
from assessment.maturity.foreign.types import Choice, Dimension, ForeignModel, Practice, Question, RiskRule
from assessment.maturity.reading import read_yaml
from assessment.maturity.schema import MaturityModelFile
from surveys.domain.summary import DONT_KNOW, NOT_APPLICABLE, Voice, summarize
from tests.assessment.foreign.samples import samm_files, write_samm

SHIPPED = Path(__file__).parents[1] / "assessment" / "maturity" / "delivery.yaml"
SIZES = (1, 10, 100, 1_000)
PARTICIPANTS, QUESTIONS, CHOICES = 500, 500, 15
FUNCTIONS = 15  # of one practice each: as many activities as SAMM has
LINE = "{:44} {:>9} {:>10} {:>8}"


def main() -> None:
    reads = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reads.add_argument("samm", nargs="?", type=Path, help="a SAMM core folder; without one it is made")
    reads.add_argument("--most", type=int, default=1_000, help="the largest multiple of the size; default 1000")
    options = reads.parse_args()
    print(LINE.format("", "size", "time", "growth"))
    for name, cases in (("score, participants", scoring), ("lint a lens, questions", linting)):
        show(name, cases(options.most))
    if options.samm:
        show("import SAMM as given, files", given(options.samm))
    show("import SAMM, files", importing(options.most))


def show(name: str, cases: Iterator[tuple[int, Callable[[], Any]]]) -> None:
    first: tuple[int, float] | None = None
    for size, work in cases:
        spent = least(work)
        first = first or (size, spent)
        growth = spent / first[1] / (size / first[0])
        print(LINE.format(name, f"{size:,}", f"{1000 * spent:,.0f} ms", f"{growth:.2f}"), flush=True)


def least(work: Callable[[], Any]) -> float:
    """Processor seconds of the fastest of seven runs; of fewer where one takes long."""
    spent: list[float] = []
    while len(spent) < 7 and sum(spent) < 5:
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def scoring(most: int) -> Iterator[tuple[int, Callable[[], Any]]]:
    model = MaturityModelFile.model_validate(read_yaml(SHIPPED))
    for times in (one for one in SIZES if one <= most):
        voices = people(model, PARTICIPANTS * times)
        yield len(voices), lambda v=voices: score(model, summaries=summarize(model, v), readings=())


def people(model: MaturityModelFile, n: int) -> list[Voice]:
    """Usual ones: one role, answers around a level of the practice, a few don't-knows. Above 5,000 they repeat."""
    chance, roles = random.Random(7), [role.id for role in model.roles]
    base = {practice.id: chance.uniform(1.5, 4) for practice in model.practices()}
    made = [
        Voice(
            (chance.choice(roles),),
            {
                question.id: _answer(chance, base[practice.id])
                for practice in model.practices()
                for question in practice.questions
            },
        )
        for _ in range(min(n, 5_000))
    ]
    return [made[k % len(made)] for k in range(n)]


def _answer(chance: random.Random, base: float) -> int | str:
    rolled = chance.random()
    if rolled < 0.05:
        return DONT_KNOW if rolled < 0.03 else NOT_APPLICABLE
    return min(5, max(1, round(chance.gauss(base, 0.9))))


def linting(most: int) -> Iterator[tuple[int, Callable[[], Any]]]:
    for times in (one for one in SIZES if one <= most):
        model = lens_of(QUESTIONS * times)
        yield QUESTIONS * times, lambda m=model: lint_risk_rules(m)


def lens_of(n: int) -> ForeignModel:
    """Every question as large as the format allows: 15 choices, three rules, the last choice “none of these”."""
    names = [f"c{k:02}" for k in range(CHOICES - 1)]
    choices = (*(Choice(id=one, text=one) for one in names), Choice(id="c_no", text="None", is_none_of_these=True))
    rules = (
        RiskRule(condition=" && ".join(names), risk="NO_RISK"),
        RiskRule(condition=f"({' || '.join(names[:7])}) && !c_no", risk="MEDIUM_RISK"),
        RiskRule(condition="default", risk="HIGH_RISK"),
    )
    practices = tuple(
        Practice.model_construct(
            id=f"q{k}",
            name=f"q{k}",
            questions=(Question.model_construct(id=f"q{k}", text="?", kind="multiple", choices=choices, rules=rules),),
        )
        for k in range(n)
    )
    whole = Dimension.model_construct(id="all", name="All", practices=practices)
    return ForeignModel.model_construct(
        slug="lens", version="1", title="Lens", format="aws-lens", rule="risk-rules", dimensions=(whole,)
    )


def given(folder: Path) -> Iterator[tuple[int, Callable[[], Any]]]:
    yield sum(1 for _ in folder.rglob("*.yml")), lambda: read_samm(folder)


def importing(most: int) -> Iterator[tuple[int, Callable[[], Any]]]:
    for times in (one for one in SIZES if one <= most):
        samm.MAX_FILES = max(samm.MAX_FILES, 6 * FUNCTIONS * times)
        with tempfile.TemporaryDirectory() as made:
            functions = [_function(k) for k in range(FUNCTIONS * times)]
            files = samm_files(functions)
            write_samm(Path(made), files)
            yield len(files), lambda m=made: read_samm(Path(m))


def _function(k: int) -> tuple[str, str, str]:
    """Name, part of its files' names, and its practice, so that no two have one code."""
    first = chr(0x4E00 + k)  # codes are made of first letters, and thousands must differ
    return f"{first}fn{k}", f"{first}{k}", f"{first}pr{k}"


if __name__ == "__main__":
    main()
