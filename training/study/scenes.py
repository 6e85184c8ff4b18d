"""Who says what in one session, interview, focus group or page of notes: lines in an order, in no language yet.

A scene may be told in two languages: the same lines, so the same turns.
"""

import dataclasses
import random

import phrases
from facts import of_day
from phrases import Line
from tell import Scene

# Turns of a session or an interview.
LEAST, MOST = 40, 120
ORDINALS = {"W1": ("first", "第一"), "W2": ("second", "第二"), "W3": ("third", "第三")}


@dataclasses.dataclass(frozen=True)
class Said:
    """A turn to be: who speaks, the line, and of whom."""

    speaker: str
    line: Line
    scene: Scene


class Deck:
    """Deals what can be told of somebody; nothing twice before everything came once."""

    def __init__(self, r, life, voices):
        self.r, self.life, self.voices, self.left = r, life, voices, []

    def deal(self, scene, topic=""):
        if topic:
            return self.r.choice([it for it in self.fits(scene) if it.topic == topic])
        if not self.left:
            fits = self.fits(scene)
            self.left = self.r.sample(fits, len(fits))
        for at, line in enumerate(self.left):
            if scene.can(line):
                return self.left.pop(at)
        raise LookupError(f"nothing to tell of {self.life.code}")

    def fits(self, scene):
        role = self.life.role.lower()
        return [it for it in phrases.facts() if it.voice in self.voices and it.who in ("any", role) and scene.can(it)]


class Talk:
    """Makes the scenes of a study. Decks last over waves, so that a story comes back in other words."""

    def __init__(self, study):
        self.study, self.decks = study, {}

    def deck(self, life, *voices):
        key = life.code, voices
        if key not in self.decks:
            self.decks[key] = Deck(random.Random(f"{self.study.seed}/{life.code}/{voices}"), life, voices)
        return self.decks[key]

    def session(self, psw, pir, day, key, family=False):
        """`family`: both ask after a brother or sister of the other one, and are answered."""
        it = Play(self, key, day, psw)
        two = {"PSW": psw, "PIR": pir}
        it.small(psw.code, "open")
        it.small(pir.code, "opened")
        for life in (pir, psw) if family else ():
            it.fact(life.partner.code, life, "you", topic="sib")
            it.fact(life.code, life, "self", topic="sib")
            it.maybe_more(life.code, life.partner.code, 0.8)
        while len(it.said) < it.wanted:
            life = two[it.r.choice(["PSW", "PIR", "PIR"])]
            it.answer(life.code, life.partner.code)
            dice = it.r.random()
            if dice < 0.40:
                it.exchange(life.code, life.partner.code)
            elif dice < 0.68:
                it.fact(life.partner.code, life, "you")
                it.small(life.code, "react")
                it.maybe_more(life.code, life.partner.code, 0.3)
            else:
                it.fact(life.code, life, "self", asker=life.partner.code if it.r.random() < 0.4 else "")
                it.maybe_more(life.code, life.partner.code, 0.6)
        it.small(psw.code, "close")
        it.small(pir.code, "closed")
        return it.said

    def interview(self, life, researcher, wave, day, key):
        it = Play(self, key, day, life)
        first, zh = ORDINALS[wave]
        it.line(researcher, Line("today", f"Okay, it's {{today}}, the {first} interview. Thank you, {{S.given}}.",
                                 f"今日係{{today}}，{zh}次訪問，多謝{{S.given}}。"), it.scene(life))  # fmt: skip
        it.small(life.code, "opened")
        while len(it.said) < it.wanted:
            about, voice = (life, "self") if it.r.random() < 0.6 else (life.partner, "they")
            it.fact(life.code, about, voice, asker=researcher)
            it.maybe_more(life.code, researcher, 0.75)
            if it.r.random() < 0.35:
                it.small(researcher, "ask")
                it.small(life.code, "more")
        it.small(researcher, "close")
        it.small(life.code, "closed")
        return it.said

    def notes(self, psw, pir, researcher, day, key):
        it = Play(self, key, day, psw)
        it.note = True
        it.line(
            researcher,
            Line("date", "Observed on {today} at {service}.", "觀察日期：{today}，地點：{service}。"),
            it.scene(psw),
        )
        for _ in range(it.r.randrange(6, 11)):
            it.fact(researcher, it.r.choice([psw, pir, pir]), "note")
            if it.r.random() < 0.6:
                it.small(researcher, "note")
        return it.said

    def group(self, lives, researcher, day, key):
        it = Play(self, key, day, lives[0])
        it.line(
            researcher,
            Line("today", "Today is {today}. Thank you all for coming.", "今日係{today}，多謝大家嚟。"),
            it.scene(lives[0]),
        )
        it.small(researcher, "moderate")
        before = lives[-1]
        while len(it.said) < it.wanted:
            life = it.r.choice([other for other in lives if other is not before])
            it.fact(life.code, life, it.r.choice(["group", "group", "self"]), other=before)
            it.maybe_more(life.code, before.code, 0.5)
            if it.r.random() < 0.3:
                it.small(researcher, it.r.choice(["moderate", "ask"]))
            before = life
        it.small(researcher, "close")
        return it.said


class Play:
    """One scene as it grows."""

    def __init__(self, talk, key, day, life):
        self.talk, self.day, self.said, self.note = talk, day, [], False
        self.r = random.Random(f"{talk.study.seed}/{key}")
        self.wanted = self.r.randrange(LEAST, MOST - 8)
        self.fresh = {}
        self.idle = self.scene(life)

    def scene(self, life, other=None):
        it = Scene(life, other, self.note)
        it.today = self.day
        return it

    def line(self, speaker, line, scene=None):
        self.said.append(Said(speaker, line, scene or self.idle))

    def next(self, use, every):
        """Nothing comes twice in a scene before all of its kind did."""
        if not self.fresh.get(use):
            self.fresh[use] = self.r.sample(every, len(every))
        return self.fresh[use].pop()

    def small(self, speaker, use):
        self.line(speaker, self.next(use, phrases.small()[use]))

    def exchange(self, first, second):
        for who, line in self.next("chat", phrases.chat()):
            self.line(first if who == "1" else second, line)

    def fact(self, speaker, life, voice, asker="", other=None, topic=""):
        scene = self.scene(life, other)
        line = self.talk.deck(life, voice).deal(scene, topic)
        if asker and line.ask:
            self.line(asker, line.ask, scene)
        elif asker and self.said[-1].speaker != asker:
            self.small(asker, "ask" if self.r.random() < 0.5 else "back")
        self.line(speaker, line, scene)

    def answer(self, speaker, listener):
        """Who has just spoken seldom goes on to another matter before the other one said a word."""
        if self.said[-1].speaker == speaker and self.r.random() < 0.7:
            self.small(listener, "back")

    def maybe_more(self, speaker, listener, odds):
        if listener != speaker and self.r.random() < odds:
            self.small(listener, "back")
            if self.r.random() < 0.7:
                self.small(speaker, "more")


def date_of(r, group, wave, number):
    """The day of a session: waves are half a year apart."""
    year, month = {"W1": (2024, 3), "W2": (2024, 9), "W3": (2025, 3)}[wave]
    return of_day(f"{group}.{wave}.day-{number}", year, month + r.randrange(2), r.randrange(1, 28))
