"""`manage.py translate_model de`: what is missing; with --fill FILE put texts in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from assessment.maturity.loader import SHIPPED, read_model
from assessment.maturity.reading import UnreadableYaml, read_yaml
from assessment.maturity.schema import MaturityModelFile
from assessment.maturity.texts import mark_of, texts_of
from assessment.maturity.translations import FOLDER, missing, translation

WIDTH = 2**20  # one line a text, so that a change shows as one line


class Command(BaseCommand):
    help = "Print the texts of the shipped maturity model that a language lacks (place: text), or take translations in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("language", help="such as de")
        parser.add_argument("--fill", type=Path, help="a YAML file of place: text")

    def handle(self, *_: Any, **options: Any) -> None:
        file, language = read_model(SHIPPED), options["language"]
        if options["fill"]:
            self._fill(file, language, options["fill"])
        lacking = missing(file, language)
        if options["fill"]:
            self.stdout.write(f"{len(texts_of(file)) - len(lacking)} texts translated, {len(lacking)} missing.")
        elif lacking:
            self.stdout.write(yaml.safe_dump(lacking, allow_unicode=True, sort_keys=False, width=WIDTH))

    def _fill(self, file: MaturityModelFile, language: str, path: Path) -> None:
        originals, known = texts_of(file), translation(file.meta.id, language)
        try:
            given = read_yaml(path)
        except UnreadableYaml as wrong:
            raise CommandError(f"{path}: {wrong}") from None
        if not isinstance(given, dict) or (strange := [place for place in given if place not in originals]):
            raise CommandError(f"{path}: place: text is wanted; not a place: {strange[:3] if given else given}")
        fresh = {place: (mark_of(originals[place]), str(text).strip()) for place, text in given.items()}
        kept = {**{place: entry for place, entry in known.items() if place in originals}, **fresh}
        texts = {place: {"of": kept[place][0], "text": kept[place][1]} for place in originals if place in kept}
        lines = [f"language: {language}", f"model: {file.meta.id}", "texts:"]
        for place, entry in texts.items():
            flow = yaml.safe_dump(entry, allow_unicode=True, default_flow_style=True, width=WIDTH, sort_keys=False)
            lines.append(f"  {place}: {flow.strip()}")
        (FOLDER / f"{file.meta.id}.{language}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        translation.cache_clear()
