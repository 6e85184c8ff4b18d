"""What comes into the slots of the templates.

| Slot | Filled with |
|---|---|
| `{p}` `{p2}` `{p3}` | a person, as talk most often names one; other numbers are other people |
| `{p.given}` `{p.full}` `{p.last}` `{p.nick}` `{p.title}` | the name in that form only (`title`: Mr X, X生; the title is outside) |
| `{p.spell}` `{p.letters}` | spelled out; initials |
| `{loc}` `{org}` `{occ}` | a place, an organisation, an occupation |
| `{drug}` `{people}` `{word}` `{Word}` | a medicine, a nationality, any word, any word with a capital: no names |
| `{num}` | a small number |
"""

import re

from talk import people

TITLES = {"f": ["Mrs", "Ms", "Miss", "Dr", "Nurse", "Auntie"], "m": ["Mr", "Dr", "Uncle", "Mr", "Pastor", "Sir"], "u": ["Mr", "Ms", "Dr", "Prof", "Miss"]}
HAN_TITLES = {"f": ["太", "小姐", "姑娘", "太太", "醫生", "老師", "女士", "社工", "律師", "主任", "Miss", "婆婆", "議員", "師奶", "阿姨", "教授", "院長", "督導", "大狀"], "m": ["生", "先生", "sir", "醫生", "老師", "Sir", "師傅", "主任", "校長", "律師", "牧師", "伯伯", "議員", "教授", "院長", "督導", "導演", "教練", "老闆", "警官", "神父"]}
NICK_ENDS = {"f": ["姐", "姐", "妹", "女", "姨", "嬸", "婆", "嫂", "媽"], "m": ["哥", "仔", "仔", "叔", "伯", "sir", "爺", "公"]}
FAT = ["肥仔", "高佬", "大", "細", "四眼", "大舊", "肥", "靚女", "靚仔", "癲", "鬈毛", "豆丁", "黑仔", "大眼", "傻", "鬼", "老", "光頭", "大頭", "金毛", "豆皮", "鬍鬚", "大聲", "口水", "長毛",
       "黑面", "沙膽", "爆牙", "瘦", "矮仔", "潮州", "上海", "番薯", "豉油", "喪", "單眼", "獨臂", "大炮", "蛇王", "西裝", "的士", "大隻", "跛腳", "崩牙", "肥婆", "生雞", "大口", "火爆", "酒鬼", "爛頭", "啞仔"]
STREETS = ["Street", "Road", "Lane", "Avenue", "Terrace", "Path", "Drive", "Close"]
BUILDINGS = ["Estate", "Court", "House", "Mansion", "Gardens", "Building", "Plaza", "Centre", "Village"]
BODIES = ["Secondary School", "Primary School", "College", "Clinic", "Hospital", "Centre", "Foundation", "Association", "Church", "Society", "Kindergarten", "Trust",
          "Limited", "& Co", "Bank", "Logistics", "Catering", "Home", "Hostel", "Workshop", "University", "Trading", "Cafe", "Elderly Home", "Methodist Church"]
HAN_STREETS = ["街", "道", "里", "路", "徑", "巷"]
HAN_BUILDINGS = ["邨", "苑", "樓", "大廈", "花園", "閣", "中心", "村", "廣場", "台"]
HAN_BODIES = ["中學", "小學", "幼稚園", "書院", "醫院", "診所", "中心", "基金會", "協會", "教會", "公司", "有限公司", "銀行", "酒樓", "茶餐廳", "護老院", "工場", "宿舍", "會", "物流", "集團", "堂"]
WORDS = {"en": {"word-en": 85, "look-en": 15}, "yue": {"word-zh": 40, "word-yue": 38, "look-zh": 22}}
SLOT = re.compile(r"^(p[2-4]?)(?:\.(given|full|last|nick|title|spell|letters))?$|^(loc|org|occ|drug|people|word|Word|num)$")


def known(slot):
    return bool(SLOT.match(slot))


class Filler:
    """Fills the slots of one talk. Its people come back."""

    def __init__(self, rng, pools, names, language, culture=None, gender=None):
        self.rng, self.pools, self.names, self.language = rng, pools, names, language
        self.culture, self.gender = culture, gender
        self.cast = []
        self.here = {}

    def new_turn(self):
        self.here = {}

    def person(self, which):
        if which not in self.here:
            free = [it for it in self.cast if it not in self.here.values()]
            if free and self.rng.random() < 0.55:
                self.here[which] = self.rng.choice(free)
            else:
                self.here[which] = people.Person(self.rng, self.names, self.language, self.culture, self.gender)
                if len(self.cast) < 6:
                    self.cast.append(self.here[which])
        return self.here[which]

    def __call__(self, slot):
        found = SLOT.match(slot)
        if found[3]:
            return getattr(self, "fill_" + found[3].lower())(found[3])
        person = self.person(found[1])
        return self.named(person, found[2])

    def named(self, person, form):
        parts = (han_form if person.han else latin_form)(self.rng, person, form)
        if self.rng.random() < 0.06 and form != "spell":
            parts = [(people.misheard(self.rng, words) if type else words, type) for words, type in parts]
        return parts

    def chance(self, share):
        return self.rng.random() < share

    def fill_loc(self, _):
        choice, pools = self.rng.choice, self.pools
        if self.language == "en":
            name = choice(pools["place-en"]) if self.chance(0.5) else choice(pools["world-en"])
            if self.chance(0.3):
                words = choice(self.names.last["western"]) if self.chance(0.6) else choice(pools["rom-syllable"]) + " " + choice(pools["rom-syllable"])
                name = f"{words} {choice(STREETS + BUILDINGS)}"
        else:
            name = choice(pools["place-hk"]) if self.chance(0.6) else choice(pools["place-zh"])
            if self.chance(0.25):
                name = "".join(self.rng.choices(pools["han-char"], k=2)) + choice(HAN_STREETS + HAN_BUILDINGS)
            elif self.chance(0.08):
                name = choice(pools["place-en"])
        return [(name, "LOC")]

    def fill_org(self, _):
        choice, pools = self.rng.choice, self.pools
        if self.language == "en":
            name = choice(pools["org-en"])
            if self.chance(0.55):
                words = choice([
                    choice(self.names.last["western"]), "St " + choice(self.names.given["western"]["m"]), choice(pools["place-en"]),
                    choice(pools["word-en"]).capitalize() + " " + choice(pools["word-en"]).capitalize(),
                    choice(pools["rom-last"]) + " " + choice(pools["rom-syllable"]) + " " + choice(pools["rom-syllable"]), choice(pools["word-en"]).capitalize(),
                ])
                name = f"{words} {choice(BODIES)}"
        else:
            name = choice(pools["org-hk"])
            if self.chance(0.55):
                words = choice(["".join(self.rng.choices(pools["han-char"], k=2)), choice(pools["place-hk"]), "聖" + choice(self.names.sounds["m"]), choice(pools["word-zh"])[:2],
                                choice(pools["han-last"]) + "".join(self.rng.choices(pools["han-char"], k=2)) + "紀念"])
                name = words + choice(HAN_BODIES)
            elif self.chance(0.12):
                name = choice(pools["org-en"])
        return [(name, "ORG")]

    def fill_occ(self, _):
        return [(self.rng.choice(self.pools["occ-en" if self.language == "en" else "occ-zh"]), "OCCUPATION")]

    def fill_drug(self, _):
        return [(self.rng.choice(self.pools["drug-en" if self.language == "en" or self.chance(0.2) else "drug-zh"]), None)]

    def fill_people(self, _):
        return [(self.rng.choice(self.pools["people-en"]), None)]

    def fill_word(self, slot):
        word = self.rng.choice(self.pools[people.pick(self.rng, WORDS[self.language])])
        return [(word.capitalize() if slot == "Word" else word, None)]

    def fill_num(self, _):
        return [(str(self.rng.choice([2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 40, 50, 60, 90, 100])), None)]


def latin_form(rng, person, form):
    given, last = person.given, person.last
    turned = person.culture in ("romanised", "pinyin", "korean", "vietnamese") and rng.random() < 0.8
    full = f"{last} {given}" if turned else f"{given} {last}"
    if person.culture == "hk":
        full = rng.choice([full, full, full, f"{last} {given}", f"{given} {last} {person.roman}", f"{last} {person.roman} {given}", f"{last} {person.roman}, {given}"])
    if form is None:
        form = people.pick(rng, {"given": 62, "full": 17, "title": 7, "nick": 6, "last": 3, "spell": 1, "initial": 2, "letters": 2, "family": 1})
    if form == "given":
        return [(given, "PERSON")]
    if form == "full":
        return [(full, "PERSON")]
    if form == "last":
        return [(last, "PERSON")]
    if form == "family":
        return [(rng.choice(["the ", "the two ", "both ", "those "]), None), (last, "PERSON"), ("s", None)]
    if form == "initial":
        return [(f"{given} {last[:1]}" + rng.choice(["", "."]), "PERSON")]
    if form == "letters":
        a, b = given[:1].upper(), last[:1].upper()
        return [(rng.choice([a + b, f"{a}.{b}.", f"{a} {b}", a + a, f"{a}J", f"{a}."]), "PERSON")]
    if form == "spell":
        return [(people.spelled(rng, rng.choice([given, last, given])), "PERSON")]
    if form == "title":
        title = rng.choice(TITLES[person.gender])
        whom = given if title in ("Auntie", "Uncle", "Miss", "Nurse", "Sir", "Pastor") and rng.random() < 0.6 else last
        return [(title + rng.choice([" ", " ", ". "]), None), (whom, "PERSON")]
    short = re.split(r"[ -]", given)[-1].capitalize()
    if person.culture in ("romanised", "pinyin"):
        return [(rng.choice(["Ah ", "Ah ", "Ah ", "Ah-", "Siu ", "Lo ", "Xiao ", "Lao ", "Fatty ", "Big ", "Little "]) + rng.choice([short, short, last]), "PERSON")]
    if rng.random() < 0.15:
        return [(rng.choice(["Big ", "Little ", "Old ", "Crazy ", "Tall ", "Wee ", "Fat "]) + given, "PERSON")]
    cut = given[: rng.choice([3, 4])]
    return [(rng.choice([cut, cut + "ie", cut + "y", cut + "s", cut + "o", cut]), "PERSON")]


def han_form(rng, person, form):
    given, last = person.given, person.last
    if form is None:
        weights = {"given": 26, "full": 20, "title": 20, "ah": 14, "nick": 15, "english": 12, "mixed": 6}
        if person.culture == "sounds":
            weights = {"given": 9, "ah-given": 1}
        form = people.pick(rng, weights)
    if not last and form in ("full", "last", "title", "nick"):
        form = "given"
    if form in ("english", "mixed", "spell") and not person.english:
        form = "full" if last else "given"
    if form == "given" and person.culture == "han" and (rng.random() < 0.12 or len(given) == 1):
        return [("阿" + given, "PERSON")]
    if form == "given":
        return [(given, "PERSON")]
    if form == "full":
        return [(rng.choice(["阿", "", "", "", "", ""]), None), (last + given, "PERSON")]
    if form == "last":
        return [(last, "PERSON")]
    if form == "title":
        gender = rng.choice("fm") if person.gender == "u" else person.gender
        return [(last, "PERSON"), (rng.choice(HAN_TITLES[gender]), None)]
    if form == "ah":
        return [("阿" + rng.choice([given[-1], given[-1], given[0], last[-1]]), "PERSON")]
    if form == "ah-given":
        return [("阿", None), (given, "PERSON")]
    if form == "nick" and person.thing:
        return [(rng.choice(["", "", "阿"]) + person.thing, "PERSON")]
    if form == "nick":
        gender = rng.choice("fm") if person.gender == "u" else person.gender
        stem = rng.choice([given[-1], given[-1], given[0], last[-1]])
        if rng.random() < 0.28:
            return [(rng.choice(FAT) + stem, "PERSON")]
        if rng.random() < 0.1:
            return [(given[-1] * 2, "PERSON")]
        if rng.random() < 0.2:
            return [(rng.choice(["小" + stem, "細" + stem, "大" + stem, "老" + last[-1], "老" + last[-1]]), "PERSON")]
        return [(stem + rng.choice(NICK_ENDS[gender]), "PERSON")]
    english = person.english
    if form == "spell":
        return [(people.spelled(rng, english), "PERSON")]
    if form == "english":
        ends = rng.random()
        if ends < 0.12:
            return [(english + rng.choice(NICK_ENDS[rng.choice("fm")][:3]), "PERSON")]
        if ends < 0.2:
            return [("阿", None), (english, "PERSON")]
        if ends < 0.24:
            return [(rng.choice(["Miss ", "Dr ", "Mr ", "Ms "]), None), (person.roman, "PERSON")]
        if ends < 0.27:
            return [(person.roman, "PERSON"), (rng.choice([" sir", " Sir", "醫生", "太", "生", " Miss"]), None)]
        if ends < 0.31:
            return [(f"{english} {person.roman}", "PERSON")]
        if ends < 0.36:
            return [(english, "PERSON"), (rng.choice(["姑娘", "醫生", "老師", " sir", "Sir", " Miss"]), None)]
        return [(english, "PERSON")]
    return [(rng.choice([f"{last} {english}", f"{english} {last}", f"{english}{last}", f"{last}{english}", f"{english} {last}{given}", f"{last}{given} {english}"]), "PERSON")]
