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
    /// The rung above each one; none where two ladders say two.
    above: BTreeMap<String, Option<String>>,
}

/// What is known of rungs once all terms have been read.
#[derive(Debug, Default)]
pub(super) struct Ladders {
    /// The one name of a rung by each of its names, folded.
    pub(super) names: Arc<BTreeMap<String, String>>,
    /// The rung above each one, by its one name.
    pub(super) above: Arc<BTreeMap<String, String>>,
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
        Self { names, known: BTreeMap::new(), above: BTreeMap::new() }
    }

    pub(super) fn into_ladders(self) -> Ladders {
        let above = self.above.into_iter().filter_map(|(rung, above)| Some((rung, above?)));
        Ladders { names: Arc::new(self.names), above: Arc::new(above.collect()) }
    }

    /// Notes which rung stands above which.
    fn climb(&mut self, from: Option<&String>, ladder: &[String]) {
        let rungs: Vec<&String> = from.into_iter().chain(ladder).filter(|it| !it.is_empty()).collect();
        for pair in rungs.windows(2) {
            let [below, above] = pair else { continue };
            if below == above {
                continue;
            }
            match self.above.get_mut(*below) {
                Some(known) if known.as_ref() == Some(*above) => {}
                Some(known) => *known = None,
                None => drop(self.above.insert((*below).clone(), Some((*above).clone()))),
            }
        }
    }

    /// A term's ladder with each rung by its one name. A rung that the term names is none, and left empty.
    pub(super) fn ladder(&mut self, folded_term: &str, ladder: &[String]) -> Arc<[String]> {
        let own = self.names.get(folded_term).cloned();
        let own = own.as_ref();
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
        self.climb(own, &named);
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
        let above = |rungs: Rungs| rungs.into_ladders().above.as_ref().clone();
        let one = |below: &str, above: &str| BTreeMap::from([(below.to_owned(), above.to_owned())]);
        let mut both = Rungs::default();
        for ladder in [["Tai Po", "New Territories"], ["Fairview", "Tai Po"], ["Fairview", "Yuen Long"]] {
            let _named = both.ladder("somewhere", &ladder.map(str::to_owned));
        }
        assert_eq!(above(rungs), one("Sha Tin", "New Territories"));
        assert_eq!(
            above(both),
            one("Tai Po", "New Territories"),
            "of two ladders that differ neither is right"
        );
    }
}
