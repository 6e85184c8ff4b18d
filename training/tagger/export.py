"""Writes a trained tagger as ONNX: `input_ids` int64 [1, n] to `logits` float32 [1, n, labels]. No mask: one window, no padding.

    python3 export.py --weights net.pt --pieces pieces.tsv --out tagger-f32.onnx
"""

import argparse
import warnings

import torch

import net
import pieces
import turns

OPSET = 17


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--pieces", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    tagger = net.Tagger(len(pieces.Pieces.read(args.pieces).rows), len(turns.LABELS))
    tagger.load_state_dict(torch.load(args.weights, weights_only=True))
    tagger.eval()
    example = torch.randint(len(pieces.SPECIAL), 500, (1, 16))
    warnings.filterwarnings("ignore")
    torch.onnx.export(tagger, (example,), args.out, opset_version=OPSET, input_names=["input_ids"], output_names=["logits"],
                      dynamic_axes={"input_ids": {1: "n"}, "logits": {1: "n"}}, dynamo=False)


if __name__ == "__main__":
    main()
