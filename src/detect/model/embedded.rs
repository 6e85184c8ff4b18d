//! The name finder that is part of the program: its network, its vocabulary, and how to use them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Error, Model, Scripts,
    belief::{Calibration, Label},
    network::Network,
    pieces::{PieceId, Pieces},
    windows::Sizes,
};
use crate::{entity::EntityType, id::Digest};

const NETWORK: &[u8] = include_bytes!("weights/tagger.onnx");
const PIECES: &str = include_str!("weights/pieces.tsv");
const SETTINGS: &str = include_str!("weights/tagger.toml");

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

/// The digest of its settings, which name those of network and vocabulary.
pub(super) fn digest() -> Digest {
    Digest::sha256(SETTINGS.as_bytes())
}

/// All of it.
pub(super) fn model() -> Result<Model, Error> {
    let settings = settings()?;
    for (bytes, named) in [(NETWORK, &settings.model.sha256), (PIECES.as_bytes(), &settings.pieces.sha256)] {
        if Digest::sha256(bytes).to_string() != *named {
            return Err(Error::Digest);
        }
    }
    let NetworkSettings { input, output, .. } = &settings.model;
    let (pieces, sizes) = parts(&settings)?;
    Ok(Model {
        network: Network::embedded(NETWORK, input, output, settings.labels.len())?,
        cut: Box::new(pieces),
        sizes,
        labels: settings.labels.iter().map(|it| label(it)).collect(),
        calibration: Calibration {
            temperature: settings.calibration.temperature,
            shifts: settings.labels.iter().map(|it| shift(it, &settings.calibration.shift)).collect(),
        },
        scripts: Scripts::default(),
        digest: digest(),
    })
}

fn settings() -> Result<Settings, Error> {
    toml::from_str(SETTINGS).map_err(|_| Error::Settings)
}

fn parts(settings: &Settings) -> Result<(Pieces<'static>, Sizes), Error> {
    let WindowSettings { max_tokens: most, stride, start, end, unknown } = settings.window;
    let PiecesSettings { unknown_cost, max_chars, .. } = settings.pieces;
    let pieces = Pieces::read(PIECES, unknown, unknown_cost, max_chars).ok_or(Error::Settings)?;
    Ok((pieces, Sizes { most, stride, start, end, between: Some(end) }))
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
