"""A PDF with a text layer. Latin pages are set in Helvetica; others have a font of numbered characters with a table
back to Unicode, as word processors write it, but without the glyphs: readers get the text, eyes see nothing."""

import textwrap
import zlib

WIDTH = {"en": 92, "zh": 44}
LINES = 46
CATALOGUE, TREE, FONT, INFO, FIRST = 1, 2, 3, 4, 5


def transcript(paper):
    author = paper.tell("Info: Author", *paper.author_name())
    turns = [f"{it.label}{paper.colon}{it.text}" if it.label else it.text for it in paper.turns]
    return document([paper.heading(), "", *turns], paper.heading("Info: Title"), author)


def wrapped(paragraph):
    """Lines of a page: Latin breaks at blanks, Han anywhere, also within a name."""
    if paragraph.isascii():
        return textwrap.wrap(paragraph, WIDTH["en"], break_on_hyphens=False) or [""]
    size = WIDTH["zh"]
    return [paragraph[at : at + size] for at in range(0, len(paragraph), size)]


def document(paragraphs, title, author):
    lines = [line for it in paragraphs for line in wrapped(it)]
    latin = all(it.isascii() for it in lines)
    numbers = {it: n for n, it in enumerate(sorted(set("".join(lines))), 1)}
    pages = [lines[at : at + LINES] for at in range(0, len(lines), LINES)]
    objects = {
        CATALOGUE: f"<< /Type /Catalog /Pages {TREE} 0 R >>".encode(),
        INFO: f"<< /Title {utf16(title)} /Author {utf16(author)} >>".encode(),
    }
    after = FIRST + 2 * len(pages)
    if latin:
        objects[FONT] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    else:
        objects |= numbered_font(numbers, after)
    kids = []
    for n, page in enumerate(pages):
        shown = [
            f"({escaped(it)}) Tj T*" if latin else f"<{''.join(f'{numbers[c]:04X}' for c in it)}> Tj T*" for it in page
        ]
        content = f"BT /F1 10 Tf 14 TL 50 780 Td {' '.join(shown)} ET"
        objects[FIRST + 2 * n] = (
            f"<< /Type /Page /Parent {TREE} 0 R /MediaBox [0 0 595 842] /Contents {FIRST + 2 * n + 1} 0 R "
            f"/Resources << /Font << /F1 {FONT} 0 R >> >> >>"
        ).encode()
        objects[FIRST + 2 * n + 1] = stream(content.encode())
        kids.append(f"{FIRST + 2 * n} 0 R")
    objects[TREE] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>".encode()
    return assembled(objects)


def numbered_font(numbers, after):
    rows = [f"<{n:04X}> <{it.encode('utf-16-be').hex().upper()}>" for it, n in numbers.items()]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    table = "\n".join(f"{len(it)} beginbfchar\n" + "\n".join(it) + "\nendbfchar" for it in blocks)
    cmap = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{table}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )
    widths = " ".join(f"{n} [{500 if ord(it) < 128 else 1000}]" for it, n in numbers.items())
    child = (
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /PMingLiU "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor {after + 2} 0 R /DW 1000 /W [{widths}] /CIDToGIDMap /Identity >>"
    )
    descriptor = (
        "<< /Type /FontDescriptor /FontName /PMingLiU /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0"
        " /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>"
    )
    top = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /PMingLiU /Encoding /Identity-H "
        f"/DescendantFonts [{after + 1} 0 R] /ToUnicode {after} 0 R >>"
    )
    return {FONT: top.encode(), after: stream(cmap.encode()), after + 1: child.encode(), after + 2: descriptor.encode()}


def stream(content):
    packed = zlib.compress(content, 9)
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"


def assembled(objects):
    file, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number in sorted(objects):
        places.append(len(file))
        file += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    table = "".join(f"{it:010} 00000 n \n" for it in places)
    count = len(objects) + 1
    trailer = f"trailer\n<< /Size {count} /Root {CATALOGUE} 0 R /Info {INFO} 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    return bytes(file) + f"xref\n0 {count}\n0000000000 65535 f \n{table}{trailer}".encode()


def escaped(line):
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def utf16(text):
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
