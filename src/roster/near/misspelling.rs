//! Latin words that are one letter away from a name of the roster, have other vowels, or are spelled by ear.
//! Flags only.
//!
//! Words that lack one letter of a name's, or have one more, share a form with one letter taken out; so do
//! those with one changed or two exchanged. All such forms of the roster's words are in one index, and each word of
//! the text looks up its own: the work does not grow with the roster.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{
    NearHit, NearKind, NearPair,
    numbers::{Adder, Edges, Hashes, Index, MAX_LETTERS, STEP, Sums, hashes_of, mixed},
    respelling::{self, is_vowel},
};
use crate::{
    entity::PersonIndex,
    roster::matcher::{AliasForm, AliasTable, is_latin},
};

/// A name of fewer letters is not looked for by itself: too many words are one letter away.
const MIN_LETTERS: usize = 5;
/// Nor is one that is spelled by ear, `Gari`.
const MIN_EAR_LETTERS: usize = 4;
/// A word of fewer letters and consonants may not have other vowels.
const MIN_VOWELS_LETTERS: usize = 6;
const MIN_CONSONANTS: usize = 3;
/// A full name of so many letters may have a wrong one in any of its words.
const MIN_FULL_LETTERS: usize = 7;
/// A given name of several words of so many letters: Tai Man.
const MIN_GIVEN_LETTERS: usize = 5;
/// The most words of a full name.
const MAX_WORDS: usize = 4;
/// A word that stands for any in a key of several words.
const ANY: u64 = 0x5bd1_e995_0bad_cafe;
/// Words of forms of address, which are nobody's.
const TITLES: &[&str] = &["mr", "mrs", "ms", "miss", "madam", "dr", "nurse", "auntie", "uncle", "ah", "sir"];

/// A word of names.
#[derive(Debug)]
struct Word {
    text: String,
    /// Who bears it, as a name that is looked for by itself.
    people: Vec<PersonIndex>,
}

#[derive(Debug)]
struct Full {
    person: PersonIndex,
    words: Vec<usize>,
}

/// What is looked for.
pub(super) struct Misspellings {
    words: Vec<Word>,
    /// Forms with one letter taken out, of words that are looked for by themselves; in order.
    forms: Index,
    /// How those words begin and end.
    edges: Edges,
    /// Skeletons of those words.
    skeletons: Index,
    /// Those words, vowels aside.
    vowels: Index,
    /// All words, vowels aside.
    all_vowels: Index,
    /// The words themselves, also those that are looked for in full names only.
    exact: Index,
    fulls: Vec<Full>,
    /// Full names with one word left open.
    open: Index,
    /// Full names, vowels aside.
    full_vowels: Index,
    /// What the roster does not want found.
    spared: BTreeSet<String>,
}

impl Misspellings {
    pub(super) fn new(table: &AliasTable) -> Self {
        let mut words: BTreeMap<String, BTreeSet<PersonIndex>> = BTreeMap::new();
        let mut full: BTreeSet<(PersonIndex, Vec<String>)> = BTreeSet::new();
        for alias in &table.aliases {
            let alone = match alias.form {
                AliasForm::LatinFull
                | AliasForm::AsGiven
                | AliasForm::LatinGiven
                | AliasForm::LatinSurname
                | AliasForm::Nickname => true,
                AliasForm::Initials
                | AliasForm::ShortForm
                | AliasForm::HanFull
                | AliasForm::HanGiven
                | AliasForm::HanAddress => false,
            };
            let own: Vec<&str> = alias.folded.split(|c| !is_latin(c)).filter(|it| !it.is_empty()).collect();
            let han = alias.folded.contains(crate::view::is_han);
            // `Chansir` is a surname and a title.
            let alone = alone && !alias.folded.ends_with("sir") && !alias.folded.ends_with("miss");
            for it in own.iter().filter(|it| !TITLES.contains(it)) {
                let people = words.entry((*it).to_owned()).or_default();
                if alone && !han && own.len() == 1 && it.chars().count() >= MIN_EAR_LETTERS {
                    people.insert(alias.person);
                }
            }
            let least = match alias.form {
                AliasForm::LatinFull | AliasForm::AsGiven => MIN_FULL_LETTERS,
                AliasForm::LatinGiven => MIN_GIVEN_LETTERS,
                AliasForm::LatinSurname
                | AliasForm::Initials
                | AliasForm::Nickname
                | AliasForm::HanFull
                | AliasForm::HanGiven
                | AliasForm::HanAddress
                | AliasForm::ShortForm => usize::MAX,
            };
            let letters: usize = own.iter().map(|it| it.chars().count()).sum();
            if !han && (2..=MAX_WORDS).contains(&own.len()) && letters >= least {
                full.insert((alias.person, own.iter().map(|it| (*it).to_owned()).collect()));
            }
        }
        let words: Vec<Word> = words
            .into_iter()
            .map(|(text, people)| Word { text, people: people.into_iter().collect() })
            .collect();
        let spared = table.spared.iter().map(|it| it.folded.clone()).collect();
        Self::indexed(words, full, spared)
    }

    fn indexed(
        words: Vec<Word>,
        full: BTreeSet<(PersonIndex, Vec<String>)>,
        spared: BTreeSet<String>,
    ) -> Self {
        let (mut forms, mut skeletons, mut exact) = (Vec::new(), Vec::new(), Vec::new());
        let (mut vowels, mut all_vowels) = (Vec::new(), Vec::new());
        for (n, word) in words.iter().enumerate() {
            let (hashes, sums) = hashes_of(&word.text);
            exact.push((hashes.whole, n));
            all_vowels.push((hashes.vowels_aside, n));
            if word.people.is_empty() {
                continue;
            }
            skeletons.push((hashes.skeleton, n));
            if hashes.letters < MIN_LETTERS {
                continue;
            }
            forms.push((hashes.whole, n));
            forms.extend(sums.shorter(&hashes).map(|it| (it, n)));
            skeletons.extend(respelling::spellings(&word.text).map(|it| (hashes_of(it).0.skeleton, n)));
            let consonants = word.text.chars().filter(|it| !is_vowel(*it)).count();
            if hashes.letters >= MIN_VOWELS_LETTERS || consonants >= MIN_CONSONANTS {
                vowels.push((hashes.vowels_aside, n));
            }
        }
        let (mut open, mut full_vowels, mut fulls) = (Vec::new(), Vec::new(), Vec::new());
        for (person, names) in full {
            let hashes: Vec<Hashes> = names.iter().map(|it| hashes_of(it).0).collect();
            let keys: Vec<u64> = hashes.iter().map(|it| it.whole).collect();
            for left_out in 0..keys.len() {
                open.push((key_without(&keys, left_out), fulls.len()));
            }
            let aside: Vec<u64> = hashes.iter().map(|it| it.vowels_aside).collect();
            full_vowels.push((key_without(&aside, usize::MAX), fulls.len()));
            let places = names.iter().filter_map(|it| words.binary_search_by(|word| word.text.cmp(it)).ok());
            fulls.push(Full { person, words: places.collect() });
        }
        let [forms, skeletons, exact, open] = [forms, skeletons, exact, open].map(Index::new);
        let [vowels, all_vowels, full_vowels] = [vowels, all_vowels, full_vowels].map(Index::new);
        let long = words.iter().filter(|it| !it.people.is_empty() && it.text.chars().count() >= MIN_LETTERS);
        let edges = Edges::new(long.map(|it| it.text.as_str()));
        Self { words, forms, edges, skeletons, vowels, all_vowels, exact, fulls, open, full_vowels, spared }
    }

    /// Whose words are looked for by themselves, and what makes an example of how each may be misspelled.
    pub(super) fn watched(&self) -> impl Iterator<Item = (PersonIndex, impl Fn() -> Option<String>)> {
        let example = |word: &str| -> String {
            let times = |n: usize| 1_usize.saturating_add(usize::from(n == 2));
            word.chars().enumerate().flat_map(|(n, c)| std::iter::repeat_n(c, times(n))).collect()
        };
        self.words.iter().flat_map(move |it| {
            it.people.iter().map(move |person| (*person, move || Some(example(&it.text))))
        })
    }

    /// Words of two people that are one letter apart.
    pub(super) fn pairs(&self) -> BTreeSet<NearPair> {
        let mut pairs = BTreeSet::new();
        for same in self.forms.groups() {
            let words: Vec<&Word> = same.filter_map(|it| self.words.get(it)).collect();
            for (n, a) in words.iter().enumerate() {
                for b in
                    words.iter().skip(n.saturating_add(1)).filter(|b| is_one_letter_away(&a.text, &b.text))
                {
                    let other = b.people.iter().find(|it| a.people.first() != Some(it));
                    if let (Some(person), Some(other)) = (a.people.first(), other) {
                        pairs.insert(NearPair::of((*person, &a.text), (*other, &b.text)));
                    }
                }
            }
        }
        pairs
    }

    /// Adds what stands in a text.
    pub(super) fn find(&self, text: &str, is_word: &dyn Fn(&str) -> bool, found: &mut Vec<NearHit>) {
        if self.words.is_empty() {
            return;
        }
        let mut recent: Vec<Token> = Vec::with_capacity(MAX_WORDS);
        let (mut rest, mut sums) = (0, Sums::default());
        while let Some(token) = next_token(text, rest, &mut sums) {
            rest = token.range.end;
            let joins = recent.last().is_none_or(|last| {
                matches!(text.get(last.range.end..token.range.start), Some(" " | ", " | ","))
            });
            if !joins {
                recent.clear();
            }
            let token = Token {
                known: self.exact.may_have(token.hashes.whole),
                almost: self.all_vowels.may_have(token.hashes.vowels_aside),
                ..token
            };
            self.alone(text, &token, &sums, is_word, found);
            if recent.len() == MAX_WORDS {
                recent.remove(0);
            }
            recent.push(token);
            self.full(text, &recent, is_word, found);
        }
    }

    /// A word by itself.
    fn alone(
        &self,
        text: &str,
        token: &Token,
        sums: &Sums,
        is_word: &dyn Fn(&str) -> bool,
        found: &mut Vec<NearHit>,
    ) {
        let hashes = &token.hashes;
        if hashes.letters + 1 < MIN_LETTERS || hashes.letters > MAX_LETTERS {
            return;
        }
        let word = text.get(token.range.clone()).unwrap_or_default();
        let said = self.skeletons.may_have(hashes.skeleton);
        let near = self.vowels.may_have(hashes.vowels_aside)
            || self.edges.may_be_near(word, hashes.letters)
                && (self.forms.may_have(hashes.whole)
                    || sums.shorter(hashes).any(|it| self.forms.may_have(it)));
        if !said && !near {
            return;
        }
        if self.is_own(word) || is_contracted(text, token.range.end) {
            return;
        }
        let mut candidates: BTreeSet<usize> = self.forms.get(hashes.whole).collect();
        candidates.extend(sums.shorter(hashes).flat_map(|it| self.forms.get(it)));
        candidates.retain(|it| self.words.get(*it).is_some_and(|it| is_one_letter_away(&it.text, word)));
        let alike = |it: &usize| self.words.get(*it).is_some_and(|it| have_other_vowels(&it.text, word));
        candidates.extend(self.vowels.get(hashes.vowels_aside).filter(alike));
        if said {
            let by_ear = respelling::by_ear(word);
            candidates.extend(self.skeletons.get(hashes.skeleton).filter(|it| {
                self.words.get(*it).is_some_and(|name| {
                    by_ear.len() >= MIN_EAR_LETTERS && respelling::by_ear(&name.text) == by_ear
                        || respelling::spellings(&name.text).any(|it| it == word)
                })
            }));
        }
        let mut people: Vec<PersonIndex> = candidates
            .iter()
            .filter_map(|it| self.words.get(*it))
            .flat_map(|it| &it.people)
            .copied()
            .collect();
        people.sort_unstable();
        people.dedup();
        if let Some(person) = people.first().copied()
            && !is_word(word)
        {
            let (range, shared) = (token.range.clone(), people.len() > 1);
            found.push(NearHit { range, person, shared, kind: NearKind::Misspelling });
        }
    }

    /// A full name, or a given name of several words, that ends with the last token and is almost right.
    fn full(&self, text: &str, recent: &[Token], is_word: &dyn Fn(&str) -> bool, found: &mut Vec<NearHit>) {
        let Some([before, last]) = recent.last_chunk() else { return };
        if !(before.known || last.known || before.almost && last.almost) {
            return;
        }
        for count in (2..=recent.len()).rev() {
            let window = recent.get(recent.len().saturating_sub(count)..).unwrap_or_default();
            let mut candidates: Vec<usize> = Vec::new();
            if window.iter().filter(|it| it.known).count() + 1 >= count {
                let keys: Vec<u64> = window.iter().map(|it| it.hashes.whole).collect();
                candidates.extend((0..count).flat_map(|it| self.open.get(key_without(&keys, it))));
            }
            if window.iter().all(|it| it.almost) {
                let keys: Vec<u64> = window.iter().map(|it| it.hashes.vowels_aside).collect();
                candidates.extend(self.full_vowels.get(key_without(&keys, usize::MAX)));
            }
            let fulls = candidates.into_iter().filter_map(|it| self.fulls.get(it));
            let mut hits: Vec<(PersonIndex, Range<usize>)> =
                fulls.filter_map(|it| Some((it.person, self.almost(text, window, it, is_word)?))).collect();
            hits.sort_unstable_by_key(|it| (it.0, it.1.start));
            hits.dedup_by_key(|it| it.0);
            let Some((person, wrong)) = hits.first().cloned() else { continue };
            let shared = hits.len() > 1;
            let bounds = |from: Option<&Token>, to: Option<&Token>| {
                from.map_or(0, |it| it.range.start)..to.map_or(0, |it| it.range.end)
            };
            // Where a part of it is taken out as a name of its own, the rest is flagged all the same.
            let parts = [
                bounds(window.first(), window.last()),
                bounds(window.get(1), window.last()),
                bounds(window.first(), window.iter().rev().nth(1)),
                wrong.clone(),
            ];
            let has_wrong = |it: &Range<usize>| it.start <= wrong.start && wrong.end <= it.end;
            let hit = |range| NearHit { range, person, shared, kind: NearKind::FullMisspelling };
            found.extend(parts.into_iter().filter(has_wrong).map(hit));
            return;
        }
    }

    /// Where a full name is wrong, if it is almost right: one word that is nearly its own, any that have other
    /// vowels; and not mere words of the language.
    fn almost(
        &self,
        text: &str,
        window: &[Token],
        full: &Full,
        is_word: &dyn Fn(&str) -> bool,
    ) -> Option<Range<usize>> {
        let (mut wrong, mut nearly): (Option<Range<usize>>, _) = (None, 0_usize);
        let mut telling = false;
        for (token, name) in window.iter().zip(&full.words) {
            let (word, name) = (text.get(token.range.clone())?, self.words.get(*name)?.text.as_str());
            telling = telling || !is_word(word) && token.hashes.letters > 1;
            if word == name {
                continue;
            }
            wrong = Some(wrong.map_or(token.range.start, |it| it.start)..token.range.end);
            if !have_other_vowels(name, word) {
                nearly = nearly.saturating_add(1);
                let near = is_one_letter_away(word, name) || respelling::is_romanised_alike(word, name);
                if nearly > 1 || !near || token.hashes.letters < 2 {
                    return None;
                }
            }
        }
        wrong.filter(|_| telling && window.len() == full.words.len())
    }

    /// Whether the roster itself has a word, or does not want it found.
    fn is_own(&self, word: &str) -> bool {
        self.spared.contains(word) || self.words.binary_search_by(|it| it.text.as_str().cmp(word)).is_ok()
    }
}

/// Whether a word goes on after an apostrophe, as in `aren't`.
fn is_contracted(text: &str, end: usize) -> bool {
    let after = text.get(end..).and_then(|it| it.strip_prefix('\'')).unwrap_or_default();
    after.starts_with(is_latin) && after.strip_prefix('s').is_none_or(|it| it.starts_with(is_latin))
}

fn key_without(keys: &[u64], left_out: usize) -> u64 {
    keys.iter().enumerate().fold(0, |key, (n, it)| {
        let it = if n == left_out { ANY } else { *it };
        mixed(key.wrapping_mul(STEP) ^ it)
    })
}

/// A word of a text.
struct Token {
    range: Range<usize>,
    hashes: Hashes,
    /// Whether the roster may have it.
    known: bool,
    /// Whether the roster may have it, vowels aside.
    almost: bool,
}

/// The next word at or after a place.
fn next_token(text: &str, from: usize, sums: &mut Sums) -> Option<Token> {
    let rest = text.as_bytes().get(from..)?;
    // Letters beyond ASCII begin with one of these bytes; Han never does.
    let may_be = |it: &u8| it.is_ascii_alphabetic() || matches!(*it, 0xC3..=0xC9 | 0xE1);
    let mut start = from.saturating_add(rest.iter().position(may_be)?);
    let mut chars = text.get(start..)?.chars();
    let mut first = chars.next()?;
    while !is_latin(first) {
        start = start.saturating_add(first.len_utf8());
        first = chars.next()?;
    }
    let (mut adder, mut end) = (Adder::new(sums), start);
    for letter in text.as_bytes().get(start..)?.iter().take_while(|it| it.is_ascii_alphabetic()) {
        adder.add(char::from(*letter));
        end = end.saturating_add(1);
    }
    if text.as_bytes().get(end).is_none_or(u8::is_ascii) {
        return Some(Token { range: start..end, hashes: adder.hashes, known: false, almost: false });
    }
    for c in text.get(end..)?.chars().take_while(|it| is_latin(*it)) {
        adder.add(c);
        end = end.saturating_add(c.len_utf8());
    }
    Some(Token { range: start..end, hashes: adder.hashes, known: false, almost: false })
}

/// Whether two words differ by one letter more, less or other, or by two neighbours that changed places.
pub(super) fn is_one_letter_away(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(same_start..).unwrap_or_default(), b.get(same_start..).unwrap_or_default());
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let middle = |it: &[char]| it.get(..it.len().saturating_sub(same_end)).unwrap_or_default().to_vec();
    match (middle(a).as_slice(), middle(b).as_slice()) {
        ([] | [_], [_]) | ([_], []) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// Whether two words differ in which vowels they have, and in nothing else.
fn have_other_vowels(a: &str, b: &str) -> bool {
    let alike = |(a, b): (char, char)| a == b || is_vowel(a) && is_vowel(b);
    a != b && a.chars().count() == b.chars().count() && a.chars().zip(b.chars()).all(alike)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_is_one_letter() {
        for (a, b, want) in [
            ("fiona", "fionna", true),
            ("fiona", "fina", true),
            ("fiona", "fiena", true),
            ("fiona", "fioan", true),
            ("fiona", "fiona", false),
            ("fiona", "fioanx", false),
            ("work", "york", true),
            ("aab", "aaab", true),
        ] {
            assert_eq!(is_one_letter_away(a, b), want, "{a} {b}");
            assert_eq!(is_one_letter_away(b, a), want, "{b} {a}");
        }
    }
}
