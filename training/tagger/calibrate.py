"""Makes the tagger's probabilities true: one temperature, and one shift of each type, on texts that did not train.

    python3 calibrate.py --model tagger.onnx --pieces pieces.tsv [--data ../shared/data] --out calibration.json

Half of the weight is real (written texts, judgments; English also in small letters without stops), half is talk whose
names and templates are held out. No measuring set is looked at.
"""

import argparse
import json
import pathlib
import random

import numpy
import torch

import data
import run
import turns
from talk import dialogue, noise

TALKS = 400
STEPS = 60


def texts(folder):
    """`(real, turns)`: are they real?"""
    folder = pathlib.Path(folder)
    real = [(source, them) for source, them in data.written(folder, True)]
    real += [("tab-en", them) for id, them in data.judgments(folder, True) if data.tab_calibrates(id)]
    for source, them in real:
        yield True, them
        if source.endswith("-en"):
            plain = [noise.tidy(it.mapped(noise.without_stops).mapped(noise.lower)) for it in them]
            yield True, [it for it in plain if it.text]
    for language in dialogue.LANGUAGES:
        rng = random.Random(f"calibrate {language}")
        for _ in range(TALKS):
            yield False, dialogue.talk(rng, language, held=True)


def units(tagger, folder):
    """Of every unit: its logits, its type (0 is none), is it real?"""
    logits, types, real = [], [], []
    for is_real, them in texts(folder):
        for turn, found in zip(them, tagger.logits([it.text for it in them])):
            for start, end, row in found:
                inside = [type for a, b, type in turn.spans if a < end and start < b]
                logits.append(row)
                types.append(1 + turns.TYPES.index(inside[0]) if inside else 0)
                real.append(is_real)
    return torch.tensor(numpy.array(logits)), torch.tensor(types), torch.tensor(real)


def loss(logits, types, real, weights, temperature, shift):
    """Of the types, not of B and I. Where occupations are not marked, none means none or an occupation."""
    row = torch.log_softmax(logits / temperature + torch.cat([torch.zeros(1), shift.repeat_interleave(2)]), -1)
    of_types = torch.logsumexp(row[:, 1:].reshape(len(row), len(turns.TYPES), 2), -1)
    unsure = torch.logsumexp(torch.stack([row[:, 0], of_types[:, turns.TYPES.index("OCCUPATION")]]), 0)
    table = torch.cat([torch.where(real, unsure, row[:, 0])[:, None], of_types], 1)
    return -(weights * table.gather(1, types[:, None])[:, 0]).sum() / weights.sum()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--pieces", required=True)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    logits, types, real = units(run.Tagger(args.model, args.pieces), args.data)
    weights = torch.where(real, 1 / real.sum(), 1 / (~real).sum())
    log_temperature, shift = torch.zeros(1, requires_grad=True), torch.zeros(len(turns.TYPES), requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature, shift], max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        value = loss(logits, types, real, weights, log_temperature.exp(), shift)
        value.backward()
        return value

    before = closure().item()
    optimizer.step(closure)
    made = {"temperature": round(log_temperature.exp().item(), 3), "shift": {it: round(n, 3) for it, n in zip(turns.TYPES, shift.tolist())}}
    pathlib.Path(args.out).write_text(json.dumps(made), encoding="utf-8")
    print(f"{len(types)} units, {int(real.sum())} real; loss {before:.5f}, then {closure().item():.5f}; {made}")


if __name__ == "__main__":
    main()
