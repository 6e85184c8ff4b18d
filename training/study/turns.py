"""A scene in one language and style: turns with text, times and marks.

Gold is made here and nowhere else; writers only lay out what they are given.
"""

import dataclasses
import functools
import pathlib

from borrowed import Misheard, Style, convention, without_stops
from tell import tell

PACE = {"en": 15, "zh": 5, "mx": 7}
# In mixed talk, how often a line without a mixed version is Cantonese.
CANTONESE = 0.65
# How many Han names a recogniser hears as others of the same sound, where the list of homophones has one.
HOMOPHONES = 0.3


@dataclasses.dataclass
class Turn:
    speaker: str
    text: str
    lang: str
    start: float = 0.0
    end: float = 0.0
    label: str = ""
    label_entity: str = ""
    spans: list = dataclasses.field(default_factory=list)
    alike: list = dataclasses.field(default_factory=list)
    neutral: list = dataclasses.field(default_factory=list)

    def row(self, timed):
        row = {"speaker": self.speaker, "label": self.label}
        row["start"] = self.start if timed else None
        row["end"] = self.end if timed else None
        row |= {"text": self.text, "spans": self.spans, "hard_negatives": self.alike, "neutral": self.neutral}
        named = {"start": 0, "end": len(self.label), "type": "PERSON", "identifier_class": "direct"}
        return row | (
            {"label_spans": [named | {"entity_id": self.label_entity, "form": "label"}]} if self.label_entity else {}
        )


@functools.cache
def simple():
    lines = (pathlib.Path(__file__).parent / "simplified.txt").read_text(encoding="utf-8").splitlines()
    pairs = [it for line in lines if not line.startswith("#") for it in line.split()]
    return str.maketrans({it[0]: it[1] for it in pairs})


class Speech:
    """Turns scenes into text. `lang` is en, yue, mixed, or zh for notes; `script` is Hans where somebody typed so."""

    def __init__(self, r, lang, style, script="Hant"):
        self.r, self.lang, self.script = r, lang, script
        noisy = "clean" if style == "clean" else "asr_noisy"
        self.noisy, self.ear = noisy != "clean", Misheard(r, "zh", False)
        self.styles = {"en": Style(r, style, "en"), "zh": Style(r, noisy, "zh"), "mx": Style(r, noisy, "zh")}

    def turns(self, scene):
        second, found = self.r.uniform(0.4, 6.0), []
        for said in scene:
            turn = self.turn(said)
            turn.start = round(second, 3)
            second += max(0.6, len(turn.text) / PACE[turn.lang]) * self.r.uniform(0.9, 1.2)
            turn.end = round(second, 3)
            second += self.r.uniform(0.05, 1.8)
            found.append(turn)
        return found

    def text_of(self, line):
        """The language of a line, and its words in that."""
        if self.lang == "en":
            return "en", line.en
        if self.lang in ("yue", "zh"):
            return "zh", line.zh
        if line.mx and self.r.random() < 0.8:
            return "mx", line.mx
        return ("zh", line.zh) if self.r.random() < CANTONESE else ("en", line.en)

    def turn(self, said):
        lang, text = self.text_of(said.line)
        turn = Turn(said.speaker, "", lang)
        told = tell(self.r, text, lang, said.scene)
        for clear, piece in zip(told, trimmed([self.hear(it, lang) for it in told]), strict=True):
            words = piece.text.translate(simple()) if self.script == "Hans" else piece.text
            if not words:
                continue
            if turn.text.endswith(" "):
                words = words.lstrip(" ")
            start = len(turn.text)
            turn.text += words
            if piece.mark:
                self.mark(turn, piece.mark, start, len(turn.text))
                if piece.is_a("PERSON") and piece.text.lower() != plain(clear.text, piece.text):
                    turn.spans[-1]["misheard"] = True
        kept = turn.text.rstrip()
        turn.text = kept or "…"
        return turn

    def hear(self, piece, lang):
        heard = self.styles[lang](piece)
        if self.noisy and piece.is_a("PERSON") and heard.text[0] >= "\u2e80" and self.r.random() < HOMOPHONES:
            return heard.saying(self.ear.homophone(heard.text))
        return heard

    def mark(self, turn, mark, start, end):
        if mark.what == "look-alike":
            turn.alike.append({"start": start, "end": end, "kind": mark.form})
        elif mark.what == "neutral":
            turn.neutral.append({"start": start, "end": end})
        else:
            class_ = "direct" if mark.type in convention.DIRECT else "quasi"
            turn.spans.append({"start": start, "end": end, "type": mark.type, "identifier_class": class_,
                               "entity_id": mark.entity, "form": mark.form})  # fmt: skip


def plain(said, heard):
    """A name in small letters; without stops where the style took them."""
    return said.lower() if set(said) & set("-.") <= set(heard) else without_stops(said).lower().strip()


def trimmed(pieces):
    if pieces and pieces[0].mark is None:
        pieces[0] = pieces[0].saying(pieces[0].text.lstrip())
    if pieces and pieces[-1].mark is None:
        pieces[-1] = pieces[-1].saying(pieces[-1].text.rstrip())
    return pieces
