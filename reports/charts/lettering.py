"""How wide text is in the bundled sans serif, closely enough to break lines inside a figure."""

NARROW = frozenset("iIjl.,;:'|!()[]1tfr /-")
WIDE = frozenset("mwMW@%&")
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def text_width(text: str, *, size: float) -> float:
    """An estimate on the generous side; a test compares it with the bundled font."""
    return round(sum(_width(char) for char in text) * size, 1)


def wrap_text(text: str, *, width: float, size: float, max_lines: int) -> tuple[str, ...]:
    """The text in at most `max_lines` lines that fit; what does not fit ends in an ellipsis.

    A word longer than a line is broken, because a long German word must not leave its box.
    """
    lines: list[str] = []
    current = ""
    for word in _pieces(text.split(), width=width, size=size):
        candidate = f"{current} {word}".strip()
        if text_width(candidate, size=size) <= width or not current:
            current = candidate
            continue
        lines.append(current)
        current = word
    lines.append(current)
    if len(lines) <= max_lines:
        return tuple(lines)
    return (*lines[: max_lines - 1], _shorten(" ".join(lines[max_lines - 1 :]), width=width, size=size))


def _width(char: str) -> float:
    if ord(char) >= 0x1100:
        return 1.0
    if char in NARROW:
        return 0.36
    if char in WIDE:
        return 0.9
    return 0.66 if char.isupper() or ord(char) > 0x24F else 0.56


def _pieces(words: list[str], *, width: float, size: float) -> list[str]:
    pieces: list[str] = []
    for word in words:
        rest = word
        while text_width(rest, size=size) > width and len(rest) > 1:
            cut = len(rest) - 1
            while cut > 1 and text_width(rest[:cut] + "-", size=size) > width:
                cut -= 1
            pieces.append(rest[:cut] + "-")
            rest = rest[cut:]
        pieces.append(rest)
    return pieces


def _shorten(text: str, *, width: float, size: float) -> str:
    kept = text
    while kept and text_width(kept + ELLIPSIS, size=size) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS
