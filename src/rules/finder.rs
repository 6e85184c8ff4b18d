//! Finders: what no pattern and no list can say by itself, built in under a name as validators are. A rule
//! names one and the lists that it reads; examples, context words and overrides are the rule's, as everywhere.

mod han;
mod unknown;

use std::{ops::Range, sync::Arc};

use self::han::HanNames;
pub(super) use self::unknown::UnknownWords;
use super::{dictionary::Dictionary, list::List};

/// Built in, over the lists that a rule gives it.
#[derive(Debug)]
pub(super) enum Finder {
    /// Han names, where reading some characters as a name makes a passage likelier than words do.
    Han(HanNames),
    /// Words that no dictionary has.
    Unknown(UnknownWords),
}

/// Some bytes of a view, and how many percent the finder adds to its rule's confidence.
pub(super) type Found = (Range<usize>, i32);

impl Finder {
    /// The finder of that name; none if there is none, or if it reads other lists.
    pub(super) fn named(name: &str, lists: &[Arc<List>], names: &[Arc<List>], min: u64) -> Option<Self> {
        match (name, lists) {
            ("han-names", [words, frequent, characters]) => {
                Some(Self::Han(HanNames::new(words, frequent, characters)?))
            }
            ("unknown-words", dictionaries) if !dictionaries.is_empty() => {
                Some(Self::Unknown(UnknownWords::new(dictionaries, names, min)))
            }
            _ => None,
        }
    }

    /// Adds the words that it knows.
    pub(super) fn tell(&self, dictionary: &mut Dictionary) {
        match self {
            Self::Han(it) => dictionary.add_han(it.words()),
            Self::Unknown(it) => dictionary.add_latin(it),
        }
    }

    /// What it finds in a view's text and folded text, in order, apart from each other.
    pub(super) fn find(&self, text: &str, folded: &str) -> Vec<Found> {
        match self {
            Self::Han(it) => it.find(folded),
            Self::Unknown(it) => it.find(text, folded),
        }
    }
}
