//! Counts words, in English, Cantonese and both at once.
//!
//! A word is a run of letters and digits with the apostrophes and hyphens inside it; **a Han character counts as one
//! word**. That is what can be counted the same way by anybody: where Chinese words end is a matter of the
//! dictionary. Ten thousand Han characters are less talk than ten thousand English words (about one and a half
//! characters a word), so both counts are kept, and reports give both.

use serde::{Deserialize, Serialize};

use crate::view::is_han;

/// How many words a text has.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Runs of letters and digits that are not Han.
    pub words: usize,
    /// Han characters.
    pub han: usize,
}

impl Words {
    /// Counts those of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut count = Self::default();
        let mut inside = false;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if is_han(c) {
                count.han = count.han.saturating_add(1);
                inside = false;
            } else if c.is_alphanumeric() {
                count.words = count.words.saturating_add(usize::from(!inside));
                inside = true;
            } else {
                let goes_on = chars.peek().is_some_and(|next| next.is_alphanumeric() && !is_han(*next));
                inside = inside && goes_on && matches!(c, '\'' | '’' | '-');
            }
        }
        count
    }

    /// Both together.
    #[must_use]
    pub const fn all(self) -> usize {
        self.words.saturating_add(self.han)
    }

    /// Those of this and of another text.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { words: self.words.saturating_add(other.words), han: self.han.saturating_add(other.han) }
    }

    /// In which script most of it is: `latin`, `han`, or `mixed` where each has a tenth.
    #[must_use]
    pub const fn script(self) -> &'static str {
        let tenfold = self.han.saturating_mul(10);
        if tenfold < self.all() || self.han == 0 {
            "latin"
        } else if tenfold > self.all().saturating_mul(9) {
            "han"
        } else {
            "mixed"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_counts_by_character_and_all_else_by_word() {
        for (text, words, han, script) in [
            ("", 0, 0, "latin"),
            ("It's a well-known thing, isn’t it?", 6, 0, "latin"),
            ("佢話好攰。", 0, 4, "han"),
            ("我同 [PSW-03] 講咗 okay 啦", 2, 5, "mixed"),
            ("OK啦OK", 2, 1, "mixed"),
            ("'quoted' - and -", 2, 0, "latin"),
            ("9123 4567", 2, 0, "latin"),
        ] {
            let told = Words::of(text);
            assert_eq!((told, told.script()), (Words { words, han }, script), "{text}");
        }
    }
}
