//! Patterns of which every match opens with a word that a list has: each word of a text is looked up once, and the
//! pattern is tried where the lists allow it. Lists too large to search for are used so.

use super::Engine;
use crate::rules::{lexicon::word_starts, slots::Memo};

/// So many patterns may be tried at words that their lists allow; others are run on every line.
pub(super) const MAX_HEADED: usize = 64;

/// No list has a longer word: what goes on longer is none.
const MAX_WORD_BYTES: usize = 96;

/// A pattern that is tried so.
#[derive(Debug)]
pub(super) struct Headed {
    pub(super) pattern: usize,
    /// Whether it is told after those that are tried elsewhere.
    pub(super) late: bool,
}

/// Where in a text a line stands.
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) folded: &'t str,
    pub(super) base: usize,
    pub(super) end: usize,
}

impl Engine {
    /// Whether a pattern is one of these.
    pub(super) fn is_headed(&self, pattern: usize) -> bool {
        self.headed.iter().any(|it| it.pattern == pattern)
    }

    /// Says at which words of a line patterns may match whose lists have to have such a word.
    pub(super) fn find_headed<'t>(
        &self,
        it: &Line<'t>,
        known: &mut Memo<'t, u64>,
        mut found: impl FnMut(usize, usize, bool),
    ) {
        if self.headed.is_empty() {
            return;
        }
        let line = it.folded.get(it.base..it.end).unwrap_or_default();
        for at in word_starts(line) {
            let rest = line.get(at..).unwrap_or_default();
            let mut longest = rest.bytes().take(MAX_WORD_BYTES);
            let Some(word) = longest.position(|it| it == b' ').and_then(|it| rest.get(..it)) else {
                continue;
            };
            let mut allowed = known.of(word, || {
                let allows = |it: &Headed| {
                    let place = self.patterns.get(it.pattern)?;
                    let pattern = self.rules.get(place.rule)?.patterns.get(place.pattern)?;
                    Some(pattern.may_open_with(word))
                };
                let all = self.headed.iter().zip(0_u32..);
                all.filter(|(it, _)| allows(it) == Some(true))
                    .fold(0, |all, (_, n)| all | 1_u64.rotate_left(n))
            });
            while allowed != 0 {
                let n = usize::try_from(allowed.trailing_zeros()).unwrap_or(0);
                allowed &= allowed.wrapping_sub(1);
                if let Some(headed) = self.headed.get(n)
                    && self.may_open(headed.pattern, it.text, it.base.saturating_add(at))
                {
                    found(headed.pattern, at, headed.late);
                }
            }
        }
    }
}
