"""A PDF with words in every place where one can hide some: hostile.py writes it."""

import zlib


def stream(content, entries=""):
    content = content.encode("latin-1") if isinstance(content, str) else content
    return f"<< /Length {len(content)} {entries} >>\nstream\n".encode() + content + b"\nendstream"


def utf16(text):
    return f"<FEFF{text.encode('utf-16-be').hex()}>"


def base(c):
    """The first version: a table of objects, and a page that is taken out later."""
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:title>{c}</dc:title></x:xmpmeta>"
    shown = "\n".join(
        [
            f"% {c}",
            "BT /F1 12 Tf 50 780 Td 20 TL (P: VISIBLE) Tj T*",
            f"/Span << /Alt ({c}) /E ({c}) >> BDC (VISIBLE) Tj EMC T*",
            f"/Span << /ActualText {utf16(str(c))} >> BDC EMC",
            f"/Span << /ActualText {utf16(f'{c} {c} {c}')} >> BDC (VISIBLE) Tj EMC T*",
            f"/OC /Off BDC ({c}) Tj EMC /OC /Member BDC ({c}) Tj EMC",
            f"3 Tr ({c}) Tj 0 Tr",
            f"1 0 0 1 50 2000 Tm ({c}) Tj 1 0 0 1 -900 500 Tm ({c}) Tj ET",
            f"BI /W 8 /H 1 /BPC 8 /CS /G /L ({c}) ID CANARYxx EI",
            "/Form Do /Layer Do /Picture Do",
            f"/{c} MP /{c} << /X ({c}) >> DP",
        ]
    )
    glyph = stream(f"700 0 d0 % {c}")
    return {
        1: f"<< /Type /Catalog /Pages 2 0 R /Metadata 7 0 R /Outlines 8 0 R /Names 9 0 R /OpenAction 10 0 R /AcroForm 11 0 R "
        f"/OCProperties << /OCGs [12 0 R 13 0 R] /D << /Name ({c}) /OFF [12 0 R] >> >> /Lang ({c}) /URI << /Base ({c}) >> "
        f"/PageLabels << /Nums [0 << /P ({c}) >>] >> /StructTreeRoot 14 0 R /PieceInfo << /{c} << /Private ({c}) >> >> "
        f"/ViewerPreferences << /X ({c}) >> /Dests << /{c} [3 0 R /Fit] >> /Threads [<< /I << /Title ({c}) >> >>] "
        f"/MarkInfo << /Marked true >> /AA << /WC 10 0 R >> >>",
        2: "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 595 842] >>",
        3: f"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Annots [15 0 R 16 0 R 17 0 R 18 0 R] /Resources 19 0 R "
        f"/PieceInfo << /X << /Private ({c}) >> >> /Tabs /{c} /AA << /O 10 0 R >> >>",
        4: "<< /Type /Page /Parent 2 0 R /Contents 6 0 R /Resources 19 0 R >>",
        5: stream(shown),
        6: stream(f"BT /F1 12 Tf 50 780 Td ({c} a page that was taken out) Tj ET"),
        7: stream(xmp, "/Type /Metadata /Subtype /XML"),
        8: f"<< /First 20 0 R /Last 20 0 R /Count 1 >>",
        9: f"<< /EmbeddedFiles << /Names [({c}) 21 0 R] >> /JavaScript << /Names [({c}) 10 0 R] >> /Dests << /Names [({c}) [3 0 R]] >> >>",
        10: f"<< /S /JavaScript /JS (app.alert('{c}')) >>",
        11: f"<< /Fields [17 0 R] /DA (/F1 0 Tf % {c}) >>",
        12: f"<< /Type /OCG /Name ({c}) >>",
        13: f"<< /Type /OCG /Name ({c}) >>",
        14: f"<< /Type /StructTreeRoot /K << /S /Figure /Alt ({c}) /ActualText ({c}) /T ({c}) >> /RoleMap << /{c} /P >> >>",
        15: f"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents ({c}) /T ({c}) /Subj ({c}) /RC ({c}) >>",
        16: f"<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] /Contents ({c}) /AP << /N 22 0 R >> >>",
        17: f"<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [0 0 9 9] /T ({c}) /TU ({c}) /TM ({c}) /DV ({c}) /MK << /CA ({c}) >> >>",
        18: f"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (mailto:{c}) >> >>",
        19: f"<< /Font << /F1 23 0 R /F2 24 0 R >> /Properties << /Off 12 0 R /Member << /Type /OCMD /OCGs [12 0 R] >> /{c} 13 0 R >> "
        f"/XObject << /Form 25 0 R /Layer 26 0 R /Picture 27 0 R /Unused 22 0 R >> >>",
        20: f"<< /Title ({c}) /Parent 8 0 R /Dest [3 0 R /Fit] >>",
        21: f"<< /Type /Filespec /F ({c}) /UF ({c}) /Desc ({c}) /EF << /F 28 0 R >> >>",
        22: stream(f"BT /F1 12 Tf 5 5 Td ({c}) Tj ET", f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources 19 0 R"),
        23: f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /X ({c}) >>",
        24: f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a 29 0 R >> "
        f"/Encoding << /Differences [97 /{c}] >> /FirstChar 97 /LastChar 97 /Widths [1] >>",
        25: stream(
            f"% {c}\nBT /F1 12 Tf 50 600 Td (VISIBLE) Tj ET",
            f"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Name /{c} /Resources 19 0 R /LastModified ({c}) /Metadata 7 0 R",
        ),
        26: stream(
            f"BT /F1 12 Tf 50 500 Td ({c}) Tj ET",
            "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /OC 12 0 R /Resources 19 0 R",
        ),
        27: stream("CANARYpx", f"/Type /XObject /Subtype /Image /Width 8 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Alt ({c})"),
        28: stream(f"{c}", f"/Type /EmbeddedFile /Params << /X ({c}) >>"),
        29: glyph,
        30: f"<< /Title ({c}) /Author ({c}) /Subject ({c}) /Keywords ({c}) /Creator ({c}) /Producer {utf16(str(c))} /{c} ({c}) >>",
        31: stream(f"BT /F1 12 Tf ({c} an object that nobody names) Tj ET"),
    }


def hidden(c):
    file, places = bytearray(f"%PDF-1.7\n%\xe2\xe3\xcf\xd3 {c}\n".encode("latin-1")), {}

    def put(objects):
        for number, it in objects.items():
            places[number] = len(file)
            file.extend(f"{number} 0 obj\n".encode() + (it if isinstance(it, bytes) else it.encode()) + b"\nendobj\n")

    put(base(c))
    table = len(file)
    rows = "".join(f"{places[it]:010} 00000 n \n" for it in sorted(places))
    count = len(places) + 1
    file.extend(f"xref\n0 {count}\n0000000000 65535 f \n{rows}".encode())
    file.extend(f"trailer\n<< /Size {count} /Root 1 0 R /Info 30 0 R /X ({c}) >>\nstartxref\n{table}\n%%EOF\n{c}\n".encode())

    # The second version: the second page goes, another one comes, packed; what stood on the first is the same.
    page = "<< /Type /Page /Parent 2 0 R /Contents 33 0 R /Resources 19 0 R >>"
    tree = f"<< /Type /Pages /Kids [3 0 R 34 0 R] /Count 2 /MediaBox [0 0 595 842] /X ({c}) >>"
    unused = f"({c})"
    packed, heads = "", []
    for number, it in ((2, tree), (34, page), (35, unused)):
        heads.append(f"{number} {len(packed)}")
        packed += it + " "
    head = " ".join(heads) + " "
    shown = stream(zlib.compress(b"BT /F1 12 Tf 50 780 Td (VISIBLE) Tj ET", 9), "/Filter /FlateDecode")
    put({32: stream(head + packed, f"/Type /ObjStm /N 3 /First {len(head)}"), 33: shown})
    start = len(file)
    number = lambda kind, second, third: bytes([kind]) + second.to_bytes(4, "big") + bytes([third])
    # Number 4, the page, is free now.
    rows = [
        number(2, 32, 0), number(0, 0, 1), number(1, places[32], 0), number(1, places[33], 0), number(2, 32, 1),
        number(2, 32, 2), number(1, start, 0),
    ]  # fmt: skip
    entries = f"/Type /XRef /W [1 4 1] /Index [2 1 4 1 32 5] /Size 37 /Root 1 0 R /Info 30 0 R /Prev {table} /X ({c})"
    put({36: stream(b"".join(rows), entries)})
    file.extend(f"startxref\n{start}\n%%EOF\n% {c}\n{c}\n".encode())
    return bytes(file)
