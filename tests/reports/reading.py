"""The text of a tagged PDF in the order its tags give, as a screen reader meets it: one line for each block."""

import io
import re

import pikepdf

BLOCKS = {"/P", "/H1", "/H2", "/H3", "/H4", "/LI", "/TH", "/TD", "/Caption", "/Figure", "/Lbl"}
LEADER = re.compile(r"(?: ?\.){4,} ?\d*$")  # dots and page number of a contents list
CODES = re.compile(rb"<([0-9A-Fa-f]+)>")


def lines_of(content):
    """Each block as (tag, text); a figure has its alternative text."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        texts = {page.obj.objgen: _marked(page) for page in pdf.pages}
        lines = []
        _walk(pdf.Root.StructTreeRoot, None, texts, lines)
        read = [(tag, LEADER.sub("", " ".join(" ".join(parts).split()))) for tag, parts in lines]
        return [(tag, text) for tag, text in read if text]


def headings_of(content):
    return [text for tag, text in lines_of(content) if tag.startswith("/H")]


def _walk(element, page, texts, lines):
    page = element.get("/Pg", page)
    tag = str(element.get("/S", ""))
    if tag in BLOCKS:
        lines.append((tag, [str(element.Alt)] if "/Alt" in element else []))
    if tag == "/Figure":
        return
    kids = element.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids] if kids is not None else []:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR":
            _take(texts[kid.get("/Pg", page).objgen].get(int(kid.MCID), ""), lines)
        elif isinstance(kid, pikepdf.Dictionary):
            _walk(kid, page, texts, lines)
        else:
            _take(texts[page.objgen].get(int(kid), ""), lines)


def _take(text, lines):
    if not lines:
        lines.append(("", []))
    lines[-1][1].append(text)


def _marked(page):
    """Text by the number of its marked content."""
    fonts = {name: _letters(font) for name, font in page.Resources.get("/Font", {}).items()}
    texts, letters, number = {}, {}, []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "BDC":
            about = operands[1]
            number.append(int(about["/MCID"]) if isinstance(about, pikepdf.Dictionary) and "/MCID" in about else None)
        elif name == "BMC":
            number.append(None)
        elif name == "EMC":
            number.pop()
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        elif name in {"Tj", "TJ"} and number and number[-1] is not None:
            runs = operands[0] if name == "TJ" else [operands[0]]
            said = "".join(_text(bytes(run), letters) for run in runs if isinstance(run, pikepdf.String))
            texts[number[-1]] = texts.get(number[-1], "") + said
    return texts


def _text(codes, letters):
    return "".join(letters.get(codes[i : i + 2], "") for i in range(0, len(codes), 2))


def _letters(font):
    """What each two-byte code of a font stands for."""
    if "/ToUnicode" not in font:
        return {}
    found = {}
    for line in font.ToUnicode.read_bytes().splitlines():
        codes = [bytes.fromhex(code.decode()) for code in CODES.findall(line)]
        if len(codes) == 2:
            found[codes[0]] = codes[1].decode("utf-16-be", "replace")
    return found
