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
    last: u8,
}

impl<'s> Adder<'s> {
    pub(super) fn new(sums: &'s mut Sums) -> Self {
        Self { hashes: Hashes::default(), sums, power: 1, last: 0 }
    }

    /// Adds the next letter.
    pub(super) fn add(&mut self, c: char) {
        let (own, aside, consonant) = usize::try_from(u32::from(c))
            .ok()
            .and_then(|it| LETTERS.get(it))
            .copied()
            .unwrap_or_else(|| numbers_of(c));
        let before = self.hashes.whole;
        let after = before.wrapping_add(own.wrapping_mul(self.power));
        self.hashes.vowels_aside = self.hashes.vowels_aside.wrapping_add(aside.wrapping_mul(self.power));
        self.power = self.power.wrapping_mul(STEP);
        if let Some(it) = self.sums.0.get_mut(self.hashes.letters) {
            *it = (before, after);
        }
        self.hashes.whole = after;
        self.hashes.letters = self.hashes.letters.saturating_add(1);
        if consonant != 0 {
            if self.last != consonant {
                self.hashes.skeleton =
                    self.hashes.skeleton.wrapping_mul(STEP).wrapping_add(u64::from(consonant));
            }
            self.last = consonant;
        }
    }
}

/// Which words of some lengths begin or end with each two letters: most words are told by it to be near none.
#[derive(Debug)]
pub(super) struct Edges {
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Edges {
    /// Of words that others may be one letter away from.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut edges = Self { starts: vec![0; 27 * 27], ends: vec![0; 27 * 27] };
        for word in words {
            let letters = word.chars().count();
            let near = [letters.saturating_sub(1), letters, letters.saturating_add(1)];
            let lengths = near.iter().fold(0, |bits, it| bits | length_bit(*it));
            let (start, end) = edges_of(word);
            for (table, edge) in [(&mut edges.starts, start), (&mut edges.ends, end)] {
                if let Some(it) = table.get_mut(edge) {
                    *it |= lengths;
                }
            }
        }
        edges
    }

    /// Whether a word may be one letter away: one of its ends is then whole.
    pub(super) fn may_be_near(&self, word: &str, letters: usize) -> bool {
        let (start, end) = edges_of(word);
        let has =
            |table: &[u32], edge: usize| table.get(edge).is_some_and(|it| it & length_bit(letters) != 0);
        has(&self.starts, start) || has(&self.ends, end)
    }
}

fn length_bit(letters: usize) -> u32 {
    1_u32.checked_shl(u32::try_from(letters).unwrap_or(u32::MAX)).unwrap_or(0)
}

/// The first two bytes and the last two, as numbers; all that is not ASCII is one letter here.
fn edges_of(word: &str) -> (usize, usize) {
    let letter = |it: Option<&u8>| it.map_or(0, |it| usize::from(it.wrapping_sub(b'a').min(26)));
    let bytes = word.as_bytes();
    let mut back = bytes.iter().rev();
    let (last, before) = (letter(back.next()), letter(back.next()));
    (letter(bytes.first()) * 27 + letter(bytes.get(1)), before * 27 + last)
}

/// What a letter weighs, what it weighs vowels aside, and its consonant if it has one.
const fn numbers_of(c: char) -> (u64, u64, u8) {
    let aside = if is_vowel(c) { '*' } else { c };
    let consonant = match consonant(c) {
        Some(it) => it,
        None => 0,
    };
    (mixed(c as u64), mixed(aside as u64), consonant)
}

/// The same of ASCII.
const LETTERS: [(u64, u64, u8); 128] = letters();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler alone")]
const fn letters() -> [(u64, u64, u8); 128] {
    let mut table = [(0, 0, 0); 128];
    let mut n = 0_u8;
    while n < 128 {
        table[n as usize] = numbers_of(n as char);
        n += 1;
    }
    table
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
