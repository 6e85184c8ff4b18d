"""Cuts text into units and pieces, as `src/detect/model` does; reads and writes the file of pieces.

The text is the normalised view (NFKC). A *unit* is a run of letters, marks and digits; or one Han or kana character;
or one of any other character but white space. The first piece of a unit speaks for all of it, so a finding never
ends inside a word.

A run is written with WORD before it, unless an apostrophe or a hyphen joins it to the run before (don't, Wing-yan),
and cut so that the sum of its pieces' costs is least. A character that no piece has is an unknown piece by itself.
Of two ways that cost the same the one whose last piece is longer wins. Costs are whole numbers, so that no two
programs can differ. Any other unit is the piece of its character, or unknown.
"""

import pathlib
import unicodedata

WORD = "\u2581"
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
START, PAD, END, UNKNOWN = range(4)
MAX_PIECE_CHARS = 16
UNKNOWN_COST = 30_000
JOINERS = "'\u2019-\u2010\u2011"
# Unicode's White_Space.
SPACES = set("\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {chr(it) for it in range(0x2000, 0x200B)}
ALONE = [(0x2E80, 0x312F), (0x31A0, 0x31FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)]
ENCLOSED = (0x1F130, 0x1F189)  # Letters in circles and squares that Unicode counts as alphabetic.


def alone(character):
    return any(a <= ord(character) <= b for a, b in ALONE)


def in_run(character):
    if character < "\x80":
        return character.isalnum()
    if alone(character):
        return False
    return unicodedata.category(character)[0] in "LMN" or ENCLOSED[0] <= ord(character) <= ENCLOSED[1]


class Pieces:
    """The vocabulary: piece to id and cost in thousandths of a nat."""

    def __init__(self, rows):
        self.rows = rows
        self.ids = {piece: id for id, (piece, _) in enumerate(rows) if id >= len(SPECIAL)}
        self.costs = [cost for _, cost in rows]
        self.seen = {}

    @classmethod
    def read(cls, path):
        lines = pathlib.Path(path).read_text(encoding="utf-8").split("\n")[:-1]
        rows = [line.split("\t") for line in lines]
        return cls([(piece, int(cost)) for piece, cost in rows])

    def write(self, path):
        text = "".join(f"{piece}\t{cost}\n" for piece, cost in self.rows)
        pathlib.Path(path).write_text(text, encoding="utf-8")

    def units(self, text):
        """`(start, end, ids)` of each unit."""
        out, at = [], 0
        while at < len(text):
            if text[at] in SPACES:
                at += 1
                continue
            end = at + 1
            if not in_run(text[at]):
                out.append((at, end, [self.ids.get(text[at], UNKNOWN)]))
            else:
                while end < len(text) and in_run(text[end]):
                    end += 1
                joined = at > 1 and text[at - 1] in JOINERS and in_run(text[at - 2])
                out.append((at, end, self.cut(text[at:end] if joined else WORD + text[at:end])))
            at = end
        return out

    def cut(self, run):
        if run not in self.seen:
            self.seen[run] = self.cheapest(run)
        return self.seen[run]

    def cheapest(self, run):
        best = [(0, 0, 0)]  # Of the text up to here: cost, where the last piece starts, its id.
        for end in range(1, len(run) + 1):
            options = []
            for start in range(max(0, end - MAX_PIECE_CHARS), end):
                id = self.ids.get(run[start:end])
                if id is not None:
                    options.append((best[start][0] + self.costs[id], start, id))
                elif start == end - 1:
                    options.append((best[start][0] + UNKNOWN_COST, start, UNKNOWN))
            best.append(min(options, key=lambda it: it[:2]))
        ids, at = [], len(run)
        while at:
            _, at, id = best[at]
            ids.append(id)
        return ids[::-1]


def normalised(text):
    """NFKC, where that keeps the number of characters; for texts whose offsets must hold."""
    out = []
    for it in text:
        folded = unicodedata.normalize("NFKC", it)
        out.append(folded if len(folded) == 1 else it)
    return "".join(out)
