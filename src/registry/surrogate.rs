//! Draws surrogates for good: who has which number of which pool. Rows hold a number, under a keyed digest of whose
//! it is; which value a number stands for is nowhere written.

use super::{Error, Registry};
use crate::{
    id::StudyId,
    roster::name_key::Purpose,
    transform::surrogate::{Draws, Gender},
};

/// How often a number is drawn before its pool counts as used up.
const MAX_DRAWS: u32 = 64;

/// A study's draws, within one transaction.
#[derive(Debug)]
pub struct Drawing<'r> {
    registry: &'r Registry,
    study: &'r StudyId,
}

impl Registry {
    /// Draws within one durable transaction.
    ///
    /// # Errors
    ///
    /// Fails if the database does, or if `work` does; then nothing is drawn.
    pub fn drawing<T>(
        &mut self,
        study: &StudyId,
        work: impl FnOnce(&mut Drawing<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.transaction(|registry| work(&mut Drawing { registry, study }))
    }
}

impl Draws for Drawing<'_> {
    type Error = Error;

    fn draw(
        &mut self,
        pool: &str,
        owner: &str,
        size: u32,
        fits: &mut dyn FnMut(u32) -> bool,
    ) -> Result<Option<u32>, Error> {
        let (it, study) = (self.registry, self.study.as_str());
        let (list, place) = (["surrogate"], [study, pool, owner]);
        if let Some(known) = it.get_json(&list, &place)? {
            return Ok(Some(known));
        }
        let counter = [study, pool, "\0next"];
        let mut turn: u32 = it.get_json(&list, &counter)?.unwrap_or(0);
        while turn < size {
            let number = self.shuffled(pool, turn, size);
            turn = turn.saturating_add(1);
            if fits(number) {
                it.put_json(&list, &place, &number)?;
                it.put_json(&list, &counter, &turn)?;
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    fn gender(&mut self, owner: &str, known: Gender) -> Result<Gender, Error> {
        let (list, place) = (["surrogate-gender"], [self.study.as_str(), owner]);
        if let Some(kept) = self.registry.get_json(&list, &place)? {
            return Ok(kept);
        }
        self.registry.put_json(&list, &place, &known)?;
        Ok(known)
    }
}

impl Drawing<'_> {
    /// A number of a pool for an owner, for good: nobody else's, and none says anything of another. None if the pool is
    /// nearly used up.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn lone(
        &mut self,
        pool: &str,
        owner: &str,
        size: u32,
        fits: impl Fn(u32) -> bool,
    ) -> Result<Option<u32>, Error> {
        let (it, study) = (self.registry, self.study.as_str());
        let (list, place) = (["lone-number"], [study, pool, owner]);
        if let Some(known) = it.get_json(&list, &place)? {
            return Ok(Some(known));
        }
        for attempt in 0..MAX_DRAWS {
            let attempt = attempt.to_string();
            let digest = it.names.digest(Purpose::Surrogate, &["lone", study, pool, owner, &attempt]);
            let drawn = digest.as_bytes().iter().take(8).fold(0_u64, |n, it| n << 8 | u64::from(*it));
            let number = u32::try_from(drawn % u64::from(size.max(1))).unwrap_or(0);
            let taken = [study, pool, "\0taken", &number.to_string()];
            if !fits(number) || it.get_json::<bool>(&list, &taken)?.is_some() {
                continue;
            }
            it.put_json(&list, &place, &number)?;
            it.put_json(&list, &taken, &true)?;
            return Ok(Some(number));
        }
        Ok(None)
    }

    /// The how manieth of a list an owner is, from 1 in the order of asking, and for good.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn numbered(&mut self, list: &str, owner: &str) -> Result<u32, Error> {
        let (it, study) = (self.registry, self.study.as_str());
        let (rows, own, greatest) = (["numbered"], [study, list, owner], [study, list, "\0last"]);
        if let Some(known) = it.get_json(&rows, &own)? {
            return Ok(known);
        }
        let number =
            it.get_json::<u32>(&rows, &greatest)?.unwrap_or(0).checked_add(1).ok_or(Error::Exhausted)?;
        it.put_json(&rows, &own, &number)?;
        it.put_json(&rows, &greatest, &number)?;
        Ok(number)
    }

    /// The number whose turn it is: each of a pool once, in an order that only the key tells.
    fn shuffled(&self, pool: &str, turn: u32, size: u32) -> u32 {
        let digest = self.registry.names.digest(Purpose::Surrogate, &["order", self.study.as_str(), pool]);
        let (whole, size) = (digest.as_bytes(), u64::from(size.max(1)));
        let part = |from: usize| {
            let bytes = whole.iter().skip(from).take(4);
            bytes.fold(0_u64, |sum, it| sum.wrapping_mul(256).wrapping_add(u64::from(*it)))
        };
        let mut step = part(0) % size;
        while gcd(step, size) != 1 {
            step = step.saturating_add(1);
        }
        u32::try_from(u64::from(turn).wrapping_mul(step).wrapping_add(part(4)) % size).unwrap_or(0)
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{keys::SymmetricKey, registry::name_key};

    fn open(dir: &tempfile::TempDir) -> Registry {
        let names = name_key(&SymmetricKey::from_bytes([1; 32])).unwrap();
        Registry::open(&dir.path().join("station.db"), SymmetricKey::from_bytes([9; 32]), names).unwrap()
    }

    #[test]
    fn nobody_gets_what_another_has_and_all_keep_what_they_got() {
        let (dir, study) = (tempfile::tempdir().unwrap(), "RECOVERY".parse().unwrap());
        let draw = |it: &mut Registry, owner: &str, odd: bool| {
            it.drawing(&study, |it| it.draw("pool", owner, 10, &mut |n| !odd || n % 2 == 1)).unwrap()
        };
        let mut registry = open(&dir);
        let first: Vec<_> = (0..5).map(|n| draw(&mut registry, &format!("person-{n}"), false)).collect();
        drop(registry);
        let mut registry = open(&dir);
        let again: Vec<_> = (0..5).map(|n| draw(&mut registry, &format!("person-{n}"), false)).collect();
        assert_eq!(first, again);
        let rest: Vec<_> =
            (5..20).filter_map(|n| draw(&mut registry, &format!("person-{n}"), true)).collect();
        let all: BTreeSet<u32> = first.iter().flatten().chain(&rest).copied().collect();
        assert_eq!(all.len(), 5 + rest.len(), "somebody's was given away");
        assert!(rest.iter().all(|it| it % 2 == 1) && all.iter().all(|it| *it < 10));
        assert_eq!(draw(&mut registry, "person-99", true), None, "none is left");
        let other = "OTHER".parse().unwrap();
        assert!(
            registry.drawing(&other, |it| it.draw("pool", "person-0", 10, &mut |_| true)).unwrap().is_some()
        );
    }

    #[test]
    fn a_pool_is_shuffled_and_whole() {
        let (dir, study) = (tempfile::tempdir().unwrap(), "RECOVERY".parse().unwrap());
        let registry = open(&dir);
        let it = Drawing { registry: &registry, study: &study };
        for size in [1, 2, 24, 40, 144, 1_000] {
            let order: Vec<u32> = (0..size).map(|turn| it.shuffled("pool", turn, size)).collect();
            assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), order.len(), "{size}");
            assert!(size < 40 || !order.is_sorted(), "{size}");
        }
    }

    #[test]
    fn a_gender_stays_as_it_was_first_known() {
        let (dir, study) = (tempfile::tempdir().unwrap(), "RECOVERY".parse().unwrap());
        let mut registry = open(&dir);
        for (known, want) in [(Gender::Female, Gender::Female), (Gender::Male, Gender::Female)] {
            assert_eq!(registry.drawing(&study, |it| it.gender("PIR-03", known)).unwrap(), want);
        }
    }

    #[test]
    fn lone_numbers_are_nobody_elses_and_say_nothing_of_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        let study = "S".parse().unwrap();
        let mut draw = |owner: u32, size| {
            let owner = owner.to_string();
            it.drawing(&study, |draws| draws.lone("p", &owner, size, |n| n != 7)).unwrap()
        };
        let drawn: Vec<u32> = (0..500).map(|n| draw(n, 9000).unwrap()).collect();
        assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), 500);
        assert!(!drawn.contains(&7));
        assert_eq!(draw(3, 9000), Some(drawn[3]), "for good");
        // No step leads from one to the next.
        let steps: BTreeSet<u32> = drawn.windows(2).map(|it| (it[1] + 9000 - it[0]) % 9000).collect();
        assert!(steps.len() > 400, "{}", steps.len());
        assert!((1000..1200).any(|n| draw(n, 100).is_none()), "a pool is used up");
    }
}
