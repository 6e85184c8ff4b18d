"""Days, months, festivals and numbers in words, as people say and write them.

A form that stays the same day for an entity is the caller's business: here each call draws a way to say it.
"""

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = {
    1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth", 20: "twentieth",
    30: "thirtieth",
}  # fmt: skip
HAN_DIGITS = "零一二三四五六七八九"
MONTHS = (
    "January February March April May June July August September October November December"
).split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
FESTIVALS = {
    "en": [
        "Chinese New Year", "the Mid-Autumn Festival", "Christmas", "Christmas Eve", "Boxing Day", "Diwali",
        "Easter Monday", "Mother's Day", "Eid", "Ching Ming", "Good Friday", "Halloween", "New Year's Eve", "Dashain",
        "Winter Solstice", "Ramadan", "Valentine's Day", "Holi", "Lunar New Year",
    ],
    "zh": (
        "中秋節 農曆年初三 冬至 端午節 清明節 聖誕節 平安夜 年廿八 重陽節 除夕 母親節 復活節 盂蘭節 七夕 元宵節 佛誕"
    ).split(),
}  # fmt: skip
# Festivals that bear a year word in front of them: 舊年中秋, but hardly 舊年年廿八.
DATED = {
    "en": ["Christmas", "Easter", "Diwali", "Eid", "Ramadan", "Lunar New Year", "Chinese New Year"],
    "zh": "中秋 冬至 端午 清明 聖誕 重陽 母親節 復活節 盂蘭節".split(),
}
YEARS = [1997, 2003, 2008, *range(2009, 2025), *range(2009, 2025)]


def draw(r):
    """Year, month, day."""
    return r.choice(YEARS), r.randrange(1, 13), r.randrange(1, 29)


def say(r, form, lang, day):
    ways = {"en": english, "zh": chinese}[lang]
    return r.choice(ways(r, form, *day))


def english(r, form, year, month, day):
    name = MONTHS[month - 1]
    if form == "month":
        dated = [f"{name} {year}"] * 2 + [f"early {name} {year}", f"{name} of {year}", f"{name} {year_words(year)}"]
        return [*dated, name, f"late {name}"]
    if form == "relative":
        it = r.choice(WEEKDAYS)
        return [f"last {it}", f"the {it} before last", f"two {it}s ago", f"the {it} just gone"]
    if form == "festival":
        return FESTIVALS["en"]
    if form == "festival-year":
        it = r.choice(DATED["en"])
        return [f"{it} {year}", f"{it} {year}", f"last {it}"]
    return [
        f"{day} {name} {year}", f"{name} {day}{suffix(day)}, {year}", f"the {day}{suffix(day)} of {name}",
        f"the {day}{suffix(day)} of {name}, {year}", f"{day:02}/{month:02}/{year}", f"the {ordinal(day)} of {name}",
        f"the {ordinal(day)} of {name}, {year_words(year)}", f"{name} {ordinal(day)}", f"{year}-{month:02}-{day:02}",
        f"{name} the {ordinal(day)}",
    ]  # fmt: skip


def chinese(r, form, year, month, day):
    spelled = "".join(HAN_DIGITS[int(it)] for it in str(year))
    if form == "month":
        dated = [f"{year}年{month}月", f"{spelled}年{han(month)}月", f"{year % 100:02}年{han(month)}月"]
        return [*dated, f"舊年{han(month)}月", f"{month}月"]
    if form == "relative":
        return [it + r.choice("一二三四五六日") for it in ("上個禮拜", "上星期", "前個禮拜", "上上個禮拜")]
    if form == "festival":
        return FESTIVALS["zh"]
    if form == "festival-year":
        it = r.choice(DATED["zh"])
        return [f"舊年{it}", f"舊年{it}", f"前年{it}", f"{year}年{it}", f"{spelled[2:]}年{it}"]
    return [
        f"{year}年{month}月{day}號", f"{year}年{month}月{day}日", f"{han(month)}月{han(day)}號", f"{month}月{day}號",
        f"{day}/{month}/{year}", f"{spelled}年{han(month)}月{han(day)}號",
    ]  # fmt: skip


def words(number):
    """Below 100."""
    if number < 20:
        return ONES[number]
    return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")


def ordinal(number):
    """Below 32."""
    if number in ORDINALS:
        return ORDINALS[number]
    if number < 20:
        return f"{ONES[number]}th"
    return f"{TENS[number // 10]}-{ordinal(number % 10)}"


def suffix(number):
    return "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def year_words(year):
    century, rest = divmod(year, 100)
    if year < 2000:
        return f"nineteen {words(rest)}"
    if rest == 0:
        return "two thousand"
    return f"two thousand and {words(rest)}" if rest < 10 else f"twenty {words(rest)}"


def han(number):
    """Below 100, as it is read out."""
    ones = HAN_DIGITS[number % 10] if number % 10 else ""
    if number < 10:
        return HAN_DIGITS[number]
    return ("" if number < 20 else HAN_DIGITS[number // 10]) + "十" + ones
