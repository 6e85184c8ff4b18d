//! Context words: whether one of them stands within some characters of a value.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::{compiled::at_word_borders, schema::Side};

/// One `near` or `not_near` as compiled.
#[derive(Debug)]
pub(super) struct Context {
    words: AhoCorasick,
    /// Characters of the longest word.
    longest: usize,
    within: usize,
    side: Side,
    /// What it adds, in percent.
    pub(super) add: i32,
}

impl Context {
    /// Of folded words.
    pub(super) fn new(words: &[String], within: usize, side: Side, add: i32) -> Option<Self> {
        let longest = words.iter().map(|it| it.chars().count()).max().unwrap_or_default();
        let words = AhoCorasick::new(words).ok()?;
        Some(Self { words, longest, within, side, add })
    }

    /// Whether a word stands near some bytes of the folded view, in the same text.
    pub(super) fn holds(&self, folded: &str, value: &Range<usize>) -> bool {
        let reach = self.within.saturating_add(self.longest);
        let before = || {
            let start = folded.get(..value.start).unwrap_or_default();
            let from = start.char_indices().rev().take(reach).last().map_or(value.start, |(at, _)| at);
            self.found_in(folded, from..value.start, |word| word.end..value.start)
        };
        let after = || {
            let rest = folded.get(value.end..).unwrap_or_default();
            let len: usize = rest.chars().take(reach).map(char::len_utf8).sum();
            self.found_in(folded, value.end..value.end.saturating_add(len), |word| value.end..word.start)
        };
        match self.side {
            Side::Before => before(),
            Side::After => after(),
            Side::Both => before() || after(),
        }
    }

    fn found_in(
        &self,
        folded: &str,
        window: Range<usize>,
        between: impl Fn(&Range<usize>) -> Range<usize>,
    ) -> bool {
        let base = window.start;
        let Some(part) = folded.get(window) else { return false };
        self.words.find_overlapping_iter(part).any(|it| {
            let word = base.saturating_add(it.start())..base.saturating_add(it.end());
            let distance = folded.get(between(&word)).map_or(usize::MAX, |it| it.chars().count());
            distance <= self.within && at_word_borders(folded, word)
        })
    }
}
