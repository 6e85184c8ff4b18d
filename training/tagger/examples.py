"""An endless stream of training windows: real texts and generated talk, in other forms each time."""

import random

import augment
import data
import windows
from talk import dialogue, people

# Of a hundred windows, how many come from where.
SHARES = {"talk-en": 25, "talk-yue": 26, "gum-en": 15, "uner-en": 4, "wnut17-en": 6, "hkcancor": 14, "uner-zh": 6, "tab": 4}
LIMITS = (20, 48, 80, 112, windows.MAX_TOKENS)
MAX_STRETCH = 24  # Turns of a real text that come into one window.


class Examples:
    def __init__(self, folder, pieces, seed):
        self.pieces = pieces
        self.rng = random.Random(seed)
        self.real = {}
        for source, them in data.training(folder):
            if them:
                self.real.setdefault(source, []).append(them)
        self.weights = {source: [len(it) for it in texts] for source, texts in self.real.items()}

    def turns(self, source):
        if source.startswith("talk-"):
            return dialogue.talk(self.rng, source.removeprefix("talk-"))
        [text] = self.rng.choices(self.real[source], self.weights[source])
        at = self.rng.randrange(len(text))
        return augment.stretch(self.rng, text[at : at + self.rng.randint(1, MAX_STRETCH)], source)

    def windows_of(self, source):
        """All windows of new talk; one of a real stretch, half of the time only where nothing is marked in it."""
        while True:
            limit = self.rng.choice(LIMITS) + 1
            made = [windows.labelled(self.pieces, it) for it in self.turns(source)]
            found = list(windows.packed(made, limit))
            if source.startswith("talk-"):
                yield from found
            elif found and (any(it > 0 for it in found[0][1]) or self.rng.random() < 0.5):
                yield found[0]

    def __iter__(self):
        """`(ids, labels, whole)`; `whole`: are occupations marked?"""
        streams = {source: self.windows_of(source) for source in SHARES}
        while True:
            source = people.pick(self.rng, SHARES)
            yield *next(streams[source]), source.startswith("talk-")


def batches(examples, tokens, pool=384):
    """Windows of like length together, `tokens` pieces with padding at most; the order of the batches is random."""
    stream = iter(examples)
    while True:
        rows = sorted((next(stream) for _ in range(pool)), key=lambda it: len(it[0]))
        out, batch = [], []
        for row in rows:
            if batch and len(row[0]) * (len(batch) + 1) > tokens:
                out.append(batch)
                batch = []
            batch.append(row)
        out.append(batch)
        examples.rng.shuffle(out)
        yield from out
