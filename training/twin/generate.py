"""Writes made-up transcripts with every identifier marked: rows for `vouchsafe eval`.

    python3 training/twin/generate.py --lang en --n 120 --seed 7 --hold-out A --out gold.jsonl

The same language, number, seed and half give the same bytes. Python 3.11 and its standard library; see README.md.
"""

import argparse
import collections
import itertools
import json
import random
import sys

import passages
from pieces import Piece
from render import Scene
from sheet import LAYOUTS, Layout, Sheet
from misheard import Misheard, write as write_roster
from styles import STYLES, Style

# A text has 3 passages at least, and ends once it has enough characters.
ENOUGH, FULL, MOST = 2500, 5200, 5800
# Chinese passages are shorter. Slots are longer than what comes into them.
MOST_PASSAGES = {"en": 6, "zh": 9}
SHRINK = {"en": 0.85, "zh": 0.72}
# Passages are dealt from a shuffled deck, so that each comes as often as any; below this it is filled up.
LEAST_IN_DECK = 12
MISHEARD = {"en": ["misheard", "misheard_lower"], "zh": ["misheard"]}


class Text:
    """One text, its marks and what it was made of."""

    def __init__(self, r, id, lang, style, dealt):
        self.id, self.lang, self.style, self.dealt = id, lang, style, dealt
        self.layout = r.choices(list(LAYOUTS), list(LAYOUTS.values()))[0]
        self.sheet = Sheet()
        layout = Layout(r, self.layout, lang, self.sheet)
        hear = Misheard(r, lang, style == "misheard_lower") if style.startswith("misheard") else Style(r, style, lang)
        taken, self.scenes = set(), []
        for number, passage in enumerate(dealt):
            if number and r.random() < 0.5:
                self.sheet.write("\n")
            self.scenes.append(Scene(r, passage, taken))
            self.play(self.scenes[-1], layout, hear)

    def play(self, scene, layout, hear):
        speakers = {}
        for line in scene.passage.lines:
            label, colon, speech = scene.passage.turn(line)
            said = [hear(it) for it in scene.line(speech)]
            if label and self.layout == "snum":
                shown = [Piece(speakers.setdefault(passages.speaker(label), f"S{len(speakers) + 1}"))]
            else:
                shown = [hear.label(it) for it in scene.line(label, in_label=True)]
            layout.turn(shown, colon, said)

    def row(self):
        return {
            "id": self.id,
            "lang": self.lang,
            "style": self.style,
            "format": self.layout,
            "passages": [it.id for it in self.dealt],
            "text": self.sheet.text,
            "spans": list(self.sheet.spans()),
            "hard_negatives": list(self.sheet.look_alikes()),
            "neutral": list(self.sheet.neutral()),
        }


def texts(lang, count, seed, half="all", styles=None):
    r = random.Random(f"{lang}-{seed}-{half}")
    name = f"{lang}-s{seed}" if half == "all" else f"{lang}-s{seed}-{half}"
    every, deck = passages.load(lang, half), []
    for number in range(count):
        if len(deck) < LEAST_IN_DECK:
            left = {it.id for it in deck}
            deck = r.sample([it for it in every if it.id not in left], len(every) - len(left)) + deck
        styles = styles or STYLES[lang]
        style = styles[number % len(styles)]
        yield Text(r, f"{name}-{number:04}", lang, style, deal(r, lang, style, deck))


def deal(r, lang, style, deck):
    """Takes passages off the end of the deck. Field notes are typed, so no recogniser's style has them."""
    wanted, dealt, skipped, size = r.randrange(3, 7), [], [], 0
    while deck and len(dealt) < MOST_PASSAGES[lang] and (len(dealt) < wanted or size < ENOUGH) and size < FULL:
        passage = deck.pop()
        longer = size + passage.size() * SHRINK[lang]
        if style != "clean" and passage.kind == "fieldnotes":
            skipped.append(passage)
        elif len(dealt) >= 3 and longer > MOST:
            skipped.append(passage)
            break
        else:
            dealt.append(passage)
            size = longer
    deck.extend(reversed(skipped))
    return dealt


def counts(rows):
    """How many of what, as lines of a table."""
    found = {it: collections.Counter() for it in ("types", "forms", "hard negatives", "styles")}
    for row in rows:
        lang = row["lang"]
        found["styles"][lang, row["style"], row["format"]] += 1
        for span in row["spans"]:
            found["types"][lang, span["type"]] += 1
            found["types"][lang, "(in a label)"] += "in_label" in span
            found["forms"][lang, f"{span['type']}.{span['form']}"] += 1
        for it in row["hard_negatives"]:
            found["hard negatives"][lang, it["kind"]] += 1
        found["types"][lang, "(neutral)"] += len(row["neutral"])
    for name, counter in found.items():
        yield name
        yield from (f"   {' '.join(key):<40} {counter[key]}" for key in sorted(counter))
    lengths = sorted(len(it["text"]) for it in rows)
    yield f"{len(rows)} texts; characters: least {lengths[0]}, median {lengths[len(lengths) // 2]}, most {lengths[-1]}"


def lint():
    found = list(passages.problems(passages.load()))
    for lang, half in itertools.product(STYLES, "AB"):
        print(f"{lang} {half}: {len(passages.load(lang, half))} passages")
    return found


def arguments():
    it = argparse.ArgumentParser(description="Writes made-up transcripts with every identifier marked.")
    it.add_argument("--lang", default="all", choices=[*STYLES, "all"])
    it.add_argument("--n", type=int, default=120, help="texts of each language")
    it.add_argument("--seed", type=int, default=7)
    it.add_argument("--hold-out", default="all", choices=["A", "B", "all"], help="only passages of this half")
    it.add_argument("--misheard", metavar="ROSTER", help="mark names that were misheard, and write the roster that has them")
    it.add_argument("--out", help="the file to write, one row a line")
    it.add_argument("--check", action="store_true", help="count what was made")
    it.add_argument("--lint", action="store_true", help="check the passages and make nothing")
    return it.parse_args()


def main():
    asked = arguments()
    if asked.lint:
        sys.exit("\n".join(lint()))
    langs = STYLES if asked.lang == "all" else [asked.lang]
    styles = MISHEARD if asked.misheard else {}
    made = [it for lang in langs for it in texts(lang, asked.n, asked.seed, asked.hold_out, styles.get(lang))]
    wrong = [f"{it.id}: {it.sheet.problem()}" for it in made if it.sheet.problem()]
    if wrong:
        sys.exit("\n".join(wrong))
    rows = [it.row() for it in made]
    if asked.out:
        with open(asked.out, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps(it, ensure_ascii=False) + "\n" for it in rows)
    if asked.misheard:
        write_roster(asked.misheard, made)
    if asked.check or not asked.out:
        print("\n".join(counts(rows)))


if __name__ == "__main__":
    main()
