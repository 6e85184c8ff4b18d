"""One small writer for each kind of file. A writer takes a paper (paper.py) and gives its bytes.

What a writer puts into a file besides turns, and what names somebody there, it tells the paper: gold lists it.
"""

import dataclasses
from collections.abc import Callable

from . import annotated, office, pdf, project, recognised, rich, sheets, stamps, subtitles


@dataclasses.dataclass(frozen=True)
class Format:
    """`labels` are the kinds of labels that such files have; `timed` says whether it tells when a turn begins."""

    ending: str
    write: Callable
    labels: tuple
    timed: bool = False
    heard: bool = False


PEOPLE = ("role", "code", "given", "full", "nick", "role")
FORMATS = {
    "txt": Format("txt", stamps.plain, PEOPLE),
    "vtt-teams": Format("vtt", subtitles.teams, ("full",), True, True),
    "docx": Format("docx", office.docx, PEOPLE),
    "whisperx": Format("json", recognised.whisperx, ("diarised",), True, True),
    "txt-f4": Format("txt", stamps.f4, PEOPLE, True),
    "eaf": Format("eaf", annotated.eaf, ("given", "full", "role"), True),
    "docx-table": Format("docx", office.docx_table, PEOPLE),
    "vtt-zoom": Format("vtt", subtitles.zoom, ("full", "given"), True, True),
    "csv": Format("csv", sheets.csv_transcript, ("code", "given", "full"), True),
    "textgrid-long": Format("TextGrid", annotated.textgrid_long, ("role", "given"), True),
    "odt": Format("odt", office.odt, PEOPLE),
    "otter": Format("txt", recognised.otter, ("full", "given", "numbered"), True, True),
    "txt-mmss": Format("txt", stamps.minutes, PEOPLE, True),
    "cha": Format("cha", annotated.chat, ("chat",), True),
    "srt": Format("srt", subtitles.srt, ("given", "nick", "role"), True, True),
    "pdf": Format("pdf", pdf.transcript, PEOPLE),
    "whisper": Format("json", recognised.whisper, ("none",), True, True),
    "md": Format("md", stamps.markdown, PEOPLE),
    "xlsx": Format("xlsx", sheets.xlsx_transcript, ("code", "full", "given"), True),
    "txt-hms": Format("txt", stamps.hours, PEOPLE, True),
    "textgrid-short-utf16": Format("TextGrid", annotated.textgrid_short_utf16, ("given", "full"), True),
    "rtf": Format("rtf", rich.rtf, PEOPLE),
    "otr": Format("otr", recognised.otr, ("given", "role", "nick"), True),
    "tsv": Format("tsv", sheets.tsv_transcript, ("given", "code"), True),
    "qdpx": Format("qdpx", project.qdpx, PEOPLE),
    "txt-braces": Format("txt", stamps.braces, PEOPLE, True),
    "html": Format("html", rich.html, PEOPLE),
    "textgrid-short": Format("TextGrid", annotated.textgrid_short, ("role", "full"), True),
    "txt-hash": Format("txt", stamps.hashes, PEOPLE, True),
    "textgrid-long-utf16": Format("TextGrid", annotated.textgrid_long_utf16, ("role", "given"), True),
}
# What field notes are typed in.
NOTES = ["docx", "txt", "md", "odt", "pdf", "rtf", "html"]
