"""Puts pieces together into one annotated text, and lays turns out as transcripts are.

The row that is written repeats no word of the text. `quotes` does, for the check that every mark lies where it says.
"""

from convention import DIRECT

LAYOUTS = {"named": 5, "stamped": 2, "snum": 2, "vtt": 2}
# Characters that are said in a second.
PACE = {"en": 15, "zh": 5}


class Sheet:
    def __init__(self):
        self.text = ""
        self.marks = []
        self.quotes = []

    def add(self, piece):
        text = piece.text
        if piece.mark is None and self.text.endswith((" ", "\n")):
            text = text.lstrip(" ")
        if text and piece.mark is not None:
            self.marks.append((len(self.text), len(self.text) + len(text), piece.mark))
            self.quotes.append(text)
        self.text += text

    def write(self, text):
        self.text += text

    def spans(self):
        for start, end, mark in self.of("span"):
            row = {"start": start, "end": end, "type": mark.type}
            row["identifier_class"] = "direct" if mark.type in DIRECT else "quasi"
            row |= {"entity_id": mark.entity, "form": mark.form}
            yield row | ({"in_label": True} if mark.in_label else {})

    def look_alikes(self):
        return ({"start": start, "end": end, "kind": mark.form} for start, end, mark in self.of("look-alike"))

    def neutral(self):
        return ({"start": start, "end": end} for start, end, _ in self.of("neutral"))

    def of(self, what):
        return (it for it in self.marks if it[2].what == what)

    def problem(self):
        """What is wrong with the marks, or nothing."""
        reached = 0
        for (start, end, mark), quote in zip(self.marks, self.quotes, strict=True):
            if start < reached or self.text[start:end] != quote or not quote.strip() == quote != "":
                return f"{mark} at {start}"
            reached = end
        return "a slot is left" if "{" in self.text or "}" in self.text else "" if self.text else "no text"


class Layout:
    """Where labels, times and cues go."""

    def __init__(self, r, name, lang, sheet):
        self.r, self.name, self.lang, self.sheet = r, name, lang, sheet
        self.second, self.cue = r.randrange(5, 900), r.randrange(1, 40)
        if name == "vtt" and r.random() < 0.6:
            sheet.write("WEBVTT\n\n")

    def turn(self, label, colon, speech):
        """`label` and `speech` are pieces; without a label it is a paragraph."""
        seconds = max(2, sum(len(it.text) for it in speech) // PACE[self.lang])
        if label:
            self.open(seconds)
            for it in label:
                self.sheet.add(it)
            self.sheet.write("：" if colon == "：" and self.name == "named" else ": ")
        for it in trimmed(speech):
            self.sheet.add(it)
        self.sheet.write("\n\n" if label and self.name == "vtt" else "\n")
        self.second += seconds + self.r.randrange(1, 4)

    def open(self, seconds):
        if self.name == "stamped":
            self.sheet.write(f"[{clock(self.second)}] ")
        elif self.name == "vtt":
            start, end = (f"{clock(it)}.{self.r.randrange(1000):03}" for it in (self.second, self.second + seconds))
            self.sheet.write(f"{self.cue}\n{start} --> {end}\n")
            self.cue += 1


def trimmed(pieces):
    if pieces and pieces[0].mark is None:
        pieces[0] = pieces[0].saying(pieces[0].text.lstrip())
    if pieces and pieces[-1].mark is None:
        pieces[-1] = pieces[-1].saying(pieces[-1].text.rstrip())
    return pieces


def clock(seconds):
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
