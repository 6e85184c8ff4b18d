//! Words as numbers, such that a word with any of its letters taken out has a number too at the cost of one
//! multiplication; and an index of them. Knows nothing of names.

use super::respelling::{consonant, is_vowel};

/// A longer word is no name.
pub(super) const MAX_LETTERS: usize = 28;

/// An odd number, and its inverse modulo 2⁶⁴: powers of it weigh letters by their places.
pub(super) const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
const BACK: u64 = inverse(STEP);

/// Numbers, what they stand for, and bits that tell of most others that they are not in it.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: Vec<(u64, usize)>,
    bits: Vec<u64>,
}

impl Index {
    pub(super) fn new(mut entries: Vec<(u64, usize)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        let size = entries.len().saturating_mul(2).next_power_of_two().clamp(16, 1 << 20);
        let mut bits = vec![0_u64; size];
        for (key, _) in &entries {
            let (word, bit) = place(*key, size);
            if let Some(it) = bits.get_mut(word) {
                *it |= bit;
            }
        }
        Self { entries, bits }
    }

    /// Everything in it with the same number, in order of numbers.
    pub(super) fn groups(&self) -> impl Iterator<Item = impl Iterator<Item = usize>> {
        self.entries.chunk_by(|a, b| a.0 == b.0).map(|it| it.iter().map(|it| it.1))
    }

    /// Whether it may be in it: if not, it is not.
    pub(super) fn may_have(&self, key: u64) -> bool {
        let (word, bit) = place(key, self.bits.len());
        self.bits.get(word).is_some_and(|it| it & bit != 0)
    }

    /// What a number stands for.
    pub(super) fn get(&self, key: u64) -> impl Iterator<Item = usize> {
        let known = self.may_have(key);
        let from = if known { self.entries.partition_point(|it| it.0 < key) } else { self.entries.len() };
        self.entries.iter().skip(from).take_while(move |it| it.0 == key).map(|it| it.1)
    }
}

/// Which bit of some words a number has.
fn place(key: u64, words: usize) -> (usize, u64) {
    let mixed = mixed(key);
    let word = usize::try_from(mixed >> 12).unwrap_or(0) & words.saturating_sub(1);
    (word, 1 << (mixed & 63))
}

pub(super) const fn mixed(key: u64) -> u64 {
    let key = (key ^ key >> 31).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    key ^ key >> 29
}

/// A word as numbers.
#[derive(Clone, Copy, Default)]
pub(super) struct Hashes {
    pub(super) whole: u64,
    pub(super) skeleton: u64,
    /// The same for every word that differs in which vowels it has, not in where.
    pub(super) vowels_aside: u64,
    pub(super) letters: usize,
}

/// For each letter of a word what the letters before it come to, and those up to its end.
#[derive(Default)]
pub(super) struct Sums([(u64, u64); MAX_LETTERS]);

impl Sums {
    /// The word with each of its letters taken out in turn.
    pub(super) fn shorter(&self, of: &Hashes) -> impl Iterator<Item = u64> {
        let whole = of.whole;
        let letters = self.0.iter().take(of.letters);
        letters.map(move |(before, after)| before.wrapping_add(whole.wrapping_sub(*after).wrapping_mul(BACK)))
    }
}

/// Adds letters to a word, first to last.
pub(super) struct Adder<'s> {
    pub(super) hashes: Hashes,
    sums: &'s mut Sums,
    power: u64,
    last: Option<u8>,
}

impl<'s> Adder<'s> {
    pub(super) fn new(sums: &'s mut Sums) -> Self {
        Self { hashes: Hashes::default(), sums, power: 1, last: None }
    }

    pub(super) fn add(&mut self, c: char) {
        let before = self.hashes.whole;
        let after = before.wrapping_add(mixed(u64::from(u32::from(c))).wrapping_mul(self.power));
        let aside = u64::from(u32::from(if is_vowel(c) { '*' } else { c }));
        self.hashes.vowels_aside =
            self.hashes.vowels_aside.wrapping_add(mixed(aside).wrapping_mul(self.power));
        self.power = self.power.wrapping_mul(STEP);
        if let Some(it) = self.sums.0.get_mut(self.hashes.letters) {
            *it = (before, after);
        }
        self.hashes.whole = after;
        self.hashes.letters = self.hashes.letters.saturating_add(1);
        if let Some(it) = consonant(c) {
            if self.last != Some(it) {
                self.hashes.skeleton = self.hashes.skeleton.wrapping_mul(STEP).wrapping_add(u64::from(it));
            }
            self.last = Some(it);
        }
    }
}

pub(super) fn hashes_of(word: &str) -> (Hashes, Sums) {
    let mut sums = Sums::default();
    let mut adder = Adder::new(&mut sums);
    word.chars().for_each(|it| adder.add(it));
    let hashes = adder.hashes;
    (hashes, sums)
}

const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut n = 0;
    while n < 6 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        n += 1;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_without_a_letter_has_the_number_of_the_shorter_word() {
        let (hashes, sums) = hashes_of("fiona");
        let shorter: Vec<u64> = sums.shorter(&hashes).collect();
        let words = ["iona", "fona", "fina", "fioa", "fion"];
        assert_eq!(shorter, words.map(|it| hashes_of(it).0.whole));
        assert_eq!(hashes_of("stephen").0.skeleton, hashes_of("steven").0.skeleton);
    }

    #[test]
    fn an_index_gives_back_what_was_put_in() {
        let index = Index::new(vec![(7, 1), (7, 2), (9, 3), (7, 1)]);
        assert_eq!(index.get(7).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(index.get(8).count(), 0);
        assert!(index.may_have(9));
    }
}
