"""Word and OpenDocument: paragraphs by speaker, or a table of speaker and text; names now and then in several runs."""

import itertools

from .pack import XML, escape, pack, quoteattr

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CORE = "application/vnd.openxmlformats-package.core-properties+xml"
RUN_STYLES = ["", '<w:rPr><w:lang w:val="en-GB"/></w:rPr>', '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>']
ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODT = "application/vnd.oasis.opendocument.text"


def run(text, style=""):
    return f'<w:r>{style}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def runs(paper, turn):
    """The text of a turn, cut where somebody corrected it: also in the middle of a name."""
    cuts = {0, len(turn.text)}
    if paper.torn:
        for span in turn.spans:
            if span["end"] - span["start"] > 1 and paper.r.random() < 0.7:
                cuts.add(paper.r.randrange(span["start"] + 1, span["end"]))
    cuts = sorted(cuts)
    styled = (
        run(turn.text[a:b], paper.r.choice(RUN_STYLES) if paper.torn else "") for a, b in itertools.pairwise(cuts)
    )
    return "".join(styled)


def paragraph(content):
    return f"<w:p>{content}</w:p>"


def label(turn, colon):
    return run(f"{turn.label}{colon}", "<w:rPr><w:b/></w:rPr>") if turn.label else ""


def docx(paper):
    body = [paragraph(run(paper.heading(), "<w:rPr><w:b/></w:rPr>"))]
    body += [paragraph(label(it, paper.colon) + runs(paper, it)) for it in paper.turns]
    return word(paper, "".join(body))


def docx_table(paper):
    cell = '<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/></w:tcPr>{}</w:tc>'
    rows = [
        f"<w:tr>{cell.format(1900, paragraph(run(it.label)))}{cell.format(7100, paragraph(runs(paper, it)))}</w:tr>"
        for it in paper.turns
    ]
    grid = '<w:tblGrid><w:gridCol w:w="1900"/><w:gridCol w:w="7100"/></w:tblGrid>'
    table = f'<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr>{grid}{"".join(rows)}</w:tbl>'
    return word(paper, paragraph(run(paper.heading())) + table + "<w:p/>")


def word(paper, body):
    author = paper.tell("docProps/core.xml: creator", *paper.author_name())
    header = paper.heading("word/header1.xml")
    comment = comments(paper)
    parts = [
        ("word/document.xml", "document.main", "officeDocument"),
        ("word/header1.xml", "header", "header"),
        *([("word/comments.xml", "comments", "comments")] if comment else []),
    ]
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{WORD}.{kind}+xml"/>' for name, kind, _ in parts)
    overrides += f'<Override PartName="/docProps/core.xml" ContentType="{CORE}"/>'
    defaults = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    defaults += '<Default Extension="xml" ContentType="application/xml"/>'
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>'
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/relationships/{kind}" Target="{name.removeprefix("word/")}"/>'
        for n, (name, _, kind) in enumerate(parts[1:], 1)
    )
    outer = f'<Relationship Id="rId1" Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
    outer += (
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    )
    relations = f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{{}}</Relationships>'
    core = (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(paper.heading('docProps/core.xml: title'))}</dc:title>"
        f"<dc:creator>{escape(author)}</dc:creator></cp:coreProperties>"
    )
    r = f'xmlns:r="{OFFICE}/relationships"'
    members = [
        ("[Content_Types].xml", f'{XML}<Types xmlns="{PACKAGE}/content-types">{defaults}{overrides}</Types>'),
        ("_rels/.rels", relations.format(outer)),
        ("docProps/core.xml", core),
        ("word/document.xml", f"{XML}<w:document {W} {r}><w:body>{body}{section}</w:body></w:document>"),
        ("word/_rels/document.xml.rels", relations.format(inner)),
        ("word/header1.xml", f"{XML}<w:hdr {W}>{paragraph(run(header))}</w:hdr>"),
    ]
    return pack([*members, *([("word/comments.xml", comment)] if comment else [])])


def comments(paper):
    """A note in the margin by who transcribed it, which nobody takes out before it is sent."""
    if not paper.torn:
        return ""
    author = paper.tell("word/comments.xml: author", *paper.author_name())
    words = paper.tell_of_somebody("word/comments.xml")
    note = f'<w:comment w:id="0" w:author={quoteattr(author)} w:initials="T">{paragraph(run(words))}</w:comment>'
    return f"{XML}<w:comments {W}>{note}</w:comments>"


def odt(paper):
    author = paper.tell("meta.xml: initial-creator", *paper.author_name())
    spaces = (
        f'xmlns:office="{ODF}:office:1.0" xmlns:text="{ODF}:text:1.0" xmlns:meta="{ODF}:meta:1.0" office:version="1.2"'
    )
    title = f'<text:h text:outline-level="1">{escape(paper.heading())}</text:h>'
    body = title + "".join(f"<text:p>{labelled(it, paper.colon)}{spaced(it.text)}</text:p>" for it in paper.turns)
    inner = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f"<office:document-content {spaces}>{inner}</office:document-content>"
    inner = f"<office:meta><meta:initial-creator>{escape(author)}</meta:initial-creator></office:meta>"
    meta = f"<office:document-meta {spaces}>{inner}</office:document-meta>"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", ODT), ("content.xml", "text/xml"), ("meta.xml", "text/xml"))
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{ODF}:manifest:1.0" manifest:version="1.2">{entries}</manifest:manifest>'
    )
    members = [
        ("mimetype", ODT),
        ("content.xml", XML + content),
        ("meta.xml", XML + meta),
        ("META-INF/manifest.xml", XML + manifest),
    ]
    return pack(members, stored={"mimetype"})


def labelled(turn, colon):
    return f"<text:span>{escape(turn.label)}</text:span>{colon}" if turn.label else ""


def spaced(text):
    """A second blank beside another would be lost."""
    return escape(text).replace("  ", " <text:s/>")
