"""What is true of everybody in the study: relatives, work, places, days and numbers, in both languages.

A fact is drawn once. Who tells it, in which wave and in which words is not decided here.
"""

import dataclasses
import random
import re

import lists
from borrowed import dates, digits, plain, pools
from cast import Human

FIRST_DAY = (2024, 3)
# Of each pair: languages of its talk, cultures and genders of the two.
PAIRS = [
    ("yue", "hk", "f", "hk", "m"), ("en", "hk", "m", "south-asian", "f"), ("mixed", "hk", "f", "hk", "f"),
    ("yue", "hk", "m", "mainland", "m"), ("mixed", "hk", "m", "hk", "f"), ("en", "filipino", "f", "hk", "f"),
    ("yue", "hk", "f", "hk", "f"), ("mixed", "hk", "f", "hk", "m"), ("en", "hk", "m", "hk", "m"),
    ("yue", "hk", "m", "hk", "f"),
]  # fmt: skip
UNITS = 3
# What not everybody has, and how often.
OPTIONAL = {
    "child": 0.6, "love": 0.75, "neighbour": 0.7, "mtr": 0.6, "street": 0.6, "bank": 0.4, "plate": 0.3, "origin": 0.5,
    "church": 0.6, "loss": 0.5, "cafe": 0.7, "building": 0.6, "handle": 0.6, "email": 0.7, "course": 0.6, "nurse": 0.7,
    "walk": 0.8, "friend": 0.9, "boss": 0.8, "passport": 0.4, "url": 0.4,
}  # fmt: skip
MAIL = ["gmail.com", "yahoo.com.hk", "outlook.com", "netvigator.com", "protonmail.com"]


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
    return [(it["en"], it["zh"]) for it in pools.rows("places.csv")
            if (it["place"], it["type"], it["form"]) == ("hk", type_, form) and it["en"] and it["zh"]]  # fmt: skip


class Life:
    """A participant: who they are, whom they know, what is true of them."""

    def __init__(self, study, code, role, group, human):
        self.code, self.role, self.group, self.human = code, role, group, human
        self.people, self.facts, self.words = {}, {}, human.words
        self.study, self.r = study, random.Random(f"{study.seed}/{code}")
        self.used = set()

    def entity(self, key):
        return f"{self.group}.{self.role.lower()}-{key}"

    def knows(self, key, human, **words):
        for lang, word in words.items():
            human.words[lang]["kin"] = word
            if lang == "zh":
                human.words["note"]["kin"] = word
        self.people[key] = human
        return human

    def meets(self, key, name, gender=None, **how):
        gender = gender or self.r.choice("fm")
        culture = how.pop("culture", "hk")
        human = Human(self.study.seed, self.entity(name), gender, culture, self.study.taken[self.group], self.study.names, **how)
        return self.knows(key, human)

    def place(self, type_, form, some=None):
        """One that this life does not have yet."""
        found = some or bilingual(type_, form)
        free = [it for it in found if it[0] not in self.used]
        it = self.r.choice(free or found)
        self.used.add(it[0])
        return thing(type_, form, it)


class Study:
    """Everybody: the pairs, those who are in no pair, the team, the supervisors."""

    def __init__(self, seed=7, pairs=10):
        self.seed, self.pairs = seed, pairs
        self.names, self.taken = set(), {}
        self.r = random.Random(f"{seed}/study")
        units = self.r.sample(bilingual("ORG", "service"), UNITS)
        self.units = [thing("ORG", "service", it) for it in units]
        shared = set()
        self.team = [Human(seed, f"RES-0{n}", "fm"[n % 2], "hk", shared, self.names) for n in (1, 2)]
        self.supervisors = [
            Human(seed, f"U{n + 1}.supervisor", self.r.choice("fm"), "hk", shared, self.names, role="worker") for n in range(UNITS)
        ]
        self.lives = []
        for number in range(pairs):
            self.lives += self.pair(number, shared)
        # The focus group has two of its own: the software wants a group to have members.
        self.taken["F01"] = set(shared)
        for number in (1, 2):
            code = f"PSW-{pairs + number:02}"
            human = Human(seed, code, "mf"[number % 2], "hk", shared, self.names)
            life = self.live(Life(self, code, "PSW", "F01", human), number, f"-{number}")
            life.partner = life
            self.lives.append(life)

    def pair(self, number, shared):
        _, psw_culture, psw_gender, pir_culture, pir_gender = PAIRS[number % len(PAIRS)]
        group = f"D{number + 1:02}"
        two = []
        for role, culture, gender in (("PSW", psw_culture, psw_gender), ("PIR", pir_culture, pir_gender)):
            code = f"{role}-{number + 1:02}"
            two.append(Life(self, code, role, group, Human(self.seed, code, gender, culture, shared, self.names)))
        self.taken[group] = set(shared)
        two[0].partner, two[1].partner = two[1], two[0]
        met = month(random.Random(f"{self.seed}/{group}"), f"{group}.met", 2022, 2023)
        for life in two:
            life.facts["met"] = met
            self.live(life, number)
        return two

    def live(self, life, number, mark=""):
        """`mark` tells apart those of one role in a group."""
        r, at = life.r, number % UNITS
        life.mark = mark
        life.facts["service"] = self.units[at]
        life.facts.setdefault("met", month(r, life.entity(f"met{mark}"), 2022, 2023))
        life.has = {key for key, odds in OPTIONAL.items() if r.random() < odds}
        if life.group == "F01":
            life.has |= {"child", "love"}
        if life.role == "PSW":
            life.knows("supervisor", self.supervisors[at])
        life.years = r.randrange(24, 62)
        self.kin(life)
        self.others(life)
        self.places(life)
        self.days(life)
        self.numbers(life)
        return life

    def kin(self, life):
        r, human, mark = life.r, life.human, life.mark
        keys = ["sib", "parent", *(it for it in ("love", "child") if it in life.has)]
        for key in keys:
            gender = r.choice("fm")
            if key == "love" and r.random() < 0.9:
                gender = "m" if human.gender == "f" else "f"
            en, zh, name = r.choice(lists.KIN[key][gender])
            family = human.family if key == "sib" or (key, gender) == ("parent", "m") else None
            if key == "child" and human.gender == "m":
                family = human.family
            culture = human.culture if key != "love" else "hk" if human.culture == "mainland" else human.culture
            it = life.meets(key, name + mark, gender, culture=culture, old=key == "parent", family=family)
            life.knows(key, it, en=en, zh=zh)
            years = {"sib": life.years + r.choice([-6, -3, 3, 5]), "parent": life.years + r.randrange(24, 34),
                     "love": life.years + r.choice([-4, 2, 6]), "child": r.randrange(6, 17)}[key]  # fmt: skip
            it.facts["age"] = age(f"{it.id}.age", years)
        if "child" in life.people:
            life.people["child"].facts["school"] = life.place("ORG", "school")
        life.people["parent"].facts["city"] = self.city(life)

    def city(self, life):
        if "city" not in life.facts:
            known = lists.CITIES_OF.get(life.human.culture)
            life.facts["city"] = life.place("LOC", "city", known)
        return life.facts["city"]

    def others(self, life):
        r, mark = life.r, life.mark
        friend = ["friend"] if "friend" in life.has else []
        for key in [*friend, *(["wardmate"] if life.role == "PIR" else [])]:
            life.meets(key, key + mark)
        life.meets("doctor", f"doctor{mark}", role="doctor")
        if life.role == "PIR":
            life.meets("worker", "worker", role="worker")
        if "nurse" in life.has:
            life.meets("nurse", f"nurse{mark}", role="nurse")
        for key in ("neighbour", "boss"):
            if key in life.has:
                life.meets(key, key + mark)
        for key, it in life.people.items():
            if key in ("sib", "love", "wardmate", "friend"):
                it.facts["area"] = life.place("LOC", "area")
            if key in ("sib", "love"):
                it.facts["job"] = both("OCCUPATION", f"{it.id}.job", "default", r.choice(lists.JOBS))

    def places(self, life):
        r, facts = life.r, life.facts
        facts["home"], facts["area"] = life.place("LOC", "estate"), life.place("LOC", "area")
        facts["oldhome"] = life.place("LOC", "area")
        facts["hospital"], facts["school"] = life.place("ORG", "hospital"), life.place("ORG", "school")
        for who, what, some in (("employer", "job", lists.ONCE), ("work", "nowjob", lists.NOW)):
            en, zh, job, job_zh = r.choice(some)
            facts[who] = thing("ORG", "employer", (en, zh))
            facts[what] = both("OCCUPATION", life.entity(what + life.mark), "default", (job, job_zh))
        for key, type_, form, some in (
            ("walk", "LOC", "area", lists.WALKS), ("cafe", "ORG", "employer", lists.CAFES), ("mtr", "LOC", "mtr", None),
            ("street", "LOC", "street", None), ("building", "LOC", "building", None),
        ):  # fmt: skip
            if key in life.has:
                facts[key] = life.place(type_, form, some)
        if "course" in life.has or life.role == "PSW":
            facts["uni"] = life.place("ORG", "university")
        if "friend" in life.people:
            life.people["friend"].facts["employer"] = facts["employer"]
        culture = life.human.culture
        if "church" in life.has:
            faith = facts["faith"] = self.belongs(life, "faith", lists.FAITHS_OF.get(culture, lists.FAITHS))
            facts["church"] = life.place("ORG", "employer", lists.CHURCHES[faith.ways["en"][0][1]])
        if "origin" in life.has or culture in lists.ORIGINS_OF:
            facts["origin"] = self.belongs(life, "origin", lists.ORIGINS_OF.get(culture, lists.ORIGINS))

    def belongs(self, life, key, some):
        return both("DEMOGRAPHIC", life.entity(key + life.mark), "nationality", life.r.choice(some))

    def days(self, life):
        r, facts = life.r, life.facts
        start = 2024 - life.years
        ill = min(2019, start + r.randrange(17, 30))
        for key, first, last in (("admitted", max(1985, ill), max(1985, ill) + 2), ("moved", 2016, 2021), ("fired", ill + 1, ill + 3),
                                 ("trained", 2020, 2022)):  # fmt: skip
            facts[key] = month(r, life.entity(key + life.mark), first, last)
        facts["dxyear"] = year(life.entity(f"dxyear{life.mark}"), max(1985, ill))
        facts["born"] = year(life.entity(f"born{life.mark}"), start)
        facts["event"] = day(r, life.entity(f"event{life.mark}"), 2020, 2023)
        if "loss" in life.has:
            facts["loss"] = day(r, life.entity(f"loss{life.mark}"), 2015, 2019)
        if "love" in life.people:
            life.people["love"].facts["day"] = day(r, f"{life.people['love'].id}.day", 2012, 2019)
        facts["age"] = age(life.entity(f"age{life.mark}"), life.years)

    def numbers(self, life):
        r, facts = life.r, life.facts
        number, written = digits.phone(r, "hk")
        spoken = {lang: [("spoken", digits.spoken(r, number, lang)) for _ in range(2)] for lang in ("en", "zh")}
        entity = life.entity(f"phone{life.mark}")
        facts["phone"] = Fact("PHONE", entity, same("PHONE", entity, written).ways, {"spoken": spoken})
        card = digits.hkid(r)
        written = [("default", digits.hkid_written(r, card)), ("default", digits.hkid_written(r, card))]
        ways = {lang: [*written, ("spoken", digits.hkid_spoken(r, card, lang))] for lang in ("en", "zh")}
        facts["hkid"] = Fact("HKID", life.entity(f"hkid{life.mark}"), ways)
        for key, type_, value in (
            ("patient", "IDNUM", digits.patient(r, "hk")), ("member", "IDNUM", f"M-{digits.some(r, 6)}"),
            ("bank", "IDNUM", digits.bank(r, "hk")), ("plate", "PLATE", digits.plate(r, "hk")),
            ("passport", "PASSPORT", digits.passport(r, "hk")), ("url", "URL", f"{self.alias(life).replace('_', '')}.wordpress.com"),
            ("email", "EMAIL", f"{self.alias(life)}@{r.choice(MAIL)}"), ("handle", "HANDLE", f"@{self.alias(life)}"),
        ):  # fmt: skip
            if key in life.has or key not in OPTIONAL:
                facts[key] = same(type_, life.entity(key + life.mark), value)
        if life.role == "PIR":
            facts["caseno"] = same("IDNUM", life.entity("caseno"), digits.case(r, "hk"))
        sib = life.people["sib"]
        sib.facts["phone"] = same("PHONE", f"{sib.id}.phone", digits.phone(r, "hk")[1])
        facts["address"] = self.address(life)

    def alias(self, life):
        it = life.human.person
        given, surname, year_ = plain(it.given), plain(it.surname), str(2024 - life.years)
        return life.r.choice([f"{given}.{surname}{year_[2:]}", f"{given}{surname}", f"{surname}_{given}{life.r.randrange(10, 99)}"])

    def address(self, life):
        r, home = life.r, life.facts["home"].ways
        at = r.randrange(len(pools.names("blocks-en.txt")))
        floor, room = r.randrange(2, 38), r.randrange(1, 24)
        block, block_zh = pools.names("blocks-en.txt")[at], pools.names("blocks-zh.txt")[at]
        estate, estate_zh = home["en"][0][1], home["zh"][0][1]
        english = [f"Flat {floor}{room:02}, {block} House, {estate}", f"Room {room}, {floor}/F, {block} House, {estate}"]
        chinese = [f"{estate_zh}{block_zh}{floor}樓{room:02}室", f"{estate_zh}{block_zh}{floor}{room:02}室"]
        ways = {"en": [("default", it) for it in english], "zh": [("default", it) for it in chinese]}
        return Fact("ADDRESS", life.entity(f"address{life.mark}"), ways)


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
    english = [f"{d} {name} {y}", f"{name} {d}{dates.suffix(d)}, {y}", f"the {d}{dates.suffix(d)} of {name}, {y}", f"{d:02}/{m:02}/{y}"]
    chinese = [f"{y}年{m}月{d}號", f"{y}年{m}月{d}日", f"{spelled}年{dates.han(m)}月{dates.han(d)}號", f"{d}/{m}/{y}"]
    return Fact("DATE", entity, {"en": [("full", it) for it in english], "zh": [("full", it) for it in chinese]})


def year(entity, y):
    spelled = "".join(dates.HAN_DIGITS[int(it)] for it in str(y))
    english = [("default", str(y)), ("default", dates.year_words(y))]
    return Fact("DATE", entity, {"en": english, "zh": [("default", f"{y}年"), ("default", f"{spelled[2:]}年")]})
