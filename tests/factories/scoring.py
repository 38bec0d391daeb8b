"""Plain data for tests of scoring: the shipped model, summaries, readings and whole cards."""

from functools import cache

from assessment.domain.scoring import score
from assessment.domain.scoring.types import ScoreCard, SignalReading, SurveySummary
from assessment.maturity.loader import SHIPPED, read_model
from assessment.maturity.schema import MaturityModelFile
from surveys.domain.summary import Voice, summarize


@cache
def shipped_model() -> MaturityModelFile:
    return read_model(SHIPPED)


def make_summary(practice: str = "SP1", value: float | None = 3.0, **fields: object) -> SurveySummary:
    """Five agreeing voices by default; n follows from value being None."""
    n = 0 if value is None else 5
    defaults: dict[str, object] = {
        "practice": practice,
        "value": value,
        "n": n,
        "n_effective": float(n),
        "variance": 0.0,
        "average_deviation": 0.0,
        "n_invited": n,
        "n_questions": 2,
        "n_answered": 2 * n,
        "n_dont_know": 0,
        "n_not_applicable": 0,
        "reach": tuple(float(value is not None and value >= level - 0.5) for level in range(1, 6)),
        "distribution": (0, 0, 0, 0, 0),
    }
    return SurveySummary(**{**defaults, **fields})  # type: ignore[arg-type]


def voice(role: str = "engineer", /, **answers: int | str) -> Voice:
    """A voice from keywords such as SP1_m=3."""
    return Voice((role,), {name.replace("_", "."): answer for name, answer in answers.items()})


def unanimous_card(level: int, *, except_for: dict[str, int] | None = None, **kwargs: object) -> ScoreCard:
    """Five engineers who all answer the same level everywhere, or another one for named practices."""
    model = shipped_model()
    others = except_for or {}
    answers = {q.id: others.get(p.id, level) for p in model.practices() for q in p.questions}
    summaries = summarize(model, [Voice(("engineer",), answers)] * 5, invited={"*": 5})
    arguments: dict[str, object] = {"readings": (), **kwargs}
    return score(model, summaries=summaries, **arguments)  # type: ignore[arg-type]


def reading(signal: str, value: float | None = None, *, grade: str | None = None, n: int = 1000) -> SignalReading:
    return SignalReading(signal, n, value=value, grade=grade)
