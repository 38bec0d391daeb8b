"""From the inputs a result keeps to its score card and roadmap, in the language of whoever reads.

A result is computed and kept in the language the model is written in. Its sentences are made again from the kept inputs
where the reader's language is another; numbers never depend on it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from pydantic import TypeAdapter

from assessment.domain.flow.reading import FlowReading
from assessment.domain.flow_reading import flow_reading_of
from assessment.domain.moves import Moves, ScoreInputs, moves_by_practice, moves_foreign
from assessment.domain.other_rules import given_of, joined_rows, scorer_version
from assessment.domain.roadmap import build_roadmap
from assessment.domain.roadmap.decisions import Decisions
from assessment.domain.roadmap.wishes import StageRelief, Wishes
from assessment.domain.roadmap_types import Roadmap
from assessment.domain.scoring import SCORER_VERSION, score
from assessment.domain.scoring.types import CapContestNote, ScoreCard, SignalReading, SurveySummary
from assessment.maturity.formats import OURS
from assessment.maturity.loader import OtherRule, foreign_model_of, model_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import Assessment, CapContest, Evidence, EvidenceSource, MaturityModel, Result, RoadmapRevision
from core.spoken import SOURCE_LANGUAGE, plain_language

READ_AT_ONCE = 64  # results kept in memory in another language
_CARD, _ROADMAP = TypeAdapter(ScoreCard), TypeAdapter(Roadmap)
_DECISIONS = TypeAdapter(Decisions)
Plan = tuple[Decisions | None, dict[str, int]] | None
_SUMMARY, _READING = TypeAdapter(SurveySummary), TypeAdapter(SignalReading)


def reading_of(content: dict[str, Any]) -> SignalReading:
    """A signal reading as it is stored with its evidence."""
    return _READING.validate_python(content)


def inputs_of(
    assessment: Assessment,
    evidence: Iterable[Evidence],
    contests: Iterable[CapContest],
    revision: RoadmapRevision | None = None,
) -> dict[str, Any]:
    """All that a result is computed from, as plain data that is kept with it."""
    plan = {"plan": decided_part(revision)} if revision else {}
    return {
        **plan,
        "evidence": [[row.source, row.practice, row.signal, row.content] for row in evidence],
        "contested": [[contest.practice, contest.cap, contest.note] for contest in contests],
        "targets": assessment.target_profile,
    }


def scored(row: MaturityModel, inputs: dict[str, Any], flow: FlowReading | None) -> tuple[ScoreCard, Roadmap]:
    """The score card and the roadmap of these inputs, their texts in the active language."""
    model = model_of(row)
    card = card_of(model, inputs)
    return card, planned(model, card, inputs, flow)


def card_of(model: MaturityModelFile, inputs: dict[str, Any], days_over: Mapping[str, int] | None = None) -> ScoreCard:
    """The score card alone; with `days_over` as what has become of it since."""
    given = score_inputs_of(model, inputs)
    return score(
        model,
        summaries=given.summaries,
        readings=given.readings,
        facts=given.facts,
        contested_caps=given.contested,
        targets=given.targets,
        days_over=days_over,
    )


def score_inputs_of(model: MaturityModelFile, inputs: dict[str, Any]) -> ScoreInputs:
    """The kept inputs as scoring takes them."""
    rows = inputs["evidence"]
    return ScoreInputs(
        summaries=tuple(summaries_of(rows)),
        readings=tuple(
            _READING.validate_python(content)
            for source, _, signal, content in rows
            if source == EvidenceSource.METRIC and signal not in model.facts
        ),
        facts={signal: float(content["value"]) for _, _, signal, content in rows if signal in model.facts},
        contested=tuple(CapContestNote(*contested) for contested in inputs["contested"]),
        targets=inputs["targets"],
    )


def moves_of(result: Result) -> Moves | None:
    """What would move the score of a result; None where other arithmetic scored it or no inputs are kept."""
    row = result.assessment.maturity_model
    version = SCORER_VERSION if row.rule == OURS else scorer_version(row.rule)
    if not result.inputs or result.scorer_version != version:
        return None
    key = (result.pk, result.digest)
    if key not in _moved:
        _moved[key] = _moves(row, result.inputs)
        while len(_moved) > READ_AT_ONCE:
            _moved.pop(next(iter(_moved)))
    return _moved[key]


def _moves(row: MaturityModel, inputs: dict[str, Any]) -> Moves:
    if row.rule == OURS:
        model = model_of(row)
        return moves_by_practice(model, score_inputs_of(model, inputs))
    other = foreign_model_of(row)
    return moves_foreign(other, given_of(other, joined_rows(inputs), inputs["targets"]))


def planned(
    model: MaturityModelFile, card: ScoreCard, inputs: dict[str, Any], flow: FlowReading | None, plan: Plan = None
) -> Roadmap:
    """The roadmap of a card under the decisions kept with the inputs, or under those given."""
    decided, before = plan or plan_of(inputs)
    wishes = decided.wishes() if decided else Wishes()
    relief = relief_of(model, flow)
    return build_roadmap(model, card, targets=inputs["targets"], flow=relief, wishes=wishes, before=before)


def decided_part(revision: RoadmapRevision) -> dict[str, Any]:
    """What a result keeps of a revision: all that planning goes round, nothing about who does it."""
    about = revision.content["about"]
    kept = {name: {field: one[field] for field in ("status", "reason", "starts_on")} for name, one in about.items()}
    return {"decisions": {**revision.content, "about": kept}, "starts": revision.starts}


def plan_of(inputs: dict[str, Any]) -> tuple[Decisions | None, dict[str, int]]:
    """The decisions and the plan they were made in; results from before anybody decided have neither."""
    kept = inputs.get("plan")
    return (_DECISIONS.validate_python(kept["decisions"]), kept["starts"]) if kept else (None, {})


def summaries_of(rows: Iterable[list[Any]]) -> list[SurveySummary]:
    """What people say of each practice: where a workshop agreed on a level, that; else what the survey says."""
    said: dict[str, SurveySummary] = {}
    for spoken in (EvidenceSource.SURVEY, EvidenceSource.WORKSHOP):
        said |= {
            practice: _SUMMARY.validate_python(content) for source, practice, _, content in rows if source == spoken
        }
    return list(said.values())


def relief_of(model: MaturityModelFile, flow: FlowReading | None) -> StageRelief | None:
    """What flow tells the roadmap: the relief per stage where it knows the team, the constraint where it speaks."""
    if flow is None:
        return None
    stage = flow.verdict.stage if flow.verdict.speaks else None
    name = next((known.name for known in model.stages if known.id == stage), stage or "")
    return StageRelief(
        relief_days=flow.relief if flow.knows_the_team else {},
        constraint_stage=stage,
        sentence=gettext("{stage} sets the pace of this team.").format(stage=name) if stage else "",
    )


def score_card_of(result: Result) -> ScoreCard:
    """Raises OtherRule for the result of a maturity model that was written elsewhere, as does every reader here."""
    _check_ours(result)
    return _told(result)[0] if _is_told_anew(result) else _CARD.validate_python(result.score)


def stored_card(result: Result) -> ScoreCard:
    """The card as it was written: numbers for any reader, sentences in the language of the maturity model."""
    _check_ours(result)
    return _CARD.validate_python(result.score)


def roadmap_of(result: Result) -> Roadmap:
    _check_ours(result)
    return _told(result)[1] if _is_told_anew(result) else _ROADMAP.validate_python(result.roadmap)


def _check_ours(result: Result) -> None:
    if "rule" in result.score:
        raise OtherRule


def _is_told_anew(result: Result) -> bool:
    """Results of an earlier scorer, or from before inputs were kept, stay as they were written."""
    return bool(result.inputs) and result.scorer_version == SCORER_VERSION and plain_language() != SOURCE_LANGUAGE


def _told(result: Result) -> tuple[ScoreCard, Roadmap]:
    key = (result.pk, result.digest, plain_language())
    if key not in _known:
        _known[key] = scored(result.assessment.maturity_model, result.inputs, flow_reading_of(result))
        while len(_known) > READ_AT_ONCE:
            _known.pop(next(iter(_known)))
    return _known[key]


_moved: dict[tuple[int, str], Moves] = {}  # a result never changes, so neither do its moves
_known: dict[tuple[int, str, str], tuple[ScoreCard, Roadmap]] = {}
