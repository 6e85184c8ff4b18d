"""The mean of several checkpoints: steadier than the last of them, and it costs nothing.

    python3 average.py --out net.pt net9.pt net10.pt

Checkpoints of one training, or of one that went on from another; each counts the same.
"""

import argparse

import torch


def averaged(nets):
    """Of numbers the mean; whatever else a checkpoint holds, as the first one has it."""
    first, *_ = nets
    mean = lambda key: sum(it[key].float() for it in nets) / len(nets)
    return {key: mean(key) if it.is_floating_point() else it for key, it in first.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("nets", nargs="+")
    args = parser.parse_args()
    torch.save(averaged([torch.load(it, map_location="cpu") for it in args.nets]), args.out)


if __name__ == "__main__":
    main()
