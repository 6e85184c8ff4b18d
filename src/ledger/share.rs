//! How many of a population share one attribute: what the study's settings say, or else a careful guess. Knows no
//! participants.

use std::collections::BTreeMap;

use crate::{
    config::Population,
    entity::EntityType,
    id::{Digest, StudyId},
    roster::{name_key::NameKey, squeeze::squeezed_name},
};

/// Whose share is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) kind: EntityType,
    /// What is known of the value: itself, then the rungs above it.
    pub(super) chain: &'a [Digest],
    /// What is left of it: `Tuen Mun`, `30-34`; none if all of it stands.
    pub(super) wider: Option<&'a str>,
    /// In which year the file was handed in.
    pub(super) handed_in: u16,
}

/// Where a share comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Source {
    /// The study's settings.
    Settings,
    /// The table of guesses in docs/risk.md.
    Guess,
}

/// The shares of a study's settings, found by digest.
#[derive(Debug)]
pub(super) struct Shares {
    by_value: BTreeMap<Digest, f64>,
    others: BTreeMap<EntityType, f64>,
}

impl Shares {
    pub(super) fn of(population: &Population, names: &NameKey, study: &StudyId) -> Self {
        let mut by_value = BTreeMap::new();
        for (kind, shares) in &population.shares {
            for (value, share) in &shares.values {
                let digest = super::value_digest(names, study, *kind, &squeezed_name(value));
                by_value.insert(digest, share.fraction());
            }
        }
        let others = population.shares.iter().filter_map(|(kind, it)| Some((*kind, it.others?.fraction())));
        Self { by_value, others: others.collect() }
    }

    /// The share of the population of whom it is true. Never more than that of a rung above it.
    pub(super) fn get(&self, asked: Asked<'_>) -> (f64, Source) {
        let mut known = asked.chain.iter().map(|it| self.by_value.get(it).copied());
        if let Some(Some(own)) = known.next() {
            return (own, Source::Settings);
        }
        let (share, source) = match self.others.get(&asked.kind) {
            Some(it) => (*it, Source::Settings),
            None if asked.is_of_the_talk() => (1.0, Source::Guess),
            None => (1.0 / f64::from(one_in(&asked)), Source::Guess),
        };
        match known.flatten().next() {
            Some(above) => (share.min(above), source),
            None => (share, source),
        }
    }
}

impl Asked<'_> {
    /// Whether it is the year in which the talk took place, or may be: everybody knows when a study was made.
    fn is_of_the_talk(&self) -> bool {
        let year = self.wider.filter(|_| self.kind == EntityType::Date).and_then(|it| it.parse::<u16>().ok());
        year.is_some_and(|it| it == self.handed_in || it.checked_add(1) == Some(self.handed_in))
    }
}

/// One in how many people a value of that kind is true of, where the settings do not say: rather too many than too few,
/// so that rather one warning too many is given than one too few. docs/risk.md has this table.
fn one_in(asked: &Asked<'_>) -> u32 {
    use EntityType as E;
    let is_top = asked.chain.len() <= 1;
    match (asked.kind, asked.wider) {
        (E::Place | E::Address, Some(_)) if is_top => 4,
        (E::Place | E::Address | E::Occupation | E::Organisation | E::Service, Some(_)) => 20,
        (E::Age, Some(band)) => band_one_in(band),
        (E::Date, Some(_)) => 40,
        (E::Service, None) | (E::Demographic, _) => 50,
        (E::Age, None) => 80,
        (E::Route | E::Event, _) => 100,
        (E::Place | E::Occupation | E::Organisation, None) => 200,
        (E::Date, None) => 10_000,
        (_, _) => 1000,
    }
}

/// Ages are taken to be spread evenly over eighty years; who is ninety or more is one in two hundred.
fn band_one_in(band: &str) -> u32 {
    let years = || {
        let (from, to) = band.split_once('-')?;
        let (from, to) = (from.parse::<u32>().ok()?, to.parse::<u32>().ok()?);
        to.checked_sub(from)?.checked_add(1)
    };
    match years() {
        Some(years) => 80_u32.div_ceil(years.clamp(1, 80)),
        None => 200,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wider_is_never_rarer() {
        let digests = [Digest::from_bytes([1; 32]), Digest::from_bytes([2; 32])];
        for kind in EntityType::ALL {
            let share = |len, wider| {
                let chain = digests.get(..len).unwrap();
                one_in(&Asked { kind: *kind, chain, wider, handed_in: 0 })
            };
            assert!(
                share(2, None) >= share(2, Some("30-39"))
                    && share(2, Some("30-39")) >= share(1, Some("30-39"))
            );
        }
    }

    #[test]
    fn a_wider_band_is_shared_by_more() {
        for (band, one_in) in
            [("30-34", 16), ("30-39", 8), ("20-39", 4), ("85-89", 16), ("90+", 200), ("34-34", 80)]
        {
            assert_eq!(band_one_in(band), one_in, "{band}");
        }
    }
}
