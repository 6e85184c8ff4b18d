"""What a speech recogniser makes of a text: lost stops, small letters, fillers, names misheard.

Works on pieces, so that a mark stays with its words. A name that is misheard stays a name.
"""

import re

STYLES = {"en": ["clean", "asr_noisy", "asr_lower"], "zh": ["clean", "asr_noisy"]}
LIKE = {
    "a": "eo", "e": "ia", "i": "ey", "o": "ua", "u": "o", "b": "p", "p": "b", "d": "t", "t": "d", "g": "k", "k": "g",
    "m": "n", "n": "m", "s": "z", "z": "s", "v": "f", "f": "v", "l": "r", "r": "l", "c": "k", "y": "i", "w": "v",
    "h": "w",
}  # fmt: skip
FILLERS = ["uh", "um", "uh,", "um,", "er,", "like,", "you know,", "uh"]
FILLERS_ZH = ["呃", "即係", "er", "嗯", "咁", "即係呢", "呃，"]
SAID = {"@": " at ", ".": " dot ", "_": " underscore ", "/": " slash "}


class Style:
    def __init__(self, r, name, lang):
        self.r, self.name, self.lang = r, name, lang
        self.spelled = {}

    def __call__(self, piece):
        if self.name == "clean":
            return piece
        if self.name == "asr_lower":
            return piece.saying(self.lowered(piece))
        if self.lang == "zh":
            return piece.saying(self.noisy_zh(piece))
        return piece.saying(self.noisy(piece))

    def label(self, piece):
        """Who speaks is not heard but set by a person, and seldom in small letters."""
        if self.name == "asr_lower" and piece.mark is None and self.r.random() < 0.5:
            return piece.saying(piece.text.lower())
        return piece

    def lowered(self, piece):
        if piece.is_a("EMAIL", "URL", "HANDLE"):
            return self.address(piece.text)
        text = without_stops(piece.text).lower()
        return text.strip() if piece.mark else text

    def address(self, text):
        """The same address is always said the same way."""
        if text not in self.spelled:
            said = text
            if self.r.random() < 0.5:
                said = re.sub("https?://", "", text)
                for sign, words in SAID.items():
                    said = said.replace(sign, words)
            self.spelled[text] = " ".join(said.split()).lower()
        return self.spelled[text]

    def noisy(self, piece):
        r, text = self.r, piece.text
        if piece.is_a("PERSON") and len(text) >= 4:
            if r.random() < 0.10:
                return self.misheard(text)
            return text.lower() if r.random() < 0.07 else text
        if piece.is_a("LOC", "ORG"):
            return text.lower() if r.random() < 0.12 else text
        return text if piece.mark else self.hesitant(text)

    def hesitant(self, text):
        """Stops lost, capitals lost, fillers between words, short words said twice."""
        words = re.split(r"(\s+)", text)
        last = len(words) - 1
        return "".join(
            self.word(it, inner=0 < at < last) if it and not it.isspace() else it for at, it in enumerate(words)
        )

    def word(self, word, inner):
        r = self.r
        if word[-1] in ",;" and r.random() < 0.5 or word[-1] in ".?!" and r.random() < 0.35:
            word = word[:-1]
        if word[:1].isupper() and word != "I" and not word.startswith("I'") and r.random() < 0.15:
            word = word[0].lower() + word[1:]
        if inner and word and r.random() < 0.035:
            return f"{r.choice(FILLERS)} {word}"
        if inner and word.isalpha() and len(word) < 5 and r.random() < 0.03:
            return f"{word} {word if word == 'I' else word.lower()}"
        return word

    def noisy_zh(self, piece):
        r, text = self.r, piece.text
        if piece.mark:
            latin = piece.is_a("PERSON") and re.fullmatch("[A-Za-z]{5,}", text)
            return self.misheard(text) if latin and r.random() < 0.08 else text
        said = ""
        for it in text:
            lost = it in "，、；：" and r.random() < 0.45 or it in "。！？" and r.random() < 0.35
            said += r.choice(["", " ", " "]) if lost else it
            if it in "，、。" and r.random() < 0.12:
                said += r.choice(FILLERS_ZH)
        return said

    def misheard(self, name):
        r = self.r
        places = [at for at, it in enumerate(name) if at and it in LIKE]
        if not places:
            return name
        at = r.choice(places)
        other = name[at] * 2 if name[at] in "lnrstm" and r.random() < 0.25 else r.choice(LIKE[name[at]])
        return name[:at] + other + name[at + 1 :]


def without_stops(text):
    text = text.replace("’", "'").replace("‘", "")
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s']|_", " ", text))
