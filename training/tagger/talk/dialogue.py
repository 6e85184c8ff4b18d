"""Makes talks: a style, a cast, then turns of several kinds.

    python3 -m talk.dialogue --lang en --n 5 --seed 1 [--held-out]     prints talks with their marks
    python3 -m talk.dialogue --lint                                    what is wrong with the templates
"""

import argparse
import functools
import pathlib
import random

import turns
from talk import grammar, noise, people, pools, slots

LANGUAGES = ("en", "yue")
HERE = pathlib.Path(__file__).parent
STYLES = {
    "en": {"clean": 42, "lower": 30, "noisy": 14, "lower-stops": 8, "no-stops": 4, "upper": 2},
    "yue": {"clean": 44, "no-stops": 30, "noisy": 16, "lower": 10},
}
# Of ten turns, how many are of which kind: with people, with places and the like, without any name, with what looks like one.
KINDS = {"turn.person": 44, "turn.place": 10, "turn.occ": 4, "turn.plain": 18, "turn.hard": 24}
SIMPLIFIED = 0.2
NARROW = 0.25  # Share of Chinese turns with commas and stops of one byte.
MAX_TURNS = 14


@functools.cache
def grammars(language):
    return grammar.Grammar(sorted((HERE / "templates").glob(f"{language}-*.txt")))


@functools.cache
def words():
    return pools.load()


@functools.cache
def names(held):
    return people.Names(words(), held)


def talk(rng, language, held=False, style=None, culture=None, gender=None):
    """The turns of a talk, in one style. All its people are of one culture or gender if asked."""
    made = grammars(language)
    filler = slots.Filler(rng, words(), names(held), language, culture, gender)
    style = style or people.pick(rng, STYLES[language])
    simplified = language == "yue" and rng.random() < SIMPLIFIED
    out = []
    for _ in range(rng.randint(3, MAX_TURNS)):
        filler.new_turn()
        parts = made.says(rng, people.pick(rng, KINDS), held, filler)
        if rng.random() < 0.2:
            parts = [*parts, (" " if language == "en" or rng.random() < 0.5 else "", None), *made.says(rng, people.pick(rng, KINDS), held, filler)]
        turn = turns.Turn.of(capitals(parts) if language == "en" else parts)
        turn = styled(rng, turn, style, language)
        if simplified:
            turn = noise.simplified(words()["simplified"], turn)
        turn = noise.tidy(turn)
        if turn.text:
            out.append(turn)
    return out


def capitals(parts):
    """The first letter of a turn is a capital; nicknames and places that were written small stay."""
    out = list(parts)
    for at, (text, type) in enumerate(out):
        if text.strip():
            if not type:
                out[at] = (text[:1].upper() + text[1:], type)
            break
    return out


def styled(rng, turn, style, language):
    if rng.random() < 0.12:
        turn = noise.stutter(rng, turn, rng.choice([0.04, 0.1]))
    if style in ("noisy", "lower") and rng.random() < 0.6:
        share = rng.choice([0.02, 0.06, 0.12])
        turn = noise.fillers(rng, turn, noise.ENGLISH_FILLERS, share) if language == "en" else noise.between_han(rng, turn, 5 * share)
    if style in ("lower", "noisy", "no-stops") and (language == "yue" or style != "noisy" or rng.random() < 0.5):
        turn = turn.mapped(noise.without_stops)
    if style in ("lower", "lower-stops") or style == "noisy" and rng.random() < 0.4:
        turn = turn.mapped(noise.lower)
    if language == "yue" and rng.random() < NARROW:
        turn = turn.mapped(lambda text, type: text if type else text.translate(noise.NARROW))
    if style == "upper":
        turn = turn.mapped(noise.upper)
    return turn


def shown(turn):
    return "".join(f"[{text}|{type}]" if type else text for text, type in turn.parts())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang", choices=LANGUAGES, default="en")
    parser.add_argument("--n", type=int, default=3)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--lint", action="store_true")
    args = parser.parse_args()
    if args.lint:
        for language in LANGUAGES:
            made = grammars(language)
            for it in made.check(slots.known):
                print(it)
            for kind in made.kinds():
                print(language, kind, len(made.pools[kind, False]), "train,", len(made.pools[kind, True]), "held out")
        return
    rng = random.Random(args.seed)
    for _ in range(args.n):
        for turn in talk(rng, args.lang, args.held_out):
            print(shown(turn))
        print()


if __name__ == "__main__":
    main()
