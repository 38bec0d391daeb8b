"""`manage.py model`: check, bring in and take out maturity models, in our format and in those of others."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from assessment.domain.named_models import stored_model
from assessment.domain.strict_json import UnusableFile
from assessment.maturity.comparing import Difference, difference
from assessment.maturity.foreign.types import Finding, ForeignModel
from assessment.maturity.formats import FORMATS, OURS, Checked, check, counts_of
from assessment.maturity.loader import content_of, load_foreign_model, load_model, source_of
from assessment.maturity.schema import MaturityModelFile
from assessment.models import MaturityModel

SHOWN = 100  # characters of a value that a line repeats


class Command(BaseCommand):
    help = (
        "Work with maturity models. `lint PATH` names every problem with its place and what would be right; "
        "`import PATH` checks and stores one; `export SLUG` writes ours as it was brought in; `diff A B` lists what "
        "was added, changed and removed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["lint", "import", "export", "diff"])
        parser.add_argument("what", metavar="PATH|SLUG", help="a file or folder, or a stored model: SLUG[@VERSION]")
        parser.add_argument("other", nargs="?", metavar="PATH|SLUG", help="diff: the model that came after")
        parser.add_argument("--format", choices=FORMATS, default=OURS, dest="kind", help=f"default: {OURS}")
        parser.add_argument("--name", default="", metavar="SLUG", help="import: the slug to store it under")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        if (options["verb"] == "diff") is (options["other"] is None):
            raise CommandError("diff compares two models, every other verb takes one.", returncode=2)
        if options["verb"] == "diff":
            two = [_named(name, options["kind"]) for name in (options["what"], options["other"])]
            self._diff(difference(*two), as_json=options["json"])
            return
        if options["verb"] == "export":
            self._export(options["what"])
            return
        path = Path(options["what"])
        _check_name(options["name"])
        checked = check(path, options["kind"], slug=options["name"])
        if options["verb"] == "lint":
            self._lint(path, checked, as_json=options["json"])
        else:
            self._import(path, checked, slug=options["name"], as_json=options["json"])

    def _lint(self, path: Path, checked: Checked, *, as_json: bool) -> None:
        if as_json:
            self._print_found(checked)
        for one in () if as_json else checked.warnings:
            self.stderr.write(f"warning {one.code}: {_line(path, one)}")
        if checked.errors:
            said = "" if as_json else "\n" + "\n".join(_line(path, one) for one in checked.errors)
            raise CommandError(f"{_problems(len(checked.errors))}{said}", returncode=2)
        if not as_json and checked.model is not None:
            self.stdout.write(f"{path}: sound. {in_one_line(checked.model)}")

    def _print_found(self, checked: Checked) -> None:
        found = {"errors": _told(checked.errors), "warnings": _told(checked.warnings)}
        self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))

    def _import(self, path: Path, checked: Checked, *, slug: str, as_json: bool) -> None:
        if checked.model is None:
            if as_json:
                self._print_found(checked)
            said = "\n".join(_line(path, one) for one in checked.errors)
            raise CommandError(f"{_problems(len(checked.errors))}; nothing was stored.\n{said}", returncode=2)
        if isinstance(checked.model, ForeignModel):
            row = load_foreign_model(checked.model)
        else:
            row = load_model(checked.model, slug=slug, source=checked.source)
        # What the rules of a lens get wrong does not keep it out: it is scored as its authors wrote it.
        noticed = [*checked.errors, *checked.warnings]
        if as_json:
            warnings = [{"where": one.where, "what": one.what, "code": one.code} for one in noticed]
            told = {"slug": row.slug, "version": row.version, "counts": counts_of(checked.model), "warnings": warnings}
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
            return
        for one in noticed:
            self.stderr.write(f"warning {one.code}: {_line(path, one)}")
        self.stdout.write(f"{row.slug} {row.version} is stored. {in_one_line(checked.model)}")

    def _export(self, name: str) -> None:
        row = _stored(name)
        if row.rule != OURS:
            raise CommandError(f"{row} came in another format; only our own is written.", returncode=2)
        text = source_of(row)
        if not text:
            raise CommandError(f"{row} was stored before its file was kept; import the file again.", returncode=2)
        self.stdout.write(text, ending="")

    def _diff(self, found: Difference, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
            return
        for sign, changes in (("+", found.added), ("-", found.removed), ("~", found.changed)):
            for one in changes:
                before, after = (_shown(value) for value in (one.before, one.after))
                said = f"{before} -> {after}" if sign == "~" else (after if sign == "+" else before)
                self.stdout.write(f"{sign} {one.kind} {one.place}: {said}")
        self.stdout.write(", ".join(f"{n} {what}" for what, n in found.counts().items()) + ".")


def _stored(name: str) -> MaturityModel:
    try:
        return stored_model(name)
    except UnusableFile as wrong:
        raise CommandError(str(wrong), returncode=2) from None


def _named(name: str, kind: str) -> MaturityModelFile | ForeignModel:
    """A model in a file or folder of this format, else a stored one."""
    path = Path(name)
    if not path.exists():
        return content_of(_stored(name))
    checked = check(path, kind)
    if checked.model is None:
        said = "\n".join(_line(path, one) for one in checked.errors)
        raise CommandError(f"{_problems(len(checked.errors))}\n{said}", returncode=2)
    return checked.model


def _check_name(name: str) -> None:
    """A slug stands in addresses and before an @, so it is held to what the database column is for."""
    try:
        MaturityModel._meta.get_field("slug").clean(name or "unnamed", None)
    except ValidationError as wrong:
        raise CommandError(f"--name {name!r}: {' '.join(wrong.messages)}", returncode=2) from None


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _told(found: tuple[Finding, ...]) -> list[dict[str, str]]:
    return [one.model_dump() for one in found]


def _line(path: Path, one: Finding) -> str:
    """Where in the file; nothing twice where the finding is about the whole of it."""
    return f"{path}: {one.what if one.where == path.name else one.line}"


def _problems(n: int) -> str:
    return f"{n} {'problem' if n == 1 else 'problems'}"


def in_one_line(model: MaturityModelFile | ForeignModel) -> str:
    counts = counts_of(model)
    of = model if isinstance(model, ForeignModel) else model.meta
    signals = "" if isinstance(model, ForeignModel) else f"{len(model.signals)} signals, "
    return (
        f"{of.title} {of.version}: {counts['dimensions']} dimensions, {counts['practices']} practices, "
        f"{counts['questions']} questions, {signals}{counts['actions']} actions."
    )
