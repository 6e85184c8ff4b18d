"""Fits the weights of `src/detect/fusion.rs`: how much each voice about a word counts, in natural logarithms.

    vouchsafe --json explain gold.jsonl > voices.json
    python3 fit.py gold.jsonl=voices.json [more.jsonl=more.json ...]

Needs nothing but Python. Gold is one JSON object a line with `id`, `text` and `spans`. A candidate is what voices that
overlap say something about; it is right where most of its letters are marked as anything. Every file counts the same,
however long it is. A logistic regression with a little ridge, by Newton's method; the standard error of each weight
stands beside it, as if candidates were independent, which they are not.
"""

import json
import math
import sys

WEIGHED = ("rule", "gazetteer")
FEATURES = (
    "nothing", "model", "silence", "any_rule", "rule", "probable_elsewhere", "certain_elsewhere", "written_small",
    "place", "organisation", "occupation", "short", "common_word", "common_han",
)
RIDGE = 1.0


def log_odds(percent):
    share = min(max(percent / 100, 0.001), 0.999)
    return math.log(share / (1 - share))


def characters(text):
    """From a byte's place to a character's."""
    places, at = {0: 0}, 0
    for n, it in enumerate(text, 1):
        at += len(it.encode())
        places[at] = n
    return places


def is_weighed(voice):
    if voice["layer"] in ("model", "sweep"):
        return True
    return voice["layer"] in WEIGHED and voice["tier"] != "certain" and voice["entity"] == "PERSON"


def candidates(findings):
    """What is certain, and groups of voices that overlap."""
    voices = {json.dumps(it, sort_keys=True): it for finding in findings for it in finding["voices"]}
    voices = sorted(voices.values(), key=lambda it: (it["start"], -it["end"]))
    certain = [it for it in voices if not is_weighed(it) and it["tier"] != "possible"]
    groups, end = [], -1
    for it in filter(is_weighed, voices):
        if it["start"] >= end:
            groups.append([])
        groups[-1].append(it)
        end = max(end, it["end"]) if len(groups[-1]) > 1 else it["end"]
    return certain, groups


def features(group, text):
    surest = max((it for it in group if it["layer"] == "model"), key=lambda it: it["confidence"], default=None)
    rule = max((it["confidence"] for it in group if it["layer"] in WEIGHED), default=None)
    elsewhere = {it["tier"] for it in group if it["layer"] == "sweep"}
    kind = surest["entity"] if surest and rule is None else "PERSON"
    letters = [it for it in text if it.isalnum()]
    han = any("\u3400" <= it <= "\u9fff" for it in letters)
    return {
        "nothing": 1.0,
        "model": log_odds(surest["confidence"]) if surest else 0.0,
        "silence": float(surest is None),
        "any_rule": float(rule is not None),
        "rule": float(rule - 50 if rule is not None else 0),
        "probable_elsewhere": float("certain" not in elsewhere and "probable" in elsewhere and rule is None),
        "certain_elsewhere": float("certain" in elsewhere),
        "written_small": float(bool(surest) and "small" in surest["rule"]),
        "place": float(kind == "LOC"),
        "organisation": float(kind == "ORG"),
        "occupation": float(kind == "OCCUPATION"),
        "short": float(len(letters) <= (1 if han else 2)),
        "common_word": float(bool(surest) and "word" in surest["rule"] and not han),
        "common_han": float(bool(surest) and "word" in surest["rule"] and han),
    }


def rows(gold_path, voices_path):
    with open(voices_path, encoding="utf-8") as file:
        explained = {it["file"]: it["findings"] for it in json.load(file)}
    with open(gold_path, encoding="utf-8") as file:
        for document in map(json.loads, filter(str.strip, file)):
            text, places = document["text"], characters(document["text"])
            marked = set()
            for span in document["spans"]:
                marked.update(range(span["start"], span["end"]))
            certain, groups = candidates(explained.get(document["id"], []))
            done = set()
            for it in certain:
                done.update(range(places[it["start"]], places[it["end"]]))
            for group in groups:
                start = places[min(it["start"] for it in group)]
                end = places[max(it["end"] for it in group)]
                letters = [n for n in range(start, end) if text[n].isalnum()]
                if letters and not done.issuperset(letters):
                    right = sum(n in marked for n in letters) * 2 >= len(letters)
                    yield features(group, text[start:end]), float(right)


def solved(matrix, right):
    """Gauss and Jordan."""
    size = len(right)
    rows = [row[:] + [it] for row, it in zip(matrix, right)]
    for n in range(size):
        pivot = max(range(n, size), key=lambda it: abs(rows[it][n]))
        rows[n], rows[pivot] = rows[pivot], rows[n]
        for other in range(size):
            if other != n:
                factor = rows[other][n] / rows[n][n]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[n])]
    return [rows[n][size] / rows[n][n] for n in range(size)]


def fitted(data):
    """`data` are `(features, right, weight)`; gives weights and their standard errors."""
    size = len(FEATURES)
    weights = [0.0] * size
    for _ in range(15):
        curvature = [[RIDGE * (a == b) for b in range(size)] for a in range(size)]
        slope = [-RIDGE * it for it in weights]
        for row, right, weight in data:
            odds = sum(weights[n] * it for n, it in row)
            share = 1 / (1 + math.exp(-max(min(odds, 30), -30)))
            for n, it in row:
                slope[n] += weight * (right - share) * it
                for m, other in row:
                    curvature[n][m] += weight * share * (1 - share) * it * other
        weights = [a + b for a, b in zip(weights, solved(curvature, slope))]
    unit = lambda n: [float(n == it) for it in range(size)]
    return weights, [math.sqrt(solved(curvature, unit(n))[n]) for n in range(size)]


def main():
    data = []
    for pair in sys.argv[1:]:
        found = list(rows(*pair.split("=", 1)))
        print(f"{pair.split('=')[0]}: {len(found)} candidates, {sum(it[1] for it in found):.0f} right")
        for it, right in found:
            row = [(n, it[name]) for n, name in enumerate(FEATURES) if it[name]]
            data.append((row, right, 1000 / len(found)))
    weights, errors = fitted(data)
    for name, weight, error in zip(FEATURES, weights, errors):
        print(f"{name:20} {weight:+.2f} ± {error:.2f}")


if __name__ == "__main__":
    main()
