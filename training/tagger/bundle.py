"""Puts the finished tagger where the program embeds it, with what the program's tests need.

    python3 bundle.py --model tagger.onnx --pieces pieces.tsv --calibration calibration.json --version 2

Writes to src/detect/model/weights: `tagger.onnx`, `pieces.tsv`, `tagger.toml`, `pieces-cases.jsonl`, `tagger-cases.jsonl`.
"""

import argparse
import hashlib
import json
import pathlib
import shutil
import unicodedata

import pieces
import run
import turns
import windows

HERE = pathlib.Path(__file__).parent
WEIGHTS = HERE.parent.parent / "src" / "detect" / "model" / "weights"
TEXTS = [
    ["Hi, thanks for coming.", "So my cousin Wing Yan rang me last night.", "And what did Wing Yan say?"],
    ["yeah then fatima just left and i called peter"],
    ["我同阿強、家敏姐一齊去旺角食飯", "之後陳姑娘打畀我"],
    ["I was at Tuen Mun Hospital for a week."],
    ["I may go in May, I hope."],
]


def toml(version, calibration):
    digest = lambda name: hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest()
    shift = "\n".join(f"{it} = {n}" for it, n in calibration["shift"].items())
    labels = ", ".join(f'"{it}"' for it in turns.LABELS)
    return f"""\
# The statistical name finder: written by training/tagger/bundle.py; see training/tagger/CARD.md.
version = {version}
labels = [{labels}]

[window]
max_tokens = {windows.MAX_TOKENS}  # Pieces and ends of turns after `<s>`.
stride = {windows.STRIDE}
start = {pieces.START}
end = {pieces.END}
unknown = {pieces.UNKNOWN}

[pieces]
file = "pieces.tsv"
sha256 = "{digest('pieces.tsv')}"
unknown_cost = {pieces.UNKNOWN_COST}
max_chars = {pieces.MAX_PIECE_CHARS}

[model]
file = "tagger.onnx"
sha256 = "{digest('tagger.onnx')}"
input = "input_ids"
output = "logits"

[calibration]
temperature = {calibration['temperature']}  # Logits are divided by it.

[calibration.shift]  # Then added to the logits of B and I of a type.
{shift}
"""


def byte_offsets(text):
    out = [0]
    for it in text:
        out.append(out[-1] + len(it.encode()))
    return out


def piece_cases(vocabulary):
    """Texts as the program sees them, NFKC, with their units: start and end in bytes, ids."""
    for line in (HERE / "cases.txt").read_text(encoding="utf-8").split("\n")[:-1]:
        text = unicodedata.normalize("NFKC", line)
        at = byte_offsets(text)
        units = [[at[start], at[end], ids] for start, end, ids in vocabulary.units(text)]
        yield {"text": text, "units": units}


def tagger_cases(tagger):
    """Turns with what is found in them without a bias: start and end in bytes, type."""
    for them in TEXTS:
        found = tagger.spans(them, 0.0)
        marked = []
        for text, its in zip(them, found):
            at = byte_offsets(text)
            marked.append([[at[start], at[end], type] for start, end, type in its])
        yield {"turns": them, "spans": marked, "ids": [it[0] for it in windows.plan(tagger.pieces, them)]}


def write(path, rows):
    path.write_text("".join(json.dumps(it, ensure_ascii=False) + "\n" for it in rows), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--pieces", required=True)
    parser.add_argument("--calibration", required=True)
    parser.add_argument("--version", type=int, required=True)
    args = parser.parse_args()
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(args.model, WEIGHTS / "tagger.onnx")
    shutil.copyfile(args.pieces, WEIGHTS / "pieces.tsv")
    calibration = json.loads(pathlib.Path(args.calibration).read_text(encoding="utf-8"))
    (WEIGHTS / "tagger.toml").write_text(toml(args.version, calibration), encoding="utf-8")
    tagger = run.Tagger(WEIGHTS / "tagger.onnx", WEIGHTS / "pieces.tsv")
    write(WEIGHTS / "pieces-cases.jsonl", piece_cases(tagger.pieces))
    write(WEIGHTS / "tagger-cases.jsonl", tagger_cases(tagger))


if __name__ == "__main__":
    main()
