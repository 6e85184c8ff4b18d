"""Tables: CSV, TSV and XLSX, as transcripts and for what is known of participants."""

import csv
import io

from .pack import XML, escape, pack
from .stamps import clock

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = ["start", "end", "speaker", "text"]


def rows(paper):
    return [HEAD, *([clock(it.start), clock(it.end), it.label, it.text] for it in paper.turns)]


def separated(table, delimiter=",", encoding="utf-8", end="\r\n"):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=end).writerows(table)
    return file.getvalue().encode(encoding)


def csv_transcript(paper):
    return separated(rows(paper), encoding="utf-8-sig")


def tsv_transcript(paper):
    return separated(rows(paper), "\t", end="\n")


def xlsx_transcript(paper):
    """A second sheet, hidden, has who the speakers are."""
    who = [["label", "name"]]
    for label, turns in paper.by_label().items():
        who.append([label, paper.tell("hidden sheet", *paper.speaker_name(turns[0].speaker))])
    return workbook(
        [("Transcript", rows(paper), ""), ("speakers", who, ' state="hidden"')],
        paper.tell("creator", *paper.author_name()),
    )


def workbook(sheets, author):
    """`sheets` are name, rows and what else a sheet's entry says. Texts are shared, as Excel writes them."""
    shared = {}
    parts = []
    for _, table, _ in sheets:
        lines = []
        for n, row in enumerate(table, 1):
            cells = (
                f'<c r="{chr(65 + at)}{n}" t="s"><v>{shared.setdefault(str(it), len(shared))}</v></c>'
                for at, it in enumerate(row)
                if it != ""
            )
            lines.append(f'<row r="{n}">{"".join(cells)}</row>')
        parts.append(f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>')
    strings = "".join(f'<si><t xml:space="preserve">{escape(it)}</t></si>' for it in shared)
    count = len(sheets)
    book = "".join(
        f'<sheet name="{name}" sheetId="{n}"{more} r:id="rId{n}"/>' for n, (name, _, more) in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, count + 1)
    )
    links += f'<Relationship Id="rId{count + 1}" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    kinds = [("xl/workbook.xml", f"{SHEET}.sheet.main+xml"), ("xl/sharedStrings.xml", f"{SHEET}.sharedStrings+xml")]
    kinds += [(f"xl/worksheets/sheet{n}.xml", f"{SHEET}.worksheet+xml") for n in range(1, count + 1)]
    kinds.append(("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"))
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds)
    defaults = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    defaults += '<Default Extension="xml" ContentType="application/xml"/>'
    relations = f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{{}}</Relationships>'
    outer = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    outer += (
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    )
    core = (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>{escape(author)}</dc:creator></cp:coreProperties>"
    )
    return pack(
        [
            ("[Content_Types].xml", f'{XML}<Types xmlns="{PACKAGE}/content-types">{defaults}{overrides}</Types>'),
            ("_rels/.rels", relations.format(outer)),
            ("docProps/core.xml", core),
            ("xl/workbook.xml", f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{book}</sheets></workbook>'),
            ("xl/_rels/workbook.xml.rels", relations.format(links)),
            *((f"xl/worksheets/sheet{n}.xml", it) for n, it in enumerate(parts, 1)),
            ("xl/sharedStrings.xml", f'{XML}<sst xmlns="{MAIN}" uniqueCount="{len(shared)}">{strings}</sst>'),
        ]
    )
