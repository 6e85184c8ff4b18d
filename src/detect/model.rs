//! The statistical name finder: a small network that knows names by what stands around them. Offline, in the worker.
//!
//! The one that is part of the program comes from `training/tagger`; a study may have one of its own (`own`). They are
//! read in the same way, and what a network says is one voice among several: `fusion` decides.

mod belief;
mod embedded;
mod network;
mod own;
mod pieces;
mod tokeniser;
mod windows;

use serde::{Deserialize, Serialize};

pub use self::tokeniser::Unread;
use self::{
    belief::{Calibration, Label},
    network::Network,
    pieces::Cut,
    windows::Sizes,
};
pub(crate) use self::{
    belief::{Heard, beliefs},
    own::look,
};
use crate::{
    fault::{Disposition, Fault},
    id::Digest,
    plugin::Chosen,
    view::is_han,
};

/// What is less likely to be part of a name is not told.
const LEAST_HEARD: f32 = 0.02;

/// How far from an edge a unit was judged, and what it may be part of.
#[derive(Clone, Debug)]
struct Judged(usize, Option<Heard>);

/// Why a model can't be used. Never the text that it was to read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Error {
    /// Its settings can't be read.
    #[error("the model's settings can't be read")]
    Settings,
    /// A file is not the one that the settings name.
    #[error("a file of the model is not the one that its settings name")]
    Digest,
    /// Its network can't be loaded.
    #[error("the model's network can't be loaded")]
    Network,
    /// It broke off over a text, or gave something that is no answer.
    #[error("the model broke off over a text")]
    Broke,
    /// Its network asks for an operator that is not allowed.
    #[error("the model's network asks for the operator {0}, which is not allowed")]
    Operator(String),
    /// Its tokeniser is of a kind that is not read.
    #[error("the model's tokenizer.json can't be used: {0}")]
    Tokeniser(Unread),
    /// Its labels are not as they must be.
    #[error("the model's config.json names no labels, or model.toml names one that it does not have")]
    Labels,
    /// What goes into its network and comes out of it is not what a token classifier wants and gives.
    #[error(
        "the model's network is no token classifier with the labels of its config.json, or does not take max_tokens"
    )]
    Ends,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Settings => "MO-01",
            Self::Digest => "MO-02",
            Self::Network => "MO-03",
            Self::Broke => "MO-04",
            Self::Operator(_) => "MO-10",
            Self::Tokeniser(_) => "MO-11",
            Self::Labels => "MO-12",
            Self::Ends => "MO-13",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Broke => Disposition::Quarantine,
            Self::Settings
            | Self::Digest
            | Self::Network
            | Self::Operator(_)
            | Self::Tokeniser(_)
            | Self::Labels
            | Self::Ends => Disposition::Halt,
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Settings | Self::Digest | Self::Network => {
                "Install the program again; where the model is your own, see docs/models.md."
            }
            Self::Broke => "Report the job as a defect; nothing of it was released.",
            Self::Operator(_) => {
                "Export the model again as a plain token classifier; docs/models.md lists the operators."
            }
            Self::Tokeniser(_) => {
                "Use a model with WordPiece or byte-level BPE; docs/models.md says which those are."
            }
            Self::Labels => {
                "Name labels as id2label of config.json does, without B- and I-; `vouchsafe models pin FOLDER` lists them."
            }
            Self::Ends => {
                "Use a model that was exported for token classification, with its own config.json; or lower max_tokens."
            }
        }
    }
}

/// A network that finds names in turns of talk.
pub struct Model {
    network: Network,
    cut: Box<dyn Cut>,
    sizes: Sizes,
    labels: Vec<Label>,
    calibration: Calibration,
    scripts: Scripts,
    digest: Digest,
}

/// What a model can read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scripts {
    pub(crate) latin: bool,
    pub(crate) han: bool,
}

impl Scripts {
    /// Whether it can read this.
    pub(crate) fn cover(self, text: &str) -> bool {
        if text.contains(is_han) { self.han } else { self.latin }
    }
}

impl Default for Scripts {
    /// All.
    fn default() -> Self {
        Self { latin: true, han: true }
    }
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
    /// Fails where the program's file was damaged, or the study's own model can't be used.
    pub fn of(chosen: Chosen) -> Result<Option<Self>, Error> {
        match chosen {
            Chosen::Embedded => Self::embedded().map(Some),
            Chosen::Off => Ok(None),
            Chosen::Own(it) => own::model(std::sync::Arc::unwrap_or_clone(it)).map(Some),
        }
    }

    /// The one that is part of the program.
    ///
    /// # Errors
    ///
    /// Fails where the program's file was damaged.
    pub fn embedded() -> Result<Self, Error> {
        embedded::model()
    }

    /// What stands in manifests: the digest of the settings, which name those of network and vocabulary.
    #[must_use]
    pub fn digest_of(chosen: &Chosen) -> Option<Digest> {
        match chosen {
            Chosen::Embedded => Some(embedded::digest()),
            Chosen::Off => None,
            Chosen::Own(it) => Some(it.digest()),
        }
    }

    /// Which words it can be asked about.
    pub(crate) const fn scripts(&self) -> Scripts {
        self.scripts
    }

    /// What it says of each of some turns that follow each other: the units that may be part of a name.
    pub(crate) fn read(&self, turns: &[&str]) -> Result<Vec<Vec<Heard>>, Error> {
        let units: Vec<_> = turns.iter().map(|it| self.cut.units(it)).collect();
        let mut heard: Vec<Vec<Option<Judged>>> = units.iter().map(|it| vec![None; it.len()]).collect();
        for window in windows::plan(&units, self.sizes) {
            let logits = self.network.logits(window.ids)?;
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
}

#[cfg(test)]
mod tests;
