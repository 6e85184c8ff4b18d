"""Made-up people and the ways in which talk names them."""

import bisect
import itertools

import turns

# How often a person is of which culture, by the language of the talk.
CULTURES = {
    "en": {"western": 24, "wide": 16, "hk": 12, "romanised": 12, "south-asian": 7, "african": 6, "muslim": 6, "filipino": 4, "indonesian": 4,
           "vietnamese": 3, "european": 5, "pinyin": 5, "nepali": 3, "korean": 2, "japanese": 2, "thai": 2, "turkic": 2, "words": 3},
    "yue": {"han": 54, "hk": 24, "romanised": 5, "sounds": 4, "western": 3, "wide": 2, "south-asian": 1, "nepali": 1, "muslim": 2, "filipino": 2,
            "indonesian": 2, "pinyin": 1, "words": 1},
}
VOWELS = "aeiou"
# What a recogniser or a hurried typist makes of letters; the first that fits somewhere is tried at random.
HEARD = [("ph", "f"), ("f", "ph"), ("c", "k"), ("k", "c"), ("y", "i"), ("ie", "y"), ("ee", "ea"), ("ou", "u"), ("oo", "u"), ("sh", "ch"), ("ch", "sh"),
         ("th", "t"), ("v", "w"), ("w", "v"), ("z", "s"), ("s", "z"), ("ai", "ay"), ("ei", "ay"), ("b", "p"), ("d", "t"), ("g", "k"), ("r", "l"), ("l", "n"),
         ("n", "m"), ("m", "n"), ("j", "g"), ("x", "ks"), ("qu", "kw"), ("kh", "k"), ("dh", "d"), ("h", ""), ("e", ""), ("an", "en"), ("en", "an"), ("in", "een")]
# Characters that sound alike or nearly, by which a name is misheard.
ALIKE = ["明名銘鳴", "華樺驊", "志至智誌", "偉韋瑋", "強鏘", "詩思絲司", "欣忻昕", "嘉家加佳", "玲鈴齡靈伶", "芳方坊", "文民敏", "俊駿進晉", "輝暉揮", "儀怡宜頤", "珊山姍", "慧惠蕙衛",
         "麗莉俐", "婷廷庭停", "君軍鈞", "國幗", "業葉", "健建", "豪浩皓", "樂洛", "晴情程", "彤同童桐", "琪其祺淇", "瑤遙搖", "潔結", "雯聞", "芬分紛", "英瑛鷹", "成誠承城", "永泳詠穎", "權拳",
         "賢言妍", "康匡", "朗郎", "軒謙", "鵬朋", "昌倡", "基機", "寶保", "珠朱", "鳳奉", "嫻閒", "陳塵", "張章", "李理", "黃王", "何河", "梁良", "林琳", "周鄒", "吳伍", "鄭鄺", "余如"]
LIKE = {a: [b for b in them if b != a] for them in ALIKE for a in them}
COMPOUND = ["歐陽", "司徒", "上官", "諸葛", "司馬"]


class Names:
    """The names of one half, for training or for measuring."""

    def __init__(self, pools, held):
        keep = lambda names: [it for it in names if turns.held_out(it) == held]
        self.given = {culture: {g: keep(its) for g, its in genders.items()} for culture, genders in pools["given"].items()}
        self.last = {culture: keep(its) for culture, its in pools["last"].items()}
        self.words = keep(pools["given-words"])
        self.han = {g: keep(its) for g, its in pools["han-given"].items()}
        self.han_whole = keep(pools["han-given-whole"])
        self.things = keep(pools["han-things"])
        self.sounds = {g: keep(its) for g, its in pools["han-sounds"].items()}
        # Family names and syllables are few, so both halves share them; what is made of them is told apart whole.
        self.shared = {it: pools[it] for it in ("han-last", "han-last-rare", "han-char", "rom-last", "rom-syllable", "pinyin-last", "pinyin-syllable")}
        self.nick_stop = set(pools["nick-stop"])
        self.held = held

    def apart(self, rng, make):
        while True:
            made = make()
            if turns.held_out(made.replace(" ", "").replace("-", "")) == self.held:
                return made


class Person:
    """`given` and `last` in one script; Han people may have an English name besides."""

    def __init__(self, rng, names, language, culture=None, gender=None):
        weights = CULTURES[language]
        self.culture = culture or pick(rng, weights)
        self.asked = gender
        self.gender = gender or rng.choice("fm")
        self.han = self.culture in ("han", "sounds")
        self.english = None
        getattr(self, "make_" + self.culture.replace("-", "_"), self.make_western)(rng, names)

    def of(self, rng, names, culture):
        genders = names.given[culture]
        pool = genders.get(self.gender) or genders.get("u")
        if genders.get("u") and not self.asked and (not pool or rng.random() < 0.25):
            pool, self.gender = genders["u"], "u"
        return rng.choice(pool)

    def make_western(self, rng, names):
        self.given = self.of(rng, names, self.culture)
        last = names.last.get(self.culture) or names.last["western"]
        self.last = rng.choice(last)

    def make_wide(self, rng, names):
        self.gender = "u"
        self.given = rng.choice(names.given["wide"]["u"])
        self.last = rng.choice(names.last["western"])

    def make_words(self, rng, names):
        self.gender = "u"
        self.given, self.last = rng.choice(names.words), rng.choice(names.last["western"])

    def make_hk(self, rng, names):
        self.given = self.of(rng, names, "hk")
        self.last = rng.choice(names.shared["rom-last"])
        self.roman = romanised(rng, names.shared["rom-syllable"])

    def make_romanised(self, rng, names):
        self.gender = "u"
        self.given = names.apart(rng, lambda: romanised(rng, names.shared["rom-syllable"]))
        self.last = rng.choice(names.shared["rom-last"])

    def make_pinyin(self, rng, names):
        self.gender = "u"
        syllables = names.shared["pinyin-syllable"]
        self.given = names.apart(rng, lambda: rng.choice(syllables) + (rng.choice(syllables).lower() if rng.random() < 0.7 else ""))
        self.last = rng.choice(names.shared["pinyin-last"])

    def make_han(self, rng, names):
        self.last = rng.choice(names.shared["han-last"] if rng.random() < 0.84 else names.shared["han-last-rare"])
        if rng.random() < 0.06:
            self.last = rng.choice(COMPOUND)
        if self.asked or rng.random() < 0.4:
            self.given = rng.choice(names.han[self.gender])
        elif rng.random() < 0.5:
            self.gender, self.given = "u", rng.choice(names.han_whole)
        else:
            self.gender = "u"
            two = 2 if rng.random() < 0.9 else 1
            self.given = names.apart(rng, lambda: "".join(rng.choices(names.shared["han-char"], k=two)))
        self.thing = rng.choice(names.things) if rng.random() < 0.08 else None
        if rng.random() < 0.5:
            self.english = rng.choice(names.given["hk"][rng.choice("fm")])
            self.roman = rng.choice(names.shared["rom-last"])

    def make_sounds(self, rng, names):
        self.last, self.given = "", rng.choice(names.sounds[self.gender])


def pick(rng, weights):
    total = list(itertools.accumulate(weights.values()))
    return list(weights)[bisect.bisect(total, rng.random() * total[-1])]


def romanised(rng, syllables):
    a, b = rng.choice(syllables), rng.choice(syllables)
    return rng.choice([f"{a} {b}", f"{a} {b}", f"{a}-{b.lower()}", f"{a}-{b}", a + b.lower(), a])


def misheard(rng, name):
    """A name as somebody who doesn't know it writes it down. May be the same."""
    if name and name[0] >= "\u2e80":
        at = rng.randrange(len(name))
        return name[:at] + rng.choice(LIKE.get(name[at], [name[at]])) + name[at + 1 :]
    for _ in range(6):
        old, new = rng.choice(HEARD)
        at = name.lower().find(old)
        if at < 0 or not new and len(name) < 5:
            continue
        new = new.capitalize() if at == 0 else new
        return name[:at] + new + name[at + len(old) :]
    at = rng.randrange(len(name))
    if name[at] in VOWELS:
        return name[:at] + rng.choice(VOWELS) + name[at + 1 :]
    return name[:at] + name[at] + name[at:]


def spelled(rng, name):
    """Letter by letter. Only Latin names."""
    letters = [it for it in name.upper() if it.isalpha()][:10]
    return rng.choice(["-", " ", "-", ". "]).join(letters)
