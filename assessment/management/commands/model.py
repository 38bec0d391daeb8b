"""`manage.py model lint FILE`: say everything that is wrong with a maturity model file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.maturity.loader import UnusableModel, read_model
from assessment.maturity.schema import MaturityModelFile


class Command(BaseCommand):
    help = "Work with maturity model files. `lint FILE` names every problem with its place and what would be right."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["lint"], help="lint: check the file")
        parser.add_argument("file", type=Path, metavar="FILE", help="a maturity model in YAML")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            model = read_model(options["file"])
        except UnusableModel as wrong:
            found = f"{len(wrong.problems)} {'problem' if len(wrong.problems) == 1 else 'problems'}"
            raise CommandError(f"{found}\n{wrong}", returncode=2) from None
        self.stdout.write(f"{options['file']}: sound. {in_one_line(model)}")


def in_one_line(model: MaturityModelFile) -> str:
    practices = model.practices()
    actions = sum(len(practice.actions) for practice in practices)
    return (
        f"{model.meta.title} {model.meta.version}: {len(model.dimensions)} dimensions, {len(practices)} practices, "
        f"{len(model.questions())} questions, {len(model.signals)} signals, {actions} actions."
    )
