"""Reads the real texts: which of them may be trained on, and as turns.

Only what `manifest.toml` names is read. Recordings and judgments are held out by a hash of their ids; GUM's interviews
and court texts never train, since the measuring set has them too.
"""

import json
import pathlib
import re

import turns

HKCANCOR, TAB = "hkcancor_dev.jsonl", "tab_echr_train_dev.json"
WRITTEN = ["gum_train.jsonl", "wnut17_train.jsonl", "wnut17_dev.jsonl", "uner_en_ewt_dev.jsonl"]
CHINESE = ["uner_zh_gsd_train.jsonl", "uner_zh_gsd_dev.jsonl"]
LABEL = re.compile(r"^(?:\[[\d:.]+\]\s*)?[^:：\[\]\n]{1,30}[:：][ \t]*")
CUE = re.compile(r"^(?:\d+|[\d:.]+ --> [\d:.]+|WEBVTT.*)$")  # Lines of a VTT file that nobody says.
TITLE = re.compile(r"^(?:mr|mrs|ms|miss|dr|prof|sir|judge|lord|lady|madam)\b\.? *", re.I)
KEPT = ("PERSON", "LOC", "ORG")


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def hkcancor_held_out(id):
    return turns.share(id, 29) < 7


def tab_held_out(id):
    return turns.share(id, 4) == 0


def written_held_out(id):
    """For calibration; they come as a share of what is written."""
    return turns.share(id, 12) == 0


def lines(text, spans, label=None):
    """The turns of a text, one a line; a speaker's label is no part of its turn."""
    out, at = [], 0
    for line in text.split("\n"):
        found = label.match(line) if label else None
        start, end = at + (found.end() if found else 0), at + len(line)
        inside = [(a - start, b - start, type) for a, b, type in spans if start <= a and b <= end]
        out.append(turns.Turn(text[start:end], inside, whole=False))
        at = end + 1
    return [it for it in out if it.text.strip()]


def marks(row):
    found = sorted((it["start"], it["end"], it["type"]) for it in row["spans"] if it["type"] in KEPT and not it.get("in_label"))
    out = []
    for it in found:
        if not out or it[0] >= out[-1][1]:
            out.append(it)
    return out


def judgment(document):
    """A judgment's sentences, with its first annotator's names; titles stay outside."""
    text = document["text"]
    mentions = next(iter(document["annotations"].values()))["entity_mentions"]
    spans = []
    for it in sorted(mentions, key=lambda it: (it["start_offset"], -it["end_offset"])):
        type, start, end = it["entity_type"], it["start_offset"], it["end_offset"]
        if type == "PERSON":
            start += len(TITLE.match(text[start:end])[0]) if TITLE.match(text[start:end]) else 0
        if type in KEPT and start < end and (not spans or start >= spans[-1][1]):
            spans.append((start, end, type))
    return lines(text, spans)


def written(folder, held):
    """`(source, turns)` of the written texts that train, or of those that are held out."""
    for name in WRITTEN + CHINESE:
        for row in rows(folder / "train" / name):
            if row["style"] not in ("gum_interview", "gum_court") and written_held_out(row["id"]) == held:
                yield name.split("_")[0] + "-" + row["lang"], lines(row["text"], marks(row))


def judgments(folder, held):
    for document in json.loads((folder / TAB).read_text(encoding="utf-8")):
        if tab_held_out(document["doc_id"]) == held:
            yield document["doc_id"], judgment(document)


def tab_calibrates(id):
    """Of the judgments that are held out, one half calibrates and one half measures."""
    return turns.share("calibrate " + id, 2) == 0


def training(folder):
    """`(source, turns)` of every text that may be trained on."""
    folder = pathlib.Path(folder)
    yield from written(folder, False)
    for row in rows(folder / HKCANCOR):
        if not hkcancor_held_out(row["id"]):
            yield "hkcancor", lines(row["text"], marks(row), LABEL)
    for _, them in judgments(folder, False):
        yield "tab", them


def measuring(path, labels=True):
    """The rows of a measuring set with `turns`: `(offset, text)` of what was said."""
    for row in rows(path):
        row["turns"], at = [], 0
        for line in row["text"].split("\n"):
            found = LABEL.match(line) if labels else None
            skip = found.end() if found else 0
            if line[skip:].strip() and not CUE.match(line):
                row["turns"].append((at + skip, line[skip:]))
            at += len(line) + 1
        yield row
