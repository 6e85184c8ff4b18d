//! What tells where a pattern is worth a run: terms, words, bytes. Most patterns are tried at few places of a
//! text, and not run at all on most lines.

use std::collections::BTreeSet;

use regex_syntax::hir::Hir;

use super::{
    asked::Asks,
    needs::{self, Count},
    shape::Shape,
};
use crate::view::lower;

/// A pattern is tried where a match may open, if that is at so large a share of a text's bytes at most.
const MAX_TRIED: f64 = 0.05;

/// It is run on whole lines instead if what it needs is met so much more seldom than its opening.
const RARER: f64 = 8.0;

/// What tells where a pattern is worth running.
#[derive(Debug)]
pub(super) enum Told {
    /// One of these terms stands there.
    Terms(BTreeSet<String>),
    /// One of these words does, and every match opens with one.
    Opening(Vec<String>),
    /// Bytes that look like the opening of a match.
    Shape(Shape),
    /// One of these words is in the line, cased so if that is known.
    Words(Vec<(String, Option<Box<str>>)>),
    /// A word that its lists allow; told late or not.
    Head(bool),
    Nothing,
}

/// All that is known of a pattern before it is run.
#[derive(Debug)]
pub(super) struct Tells {
    pub(super) told: Told,
    /// Whether no ASCII letter or digit may stand before the word with which a match opens.
    pub(super) bordered: bool,
    /// How many characters of each kind a line has to have.
    pub(super) floor: Count,
    /// ASCII characters with which a match opens, if it is tried where a term stands.
    pub(super) firsts: u128,
}

impl Tells {
    /// Of a pattern: what it asks, and whether a refused match of it is tried again one character on.
    pub(super) fn of(hir: &Hir, asks: &Asks, retry: bool) -> Self {
        let (told, bordered) = Told::by(hir, asks, retry);
        let opens = asks.open_with_term() || asks.open_with_word();
        let firsts = if opens { needs::first_characters(hir) } else { u128::MAX };
        Self { told, bordered, floor: Count::floor(hir), firsts }
    }

    /// Whether the pattern is only ever tried at places.
    pub(super) const fn places(&self, asks: &Asks) -> bool {
        match self.told {
            Told::Terms(_) => asks.open_with_term(),
            Told::Opening(_) | Told::Shape(_) => true,
            Told::Head(_) | Told::Words(_) | Told::Nothing => false,
        }
    }
}

impl Told {
    /// What tells it of a pattern, and whether no ASCII letter or digit stands before such a word.
    fn by(hir: &Hir, asks: &Asks, retry: bool) -> (Self, bool) {
        let (told, bordered) = Self::without_lists(hir, asks);
        let late = match told {
            Self::Terms(_) => true,
            Self::Words(_) | Self::Nothing => false,
            Self::Opening(_) | Self::Shape(_) | Self::Head(_) => return (told, bordered),
        };
        if retry && !asks.open_with_term() && asks.open_with_known() {
            return (Self::Head(late), false);
        }
        (told, bordered)
    }

    fn without_lists(hir: &Hir, asks: &Asks) -> (Self, bool) {
        let need = needs::of(hir);
        if (asks.open_with_term() || need.as_ref().is_none_or(|it| it.capital))
            && let Some(terms) = asks.required()
        {
            // The words of the list are rarer than what the pattern itself tells.
            return (Self::Terms(terms), false);
        }
        let need = need.filter(|it| !it.digit && !it.capital);
        let least = need.as_ref().map_or(MAX_TRIED, |it| MAX_TRIED.min(it.cost() * RARER));
        let shape = Shape::of(hir);
        let shape = Some((shape.cost(), shape)).filter(|it| it.0 <= least);
        let opening = needs::opening_words(hir).filter(|it| it.1 <= least);
        match (opening, shape, need) {
            (Some((words, cost, bordered)), shape, _) if shape.as_ref().is_none_or(|it| cost <= it.0) => {
                (Self::Opening(words), bordered)
            }
            (_, Some((_, shape)), _) => (Self::Shape(shape), false),
            (_, None, Some(need)) => (Self::Words(words(hir, need.words)), false),
            (_, None, None) => (Self::Nothing, false),
        }
    }
}

/// The words that a line must hold for a pattern, as cased as they must be, if the pattern is of one case.
fn words(hir: &Hir, folded: Vec<String>) -> Vec<(String, Option<Box<str>>)> {
    let fold = |it: &str| it.chars().map(lower).collect::<String>();
    match needs::cased(hir) {
        Some(it) if !it.digit && !it.capital && it.words.len() <= folded.len().saturating_mul(2) => {
            it.words.into_iter().map(|it| (fold(&it), Some(it.into()))).collect()
        }
        Some(_) | None => folded.into_iter().map(|it| (it, None)).collect(),
    }
}
