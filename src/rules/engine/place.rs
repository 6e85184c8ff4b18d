//! One pattern in one line: run over part of it, or tried where a match may open. Weighs nothing.

use std::ops::Range;

use crate::rules::{
    automaton::Room,
    compiled::{Compiled, Match, Pattern},
};

/// A match that a validator or word border refuses is tried again one character on, if it is no longer.
pub(super) const MAX_RETRIED_BYTES: usize = 256;

/// A match before it is weighed.
pub(super) struct RawHit<'e> {
    pub(super) rule: usize,
    pub(super) range: Range<usize>,
    /// Only terms of lists have one.
    pub(super) ladder: Option<&'e [String]>,
    /// What a finder adds to the rule's confidence, in percent.
    pub(super) plus: i32,
}

/// A pattern, and the line in which it is searched.
pub(super) struct Place<'e, 't> {
    pub(super) rule: &'e Compiled,
    pub(super) n: usize,
    pub(super) pattern: &'e Pattern,
    pub(super) line: &'t str,
    /// Where in the view the line starts.
    pub(super) base: usize,
}

impl<'e> Place<'e, '_> {
    /// Runs the pattern over part of the line, seeing what stands before that part.
    pub(super) fn run(&self, part: Range<usize>, room: &mut Room, raw: &mut Vec<RawHit<'e>>) {
        let whole = part.end >= self.line.len();
        let Some(line) = self.line.get(..part.end.min(self.line.len())) else { return };
        if !self.pattern.is_in(line, part.start) {
            return;
        }
        let mut at = part.start;
        while at <= line.len() {
            let Some(found) = self.pattern.next_match(room, line, at) else { return };
            if !whole && found.whole.end >= line.len() {
                // Cut off: a name is shorter than that.
                return;
            }
            at = self.next(line, &found, at, raw);
        }
    }

    /// Tries the pattern at some places of the line, in order, each time on so many bytes at most.
    pub(super) fn try_at(
        &self,
        places: impl Iterator<Item = usize>,
        reach: usize,
        room: &mut Room,
        raw: &mut Vec<RawHit<'e>>,
    ) {
        let mut from = 0;
        for at in places {
            if at < from {
                continue;
            }
            let to = self.line.ceil_char_boundary(at.saturating_add(reach));
            let Some(found) = self.pattern.match_at(room, self.line, at..to) else { continue };
            let cut = to < self.line.len() && found.whole.end >= to;
            if !cut {
                from = self.next(self.line, &found, at, raw);
            }
        }
    }

    /// Takes a match, if it is good; gives the place from which the next one is searched.
    fn next(&self, line: &str, found: &Match, at: usize, raw: &mut Vec<RawHit<'e>>) -> usize {
        let step = |from: usize| {
            let rest = line.get(from..).unwrap_or_default();
            from.saturating_add(rest.chars().next().map_or(1, char::len_utf8))
        };
        let (whole, value) = (&found.whole, &found.value);
        if found.fits && !value.is_empty() && self.rule.is_bounded(line, value) {
            let range = self.base.saturating_add(value.start)..self.base.saturating_add(value.end);
            raw.push(RawHit { rule: self.n, range, ladder: None, plus: 0 });
            // What follows the value may open the next match.
            if value.end > at { value.end } else { step(whole.end) }
        } else if self.rule.retry && whole.len() <= MAX_RETRIED_BYTES {
            step(whole.start.max(at))
        } else {
            whole.end
        }
    }
}
