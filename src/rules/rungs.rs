//! One name for each rung of a ladder: `Sha Tin`, `Sha Tin District` and 沙田區 are one district, and whoever says
//! Shatin or 沙田 names it by itself.
//!
//! Lists called `rungs-…` say it, a rung a line: `Sha Tin,Sha Tin District,Shatin,沙田,沙田區`. The first name is
//! written in the place of all. What no such list has stands as it is.

use std::{collections::BTreeMap, sync::Arc};

use super::list::List;
use crate::view::folded_name;

/// How a list of rungs is called.
const PREFIX: &str = "rungs-";

/// The rungs of all packs by each of their names, folded.
#[derive(Debug, Default)]
pub(super) struct Rungs {
    names: BTreeMap<String, String>,
    /// Rungs as they are written, folded: thousands of places share a few.
    folded: BTreeMap<String, String>,
}

impl Rungs {
    pub(super) fn of(lists: &BTreeMap<String, Arc<List>>) -> Self {
        let mut names = BTreeMap::new();
        for term in lists
            .iter()
            .filter(|(name, _)| name.starts_with(PREFIX))
            .flat_map(|(_, it)| it.terms().into_owned())
        {
            for other in term.ladder.iter().map(|it| folded_name(it)).chain([term.folded.clone()]) {
                names.entry(other).or_insert_with(|| term.shown.clone());
            }
        }
        Self { names, folded: BTreeMap::new() }
    }

    /// A term's ladder with each rung by its one name. A rung that the term names is none, and left empty.
    pub(super) fn ladder(&mut self, folded_term: &str, ladder: &[String]) -> Vec<String> {
        let own = self.names.get(folded_term);
        let mut named = Vec::with_capacity(ladder.len());
        for rung in ladder {
            if !self.folded.contains_key(rung) {
                self.folded.insert(rung.clone(), folded_name(rung));
            }
            named.push(match self.folded.get(rung).and_then(|it| self.names.get(it)) {
                Some(name) if Some(name) == own => String::new(),
                Some(name) => name.clone(),
                None => rung.clone(),
            });
        }
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_rung_becomes_its_first() {
        let list = List::parse(
            "# source: own; licence: none\nSha Tin,Sha Tin District,Shatin,沙田,沙田區\nNew Territories,新界\n",
            true,
        );
        let mut rungs = Rungs::of(&BTreeMap::from([("rungs-hk".to_owned(), Arc::new(list.unwrap()))]));
        for (term, ladder, want) in [
            ("tai wai", ["Sha Tin", "New Territories"], ["Sha Tin", "New Territories"]),
            ("大圍", ["沙田區", "新界"], ["Sha Tin", "New Territories"]),
            ("shatin", ["Sha Tin", "New Territories"], ["", "New Territories"]),
            ("沙田", ["沙田區", "新界"], ["", "New Territories"]),
            ("沙田", ["", "新界"], ["", "New Territories"]),
            ("accra", ["overseas", ""], ["overseas", ""]),
        ] {
            assert_eq!(rungs.ladder(term, &ladder.map(str::to_owned)), want, "{term}");
        }
    }
}
