"""Other forms of a real text: other names in its places, no stops, small letters, capitals, the other script."""

import re

from talk import dialogue, noise, people, slots

STYLES = {"as it is": 38, "lower": 18, "no-stops": 8, "lower-no-stops": 26, "upper": 5, "noisy": 5}
RENAMED = 0.5  # Share of the stretches whose people get other names.
TOKENS = re.compile(r" (?=(?:n't|n 't|'\s?(?:s|m|re|ve|ll|d)\b|[.,!?;:%)\]]))")
WIDE = str.maketrans({",": "，", ".": "。", "?": "？", "!": "！"})
HAN_SPAN = re.compile(r"^[\u4e00-\u9fff]{2,4}$")
LATIN_SPAN = re.compile(r"^[A-Z][\w'-]+(?: [A-Z][\w'-]*\.?){0,2}$")


def stretch(rng, turns_, source):
    """A stretch of a text's turns in one style."""
    chinese = source == "hkcancor" or source.endswith("-zh")
    out = list(turns_)
    if not chinese and rng.random() < 0.7:
        out = [it.mapped(lambda text, _: TOKENS.sub("", text).replace("n 't", "n't").replace("' ", "'").replace("gon na", "gonna").replace("wan na", "wanna").replace("got ta", "gotta")) for it in out]
    if rng.random() < 0.1:
        out = [noise.stutter(rng, it, 0.06) for it in out]
    if rng.random() < RENAMED:
        out = renamed(rng, out, chinese)
    if source == "hkcancor":
        out = [it.mapped(lambda text, _: re.sub('["_-]', "", text)) for it in out] if rng.random() < 0.6 else out
        if rng.random() < 0.5:
            out = [it.mapped(lambda text, type: text if type else text.translate(WIDE)) for it in out]
    if chinese and rng.random() < 0.2:
        out = [noise.simplified(dialogue.words()["simplified"], it) for it in out]
    style = people.pick(rng, STYLES)
    if "no-stops" in style:
        out = [it.mapped(noise.without_stops) for it in out]
    if style.startswith("lower"):
        out = [it.mapped(noise.lower) for it in out]
    elif style == "upper":
        out = [it.mapped(noise.upper) for it in out]
    elif style == "noisy":
        language = "yue" if chinese else "en"
        out = [dialogue.styled(rng, it, "noisy", language) for it in out]
    return [it for it in (noise.tidy(it) for it in out) if it.text]


def renamed(rng, turns_, chinese):
    """Each name of a person that looks like an ordinary one becomes another of the same form, the same each time."""
    given = {}
    names = dialogue.names(False)

    def change(text, type):
        if type != "PERSON":
            return text
        if text not in given:
            given[text] = other(rng, names, text, chinese) or text
        return given[text]

    return [it.mapped(change) for it in turns_]


def other(rng, names, text, chinese):
    if HAN_SPAN.match(text):
        if text[0] == "阿":
            return "阿" + people.Person(rng, names, "yue", "han").given[-1]
        if text[-1] in "仔姐哥妹叔伯姨":
            return people.Person(rng, names, "yue", "han").given[-1] + text[-1]
        person = people.Person(rng, names, "yue", "han")
        return person.given if len(text) == 2 else person.last + person.given
    if LATIN_SPAN.match(text):
        person = people.Person(rng, names, "en")
        if chinese:
            person = people.Person(rng, names, "yue", "hk")
        words = text.count(" ") + 1
        if words == 1:
            return person.given if rng.random() < 0.7 else person.last
        return slots.latin_form(rng, person, "full")[0][0]
    return None
