//! Knows a name again in the other script: a Han name in the Latin letters that Hong Kong spells it with, and a
//! romanised name in characters that are read so.

use std::{collections::BTreeSet, ops::Range};

use super::{super::frequent, Again, forms};
use crate::{
    entity::Tier,
    roster::romanised::{self, Spelled},
    view::{View, is_han},
};

/// So many names of a document are compared across scripts; a text with more is a list.
const MAX_NAMES: usize = 512;
/// A surname of two words and a given name of two.
const MAX_WORDS: usize = 4;

/// The full names of a document, as the other script may have them.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    known: BTreeSet<String>,
    han: Vec<Spelled>,
    latin: Vec<Romanised>,
}

/// A romanised name.
#[derive(Debug)]
struct Romanised {
    /// Surnames that are spelled so.
    surnames: Vec<char>,
    given: Vec<String>,
}

impl Spellings {
    /// Takes a folded name.
    pub(super) fn add(&mut self, name: &str) {
        if self.known.len() >= MAX_NAMES || !self.known.insert(name.to_owned()) {
            return;
        }
        if name.chars().all(is_han) {
            // Two characters may be a given name as well as a full one.
            let full = name.chars().count() > 2 || romanised::opens_with_surname(name);
            self.han.extend(Spelled::of(name).filter(|_| full));
            return;
        }
        let words: Vec<&str> = name.split(' ').map(|it| it.trim_end_matches(',')).collect();
        for (family, given) in forms::romanised(&words) {
            let surnames: Vec<char> = romanised::surnames(&family).collect();
            if !surnames.is_empty() {
                let given = given.into_iter().map(str::to_owned).collect();
                self.latin.push(Romanised { surnames, given });
            }
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.han.is_empty() && self.latin.is_empty()
    }

    /// What has to be looked at in a text: syllables of Han names, surnames of romanised ones.
    pub(super) fn syllables(&self) -> BTreeSet<String> {
        let surnames = self.latin.iter().flat_map(|it| &it.surnames).map(char::to_string);
        self.han.iter().flat_map(Spelled::syllables).chain(surnames).collect()
    }

    /// Adds what stands in the other script at some of the places where a syllable or surname does.
    pub(super) fn find(&self, view: &View, heads: &[Range<usize>], found: &mut Vec<Again>) {
        let folded = view.folded();
        let mut others = Vec::new();
        let mut words: Vec<Range<usize>> = Vec::new();
        for head in heads {
            let Some(first) = folded.get(head.clone()).and_then(|it| it.chars().next()) else { continue };
            if is_han(first) {
                others.extend(self.in_han(folded, head.start, first));
            } else if words.last().is_none_or(|it| it.end <= head.start) {
                let first = words.len() == 1;
                let apart = words.last().is_some_and(|it| !is_joint(folded, it.end..head.start, first));
                if apart {
                    self.in_latin(view, &words, &mut others);
                    words.clear();
                }
                words.push(head.clone());
            }
        }
        self.in_latin(view, &words, &mut others);
        // What is found as it was written is that; the other script's reading of it says nothing more.
        let mut own = found.iter().map(|it| it.range.clone()).peekable();
        others.sort_by_key(|it| it.range.start);
        others.retain(|it| {
            while own.next_if(|own| own.end < it.range.end).is_some() {}
            own.peek().is_none_or(|own| own.start > it.range.start)
        });
        found.append(&mut others);
    }

    /// Names in words that follow each other.
    fn in_latin(&self, view: &View, words: &[Range<usize>], found: &mut Vec<Again>) {
        let (folded, shown) = (view.folded(), view.text());
        let mut at = 0;
        while at < words.len() {
            let longest = (1..=MAX_WORDS.min(words.len().saturating_sub(at))).rev().find_map(|many| {
                let here = words.get(at..at.saturating_add(many))?;
                let texts: Vec<&str> = here.iter().filter_map(|it| folded.get(it.clone())).collect();
                let range = here.first()?.start..here.last()?.end;
                let capital = shown.get(range.clone())?.starts_with(char::is_uppercase);
                let talk = || texts.iter().all(|it| frequent::is_common(it)) && !capital;
                let full = self.han.iter().filter(|it| it.is_full(&texts)).map(Spelled::len).max();
                let given = || self.han.iter().any(|it| it.is_given(&texts)).then_some(0);
                let chars = full.or_else(given).filter(|_| !talk())?;
                let tier = if chars > 2 { Tier::Probable } else { Tier::Possible };
                Some((many, Again { range, tier, spelled: chars > 2 }))
            });
            if let Some((many, again)) = longest {
                found.push(again);
                at = at.saturating_add(many);
            } else {
                at = at.saturating_add(1);
            }
        }
    }

    /// A surname and the characters behind it that are read as the name is spelled.
    fn in_han(&self, folded: &str, start: usize, surname: char) -> Option<Again> {
        let rest = folded.get(start..)?;
        self.latin.iter().filter(|it| it.surnames.contains(&surname)).find_map(|name| {
            let mut end = surname.len_utf8();
            for syllable in &name.given {
                let c = rest.get(end..)?.chars().next()?;
                if !romanised::spells(c, syllable) {
                    return None;
                }
                end = end.saturating_add(c.len_utf8());
            }
            let whole = name.given.len() > 1;
            let tier = if whole { Tier::Probable } else { Tier::Possible };
            Some(Again { range: start..start.saturating_add(end), tier, spelled: whole })
        })
    }
}

/// Whether what stands between two words joins them to one name: a comma only behind a surname.
fn is_joint(folded: &str, between: Range<usize>, first: bool) -> bool {
    match folded.get(between) {
        Some(" " | "-" | "  ") => true,
        Some(", ") => first,
        Some(_) | None => false,
    }
}
