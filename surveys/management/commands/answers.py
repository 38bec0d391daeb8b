"""`manage.py answers`: answers of other tools in, and answers out for them."""

import json
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Team
from assessment.domain.named_models import stored_model
from assessment.domain.scoring_rules.samm_answers import RULE, UnusableAnswers
from assessment.domain.strict_json import MAX_BYTES, UnusableFile
from assessment.models import Assessment, MaturityModel
from core.refusals import Refused
from surveys.domain.exchange import Imported, export_answers, import_into, import_into_team


class Command(BaseCommand):
    help = (
        "Exchange answers with other tools. `import FILE --team TEAM` makes an assessment by a stored SAMM model with "
        "the answers of a .samm file, `import FILE --assessment ID` adds them to one; `export --assessment ID` writes "
        "the answers of one to the standard output or to FILE. A file with errors is refused whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["import", "export"])
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=[RULE], default=RULE, dest="kind", help=f"default: {RULE}")
        parser.add_argument("--assessment", type=uuid.UUID, metavar="ID", help="as in the address of its pages")
        parser.add_argument("--team", default="", metavar="NAME|ID", help="import: whose new assessment it becomes")
        parser.add_argument("--model", default="samm", metavar="SLUG[@VERSION]", help="import: default samm")
        parser.add_argument("--title", default="", help="import: of the new assessment")
        parser.add_argument("--json", action="store_true", help="import: print JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            if options["verb"] == "export":
                self._export(options)
            else:
                self._import(options)
        except UnusableAnswers as wrong:
            self._refuse(wrong, options)
        except (Refused, UnusableFile) as refused:
            raise CommandError(str(refused), returncode=2) from None

    def _import(self, options: dict[str, Any]) -> None:
        if options["file"] is None or bool(options["team"]) is bool(options["assessment"]):
            raise CommandError("import takes a FILE and either --team or --assessment.", returncode=2)
        text = _text_of(options["file"])
        if options["assessment"]:
            done = import_into(_assessment(options["assessment"]), text)
        else:
            done = import_into_team(_model(options["model"]), text, team=_team(options["team"]), title=options["title"])
        self._tell(done, as_json=options["json"])

    def _export(self, options: dict[str, Any]) -> None:
        if not options["assessment"]:
            raise CommandError("export takes --assessment.", returncode=2)
        text = export_answers(_assessment(options["assessment"]))
        if options["file"]:
            options["file"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")

    def _tell(self, done: Imported, *, as_json: bool) -> None:
        if as_json:
            told = {
                "assessment": str(done.assessment.public_id),
                "answers": done.n_answers,
                "remarks": done.n_remarks,
                "warnings": [one.model_dump() for one in done.warnings],
            }
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
            return
        for one in done.warnings:
            self.stderr.write(f"warning {one.code}: {one.where}: {one.what}")
        self.stdout.write(f"{done.n_answers} answers and {done.n_remarks} remarks are in {done.assessment.public_id}.")

    def _refuse(self, wrong: UnusableAnswers, options: dict[str, Any]) -> None:
        if options["json"]:
            told = {"errors": [one.model_dump() for one in wrong.errors]}
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        n = len(wrong.errors)
        said = f"{options['file']}: {n} {'problem' if n == 1 else 'problems'}; nothing was stored.\n{wrong}"
        raise CommandError(said, returncode=2) from None


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnusableFile(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; such a file is far smaller.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnusableFile(f"{path}: cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise UnusableFile(f"{path}: not UTF-8 text; save it as UTF-8.") from None


def _assessment(public_id: uuid.UUID) -> Assessment:
    rows = Assessment.objects.select_related("team__organization", "maturity_model")
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise CommandError(f"there is no assessment {public_id}.", returncode=2)
    return row


def _model(name: str) -> MaturityModel:
    row = stored_model(name)
    if row.rule != RULE:
        raise CommandError(f"{row} is no SAMM model; import one with `manage.py model import --format samm`.")
    return row


def _team(name: str) -> Team:
    """By its id in the address of its pages, or its name where only one team has it."""
    try:
        rows = Team.objects.filter(public_id=uuid.UUID(name))
    except ValueError:
        rows = Team.objects.filter(name=name)
    found = list(rows[:2])
    if len(found) == 1:
        return found[0]
    said = f"several teams are called {name!r}; give the id." if found else f"there is no team {name!r}."
    raise CommandError(said, returncode=2)
