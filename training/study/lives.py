"""What is true of everybody in the study: relatives, work, places, days and numbers, in both languages.

A fact is drawn once. Who tells it, in which wave and in which words is not decided here.
"""

import random
import re

import lists
from borrowed import digits, plain, pools
from cast import Circle, Human
from facts import Fact, age, bilingual, both, day, month, same, thing, year

# Of each pair: languages of its talk, cultures and genders of the two.
PAIRS = [
    ("yue", "hk", "f", "hk", "m"),
    ("en", "hk", "m", "south-asian", "f"),
    ("mixed", "hk", "f", "hk", "f"),
    ("yue", "hk", "m", "mainland", "m"),
    ("mixed", "hk", "m", "hk", "f"),
    ("en", "filipino", "f", "hk", "f"),
    ("yue", "hk", "f", "hk", "f"),
    ("mixed", "hk", "f", "hk", "m"),
    ("en", "hk", "m", "hk", "m"),
    ("yue", "hk", "m", "hk", "f"),
]
UNITS = 3
# From which age on somebody has a child, who is at secondary school.
CHILD_FROM = 37
# What not everybody has, and how often.
OPTIONAL = {
    "child": 0.6,
    "love": 0.75,
    "neighbour": 0.7,
    "mtr": 0.6,
    "street": 0.6,
    "bank": 0.4,
    "plate": 0.3,
    "origin": 0.5,
    "church": 0.6,
    "loss": 0.5,
    "cafe": 0.7,
    "building": 0.6,
    "handle": 0.6,
    "email": 0.7,
    "course": 0.6,
    "nurse": 0.7,
    "walk": 0.8,
    "friend": 0.9,
    "boss": 0.8,
    "passport": 0.4,
    "url": 0.4,
}
MAIL = ["gmail.com", "yahoo.com.hk", "outlook.com", "netvigator.com", "protonmail.com"]


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
        human = Human(
            self.study.seed, self.entity(name), gender, culture, self.study.circles[self.group], self.study.names, **how
        )
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
        self.names, self.circles = set(), {}
        self.r = random.Random(f"{seed}/study")
        units = self.r.sample(bilingual("ORG", "service"), UNITS)
        self.units = [thing("ORG", "service", it) for it in units]
        shared = Circle()
        self.team = [Human(seed, f"RES-0{n}", "fm"[n % 2], "hk", shared, self.names) for n in (1, 2)]
        self.supervisors = [
            Human(seed, f"U{n + 1}.supervisor", self.r.choice("fm"), "hk", shared, self.names, role="worker")
            for n in range(UNITS)
        ]
        self.lives = []
        for number in range(pairs):
            self.lives += self.pair(number, shared)
        # The focus group has two of its own, and six who are of a pair, too.
        self.circles["F01"] = Circle(self.team, surnames=True, called=shared.called)
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
        near = [*(it.human for it in two), self.supervisors[number % UNITS], *self.team]
        self.circles[group] = Circle(near, surnames=True, called=shared.called)
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
        life.years = r.randrange(24, 62) if life.group.startswith("D") else r.randrange(CHILD_FROM, 62)
        if life.years < CHILD_FROM:
            life.has.discard("child")
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
            years = {
                "sib": life.years + r.choice([3, 5, 8]) * (1 if en.startswith("older") else -1),
                "parent": life.years + r.randrange(24, 34),
                "love": life.years + r.choice([-4, 2, 6]),
                "child": r.randrange(11, 16),
            }[key]
            it.facts["age"] = age(f"{it.id}.age", years)
        if "child" in life.people:
            schools = [it for it in bilingual("ORG", "school") if not re.search("Primary|Kindergarten", it[0])]
            life.people["child"].facts["school"] = life.place("ORG", "school", schools)
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
        en, zh, area, area_zh = r.choice(lists.HOMES)
        facts["home"], facts["area"] = thing("LOC", "estate", (en, zh)), thing("LOC", "area", (area, area_zh))
        life.used.add(area)
        facts["oldhome"] = life.place("LOC", "area")
        facts["hospital"], facts["school"] = life.place("ORG", "hospital"), life.place("ORG", "school")
        for who, what, some in (("employer", "job", lists.ONCE), ("work", "nowjob", lists.NOW)):
            en, zh, job, job_zh = r.choice(some)
            facts[who] = thing("ORG", "employer", (en, zh))
            facts[what] = both("OCCUPATION", life.entity(what + life.mark), "default", (job, job_zh))
        for key, type_, form, some in (
            ("walk", "LOC", "area", lists.WALKS),
            ("cafe", "ORG", "employer", lists.CAFES),
            ("mtr", "LOC", "mtr", None),
            ("street", "LOC", "street", None),
            ("building", "LOC", "building", None),
        ):
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
        for key, first, last in (
            ("admitted", max(1985, ill), max(1985, ill) + 2),
            ("moved", 2016, 2021),
            ("fired", ill + 1, ill + 3),
            ("trained", 2020, 2022),
        ):
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
            ("patient", "IDNUM", digits.patient(r, "hk")),
            ("member", "IDNUM", f"M-{digits.some(r, 6)}"),
            ("bank", "IDNUM", digits.bank(r, "hk")),
            ("plate", "PLATE", digits.plate(r, "hk")),
            ("passport", "PASSPORT", digits.passport(r, "hk")),
            ("url", "URL", f"{self.alias(life).replace('_', '')}.wordpress.com"),
            ("email", "EMAIL", f"{self.alias(life)}@{r.choice(MAIL)}"),
            ("handle", "HANDLE", f"@{self.alias(life)}"),
        ):
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
        return life.r.choice(
            [f"{given}.{surname}{year_[2:]}", f"{given}{surname}", f"{surname}_{given}{life.r.randrange(10, 99)}"]
        )

    def address(self, life):
        r, home = life.r, life.facts["home"].ways
        at = r.randrange(len(pools.names("blocks-en.txt")))
        floor, room = r.randrange(2, 38), r.randrange(1, 24)
        block, block_zh = pools.names("blocks-en.txt")[at], pools.names("blocks-zh.txt")[at]
        estate, estate_zh = home["en"][0][1], home["zh"][0][1]
        english = [
            f"Flat {floor}{room:02}, {block} House, {estate}",
            f"Room {room}, {floor}/F, {block} House, {estate}",
        ]
        chinese = [f"{estate_zh}{block_zh}{floor}樓{room:02}室", f"{estate_zh}{block_zh}{floor}{room:02}室"]
        ways = {"en": [("default", it) for it in english], "zh": [("default", it) for it in chinese]}
        return Fact("ADDRESS", life.entity(f"address{life.mark}"), ways)
