"""The interface's catalogs: every text that pages and programs mark, and what each language makes of it.

`make catalogs` brings the files under `locale/` up to what is marked: new texts come in empty, texts that are gone go,
and the compiled file beside each is written anew. docs/translating.md says the rest.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from tests.house.files import APPS, ROOT, name_of, tracked

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}|</?[a-z][^>]*>")
TEXT_TEMPLATES = ("templates/*.html", "templates/*.txt", "templates/*.svg")
Key = tuple[str, str | tuple[str, ...]]


def texts() -> dict[Key, set[str]]:
    """What is marked, with the files that mark it: a context (mostly empty) and a text, or a text and its plural."""
    found: dict[Key, set[str]] = {}
    for path in tracked(*TEXT_TEMPLATES, *(f"{app}/*.py" for app in APPS)):
        for text, context in _marked_in(path):
            found.setdefault((context or "", text), set()).add(name_of(path))
    return found


def _marked_in(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize  # needs settings

        lines = templatize(source, origin=name_of(path)).splitlines()
        source = "\n".join(line.strip() for line in lines)
    for _, text, _, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
        yield text, context


def file_of(language: str, ending: str = "po") -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / f"django.{ending}"


def catalog_of(language: str) -> Catalog:
    with file_of(language).open("rb") as file:
        return read_po(file, locale=language)


def key_of(message: Message) -> Key:
    return message.context or "", message.id if isinstance(message.id, str) else tuple(message.id)


def messages_of(catalog: Catalog) -> dict[Key, Message]:
    return {key_of(message): message for message in catalog if message.id}


def forms_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def refresh(language: str) -> int:
    """Write the language's catalog and its compiled file; returns how many texts it lacks."""
    held = messages_of(catalog_of(language)) if file_of(language).exists() else {}
    catalog = Catalog(locale=language)
    for (context, text), _ in sorted(texts().items(), key=lambda item: (str(item[0][1]), item[0][0])):
        kept = held.get((context, text))
        catalog.add(text, kept.string if kept else "", context=context or None)
    file_of(language).parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, catalog, omit_header=True, no_location=True, sort_output=True, width=110)
    body = written.getvalue().decode()
    body = re.sub(r"^#, python-(brace-)?format(, python-(brace-)?format)?\n", "", body, flags=re.M)
    file_of(language).write_text(HEADER.format(language=language, plurals=PLURALS[language]) + body, encoding="utf-8")
    compile_catalog(language)
    return sum(not all(forms_of(m)) for m in messages_of(catalog_of(language)).values())


def compile_catalog(language: str) -> None:
    with file_of(language, "mo").open("wb") as file:
        write_mo(file, catalog_of(language))


def compiled(language: str) -> dict[Key, list[str]]:
    with file_of(language, "mo").open("rb") as file:
        return {key: forms_of(message) for key, message in messages_of(read_mo(file)).items()}


def strange_places(message: Message) -> str:
    """Where the translation's placeholders and tags differ from the text's; a singular may leave the number out."""
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    for number, form in enumerate(forms_of(message)):
        wanted = sorted(PLACE.findall(originals[min(number, len(originals) - 1)]))
        given = sorted(PLACE.findall(form))
        if given != wanted and not (
            number == 0 and len(originals) > 1 and set(given) <= set(PLACE.findall(originals[1]))
        ):
            return f"{wanted} in the text, {given} in the translation"
    return ""


if __name__ == "__main__":
    import django

    django.setup()
    for each in PLURALS:
        sys.stdout.write(f"{each}: {len(texts())} texts, {refresh(each)} without a translation\n")
