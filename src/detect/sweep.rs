//! A name found once is searched in the whole document, with its parts: given name, surname of a full
//! name, Han given name. Common words are never swept.

use std::{collections::BTreeMap, ops::Range};

use super::label::TITLES;
use crate::{
    entity::Tier,
    rules::{Engine, Lexicon},
    secret::Sensitive,
    view::is_han,
};

/// More names than that are not swept: such a text is a table, and every row of it is found by itself.
const MAX_NAMES: usize = 20_000;

/// Han forms of address after a name.
const HAN_SUFFIXES: &[&str] = &[
    "先生", "小姐", "女士", "太太", "醫生", "姑娘", "老師", "護士", "社工", "教授", "主任", "經理", "生",
    "太", "哥", "姐", "仔", "姨", "叔", "伯",
];

/// Names to sweep, gathered from what the other layers are sure enough of.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, Tier>);

impl Names {
    /// Takes a name as the folded view has it, and its parts.
    pub(super) fn add(&mut self, folded: &str, tier: Tier, engine: &Engine) {
        if self.0.len() >= MAX_NAMES || folded.len() > 96 {
            return;
        }
        let name = folded.trim().trim_end_matches("'s").trim_matches(|c: char| !c.is_alphanumeric());
        if name.chars().all(is_han) {
            self.add_han(name, tier, engine);
        } else {
            self.add_latin(name, tier, engine);
        }
    }

    fn add_han(&mut self, name: &str, tier: Tier, engine: &Engine) {
        let bare = HAN_SUFFIXES.iter().find_map(|it| name.strip_suffix(it)).unwrap_or(name);
        let bare = bare.strip_prefix('阿').unwrap_or(bare);
        let count = bare.chars().count();
        if count < name.chars().count() {
            // A form of address: swept as it stands, since what is left may be one character.
            self.insert(name, tier, engine);
        }
        if count >= 2 {
            self.insert(bare, tier, engine);
        }
        if (3..=4).contains(&count) {
            let given: String = bare.chars().skip(count.saturating_sub(2)).collect();
            self.insert(&given, Tier::Probable, engine);
        }
    }

    fn add_latin(&mut self, name: &str, tier: Tier, engine: &Engine) {
        let words: Vec<&str> = name
            .split_whitespace()
            .map(|it| it.trim_matches(|c: char| !c.is_alphanumeric()))
            .filter(|it| !it.is_empty() && !TITLES.contains(it))
            .collect();
        if words.len() > 5 {
            return;
        }
        if words.len() > 1 {
            let full = name.split_whitespace().skip_while(|it| TITLES.contains(&it.trim_end_matches('.')));
            self.insert(&full.collect::<Vec<_>>().join(" "), tier, engine);
        }
        for word in &words {
            // A Chinese syllable of three letters is a word too often; alone it stays with the rules.
            let least = if words.len() > 1 { 4 } else { 3 };
            if word.chars().count() >= least {
                self.insert(word, if words.len() > 1 { Tier::Probable } else { tier }, engine);
            }
        }
    }

    fn insert(&mut self, name: &str, tier: Tier, engine: &Engine) {
        let letters = name.chars().filter(|it| it.is_alphabetic()).count();
        if letters < 2 || engine.is_stop_word(name) || super::frequent::is_common(name) {
            return;
        }
        let known = self.0.entry(name.to_owned()).or_insert(tier);
        *known = (*known).max(tier);
    }

    /// All of them, ready to be searched; none if there is no name.
    pub(super) fn finish(self) -> Option<Sweep> {
        let (names, tiers): (Vec<String>, Vec<Tier>) = self.0.into_iter().unzip();
        if names.is_empty() {
            return None;
        }
        let lexicon = Lexicon::new(names.iter().map(String::as_str));
        // The strings themselves are wiped; the lexicon holds what it must.
        for it in names {
            drop(Sensitive::new(it));
        }
        Some(Sweep { lexicon, tiers })
    }
}

/// All names of a document.
pub(super) struct Sweep {
    lexicon: Lexicon,
    tiers: Vec<Tier>,
}

impl Sweep {
    /// Where they stand in a folded view: of those that overlap the leftmost, and of these the longest.
    pub(super) fn find(&self, folded: &str) -> Vec<(Range<usize>, Tier)> {
        let mut found: Vec<(Range<usize>, Tier)> = Vec::new();
        self.lexicon.find(folded, |range, name| {
            let Some(tier) = self.tiers.get(name).copied() else { return };
            match found.last_mut() {
                Some(last) if last.0.start == range.start => {
                    if last.0.end < range.end {
                        *last = (range, tier);
                    }
                }
                Some(last) if last.0.end > range.start => {}
                Some(_) | None => found.push((range, tier)),
            }
        });
        found
    }
}
