"""Which bundled font files a printed document needs, and a visible mark for letters that none of them has.

Plain Python: text in, text out. Each script is a font family of its own, because WeasyPrint keeps one font object per
family, weight and style, and files that share a name would print each other's letters. Only the files that a document
needs are named in it: unpacking one takes longer than setting a page.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from reports.pdf import BASE

MARK = "[?]"
ALIKE = str.maketrans({"\u2007": "\u00a0", "\u2009": " ", "\u200a": " ", "\u2011": "-", "\u202f": "\u00a0"})
UPRIGHT = (("400", "normal"), ("600", "normal"))
ITALIC = ("400", "italic")


@dataclass(frozen=True)
class Script:
    """The files of one script as `fonts/{stem}-{weight}-{style}.woff2`, by family, and the code points they draw."""

    files: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]  # family, stem, cuts
    ranges: str  # hexadecimal, inclusive

    def has(self, letter: str) -> bool:
        return any(first <= ord(letter) <= last for first, last in _pairs(self.ranges))


def _source(name: str, suffix: str, *, italic: bool = True) -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """Source Sans for the text and Source Serif for headings."""
    cuts = (*UPRIGHT, ITALIC) if italic else UPRIGHT
    return (
        (f"Source Sans 3{suffix}", f"source-sans-3-{name}", cuts),
        (f"Source Serif 4{suffix}", f"source-serif-4-{name}", UPRIGHT[1:]),
    )


SCRIPTS = (
    Script(
        _source("latin", ""),
        (
            "20-7E A0-FF 131 152-153 2BB-2BC 2C6 2DA 2DC 300-301 303-304 308-309 323 329 2009 200B 2013-2014 "
            "2018-201A 201C-201E 2022 2026 2032-2033 2039-203A 2044 20AC 2122 2191 2193 2212 2215 FEFF"
        ),
    ),
    Script(
        _source("latin-ext", " Extended"),
        (
            "100-130 132-151 154-181 186 18A 18D-190 192-194 196-197 19A-19B 19E 1A0-1A1 1AF-1B1 1B7 1BF-1C3 "
            "1CD-1DD 1E2-1E7 1EA-1EB 1EE-1F0 1F4-1F5 1F7-201 204-205 208-209 20C-20D 218-220 222-223 226-227 237 "
            "23A-23E 241-245 248-249 250-27B 27D-285 287-292 294-295 298-299 29B-29F 2A1-2A8 2B0-2B4 2B7-2B9 "
            "2BD-2C1 2C7-2CC 2D0-2D7 2DD-2DE 2E0-2E4 2ED 1D25 1D2C 1D2E 1D30-1D31 1D33-1D3A 1D3C 1D3E-1D43 "
            "1D47-1D4B 1D4D 1D4F-1D52 1D56-1D58 1D5B 1D6F-1D70 1D79 1D7B 1D7F 1D9C 1DA0 1DAC 1DAE 1DB0 1DBB 1DBF "
            "1E02-1E03 1E06-1E07 1E0A-1E11 1E16-1E17 1E1E-1E2B 1E32-1E3B 1E3E-1E49 1E52-1E53 1E56-1E63 1E66-1E67 "
            "1E6A-1E6F 1E72-1E73 1E7E-1E85 1E8E-1E97 1E9E-1E9F 1EF2-1EF9 2020 20A1 20A3-20A4 20A6-20A7 20A9 20AB "
            "20AE 20B1-20B2 20B4-20B5 20B8-20BA 20BD 2113 2C60-2C62 2C65-2C66 2C71 2C7D A722-A725 A74E-A74F "
            "A75A-A75B A764-A765 A779-A787 A789 A7AD-A7AE A7B3 A7B5 A7F2-A7F4"
        ),
    ),
    Script(_source("vietnamese", " Vietnamese", italic=False), "1EA0-1EF1"),
    Script(_source("cyrillic", " Cyrillic"), "400-45F 490-491 4B0-4B1 2116"),
    Script(
        _source("cyrillic-ext", " Cyrillic Extended", italic=False),
        (
            "462-463 472-475 492-493 496-49B 4A0-4A3 4AA-4AB 4AE-4AF 4B2-4B3 4B6-4B7 4BA-4BB 4C0-4C4 4C7-4C8 "
            "4CF-4D1 4D4-4D9 4E2-4E3 4E6-4E9 4EE-4EF 4F2-4F3 4F6-4F7"
        ),
    ),
    Script(
        _source("greek", " Greek"), "374-375 37A 37E 384-38A 38C 38E-3A1 3A3-3D1 3D5 3D7 3D9 3DB 3DD 3E1 3F4 3F7-3F8"
    ),
    Script(
        (("Source Sans 3 Greek Extended", "source-sans-3-greek-ext", UPRIGHT),),
        (
            "1F00-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FC4 "
            "1FC6-1FD3 1FD6-1FDB 1FDD-1FEF 1FF2-1FF4 1FF6-1FFE"
        ),
    ),
    Script(
        (("Noto Sans Hebrew", "noto-sans-hebrew-hebrew", UPRIGHT),),
        ("307 591-5C7 5D0-5EA 5EF-5F4 200C-2010 20AA 25CC FB1D-FB36 FB38-FB3C FB3E FB40-FB41 FB43-FB44 FB46-FB4F"),
    ),
    Script(
        (("Noto Sans Arabic", "noto-sans-arabic-arabic", UPRIGHT),),
        (
            "600-6FF 750-77F 870-88E 890-891 898-8E1 8E3-8FF 2011 204F 2E41 FB50-FBC2 FBD3-FD8F FD92-FDC7 FDCF "
            "FDF0-FDFF FE70-FE74 FE76-FEFC 10EFD-10EFF"
        ),
    ),
    Script(
        (("Noto Emoji", "noto-emoji-emoji", UPRIGHT[:1]),),
        (
            "203C 2049 20E3 2139 2194-2199 21A9-21AA 231A-231B 2328 23CF 23E9-23F3 23F8-23FA 24C2 25AA-25AB 25B6 "
            "25C0 25FB-25FE 2600-2604 260E 2611 2614-2615 2618 261D 2620 2622-2623 2626 262A 262E-262F 2638-263A "
            "2640 2642 2648-2653 265F-2660 2663 2665-2666 2668 267B 267E-267F 2692-2697 2699 269B-269C 26A0-26A1 "
            "26A7 26AA-26AB 26B0-26B1 26BD-26BE 26C4-26C5 26C8 26CE-26CF 26D1 26D3-26D4 26E9-26EA 26F0-26F5 "
            "26F7-26FA 26FD 2702 2705 2708-270D 270F 2712 2714 2716 271D 2721 2728 2733-2734 2744 2747 274C 274E "
            "2753-2755 2757 2763-2764 2795-2797 27A1 27B0 27BF 2934-2935 2B05-2B07 2B1B-2B1C 2B50 2B55 3030 303D "
            "3297 3299 FE0E-FE0F 1F004 1F0CF 1F170-1F171 1F17E-1F17F 1F18E 1F191-1F19A 1F1E6-1F1FF 1F201-1F202 "
            "1F21A 1F22F 1F232-1F23A 1F250-1F251 1F300-1F321 1F324-1F393 1F396-1F397 1F399-1F39B 1F39E-1F3F0 "
            "1F3F3-1F3F5 1F3F7-1F4FD 1F4FF-1F53D 1F549-1F54E 1F550-1F567 1F56F-1F570 1F573-1F57A 1F587 "
            "1F58A-1F58D 1F590 1F595-1F596 1F5A4-1F5A5 1F5A8 1F5B1-1F5B2 1F5BC 1F5C2-1F5C4 1F5D1-1F5D3 "
            "1F5DC-1F5DE 1F5E1 1F5E3 1F5E8 1F5EF 1F5F3 1F5FA-1F64F 1F680-1F6C5 1F6CB-1F6D2 1F6D5-1F6D9 "
            "1F6DC-1F6E5 1F6E9 1F6EB-1F6EC 1F6F0 1F6F3-1F6FC 1F7E0-1F7EB 1F7F0 1F90C-1F93A 1F93C-1F945 "
            "1F947-1F9FF 1FA70-1FA7C 1FA80-1FAC6 1FAC8 1FACC-1FADD 1FADF-1FAEB 1FAEF-1FAFA E0062-E0063 E0065 "
            "E0067 E006C E006E E0073-E0074 E0077 E007F"
        ),
    ),
)
MARKED = re.compile(r"<[^>]*>|&[#\w]+;")
FACE = (
    '@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight}; '
    'src: url("{base}fonts/{stem}-{weight}-{style}.woff2") format("woff2"); }}'
)


def fonts_for(html: str) -> str:
    """The style sheet that names every font file the document needs, and no other."""
    letters, has_italic = set(html), "<em" in html or "<i>" in html
    return "\n".join(
        FACE.format(family=family, stem=stem, weight=weight, style=style, base=BASE)
        for place, script in enumerate(SCRIPTS)
        if place == 0 or any(_script_of(letter) is script for letter in letters)
        for family, stem, cuts in script.files
        for weight, style in cuts
        if style == "normal" or has_italic
    )


def printable(html: str) -> tuple[str, tuple[str, ...]]:
    """The document with a mark for each run of letters no bundled font has, and the scripts those are of.

    Signs that draw nothing, such as variation selectors and control characters, are left out.
    """
    html = html.translate(ALIKE)
    silent = {letter for letter in set(html) - set("\n\r\t") if _draws_nothing(letter)}
    foreign = {letter for letter in set(html) - set("\n\r\t") - silent if not _script_of(letter)}
    if silent:
        html = html.translate(dict.fromkeys(map(ord, silent)))
    if foreign:
        html = re.sub(f"[{re.escape(''.join(sorted(foreign)))}]+", MARK, html)
    return html, tuple(sorted({_named(letter) for letter in foreign}))


def _script_of(letter: str) -> Script | None:
    return next((script for script in SCRIPTS if script.has(letter)), None)


def _draws_nothing(letter: str) -> bool:
    """Zero-width joiners shape Arabic and emoji, so they stay where a font knows them."""
    if "\ufe00" <= letter <= "\ufe0f":
        return True
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and not _script_of(letter)


def _named(letter: str) -> str:
    """The script as its letters' names begin: CJK, Hangul, Thai."""
    first = unicodedata.name(letter, "unnamed").split()[0].partition("-")[0]
    return first if first == "CJK" else first.capitalize()


def _pairs(ranges: str) -> Iterable[tuple[int, int]]:
    return _PAIRS[ranges]


_PAIRS = {
    script.ranges: tuple(
        (int(first, 16), int(last or first, 16))
        for first, _, last in (part.partition("-") for part in script.ranges.split())
    )
    for script in SCRIPTS
}
