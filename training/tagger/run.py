"""Runs a tagger over the turns of a text, as the program does."""

import tomllib

import numpy
import onnxruntime

import pieces
import turns
import windows


class Tagger:
    def __init__(self, model, vocabulary):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.pieces = pieces.Pieces.read(vocabulary)

    def logits(self, texts):
        """For each turn `[(start, end, logits)]` of its units."""
        out = [{} for _ in texts]
        for ids, marks in windows.plan(self.pieces, texts):
            [result] = self.session.run(None, {"input_ids": numpy.array([ids], numpy.int64)})
            for position, turn, start, end, central in marks:
                if (start, end) not in out[turn] or out[turn][start, end][0] < central:
                    out[turn][start, end] = (central, result[0, position])
        return [[(start, end, it[start, end][1]) for start, end in sorted(it)] for it in out]

    def spans(self, texts, bias):
        return [decoded(units, bias) for units in self.logits(texts)]


def decoded(units, bias, types=turns.TYPES):
    """`(start, end, type)` where a label beats O after `bias` is taken from its logit; only of some types."""
    allowed = [0] + [id for id, it in enumerate(turns.LABELS) if it[2:] in types]
    labels = []
    for _, _, logits in units:
        row = logits[allowed].copy()
        row[0] -= bias
        labels.append(allowed[int(row.argmax())])
    return windows.spans([(start, end) for start, end, _ in units], labels)


def calibration(path):
    """`(temperature, shift of each label)` from tagger.toml."""
    it = tomllib.loads(path.read_text(encoding="utf-8"))["calibration"]
    return it["temperature"], shifts(it["shift"])


def shifts(of_types):
    return numpy.array([of_types.get(it[2:], 0.0) for it in turns.LABELS], numpy.float32)


def probabilities(logits, calibrated):
    """Of a unit, how likely each type is: B and I of it together."""
    temperature, shift = calibrated
    row = logits / temperature + shift
    row = numpy.exp(row - row.max())
    row /= row.sum()
    return {it: float(row[1 + 2 * n] + row[2 + 2 * n]) for n, it in enumerate(turns.TYPES)}


def sureness(units, span, calibrated):
    """How likely a finding `(start, end, type)` is: the mean over its units."""
    start, end, type = span
    inside = [probabilities(logits, calibrated)[type] for a, b, logits in units if start <= a and b <= end]
    return sum(inside) / len(inside)
