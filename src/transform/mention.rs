//! Which findings of an item name the same thing.

use crate::{
    detect::Detected, entity::EntityType, id::Code, roster::speaker::Speakers, secret::Sensitive,
    transcript::Transcript,
};

/// Whom or what a mention is.
#[derive(Debug)]
pub enum Who {
    /// Somebody of the roster.
    Rostered(Code),
    /// Somebody or something else, by its normalised name; the registry hands out a number.
    Named(Sensitive<String>),
}

/// One entity of an item: all findings and labels that name it.
#[derive(Debug)]
pub struct Mention {
    /// What it is.
    pub entity: EntityType,
    /// Who or what.
    pub who: Who,
    /// Shorter forms of the same name that the item uses for nobody else.
    pub(crate) also: Vec<Sensitive<String>>,
    /// Indexes of findings in the scan.
    pub findings: Vec<usize>,
    /// Indexes of label pieces in the layout.
    pub labels: Vec<usize>,
}

/// The entities of one item, in order of their first mention.
#[derive(Debug, Default)]
pub struct Mentions {
    /// Them.
    pub list: Vec<Mention>,
}

/// Groups what will be transformed into entities.
#[must_use]
pub fn mentions(_detected: &Transcript<Detected>, _speakers: &Speakers<'_>) -> Mentions {
    Mentions::default()
}
