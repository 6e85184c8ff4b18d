"""Everything but names: addresses, ages, handles, and what the lists and digits.py have for a place.

What is drawn for an entity is kept, so that a phone written and the same phone spoken are one number.
"""

import dates
import digits
import people
import pools

HOUSEHOLD_MAIL = ["gmail.com"] * 4 + ["yahoo.com", "outlook.com", "hotmail.com", "icloud.com", "protonmail.com"]
LOCAL_MAIL = {
    "hk": ["yahoo.com.hk", "netvigator.com", "connect.hku.hk", "link.cuhk.edu.hk"],
    "uk": ["btinternet.com", "hotmail.co.uk", "nhs.net"],
    "au": ["bigpond.com"],
    "ie": ["eircom.net"],
}
URLS = (
    "https://www.facebook.com/{} www.instagram.com/{} linkedin.com/in/{} https://medium.com/@{} {}.wordpress.com"
    " https://www.youtube.com/@{} www.patreon.com/{} https://threads.net/@{}"
).split()
UK_POSTCODES = ["LS6 2", "M14 5", "E8 1", "BS5 9", "CF24 3", "SE15 4", "NG7 2", "G41 3"]
DECADES = "- teens twenties thirties forties fifties sixties seventies eighties nineties".split()
AGES = {"child": (3, 18), "old": (70, 93)}
ADULT = (19, 67)
# What is drawn where a passage names no form.
ANY_FORM = {
    "LOC": ["district", "area"],
    "ORG": ["ngo", "service", "hospital", "employer"],
    "DATE": ["full", "month"],
    "IDNUM": ["patient", "case", "member"],
}


class Values:
    def __init__(self, r, place, person):
        """`person` gives the person of an entity, or nobody's name where it is not one."""
        self.r, self.place, self.person = r, place, person
        self.kept = {}

    def once(self, key, make):
        """`key` ends with the entity; what belongs to none is drawn anew."""
        if key[-1] is None:
            return make()
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def value(self, type_, form, entity, lang):
        return self.once((type_, form, lang, entity), lambda: self.make(type_, form, entity, lang))

    def form(self, type_, form):
        """The form itself, or one drawn: what convention.py is told."""
        if form or type_ not in ANY_FORM:
            return form or "default"
        return self.r.choice(ANY_FORM[type_])

    def make(self, type_, form, entity, lang):
        r, place = self.r, self.place
        match type_:
            case "LOC" | "ORG":
                return self.pick(type_, form, lang)
            case "PHONE":
                number, written = self.once(("PHONE", entity), lambda: digits.phone(r, place))
                return digits.spoken(r, number, lang) if form == "spoken" else written
            case "HKID":
                card = self.once(("HKID", entity), lambda: digits.hkid(r))
                return digits.hkid_spoken(r, card, lang) if form == "spoken" else digits.hkid_written(r, card)
            case "AGE":
                return self.age(form, entity, lang)
            case "DATE":
                return dates.say(r, form, lang, self.once(("DATE", entity), lambda: dates.draw(r)))
            case "DEMOGRAPHIC":
                return r.choice(pools.demographics(lang, None if form == "default" else form))
            case "OCCUPATION":
                return r.choice(pools.names(f"occupations-{lang}.txt"))
            case "EMAIL":
                return f"{self.handle(entity)}@{r.choice(HOUSEHOLD_MAIL + LOCAL_MAIL.get(place, []))}"
            case "HANDLE":
                handle = self.handle(entity).replace(".", r.choice(["_", ".", ""]))
                return r.choice([f"@{handle}", f"@{handle}", handle + r.choice(["_", "__", ".hk", "xx", ""])])
            case "URL":
                return r.choice(URLS).format(self.handle(entity).replace("_", "."))
            case "PASSPORT":
                return digits.passport(r, place)
            case "PLATE":
                return digits.plate(r, place)
            case "IDNUM":
                return digits.idnum(r, form, place)
            case "ADDRESS":
                return self.address(lang)
        raise ValueError(type_)

    def pick(self, type_, form, lang):
        return self.r.choice(pools.places(self.place, type_, form, lang))

    def age(self, form, entity, lang):
        r = self.r
        years = self.once(("AGE", entity), lambda: r.randrange(*AGES.get(form, ADULT)))
        in_words = form == "spoken" or (form in ("child", "old") and r.random() < 0.5)
        if lang == "zh":
            if form == "decade":
                return dates.han(years // 10 * 10) + r.choice(["幾歲", "幾歲", "出頭", "零歲"])
            return f"{dates.han(years) if in_words else years}歲"
        if form == "decade":
            return r.choice(["", "mid-", "late ", "early "]) + DECADES[max(1, years // 10)]
        return dates.words(years) if in_words else str(years)

    def handle(self, entity):
        r, person = self.r, self.person(entity)
        given, surname = people.plain(person.given), people.plain(person.surname)
        roman = people.plain(person.roman) or given
        tail = r.choice(["", digits.some(r, 2), str(r.randrange(1965, 2006)), digits.some(r, 4)])
        joined = [f"{given}.{surname}", f"{given}{surname}", f"{given}_{surname}", f"{surname}.{roman}"]
        return r.choice([*joined, given[0] + surname, given + roman[:2]]) + tail

    def address(self, lang):
        r = self.r
        number, floor, room = r.randrange(2, 240), r.randrange(2, 38), r.randrange(1, 24)
        street = self.pick("LOC", "street", lang)
        if lang == "zh":
            return self.address_zh(street, number, floor, room)
        if self.place == "hk":
            return self.address_hk(street, number, floor, room)
        city = self.pick("LOC", "city", lang)
        match self.place:
            case "uk":
                postcode = r.choice(UK_POSTCODES) + "".join(r.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
                ways = [f"{number} {street}, {postcode}", f"Flat {room}, {number} {street}"]
                ways += [f"{number}{r.choice(['a', 'b', ''])} {street}", f"{number} {street}, {city}"]
            case "us" | "ca":
                ways = [f"{number * 13} {street}, Apt {room}{r.choice('ABC')}", f"{number * 7} {street}"]
                ways += [f"{number} {street}, {city}"]
            case _:
                ways = [f"{number} {street}, {city}", f"Unit {room}, {number} {street}", f"{number} {street}"]
        return r.choice(ways)

    def address_zh(self, street, number, floor, room):
        r = self.r
        estate, block = self.pick("LOC", "estate", "zh"), r.choice(pools.names("blocks-zh.txt"))
        building = self.pick("LOC", "building", "zh")
        return r.choice([
            f"{estate}{block}{floor}樓{room:02}室",
            f"{estate}{block}{floor}{room:02}室",
            f"{street}{number}號{dates.han(r.randrange(2, 12))}樓",
            f"{building}{r.randrange(1, 9)}座{floor}樓{r.choice('ABCDEFGH')}室",
            f"{street}{number}號{r.randrange(2, 20)}樓{r.choice('ABCD')}室",
        ])  # fmt: skip

    def address_hk(self, street, number, floor, room):
        r = self.r
        estate, block = self.pick("LOC", "estate", "en"), r.choice(pools.names("blocks-en.txt"))
        area, building = self.pick("LOC", "area", "en"), self.pick("LOC", "building", "en")
        return r.choice([
            f"Flat {floor}{room:02}, {block} House, {estate}",
            f"Room {floor}{room:02}, {block} House, {estate}, {area}",
            f"Flat {r.choice('ABCDEFGH')}, {floor}/F, Block {r.randrange(1, 9)}, {building}",
            f"{number} {street}, {r.randrange(2, 15)}/F",
            f"{number} {street}, {area}",
            f"{dates.ordinal(r.randrange(2, 12))} floor, {number} {street}",
        ])  # fmt: skip
