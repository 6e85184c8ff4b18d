"""Measures the tagger that the program embeds: people covered against what is masked for nothing, at several biases;
F1 of each type; whether probabilities are true.

    python3 score.py [--data ../../../shared/data] [--only GUM] [--errors 20 --bias 2] [--card CARD.md]

*Covered*: all letters and digits of a person's name are in findings of PERSON. *Over*: of 1,000 letters and digits
outside every mark, how many are in findings of PERSON. Names that are speakers' labels count as nothing. Only the
tagger speaks here, no rule. `--card` writes the tables into the card, between its two marks. Sets: see `sets`.
"""

import argparse
import collections
import pathlib
import random
import subprocess
import sys
import tempfile

import data
import run
import turns
from talk import dialogue

HERE = pathlib.Path(__file__).parent
WEIGHTS = HERE.parent.parent / "src" / "detect" / "model" / "weights"
TWIN = HERE.parent / "twin" / "generate.py"
MARKS = ("<!-- figures: score.py -->", "<!-- end -->")
CARD_BIASES = (0, 2, 4)
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.01)
BIN_BIAS = 4  # Findings are taken with this bias, so that doubtful ones are among them.
BIASES = (0, 1, 2, 3, 4, 5, 6)
TALKS = 150
CULTURES = {
    "en": ["western", "hk", "romanised", "pinyin", "south-asian", "nepali", "filipino", "indonesian", "vietnamese", "african", "muslim", "european", "korean", "japanese", "thai", "wide", "words"],
    "yue": ["han", "hk", "romanised", "sounds", "western", "filipino", "indonesian", "muslim"],
}


def rows_of(talk):
    text, spans, said = "", [], []
    for turn in talk:
        spans += [{"start": len(text) + a, "end": len(text) + b, "type": type} for a, b, type in turn.spans]
        said.append((len(text), turn.text))
        text += turn.text + "\n"
    return {"text": text, "spans": spans, "turns": said}


def generated(language, **kind):
    rng = random.Random(f"measure {language} {sorted(kind.items())}")
    return [rows_of(dialogue.talk(rng, language, held=True, **kind)) for _ in range(TALKS)]


def lowered(rows):
    return [{**it, "turns": [(at, text.lower() if len(text.lower()) == len(text) else text) for at, text in it["turns"]]} for it in rows]


def twin(half):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "gold.jsonl"
        subprocess.run([sys.executable, TWIN, "--lang", "all", "--n", "120", "--seed", "11", "--hold-out", half, "--out", out], check=True, stdout=subprocess.DEVNULL)
        return list(data.measuring(out))


def by_style(prefix, rows):
    for style in sorted({(it["lang"], it["style"]) for it in rows}):
        yield f"{prefix} {' '.join(style)}", [it for it in rows if (it["lang"], it["style"]) == style]


def sets(folder):
    """Name of each set and its rows."""
    folder = pathlib.Path(folder)
    gum = list(data.measuring(folder / "gum_spoken_dev.jsonl", labels=False))
    yield "GUM spoken", gum
    yield "GUM spoken, lower-cased", lowered(gum)
    yield "HKCanCor held out", [it for it in data.measuring(folder / data.HKCANCOR) if data.hkcancor_held_out(it["id"])]
    yield "TAB held out", [rows_of(them) for id, them in data.judgments(folder, True) if not data.tab_calibrates(id)]
    yield from by_style("transcripts", list(data.measuring(folder / "transcripts_dev.jsonl")))
    yield from by_style("twin B", twin("B"))
    for language in dialogue.LANGUAGES:
        yield f"talk {language}", generated(language)
        for style in dialogue.STYLES[language]:
            yield f"talk {language} style {style}", generated(language, style=style)
        for culture in CULTURES[language]:
            yield f"talk {language} culture {culture}", generated(language, culture=culture)
        for gender in "fm":
            yield f"talk {language} gender {gender}", generated(language, culture="han" if language == "yue" else "western", gender=gender)


class Scored:
    def __init__(self, tagger, rows):
        self.rows = rows
        self.units = [[[(at + a, at + b, it) for a, b, it in units] for (at, _), units in zip(row["turns"], tagger.logits([text for _, text in row["turns"]]))] for row in rows]

    def found(self, bias):
        for row, its in zip(self.rows, self.units):
            yield row, [span for units in its for span in run.decoded(units, bias)]

    def people(self, bias):
        """Of people's names: how many, covered; letters outside marks, masked; hard negatives, touched."""
        n = covered = outside = over = hard = touched = 0
        for row, found in self.found(bias):
            text = row["text"]
            masked, marked = bytearray(len(text)), bytearray(len(text))
            for start, end, type in found:
                if type == "PERSON":
                    masked[start:end] = b"\1" * (end - start)
            for it in row["spans"]:
                marked[it["start"] : it["end"]] = b"\1" * (it["end"] - it["start"])
                if it["type"] == "PERSON" and not it.get("in_label"):
                    n += 1
                    covered += all(masked[at] for at in range(it["start"], it["end"]) if text[at].isalnum())
            for it in row.get("neutral", []):
                marked[it["start"] : it["end"]] = b"\1" * (it["end"] - it["start"])
            for at, letter in enumerate(text):
                if letter.isalnum() and not marked[at]:
                    outside += 1
                    over += masked[at]
            for it in row.get("hard_negatives", []):
                hard += 1
                touched += any(masked[at] and not marked[at] for at in range(it["start"], it["end"]) if text[at].isalnum())
        return {"names": n, "covered": covered / max(n, 1), "over": 1000 * over / max(outside, 1), "hard": touched / hard if hard else None}

    def f1(self, bias=0):
        """Of each type, findings with the very same ends."""
        right, found_n, gold_n = (collections.Counter() for _ in range(3))
        for row, found in self.found(bias):
            gold = {(it["start"], it["end"], it["type"]) for it in row["spans"] if not it.get("in_label")}
            for it in found:
                found_n[it[2]] += 1
                right[it[2]] += it in gold
            for it in gold:
                gold_n[it[2]] += 1
        return {it: {"f1": 2 * right[it] / (found_n[it] + gold_n[it]), "gold": gold_n[it]} for it in turns.TYPES if gold_n[it]}

    def sure(self, calibrated):
        """Of each bin of probability: findings of PERSON, the sum of what they claim, how many lie in a person's name."""
        bins = [[0, 0.0, 0] for _ in BINS[1:]]
        for row, its in zip(self.rows, self.units):
            names = [(it["start"], it["end"]) for it in row["spans"] if it["type"] == "PERSON"]
            for units in its:
                for start, end, type in run.decoded(units, BIN_BIAS, ("PERSON",)):
                    claimed = run.sureness(units, (start, end, type), calibrated)
                    bin = bins[sum(claimed >= it for it in BINS[1:])]
                    bin[0] += 1
                    bin[1] += claimed
                    bin[2] += any(a < end and start < b for a, b in names)
        return bins

    def misses(self, bias, limit, rng):
        """Names that are not covered and what is masked for nothing, with some words around."""
        missed, extra = [], []
        for row, found in self.found(bias):
            text = row["text"]
            masked = {at for start, end, type in found if type == "PERSON" for at in range(start, end)}
            show = lambda a, b: text[max(0, a - 30) : a].replace("\n", "/") + "[" + text[a:b] + "]" + text[b : b + 20].replace("\n", "/")
            gold = {at for it in row["spans"] for at in range(it["start"], it["end"])}
            for it in row["spans"]:
                if it["type"] == "PERSON" and not it.get("in_label") and any(at not in masked and text[at].isalnum() for at in range(it["start"], it["end"])):
                    missed.append(show(it["start"], it["end"]))
            extra += [show(a, b) for a, b, type in found if type == "PERSON" and not any(at in gold for at in range(a, b))]
        return [rng.sample(it, min(limit, len(it))) for it in (missed, extra)]


def line(name, scored):
    people = [scored.people(it) for it in BIASES]
    types = scored.f1()
    cells = "  ".join(f"{100 * it['covered']:5.1f}@{it['over']:<5.1f}" for it in people)
    hard = "" if people[0]["hard"] is None else f"{100 * people[0]['hard']:4.1f}"
    return f"{name:34} {people[0]['names']:5}  {cells}  {hard:>5}  " + " ".join(f"{it[:3]} {100 * types[it]['f1']:.0f}" for it in types)


def card_line(name, scored):
    people = {it: scored.people(it) for it in CARD_BIASES}
    types = scored.f1()
    cells = [f"{100 * it['covered']:.1f} @ {it['over']:.1f}" for it in people.values()]
    hard = "" if people[0]["hard"] is None else f"{100 * people[0]['hard']:.1f}"
    cells += [f"{100 * types[it]['f1']:.0f}" if it in types else "" for it in turns.TYPES]
    return f"| {name} | {people[0]['names']} | " + " | ".join(cells) + f" | {hard} |"


def card(lines, bins):
    head = [f"| Set | Names | {' | '.join(f'bias {it}' for it in CARD_BIASES)} | F1 PERSON | LOC | ORG | OCC | Hard % |", "|---|--:|" + "--:|" * (len(CARD_BIASES) + 5)]
    table = ["", "| A finding of PERSON claims | " + " | ".join(bins) + " |", "|---|" + "--:|" * len(bins)]
    for at, low in enumerate(BINS[:-1]):
        cells = [f"{n}: {100 * claimed / n:.0f} % / {100 * right / n:.0f} %" if n else "" for n, claimed, right in (its[at] for its in bins.values())]
        table.append(f"| {low:.1f} to {min(BINS[at + 1], 1):.1f} | " + " | ".join(cells) + " |")
    return "\n".join([MARKS[0], *head, *lines, *table, MARKS[1]])


def write_card(path, text):
    whole = path.read_text(encoding="utf-8")
    before, rest = whole.split(MARKS[0])
    path.write_text(before + text + rest.split(MARKS[1])[1], encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=pathlib.Path, default=WEIGHTS / "tagger.onnx")
    parser.add_argument("--pieces", type=pathlib.Path, default=WEIGHTS / "pieces.tsv")
    parser.add_argument("--toml", type=pathlib.Path, default=WEIGHTS / "tagger.toml")
    parser.add_argument("--data", default="../../../shared/data")
    parser.add_argument("--only", default="", help="sets whose names start so")
    parser.add_argument("--errors", type=int, default=0, help="shows so many misses and false alarms of each set but twin B, at --bias")
    parser.add_argument("--bias", type=float, default=0)
    parser.add_argument("--card", type=pathlib.Path)
    args = parser.parse_args()
    tagger, calibrated = run.Tagger(args.model, args.pieces), run.calibration(args.toml)
    lines, bins = [], {}
    print(f"{'set':34} {'names':>5}  " + "  ".join(f"{'bias ' + str(it):>11}" for it in BIASES) + "   hard  F1")
    for name, rows in sets(args.data):
        if not name.startswith(args.only):
            continue
        scored = Scored(tagger, rows)
        print(line(name, scored), flush=True)
        lines.append(card_line(name, scored))
        family = "talk, held out" if name in ("talk en", "talk yue") else name.split(" ")[0].rstrip(",")
        if family != "talk":
            theirs = bins.setdefault(family, [[0, 0.0, 0] for _ in BINS[1:]])
            for total, more in zip(theirs, scored.sure(calibrated)):
                total[:] = [a + b for a, b in zip(total, more)]
        if args.errors and not name.startswith("twin B"):
            for kind, its in zip(("MISS ", "EXTRA"), scored.misses(args.bias, args.errors, random.Random(0))):
                for it in its:
                    print("  ", kind, it)
    for name, its in bins.items():
        print(f"{name:15} " + "  ".join(f"{low:.1f}: {n} {claimed / max(n, 1):.2f} {right / max(n, 1):.2f}" for low, (n, claimed, right) in zip(BINS, its)))
    if args.card:
        write_card(args.card, card(lines, bins))


if __name__ == "__main__":
    main()
