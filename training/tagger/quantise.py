"""Makes the network small: weights of matrices int8 per output channel, embeddings int8 per row.

    python3 quantise.py tagger-f32.onnx tagger.onnx

Activations are quantised when it runs, one scale for a window: so a window's logits depend on what else is in it, and
windows are never padded or batched. `reduce_range` keeps weights to seven bits, since sums of products overflow sixteen
bits on processors without VNNI.
"""

import argparse
import os
import tempfile

import numpy
import onnx
from onnx import helper, numpy_helper
from onnxruntime import quantization

EMBEDDINGS = "words.weight"


def matrices(source, out):
    quantization.quantize_dynamic(source, out, weight_type=quantization.QuantType.QInt8, per_channel=True, reduce_range=True,
                                  op_types_to_quantize=["MatMul"], extra_options={"MatMulConstBOnly": True})


def rows(model):
    """Turns the lookup of the embeddings into one of int8 rows times one of their scales."""
    graph = model.graph
    [table] = [it for it in graph.initializer if it.name == EMBEDDINGS]
    [lookup] = [it for it in graph.node if it.op_type == "Gather" and it.input[0] == EMBEDDINGS]
    weights = numpy_helper.to_array(table)
    scales = numpy.maximum(numpy.abs(weights).max(1, keepdims=True), 1e-9) / 127
    small = numpy.clip(numpy.rint(weights / scales), -127, 127).astype(numpy.int8)
    graph.initializer.remove(table)
    graph.initializer.extend([numpy_helper.from_array(small, "words.int8"), numpy_helper.from_array(scales.astype(numpy.float32), "words.scale")])
    ids, result = lookup.input[1], lookup.output[0]
    at = list(graph.node).index(lookup)
    graph.node.remove(lookup)
    nodes = [
        helper.make_node("Gather", ["words.int8", ids], ["words.row"], name="words.row", axis=0),
        helper.make_node("Cast", ["words.row"], ["words.float"], name="words.float", to=onnx.TensorProto.FLOAT),
        helper.make_node("Gather", ["words.scale", ids], ["words.of"], name="words.of", axis=0),
        helper.make_node("Mul", ["words.float", "words.of"], [result], name="words.mul"),
    ]
    for offset, node in enumerate(nodes):
        graph.node.insert(at + offset, node)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("out")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        part = os.path.join(folder, "matrices.onnx")
        matrices(args.source, part)
        model = onnx.load(part)
    rows(model)
    model.producer_name, model.producer_version, model.doc_string = "vouchsafe", "", ""
    onnx.checker.check_model(model)
    onnx.save(model, args.out)
    print(os.path.getsize(args.out), "bytes;", ", ".join(sorted({it.op_type for it in model.graph.node})))


if __name__ == "__main__":
    main()
