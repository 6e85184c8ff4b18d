//! Finds the roster's aliases in a view. Knows persons by index only.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{entity::PersonIndex, secret::Sensitive, view::View};

/// How an alias was made from a roster row; stands in rule ids (`roster.han-full`) and in reports.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AliasForm {
    /// As the roster gives it.
    AsGiven,
}

/// One alias. Crosses the pipe to the worker; never logged.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// Whom it names.
    pub person: PersonIndex,
    /// How it was made.
    pub form: AliasForm,
    /// Whether it transforms and blocks anywhere; others match at word boundaries and flag.
    pub certain: bool,
    /// The alias as the view's folded text has it.
    pub(crate) folded: String,
}

/// All aliases of a study's roster.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliasTable {
    /// The aliases, in order of person.
    pub aliases: Vec<Alias>,
}

/// Where an alias stands in a view.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AliasHit {
    /// Bytes of the view.
    pub range: Range<usize>,
    /// Whom it names.
    pub person: PersonIndex,
    /// How the alias was made.
    pub form: AliasForm,
    /// Whether it transforms and blocks anywhere.
    pub certain: bool,
}

/// An automaton over all aliases.
#[derive(Debug)]
pub struct Matcher {
    _aliases: Sensitive<Vec<u8>>,
}

impl Matcher {
    /// Builds the automaton.
    #[must_use]
    pub fn new(_table: &AliasTable) -> Self {
        Self { _aliases: Sensitive::new(Vec::new()) }
    }

    /// All hits, leftmost-longest, in order.
    #[must_use]
    pub fn find(&self, _view: &View) -> Vec<AliasHit> {
        Vec::new()
    }
}
