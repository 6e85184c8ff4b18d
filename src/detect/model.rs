//! The statistical name finder: a small network that knows names by what stands around them. Offline, in the worker.
//!
//! The weights and their card come from `training/tagger`; they are part of the binary. What the network says is one
//! voice among several: `fusion` decides.

mod belief;
mod pieces;
mod windows;

use std::{collections::BTreeMap, sync::Arc};

use rten::{ModelOptions, NodeId, OpRegistry, RunOptions, ThreadPool, Value, op_types};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

pub(crate) use self::belief::{Heard, beliefs};
use self::{
    belief::{Calibration, Label},
    pieces::{PieceId, Pieces},
    windows::Sizes,
};
use crate::{
    config::Finder,
    entity::EntityType,
    fault::{Disposition, Fault},
    id::Digest,
};

/// The embedded network, its vocabulary, and how to use them.
const NETWORK: &[u8] = include_bytes!("model/weights/tagger.onnx");
const PIECES: &str = include_str!("model/weights/pieces.tsv");
const SETTINGS: &str = include_str!("model/weights/tagger.toml");

/// What is less likely to be part of a name is not told.
const LEAST_HEARD: f32 = 0.02;

/// Why a model can't be used. Never the text that it was to read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Its settings can't be read.
    #[error("the model's settings can't be read")]
    Settings,
    /// A file is not the one that the settings name.
    #[error("a file of the model is not the one that its settings name")]
    Digest,
    /// Its network can't be loaded: broken, or with an operator that is not allowed.
    #[error("the model's network can't be loaded")]
    Network,
    /// It broke off over a text, or gave something that is no answer.
    #[error("the model broke off over a text")]
    Broke,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Settings => "MO-01",
            Self::Digest => "MO-02",
            Self::Network => "MO-03",
            Self::Broke => "MO-04",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Settings | Self::Digest | Self::Network => Disposition::Halt,
            Self::Broke => Disposition::Quarantine,
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Settings | Self::Digest | Self::Network => {
                "Install the program again; where the model is your own, see docs/models.md."
            }
            Self::Broke => "Report the job as a defect; nothing of it was released.",
        }
    }
}

/// What the program needs of `tagger.toml`.
#[derive(Deserialize)]
struct Settings {
    labels: Vec<String>,
    window: WindowSettings,
    pieces: PiecesSettings,
    model: NetworkSettings,
    calibration: CalibrationSettings,
}

#[derive(Deserialize)]
struct CalibrationSettings {
    temperature: f32,
    /// By entity type.
    #[serde(default)]
    shift: BTreeMap<String, f32>,
}

#[derive(Deserialize)]
struct WindowSettings {
    max_tokens: usize,
    stride: usize,
    start: PieceId,
    end: PieceId,
    unknown: PieceId,
}

#[derive(Deserialize)]
struct PiecesSettings {
    sha256: String,
    unknown_cost: u32,
    max_chars: usize,
}

#[derive(Deserialize)]
struct NetworkSettings {
    sha256: String,
    input: String,
    output: String,
}

/// How far from an edge a unit was judged, and what it may be part of.
#[derive(Clone, Debug)]
struct Judged(usize, Option<Heard>);

/// A network that finds names in turns of talk.
pub struct Model {
    network: rten::Model,
    input: NodeId,
    output: NodeId,
    pool: Arc<ThreadPool>,
    pieces: Pieces<'static>,
    sizes: Sizes,
    labels: Vec<Label>,
    calibration: Calibration,
    digest: Digest,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("digest", &self.digest).finish_non_exhaustive()
    }
}

impl Model {
    /// The one that a study asks for, if it asks for any.
    ///
    /// # Errors
    ///
    /// As [`Self::embedded`].
    pub fn of(finder: &Finder) -> Result<Option<Self>, Error> {
        match finder {
            Finder::Embedded => Self::embedded().map(Some),
            Finder::Off => Ok(None),
        }
    }

    /// The one that is part of the program.
    ///
    /// # Errors
    ///
    /// Fails where the program's file was damaged.
    pub fn embedded() -> Result<Self, Error> {
        let settings: Settings = toml::from_str(SETTINGS).map_err(|_| Error::Settings)?;
        for (bytes, named) in
            [(NETWORK, &settings.model.sha256), (PIECES.as_bytes(), &settings.pieces.sha256)]
        {
            if digest_of(bytes).to_string() != *named {
                return Err(Error::Digest);
            }
        }
        let network = ModelOptions::with_ops(operators())
            .prepack_weights(true)
            .load_static_slice(NETWORK)
            .map_err(|_| Error::Network)?;
        let WindowSettings { max_tokens: most, stride, start, end, unknown } = settings.window;
        let PiecesSettings { unknown_cost, max_chars, .. } = settings.pieces;
        Ok(Self {
            input: network.node_id(&settings.model.input).map_err(|_| Error::Network)?,
            output: network.node_id(&settings.model.output).map_err(|_| Error::Network)?,
            network,
            // One thread: there is a worker for each core.
            pool: Arc::new(ThreadPool::with_num_threads(1)),
            pieces: Pieces::read(PIECES, unknown, unknown_cost, max_chars).ok_or(Error::Settings)?,
            sizes: Sizes { most, stride, start, end },
            calibration: Calibration {
                temperature: settings.calibration.temperature,
                shifts: settings.labels.iter().map(|it| shift(it, &settings.calibration.shift)).collect(),
            },
            labels: settings.labels.iter().map(|it| label(it)).collect(),
            digest: Self::digest_of(&Finder::Embedded).ok_or(Error::Settings)?,
        })
    }

    /// What stands in manifests: the digest of the settings, which name those of network and vocabulary.
    #[must_use]
    pub fn digest_of(finder: &Finder) -> Option<Digest> {
        match finder {
            Finder::Embedded => Some(digest_of(SETTINGS.as_bytes())),
            Finder::Off => None,
        }
    }

    /// What it says of each of some turns that follow each other: the units that may be part of a name.
    pub(super) fn read(&self, turns: &[&str]) -> Result<Vec<Vec<Heard>>, Error> {
        let units: Vec<_> = turns.iter().map(|it| self.pieces.units(it)).collect();
        let mut heard: Vec<Vec<Option<Judged>>> = units.iter().map(|it| vec![None; it.len()]).collect();
        for window in windows::plan(&units, self.sizes) {
            let logits = self.logits(window.ids)?;
            for mark in window.marks {
                let slot =
                    heard.get_mut(mark.turn).and_then(|it| it.get_mut(mark.unit)).ok_or(Error::Broke)?;
                if slot.as_ref().is_some_and(|it| it.0 >= mark.central) {
                    continue;
                }
                let unit = units.get(mark.turn).and_then(|it| it.get(mark.unit)).ok_or(Error::Broke)?;
                let from = mark.at.saturating_mul(self.labels.len());
                let row = logits.get(from..from.saturating_add(self.labels.len())).ok_or(Error::Broke)?;
                if row.iter().any(|it| !it.is_finite()) {
                    return Err(Error::Broke);
                }
                let shares = self.calibration.shares(row);
                let said = Heard::of(unit.range.clone(), mark.unit, &shares, &self.labels);
                *slot = Some(Judged(mark.central, said.filter(|it| it.probability >= LEAST_HEARD)));
            }
        }
        // Every unit is in a window, or it is not searched.
        if heard.iter().flatten().any(Option::is_none) {
            return Err(Error::Broke);
        }
        let heard = heard.into_iter().map(|it| it.into_iter().flatten().filter_map(|it| it.1).collect());
        Ok(heard.collect())
    }

    /// The logits of a window, one row of labels a piece.
    fn logits(&self, ids: Vec<PieceId>) -> Result<Vec<f32>, Error> {
        let input = Value::from_shape(&[1, ids.len()], ids).map_err(|_| Error::Broke)?;
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let [output] = self
            .network
            .run_n(vec![(self.input, input.into())], [self.output], Some(options))
            .map_err(|_| Error::Broke)?;
        let (_, logits) = output.into_shape_vec::<f32, 3>().map_err(|_| Error::Broke)?;
        Ok(logits)
    }
}

fn digest_of(bytes: &[u8]) -> Digest {
    Digest::from_bytes(Sha256::digest(bytes).into())
}

/// What `B-PERSON` means.
fn label(name: &str) -> Label {
    let Some((place, entity)) = name.split_once('-') else { return Label::Outside };
    let Ok(entity) = entity.parse::<EntityType>() else { return Label::Outside };
    if place == "B" { Label::Begins(entity) } else { Label::Inside(entity) }
}

/// What is added to a label's logit.
fn shift(name: &str, shifts: &BTreeMap<String, f32>) -> f32 {
    name.split_once('-').and_then(|(_, entity)| shifts.get(entity)).copied().unwrap_or_default()
}

/// What the embedded network is made of; nothing else is linked.
fn operators() -> OpRegistry {
    use op_types as op;
    OpRegistry::with_ops(&[
        &op::Add,
        &op::Cast,
        &op::Concat,
        &op::ConstantOfShape,
        &op::Div,
        &op::DynamicQuantizeLinear,
        &op::Erf,
        &op::Gather,
        &op::LayerNormalization,
        &op::MatMul,
        &op::MatMulInteger,
        &op::Mul,
        &op::Reshape,
        &op::Shape,
        &op::Slice,
        &op::Softmax,
        &op::Transpose,
        &op::Unsqueeze,
    ])
}

#[cfg(test)]
mod tests;
