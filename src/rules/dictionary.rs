//! The words that the packs know, apart from the engine: for whoever has to tell a word from a name and runs no rules.

use std::sync::Arc;

use super::{finder::UnknownWords, list::List};

/// What packs know as words. Its lists are shared with the engine that it comes from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    /// Common words, never somebody's name by themselves.
    stop: Vec<Arc<List>>,
    latin: Vec<UnknownWords>,
    han: Vec<Arc<List>>,
}

impl Dictionary {
    pub(super) const fn new(stop: Vec<Arc<List>>) -> Self {
        Self { stop, latin: Vec::new(), han: Vec::new() }
    }

    pub(super) fn add_latin(&mut self, words: &UnknownWords) {
        self.latin.push(words.clone());
    }

    pub(super) fn add_han(&mut self, words: impl IntoIterator<Item = Arc<List>>) {
        self.han.extend(words);
    }

    /// Whether a folded text is a common word, and never somebody's name by itself.
    pub(crate) fn is_stop_word(&self, folded: &str) -> bool {
        self.stop.iter().any(|it| it.contains(folded))
    }

    /// Whether a folded word is in a dictionary, as it is or as a form of another word.
    pub(crate) fn has(&self, folded: &str) -> bool {
        self.latin.iter().any(|it| it.knows(folded)) || self.han.iter().any(|it| it.contains(folded))
    }
}
