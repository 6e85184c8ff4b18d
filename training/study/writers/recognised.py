"""What recognisers and the programs around them write: Whisper's and WhisperX's JSON, Otter's text, oTranscribe."""

import json
import re

from .pack import escape
from .stamps import clock

# A word of a language without blanks is a character.
WORD = re.compile(r"[A-Za-z0-9@._'’:/+()-]+[,.?!;]*|[^\sA-Za-z0-9]")


def dumped(value):
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8")


def whisper(paper):
    segments = [
        {
            "id": n,
            "seek": 0,
            "start": it.start,
            "end": it.end,
            "text": f" {it.text}",
            "temperature": 0.0,
            "avg_logprob": -round(paper.r.uniform(0.1, 0.6), 4),
            "no_speech_prob": round(paper.r.uniform(0, 0.2), 4),
        }
        for n, it in enumerate(paper.turns)
    ]
    lang = "en" if paper.lang == "en" else "zh"
    return dumped({"text": "".join(it["text"] for it in segments), "segments": segments, "language": lang})


def whisperx(paper):
    segments = []
    for it in paper.turns:
        found = WORD.findall(it.text)
        step = (it.end - it.start) / max(1, len(found))
        words = [
            {
                "word": word,
                "start": round(it.start + n * step, 3),
                "end": round(it.start + (n + 1) * step, 3),
                "score": round(paper.r.uniform(0.3, 0.99), 3),
                "speaker": it.label,
            }
            for n, word in enumerate(found)
        ]
        segments.append({"start": it.start, "end": it.end, "text": it.text, "words": words, "speaker": it.label})
    words = [word for it in segments for word in it["words"]]
    return dumped({"segments": segments, "word_segments": words, "language": "en" if paper.lang == "en" else "yue"})


def otter(paper):
    speakers = list(dict.fromkeys(it.label for it in paper.turns))
    keywords = paper.keywords("SUMMARY KEYWORDS")
    lines = [
        paper.heading(),
        f"{paper.date_words()} • {clock(paper.turns[-1].end)}",
        "",
        "SUMMARY KEYWORDS",
        ", ".join(keywords),
        "",
    ]
    lines += ["SPEAKERS", ", ".join(speakers), ""]
    for label, entity in paper.labels().items():
        if entity:
            paper.tell("SPEAKERS", label, entity)
    for it in paper.turns:
        at = clock(it.start)
        lines += [f"{it.label}  {at[3:] if at.startswith('00:') else at}", it.text, ""]
    return "\n".join([*lines, "Transcribed by https://otter.ai", ""]).encode("utf-8")


def otr(paper):
    parts = []
    for it in paper.turns:
        stamp = (
            f'<span class="timestamp" contenteditable="false" data-timestamp="{it.start}">{clock(it.start)[3:]}</span>'
        )
        parts.append(f"<p>{stamp}&nbsp;<b>{escape(it.label)}</b>: {escape(it.text)}<br></p>")
    media = paper.recording("media")
    return dumped({"text": "".join(parts), "media": media, "media-source": "", "media-time": paper.turns[-1].end})
