"""The people of some texts as a roster, and their names as somebody else heard them.

The rows mark what was misheard and nothing else: with the roster loaded, each should be covered, or a reviewer asked.
"""

import csv
import functools

import people
import pools
from styles import Style

HEAD = ["code", "role", "group", "unit", "name", "aliases", "relation", "consent", "never_match"]
SHARE = 0.4  # Of the mentions of a name.


class Misheard(Style):
    """Hears a text as it is said, but for names; every other English text in small letters."""

    def __init__(self, r, lang, lower):
        super().__init__(r, "asr_lower" if lower else "clean", lang)

    def __call__(self, piece):
        heard = piece.text
        if piece.is_a("PERSON") and piece.mark.form in FORMS and self.r.random() < SHARE:
            heard = self.homophone(heard) if heard[0] >= "\u2e80" else self.misheard(heard) if len(heard) >= 5 else heard
        wrong = piece.is_a("PERSON") and heard != piece.text
        piece = super().__call__(piece.saying(heard))
        return piece if wrong or not piece.mark else piece.unmarked()

    def homophone(self, name):
        """One character written as another that sounds the same; a family name is known."""
        family = 1 if len(name) > 2 else 0
        places = [at for at, it in enumerate(name) if at >= family and it in alike()]
        if not places:
            return name
        at = self.r.choice(places)
        return name[:at] + self.r.choice(sorted(alike()[name[at]])) + name[at + 1 :]

    def label(self, piece):
        return piece.unmarked() if piece.mark else piece


# Whole names and given names: what a roster makes of a canonical name. Nicknames are nobody's to know.
FORMS = {"full", "rom-western", "given", "rom-full", "rom-given", "han-full", "han-given"}


@functools.cache
def alike():
    groups = [set(line) for line in pools.names("homophones.txt")]
    return {it: group - {it} for group in groups for it in group}


def roster(texts):
    """Rows of a roster: each text a group of its own, its people with their names in both scripts."""
    yield HEAD
    taken = set()
    for number, text in enumerate(texts, 1):
        for count, person in enumerate(it for scene in text.scenes for it in scene.people.values()):
            names = [person.form("full")]
            if person.han_surname:
                names += [person.form("rom-full"), person.han_surname + person.han_given]
            # Of two people with one name the first is in the roster.
            last = people.plain(person.surname)
            latin = [people.plain(it) for it in (person.given, person.roman) if it]
            same = {last + it for it in latin} | {it + last for it in latin} | {person.han_surname + person.han_given} - {""}
            if same & taken:
                continue
            taken |= same
            names = list(dict.fromkeys(names))
            code = f"P-{number:03}{count:02}"
            yield [code, "P", f"D{number:03}", "", names[0], "; ".join(names[1:]), "", "team", ""]


def write(path, texts):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(roster(texts))
