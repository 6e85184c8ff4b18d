//! Names that are almost those of the roster: characters that sound like theirs, words one letter away. What is
//! found here is shown to a reviewer and never rewritten: a corrector of this kind once made York of every work.

mod homophone;
mod misspelling;
mod numbers;
pub(crate) mod respelling;
pub(crate) mod sound;

use std::ops::Range;

use self::{homophone::Homophones, misspelling::Misspellings};
use super::{matcher::AliasTable, squeeze::Squeezed};
use crate::entity::PersonIndex;

/// How a name was almost met.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NearKind {
    /// A full name of three characters or more that sounds so, tones aside.
    FullHomophone,
    /// A given name, or a form of address, that sounds exactly so.
    Homophone,
    /// A full name with one letter wrong.
    FullMisspelling,
    /// A word with one letter wrong, or spelled by ear.
    Misspelling,
}

impl NearKind {
    /// The rule id.
    pub(crate) const fn rule(self) -> &'static str {
        match self {
            Self::FullHomophone | Self::Homophone => "roster.homophone",
            Self::FullMisspelling | Self::Misspelling => "roster.misspelling",
        }
    }

    /// How sure, of a hundred: all are possible, none is more.
    pub(crate) const fn confidence(self) -> u8 {
        match self {
            Self::FullHomophone | Self::FullMisspelling => 60,
            Self::Homophone | Self::Misspelling => 45,
        }
    }
}

/// Where a name is almost met in a view.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct NearHit {
    /// Bytes of the view.
    pub(crate) range: Range<usize>,
    /// Whose name it is almost.
    pub(crate) person: PersonIndex,
    /// Whether it is somebody else's almost as well.
    pub(crate) shared: bool,
    /// In which way.
    pub(crate) kind: NearKind,
}

/// Names of two people that a listener, or a typist, takes for each other.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub(super) struct NearPair {
    pub(super) one: (PersonIndex, String),
    pub(super) other: (PersonIndex, String),
}

impl NearPair {
    fn of(one: (PersonIndex, &str), other: (PersonIndex, &str)) -> Self {
        let (one, other) = if one <= other { (one, other) } else { (other, one) };
        let owned = |it: (PersonIndex, &str)| (it.0, it.1.to_owned());
        Self { one: owned(one), other: owned(other) }
    }
}

/// Looks for names that are almost those of a roster. Its memory holds the names: never printed.
pub(crate) struct Near {
    homophones: Homophones,
    misspellings: Misspellings,
}

impl Near {
    pub(super) fn new(table: &AliasTable) -> Self {
        Self { homophones: Homophones::new(table), misspellings: Misspellings::new(table) }
    }

    /// For each name that is listened for, whose it is and what makes an example of how it may be heard.
    pub(super) fn heard(&self) -> impl Iterator<Item = (PersonIndex, impl Fn() -> Option<String>)> {
        self.homophones.watched()
    }

    /// For each word that may be misspelled, whose it is and what makes an example.
    pub(super) fn misspelled(&self) -> impl Iterator<Item = (PersonIndex, impl Fn() -> Option<String>)> {
        self.misspellings.watched()
    }

    /// Names of two people that are almost one.
    pub(super) fn pairs(&self) -> Vec<NearPair> {
        self.homophones.pairs().into_iter().chain(self.misspellings.pairs()).collect()
    }

    /// All of them, in order of where they start, the longest first. `is_word` knows words of the language; a
    /// name never goes from one turn into the next.
    pub(crate) fn find(
        &self,
        squeezed: &Squeezed,
        folded: &str,
        is_word: &dyn Fn(&str) -> bool,
    ) -> Vec<NearHit> {
        let mut found = Vec::new();
        self.homophones.find(squeezed.text(), is_word, &mut found);
        self.misspellings.find(squeezed.text(), is_word, &mut found);
        for it in &mut found {
            it.range = squeezed.source(it.range.clone());
        }
        found.retain(|it| folded.get(it.range.clone()).is_some_and(|it| !it.contains('\n')));
        found.sort_by_key(|it| (it.range.start, std::cmp::Reverse(it.range.end)));
        found
    }
}

#[cfg(test)]
mod tests;
