"""Chooses the pieces that stay of the encoder's 250,000: what our texts need, single Han characters, frequent Latin pieces.

    python3 vocabulary.py --encoder WHEEL [--data ../shared/data] --out pieces.tsv --kept kept.json
"""

import argparse
import collections
import json
import random
import re

import data
import encoder
import pieces
from talk import dialogue

SIZE = 32_000
LATIN = re.compile(r"^\u2581?[A-Za-z\u00c0-\u024f\u1ea0-\u1ef9]+$")


def full(source):
    """All of the encoder's pieces that a unit can have."""
    rows = [(piece, round(-1000 * float(score))) for piece, score in zip(source.pieces, source.scores)]
    return pieces.Pieces([(it, 0) if id < len(pieces.SPECIAL) else (it, cost) for id, (it, cost) in enumerate(rows)])


def counted(all_pieces, folder, generated):
    """How often each piece is used in the training texts, as they are and in small letters."""
    counts = collections.Counter()
    texts = [turn.text for _, them in data.training(folder) for turn in them]
    for language in dialogue.LANGUAGES:
        rng, made = random.Random(f"vocabulary {language}"), []
        while len(made) < generated:
            made += [it.text for it in dialogue.talk(rng, language)]
        texts += made
    for text in texts:
        text = pieces.normalised(text)
        for it in (text, text.lower()):
            for _, _, ids in all_pieces.units(it):
                counts.update(ids)
    return counts


def chosen(all_pieces, counts):
    singles = {id for piece, id in all_pieces.ids.items() if len(piece) == 1}
    han = {id for id in singles if pieces.alone(all_pieces.rows[id][0])}
    letters = {id for piece, id in all_pieces.ids.items() if LATIN.match(piece) and len(piece.strip(pieces.WORD)) <= 1}
    marks = {id for id in singles if all_pieces.costs[id] < 15_000}
    kept = han | letters | marks | {id for id, n in counts.items() if n >= 2 and id > pieces.UNKNOWN}
    kept.add(all_pieces.ids[pieces.WORD])
    latin = [id for piece, id in all_pieces.ids.items() if LATIN.match(piece)]
    for id in sorted(latin, key=lambda it: (all_pieces.costs[it], it)):
        if len(kept) + len(pieces.SPECIAL) >= SIZE:
            break
        kept.add(id)
    if len(kept) + len(pieces.SPECIAL) > SIZE:
        extra = sorted(kept - han - letters - marks, key=lambda it: (counts[it], -it))
        kept -= set(extra[: len(kept) + len(pieces.SPECIAL) - SIZE])
    return [*range(len(pieces.SPECIAL)), *sorted(kept)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--generated", type=int, default=60_000, help="turns of each language")
    parser.add_argument("--out", required=True)
    parser.add_argument("--kept", required=True)
    args = parser.parse_args()
    source = encoder.Encoder(args.encoder)
    all_pieces = full(source)
    kept = chosen(all_pieces, counted(all_pieces, args.data, args.generated))
    pieces.Pieces([all_pieces.rows[it] for it in kept]).write(args.out)
    with open(args.kept, "w", encoding="utf-8") as file:
        json.dump(kept, file)
    print(len(kept), "pieces")


if __name__ == "__main__":
    main()
