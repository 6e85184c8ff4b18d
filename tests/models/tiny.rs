//! A token classifier of a few hundred bytes, for tests of the library and of the program: each piece has the logits of
//! its row, whatever stands around it. Its tokeniser is `word-piece.json` beside this file.

use std::cell::RefCell;

use rten_onnx::onnx::{
    AttributeProto, DataType, Dimension, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    TensorShapeProto, TypeProto, TypeProtoTensor, ValueInfoProto,
};

/// What the columns of its answers mean.
pub(crate) const CONFIG: &str =
    r#"{"id2label": {"0": "O", "1": "B-PER", "2": "I-PER", "3": "B-EMP", "4": "I-EMP"}}"#;
pub(crate) const LABELS: usize = 5;
/// The pieces of the tokeniser.
pub(crate) const PIECES: usize = 94;

/// Rows of logits: Mara Quill is a person, a clinic an employer. "Smile" is a person, too: a name that nothing else takes
/// for one.
pub(crate) fn rows() -> Vec<[f32; LABELS]> {
    let mut rows = vec![[6.0, 0.0, 0.0, 0.0, 0.0]; PIECES];
    rows[4] = [0.0, 6.0, 0.0, 0.0, 0.0]; // mara
    rows[5] = [0.0, 0.0, 6.0, 0.0, 0.0]; // quill
    rows[8] = [0.0, 0.0, 0.0, 6.0, 0.0]; // clinic
    rows[17] = [0.0, 6.0, 0.0, 0.0, 0.0]; // smile
    rows
}

/// The network: a row is taken, and multiplied by the unit matrix.
pub(crate) fn proto(rows: &[[f32; LABELS]]) -> ModelProto {
    let unit: Vec<[f32; LABELS]> =
        (0..LABELS).map(|n| std::array::from_fn(|it| f32::from(u8::from(it == n)))).collect();
    let node = |op: &str, inputs: [&str; 2], output: &str| NodeProto {
        op_type: Some(op.to_owned()),
        input: inputs.map(str::to_owned).to_vec(),
        output: vec![output.to_owned()],
        ..NodeProto::default()
    };
    ModelProto {
        ir_version: Some(8),
        opset_import: vec![OperatorSetIdProto { domain: None, version: Some(17) }],
        graph: Some(GraphProto {
            node: vec![
                node("Gather", ["rows", "input_ids"], "taken"),
                node("MatMul", ["taken", "unit"], "logits"),
            ],
            initializer: vec![tensor("rows", rows), tensor("unit", &unit)],
            input: vec![value("input_ids", DataType(7), 2), value("attention_mask", DataType(7), 2)],
            output: vec![value("logits", DataType::FLOAT, 3)],
            ..GraphProto::default()
        }),
        ..ModelProto::default()
    }
}

/// The same as bytes.
pub(crate) fn network() -> Vec<u8> {
    proto(&rows()).write_buf().unwrap()
}

/// With one operator more, that may hold a graph of its own.
pub(crate) fn with_operator(domain: &str, name: &str, nested: bool) -> Vec<u8> {
    let mut proto = proto(&rows());
    let graph = AttributeProto {
        name: Some("body".to_owned()),
        g: Some(GraphProto::default()),
        ..AttributeProto::default()
    };
    proto.graph.as_mut().unwrap().node.push(NodeProto {
        domain: Some(domain.to_owned()),
        op_type: Some(name.to_owned()),
        input: vec!["logits".to_owned()],
        output: vec!["more".to_owned()],
        attribute: nested.then_some(graph).into_iter().collect(),
        ..NodeProto::default()
    });
    proto.write_buf().unwrap()
}

fn tensor(name: &str, rows: &[[f32; LABELS]]) -> TensorProto {
    let bytes = rows.iter().flatten().flat_map(|it| it.to_le_bytes()).collect();
    TensorProto {
        name: Some(name.to_owned()),
        dims: vec![i64::try_from(rows.len()).unwrap(), i64::try_from(LABELS).unwrap()],
        data_type: Some(DataType::FLOAT),
        raw_data: Some(RefCell::new(bytes)),
        ..TensorProto::default()
    }
}

fn value(name: &str, elements: DataType, dimensions: usize) -> ValueInfoProto {
    let dim = |n| Dimension { dim_param: Some(format!("{name}_{n}")), ..Dimension::default() };
    let shape = TensorShapeProto { dim: (0..dimensions).map(dim).collect() };
    let tensor = TypeProtoTensor { elem_type: Some(elements), shape: Some(shape) };
    let r#type = TypeProto { tensor_type: Some(tensor), ..TypeProto::default() };
    ValueInfoProto { name: Some(name.to_owned()), r#type: Some(r#type) }
}
