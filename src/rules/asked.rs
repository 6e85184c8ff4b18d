//! What a pattern asks of its groups: their texts must be, or must not be, terms of lists.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use regex_syntax::hir::{Hir, HirKind};

use super::{list::List, opening};
use crate::view::{is_han, lower};

/// A group whose text must be, or must not be, a term of some weight.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) group: usize,
    pub(super) must: bool,
    pub(super) list: Arc<List>,
    pub(super) min: u64,
}

/// All that one pattern asks.
#[derive(Debug)]
pub(super) struct Asks {
    all: Vec<Asked>,
    /// A list must have a group that this pattern lacks: it never fits.
    unfit: bool,
    /// The list that has the group with which every match opens: the pattern is only tried where a term stands.
    opening: Option<Arc<List>>,
    /// The group with which every match opens and which the first blank ends.
    head: Option<usize>,
}

/// The groups of a pattern that have names, and their places.
pub(super) fn named_groups(hir: &Hir) -> Vec<(&str, usize)> {
    let subs = hir.kind().subs().iter().flat_map(named_groups);
    match hir.kind() {
        HirKind::Capture(it) => {
            let own = it.name.as_deref().zip(usize::try_from(it.index).ok());
            own.into_iter().chain(subs).collect()
        }
        HirKind::Empty
        | HirKind::Literal(_)
        | HirKind::Class(_)
        | HirKind::Look(_)
        | HirKind::Repetition(_)
        | HirKind::Alternation(_)
        | HirKind::Concat(_) => subs.collect(),
    }
}

impl Asks {
    /// Of a pattern, all that it asks, and whether it lacks a group that a list must have.
    pub(super) fn new(hir: &Hir, all: Vec<Asked>, unfit: bool) -> Self {
        let opening = opening::opening_groups(hir)
            .iter()
            .find_map(|group| all.iter().find(|it| it.group == *group && it.must))
            .filter(|it| !it.list.is_compact())
            .map(|it| Arc::clone(&it.list));
        Self { all, unfit, opening, head: opening::head_group(hir) }
    }

    /// Whether no match ever fits.
    pub(super) const fn is_unfit(&self) -> bool {
        self.unfit
    }

    /// The last group that is asked about.
    pub(super) fn last_group(&self) -> usize {
        self.all.iter().map(|it| it.group).max().unwrap_or(0)
    }

    /// Whether a match opens with a term of a list.
    pub(super) const fn open_with_term(&self) -> bool {
        self.opening.is_some()
    }

    /// Whether every match opens with a word that a list has, and which can be looked up before the pattern is run.
    pub(super) fn open_with_known(&self) -> bool {
        self.of_head().any(|it| it.must)
    }

    /// Whether a match opens with one word.
    pub(super) const fn open_with_word(&self) -> bool {
        self.head.is_some()
    }

    /// What is asked of the word with which every match opens.
    pub(super) fn of_head(&self) -> impl Iterator<Item = &Asked> {
        self.all.iter().filter(|it| Some(it.group) == self.head)
    }

    /// Words of which one must stand in a line, as a word of its own, for a match to fit: the first words
    /// of the terms of the list with which it opens, or else of the shortest list that it requires. A compact
    /// list has too many for that.
    pub(super) fn required(&self) -> Option<BTreeSet<String>> {
        let lists = self.all.iter().filter(|it| it.must && !it.list.is_compact()).map(|it| &it.list);
        let list = self.opening.as_ref().or_else(|| lists.min_by_key(|it| it.terms().len()))?;
        Some(list.terms().iter().filter_map(|it| Some(it.folded.split(' ').next()?.to_owned())).collect())
    }

    /// Whether the groups of a match are as asked. Gives the text of a group, and whether it stands as a word of
    /// its own.
    pub(super) fn fit<'t>(&self, group: impl Fn(usize) -> Option<(&'t str, bool)>) -> bool {
        self.all.iter().all(|it| {
            let Some((text, is_word)) = group(it.group) else { return !it.must };
            it.list.contains_from(&folded(text), it.min) == it.must && (!it.must || is_word)
        })
    }
}

/// As a list's terms are folded, for a text that is of a view already.
fn folded(text: &str) -> Cow<'_, str> {
    let plain = text.bytes().all(|it| it.is_ascii_lowercase()) || text.chars().all(is_han);
    if plain {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().map(lower));
    }
    Cow::Owned(folded)
}
