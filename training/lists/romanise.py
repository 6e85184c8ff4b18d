"""From Jyutping to how Hong Kong writes names in Latin letters, and lists of such syllables.

The Hong Kong Government never published rules; this table is ours, from how common surnames and given names
are written (陳 can4 Chan, 黃 wong4 Wong, 張 zoeng1 Cheung, 葉 jip6 Yip or Ip, 羅 lo4 Law or Lo, 子 zi2 Tsz or Chi).
The first spelling is the usual one. Tones are not written.
"""

import han
import latin
import readers

ONSETS = {
    "": [""], "b": ["p", "b"], "p": ["p"], "m": ["m"], "f": ["f"], "d": ["t", "d"], "t": ["t"], "n": ["n", "l"], "l": ["l"],
    "g": ["k", "g"], "k": ["k"], "ng": ["ng", ""], "gw": ["kw", "gw"], "kw": ["kw"], "w": ["w"], "h": ["h"],
    "z": ["ch", "ts", "j"], "c": ["ch", "ts"], "s": ["s", "sh"], "j": ["y"],
}  # fmt: skip
RHYMES = {
    "aa": ["a", "ah"], "aai": ["ai"], "aau": ["au"], "aam": ["am"], "aan": ["an"], "aang": ["ang"], "aap": ["ap"], "aat": ["at"],
    "aak": ["ak"], "a": ["a"], "ai": ["ai"], "au": ["au", "ow"], "am": ["am", "um"], "an": ["an", "un"], "ang": ["ang"],
    "ap": ["ap", "up"], "at": ["at"], "ak": ["ak"], "e": ["e", "eh"], "eu": ["eu"], "em": ["em"], "eng": ["eng", "ing"],
    "ep": ["ep"], "ek": ["ek", "ik"], "ei": ["ei", "i", "ee", "ay"], "i": ["i", "ee"], "iu": ["iu", "iew"], "im": ["im"],
    "in": ["in"], "ing": ["ing"], "ip": ["ip"], "it": ["it"], "ik": ["ik"], "o": ["o", "or", "oh"], "oi": ["oi", "oy"],
    "ou": ["o", "ou", "oe"], "on": ["on"], "ong": ["ong"], "ot": ["ot"], "ok": ["ok"], "u": ["u", "oo"], "ui": ["ui", "ooi"],
    "un": ["un", "oon"], "ung": ["ung"], "ut": ["ut"], "uk": ["uk"], "oe": ["eu"], "oeng": ["eung", "eong"], "oek": ["euk", "eok"],
    "eoi": ["ui"], "eon": ["un", "eun"], "eot": ["ut"], "yu": ["u", "ue"], "yun": ["uen", "yun", "un"], "yut": ["uet", "ut"],
    "m": ["m"], "ng": ["ng"],
}  # fmt: skip
# Whole syllables that the two tables do not give.
WHOLE = {
    "zi": ["tsz", "chi", "tse", "che", "jee"], "ci": ["tsz", "chi", "tse"], "si": ["sze", "si", "see", "sz", "szeto"][:4],
    "lo": ["lo", "law"], "so": ["so", "saw"], "jip": ["yip", "ip"], "ji": ["yi", "yee", "i", "e"], "jau": ["yau", "yu"],
    "jan": ["yan", "ian"], "ze": ["che", "tse", "jeh"], "ngo": ["ngo", "o"], "ng": ["ng", "eng"], "m": ["m", "ng"],
    "jyu": ["yu", "yue", "ue"], "jyun": ["yuen", "yun", "un"], "jyut": ["yuet", "ut"], "wu": ["wu", "woo"], "wui": ["wui", "ui"],
    "oi": ["oi", "ngoi"], "on": ["on", "ngon"], "au": ["au", "ow", "ngau"], "faa": ["fa", "fah"], "zoek": ["cheuk", "cheok"],
    "coek": ["cheuk", "cherk"], "hou": ["ho", "hoo"], "ou": ["o", "ou"], "keoi": ["kui", "kiu"], "geoi": ["kui", "kue"],
}  # fmt: skip


NUCLEI = [nucleus + coda for nucleus in readers.NUCLEI for coda in readers.CODAS]


def split(syllable):
    fits = lambda it: syllable.startswith(it) and syllable[len(it) :] in {*NUCLEI, *readers.RHYMES}
    onset = next(it for it in sorted(ONSETS, key=len, reverse=True) if fits(it))
    return onset, syllable[len(onset) :]


def spellings(syllable):
    """Of a syllable without tone, the usual spelling first."""
    if syllable in WHOLE:
        return WHOLE[syllable]
    onset, rhyme = split(syllable)
    first, *others = [a + b for a in ONSETS[onset] for b in RHYMES.get(rhyme, [rhyme])]
    return [first, *others]


def readings(open_):
    all = readers.readings(open_("jyutping").text("ToJyutping/trie.txt"))
    return {word: it for word, it in all.items() if len(word) == 1 and han.HAN.match(word)}


def weighed(open_, characters, english, family, ours):
    """Spelling to weight, of characters and theirs."""
    read = readings(open_)
    strength = {}
    for it, weight in characters.items():
        for n, syllables in enumerate(read.get(it, [])[:2]):
            for m, spelling in enumerate(spellings(syllables.split(" ")[0][:-1])):
                score = weight - 2 * n - 2 * m
                if score > 0 and len(spelling) > 1:
                    strength[spelling] = max(min(9, score + 1), strength.get(spelling, 0), 4)
    clear = set()
    for path, is_clear in ours:
        for it in latin.own(path):
            strength[it] = max(7, strength.get(it, 0))
            clear |= {it} if is_clear else set()
    return {it: weight if it in clear else latin.weigh(it, weight, family, english) for it, weight in strength.items()}


def pinyin(open_, names, english):
    """Given names of two characters in Hanyu Pinyin, written as one word."""
    read = {}
    for code, sounds in readers.parse_json(open_("pinyin").text("pypinyin/pinyin_dict.json")).items():
        read[chr(int(code))] = latin.bare(sounds.split(",")[0].replace("ü", "u"))
    strength = {}
    for it in {*names.givens, *names.listed}:
        if all(character in read for character in it):
            spelling = "".join(read[character] for character in it)
            strength[spelling] = max(names.strength(it), strength.get(spelling, 0))
    return {it: latin.weigh(it, min(weight, 7), False, english) for it, weight in strength.items()}
