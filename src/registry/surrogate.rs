//! Draws surrogates for good: who has which number of which pool. Rows hold a number, under a keyed digest of whose
//! it is; which value a number stands for is nowhere written.

use super::{Error, Registry};
use crate::{
    id::StudyId,
    roster::name_key::Purpose,
    transform::surrogate::{Draws, Gender},
};

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
    /// The number whose turn it is: each of a pool once, in an order that only the key tells.
    fn shuffled(&self, pool: &str, turn: u32, size: u32) -> u32 {
        let digest = self.registry.names.digest(Purpose::Surrogate, &["order", self.study.as_str(), pool]);
        let [a, b, c, d, e, f, g, h, ..] = *digest.as_bytes();
        let size = u64::from(size.max(1));
        let mut step = u64::from(u32::from_be_bytes([a, b, c, d])) % size;
        while gcd(step, size) != 1 {
            step = step.saturating_add(1);
        }
        let from = u64::from(u32::from_be_bytes([e, f, g, h]));
        u32::try_from(u64::from(turn).wrapping_mul(step).wrapping_add(from) % size).unwrap_or(0)
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
