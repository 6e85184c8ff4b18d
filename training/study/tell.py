"""Fills the slots of a line: pieces of text, each with what is known of it.

Which part of a value is a span is asked of convention.py of the twin.
"""

from borrowed import Mark, Piece, add, agree, convention, opened
from phrases import CHOICE, NAMES, PRONOUNS, SLOT


class Scene:
    """Of whom is spoken, to whom, and who else is there. `note` says that it is written Chinese."""

    def __init__(self, life, other=None, note=False):
        self.life, self.partner, self.other, self.note = life, life.partner, other, note
        self.today = None

    def can(self, line):
        return all(self.knows(it) for it in line.needs())

    def knows(self, path):
        head, _, rest = path.partition(".")
        rest = rest.lower()
        if head == "O":
            return self.other is not None
        if head in ("S", "P"):
            life = self.life if head == "S" else self.partner
            return rest in NAMES or rest in life.facts
        head = head.lower()
        if head in self.life.people:
            human = self.life.people[head]
            return rest in (*NAMES, *PRONOUNS) or rest in human.facts or rest in human.words["en"]
        return head in PRONOUNS or head in self.life.facts

    def resolve(self, path):
        """A human, a fact or a word, and how it is to be said."""
        head, _, rest = path.partition(".")
        rest = rest.lower()
        if head == "today":
            return self.today, ""
        if head in ("S", "P", "O"):
            life = {"S": self.life, "P": self.partner, "O": self.other}[head]
            return (life.human, rest) if rest in NAMES else (life.facts[rest], "")
        head = head.lower()
        if head in self.life.people:
            human = self.life.people[head]
            if rest in NAMES:
                return human, rest
            return (human.facts[rest], "") if rest in human.facts else (human.words, rest)
        return (self.life.words, head) if head in PRONOUNS else (self.life.facts[head], rest)


def tell(r, text, lang, scene):
    """`lang` is en, zh or mx: that of this line."""
    text = CHOICE.sub(lambda it: r.choice(it[1].split("|")), text)
    pieces, at = [], 0
    for slot in SLOT.finditer(text):
        add(pieces, Piece(text[at : slot.start()]))
        at = slot.end()
        if slot["kind"]:
            add(pieces, Piece(slot["alike"], Mark("look-alike", form=slot["kind"])))
        elif slot["neutral"] is not None:
            add(pieces, Piece(slot["neutral"], Mark("neutral")))
        else:
            fill(r, pieces, slot["path"], lang, scene, text[at:])
    add(pieces, Piece(text[at:]))
    return pieces


def fill(r, pieces, path, lang, scene, following):
    what, how = scene.resolve(path)
    if isinstance(what, dict):
        words = what["en" if lang == "en" else "note" if scene.note else "zh"][how]
        capital = path.rpartition(".")[2][0].isupper() and lang == "en"
        add(pieces, Piece(words.capitalize() if capital else words))
        return
    form, value = what.say(r, lang, how)
    type_, entity = ("PERSON", what.id) if how in NAMES else (what.type, what.entity)
    mark_value(pieces, type_, form, entity, value, lang, following)


def mark_value(pieces, type_, form, entity, value, lang, following=""):
    cut = convention.cut(type_, form, value)
    before = opened(pieces, cut.before)
    if lang == "en":
        agree(pieces, before + cut.name)
    add(pieces, Piece(before))
    add(pieces, Piece(cut.name, Mark("neutral") if cut.neutral else Mark("span", type_, form, entity)))
    # Before 嗰陣 a line may bring its own 年 or 歲.
    if not following.startswith(cut.after or "\n"):
        add(pieces, Piece(cut.after))
