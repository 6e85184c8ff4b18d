"""What linguists' programs write: ELAN's tiers, Praat's TextGrids in both layouts and encodings, CHAT."""

from .pack import XML, escape, quoteattr

XSI = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd"'
)
BULLET = "\x15"
SEXES = {"f": "female", "m": "male"}


def tiers(paper):
    found = {}
    for it in paper.turns:
        found.setdefault(it.label, []).append(it)
    return found


def eaf(paper):
    author = paper.tell("AUTHOR", *paper.author_name())
    media = paper.recording("MEDIA_URL")
    slots, lines, number = [], [], 0
    for label, turns in tiers(paper).items():
        name = paper.tell("PARTICIPANT", *paper.speaker_name(turns[0].speaker))
        lines.append(
            f'<TIER ANNOTATOR={quoteattr(author)} LINGUISTIC_TYPE_REF="default-lt"'
            f" PARTICIPANT={quoteattr(name)} TIER_ID={quoteattr(label)}>"
        )
        for it in turns:
            number += 1
            slots += [(2 * number - 1, it.start), (2 * number, it.end)]
            lines.append(
                f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number}"'
                f' TIME_SLOT_REF1="ts{2 * number - 1}" TIME_SLOT_REF2="ts{2 * number}">'
                f"<ANNOTATION_VALUE>{escape(it.text)}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
            )
        lines.append("</TIER>")
    order = "".join(f'<TIME_SLOT TIME_SLOT_ID="ts{n}" TIME_VALUE="{round(at * 1000)}"/>' for n, at in slots)
    media = f'<MEDIA_DESCRIPTOR MEDIA_URL={quoteattr(f"file:///D:/recordings/{media}")} MIME_TYPE="audio/x-wav"/>'
    return "\n".join(
        [
            f"{XML}<ANNOTATION_DOCUMENT AUTHOR={quoteattr(author)}"
            f' DATE="{paper.iso}T09:00:00+08:00" FORMAT="3.0" VERSION="3.0" {XSI}>',
            f'<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">{media}</HEADER>',
            f"<TIME_ORDER>{order}</TIME_ORDER>",
            *lines,
            '<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>',
            "</ANNOTATION_DOCUMENT>",
            "",
        ]
    ).encode("utf-8")


def intervals(turns, last):
    """A tier has no gaps: where nobody speaks stands an empty text."""
    reached, found = 0, []
    for it in turns:
        if it.start > reached:
            found.append((reached, it.start, ""))
        found.append((it.start, it.end, it.text))
        reached = it.end
    return found + ([(reached, last, "")] if reached < last else [])


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def grid_long(paper):
    last, found = paper.turns[-1].end, tiers(paper)
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0 ",
        f"xmax = {last} ",
        "tiers? <exists> ",
    ]
    lines += [f"size = {len(found)} ", "item []: "]
    for n, (label, turns) in enumerate(found.items(), 1):
        some = intervals(turns, last)
        lines += [
            f"    item [{n}]:",
            '        class = "IntervalTier" ',
            f"        name = {quoted(label)} ",
            "        xmin = 0 ",
        ]
        lines += [f"        xmax = {last} ", f"        intervals: size = {len(some)} "]
        for m, (start, end, text) in enumerate(some, 1):
            lines += [f"        intervals [{m}]:", f"            xmin = {start} ", f"            xmax = {end} "]
            lines.append(f"            text = {quoted(text)} ")
    return "\n".join([*lines, ""])


def grid_short(paper):
    last, found = paper.turns[-1].end, tiers(paper)
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "0", str(last), "<exists>", str(len(found))]
    for label, turns in found.items():
        some = intervals(turns, last)
        lines += ['"IntervalTier"', quoted(label), "0", str(last), str(len(some))]
        for start, end, text in some:
            lines += [str(start), str(end), quoted(text)]
    return "\n".join([*lines, ""])


def wide(text):
    return "\ufeff".encode("utf-16-be") + text.encode("utf-16-be")


def textgrid_long(paper):
    return grid_long(paper).encode("utf-8")


def textgrid_short(paper):
    return grid_short(paper).encode("utf-8")


def textgrid_long_utf16(paper):
    return wide(grid_long(paper))


def textgrid_short_utf16(paper):
    return wide(grid_short(paper))


def chat(paper):
    language = {"en": "eng", "yue": "yue", "mixed": "yue, eng"}[paper.lang]
    lines, ids = ["@UTF8", "@Begin", f"@Languages:\t{language}"], []
    roles = []
    for label, turns in tiers(paper).items():
        code = turns[0].speaker
        role = "Investigator" if code.startswith("RES") else "Participant"
        name = paper.tell("@Participants", *paper.speaker_name(code, "given"))
        roles.append(f"{label} {name.replace(' ', '_')} {role}")
        years = paper.years(code)
        age, sex = f"{years};" if years else "", SEXES[paper.gender(code)]
        ids.append(f"@ID:\t{language.split(',')[0]}|{paper.study_id}|{label}|{age}|{sex}|||{role}|||")
    lines += [f"@Participants:\t{', '.join(roles)}", *ids, f"@Media:\t{paper.stem('@Media')}, audio"]
    lines += [f"@Location:\t{paper.tell('@Location', *paper.place())}", f"@Date:\t{paper.chat_date()}"]
    for it in paper.turns:
        text = it.text if it.text[-1] in ".?!" else f"{it.text} ."
        lines.append(f"*{it.label}:\t{text} {BULLET}{round(it.start * 1000)}_{round(it.end * 1000)}{BULLET}")
    return "\n".join([*lines, "@End", ""]).encode("utf-8")
