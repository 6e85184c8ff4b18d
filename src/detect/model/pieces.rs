//! Cuts a text into units and these into the pieces of a vocabulary, as the model was trained to read them.
//!
//! A unit is a run of letters, marks and digits, or one Han or kana character, or one of any other character but
//! white space. The first piece of a unit speaks for all of it, so that a finding never ends inside a word.
//! `training/tagger/pieces.py` does the same; the cases beside the weights hold both to it.

#![expect(clippy::disallowed_types, reason = "the vocabulary is looked up, and never walked")]

use std::{collections::HashMap, ops::Range};

use unicode_normalization::char::is_combining_mark;

/// Stands before a run that does not go on from the one before.
const WORD: char = '\u{2581}';
/// What ties a run to the one before: don't, Wing-yan.
const JOINERS: [char; 5] = ['\'', '\u{2019}', '-', '\u{2010}', '\u{2011}'];
/// Characters that are units by themselves: Han, kana and their marks.
const ALONE: [std::ops::RangeInclusive<char>; 5] = [
    '\u{2E80}'..='\u{312F}',
    '\u{31A0}'..='\u{31FF}',
    '\u{3400}'..='\u{9FFF}',
    '\u{F900}'..='\u{FAFF}',
    '\u{20000}'..='\u{323AF}',
];
/// The first so many pieces stand for no text: `<s>`, `<pad>`, `</s>`, `<unk>`.
const SPECIAL: usize = 4;

/// What a piece is, as the model knows it.
pub(super) type PieceId = i32;

/// Some bytes of a text and the pieces that they are read as.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Unit {
    /// Bytes of the text.
    pub(super) range: Range<usize>,
    /// At least one.
    pub(super) ids: Vec<PieceId>,
}

/// Cuts a text as some model was trained to read it.
pub(super) trait Cut: Send + Sync {
    /// The units of a text, in order. White space is in none of them.
    fn units(&self, text: &str) -> Vec<Unit>;
}

/// The vocabulary: what each piece is called, and what it costs to use it, in thousandths of a nat.
#[derive(Debug)]
pub(super) struct Pieces<'v> {
    known: HashMap<&'v str, (PieceId, u32)>,
    unknown: PieceId,
    unknown_cost: u32,
    /// The longest piece, in characters.
    longest: usize,
}

impl<'v> Pieces<'v> {
    /// Reads lines of a piece, a tab and its cost; a piece's id is the number of its line, from 0.
    pub(super) fn read(text: &'v str, unknown: PieceId, unknown_cost: u32, longest: usize) -> Option<Self> {
        let mut known = HashMap::with_capacity(40_000);
        for (n, line) in text.lines().enumerate() {
            let (piece, cost) = line.split_once('\t')?;
            if n >= SPECIAL {
                known.insert(piece, (PieceId::try_from(n).ok()?, cost.parse().ok()?));
            }
        }
        (!known.is_empty()).then_some(Self { known, unknown, unknown_cost, longest })
    }

    fn id_of(&self, piece: &str) -> PieceId {
        self.known.get(piece).map_or(self.unknown, |it| it.0)
    }

    /// The cheapest way to write a run with pieces. Of two that cost the same, the one whose last piece is longer.
    fn cut(&self, run: &str, goes_on: bool) -> Vec<PieceId> {
        let mut text = String::with_capacity(run.len().saturating_add(WORD.len_utf8()));
        if !goes_on {
            text.push(WORD);
        }
        text.push_str(run);
        let borders: Vec<usize> =
            text.char_indices().map(|it| it.0).chain(std::iter::once(text.len())).collect();
        // Of the text up to each border: what it costs, where its last piece starts, which that is.
        let mut best: Vec<(u64, usize, PieceId)> = Vec::with_capacity(borders.len());
        best.push((0, 0, self.unknown));
        for (end, to) in borders.iter().enumerate().skip(1) {
            let mut cheapest: Option<(u64, usize, PieceId)> = None;
            for start in end.saturating_sub(self.longest)..end {
                let before = best.get(start).map_or(u64::MAX, |it| it.0);
                let piece = borders.get(start).and_then(|from| text.get(*from..*to)).unwrap_or_default();
                let (id, cost) = match self.known.get(piece) {
                    Some((id, cost)) => (*id, *cost),
                    None if start.saturating_add(1) == end => (self.unknown, self.unknown_cost),
                    None => continue,
                };
                let cost = before.saturating_add(u64::from(cost));
                if cheapest.is_none_or(|it| cost < it.0) {
                    cheapest = Some((cost, start, id));
                }
            }
            best.push(cheapest.unwrap_or((u64::MAX, end.saturating_sub(1), self.unknown)));
        }
        let mut ids = Vec::new();
        let mut at = borders.len().saturating_sub(1);
        while let Some((_, start, id)) = best.get(at).filter(|_| at > 0) {
            ids.push(*id);
            at = *start;
        }
        ids.reverse();
        ids
    }
}

impl Cut for Pieces<'_> {
    fn units(&self, text: &str) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut chars = text.char_indices().peekable();
        // Of the two characters before: whether the last one joins, and whether the one before it is of a run.
        let (mut joins, mut run_before) = (false, false);
        while let Some((start, c)) = chars.next() {
            let mut end = start.saturating_add(c.len_utf8());
            if !is_of_run(c) {
                if !c.is_whitespace() {
                    let own = text.get(start..end).unwrap_or_default();
                    units.push(Unit { range: start..end, ids: vec![self.id_of(own)] });
                }
                joins = run_before && JOINERS.contains(&c);
                run_before = false;
                continue;
            }
            while let Some((at, more)) = chars.next_if(|(_, it)| is_of_run(*it)) {
                end = at.saturating_add(more.len_utf8());
            }
            let run = text.get(start..end).unwrap_or_default();
            units.push(Unit { range: start..end, ids: self.cut(run, joins) });
            (joins, run_before) = (false, true);
        }
        units
    }
}

fn is_of_run(c: char) -> bool {
    (c.is_alphanumeric() || is_combining_mark(c)) && !ALONE.iter().any(|it| it.contains(&c))
}
