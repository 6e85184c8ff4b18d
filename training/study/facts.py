"""One thing that is true of somebody: its type, its entity, and all ways to say it in both languages.

Days, ages and places are made here; whose they are is decided in lives.py.
"""

import dataclasses
import re

from borrowed import dates, pools


@dataclasses.dataclass(frozen=True)
class Fact:
    """`ways` has form and value by language; another set by the name of a way, such as "spoken"."""

    type: str
    entity: str
    ways: dict
    other: dict = dataclasses.field(default_factory=dict)

    def say(self, r, lang, how=""):
        ways = self.other[how] if how else self.ways
        found = ways["en" if lang == "en" else "zh"]
        if lang == "mx" and self.type in ("LOC", "ORG", "OCCUPATION") and r.random() < 0.35:
            found = ways["en"]
        return r.choice(found)


def same(type_, entity, value):
    """What is written alike in both languages."""
    return Fact(type_, entity, {"en": [("default", value)], "zh": [("default", value)]})


def both(type_, entity, form, pair):
    return Fact(type_, entity, {"en": [(form, pair[0])], "zh": [(form, pair[1])]})


def slug(words):
    return "-".join(re.findall("[a-z0-9]+", words.lower()))


def thing(type_, form, pair):
    """A place or an organisation: one entity in the whole study."""
    return both(type_, f"{type_.lower()}.{slug(pair[0])}", form, pair)


def bilingual(type_, form):
    return [
        (it["en"], it["zh"])
        for it in pools.rows("places.csv")
        if (it["place"], it["type"], it["form"]) == ("hk", type_, form) and it["en"] and it["zh"]
    ]


def age(entity, years):
    english = [("number", str(years)), ("spoken", dates.words(years))]
    chinese = [("number", f"{years}歲"), ("spoken", f"{dates.han(years)}歲")]
    if years > 19:
        chinese.append(("decade", f"{dates.han(years // 10 * 10)}幾歲"))
    return Fact("AGE", entity, {"en": english, "zh": chinese})


def month(r, entity, first, last):
    y, m = r.randrange(first, last + 1), r.randrange(1, 13)
    name, spelled = dates.MONTHS[m - 1], "".join(dates.HAN_DIGITS[int(it)] for it in str(y))
    english = [f"{name} {y}", f"{name} of {y}", f"{name} {dates.year_words(y)}"]
    chinese = [f"{y}年{m}月", f"{spelled}年{dates.han(m)}月", f"{spelled[2:]}年{dates.han(m)}月"]
    return Fact("DATE", entity, {"en": [("month", it) for it in english], "zh": [("month", it) for it in chinese]})


def day(r, entity, first, last):
    return of_day(entity, r.randrange(first, last + 1), r.randrange(1, 13), r.randrange(1, 29))


def of_day(entity, y, m, d):
    name, spelled = dates.MONTHS[m - 1], "".join(dates.HAN_DIGITS[int(it)] for it in str(y))
    english = [
        f"{d} {name} {y}",
        f"{name} {d}{dates.suffix(d)}, {y}",
        f"the {d}{dates.suffix(d)} of {name}, {y}",
        f"{d:02}/{m:02}/{y}",
    ]
    chinese = [f"{y}年{m}月{d}號", f"{y}年{m}月{d}日", f"{spelled}年{dates.han(m)}月{dates.han(d)}號", f"{d}/{m}/{y}"]
    return Fact("DATE", entity, {"en": [("full", it) for it in english], "zh": [("full", it) for it in chinese]})


def year(entity, y):
    spelled = "".join(dates.HAN_DIGITS[int(it)] for it in str(y))
    english = [("default", str(y)), ("default", dates.year_words(y))]
    return Fact("DATE", entity, {"en": english, "zh": [("default", f"{y}年"), ("default", f"{spelled[2:]}年")]})
