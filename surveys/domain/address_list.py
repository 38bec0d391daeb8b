"""Reading a pasted list of addresses or a CSV file with a header: every row that is right, every line that is wrong.

Nothing is stored here; whoever imports takes all of a list or nothing of it.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.refusals import Invalid
from core.spreadsheet import harmless

BYTES_MAX = 500_000
ROWS_MAX = 1_000
NAME_MAX = 120
HEADER_MAX = 2_000  # characters of a first line in which column names are looked for
COLUMNS = {
    "email": ("email", "e-mail", "mail", "address", "e-mail address", "email address", "adresse", "e-mail-adresse"),
    "name": ("name", "full name", "nombre", "nom"),
    "roles": ("role", "roles", "rolle", "rollen", "rol", "rôle", "rôles"),
}
DELIMITERS = ";\t,|"
NAMED_ADDRESS = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]*)>$")
JOINERS = "\u200c\u200d"  # written inside words of Persian and Indian languages


@dataclass(frozen=True)
class Row:
    """Somebody to invite; `line` is where the list names them, counted from 1."""

    line: int
    email: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    line: int
    sentence: str


@dataclass(frozen=True)
class AddressList:
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    unused: tuple[str, ...] = ()  # columns that mean nothing here


@dataclass(frozen=True)
class _Cells:
    line: int
    email: str
    name: str
    roles: str


def decode(raw: bytes) -> str:
    """The file's text: UTF-8 or UTF-16 with a mark, UTF-8 without, else what spreadsheets write in Western Europe."""
    if len(raw) > BYTES_MAX:
        raise too_long()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def too_long() -> Invalid:
    kilobytes, rows = BYTES_MAX // 1000, ROWS_MAX
    return Invalid(
        _("The list is too long: at most {rows} people and {kilobytes} kB at once.").format(
            rows=rows, kilobytes=kilobytes
        )
    )


def empty() -> Invalid:
    return Invalid(_("The list is empty. Write one address on each line."))


def read_addresses(text: str, *, roles: Mapping[str, str], default_roles: Sequence[str] = ()) -> AddressList:
    """The people a text names. `roles` are the names of the roles by their ids.

    A first line with a column for the address makes it a table; otherwise every address in it is a person.
    """
    if len(text.encode(errors="replace")) > BYTES_MAX:
        raise too_long()
    lines = text.lstrip("\ufeff").splitlines()
    first = next((n for n, line in enumerate(lines) if line.strip() and not line.lower().startswith("sep=")), None)
    if first is None:
        raise empty()
    unused: tuple[str, ...] = ()
    if delimiter := _delimiter_of(lines[first][:HEADER_MAX]):
        cells, unused = _table(lines[first:], delimiter, first)
    else:
        cells = list(_pieces(lines))
    if not cells:
        raise empty()
    if len(cells) > ROWS_MAX:
        raise too_long()
    known = {word.casefold(): id for id, name in roles.items() for word in (id, name)}
    found: list[Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for cell in cells:
        row = _row(cell, known, roles, default_roles)
        if isinstance(row, Problem):
            problems.append(row)
        elif before := seen.get(row.email):
            sentence = _("{email} stands on line {line} already.").format(email=row.email, line=before)
            problems.append(Problem(row.line, sentence))
        else:
            seen[row.email] = row.line
            found.append(row)
    return AddressList(tuple(found), tuple(problems), unused)


def clean_name(text: str) -> str:
    """A name as it may be shown: without control characters and marks that turn the direction of writing."""
    kept = (c if c in JOINERS or unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join("".join(kept).split())


def written(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV, harmless in a spreadsheet."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[harmless(cell) for cell in row] for row in rows])
    return out.getvalue()


def _delimiter_of(header: str) -> str:
    """What stands between the columns when the line names a column for the address; empty when it names none."""
    widths = {d: row for d in DELIMITERS for row in csv.reader([header], delimiter=d) if _column("email", row) >= 0}
    return max(widths, key=lambda d: len(widths[d]), default="")


def _column(name: str, header: Sequence[str]) -> int:
    """Where the column stands, -1 when it is missing."""
    heads = [" ".join(cell.split()).casefold() for cell in header]
    return next((i for i, head in enumerate(heads) if head in COLUMNS[name]), -1)


def _table(lines: Sequence[str], delimiter: str, before: int) -> tuple[list[_Cells], tuple[str, ...]]:
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    try:
        header = next(reader)
        at = {name: _column(name, header) for name in COLUMNS}
        cells = []
        for row in reader:
            if any(cell.strip() for cell in row):
                values = {name: row[i].strip() if 0 <= i < len(row) else "" for name, i in at.items()}
                cells.append(_Cells(line=before + reader.line_num, **values))
    except csv.Error as error:
        line = before + reader.line_num
        raise Invalid(_("Line {line} cannot be read: {why}.").format(line=line, why=error)) from error
    unused = tuple(clean_name(cell) for i, cell in enumerate(header) if cell.strip() and i not in at.values())
    return cells, unused


def _pieces(lines: Sequence[str]) -> Iterator[_Cells]:
    for n, line in enumerate(lines, start=1):
        for piece in re.split(r"[,;\t]", line):
            if text := piece.strip():
                named = NAMED_ADDRESS.match(text)
                email, name = (named["email"], named["name"]) if named else (text, "")
                yield _Cells(line=n, email=email.strip(), name=name.strip(" '\""), roles="")


def _row(cells: _Cells, known: Mapping[str, str], roles: Mapping[str, str], default: Sequence[str]) -> Row | Problem:
    email, name = cells.email.lower(), clean_name(cells.name)
    if not is_address(email):
        sentence = _("“{text}” is not an e-mail address.").format(text=clean_name(cells.email)[:80])
        return Problem(cells.line, sentence)
    if len(name) > NAME_MAX:
        sentence = _("The name is longer than {n} characters.").format(n=NAME_MAX)
        return Problem(cells.line, sentence)
    words = [word.strip() for word in re.split(r"[,;|/+]", cells.roles) if word.strip()]
    for word in words:
        if word.casefold() not in known:
            return Problem(cells.line, _unknown(word, roles))
    held = tuple(dict.fromkeys(known[word.casefold()] for word in words)) or tuple(default)
    if not held:
        return Problem(cells.line, _("No role. Choose one for everybody without a role, or add a column “roles”."))
    return Row(cells.line, email, name, held)


def is_address(email: str) -> bool:
    if any(unicodedata.category(c)[0] in "CZ" for c in email):
        return False
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= 254


def _unknown(word: str, roles: Mapping[str, str]) -> str:
    names = ", ".join(f"{id} ({name})" for id, name in roles.items())
    return _("There is no role “{word}”. The roles are: {names}.").format(word=clean_name(word)[:60], names=names)
