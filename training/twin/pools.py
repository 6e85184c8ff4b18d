"""Reads the lists in pools/: names, places, organisations, occupations.

They were written by hand for this generator and share no source with the lists in rules/. What a culture or a
place is called here is what passages call it.
"""

import csv
import functools
import pathlib

POOLS = pathlib.Path(__file__).parent / "pools"
# Cultures whose names stand in lists of given names and surnames in Latin letters.
LATIN = "western south-asian filipino indonesian african middle-eastern east-asian".split()
# Those that are drawn from for a person of culture `other`.
OTHER = "middle-eastern east-asian african indonesian".split()
# Those that have names in Han characters.
HAN = "hk mainland".split()
CULTURES = [*HAN, *LATIN, "other"]


@functools.cache
def names(file):
    """The lines of a list, without comments."""
    lines = (POOLS / file).read_text(encoding="utf-8").splitlines()
    return [it for it in lines if it and not it.startswith("#")]


@functools.cache
def rows(file):
    """The rows of a table, as dictionaries by its first line."""
    with open(POOLS / file, encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def given(culture, gender):
    return names(f"given-{culture}-{gender}.txt")


def surnames(culture):
    return names(f"surnames-{culture}.txt")


@functools.cache
def han_surnames(culture):
    """Pairs of characters and romanisation. Weights are flattened: not only the commonest names are wanted."""
    weighed = [(it["han"], it["roman"], float(it["weight"])) for it in rows(f"han-surnames-{culture}.csv")]
    return [(han, roman) for han, roman, weight in weighed for _ in range(max(1, round(weight**0.5)))]


@functools.cache
def han_given(culture, gender):
    table = rows(f"han-given-{culture}.csv")
    return [(it["han"], it["roman"]) for it in table if it["gender"] in (gender, "u")]


@functools.cache
def han_nicknames(gender):
    """Patterns; {S} is the surname, {G1} and {G2} the first and the last character of the given name."""
    table = [it for it in rows("han-nicknames.csv") if it["gender"] in (gender, "u")]
    return [it["pattern"] for it in table for _ in range(max(1, round(float(it["weight"]) ** 0.7)))]


@functools.cache
def nicknames():
    found = {}
    for it in rows("nicknames.csv"):
        found.setdefault(it["given"], []).append(it["nickname"])
    return found


@functools.cache
def places(place, type_, form, lang):
    """Places and organisations of a form; cities and countries also from the list for any place."""
    near = by_place().get((place, type_, form, lang), [])
    far = by_place().get(("any", type_, form, lang), [])
    home = by_place().get(("hk", type_, form, lang), []) or by_place().get(("hk", type_, form, "en"), [])
    found = near + far or home
    if not found:
        raise KeyError(f"no {type_}.{form} for {place}")
    return found


@functools.cache
def by_place():
    found = {}
    for it in rows("places.csv"):
        for lang in ("en", "zh"):
            if it[lang]:
                found.setdefault((it["place"], it["type"], it["form"], lang), []).append(it[lang])
    return found


@functools.cache
def demographics(lang, form):
    return [it["value"] for it in rows("demographics.csv") if it["lang"] == lang and form in (None, it["form"])]
