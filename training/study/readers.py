"""Reads every kind of file back, for the tests. Shares nothing with writers/, so that no mistake is made twice.

A reader gives label, text and start in seconds of each paragraph, cue or interval; where there are none, "" and None.
"""

import csv
import html.parser
import io
import json
import re
import zipfile
import zlib
from xml.etree import ElementTree

COLON = re.compile(r"(?: ?: |：)")
CLOCK = r"(?:(\d+):)?(\d+):(\d+)(?:[.,](\d+))?"
STAMPS = {
    "txt-mmss": re.compile(r"^\[(\d+)\.(\d\d)\] (.*)$"),
    "txt-hms": re.compile(rf"^\[{CLOCK}\] (.*)$"),
    "txt-braces": re.compile(rf"^\{{{CLOCK}\}} (.*)$"),
    "txt-hash": re.compile(rf"^#{CLOCK}# (.*)$"),
    "txt-f4": re.compile(r"^(.*) #(\d\d):(\d\d):(\d\d)-(\d)#$"),
}


def local(element):
    return element.tag.rpartition("}")[2]


def split(paragraph, labelled=True):
    found = COLON.search(paragraph) if labelled else None
    return (paragraph[: found.start()], paragraph[found.end() :]) if found else ("", paragraph)


def seconds(text):
    hours, minutes, whole, part = re.fullmatch(CLOCK, text.strip()).groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(whole) + float(f"0.{part or 0}")


def lines(content, row):
    text = content.decode(row["encoding"])
    for line in text.splitlines():
        if not line:
            continue
        start, stamp = None, STAMPS.get(row["format"])
        if stamp:
            found = stamp.match(line)
            if not found:
                yield "heading", line, None
                continue
            parts = list(found.groups())
            line = parts.pop(0) if row["format"] == "txt-f4" else parts.pop()
            if row["format"] == "txt-mmss":
                start = int(parts[0]) * 60 + int(parts[1])
            else:
                start = sum(int(it or 0) * unit for it, unit in zip(parts, (3600, 60, 1), strict=False))
        yield *split(line, row["kind"] != "notes"), start


def markdown(content, row):
    for paragraph in content.decode("utf-8").split("\n\n"):
        found = re.match(r"\*\*(.+?):\*\* (.*)", paragraph, re.S)
        yield (
            (found[1], found[2], None) if found else ("heading" if paragraph.startswith("# ") else "", paragraph, None)
        )


def cues(content, row):
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    for block in text.split("\n\n"):
        rows = block.strip("\n").split("\n")
        at = next((n for n, it in enumerate(rows) if "-->" in it), None)
        if at is None:
            continue
        start = seconds(rows[at].split(" --> ")[0])
        said = "\n".join(rows[at + 1 :])
        voice = re.fullmatch(r"<v ([^>]+)>(.*)</v>", said)
        label, said = voice.groups() if voice else split(said)
        if row["format"].startswith("vtt"):
            said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        yield label, said, start


def zipped(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def docx(content, row):
    body = ElementTree.fromstring(zipped(content, "word/document.xml"))[0]
    for it in body:
        if local(it) == "tbl":
            for line in (row_ for row_ in it if local(row_) == "tr"):
                cells = [
                    "".join(t.text or "" for t in cell.iter() if local(t) == "t")
                    for cell in line
                    if local(cell) == "tc"
                ]
                yield cells[0], cells[1], None
        elif local(it) == "p":
            text = "".join(t.text or "" for t in it.iter() if local(t) == "t")
            if text:
                yield *split(text, row["kind"] != "notes"), None


def odt(content, row):
    for it in ElementTree.fromstring(zipped(content, "content.xml")).iter():
        if local(it) in ("p", "h"):
            yield *split(flat(it), row["kind"] != "notes"), None


def flat(element):
    inner = "".join((" " if local(it) == "s" else flat(it)) + (it.tail or "") for it in element)
    return (element.text or "") + inner


def rtf(content, row):
    text = content.decode("ascii").replace("\r\n", "")
    text = re.sub(r"\{\\(?:info|fonttbl)(?:[^{}]|\{[^{}]*\})*\}", "", text)
    # Not `\pard`, which begins the next one.
    for paragraph in re.split(r"\\par(?![a-z])", text)[:-1]:
        paragraph = re.sub(
            r"\\u(-?\d+)\?",
            lambda it: (int(it[1]) % 65536).to_bytes(2, "big").decode("utf-16-be", "surrogatepass"),
            paragraph,
        )
        paragraph = re.sub(
            r"(?:\\'[0-9a-f]{2})+", lambda it: bytes.fromhex(it[0].replace("\\'", "")).decode("cp950"), paragraph
        )
        paragraph = paragraph.encode("utf-16-be", "surrogatepass").decode("utf-16-be")
        paragraph = re.sub(r"\\[a-z]+\d* ?", "", paragraph)
        yield *split(re.sub(r"\\([{}\\])|[{}]", r"\1", paragraph), row["kind"] != "notes"), None


class Paragraphs(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.inside = [], False

    def handle_starttag(self, tag, attrs):
        self.inside = tag in ("p", "b", "h1", "br", "span")
        if tag in ("p", "h1"):
            self.found.append("")

    def handle_endtag(self, tag):
        self.inside = tag in ("b", "span")

    def handle_data(self, data):
        if self.inside and self.found:
            self.found[-1] += data


def page(text):
    parser = Paragraphs()
    parser.feed(text)
    return parser.found


def web(content, row):
    yield from ((*split(it, row["kind"] != "notes"), None) for it in page(content.decode("utf-8")))


def pdf(content, row):
    streams = [zlib.decompress(it[1]) for it in re.finditer(rb"stream\n(.*?)\nendstream", content, re.S)]
    table = {}
    for stream in streams:
        for code, wide in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4,8})>", stream):
            table[code.decode()] = bytes.fromhex(wide.decode()).decode("utf-16-be")
    for stream in (it for it in streams if it.startswith(b"BT")):
        for latin, wide in re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj|<([0-9A-F]*)> Tj", stream):
            codes = wide.decode()
            text = "".join(table[codes[at : at + 4]] for at in range(0, len(codes), 4))
            yield "line", text or re.sub(r"\\(.)", r"\1", latin.decode()), None


def recogniser(content, row):
    for it in json.loads(content)["segments"]:
        if "words" in it:
            squashed = [re.sub(r"\s", "", text) for text in (it["text"], "".join(word["word"] for word in it["words"]))]
            if squashed[0] != squashed[1]:
                raise ValueError("words and text differ")
        yield it.get("speaker", ""), it["text"].strip(), it["start"]


def otter(content, row):
    blocks = content.decode("utf-8").split("\n\n")
    for block in blocks:
        found = re.match(rf"(.+)  ({CLOCK})\n(.*)", block, re.S)
        if found:
            yield found[1], found[found.lastindex], seconds(found[2])


def otranscribe(content, row):
    whole = json.loads(content)["text"]
    starts = [float(it) for it in re.findall(r'data-timestamp="([\d.]+)"', whole)]
    for start, it in zip(starts, page(whole), strict=True):
        label, text = split(it.split("\xa0", 1)[1])
        yield label, text, start


def elan(content, row):
    root = ElementTree.fromstring(content)
    slots = {it.get("TIME_SLOT_ID"): int(it.get("TIME_VALUE")) / 1000 for it in root.iter("TIME_SLOT")}
    found = []
    for tier in root.iter("TIER"):
        for it in tier.iter("ALIGNABLE_ANNOTATION"):
            found.append((tier.get("TIER_ID"), it.findtext("ANNOTATION_VALUE"), slots[it.get("TIME_SLOT_REF1")]))
    return sorted(found, key=lambda it: it[2])


def textgrid(content, row):
    text = content.decode("utf-16" if row["format"].endswith("utf16") else "utf-8")
    # What Praat itself reads: quoted texts, numbers and flags; words around them are comments.
    tokens = re.findall(r'"(?:[^"]|"")*"|(?<![\w\[])-?\d+(?:\.\d+)?(?![\w\]])|<exists>', text)
    tokens = tokens[tokens.index("<exists>") + 1 :]
    count, at, found = int(tokens[0]), 1, []
    for _ in range(count):
        name, size = tokens[at + 1][1:-1].replace('""', '"'), int(tokens[at + 4])
        at += 5
        for _ in range(size):
            start, _, said = tokens[at : at + 3]
            at += 3
            if said != '""':
                found.append((name, said[1:-1].replace('""', '"'), float(start)))
    return sorted(found, key=lambda it: it[2])


def chat(content, row):
    for line in content.decode("utf-8").splitlines():
        found = re.fullmatch("\\*(\\w+):\t(.*?)( \\.)? \x15(\\d+)_\\d+\x15", line)
        if found:
            yield found[1], found[2], int(found[4]) / 1000


def separated(content, row):
    table = csv.reader(
        io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter="\t" if row["format"] == "tsv" else ","
    )
    for start, _, label, text in list(table)[1:]:
        yield label, text, seconds(start)


def cells(content, sheet=1):
    strings = ["".join(flat(t) for t in it) for it in ElementTree.fromstring(zipped(content, "xl/sharedStrings.xml"))]
    for line in ElementTree.fromstring(zipped(content, f"xl/worksheets/sheet{sheet}.xml")).iter():
        if local(line) == "row":
            yield {it.get("r").rstrip("0123456789"): strings[int(flat(it))] for it in line}


def workbook(content, row):
    for it in list(cells(content))[1:]:
        yield it["C"], it["D"], seconds(it["A"])


def project(content, row):
    root = ElementTree.fromstring(zipped(content, "project.qde"))
    path = next(it.get("plainTextPath") for it in root.iter() if local(it) == "TextSource")
    for line in zipped(content, path.replace("internal://", "sources/")).decode("utf-8-sig").splitlines():
        yield *split(line), None


READERS = {
    "txt": lines,
    **dict.fromkeys(STAMPS, lines),
    "md": markdown,
    "vtt-teams": cues,
    "vtt-zoom": cues,
    "srt": cues,
    "docx": docx,
    "docx-table": docx,
    "odt": odt,
    "rtf": rtf,
    "html": web,
    "pdf": pdf,
    "whisper": recogniser,
    "whisperx": recogniser,
    "otter": otter,
    "otr": otranscribe,
    "eaf": elan,
    "textgrid-long": textgrid,
    "textgrid-long-utf16": textgrid,
    "textgrid-short": textgrid,
    "textgrid-short-utf16": textgrid,
    "cha": chat,
    "csv": separated,
    "tsv": separated,
    "xlsx": workbook,
    "qdpx": project,
}


def read(content, row):
    return list(READERS[row["format"]](content, row))
