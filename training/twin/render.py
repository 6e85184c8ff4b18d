"""Fills the slots of one passage: a line of it becomes pieces.

Which part of a value is marked is asked of convention.py; how a recogniser would have written it is left to styles.py.
"""

import re

import convention
import passages
from people import CULTURES_AT, Person
from pieces import Mark, Piece
from values import Values

DETERMINER = re.compile(r"\b(?:the|a|an|your|our|my|his|her|their) $", re.IGNORECASE)
INDEFINITE = re.compile(r"(?:^|(?<=[^A-Za-z']))([Aa])n? $")
VOWEL_SOUND = re.compile(r"(?i)(?!one|eu)(?:[aeio]|u(?!ni|se|k\b|rd)|8|11\b|18\b|mri)")


class Scene:
    def __init__(self, r, passage, taken):
        """`taken` are the given names that the text has already."""
        self.r, self.passage, self.taken = r, passage, taken
        self.asked = passages.asked(passage)
        self.people = {}
        self.values = Values(r, passage.place, self.owner)
        self.nameless = 0

    def line(self, text, in_label=False):
        pieces, at = [], 0
        for slot in passages.SLOT.finditer(text):
            add(pieces, Piece(text[at : slot.start()]))
            at = slot.end()
            self.fill(pieces, slot, text[at:], in_label)
        add(pieces, Piece(text[at:]))
        return pieces

    def fill(self, pieces, slot, following, in_label):
        if slot["look_alike"]:
            add(pieces, Piece(slot["resembling"], Mark("look-alike", form=slot["look_alike"])))
        elif slot["neutral"] is not None:
            add(pieces, Piece(slot["neutral"], Mark("neutral")))
        else:
            self.fill_value(pieces, slot, following, in_label)

    def fill_value(self, pieces, slot, following, in_label):
        type_, entity = slot["type"], slot["entity"]
        form, value = self.value(slot)
        cut = convention.cut(type_, form, value)
        before = opened(pieces, cut.before) if slot["literal"] is None else cut.before
        if self.passage.lang == "en":
            agree(pieces, before + cut.name)
        add(pieces, Piece(before))
        if cut.neutral:
            add(pieces, Piece(cut.name, Mark("neutral")))
        else:
            add(pieces, Piece(cut.name, Mark("span", type_, form, self.entity_id(type_, entity), in_label)))
        # 佢十歲: the passage may have written the 歲 itself.
        if not following.startswith(cut.after):
            add(pieces, Piece(cut.after))

    def value(self, slot):
        """The form that was drawn, and the value."""
        type_, entity = slot["type"], slot["entity"]
        form, english = passages.form(slot)
        lang = "en" if english else self.passage.lang
        if slot["literal"] is not None:
            return form or "literal", slot["literal"]
        if type_ == "PERSON":
            form = form or ("han-full" if lang == "zh" else "full")
            return form, self.person(entity, han=form.startswith(("han-", "rom-"))).form(form)
        form = self.values.once(("form", type_, form, entity), lambda: self.values.form(type_, form))
        return form, self.values.value(type_, form, entity, lang)

    def person(self, entity, han=False):
        key = entity or f"nameless-{self.nameless + 1}"
        if key not in self.people:
            asked = self.asked.get(key, passages.Asked(han=han))
            gender = asked.gender or self.r.choice("fm")
            self.people[key] = Person(self.r, gender, self.culture(asked), asked.role, self.taken)
        return self.people[key]

    def culture(self, asked):
        if asked.han and asked.culture not in ("hk", "mainland"):
            return "hk"
        weights = CULTURES_AT[self.passage.place]
        return asked.culture or self.r.choices(list(weights), list(weights.values()))[0]

    def owner(self, entity):
        """Whose address it is; somebody else's, unless the entity is a person of the passage."""
        if entity in self.asked:
            return self.person(entity)
        return Person(self.r, self.r.choice("fm"), "hk" if self.passage.place == "hk" else "western", "", set())

    def entity_id(self, type_, entity):
        if entity is None:
            self.nameless += 1
            entity = f"nameless-{self.nameless}"
        return f"{self.passage.id}.{entity if type_ == 'PERSON' else f'{type_.lower()}-{entity}'}"


def add(pieces, piece):
    """Words that bear no mark run together."""
    if not piece.text:
        return
    if pieces and pieces[-1].mark is None and piece.mark is None:
        pieces[-1] = Piece(pieces[-1].text + piece.text)
    else:
        pieces.append(piece)


def opened(pieces, before):
    """An article is dropped after another, and has a capital at the start of a line."""
    said = pieces[-1].text if pieces and pieces[-1].mark is None else ""
    if convention.ARTICLE.match(before):
        if DETERMINER.search(said):
            return ""
        if not pieces:
            return before.capitalize()
    return before


def agree(pieces, following):
    """`a` or `an`, by the word that came into the slot."""
    if pieces and pieces[-1].mark is None:
        said = pieces[-1].text
        n = "n" if VOWEL_SOUND.match(following) else ""
        pieces[-1] = Piece(INDEFINITE.sub(lambda it: f"{it[1]}{n} ", said))
