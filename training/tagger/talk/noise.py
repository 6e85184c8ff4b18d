"""What a speech recogniser, a hurried typist or another script does to a talk. Marks stay where they are."""

import re

STOPS = re.compile(r"[.,!?;:\u2026\"，。！？；：、…「」『』()（）-]+")
NARROW = str.maketrans("，。！？：、", ",.!?:,")
ENGLISH_FILLERS = ["um", "uh", "like", "you know", "er", "i mean", "hmm", "well", "sort of", "erm", "uhm", "ah"]
CANTONESE_FILLERS = ["呢", "即係", "誒", "噉", "嗰個", "嗯", "係", "啦", "吖", "哦", "即係呢", "um", "姐係", "其實"]


def without_stops(text, type):
    """Loses stops; hyphens and apostrophes inside words stay, letters that are spelled out keep their dashes at times."""
    if type:
        return re.sub(r"[.,]", "", text)
    return re.sub(r"[ \t]+", " ", STOPS.sub(" ", text))


def lower(text, _):
    return text.lower()


def upper(text, _):
    return text.upper()


def fillers(rng, turn, words, share):
    """Fillers and words said twice between the words of what is no name."""

    def change(text, type):
        if type:
            return text
        out = []
        for it in re.split(r"( )", text):
            out.append(it)
            if it == " " and rng.random() < share:
                out.append(rng.choice(words) + " ")
            elif it.isalpha() and len(it) < 5 and it.isascii() and rng.random() < share / 2:
                out.append(" " + it)
        return "".join(out)

    return turn.mapped(change)


def stutter(rng, turn, share):
    """Words that are broken off and begun again: w- when, I -- I, 同-同."""

    def change(text, type):
        if type:
            return text
        out = []
        for it in re.split(r"(?<=\s)|(?<=[\u4e00-\u9fff])", text):
            word = it.strip()
            if word.isalpha() and rng.random() < share:
                part = word if len(word) < 3 or rng.random() < 0.4 else word[: rng.choice([1, 2, 3])]
                out.append(part + ("-" if word[0] >= "\u2e80" else rng.choice(["- ", " -- ", "-, ", "-- "])))
            out.append(it)
        return "".join(out)

    return turn.mapped(change)


def between_han(rng, turn, share):
    """Fillers after a comma or between clauses of Chinese."""

    def change(text, type):
        if type:
            return text
        return re.sub("[，,] ?", lambda it: it[0] + (rng.choice(CANTONESE_FILLERS) if rng.random() < share else ""), text)

    return turn.mapped(change)


def simplified(table, turn):
    return turn.mapped(lambda text, _: "".join(table.get(it, it) for it in text))


def tidy(turn):
    """One space where there are several, none at the ends."""
    parts, before = [], " "
    for text, type in turn.parts():
        text = re.sub(r"\s+", " ", text)
        if before.endswith(" "):
            text = text.lstrip(" ")
        if text:
            parts.append((text, type))
            before = text
    while parts and parts[-1][0].endswith(" "):
        text, type = parts.pop()
        if text.rstrip():
            parts.append((text.rstrip(), type))
    return type_of(turn).of(parts, turn.whole)


def type_of(turn):
    return type(turn)
