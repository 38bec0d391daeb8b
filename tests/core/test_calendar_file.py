"""The calendar writer against what RFC 5545 asks of a file."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from core.calendar_file import WholeDay, calendar_file

STAMP = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.timezone(dt.timedelta(hours=2)))


def day(**more):
    fields = {"uid": "a@b", "day": dt.date(2026, 12, 31), "summary": "S", "description": "D", "url": "https://a.test/"}
    return WholeDay(**{**fields, "stamp": STAMP, **more})


def unfolded(content):
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_one_day_to_the_byte():
    made = calendar_file([day(summary="Ask; again, now\\\nplease")], product="-//X//Y//EN", name="N")
    assert made.decode() == (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//X//Y//EN\r\nCALSCALE:GREGORIAN\r\nNAME:N\r\nBEGIN:VEVENT\r\n"
        "UID:a@b\r\nDTSTAMP:20260304T030607Z\r\nDTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n"
        "SUMMARY:Ask\\; again\\, now\\\\\\nplease\r\nDESCRIPTION:D\r\nURL:https://a.test/\r\nTRANSP:TRANSPARENT\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def test_a_text_cannot_write_a_line_of_its_own():
    made = calendar_file(
        [day(summary="x\r\nATTENDEE:y\x00\x7f", url="https://a.test/\r\nBEGIN:VALARM")], product="P", name="N"
    )
    lines = unfolded(made)
    assert "SUMMARY:x\\nATTENDEE:y" in lines
    assert "URL:https://a.test/BEGIN:VALARM" in lines


@given(st.text(max_size=300))
def test_no_line_is_longer_than_75_octets_and_unfolding_gives_the_text_back(text):
    made = calendar_file([day(description=text)], product="P", name="N")
    assert made.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert b"\r" not in made.replace(b"\r\n", b"")
    assert b"\n" not in made.replace(b"\r\n", b"")
    told = next(line for line in unfolded(made) if line.startswith("DESCRIPTION:")).removeprefix("DESCRIPTION:")
    plain = "".join(
        c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c in "\n\t" or (c >= " " and c != "\x7f")
    )
    plain = plain.encode("utf-8", "ignore").decode()
    back, escaped = "", False
    for c in told:
        if escaped:
            back, escaped = back + ("\n" if c == "n" else c), False
        elif c == "\\":
            escaped = True
        else:
            back += c
    assert back == plain
