//! Finds the roster's aliases in a view. Knows persons by index only.
//!
//! A certain alias is searched wherever it can stand: Han anywhere; a full Latin name of
//! [`MIN_EMBEDDED_LETTERS`] letters or more also inside a longer word (`annchan88@`); any other certain
//! Latin name where no Latin letter touches it, so that `david88` and `我叫David呀` are found and
//! `Davidson` is not. A doubtful alias needs a border of letters and digits on both sides.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

use super::{Error, near::Near, squeeze::Squeezed};
use crate::{entity::PersonIndex, view::View};

/// A full Latin name of so many letters is found inside a longer word too.
pub const MIN_EMBEDDED_LETTERS: usize = 7;

/// How an alias was made from a roster row; stands in rule ids (`roster.han-full`) and in reports.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AliasForm {
    /// As the roster gives it.
    AsGiven,
    /// A full Latin name in one of its orders.
    LatinFull,
    /// A Latin given name alone.
    LatinGiven,
    /// A Latin surname alone, or after a title.
    LatinSurname,
    /// Initials, with or without the surname.
    Initials,
    /// A nickname from the alias cell.
    Nickname,
    /// A full Han name.
    HanFull,
    /// A Han given name alone.
    HanGiven,
    /// A Han form of address: 阿X, X仔, 陳生.
    HanAddress,
    /// A usual short or full form of an English name: Liz of Elizabeth.
    ShortForm,
}

impl AliasForm {
    /// The word in rule ids and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsGiven => "as-given",
            Self::LatinFull => "latin-full",
            Self::LatinGiven => "latin-given",
            Self::LatinSurname => "latin-surname",
            Self::Initials => "initials",
            Self::Nickname => "nickname",
            Self::HanFull => "han-full",
            Self::HanGiven => "han-given",
            Self::HanAddress => "han-address",
            Self::ShortForm => "short-form",
        }
    }
}

/// One alias. Crosses the pipe to the worker, as an array since there are many; never logged.
pub struct Alias {
    /// Whom it names.
    pub person: PersonIndex,
    /// How it was made.
    pub form: AliasForm,
    /// Whether it transforms and blocks anywhere; others match at word boundaries and flag.
    pub certain: bool,
    /// The alias as the squeezed view's folded text has it.
    pub(crate) folded: String,
}

impl Serialize for Alias {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.person, self.form, self.certain, &self.folded).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Alias {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (person, form, certain, folded) = Deserialize::deserialize(deserializer)?;
        Ok(Self { person, form, certain, folded })
    }
}

impl std::fmt::Debug for Alias {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Alias({:?}, {}, certain: {})", self.person, self.form.name(), self.certain)
    }
}

impl Drop for Alias {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.folded);
    }
}

/// What a roster does not want taken for anybody's name, nor for one that is almost it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spared {
    pub(crate) folded: String,
}

impl std::fmt::Debug for Spared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Spared")
    }
}

impl Drop for Spared {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.folded);
    }
}

/// All aliases of a study's roster.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AliasTable {
    /// The aliases, in order of person.
    pub aliases: Vec<Alias>,
    /// What is no alias of anybody.
    pub spared: Vec<Spared>,
}

/// Where an alias stands in a view.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AliasHit {
    /// Bytes of the view.
    pub range: Range<usize>,
    /// Whom it names.
    pub person: PersonIndex,
    /// How the alias was made.
    pub form: AliasForm,
    /// Whether it transforms and blocks anywhere.
    pub certain: bool,
    /// Whether the same alias names somebody else too; `person` is then the first of them.
    pub shared: bool,
}

/// Where an alias may stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Border {
    /// Anywhere.
    None,
    /// Where no Latin letter touches it.
    Letters,
    /// Where no letter or digit of its own script touches it.
    Words,
}

#[derive(Debug)]
struct Entry {
    person: PersonIndex,
    form: AliasForm,
    certain: bool,
    shared: bool,
    border: Border,
}

/// An automaton over all aliases. Its memory holds the names: never printed.
pub struct Matcher {
    automaton: AhoCorasick,
    entries: Vec<Entry>,
    near: Near,
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Matcher({} aliases)", self.entries.len())
    }
}

impl Matcher {
    /// Builds the automaton.
    ///
    /// # Errors
    ///
    /// Fails where the roster has more aliases than an automaton can hold.
    pub fn new(table: &AliasTable) -> Result<Self, Error> {
        // The same string for two people, or in two forms, is one entry: certain if any is, shared if two people.
        let mut sorted: Vec<&Alias> = table.aliases.iter().filter(|it| !it.folded.is_empty()).collect();
        sorted.sort_by(|a, b| {
            (&a.folded, !a.certain, a.person, a.form).cmp(&(&b.folded, !b.certain, b.person, b.form))
        });
        let mut patterns: Vec<&str> = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        for alias in sorted {
            match (patterns.last(), entries.last_mut()) {
                (Some(last), Some(entry)) if *last == alias.folded => {
                    entry.shared = entry.shared || entry.person != alias.person;
                }
                _ => {
                    patterns.push(&alias.folded);
                    entries.push(Entry {
                        person: alias.person,
                        form: alias.form,
                        certain: alias.certain,
                        shared: false,
                        border: border(alias),
                    });
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .map_err(|_| Error::TooManyAliases)?;
        Ok(Self { automaton, entries, near: Near::new(table) })
    }

    /// Whether nobody has a name in it.
    pub(crate) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What looks for names that are almost those of the roster.
    pub(crate) const fn near(&self) -> &Near {
        &self.near
    }

    /// All hits, leftmost-longest, in order, without overlap.
    #[must_use]
    pub fn find(&self, view: &View) -> Vec<AliasHit> {
        self.find_squeezed(&Squeezed::of(view.folded()))
    }

    /// The same over a text that has been squeezed already.
    pub(crate) fn find_squeezed(&self, squeezed: &Squeezed) -> Vec<AliasHit> {
        let text = squeezed.text();
        let mut found: Vec<(Range<usize>, &Entry)> = self
            .automaton
            .find_overlapping_iter(text)
            .filter_map(|it| Some((it.range(), self.entries.get(it.pattern().as_usize())?)))
            .filter(|(range, entry)| stands_free(text, range, entry.border))
            .collect();
        found.sort_by_key(|(range, entry)| (range.start, std::cmp::Reverse(range.end), !entry.certain));
        let mut kept: Vec<(Range<usize>, &Entry, bool)> = Vec::with_capacity(found.len());
        for (range, entry) in found {
            match kept.last_mut() {
                // Two that overlap protect all that either covers; the certain one says whom they name.
                Some((last, before, certain)) if last.end > range.start => {
                    if entry.certain && !*certain {
                        (*before, *certain) = (entry, true);
                    }
                    if entry.certain || !*certain {
                        last.end = last.end.max(range.end);
                    }
                }
                _ => kept.push((range, entry, entry.certain)),
            }
        }
        kept.into_iter()
            .map(|(range, entry, certain)| AliasHit {
                range: squeezed.source(range),
                person: entry.person,
                form: entry.form,
                certain,
                shared: entry.shared,
            })
            .collect()
    }
}

fn border(alias: &Alias) -> Border {
    if !alias.folded.chars().any(is_latin) {
        return if alias.certain { Border::None } else { Border::Words };
    }
    let letters = alias.folded.chars().filter(|it| is_latin(*it)).count();
    match alias.form {
        AliasForm::LatinFull if alias.certain && letters >= MIN_EMBEDDED_LETTERS => Border::None,
        _ if alias.certain => Border::Letters,
        AliasForm::AsGiven
        | AliasForm::LatinFull
        | AliasForm::LatinGiven
        | AliasForm::LatinSurname
        | AliasForm::Initials
        | AliasForm::Nickname
        | AliasForm::HanFull
        | AliasForm::HanGiven
        | AliasForm::HanAddress
        | AliasForm::ShortForm => Border::Words,
    }
}

pub(crate) fn stands_free(text: &str, range: &Range<usize>, border: Border) -> bool {
    let before = text.get(..range.start).and_then(|it| it.chars().next_back());
    let after = text.get(range.end..).and_then(|it| it.chars().next());
    let inside = text.get(range.clone()).unwrap_or_default();
    let joins = |neighbour: Option<char>, edge: Option<char>| match (border, neighbour, edge) {
        (Border::None, _, _) | (_, None, _) | (_, _, None) => false,
        (Border::Letters, Some(neighbour), Some(edge)) => is_latin(neighbour) && is_latin(edge),
        (Border::Words, Some(neighbour), Some(edge)) => {
            (is_latin(edge) || edge.is_ascii_digit()) && (is_latin(neighbour) || neighbour.is_ascii_digit())
        }
    };
    !joins(before, inside.chars().next()) && !joins(after, inside.chars().next_back())
}

/// A letter of an alphabet: any letter that is not of Han script, kana or the like.
pub(crate) fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{C0}'..='\u{24F}').contains(&c) || ('\u{1E00}'..='\u{1EFF}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alias(person: u16, form: AliasForm, certain: bool, folded: &str) -> Alias {
        Alias { person: PersonIndex(person), form, certain, folded: folded.to_owned() }
    }

    fn table() -> AliasTable {
        AliasTable {
            aliases: vec![
                alias(0, AliasForm::LatinFull, true, "chan tai man"),
                alias(0, AliasForm::LatinFull, true, "annchan"),
                alias(0, AliasForm::LatinGiven, true, "david"),
                alias(0, AliasForm::LatinGiven, false, "may"),
                alias(0, AliasForm::HanFull, true, "陳大文"),
                alias(0, AliasForm::HanGiven, true, "大文"),
                alias(1, AliasForm::HanAddress, true, "阿文"),
                alias(2, AliasForm::HanAddress, true, "阿文"),
            ],
            spared: Vec::new(),
        }
    }

    fn check(source: &str, want: &[&str]) {
        let matcher = Matcher::new(&table()).unwrap();
        let view = View::of(source);
        let found: Vec<_> =
            matcher.find(&view).into_iter().map(|it| &source[view.source(it.range)]).collect();
        assert_eq!(found, want, "{source}");
    }

    #[test]
    fn certain_aliases_are_found_wherever_they_can_stand() {
        check("CHAN Tai-man said", &["CHAN Tai-man"]);
        check("Chan\n  Tai Man", &["Chan\n  Tai Man"]);
        check("mail annchan88@x.hk", &["annchan"]);
        check("我叫David呀, david88", &["David", "david"]);
        check("Davidson", &[]);
        check("佢叫陳 大\n文㗎", &["陳 大\n文"]);
        check("同大文講", &["大文"]);
    }

    #[test]
    fn doubtful_aliases_need_borders() {
        check("May said maybe, Mayday, in May2", &["May"]);
    }

    #[test]
    fn an_alias_of_two_people_says_so() {
        let hits = Matcher::new(&table()).unwrap().find(&View::of("阿文"));
        assert!(matches!(hits.as_slice(), [AliasHit { shared: true, .. }]));
    }
}
