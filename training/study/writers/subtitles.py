"""WebVTT as Teams and Zoom write it, and SubRip. A long turn takes two cues, wherever the recogniser drew breath."""

from .pack import escape

# Characters of a cue.
LONG = {"en": 90, "zh": 36, "mx": 44}


def clock(seconds, separator):
    thousandths = round(seconds * 1000)
    return (
        f"{thousandths // 3600000:02}:{thousandths // 60000 % 60:02}:{thousandths // 1000 % 60:02}"
        f"{separator}{thousandths % 1000:03}"
    )


def cues(paper):
    """Turn, start, end, text."""
    for it in paper.turns:
        if len(it.text) <= LONG[it.lang]:
            yield it, it.start, it.end, it.text
            continue
        middle = len(it.text) // 2
        gap = it.text.find(" ", middle)
        at = gap + 1 if 0 < gap < len(it.text) - 1 and it.lang == "en" else middle
        half = it.start + (it.end - it.start) * at / len(it.text)
        yield it, it.start, half, it.text[:at].rstrip(" ")
        yield it, half, it.end, it.text[at:].lstrip(" ")


def teams(paper):
    parts, account = ["WEBVTT", ""], paper.guid()
    for number, (it, start, end, text) in enumerate(cues(paper)):
        parts += [
            f"{account}/{number}-0",
            f"{clock(start, '.')} --> {clock(end, '.')}",
            f"<v {it.label}>{escape(text)}</v>",
            "",
        ]
    return "\n".join(parts).encode("utf-8")


def zoom(paper):
    parts = ["WEBVTT", ""]
    for number, (it, start, end, text) in enumerate(cues(paper), 1):
        parts += [str(number), f"{clock(start, '.')} --> {clock(end, '.')}", f"{it.label}: {escape(text)}", ""]
    return "\r\n".join(parts).encode("utf-8")


def srt(paper):
    parts = []
    for number, (it, start, end, text) in enumerate(cues(paper), 1):
        parts += [str(number), f"{clock(start, ',')} --> {clock(end, ',')}", f"{it.label}: {text}", ""]
    return "\r\n".join(parts).encode("utf-8-sig")
