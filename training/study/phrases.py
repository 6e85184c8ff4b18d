"""Reads talk/*.txt: what is said, in both languages, with slots for names and facts. README.md describes the grammar.

Finds what is wrong with a line too (`problems`). Draws nothing.
"""

import dataclasses
import functools
import pathlib
import re

TALK = pathlib.Path(__file__).parent / "talk"
FACTS = ["kin.txt", "care.txt", "places.txt", "pair.txt"]
# Who tells it: the person, the other one to their face, the other one about them, a fieldworker, one of several.
VOICES = ["self", "you", "they", "note", "group"]
WHO = ["any", "psw", "pir"]
LOOK_ALIKES = "name_word number idiom_place drug kin scale eponym month common".split()
NAMES = ["full", "given", "nick", "title", "initials", "spelled"]
PRONOUNS = ["they", "them", "their", "themself"]
SLOT = re.compile(
    r"\{(?:!(?P<kind>[a-z_]+)=(?P<alike>[^{}]*)|\?=(?P<neutral>[^{}]*)|(?P<path>[A-Za-z]+(?:\.[A-Za-z]+)?))\}"
)
CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


@dataclasses.dataclass(frozen=True)
class Line:
    """One turn: in English, in Chinese, and in both at once where somebody wrote that."""

    id: str
    en: str
    zh: str
    mx: str = ""
    ask: "Line | None" = None
    voice: str = ""
    who: str = "any"
    topic: str = ""

    def texts(self):
        return [it for it in (self.en, self.zh, self.mx) if it]

    def needs(self):
        """Paths of the slots, of all languages."""
        found = {it["path"] for text in self.texts() for it in SLOT.finditer(text) if it["path"]}
        return found | (self.ask.needs() if self.ask else set())


def blocks(file):
    text = (TALK / file).read_text(encoding="utf-8")
    for block in re.split(r"(?m)^@ ", text)[1:]:
        head, *lines = [it for it in block.strip().splitlines() if it.strip()]
        yield head.split(), lines


@functools.cache
def facts():
    """The lines that tell something of somebody."""
    found, counts = [], {}
    for file in FACTS:
        for (topic, who, voice), lines in blocks(file):
            number = counts[topic, voice] = counts.get((topic, voice), 0) + 1
            id = f"{topic}-{voice}-{number}"
            said = dict(it.split(" ", 1) for it in lines)
            ask = Line(f"{id}-ask", said["q"], said["Q"]) if "q" in said else None
            found.append(Line(id, said["en"], said["zh"], said.get("mx", ""), ask, voice, who, topic))
    return found


@functools.cache
def chat():
    """Exchanges: lists of speaker (1 or 2) and line."""
    found = []
    for (id, *_), lines in blocks("chat.txt"):
        pairs = [(lines[at], lines[at + 1]) for at in range(0, len(lines), 2)]
        found.append([(en[0], Line(f"chat-{id}-{n}", en[2:], zh[2:])) for n, (en, zh) in enumerate(pairs, 1)])
    return found


@functools.cache
def small():
    """Small words by their use."""
    found = {}
    for (use, *_), lines in blocks("small.txt"):
        pairs = [it.split(" | ") for it in lines]
        found[use] = [Line(f"{use}-{n}", en.strip(), zh.strip()) for n, (en, zh) in enumerate(pairs, 1)]
    return found


def every():
    yield from facts()
    yield from (it.ask for it in facts() if it.ask)
    yield from (line for exchange in chat() for _, line in exchange)
    yield from (line for lines in small().values() for line in lines)


def problems():
    """What is wrong, one line each."""
    seen = set()
    for line in every():
        if line.id in seen:
            yield f"{line.id}: twice"
        seen.add(line.id)
        for text in line.texts():
            if re.search("[{}]", SLOT.sub("", text)):
                yield f"{line.id}: a brace that is no slot"
            if re.search(r"[\[\]]", CHOICE.sub("", text)):
                yield f"{line.id}: a bracket that is no choice"
            yield from (
                f"{line.id}: {it['kind']}" for it in SLOT.finditer(text) if it["kind"] and it["kind"] not in LOOK_ALIKES
            )
        if line.voice and (line.voice not in VOICES or line.who not in WHO):
            yield f"{line.id}: {line.voice} {line.who}"
        if line.voice and not any(it["path"] for it in SLOT.finditer(line.en)):
            yield f"{line.id}: tells nothing"
