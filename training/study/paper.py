"""One file to be: its turns, its labels, and what a writer may put around them.

Whatever names somebody outside of turns goes through `tell`, so that gold can list it.
"""

import random

from borrowed import convention, dates

STUDY = "HARBOUR"
ROLES = {
    "en": {"PSW": "PSW", "PIR": "PIR", "RES": "Interviewer"},
    "zh": {"PSW": "朋輩", "PIR": "受訪者", "RES": "訪問員"},
}
CHAT_CODES = {"PSW": "PSW", "PIR": "PIR", "RES": "INV"}
ENDINGS = ["wav", "m4a", "mp3", "mp4"]
ENCODINGS = {
    "en": ["utf-8", "utf-8", "utf-8-sig", "utf-16"],
    "zh": ["utf-8", "utf-8", "utf-8-sig", "utf-16", "big5hkscs", "big5hkscs"],
}


class Paper:
    def __init__(self, study, plan, turns, kinds, lives, number):
        """`plan` is a files.Plan; `kinds` the labels that the format has; `lives` who is there."""
        self.study, self.plan, self.turns, self.lives = study, plan, turns, lives
        self.r = random.Random(f"{study.seed}/{plan.file}/{plan.format}")
        self.lang, self.study_id = plan.lang, STUDY
        self.letters = "en" if plan.lang == "en" else "zh"
        self.outside = []
        self.encoding, self.newline = "utf-8", "\n"
        if plan.format.startswith("txt"):
            self.encoding, self.newline = self.r.choice(ENCODINGS[self.letters]), self.r.choice(["\n", "\r\n"])
        self.headed, self.torn = self.r.random() < 0.7, number % 2 == 0
        self.colon = "：" if self.letters == "zh" and self.r.random() < 0.5 else ": "
        self.iso = plan.iso
        self.title, self.title_marks = self.titled()
        self.kind = self.r.choice(kinds)
        self.label()
        for text, entity in plan.named:
            self.tell("file name", text, entity)

    def humans(self):
        found = {it.code: it.human for it in self.study.lives} | {it.id: it for it in self.study.team}
        return found

    def label(self):
        """Gives every turn its label, the same one for the same speaker."""
        known = {}
        for it in self.turns:
            if it.speaker not in known:
                known[it.speaker] = self.label_of(it.speaker, len(known))
            it.label, it.label_entity = known[it.speaker]

    def label_of(self, code, number):
        role = code[:3]
        if self.plan.activity == "notes" or self.kind == "none":
            return "", ""
        alone = sum(it.speaker[:3] == role for it in {it.speaker: it for it in self.turns}.values()) < 2
        match self.kind:
            case "diarised":
                return f"SPEAKER_{number:02}", ""
            case "numbered":
                return f"Speaker {number + 1}", ""
            case "chat":
                return (CHAT_CODES[role] if alone else f"{role[0]}{code[-2:]}"), ""
            case "role" if alone:
                return ROLES[self.letters][role], ""
            case "role" | "code":
                return code, ""
        human = self.humans()[code]
        if role == "RES" and self.kind != "full" and self.r.random() < 0.6:
            return ROLES[self.letters]["RES"], ""
        return human.say(self.r, self.letters, self.kind)[1], code

    def labels(self):
        return {it.label: it.label_entity for it in self.turns}

    def by_label(self):
        found = {}
        for it in self.turns:
            found.setdefault(it.label or "observer", []).append(it)
        return found

    def titled(self):
        """A heading, and what in it names somebody."""
        plan, r = self.plan, self.r
        if plan.activity == "focusgroup" or r.random() < 0.4:
            return f"{plan.group} {plan.wave} {plan.activity} {plan.number or ''}".rstrip(), []
        human = self.lives[0].human
        form, name = human.say(r, self.letters, r.choice(["full", "given"]))
        words = {
            "interview": ("Interview with", "訪問"),
            "session": ("Session of", "會面"),
            "notes": ("Notes on", "筆記"),
        }[plan.activity]
        if self.letters == "en":
            return f"{words[0]} {name}, {plan.wave}", [(name, human.id)]
        return f"{words[1]} {name} {plan.wave}", [(name, human.id)]

    def heading(self, where="heading"):
        for name, entity in self.title_marks:
            self.tell(where, name, entity)
        return self.title

    def tell(self, where, text, entity, type_="PERSON"):
        class_ = "direct" if type_ in convention.DIRECT else "quasi"
        row = {"where": where, "text": text, "type": type_, "identifier_class": class_, "entity_id": entity}
        if entity and row not in self.outside:
            self.outside.append(row)
        return text

    def author_name(self):
        human = self.study.team[int(self.plan.researcher[-1]) - 1]
        return human.ways["en"]["full"][0][1], human.id

    def speaker_name(self, code, how="full"):
        human = self.humans()[code]
        return human.ways[self.letters][how][0][1], code

    def tell_of_somebody(self, where):
        """What a transcriber asks about a third person."""
        human = self.lives[0].people["sib"]
        name = human.ways[self.letters]["full"][0][1]
        self.tell(where, name, human.id)
        return f"Is it {name}? Check the spelling." if self.letters == "en" else f"係咪{name}？請核對寫法。"

    def keywords(self, where):
        """Otter's guess at what the talk was about."""
        human = self.lives[0].people["sib"]
        name = human.ways[self.letters]["given"][0][1]
        self.tell(where, name, human.id)
        return [
            name,
            *(
                ["people", "sleep", "tea", "ward", "doctor"]
                if self.letters == "en"
                else ["瞓覺", "飲茶", "病房", "醫生"]
            ),
        ]

    def recording(self, where):
        human = self.lives[0].human
        name = human.ways["en"]["given"][0][1]
        self.tell(where, name, human.id)
        return f"{name}_{self.plan.wave}_{self.plan.activity}{self.plan.number or ''}.{self.r.choice(ENDINGS)}"

    def stem(self, where):
        """The file's own name, as CHAT wants its recording to be called."""
        for name, entity in self.plan.named:
            self.tell(where, name, entity)
        return self.plan.file.rpartition("/")[2].rpartition(".")[0]

    def place(self):
        fact = self.lives[0].facts["service"]
        text = fact.ways["en"][0][1]
        self.tell("@Location", text, fact.entity, "ORG")
        return text, ""

    def guid(self):
        return "-".join("".join(self.r.choice("0123456789abcdef") for _ in range(n)) for n in (8, 4, 4, 4, 12))

    def date_words(self):
        year, month, day = map(int, self.iso.split("-"))
        return f"{dates.MONTHS[month - 1][:3]} {day}, {year}"

    def chat_date(self):
        year, month, day = map(int, self.iso.split("-"))
        return f"{day:02}-{dates.MONTHS[month - 1][:3].upper()}-{year}"

    def gender(self, code):
        return self.humans()[code].gender

    def years(self, code):
        return next((it.years for it in self.study.lives if it.code == code), "")
