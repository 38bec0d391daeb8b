"""A calendar as RFC 5545 writes it: whole days, nothing that repeats. Imports nothing of ours."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LINE_OCTETS = 75  # RFC 5545, 3.1: longer lines are folded
CONTENT_TYPE = "text/calendar; charset=utf-8"
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class WholeDay:
    """`uid` is the same whenever the same thing is written, so that a calendar replaces what it knows."""

    uid: str
    day: dt.date
    summary: str
    description: str
    url: str
    stamp: dt.datetime  # when this was known


def calendar_file(days: Iterable[WholeDay], *, product: str, name: str) -> bytes:
    """The bytes of an .ics file; the same days give the same bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_text(product)}", "CALSCALE:GREGORIAN", f"NAME:{_text(name)}"]
    for one in days:
        lines += _event(one)
    return b"".join(part + b"\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(one: WholeDay) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(one.uid)}",
        f"DTSTAMP:{one.stamp.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.day + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(one.summary)}",
        f"DESCRIPTION:{_text(one.description)}",
        f"URL:{_plain(one.url)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """3.3.11: backslash, semicolon, comma and line ends are escaped; other control characters are not allowed."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if (c >= " " and c != "\x7f") or c in "\n\t").translate(ESCAPES)


def _plain(value: str) -> str:
    """An address is no text and is not escaped."""
    return "".join(c for c in value if c > " " and c != "\x7f")


def _folded(line: str) -> Iterator[bytes]:
    """Pieces of at most 75 octets; each after the first begins with a space, and no character is cut."""
    piece = b""
    for character in line:
        octets = character.encode("utf-8", "ignore")
        if len(piece) + len(octets) > LINE_OCTETS:
            yield piece
            piece = b" "
        piece += octets
    yield piece
