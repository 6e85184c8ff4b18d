//! A name found once is searched in the whole document, in all forms that people make of it: `forms` makes them,
//! `spelled` knows a Han name again in Latin letters, and the other way round. What is a common word is never swept,
//! and what is in a dictionary only where it is written as a name.

mod forms;
mod spelled;

use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
    ops::Range,
};

use self::{
    forms::{Form, forms},
    spelled::Spellings,
};
use super::{alias, frequent, label::TITLES, near};
use crate::{
    entity::Tier,
    roster::near::sound,
    rules::{Dictionary, Lexicon},
    secret::Sensitive,
    view::{View, is_han},
};

/// More forms than that are not swept: such a text is a table, and every row of it is found by itself.
const MAX_FORMS: usize = 60_000;
/// The longest name that is taken apart.
const MAX_NAME_BYTES: usize = 96;

/// How a form stands for its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
enum Shape {
    /// As it was found, or all of it in another order.
    Whole,
    /// A part of it that is enough by itself.
    Part,
    /// A word that the dictionary has as well.
    Word,
    /// Two Han characters of a longer name.
    HanGiven,
    /// One Han character and a form of address, which may be parts of two other words.
    HanAddress,
}

#[derive(Clone, Copy, Debug)]
struct Term {
    tier: Tier,
    shape: Shape,
}

/// Names to sweep, gathered from what the other layers are sure enough of.
#[derive(Debug, Default)]
pub(super) struct Names {
    terms: BTreeMap<String, Term>,
    spellings: Spellings,
    /// What was added as how sure, by plain hashes: a name is found many times.
    added: BTreeMap<u64, Tier>,
}

/// Where a name stands again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Again {
    /// Bytes of the view.
    pub(super) range: Range<usize>,
    pub(super) tier: Tier,
    /// Whether it is another script's spelling of a whole name: so much does not fall together by chance.
    pub(super) spelled: bool,
}

impl Again {
    /// The rule id.
    pub(super) const fn rule(&self) -> &'static str {
        if self.spelled { "sweep.spelled" } else { "sweep" }
    }
}

impl Names {
    /// Takes a name as the folded view has it.
    pub(super) fn add(&mut self, folded: &str, tier: Tier, words: &Dictionary) {
        if self.terms.len() >= MAX_FORMS || folded.len() > MAX_NAME_BYTES {
            return;
        }
        let name = folded.trim().trim_end_matches("'s").trim_matches(|c: char| !c.is_alphanumeric());
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let before = self.added.insert(hasher.finish(), tier);
        if let Some(before) = before.filter(|it| *it >= tier) {
            self.added.insert(hasher.finish(), before);
            return;
        }
        for Form { text, shape, probable } in forms(name, &|it| near::is_known_in_any_script(words, it)) {
            self.insert(text, if probable { tier.min(Tier::Probable) } else { tier }, shape, words);
        }
        self.spellings.add(name);
    }

    fn insert(&mut self, text: String, tier: Tier, shape: Shape, words: &Dictionary) {
        let letters = text.chars().filter(|it| it.is_alphabetic()).count();
        if letters < 2 || words.is_stop_word(&text) || frequent::is_common(&text) {
            return;
        }
        let known = self.terms.entry(text).or_insert(Term { tier, shape });
        known.tier = known.tier.max(tier);
        known.shape = known.shape.min(shape);
    }

    /// All of them, ready to be searched; none if there is no name.
    pub(super) fn finish(self) -> Option<Sweep> {
        let Self { terms, spellings, .. } = self;
        if terms.is_empty() && spellings.is_empty() {
            return None;
        }
        // What is a syllable of a name and no name by itself is looked for all the same: beside others it may be one.
        let syllables: Vec<String> =
            spellings.syllables().into_iter().filter(|it| !terms.contains_key(it)).collect();
        let (mut all, terms): (Vec<String>, Vec<Term>) = terms.into_iter().unzip();
        all.extend(syllables);
        let lexicon = Lexicon::new(all.iter().map(String::as_str));
        // The strings themselves are wiped; the lexicon holds what it must.
        for it in all {
            drop(Sensitive::new(it));
        }
        Some(Sweep { lexicon, terms, spellings })
    }
}

/// All names of a document.
pub(super) struct Sweep {
    lexicon: Lexicon,
    /// Of the lexicon's first places; at the others stand syllables.
    terms: Vec<Term>,
    spellings: Spellings,
}

impl Sweep {
    /// Where they stand in a view: of those that overlap the leftmost, and of these the longest; and spellings of
    /// them in another script.
    pub(super) fn find(&self, view: &View) -> Vec<Again> {
        let folded = view.folded();
        let cased = std::cell::OnceCell::new();
        let mut found: Vec<Again> = Vec::new();
        let mut heads: Vec<Range<usize>> = Vec::new();
        self.lexicon.find(folded, |range, place| {
            if !self.spellings.is_empty() {
                heads.push(range.clone());
            }
            let Some(term) = self.terms.get(place) else { return };
            let again = |range: Range<usize>| {
                let sure =
                    stands_as_name(view, &range, term.shape, || *cased.get_or_init(|| alias::is_cased(view)));
                let tier = if sure { term.tier } else { Tier::Possible };
                Again { range, tier, spelled: false }
            };
            match found.last_mut() {
                Some(last) if last.range.start == range.start => {
                    if last.range.end < range.end {
                        *last = again(range);
                    }
                }
                Some(last) if last.range.end > range.start => {}
                Some(_) | None => found.push(again(range)),
            }
        });
        if !heads.is_empty() {
            self.spellings.find(view, &heads, &mut found);
        }
        found
    }
}

/// Whether a form stands where it is written as a name is, as far as its shape makes that doubtful.
fn stands_as_name(view: &View, range: &Range<usize>, shape: Shape, is_cased: impl Fn() -> bool) -> bool {
    let shown = view.text().get(range.clone()).unwrap_or_default();
    match shape {
        Shape::Whole | Shape::Part => true,
        Shape::Word => {
            shown.starts_with(char::is_uppercase)
                || !shown.starts_with(is_han) && (!is_cased() || follows_title(view, range.start))
        }
        Shape::HanGiven | Shape::HanAddress => {
            let text = view.text();
            let joins = |a: Option<char>, b: Option<char>| matches!((a, b), (Some(a), Some(b)) if sound::is_word(a, b));
            let before = text.get(..range.start).and_then(|it| it.chars().next_back());
            let after = text.get(range.end..).and_then(|it| it.chars().next());
            let (left, right) =
                (joins(before, shown.chars().next()), joins(shown.chars().next_back(), after));
            if shape == Shape::HanGiven { !(left && right) } else { !left && !right }
        }
    }
}

/// `Uncle cherry` is no fruit, however it is cased.
fn follows_title(view: &View, at: usize) -> bool {
    let before = view.folded().get(..at).unwrap_or_default().trim_end_matches([' ', '.']);
    before.rsplit(|c: char| !c.is_alphanumeric()).next().is_some_and(|it| TITLES.contains(&it))
}

#[cfg(test)]
mod tests;
