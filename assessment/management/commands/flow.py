"""`manage.py flow FILE.json`: what faster coding, more volume or relief somewhere does to a team's lead time."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.domain.flow import FlowError
from assessment.domain.flow.analysis import Analysis, analysis_as_json, analysis_from, sentence_of
from assessment.domain.strict_json import UnusableFile, read_json

LINE = "{:24} {:>12} {:>12}"


class Command(BaseCommand):
    help = (
        "Compute lead time, review utilization and what relief buys from a file of flow inputs. "
        "docs/flow.md explains every key of the file and every number printed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="JSON with the inputs and, if wanted, a scenario")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            analysis = analysis_from(read_json(options["file"]))
        except (UnusableFile, FlowError) as wrong:
            raise CommandError(f"{options['file']}: {wrong}") from None
        if options["json"]:
            self.stdout.write(json.dumps(analysis_as_json(analysis), indent=2, allow_nan=False))
        else:
            self.stdout.write("\n".join(analysis_as_lines(analysis)))


def analysis_as_lines(analysis: Analysis) -> list[str]:
    """The same for a person at a terminal."""
    before, after = analysis.baseline, analysis.scenario
    rows = [
        ("Lead time, days", "lead_time_days", "{:.2f}"),
        ("Review utilization", "review_utilization", "{:.0%}"),
        ("Passes per change", "passes_per_change", "{:.2f}"),
        ("Passes per day", "passes_per_day", "{:.2f}"),
        ("Wait for review, days", "review_wait_days", "{:.2f}"),
        ("Backlog growth per day", "backlog_growth_per_day", "{:.2f}"),
    ]
    lines = [LINE.format("", "today", "scenario" if after else "").rstrip()]
    for label, name, form in rows:
        then = _written(getattr(after, name), form) if after else ""
        lines.append(LINE.format(label, _written(getattr(before, name), form), then).rstrip())
    notes = [sentence_of(before), sentence_of(after, n_in_review_before=before.n_in_review) if after else ""]
    lines += [note for note in notes if note]
    lines += ["", "What 20 % relief buys, days"]
    lines += [
        LINE.format(lever.replace("_", " "), _written(days, "{:.2f}"), "").rstrip()
        for lever, days in analysis.relief_20_percent_days.items()
    ]
    return [
        *lines,
        "",
        f"Share of the lead time that is build: {_written(analysis.amdahl_share, '{:.0%}')}",
        f"Volume growth that uses up the gain of faster coding: {_written(analysis.breakeven_volume_growth, '{:.1%}')}",
        f"Volume growth at which review is full: {_written(analysis.stability_limit_growth, '{:.1%}')}",
    ]


def _written(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)
