"""`manage.py score FILE`: score a file of answers and readings; only a model named by its slug needs the database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.domain.named_models import model_named
from assessment.domain.scoring.dimensions import summary_line
from assessment.domain.scoring.types import PracticeScore, ScoreCard
from assessment.domain.scoring_rules import score_foreign
from assessment.domain.scoring_rules.given import read_given
from assessment.domain.strict_json import UnusableFile
from assessment.maturity.foreign.types import ForeignModel
from assessment.maturity.loader import SHIPPED, UnusableModel
from surveys.domain.score_file import score_of_file

PLACES = 6
LINE = "{:4} {:38} {:>6} {:>8} {:>5} {:>9} {:>6}  {}"


class Command(BaseCommand):
    help = "Score a file of answers and repository readings against a maturity model and print the score card."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="JSON with invited, participants, evidence, caps")
        parser.add_argument(
            "--model",
            default=str(SHIPPED),
            metavar="PATH|SLUG[@VERSION]",
            help="a maturity model's file, or a stored one by its slug; default: the shipped one",
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            model = model_named(options["model"])
            if isinstance(model, ForeignModel):
                given = read_given(model, options["file"])
                for one in given.noticed:
                    self.stderr.write(f"warning {one.code}: {one.where}: {one.what}")
                told = _rounded(score_foreign(model, given))
                self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
                return
            card = score_of_file(model, options["file"])
        except (UnusableFile, UnusableModel) as wrong:
            raise CommandError(str(wrong), returncode=2) from None
        if options["json"]:
            self.stdout.write(json.dumps(_rounded(card_as_json(card)), indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(card_as_lines(card)))


def card_as_json(card: ScoreCard) -> dict[str, Any]:
    overall = card.overall
    return {
        "practices": {score.practice: _practice_as_json(score) for score in card.practices},
        "dimensions": {
            d.dimension: {
                "score": d.score,
                "staged_level": d.staged_level,
                "held_back_by": [reason.text for reason in d.held_back_by],
            }
            for d in card.dimensions
        },
        "overall": {
            "score": overall.score,
            "arithmetic_mean": overall.arithmetic,
            "lowest_staged_level": overall.lowest_staged,
            "lowest_dimension": overall.lowest_dimension,
            "balance_gap": overall.balance_gap,
            "order_changes": overall.order_changes,
            "order_is_robust": overall.order_is_robust,
        },
        "control_profile": {stage.stage: stage.today for stage in card.control_profile},
        "tilt": card.tilt,
    }


def _practice_as_json(score: PracticeScore) -> dict[str, Any]:
    report, evidence = score.self_report, score.evidence
    return {
        "self_report": report
        and {
            "value": report.value,
            "n": report.n,
            "n_effective": report.n_effective,
            "low": report.low,
            "high": report.high,
            "average_deviation": report.average_deviation,
            "coverage": report.coverage,
        },
        "evidence": evidence and {"value": evidence.value, "standard_error": evidence.standard_error},
        "gap": score.gap,
        "state": score.state.value,
        "planning_score": score.planning_score,
        "range": score.range,
        "staged_level": score.staged_level,
        "held_back_by": [reason.text for reason in score.held_back_by],
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, PLACES)
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, list | tuple) else value


def card_as_lines(card: ScoreCard) -> list[str]:
    """The card as a table a person can read in a terminal, with what holds each part back below it."""
    lines = [LINE.format("", "Practice", "people", "evidence", "plan", "range", "level", "state")]
    for score in card.practices:
        lines.append(_practice_as_line(score))
        lines += [f"{'':5}held back: {reason.text}" for reason in score.held_back_by]
    lines.append("")
    for dimension in card.dimensions:
        lines.append(summary_line(dimension))
    overall = card.overall
    lines.append(f"Overall (harmonic mean): {_number(overall.score)}, gap {_number(overall.balance_gap)}")
    stages = ", ".join(f"{stage.name} {_number(stage.today, 2)}" for stage in card.control_profile)
    return [*lines, f"Control: {stages}; tilt {_number(card.tilt, 2)}"]


def _practice_as_line(score: PracticeScore) -> str:
    people = score.self_report.value if score.self_report else None
    evidence = score.evidence.value if score.evidence else None
    spread = f"{_number(score.range[0])}-{_number(score.range[1])}" if score.range else "-"
    level = score.staged_level if score.staged_level is not None else "-"
    state = f"{score.state.value}, {score.support}" if score.support else score.state.value
    numbers = (_number(people), _number(evidence), _number(score.planning_score), spread, level)
    return LINE.format(score.practice, score.name, *numbers, state)


def _number(value: float | None, places: int = 1) -> str:
    return "-" if value is None else f"{value:.{places}f}"
