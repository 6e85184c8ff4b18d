//! Byte-level BPE, as `RoBERTa` and its kin read.
//!
//! A unit is a run of letters, digits and marks, or of anything else but white space. GPT-2's pattern cuts it further;
//! its first piece speaks for all of it. Beside Han characters, that have no spaces between words, every piece that ends
//! between two characters ends a unit. White space counts as one space before what follows: how much there is, a model of
//! names need not know.

use std::{collections::BTreeMap, ops::Range};

use super::classes::{Chars, is_han};
use crate::detect::model::pieces::{Cut, PieceId, Unit};

/// A longer run is cut into parts: the work on one grows with its square.
const MAX_PART_BYTES: usize = 400;

#[derive(Debug)]
pub(super) struct ByteLevel {
    /// The piece of each byte.
    bytes: Vec<PieceId>,
    /// What two pieces become, and which pair goes first.
    merges: BTreeMap<(PieceId, PieceId), (usize, PieceId)>,
    /// Whether a text is read as if a space stood before it.
    space_first: bool,
    letters: Chars,
    marks: Chars,
}

/// What a pattern of GPT-2 takes a character for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Space,
    Letter,
    Number,
    Other,
}

impl ByteLevel {
    pub(super) fn new(
        vocab: &BTreeMap<String, PieceId>,
        merges: &[(&str, &str)],
        space_first: bool,
    ) -> Option<Self> {
        let bytes = shown_bytes().map(|it| vocab.get(it.encode_utf8(&mut [0; 4]) as &str).copied());
        let merges = merges.iter().enumerate().map(|(rank, (a, b))| {
            let whole = vocab.get(&format!("{a}{b}"))?;
            Some(((*vocab.get(*a)?, *vocab.get(*b)?), (rank, *whole)))
        });
        Some(Self {
            bytes: bytes.collect::<Option<_>>()?,
            merges: merges.collect::<Option<_>>()?,
            space_first,
            letters: Chars::category("L")?,
            marks: Chars::category("M")?,
        })
    }

    fn kind(&self, c: char) -> Kind {
        if c.is_whitespace() {
            Kind::Space
        } else if self.letters.has(c) {
            Kind::Letter
        } else if c.is_numeric() {
            Kind::Number
        } else {
            Kind::Other
        }
    }

    /// What GPT-2's pattern cuts a text into, and whether white space stood before it.
    fn parts(&self, text: &str) -> Vec<(Range<usize>, bool)> {
        let mut parts: Vec<(Range<usize>, bool)> = Vec::new();
        let mut spaced = self.space_first;
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|it| !it.is_empty()) {
            let Some(first) = rest.chars().next() else { break };
            let kind = self.kind(first);
            let length = match kind {
                Kind::Space => {
                    spaced = true;
                    at = at.saturating_add(first.len_utf8());
                    continue;
                }
                Kind::Other if !spaced && contraction(rest) > 0 => contraction(rest),
                Kind::Letter | Kind::Number | Kind::Other => {
                    rest.char_indices().find(|it| self.kind(it.1) != kind).map_or(rest.len(), |it| it.0)
                }
            };
            let end = at.saturating_add(length);
            parts.push((at..end, spaced));
            (at, spaced) = (end, false);
        }
        parts
    }

    /// Whether a text begins, or ends, with what belongs to a word.
    fn is_of_word(&self, c: Option<char>) -> bool {
        c.is_some_and(|it| it.is_alphanumeric() || self.marks.has(it))
    }

    /// The pieces of some bytes, each with how many it stands for.
    fn merged(&self, bytes: impl Iterator<Item = u8>) -> Vec<(PieceId, usize)> {
        let mut pieces: Vec<_> =
            bytes.filter_map(|it| self.bytes.get(usize::from(it))).map(|it| (*it, 1_usize)).collect();
        loop {
            let pairs = pieces.iter().zip(pieces.iter().skip(1)).enumerate();
            let best =
                pairs.filter_map(|(n, (a, b))| self.merges.get(&(a.0, b.0)).map(|it| (it.0, n, it.1))).min();
            let Some((_, n, merged)) = best else { return pieces };
            let second = pieces.remove(n.saturating_add(1));
            if let Some(first) = pieces.get_mut(n) {
                *first = (merged, first.1.saturating_add(second.1));
            }
        }
    }
}

impl Cut for ByteLevel {
    fn units(&self, text: &str) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        for (part, spaced) in self.parts(text) {
            let last = units.last().map(|it| it.range.clone());
            let goes_on = !spaced
                && !beside_han(text, part.start)
                && last.as_ref().is_some_and(|it| it.end == part.start)
                && self.is_of_word(text.get(part.clone()).and_then(|it| it.chars().next()))
                && self.is_of_word(last.and_then(|it| text.get(it)).and_then(|it| it.chars().next_back()));
            let mut open = goes_on;
            let mut lead = spaced;
            for range in short(text, part) {
                let shown = text.get(range.clone()).unwrap_or_default();
                let bytes = lead.then_some(b' ').into_iter().chain(shown.bytes());
                let mut at = range.start;
                let mut hidden = usize::from(lead);
                for (id, length) in self.merged(bytes) {
                    let end = at.saturating_add(length).saturating_sub(hidden);
                    hidden = hidden.saturating_sub(length);
                    match units.last_mut().filter(|_| open) {
                        Some(unit) => {
                            unit.ids.push(id);
                            unit.range.end = end;
                        }
                        None => units.push(Unit { range: at..end, ids: vec![id] }),
                    }
                    // Nothing of the text in it yet, or half a character: it goes on, as it does inside a word.
                    let border = text.is_char_boundary(end) && end > range.start;
                    open = !(border && beside_han(text, end));
                    at = end;
                }
                lead = false;
            }
        }
        units
    }
}

/// A range in parts that are not too long, each of whole characters.
fn short(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let start = at;
        at = start.saturating_add(MAX_PART_BYTES).min(range.end);
        while !text.is_char_boundary(at) {
            at = at.saturating_sub(1);
        }
        (start < at).then_some(start..at)
    })
}

fn beside_han(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|it| it.chars().next_back());
    let after = text.get(at..).and_then(|it| it.chars().next());
    [before, after].into_iter().flatten().any(is_han)
}

/// How long an English contraction is that a text begins with.
fn contraction(text: &str) -> usize {
    let endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];
    endings.into_iter().find(|it| text.starts_with(it)).map_or(0, str::len)
}

/// What each byte is written as in a vocabulary: itself where that can be seen, and what has no use else where not.
fn shown_bytes() -> impl Iterator<Item = char> {
    let mut hidden = 0x100_u32;
    (0..=0xff_u8).map(move |it| {
        if matches!(it, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff) {
            return char::from(it);
        }
        let shown = char::from_u32(hidden).unwrap_or(char::REPLACEMENT_CHARACTER);
        hidden = hidden.saturating_add(1);
        shown
    })
}
