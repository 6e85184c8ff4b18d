"""What of a value is a span: the convention of the gold that the project is judged on.

A passage says where a value stands, and this alone says which letters of it are marked. README.md says the same in
words. A rule that changes is changed here, and every text follows.
"""

import dataclasses
import re

DIRECT = set("ADDRESS EMAIL HANDLE HKID IDNUM PASSPORT PERSON PHONE PLATE URL".split())
QUASI = set("AGE DATE DEMOGRAPHIC LOC OCCUPATION ORG".split())

TITLE_EN = re.compile(r"^(?:(?:Mr|Mrs|Ms|Miss|Dr|Pastor|Sister|Brother|Auntie|Uncle|Abuela)\.? )+")
# Forms of address that are words of their own. 玲姐 and 許伯 are nicknames, and whole.
TITLE_WORDS = (
    "先生 太太 小姐 女士 姑娘 醫生 医生 護士 护士 老師 老师 律師 律师 議員 议员 沙展 社工 經理 师傅 師傅 師奶 婆婆 妈妈"
    " 媽媽 sir Sir miss Miss"
).split()
TITLE_WORD = re.compile(f"(?<=.)(?:{'|'.join(TITLE_WORDS)})$")
# 生 and 太 also end given names, so they are cut only from a surname with a title.
TITLE_SHORT = re.compile(r"(?<=.)[生太]$")

ARTICLE = re.compile(r"^(?:on )?(?:the|an?) ")
YEARS_OLD = re.compile(r"(?:歲|岁| years? old)$")
STATION = re.compile(r"(?:站| [Ss]tation| stop)$")
NUMBER = re.compile(r"^[Nn]o\.? ")

HAN_YEAR = r"(?:[0-9]{2}|[0-9]{4}|[零〇一二三四五六七八九]{2}|[零〇一二三四五六七八九]{4})"
YEAR_ALONE = re.compile(f"^{HAN_YEAR}年$")
MONTH_ALONE = re.compile(
    r"^(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})月"
    r"|January|February|March|April|May|June|July|August|September|October|November|December)$"
)
# What ties a festival to one year.
YEAR_WORD = re.compile(rf"\d{{4}}|'\d\d|(?:[Ll]ast|[Tt]his|[Nn]ext) |{HAN_YEAR}年|[舊旧去前今出上]年")

MARITAL = set(
    "married|single|divorced|separated|widowed|unmarried|single mother|single dad"
    "|單親媽媽|單親爸爸|單親|離婚人士|寡婦|鰥夫|未婚|單身人士|同居".split("|")
)


@dataclasses.dataclass(frozen=True)
class Cut:
    """A value in three parts. `name` is the span, or neutral: an answer neither asked for nor wrong."""

    before: str
    name: str
    after: str
    neutral: bool


def cut(type_, form, value):
    """`form` is a form of passages.FORMS, "literal" or "default"."""
    before, after = edges(type_, form, value)
    name = value[len(before) : len(value) - len(after)]
    return Cut(before, name, after, is_neutral(type_, form, name))


def edges(type_, form, value):
    """What stands before and after the part that identifies."""
    match type_:
        case "PERSON":
            return start(TITLE_EN, value), title_after(form, value)
        case "AGE":
            return "", end(YEARS_OLD, value)
        case "DATE":
            return start(ARTICLE, value), "年" if YEAR_ALONE.match(value) else ""
        case "LOC" if form == "mtr":
            return start(ARTICLE, value), end(STATION, value)
        case "LOC" | "ORG" | "DEMOGRAPHIC" | "OCCUPATION":
            return start(ARTICLE, value), ""
        case "IDNUM" if form == "member":
            return start(NUMBER, value), ""
    return "", ""


def title_after(form, value):
    if form in ("han-title", "han-nick", "literal"):
        found = end(TITLE_WORD, value)
        if not found and form == "han-title":
            found = end(TITLE_SHORT, value)
        return found
    return ""


def is_neutral(type_, form, name):
    match type_:
        case "DATE":
            without_year = form == "festival" and not YEAR_WORD.search(name)
            return form == "relative" or without_year or bool(MONTH_ALONE.match(name))
        case "LOC":
            return form == "country"
        case "DEMOGRAPHIC":
            return name in MARITAL
    return False


def start(pattern, value):
    found = pattern.search(value)
    return found[0] if found else ""


def end(pattern, value):
    found = pattern.search(value)
    return found[0] if found else ""
