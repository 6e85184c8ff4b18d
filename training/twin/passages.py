"""Reads passages/*.txt: short scenes with slots where values go. README.md describes the grammar.

Finds what is wrong with one too (`problems`). Draws nothing.
"""

import collections
import dataclasses
import hashlib
import pathlib
import re

import convention
import people
import pools

PASSAGES = pathlib.Path(__file__).parent / "passages"
KINDS = "interview session fieldnotes focus-group intake".split()
LOOK_ALIKES = "name_word number idiom_place drug kin scale eponym month common".split()
FORMS = {
    "PERSON": (
        "full given surname title-surname title-given initials initial nick lower-given han-full han-given han-nick"
        " han-title rom-full rom-given rom-western"
    ).split(),
    "PHONE": ["spoken"],
    "HKID": ["spoken"],
    "DATE": "full month relative festival festival-year".split(),
    "ORG": "hospital ngo school university employer service".split(),
    "LOC": "district estate area city country mtr street building".split(),
    "IDNUM": "patient case member bank card ssn nino medicare".split(),
    "AGE": "number spoken decade child old".split(),
    "DEMOGRAPHIC": "nationality religion gender status".split(),
}
TYPES = convention.DIRECT | convention.QUASI

SLOT = re.compile(
    r"\{(?:"
    r"!(?P<look_alike>[a-z_]+)=(?P<resembling>[^{}]*)"
    r"|\?=(?P<neutral>[^{}]*)"
    r"|(?P<type>[A-Z]+)(?:\.(?P<form>[a-z-]+))?(?:@(?P<entity>\w+)(?P<asked>[:/+a-z-]*))?(?:=(?P<literal>[^{}]*))?"
    r")\}"
)
LABEL = re.compile(r"(\{[^{}]+\}|[A-Za-z][A-Za-z0-9 .\-]{0,17}|[^\s:：{}]{1,8})\s?([:：])\s*")


@dataclasses.dataclass(frozen=True)
class Passage:
    id: str
    kind: str
    place: str
    lang: str
    file: str
    lines: tuple[str, ...]

    def half(self):
        """A or B, by the id alone: a passage that is added or changed moves no other."""
        return "AB"[hashlib.blake2b(self.id.encode()).digest()[0] % 2]

    def size(self):
        return sum(map(len, self.lines))

    def turn(self, line):
        """Label, colon and speech; no label in field notes and in paragraphs."""
        found = LABEL.match(line) if self.kind != "fieldnotes" else None
        return (found[1], found[2], line[found.end() :]) if found else ("", "", line)

    def slots(self):
        return [it for line in self.lines for it in SLOT.finditer(line)]


@dataclasses.dataclass
class Asked:
    """What a passage says of a person, at whichever mention."""

    gender: str = ""
    culture: str = ""
    role: str = ""
    han: bool = False


def asked(passage):
    found = collections.defaultdict(Asked)
    for slot in passage.slots():
        if slot["type"] == "PERSON" and slot["entity"]:
            it = found[slot["entity"]]
            words = re.findall(r"([:/+])([a-z-]+)", slot["asked"])
            for sign, word in words:
                setattr(it, {":": "gender", "/": "culture", "+": "role"}[sign], word)
            it.han |= (slot["form"] or "").startswith(("han-", "rom-"))
    return found


def speaker(label):
    """The same for each label of one person, whichever form or wish stands in it."""
    return SLOT.sub(lambda it: it["entity"] or it[0], label)


def form(slot):
    """Form, and whether the English value is wanted in a Chinese passage."""
    name = slot["form"] or ""
    return name.removesuffix("-en"), name.endswith("-en")


def read(path):
    lang = "en" if path.name.startswith("en") else "zh"
    for block in re.split(r"(?m)^---\s*$", path.read_text(encoding="utf-8")):
        lines = [it.strip() for it in block.splitlines() if it.strip()]
        if lines:
            head = dict(re.findall(r"(\w+):\s*([^;\s]+)", lines[0]))
            yield Passage(
                head.get("id", ""), head.get("kind", ""), head.get("place", "hk"), lang, path.name, tuple(lines[1:])
            )


def load(lang=None, half="all"):
    found = [it for path in sorted(PASSAGES.glob("*.txt")) for it in read(path)]
    return [it for it in found if lang in (None, it.lang) and half in ("all", it.half())]


def problems(passages):
    """What is wrong, one line each."""
    ids = collections.Counter(it.id for it in passages)
    for passage in passages:
        said = [*of_head(passage, ids), *(it for line in passage.lines for it in of_line(passage, line))]
        yield from (f"{passage.file} {passage.id}: {it}" for it in said)


def of_head(passage, ids):
    if not passage.id or ids[passage.id] > 1:
        yield "no id of its own"
    if passage.kind not in KINDS:
        yield f"kind {passage.kind}"
    if passage.place not in people.CULTURES_AT:
        yield f"place {passage.place}"


def of_line(passage, line):
    if re.search("[{}]", SLOT.sub("", line)):
        yield f"a brace that is no slot: {line[:60]}"
    if passage.kind != "fieldnotes" and not passage.turn(line)[0]:
        yield f"no label: {line[:60]}"
    for slot in SLOT.finditer(line):
        if slot["look_alike"] and slot["look_alike"] not in LOOK_ALIKES:
            yield f"look-alike {slot['look_alike']}"
        if slot["type"]:
            yield from of_slot(slot)


def of_slot(slot):
    name, _ = form(slot)
    if slot["type"] not in TYPES:
        yield f"type {slot[0]}"
    if name and name not in FORMS.get(slot["type"], []):
        yield f"form {slot[0]}"
    known = {":": "fm", "/": pools.CULTURES, "+": people.HAN_TITLES}
    left = re.sub(r"([:/+])([a-z-]+)", lambda it: "" if it[2] in known[it[1]] else it[0], slot["asked"] or "")
    if left:
        yield f"asks for {left}: {slot[0]}"
