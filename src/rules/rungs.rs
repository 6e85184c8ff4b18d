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
    /// The ladders of terms that name no rung, as written and as named: thousands of places share a few.
    known: BTreeMap<Vec<String>, Arc<[String]>>,
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
        Self { names, known: BTreeMap::new() }
    }

    /// The one name of a rung by each of its names, folded.
    pub(super) fn into_names(self) -> BTreeMap<String, String> {
        self.names
    }

    /// A term's ladder with each rung by its one name. A rung that the term names is none, and left empty.
    pub(super) fn ladder(&mut self, folded_term: &str, ladder: &[String]) -> Arc<[String]> {
        let own = self.names.get(folded_term);
        if own.is_none()
            && let Some(it) = self.known.get(ladder)
        {
            return Arc::clone(it);
        }
        let name = |rung: &String| match self.names.get(&folded_name(rung)) {
            Some(name) if Some(name) == own => String::new(),
            Some(name) => name.clone(),
            None => rung.clone(),
        };
        let named: Arc<[String]> = ladder.iter().map(name).collect();
        if own.is_none() {
            self.known.insert(ladder.to_vec(), Arc::clone(&named));
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
            assert_eq!(*rungs.ladder(term, &ladder.map(str::to_owned)), want, "{term}");
        }
    }
}
