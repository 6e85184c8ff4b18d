//! Finds identifiers. Pure: text in, findings out.

use serde::{Deserialize, Serialize};

use crate::{
    entity::Finding,
    transcript::{Editable, Raw, Transcript},
};

/// Why a turn cannot be trusted to have been searched.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Gap {
    /// Its language or script has no enabled pack.
    Language,
    /// It holds private-use characters that nobody can read.
    PrivateUse,
}

/// A turn that no enabled pack covers.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uncovered {
    /// The turn.
    pub turn: u32,
    /// Why.
    pub gap: Gap,
}

/// What one pass of detection says of one text.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// In order of their spans; those that are transformed do not overlap each other.
    pub findings: Vec<Finding>,
    /// Turns that hold the item.
    pub uncovered: Vec<Uncovered>,
}

/// Every layer has been run over every turn.
#[derive(Debug)]
pub struct Detected {
    scan: Scan,
}

impl Detected {
    pub(crate) const fn scan(&self) -> &Scan {
        &self.scan
    }
}

impl Editable for Detected {}

/// Takes what the worker found, once every span is known to fit the text.
pub fn accept(raw: Transcript<Raw>, scan: Scan) -> Transcript<Detected> {
    raw.advance(scan, |_, scan| Detected { scan })
}
