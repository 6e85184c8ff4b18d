"""One human of the study: a name in both scripts and every way in which others say it.

All ways are settled when somebody is born, so that no file changes what another one calls them.
"""

import random

from borrowed import HAN_TITLES, Person

MOST_DRAWS = 300
LONG_TITLES = {"f": "小姐", "m": "先生"}


class Human:
    def __init__(self, seed, id, gender, culture, circle, names, role="", old=False, family=None):
        """`circle` is whom they might be taken for, `names` are whole names of the study, `family` is a surname."""
        self.id, self.gender, self.culture, self.role, self.old = id, gender, culture, role, old
        r = random.Random(f"{seed}/{id}")
        for _ in range(MOST_DRAWS):
            self.draw(r, family)
            if not self.whole() & names and not circle.mistakes(self, family):
                break
        else:
            raise ValueError(f"no name is left for {id}")
        names |= self.whole()
        circle.add(self)
        self.family = (self.person.han_surname, self.person.surname)
        self.facts, self.words = {}, pronouns(gender)

    def draw(self, r, family):
        it = self.person = Person(r, self.gender, self.culture, self.role, set())
        if family:
            it.han_surname, it.surname = family
        titles = ["Mr"] if self.gender == "m" else ["Mrs", "Ms"] if self.old else ["Ms", "Miss"]
        it.title = "Dr" if self.role == "doctor" else r.choice(titles)
        self.ways = {"en": self.english(), "zh": self.chinese()}

    def whole(self):
        return {ways["full"][0][1] for ways in self.ways.values()}

    def called(self):
        """All that they are called without a title."""
        return {value for ways in self.ways.values() for how in ("full", "given", "nick") for _, value in ways[how]}

    def english(self):
        it = self.person
        full, rom = [("full", it.form("full"))], []
        given, nick = [("given", it.given)], [("nick", it.form("nick") if len(it.given) > 5 else it.given)]
        if self.culture == "hk":
            rom = [("rom-full", it.form("rom-full"))]
            syllables = it.roman.replace("-", " ").split()
            ah = [("nick", f"Ah {syllables[-1].capitalize()}")] if len(syllables) > 1 else []
            if self.old:
                full, given, nick = [], [("rom-given", it.roman)], ah or [("nick", it.roman)]
            else:
                given, nick = [*given, *given, ("rom-given", it.roman)], ah or nick
        full += rom
        initials = [("initials", it.form("initials"))]
        return {
            "full": full,
            "given": given,
            "nick": nick,
            "title": [("title-surname", it.form("title-surname"))],
            "initials": initials,
            "spelled": self.spelled(),
        }

    def chinese(self):
        it, latin = self.person, {key: self.english()[key] for key in ("full", "given", "nick")}
        if not it.han_surname:
            title = HAN_TITLES[self.role][self.gender][0] if self.role else LONG_TITLES[self.gender]
            return latin | {
                "title": [("han-title", it.surname + title)],
                "initials": latin["given"],
                "spelled": self.spelled(),
            }
        given, nick = [("han-given", it.form("han-given"))], [("han-nick", it.form("han-nick"))]
        if self.culture == "hk" and not self.old:
            given, nick = [*given, *given, ("given", it.given)], [*nick, *nick, ("nick", self.english()["nick"][0][1])]
        return {
            "full": [("han-full", it.form("han-full"))],
            "given": given,
            "nick": nick,
            "title": [("han-title", it.form("han-title"))],
            "initials": given,
            "spelled": self.spelled(),
        }

    def spelled(self):
        """The surname letter by letter."""
        return [("spelled", "-".join(it for it in self.person.surname.upper() if it.isalpha()))]

    def say(self, r, lang, how):
        """Form and value. In mixed talk a name may come in either script."""
        found = self.ways["en" if lang == "en" else "zh"][how]
        if lang == "mx" and how in ("given", "nick", "full") and not self.old:
            found = [*found, *self.ways["en"][how]]
        return r.choice(found)

    def forms(self):
        """All ways, each once, as people.json lists them."""
        found = {value for ways in self.ways.values() for some in ways.values() for _, value in some}
        return sorted(found)


class Circle:
    """People who are spoken of in the same files. No two of them are called alike, so that gold can be right about whom
    a name means; one family apart, none share a surname either, where they are known by it."""

    def __init__(self, humans=(), surnames=False, called=()):
        self.called, self.surnames, self.minds_surnames = set(called), set(), surnames
        for it in humans:
            self.add(it)

    def add(self, human):
        self.called |= human.called()
        self.surnames.add(human.person.surname)

    def mistakes(self, human, family):
        namesake = self.minds_surnames and not family and human.person.surname in self.surnames
        return namesake or bool(human.called() & self.called)


def pronouns(gender):
    they, them, their = ("she", "her", "her") if gender == "f" else ("he", "him", "his")
    ta = "她" if gender == "f" else "他"
    return {
        "en": {"they": they, "them": them, "their": their, "themself": f"{them}self"},
        "zh": dict.fromkeys(("they", "them", "their", "themself"), "佢"),
        "note": dict.fromkeys(("they", "them", "their", "themself"), ta),
    }
