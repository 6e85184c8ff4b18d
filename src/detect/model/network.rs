//! The network itself: loaded with no operators but those of token classifiers, fed one window at a time.

use std::{collections::BTreeMap, sync::Arc};

use rten::{ModelOptions, NodeId, OpRegistry, RegisterOp, RunOptions, ThreadPool, Value, op_types as op};
use rten_onnx::onnx::ModelProto;

use super::{Error, pieces::PieceId};

/// The domain of operators that ONNX itself defines.
const STANDARD: &str = "ai.onnx";
/// That of ONNX Runtime's own, which quantised models are made of.
const CONTRIBUTED: &str = "com.microsoft";

/// The inputs that a network may have: the pieces, then those that are the same for every piece.
const PIECES: &str = "input_ids";
const ALL_ONE: &str = "attention_mask";
const ALL_ZERO: &str = "token_type_ids";

/// The longest name of an operator that is told.
const MAX_NAME_BYTES: usize = 64;

/// What BERT, `DistilBERT`, ELECTRA and `RoBERTa` are made of, in full precision and quantised. Nothing that loops,
/// branches or draws random numbers.
const ALLOWED: &[(&str, &dyn RegisterOp)] = &[
    ("Abs", &op::Abs),
    ("Add", &op::Add),
    ("And", &op::And),
    ("Cast", &op::Cast),
    ("CastLike", &op::CastLike),
    ("Ceil", &op::Ceil),
    ("Clip", &op::Clip),
    ("Concat", &op::Concat),
    ("ConstantOfShape", &op::ConstantOfShape),
    ("CumSum", &op::CumSum),
    ("DequantizeLinear", &op::DequantizeLinear),
    ("Div", &op::Div),
    ("DynamicQuantizeLinear", &op::DynamicQuantizeLinear),
    ("Equal", &op::Equal),
    ("Erf", &op::Erf),
    ("Exp", &op::Exp),
    ("Expand", &op::Expand),
    ("Flatten", &op::Flatten),
    ("Floor", &op::Floor),
    ("Gather", &op::Gather),
    ("GatherElements", &op::GatherElements),
    ("GatherND", &op::GatherND),
    ("Gelu", &op::Gelu),
    ("Gemm", &op::Gemm),
    ("Greater", &op::Greater),
    ("GreaterOrEqual", &op::GreaterOrEqual),
    ("Identity", &op::Identity),
    ("IsNaN", &op::IsNaN),
    ("LayerNormalization", &op::LayerNormalization),
    ("Less", &op::Less),
    ("LessOrEqual", &op::LessOrEqual),
    ("Log", &op::Log),
    ("LogSoftmax", &op::LogSoftmax),
    ("MatMul", &op::MatMul),
    ("MatMulInteger", &op::MatMulInteger),
    ("Max", &op::Max),
    ("Min", &op::Min),
    ("Mod", &op::Mod),
    ("Mul", &op::Mul),
    ("Neg", &op::Neg),
    ("Not", &op::Not),
    ("Or", &op::Or),
    ("Pow", &op::Pow),
    ("QuantizeLinear", &op::QuantizeLinear),
    ("Range", &op::Range),
    ("Reciprocal", &op::Reciprocal),
    ("ReduceMax", &op::ReduceMax),
    ("ReduceMean", &op::ReduceMean),
    ("ReduceMin", &op::ReduceMin),
    ("ReduceSum", &op::ReduceSum),
    ("Relu", &op::Relu),
    ("Reshape", &op::Reshape),
    ("Shape", &op::Shape),
    ("Sigmoid", &op::Sigmoid),
    ("Sign", &op::Sign),
    ("Slice", &op::Slice),
    ("Softmax", &op::Softmax),
    ("Split", &op::Split),
    ("Sqrt", &op::Sqrt),
    ("Squeeze", &op::Squeeze),
    ("Sub", &op::Sub),
    ("Tanh", &op::Tanh),
    ("Transpose", &op::Transpose),
    ("Unsqueeze", &op::Unsqueeze),
    ("Where", &op::Where),
];

/// Those of ONNX Runtime that are allowed besides. `rten` offers them with all others or not at all.
const ALLOWED_CONTRIBUTED: &[&str] =
    &["BiasGelu", "FastGelu", "Gelu", "MatMulNBits", "QuickGelu", "SkipLayerNormalization"];

/// A network that gives logits for pieces.
pub(super) struct Network {
    model: rten::Model,
    pieces: NodeId,
    /// Inputs that are one, or zero, for every piece.
    constant: Vec<(NodeId, PieceId)>,
    output: NodeId,
    labels: usize,
    pool: Arc<ThreadPool>,
}

impl Network {
    /// The one that is part of the program; nothing but what it is made of is linked for it.
    pub(super) fn embedded(
        bytes: &'static [u8],
        input: &str,
        output: &str,
        labels: usize,
    ) -> Result<Self, Error> {
        let model =
            ModelOptions::with_ops(OpRegistry::with_ops(&ALLOWED.iter().map(|it| it.1).collect::<Vec<_>>()))
                .prepack_weights(true)
                .load_static_slice(bytes)
                .map_err(|_| Error::Network)?;
        Ok(Self {
            pieces: model.node_id(input).map_err(|_| Error::Network)?,
            output: model.node_id(output).map_err(|_| Error::Network)?,
            constant: Vec::new(),
            model,
            labels,
            pool: pool(),
        })
    }

    /// Somebody else's, with so many logits a piece. It must be able to read a trial.
    pub(super) fn own(bytes: Vec<u8>, labels: usize, trial: Vec<PieceId>) -> Result<Self, Error> {
        let operators = operators(&bytes)?;
        if let Some(refused) = operators.keys().find(|it| !it.is_allowed()) {
            return Err(Error::Operator(refused.to_string()));
        }
        let registry = if operators.keys().any(|it| it.domain == CONTRIBUTED) {
            // Read by the same reader a moment ago, and every operator in it is allowed.
            OpRegistry::with_all_ops()
        } else {
            OpRegistry::with_ops(&ALLOWED.iter().map(|it| it.1).collect::<Vec<_>>())
        };
        let model =
            ModelOptions::with_ops(registry).prepack_weights(true).load(bytes).map_err(|_| Error::Network)?;
        let (mut pieces, mut constant) = (None, Vec::new());
        for id in model.input_ids() {
            match model.node_info(*id).and_then(|it| it.name()) {
                Some(PIECES) => pieces = Some(*id),
                Some(ALL_ONE) => constant.push((*id, 1)),
                Some(ALL_ZERO) => constant.push((*id, 0)),
                Some(_) | None => return Err(Error::Ends),
            }
        }
        let (Some(pieces), Some(output)) = (pieces, model.output_ids().first().copied()) else {
            return Err(Error::Ends);
        };
        let network = Self { model, pieces, constant, output, labels, pool: pool() };
        network.logits(trial).map_err(|_| Error::Ends)?;
        Ok(network)
    }

    /// The logits of a window, one row of labels a piece.
    pub(super) fn logits(&self, ids: Vec<PieceId>) -> Result<Vec<f32>, Error> {
        let shape = [1, ids.len()];
        let mut inputs = Vec::with_capacity(3);
        for (id, value) in &self.constant {
            let all = Value::from_shape(&shape, vec![*value; ids.len()]).map_err(|_| Error::Broke)?;
            inputs.push((*id, all.into()));
        }
        let pieces = Value::from_shape(&shape, ids).map_err(|_| Error::Broke)?;
        inputs.push((self.pieces, pieces.into()));
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let [output] = self.model.run_n(inputs, [self.output], Some(options)).map_err(|_| Error::Broke)?;
        let (got, logits) = output.into_shape_vec::<f32, 3>().map_err(|_| Error::Broke)?;
        if got == [1, shape[1], self.labels] { Ok(logits) } else { Err(Error::Broke) }
    }
}

/// One thread: there is a worker for each core.
fn pool() -> Arc<ThreadPool> {
    Arc::new(ThreadPool::with_num_threads(1))
}

/// An operator that a network asks for.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Operator {
    domain: String,
    name: String,
    /// Whether it holds a graph of its own, as all do that loop or branch.
    nested: bool,
}

impl Operator {
    /// Whether a network may have it.
    pub(crate) fn is_allowed(&self) -> bool {
        let name = self.name.as_str();
        let known = match self.domain.as_str() {
            STANDARD => name == "Constant" || ALLOWED.iter().any(|it| it.0 == name),
            CONTRIBUTED => ALLOWED_CONTRIBUTED.contains(&name),
            _ => false,
        };
        known && !self.nested
    }
}

impl std::fmt::Display for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.domain != STANDARD {
            write!(f, "{}:", plain(&self.domain))?;
        }
        f.write_str(&plain(&self.name))
    }
}

/// A name out of the file, fit to be printed.
fn plain(name: &str) -> String {
    let fits = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
    name.chars().filter(fits).take(MAX_NAME_BYTES).collect()
}

/// The operators that a network asks for, and how often.
pub(crate) fn operators(bytes: &[u8]) -> Result<BTreeMap<Operator, usize>, Error> {
    let model = ModelProto::parse_buf(bytes).map_err(|_| Error::Network)?;
    let graph = model.graph.ok_or(Error::Network)?;
    let mut found = BTreeMap::new();
    for node in graph.node {
        let operator = Operator {
            domain: node.domain.filter(|it| !it.is_empty()).unwrap_or_else(|| STANDARD.to_owned()),
            name: node.op_type.unwrap_or_default(),
            nested: node.attribute.iter().any(|it| it.g.is_some()),
        };
        let count: &mut usize = found.entry(operator).or_default();
        *count = count.saturating_add(1);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loops_branches_or_is_unknown_is_not_allowed() {
        let operator = |domain: &str, name: &str, nested| Operator {
            domain: domain.to_owned(),
            name: name.to_owned(),
            nested,
        };
        for (domain, name) in [
            (STANDARD, "If"),
            (STANDARD, "Loop"),
            (STANDARD, "Scan"),
            (STANDARD, "SequenceMap"),
            (STANDARD, "RandomUniform"),
            (STANDARD, "MatMulNBits"),
            (CONTRIBUTED, "MatMul"),
            (CONTRIBUTED, "GroupQueryAttention"),
            ("example.org", "Add"),
            ("", ""),
        ] {
            assert!(!operator(domain, name, false).is_allowed(), "{domain} {name}");
        }
        assert!(operator(STANDARD, "MatMul", false).is_allowed());
        assert!(operator(CONTRIBUTED, "MatMulNBits", false).is_allowed());
        assert!(!operator(STANDARD, "MatMul", true).is_allowed(), "with a graph of its own");
    }

    #[test]
    fn an_operator_is_told_in_plain_letters() {
        let odd =
            Operator { domain: "a\nb".to_owned(), name: format!("{}\u{1b}[", "x".repeat(99)), nested: false };
        assert_eq!(odd.to_string(), format!("ab:{}", "x".repeat(64)));
    }
}
