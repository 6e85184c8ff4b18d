//! Patterns of which every match opens with a word that a list has: each word of a text is looked up once, and the
//! pattern is tried where the lists allow it. Lists too large to search for are used so.

use std::sync::Arc;

use super::Engine;
use crate::rules::{asked::Asks, lexicon::word_starts, list::List, slots::Memo};

/// So many patterns may be tried at words that their lists allow; others are run on every line.
const MAX_HEADED: usize = 64;

/// No list has a longer word: what goes on longer is none.
const MAX_WORD_BYTES: usize = 96;

/// Patterns that are tried so, and the lists in which they look up the word.
#[derive(Debug, Default)]
pub(super) struct Headed {
    all: Vec<One>,
    lists: Vec<Arc<List>>,
}

/// A pattern, and what it asks of the word.
#[derive(Debug)]
struct One {
    pattern: usize,
    /// Whether it is told after those that are tried elsewhere.
    late: bool,
    asks: Vec<Ask>,
}

/// The word must be, or must not be, in a list with so much weight.
#[derive(Debug)]
struct Ask {
    list: usize,
    must: bool,
    min: u64,
}

/// What was found out of the words of a text: which of the patterns may match there.
#[derive(Debug, Default)]
pub(super) struct Words<'t> {
    known: Memo<'t, u64>,
    said: Vec<Said>,
}

/// What a list says of a word.
#[derive(Clone, Copy, Debug)]
enum Said {
    /// It was not asked.
    Nothing,
    /// The word's weight, if it is a term.
    Weight(Option<u64>),
}

/// Where in a text a line stands.
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) folded: &'t str,
    pub(super) base: usize,
    pub(super) end: usize,
}

impl Headed {
    /// Takes a pattern up, if there is room.
    pub(super) fn add(&mut self, pattern: usize, late: bool, asks: &Asks) -> bool {
        if self.all.len() >= MAX_HEADED {
            return false;
        }
        let mut own = Vec::new();
        for it in asks.of_head() {
            let known = self.lists.iter().position(|list| Arc::ptr_eq(list, &it.list));
            let list = known.unwrap_or(self.lists.len());
            if known.is_none() {
                self.lists.push(Arc::clone(&it.list));
            }
            own.push(Ask { list, must: it.must, min: it.min });
        }
        self.all.push(One { pattern, late, asks: own });
        true
    }

    /// Whether a pattern is one of these.
    pub(super) fn has(&self, pattern: usize) -> bool {
        self.all.iter().any(|it| it.pattern == pattern)
    }

    /// A bit for each pattern that may match where a word stands.
    fn allowed(&self, word: &str, said: &mut Vec<Said>) -> u64 {
        said.clear();
        said.resize(self.lists.len(), Said::Nothing);
        let mut holds = |ask: &Ask| {
            let (Some(list), Some(said)) = (self.lists.get(ask.list), said.get_mut(ask.list)) else {
                return false;
            };
            let weight = match *said {
                Said::Weight(it) => it,
                Said::Nothing => list.weight(word),
            };
            *said = Said::Weight(weight);
            weight.is_some_and(|it| it >= ask.min) == ask.must
        };
        let allowed = self.all.iter().zip(0_u32..).filter(|(it, _)| it.asks.iter().all(&mut holds));
        allowed.fold(0, |all, (_, n)| all | 1_u64.rotate_left(n))
    }
}

impl Engine {
    /// Says at which words of a line patterns may match whose lists have to have such a word.
    pub(super) fn find_headed<'t>(
        &self,
        it: &Line<'t>,
        words: &mut Words<'t>,
        mut found: impl FnMut(usize, usize, bool),
    ) {
        if self.headed.all.is_empty() {
            return;
        }
        let line = it.folded.get(it.base..it.end).unwrap_or_default();
        for at in word_starts(line) {
            let rest = line.get(at..).unwrap_or_default();
            let mut longest = rest.bytes().take(MAX_WORD_BYTES);
            let Some(word) = longest.position(|it| it == b' ').and_then(|it| rest.get(..it)) else {
                continue;
            };
            let Words { known, said } = words;
            let mut allowed = known.of(word, || self.headed.allowed(word, said));
            while allowed != 0 {
                let n = usize::try_from(allowed.trailing_zeros()).unwrap_or(0);
                allowed &= allowed.wrapping_sub(1);
                if let Some(headed) = self.headed.all.get(n)
                    && self.may_open(headed.pattern, it.text, it.base.saturating_add(at))
                {
                    found(headed.pattern, at, headed.late);
                }
            }
        }
    }
}
