"""Packs turns into windows, gives units their labels, and puts predictions together again.

A window is `<s> turn </s> turn </s> …`: at most MAX_TOKENS pieces and ends of turns after `<s>`. A longer turn goes
through windows of its own that start STRIDE apart; of a unit in two windows the one counts in which it is further from
an edge.
"""

import turns
from pieces import END, START, normalised

MAX_TOKENS = 126
STRIDE = 94
IGNORED = -100
LABEL_IDS = {it: id for id, it in enumerate(turns.LABELS)}


def labelled(pieces, turn):
    """Ids of a turn, and for each the label (IGNORED after the first piece of a unit)."""
    ids, labels, before = [], [], None
    spans = iter(turn.spans)
    span = next(spans, None)
    for start, end, unit in pieces.units(normalised(turn.text)):
        while span and span[1] <= start:
            span = next(spans, None)
        label = 0
        if span and span[0] < end:
            label = LABEL_IDS[("I-" if before == span else "B-") + span[2]]
            before = span
        ids += unit
        labels += [label] + [IGNORED] * (len(unit) - 1)
    return ids, labels


def packed(turns_, limit):
    """Joins `(ids, labels)` of consecutive turns until a window is full; cuts what is longer."""
    ids, labels = [START], [IGNORED]
    for more, theirs in turns_:
        if len(ids) > 1 and len(ids) + len(more) > limit:
            yield ids, labels
            ids, labels = [START], [IGNORED]
        while len(more) > MAX_TOKENS - 1:
            yield [START, *more[: MAX_TOKENS - 1], END], [IGNORED, *theirs[: MAX_TOKENS - 1], IGNORED]
            more, theirs = more[STRIDE:], theirs[STRIDE:]
        ids, labels = ids + more + [END], labels + theirs + [IGNORED]
    if len(ids) > 1:
        yield ids, labels


def plan(pieces, texts):
    """What to run for the turns of a text: `[(ids, [(position, turn, start, end, centrality)])]`."""
    out, ids, marks = [], [START], []
    for number, text in enumerate(texts):
        units = pieces.units(normalised(text))
        size = sum(len(it[2]) for it in units)
        if size + 1 > MAX_TOKENS:
            if marks:
                out.append((ids, marks))
            ids, marks = [START], []
            out += long(units, number)
            continue
        if len(ids) - 1 + size + 1 > MAX_TOKENS:
            out.append((ids, marks))
            ids, marks = [START], []
        for start, end, unit in units:
            marks.append((len(ids), number, start, end, MAX_TOKENS))
            ids = ids + unit
        ids = ids + [END]
    if marks:
        out.append((ids, marks))
    return out


def long(units, number):
    """Windows of a turn that is longer than one. A window starts and ends between units."""
    first = 0
    while True:
        last, size = first, 0
        while last < len(units) and size + len(units[last][2]) <= MAX_TOKENS - 1:
            size += len(units[last][2])
            last += 1
        last = max(last, first + 1)
        ids, marks = [START], []
        for start, end, unit in units[first:last]:
            marks.append([len(ids), number, start, end, 0])
            ids = ids + unit[: MAX_TOKENS - 1]
        for it in marks:
            before = MAX_TOKENS if first == 0 else it[0]
            after = MAX_TOKENS if last == len(units) else len(ids) - it[0]
            it[4] = min(before, after)
        yield ids + [END], [tuple(it) for it in marks]
        if last == len(units):
            return
        step = 0
        while first < last and step < STRIDE:
            step += len(units[first][2])
            first += 1



def spans(units, labels):
    """`(start, end, type)` from the labels of a turn's `(start, end)` units; an I after another type begins anew."""
    out, before = [], None
    for (start, end), label in zip(units, labels):
        place, _, type = turns.LABELS[label].partition("-")
        if place == "I" and type == before:
            out[-1] = (out[-1][0], end, type)
        elif place != "O":
            out.append((start, end, type))
        before = type or None
    return out
