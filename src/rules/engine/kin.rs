//! Words of kinship, which some copies generalize: the lists `kin-…` of all packs, and what has such a word in it and is
//! none, the lists `not-kin-…`.

use std::{collections::BTreeMap, sync::Arc};

use super::{super::list::List, Engine};

/// Folded terms, each once.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Kin {
    /// Words of kinship: `家姐`, `mother-in-law`.
    pub words: Vec<String>,
    /// What is none: `mother tongue`.
    pub others: Vec<String>,
}

impl Kin {
    pub(super) fn of(lists: &BTreeMap<String, Arc<List>>) -> Self {
        let terms = |prefix: &str| {
            let of = lists.iter().filter(|it| it.0.starts_with(prefix));
            let mut terms: Vec<_> = of.flat_map(|it| it.1.terms().into_owned()).map(|it| it.folded).collect();
            terms.sort();
            terms.dedup();
            terms
        };
        Self { words: terms("kin-"), others: terms("not-kin-") }
    }
}

impl Engine {
    /// The words of kinship that the packs know.
    #[must_use]
    pub const fn kin(&self) -> &Kin {
        &self.kin
    }
}
