"""A turn of talk with its marked names, and what can be done to it without losing the marks."""

import dataclasses
import hashlib

TYPES = ("PERSON", "LOC", "ORG", "OCCUPATION")
LABELS = ["O", *(f"{place}-{it}" for it in TYPES for place in "BI")]


@dataclasses.dataclass
class Turn:
    """`spans` are `(start, end, type)` in characters, in order, none over another.

    `whole`: are all types marked? Real texts have no occupations marked, so O there means O or OCCUPATION.
    """

    text: str
    spans: list
    whole: bool = True

    @classmethod
    def of(cls, parts, whole=True):
        """From `(text, type or None)` one after another."""
        text, spans = "", []
        for words, type in parts:
            if type and words:
                spans.append((len(text), len(text) + len(words), type))
            text += words
        return cls(text, spans, whole)

    def parts(self):
        at = 0
        for start, end, type in self.spans:
            yield self.text[at:start], None
            yield self.text[start:end], type
            at = end
        yield self.text[at:], None

    def mapped(self, change):
        """With every part's text changed by `change(text, type)`."""
        return Turn.of([(change(words, type), type) for words, type in self.parts()], self.whole)


def share(key, of):
    """A number from 0 to `of` - 1 that depends on a text alone: what decides between training and measuring."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % of


def held_out(key):
    """One name of ten is for measuring only."""
    return share(key.casefold(), 10) == 0
