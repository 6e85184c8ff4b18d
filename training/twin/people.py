"""One person: a name drawn from the lists, and how others say it.

What of a form is a span is the business of convention.py.
"""

import re
import unicodedata

import pools

# How often a person at a place is of a culture, where the passage does not say.
CULTURES_AT = {
    "hk": {"hk": 52, "western": 12, "south-asian": 13, "filipino": 6, "indonesian": 4, "mainland": 6, "african": 4,
           "east-asian": 2, "middle-eastern": 1},
    "uk": {"western": 52, "african": 12, "hk": 8, "mainland": 2, "filipino": 3, "south-asian": 15,
           "middle-eastern": 6, "east-asian": 2},
    "us": {"western": 56, "african": 10, "hk": 5, "mainland": 5, "filipino": 6, "south-asian": 8,
           "middle-eastern": 5, "east-asian": 5},
    "au": {"western": 58, "african": 6, "hk": 8, "mainland": 5, "filipino": 6, "south-asian": 9,
           "middle-eastern": 5, "east-asian": 3},
    "ie": {"western": 70, "african": 10, "hk": 4, "filipino": 5, "south-asian": 6, "middle-eastern": 5},
    "ke": {"african": 80, "western": 6, "south-asian": 10, "middle-eastern": 4},
    "ca": {"western": 50, "african": 7, "hk": 14, "mainland": 6, "filipino": 7, "south-asian": 10,
           "middle-eastern": 4, "east-asian": 2},
    "sg": {"western": 12, "hk": 25, "mainland": 20, "filipino": 8, "indonesian": 10, "south-asian": 20,
           "east-asian": 5},
}  # fmt: skip
TITLES = {
    "f": ["Mrs"] * 3 + ["Ms"] * 3 + ["Miss", "Dr", "Mrs.", "Sister"],
    "m": ["Mr"] * 6 + ["Dr", "Mr.", "Dr.", "Pastor"],
}
TITLES_WITH_GIVEN = {"f": ["Miss", "Auntie", "Ms"], "m": ["Mr"]}
# A role is what a passage says of a person (`+doctor`); "" is anyone else, who is then no doctor and no nurse.
HAN_TITLES = {
    "": {"f": ["太", "太太", "小姐"], "m": ["生", "生", "先生"]},
    "doctor": {"f": ["醫生"], "m": ["醫生"]},
    "nurse": {"f": ["姑娘"], "m": ["先生", "sir"]},
    "worker": {"f": ["姑娘"], "m": ["sir", "sir", "先生"]},
    "teacher": {"f": ["老師", "miss"], "m": ["老師", "sir"]},
}
MARKED = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ß": "ss", "æ": "ae", "ı": "i"})
VOWEL = "aeiouyáéíóúöüäåø"
FIRST_SYLLABLE = re.compile(f"(?i)[^{VOWEL}]*[{VOWEL}]+[^{VOWEL}h]?")
MOST_DRAWS = 200


def plain(name):
    """Small letters and digits only, as in an address."""
    letters = unicodedata.normalize("NFKD", name.translate(MARKED))
    return "".join(it for it in letters if it.isascii() and it.isalnum()).lower()


class Person:
    def __init__(self, r, gender, culture, role, taken):
        """`taken` are the given names of a text; no two of its people share one."""
        self.r, self.gender, self.culture = r, gender, culture
        self.said = {}
        for _ in range(MOST_DRAWS):
            self.draw()
            names = {self.given, self.han_given} - {""}
            if not names & taken:
                break
        taken |= names
        self.title = r.choice(TITLES[gender])
        self.han_title = r.choice(HAN_TITLES[role][gender])

    def draw(self):
        r = self.r
        self.han_surname = self.han_given = self.roman = ""
        if self.culture in pools.HAN:
            self.han_surname, self.surname = r.choice(pools.han_surnames(self.culture))
            self.han_given, self.roman = r.choice(pools.han_given(self.culture, self.gender))
            self.given = self.roman
            if self.culture == "hk":
                self.roman = self.spelled(self.roman)
                self.given = r.choice(pools.given("hk", self.gender))
        else:
            culture = r.choice(pools.OTHER) if self.culture == "other" else self.culture
            self.given = r.choice(pools.given(culture, self.gender))
            self.surname = r.choice(pools.surnames(culture))

    def spelled(self, roman):
        """Chi Keung, now and then Chi-Keung or Chikeung."""
        dice = self.r.random()
        if dice < 0.12:
            return roman.replace(" ", "-")
        return roman.replace(" ", "").capitalize() if dice < 0.17 else roman

    def form(self, form):
        """The same person is called the same way throughout."""
        if form not in self.said:
            self.said[form] = self.say(form)
        return self.said[form]

    def say(self, form):
        r = self.r
        match form:
            case "full" if self.culture == "mainland":
                return f"{self.surname} {self.given}"
            case "full" | "rom-western":
                return f"{self.given} {self.surname}"
            case "given":
                return self.given
            case "lower-given":
                return self.given.lower()
            case "surname":
                return self.surname
            case "title-surname":
                return f"{self.title} {self.surname}"
            case "title-given":
                return f"{r.choice(TITLES_WITH_GIVEN[self.gender])} {self.given}"
            case "initials":
                return r.choice(["{}.{}.", "{}{}", "{}. {}."]).format(self.given[0].upper(), self.surname[0].upper())
            case "initial":
                return f"{self.given[0].upper()}."
            case "nick":
                return self.nick()
            case "rom-full":
                return f"{self.surname} {self.roman or self.given}"
            case "rom-given":
                return self.roman or self.given
            case "han-full":
                return self.han_surname + self.han_given
            case "han-given":
                return self.han_alone()
            case "han-title":
                return self.han_surname + self.han_title
            case "han-nick":
                pattern = r.choice(pools.han_nicknames(self.gender))
                return pattern.format(S=self.han_surname, G1=self.han_given[0], G2=self.han_given[-1])
        raise ValueError(form)

    def han_alone(self):
        """Nobody is called by one character."""
        if len(self.han_given) > 1:
            return self.han_given
        return self.r.choice([f"阿{self.han_given}", self.han_surname + self.han_given])

    def nick(self):
        r = self.r
        known = pools.nicknames().get(self.given)
        if known:
            return r.choice(known)
        if self.culture == "hk" and r.random() < 0.55:
            return f"Ah {re.split('[ -]', self.roman)[-1].capitalize()}"
        first = re.split("[ -]", self.given)[0]
        words = pools.names("no-nicknames.txt")
        good = [it for it in shortened(first) if len(it) > 2 and it.lower() not in words]
        return r.choice(good) if good else self.given


def shortened(name):
    """Ways to cut a name short: Christopher, Chris or Chrisy; Kim, Kimmy."""
    last = name[-1].lower()
    if len(name) <= 3:
        return [name + name.lower() if last in VOWEL else f"{name}{last}y"]
    found = FIRST_SYLLABLE.match(name)
    head = found[0] if found and 2 <= len(found[0]) < len(name) else name[:3]
    if head[-1] in VOWEL:
        return [head]
    doubled = head[-1] if len(head) == 3 and head[-2] in "aeiou" and head[-1] not in "wxvjh" else ""
    return [head, f"{head}{doubled}y"]
