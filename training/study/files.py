"""Which files the study has: where each lies, its language, format and style, and what fieldworkers call it."""

import dataclasses
import random

import turns
from lives import PAIRS
from paper import STUDY, Paper
from scenes import Talk, date_of
from writers import FORMATS, NOTES

WAVES = ["W1", "W2", "W3"]
SESSIONS = 2
GROUP, GROUP_WAVE, GROUP_SIZE = "F01", "W3", 6
# Of talk that is not in English, how much was transcribed in simplified characters.
SIMPLIFIED = 0.12
# Styles of what a recogniser wrote, and of what somebody typed.
HEARD = ["asr_noisy", "asr_noisy", "asr_lower", "clean"]
TYPED = ["clean", "clean", "clean", "clean", "asr_noisy", "asr_lower"]


@dataclasses.dataclass
class Plan:
    group: str
    folder: str
    wave: str
    activity: str
    number: int
    researcher: str
    lang: str = ""
    script: str = "Hant"
    style: str = "clean"
    format: str = ""
    version: str = ""
    file: str = ""
    iso: str = ""
    named: list = dataclasses.field(default_factory=list)

    def scene(self):
        return f"{self.group}-{self.folder}-{self.wave}-{self.activity}{self.number or ''}"


class Shelf:
    """Makes one file after the other. Formats come in turn, so that each comes about equally often."""

    def __init__(self, study):
        self.study, self.talk = study, Talk(study)
        self.r = random.Random(f"{study.seed}/files")
        self.formats, self.notes, self.count = list(FORMATS), list(NOTES), 0
        self.taken = set()

    def all(self):
        lives = {it.code: it for it in self.study.lives}
        for number in range(self.study.pairs):
            psw, pir = (lives[f"{role}-{number + 1:02}"] for role in ("PSW", "PIR"))
            yield from self.pair(number, psw, pir)
        workers = [it for it in self.study.lives if it.role == "PSW"]
        yield from self.focus_group([*workers[: min(GROUP_SIZE, self.study.pairs)], *workers[-2:]])

    def pair(self, number, psw, pir):
        lang, group = PAIRS[number % len(PAIRS)][0], psw.group
        for at, wave in enumerate(WAVES):
            researcher = f"RES-0{1 + (number + at) % 2}"
            for session in range(1, SESSIONS + 1):
                plan = Plan(group, "JOINT", wave, "session", session, researcher)
                day = date_of(self.r, group, wave, session)
                # The same talk in two languages, now and then: same turns, same people.
                twice = (number + at) % 3 == 0 and session == 1
                scene = self.talk.session(psw, pir, day, plan.scene(), family=twice)
                for version in ("en", "yue") if twice else ("",):
                    yield self.file(
                        dataclasses.replace(plan),
                        scene,
                        day,
                        [pir, psw],
                        version or lang,
                        version,
                        version not in ("", lang),
                    )
            for n, life in enumerate((psw, pir), 3):
                plan = Plan(group, life.role, wave, "interview", 0, researcher)
                day = date_of(self.r, group, wave, n)
                scene = self.talk.interview(life, researcher, wave, day, plan.scene())
                yield self.file(plan, scene, day, [life, life.partner], lang)
            plan = Plan(group, "JOINT", wave, "notes", 0, researcher)
            day = date_of(self.r, group, wave, 5)
            scene = self.talk.notes(psw, pir, researcher, day, plan.scene())
            yield self.file(plan, scene, day, [pir, psw], "en" if (number + at) % 2 else "zh")

    def focus_group(self, lives):
        plan = Plan(GROUP, "JOINT", GROUP_WAVE, "focusgroup", 0, "RES-02")
        day = date_of(self.r, GROUP, GROUP_WAVE, 1)
        scene = self.talk.group(lives, "RES-02", day, plan.scene())
        for version in ("yue", "en"):
            yield self.file(dataclasses.replace(plan), scene, day, lives, version, version, version == "en")

    def file(self, plan, scene, day, lives, lang, version="", translated=False):
        """Gives plan and paper."""
        r = random.Random(f"{self.study.seed}/{plan.scene()}/{version}")
        plan.lang, plan.version = lang, version
        plan.format = self.next_format(plan)
        heard = FORMATS[plan.format].heard
        if plan.activity == "notes" or translated:
            plan.style = "clean"
        else:
            plan.style = r.choice(HEARD if heard else TYPED)
        if lang != "en" and plan.style == "asr_lower":
            plan.style = "asr_noisy"
        if lang != "en" and r.random() < (0.35 if plan.format.startswith("whisper") else SIMPLIFIED):
            plan.script = "Hans"
        plan.iso = iso(day)
        plan.file, plan.named = self.name(r, plan, lives)
        speech = turns.Speech(r, lang, plan.style, plan.script)
        self.count += 1
        return plan, Paper(self.study, plan, speech.turns(scene), FORMATS[plan.format].labels, lives, self.count)

    def next_format(self, plan):
        deck, every = (self.notes, NOTES) if plan.activity == "notes" else (self.formats, list(FORMATS))
        if not deck:
            deck += every
        return deck.pop(0)

    def name(self, r, plan, lives):
        """What fieldworkers call a file: some names say who it is about."""
        activity = f"{plan.activity}{plan.number or ''}"
        human = lives[0].human
        if plan.version:
            # All versions of one talk have one name, but for the language.
            r = random.Random(f"{self.study.seed}/{plan.scene()}/name")
        name = human.say(r, "en" if plan.lang == "en" or plan.version else "zh", "given")[1]
        ways = [
            (activity, []),
            (f"{plan.group}_{plan.folder}_{plan.wave}_{activity}", []),
            (f"{plan.iso}_{activity}", []),
        ]
        if plan.activity != "focusgroup":
            ways += [
                (f"{name} {plan.wave} {activity}", [(name, human.id)]),
                (f"{activity}_{name}_final", [(name, human.id)]),
            ]
        stem, named = r.choice(ways)
        stem += f"_{plan.version}" if plan.version else ""
        folder = f"intake/{STUDY}/{plan.group}/{plan.folder}/{plan.wave}/{plan.activity}"
        path = f"{folder}/{stem}.{FORMATS[plan.format].ending}"
        if path in self.taken:
            raise ValueError(f"two files at {path}")
        self.taken.add(path)
        return path, named


def iso(day):
    """Of a day's fact, whose first Chinese way is 2024年3月5號."""
    found = day.ways["zh"][0][1].replace("年", "-").replace("月", "-").rstrip("號").split("-")
    return f"{int(found[0])}-{int(found[1]):02}-{int(found[2]):02}"
