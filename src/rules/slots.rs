//! A table of places by text: for things that lie elsewhere in order and are asked for by what they are called,
//! once for every word of a text.

/// Slots for each thing, at least: few share one.
const SLOTS_A_THING: usize = 2;

/// Each slot is empty (0), or holds a text's hash above a place counted from 1. A thing lies in its own slot or in
/// the next ones, up to the first empty one.
#[derive(Debug, Default)]
pub(super) struct Slots {
    slots: Vec<u64>,
    taken: usize,
}

/// FNV-1a.
pub(super) fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5_u32, |hash, it| (hash ^ u32::from(it)).wrapping_mul(0x0100_0193))
}

impl Slots {
    /// Puts down that a thing with this hash lies at a place.
    pub(super) fn put(&mut self, hash: u32, place: usize) {
        if self.taken.saturating_mul(SLOTS_A_THING) >= self.slots.len() {
            let size = self.slots.len().saturating_mul(2).max(16);
            let old = std::mem::replace(&mut self.slots, vec![0; size]);
            for slot in old.into_iter().filter(|it| *it != 0) {
                self.lay(slot);
            }
        }
        let low = u32::try_from(place.saturating_add(1)).unwrap_or(u32::MAX);
        self.lay(u64::from(hash) << 32 | u64::from(low));
        self.taken = self.taken.saturating_add(1);
    }

    /// The place of the thing with this hash that is the one looked for.
    pub(super) fn find(&self, hash: u32, is: impl Fn(usize) -> bool) -> Option<usize> {
        let slots = self.probe(hash).map_while(|at| self.slots.get(at).copied().filter(|it| *it != 0));
        let same = slots.filter(|it| it >> 32 == u64::from(hash));
        same.filter_map(|it| usize::try_from(it & u64::from(u32::MAX)).ok()?.checked_sub(1))
            .find(|it| is(*it))
    }

    fn lay(&mut self, slot: u64) {
        let hash = u32::try_from(slot >> 32).unwrap_or(0);
        let free = self.probe(hash).find(|at| self.slots.get(*at) == Some(&0));
        if let Some(it) = free.and_then(|at| self.slots.get_mut(at)) {
            *it = slot;
        }
    }

    /// The slots in which a thing may lie, in order.
    fn probe(&self, hash: u32) -> impl Iterator<Item = usize> + use<> {
        let from = usize::try_from(hash ^ hash >> 15).unwrap_or(0);
        // The number of slots is a power of two.
        let mask = self.slots.len().wrapping_sub(1);
        (0..self.slots.len()).map(move |n| from.wrapping_add(n) & mask)
    }
}

/// What was found out about words of a text, each once.
#[derive(Debug, Default)]
pub(super) struct Memo<'t, T> {
    slots: Slots,
    known: Vec<(&'t str, T)>,
}

impl<'t, T: Copy> Memo<'t, T> {
    /// What is known of a word, or is found out now.
    pub(super) fn of(&mut self, word: &'t str, find_out: impl FnOnce() -> T) -> T {
        let hash = hash(word);
        let is = |n: usize| self.known.get(n).is_some_and(|it| it.0 == word);
        if let Some((_, it)) = self.slots.find(hash, is).and_then(|n| self.known.get(n)) {
            return *it;
        }
        let it = find_out();
        self.slots.put(hash, self.known.len());
        self.known.push((word, it));
        it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_found_by_what_they_are_called() {
        let things: Vec<String> = (0..500).map(|n| format!("thing {n}")).collect();
        let mut slots = Slots::default();
        let find = |slots: &Slots, text: &str| {
            slots.find(hash(text), |n| things.get(n).is_some_and(|it| it == text))
        };
        assert_eq!(find(&slots, "thing 1"), None);
        for (n, it) in things.iter().enumerate() {
            slots.put(hash(it), n);
        }
        assert!(things.iter().enumerate().all(|(n, it)| find(&slots, it) == Some(n)));
        assert_eq!(find(&slots, "thing 500"), None);
        // Two of one hash.
        slots.put(7, 1);
        slots.put(7, 2);
        assert_eq!(slots.find(7, |n| n == 2), Some(2));
        assert_eq!(slots.find(7, |n| n == 3), None);
    }
    #[test]
    fn a_word_is_looked_at_once() {
        let mut memo = Memo::default();
        let mut times = 0;
        let lengths = ["ann", "annie", "ann"].map(|it| {
            memo.of(it, || {
                times += 1;
                it.len()
            })
        });
        assert_eq!((lengths, times), ([3, 5, 3], 2));
    }
}
