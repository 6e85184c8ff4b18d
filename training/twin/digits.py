"""Numbers that identify: identity cards, phones, accounts, plates; written and spoken.

Check digits are right where a scheme has them, so that what checks them can be measured. No number is anyone's on
purpose; nothing keeps one from being someone's.
"""

from dates import HAN_DIGITS, ONES

SAID = ["oh", *ONES[1:10]]
PLATE_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
HKID_PREFIXES = "A B C D E G H K M P R S V Y Z Z R M Y WX XA XD".split()
NINO_FIRST = "ABCEGHJKLMNPRSTWXYZ"
NINO_UNUSED = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
US_AREAS = [212, 415, 617, 312, 206, 503, 718, 646]
CANADIAN_AREAS = [416, 604, 647, 778]


def some(r, count):
    """So many digits."""
    return "".join(r.choice("0123456789") for _ in range(count))


def letters(r, count):
    return "".join(r.choice(PLATE_LETTERS) for _ in range(count))


def hkid(r):
    """Prefix, six digits, check digit."""
    prefix, number = r.choice(HKID_PREFIXES), str(r.randrange(100000, 999999))
    values = [ord(it) - 55 for it in prefix] + [int(it) for it in number]
    if len(prefix) == 1:
        values.insert(0, 36)  # a space counts as 36
    check = -sum(value * weight for value, weight in zip(values, range(9, 1, -1))) % 11
    return prefix, number, "A" if check == 10 else str(check)


def hkid_written(r, card):
    return r.choice(["{}{}({})", "{}{}({})", "{}{}{}", "{} {}({})", "{}{} ({})"]).format(*card)


def hkid_spoken(r, card, lang):
    prefix, number, check = card
    if lang == "zh":
        between = r.choice(["括弧", "，括號", " "])
        return f"{' '.join(prefix)} {spoken(r, number, lang)}{between}{spoken(r, check, lang)}"
    between = r.choice([" bracket ", ", bracket ", " ", ", in brackets "])
    return f"{' '.join(prefix)} {spoken(r, number, lang, pause=False)}{between}{spoken(r, check, lang)}"


def idnum(r, form, place):
    match form:
        case "bank":
            return bank(r, place)
        case "card":
            body = r.choice([f"4{some(r, 14)}", f"5{r.randrange(1, 6)}{some(r, 13)}"])
            return fours(body + luhn(body))
        case "ssn":
            return f"{r.randrange(100, 660)}-{r.randrange(10, 99)}-{r.randrange(1000, 9999)}"
        case "nino":
            return nino(r)
        case "medicare":
            return medicare(r)
        case "patient":
            return patient(r, place)
        case "case":
            return case(r, place)
    scheme = r.choice(["HK", "WB", "CR", "MB"])
    numbered = [f"M-{some(r, 6)}", f"PSW{some(r, 4)}", f"No. {some(r, 6)}", f"{scheme}{some(r, 7)}"]
    return r.choice([*numbered, f"{r.choice('ABCFM')}/{some(r, 5)}"])


def patient(r, place):
    match place:
        case "uk":
            return nhs(r)
        case "us":
            return r.choice([f"MRN {some(r, 8)}", some(r, 8), some(r, 8)])
        case "au":
            return r.choice([medicare(r), f"UR {some(r, 7)}"])
        case "ie":
            return r.choice([f"MRN{some(r, 7)}", f"{some(r, 7)}T"])
    return r.choice([f"HN{some(r, 8)}({r.choice('0123456789A')})", f"HN{some(r, 8)}", f"HN {some(r, 9)}"])


def case(r, place):
    year = r.randrange(2016, 2026)
    if place == "hk":
        office = r.choice(["KT", "ST", "TW", "YL"])
        courts = [f"AE{year % 100}{some(r, 6)}({some(r, 1)})", f"SOPD-{some(r, 7)}", f"C/{year}/{some(r, 4)}"]
        return r.choice([*courts, f"IFSC-{office}-{some(r, 5)}", f"CW-{some(r, 6)}"])
    team = r.choice(["CMHT", "IAPT", "SW", "HS"])
    return r.choice([f"C{year % 100}/{some(r, 5)}", f"REF-{some(r, 7)}", f"{team}-{some(r, 6)}"])


def bank(r, place):
    if place == "ie":
        return iban(r, "IE")
    if place == "uk":
        return r.choice([iban(r, "GB"), f"{some(r, 2)}-{some(r, 2)}-{some(r, 2)} {some(r, 8)}"])
    return r.choice([f"{some(r, 3)}-{some(r, 6)}-{some(r, 3)}", f"{some(r, 3)}-{some(r, 9)}"])


def luhn(body):
    total = 0
    for place, it in enumerate(reversed(body)):
        doubled = int(it) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def iban(r, country):
    house = {"GB": ["NWBK", "BARC", "MIDL", "LOYD"], "IE": ["AIBK", "BOFI"]}[country]
    account = r.choice(house) + some(r, 14)
    value = int("".join(str(int(it, 36)) for it in f"{account}{country}00"))
    number = f"{country}{98 - value % 97:02}{account}"
    return fours(number) if r.random() < 0.6 else number


def nhs(r):
    while True:
        body = str(r.randrange(400000000, 800000000))
        check = -sum(int(it) * (10 - place) for place, it in enumerate(body)) % 11
        if check < 10:
            return f"{body[:3]} {body[3:6]} {body[6:]}{check}"


def medicare(r):
    body = str(r.randrange(2, 7)) + some(r, 7)
    check = sum(int(it) * weight for it, weight in zip(body, (1, 3, 7, 9, 1, 3, 7, 9))) % 10
    return f"{body[:4]} {body[4:]}{check} {r.randrange(1, 5)}"


def nino(r):
    prefix = "BG"
    while prefix in NINO_UNUSED:
        prefix = r.choice(NINO_FIRST) + r.choice(NINO_FIRST)
    number, suffix = some(r, 6), r.choice("ABCD")
    return r.choice([f"{prefix} {number[:2]} {number[2:4]} {number[4:]} {suffix}", f"{prefix}{number}{suffix}"])


def fours(number):
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def phone(r, place):
    """Digits alone, and as written."""
    match place:
        case "uk":
            it = f"07{r.choice('345789')}{some(r, 8)}"
            ways = [f"{it[:5]} {it[5:]}", f"{it[:5]} {it[5:8]} {it[8:]}", f"+44 {it[1:5]} {it[5:]}", it]
        case "us" | "ca":
            area = r.choice(US_AREAS if place == "us" else CANADIAN_AREAS)
            it = f"{area}{r.randrange(2, 9)}{some(r, 6)}"
            ways = [f"({it[:3]}) {it[3:6]}-{it[6:]}", f"{it[:3]}-{it[3:6]}-{it[6:]}"]
        case "au":
            it = f"04{some(r, 8)}"
            ways = [f"{it[:4]} {it[4:7]} {it[7:]}"]
        case "ie":
            it = f"08{r.choice('3567')}{some(r, 7)}"
            ways = [f"{it[:3]} {it[3:6]} {it[6:]}"]
        case "ke":
            it = f"07{some(r, 8)}"
            ways = [f"{it[:4]} {it[4:7]} {it[7:]}", f"+254 {it[1:4]} {it[4:7]} {it[7:]}"]
        case "sg":
            it = r.choice("89") + some(r, 7)
            ways = [f"{it[:4]} {it[4:]}"]
        case _:
            it = r.choice("5699623") + some(r, 7)
            spaced = f"{it[:4]} {it[4:]}"
            ways = [spaced] * 4 + [f"{it[:4]}-{it[4:]}", it, f"+852 {spaced}", f"(852) {spaced}"]
    return it, r.choice(ways)


def spoken(r, number, lang, pause=True):
    """Digit by digit; anything else stays."""
    if lang == "zh":
        said = [HAN_DIGITS[int(it)] if it.isdigit() else it for it in number]
        if pause and len(said) > 3 and r.random() < 0.5:
            said[len(said) // 2 - 1] += r.choice(["，", "，呃，", " ", "、"])
        return "".join(said)
    said = english_digits(number, zero=r.choice(["oh", "zero", "oh"]), doubles=r.random() < 0.75)
    if pause and len(said) > 6:
        said[r.randrange(2, len(said) - 3)] += r.choice([",", ", uh,", "", " um", ","])
    return " ".join(said)


def english_digits(number, zero, doubles):
    digit = [zero, *SAID[1:]]
    said, at = [], 0
    while at < len(number):
        it = number[at]
        twice = doubles and it.isdigit() and number[at + 1 : at + 2] == it
        one = digit[int(it)] if it.isdigit() else it
        said.append(f"double {one}" if twice else one)
        at += 2 if twice else 1
    return said


def passport(r, place):
    ways = {
        "hk": [f"{it}{some(r, 8)}" for it in "KH"] + [f"{it}{some(r, 7)}" for it in ("A", "C", "BT")],
        "uk": [f"5{some(r, 8)}"],
        "us": [f"{r.choice('AY')}{some(r, 8)}"],
        "au": [f"PA{some(r, 7)}", f"N{some(r, 7)}"],
    }
    return r.choice(ways.get(place, [f"P{some(r, 8)}", f"LB{some(r, 7)}", f"A{some(r, 8)}"]))


def plate(r, place):
    match place:
        case "uk":
            return f"{letters(r, 2)}{r.choice([12, 15, 17, 19, 21, 23, 64, 66, 68, 70])} {letters(r, 3)}"
        case "us" | "ca":
            return r.choice([f"{r.randrange(3, 9)}{letters(r, 3)}{some(r, 3)}", f"{letters(r, 3)}-{some(r, 4)}"])
        case "au":
            return f"{letters(r, 3)}-{some(r, 2)}{letters(r, 1)}"
        case "ie":
            county = r.choice(["D", "C", "G", "KY", "LK"])
            return f"{r.choice(['12', '171', '182', '191', '222'])}-{county}-{some(r, 5)}"
        case "ke":
            return f"K{letters(r, 2)} {some(r, 3)}{letters(r, 1)}"
    return f"{letters(r, 2)}{r.choice(['', ' '])}{r.randrange(110, 9999)}"
