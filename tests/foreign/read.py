#!/usr/bin/env python3
"""Reads a file of turns with somebody else's reader and says what is in it, a turn a line: start, end, speaker, words.

    read.py eaf|TextGrid|cha|json FILE

Needs Python 3.9 and the packages `pympi-ling`, `praatio` and `pylangacq`.
"""

import json
import sys


def elan(path):
    from pympi.Elan import Eaf

    eaf = Eaf(path)
    for tier in eaf.get_tier_names():
        speaker = eaf.get_parameters_for_tier(tier)["PARTICIPANT"]
        for annotation in eaf.get_annotation_data_for_tier(tier):
            yield *annotation[:2], speaker, annotation[2]


def textgrid(path):
    from praatio.textgrid import openTextgrid
    from praatio.utilities.constants import INTERVAL_TIER

    grid = openTextgrid(path, includeEmptyIntervals=False, reportingMode="error")
    for tier in grid.tiers:
        for entry in tier.entries:
            if isinstance(tier.tierType, str) and tier.tierType == INTERVAL_TIER:
                yield entry.start, entry.end, tier.name, entry.label
            else:
                yield entry.time, entry.time, tier.name, entry.label


def chat(path):
    import pylangacq

    chat = pylangacq.read_chat(path)
    assert chat.headers()[0].participants, "no participants"
    for it in chat.utterances():
        start, end = it.time_marks or (None, None)
        yield start, end, it.participant, " ".join(token.word for token in it.tokens)


def segments(path):
    with open(path, encoding="utf-8") as file:
        for it in json.load(file)["segments"]:
            yield it.get("start"), it.get("end"), it.get("speaker"), it["text"]


READERS = {"eaf": elan, "TextGrid": textgrid, "cha": chat, "json": segments}

if __name__ == "__main__":
    for turn in READERS[sys.argv[1]](sys.argv[2]):
        print(json.dumps(turn, ensure_ascii=False))
