"""Turns WeasyPrint's PDF/A-3a into one that is PDF/UA-1 as well, and leaves a place for the seal.

WeasyPrint takes one variant at a time, so the second identifier goes into the metadata by hand, with the schema PDF/A
demands for it. Runs in the rendering process; imports nothing but the standard library.
"""

import zlib
from typing import Any

ATTACHMENT_NAME = "assessment.json"
SEAL_LENGTH = 64
COMPRESSION = 7  # of zlib; 9 takes three times as long and leaves a fiftieth less
SEAL_MARK = b"<!-- headwater-seal:"
EMPTY_SEAL = SEAL_MARK + b"0" * SEAL_LENGTH + b" -->"

NO_LETTER, ZERO_WIDTH = b"> <>", b"> <200b>"  # the dots of an Arabic letter are glyphs of their own
RDF_END = b"</rdf:RDF>"
SECOND_STANDARD = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of the PDF/UA standard</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def finish(pdf: Any, padding: int) -> None:
    """Change the objects of a finished PDF before they are written.

    `padding` names a dictionary that nothing refers to: it moves the bytes of the one stream that lists the objects.
    """
    for part in list(pdf.objects):
        extra = getattr(part, "extra", None)
        if extra is None:
            continue
        if extra.get("Type") == "/Metadata":
            _add_standard(part)
            continue
        if any(isinstance(line, bytes) and b"begincmap" in line for line in part.stream):
            part.stream = [line.replace(NO_LETTER, ZERO_WIDTH) for line in part.stream]
        if part.compress:
            _compress_once(part)
    if padding:
        pdf.add_object(type(pdf.catalog)({"Padding": padding}))


def has_unclear_end(content: bytes) -> bool:
    """Whether a stream seems to end one byte early to whoever scans for its end."""
    return b"\r\nendstream" in content


def _add_standard(metadata: Any) -> None:
    """PDF/A wants its metadata uncompressed."""
    metadata.compress = False
    text = b"\n".join(metadata.stream).replace(RDF_END, SECOND_STANDARD + RDF_END, 1)
    metadata.stream = [text.replace(b"</x:xmpmeta>", EMPTY_SEAL + b"</x:xmpmeta>", 1)]


def _compress_once(part: Any) -> None:
    """Now, not each of the three times the file is gone through while it is written.

    About one compressed stream in 256 ends in a carriage return and then seems a byte shorter. The end is a sum of what
    was compressed, so instructions get a line end more; fonts, pictures and attachments stay plain.
    """
    compressed = _compressed(part)
    if compressed.endswith(b"\r") and _is_instructions(part):
        part.stream.append(b"")
        compressed = _compressed(part)
    if not compressed.endswith(b"\r"):
        part.stream = [compressed]
        part.extra["Filter"] = "/FlateDecode"


def _compressed(part: Any) -> bytes:
    part.compress = False
    data: bytes = part.data
    _, _, rest = data.partition(b">>\nstream\n")
    return zlib.compress(rest.removesuffix(b"\nendstream"), COMPRESSION)


def _is_instructions(part: Any) -> bool:
    """Whether white space may stand at its end: what is drawn on a page, a form, and a table of characters."""
    return not part.extra or part.extra.get("Subtype") == "/Form"
