//! `WordPiece` after BERT's normaliser, as BERT, `DistilBERT` and ELECTRA read.
//!
//! A unit is what BERT takes for a word: what stands between white space, punctuation and Han characters; each
//! punctuation mark and each Han character is one, too.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::{
    BertNormalizer,
    classes::{Chars, is_han},
};
use crate::detect::model::pieces::{Cut, PieceId, Unit};

/// A longer word is unknown, whatever the file says.
pub(super) const MAX_WORD_CHARS: usize = 400;

/// What a character is to a text that is cut.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Gone,
    Space,
    Alone,
    OfWord,
}

#[derive(Debug)]
pub(super) struct WordPiece {
    /// Pieces that begin a word, and those that go on.
    begins: BTreeMap<Box<str>, PieceId>,
    goes_on: BTreeMap<Box<str>, PieceId>,
    unknown: PieceId,
    longest: usize,
    normalizer: BertNormalizer,
    punctuation: Chars,
    control: Chars,
    marks: Chars,
}

impl WordPiece {
    pub(super) fn new(
        vocab: BTreeMap<String, PieceId>,
        unknown: PieceId,
        prefix: &str,
        longest: usize,
        normalizer: BertNormalizer,
    ) -> Option<Self> {
        let goes_on =
            vocab.iter().filter_map(|(it, id)| Some((it.strip_prefix(prefix)?.into(), *id))).collect();
        Some(Self {
            goes_on,
            begins: vocab.into_iter().map(|(it, id)| (it.into(), id)).collect(),
            unknown,
            longest,
            normalizer,
            punctuation: Chars::category("P")?,
            control: Chars::category("C")?,
            marks: Chars::category("Mn")?,
        })
    }

    fn kind(&self, c: char) -> Kind {
        let BertNormalizer { clean_text, handle_chinese_chars, .. } = self.normalizer;
        let spaced = c.is_whitespace();
        if clean_text && (c == '\u{fffd}' || !spaced && self.control.has(c)) {
            Kind::Gone
        } else if spaced {
            Kind::Space
        } else if handle_chinese_chars && is_han(c) || c.is_ascii_punctuation() || self.punctuation.has(c) {
            Kind::Alone
        } else {
            Kind::OfWord
        }
    }

    /// The pieces of a unit. Its normal form may be several words, or none.
    fn pieces(&self, unit: &str) -> Vec<PieceId> {
        let BertNormalizer { strip_accents, lowercase, .. } = self.normalizer;
        let kept = unit.chars().filter(|it| self.kind(*it) != Kind::Gone);
        let bare: String = if strip_accents.unwrap_or(lowercase) {
            kept.nfd().filter(|it| !self.marks.has(*it)).collect()
        } else {
            kept.collect()
        };
        let normal: String =
            if lowercase { bare.chars().flat_map(char::to_lowercase).collect() } else { bare };
        let mut ids = Vec::new();
        let mut word = String::new();
        for c in normal.chars() {
            match self.kind(c) {
                Kind::OfWord | Kind::Gone => word.push(c),
                Kind::Space | Kind::Alone => {
                    self.cut(&std::mem::take(&mut word), &mut ids);
                    if self.kind(c) == Kind::Alone {
                        self.cut(c.encode_utf8(&mut [0; 4]), &mut ids);
                    }
                }
            }
        }
        self.cut(&word, &mut ids);
        ids
    }

    /// The longest piece that a word begins with, then the longest that what is left begins with, and so on; one
    /// unknown piece if that leads nowhere.
    fn cut(&self, word: &str, ids: &mut Vec<PieceId>) {
        if word.is_empty() {
            return;
        }
        let first = ids.len();
        let mut rest = word;
        if word.chars().count() > self.longest {
            ids.push(self.unknown);
            return;
        }
        while !rest.is_empty() {
            let known = if ids.len() == first { &self.begins } else { &self.goes_on };
            let ends = rest.char_indices().map(|(at, c)| at.saturating_add(c.len_utf8())).rev();
            let found = ends
                .filter_map(|end| rest.split_at_checked(end))
                .find_map(|(piece, after)| known.get(piece).map(|id| (*id, after)));
            let Some((id, after)) = found else {
                ids.truncate(first);
                ids.push(self.unknown);
                return;
            };
            ids.push(id);
            rest = after;
        }
    }
}

impl Cut for WordPiece {
    fn units(&self, text: &str) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut push = |range: std::ops::Range<usize>| {
            let ids = self.pieces(text.get(range.clone()).unwrap_or_default());
            if !ids.is_empty() {
                units.push(Unit { range, ids });
            }
        };
        // Where the word that is being read starts, and where its last character ends.
        let mut word: Option<(usize, usize)> = None;
        for (start, c) in text.char_indices() {
            let end = start.saturating_add(c.len_utf8());
            match self.kind(c) {
                Kind::Gone => {}
                Kind::OfWord => word = Some((word.map_or(start, |it| it.0), end)),
                Kind::Space | Kind::Alone => {
                    if let Some((from, to)) = word.take() {
                        push(from..to);
                    }
                    if self.kind(c) == Kind::Alone {
                        push(start..end);
                    }
                }
            }
        }
        if let Some((from, to)) = word {
            push(from..to);
        }
        units
    }
}
