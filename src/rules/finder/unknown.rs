//! Words that no dictionary has: in talk that is spelled right they are names nearly always, whatever
//! language they come from. In cased text only those that open with a capital count.

use std::sync::Arc;

use super::{
    super::{list::List, slots::Memo},
    Found,
};
use crate::view::is_han;

/// The shortest word that is looked up.
const MIN_LETTERS: usize = 3;
/// From that weight on, a list of names says that a word is one.
const NAME: u64 = 5;
/// A text with more capitals than one in so many words is cased.
const WORDS_PER_CAPITAL: usize = 40;
/// A word in lower case is less sure to be a name than one with a capital.
const LOWER: i32 = -4;
/// A short word still less.
const SHORT: i32 = -4;

/// The dictionaries.
#[derive(Clone, Debug)]
pub(in crate::rules) struct UnknownWords {
    dictionaries: Vec<Arc<List>>,
    /// Of less weight a word is rare, or a name more often than a word.
    min: u64,
    /// Tell which.
    names: Vec<Arc<List>>,
}

impl UnknownWords {
    pub(super) fn new(dictionaries: &[Arc<List>], names: &[Arc<List>], min: u64) -> Self {
        let mut dictionaries = dictionaries.to_vec();
        // Those first that are asked soonest.
        dictionaries.sort_by_key(|it| it.is_compact());
        Self { dictionaries, min, names: names.to_vec() }
    }

    pub(super) fn find(&self, text: &str, folded: &str) -> Vec<Found> {
        let cased = is_cased(text);
        let mut found: Vec<Found> = Vec::new();
        let mut known = Memo::default();
        let mut at = 0;
        while let Some((start, end)) = next_word(text, at) {
            at = end;
            let Some(word) = text.get(start..end) else { break };
            let capital = word.chars().next().is_some_and(char::is_uppercase);
            let Some(lower) = folded.get(start..end).filter(|_| capital || !cased) else { continue };
            if lower.len() < MIN_LETTERS
                || known.of(lower, || lower.chars().count() < MIN_LETTERS || self.knows(lower))
                || !stands_free(text, start, end)
                || !is_mixed(word, cased)
            {
                continue;
            }
            let mut plus = if capital { 0 } else { LOWER };
            if lower.chars().count() == MIN_LETTERS {
                plus += SHORT;
            }
            match found.last_mut() {
                // Given name and surname.
                Some((last, sure)) if capital && text.get(last.end..start) == Some(" ") => {
                    last.end = end;
                    *sure = (*sure).max(plus);
                }
                _ => found.push((start..end, plus)),
            }
        }
        found
    }

    /// Whether a word, a form of it, or each of its parts is in a dictionary.
    pub(in crate::rules) fn knows(&self, word: &str) -> bool {
        let is_name = |it: &str| self.names.iter().any(|list| list.contains_from(it, NAME));
        let has = |it: &str| {
            let in_any = |min| {
                self.dictionaries
                    .iter()
                    .any(|list| list.contains_from(it, if list.is_compact() { min } else { 0 }))
            };
            in_any(self.min) || in_any(0) && !self.names.is_empty() && !is_name(it)
        };
        let plain = |it: &str| {
            has(it)
                || ENDINGS.iter().any(|(ending, instead)| {
                    it.strip_suffix(ending)
                        .is_some_and(|stem| stem.len() > 2 && (has(stem) || has(&format!("{stem}{instead}"))))
                })
        };
        if plain(word) || !word.contains(is_vowel) {
            return true;
        }
        if let Some(short) = shortened(word)
            && plain(&short)
        {
            return true;
        }
        word.contains('-') && word.split('-').all(|it| it.is_empty() || plain(it))
    }
}

/// Endings of English words, and what the word has in their place.
const ENDINGS: &[(&str, &str)] = &[
    ("s", ""),
    ("es", "e"),
    ("ies", "y"),
    ("ed", "e"),
    ("ing", "e"),
    ("er", "e"),
    ("ly", ""),
    ("ness", ""),
    ("ish", ""),
];

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !c.is_ascii()
}

/// Without what a speaker draws out: `sooo`, `yeahhh`.
fn shortened(word: &str) -> Option<String> {
    let mut short = String::new();
    let mut twice = false;
    for c in word.chars() {
        if short.ends_with(c) {
            if twice {
                continue;
            }
            twice = true;
        } else {
            twice = false;
        }
        short.push(c);
    }
    // `soo` is `so`, `yeahh` is `yeah`.
    let last = short.chars().next_back()?;
    if twice && short.ends_with(last) {
        short.pop();
    }
    (short != word).then_some(short)
}

/// The next run of letters, with hyphens and apostrophes inside: `Taylor-Sabori`, `O'Brien`; without `'s`.
fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let letter = |c: char| !is_han(c) && c.is_alphabetic();
    let rest = text.get(from..)?;
    let start = from.saturating_add(rest.find(letter)?);
    let word = text.get(start..)?;
    let mut end = 0;
    let mut chars = word.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if letter(c) || (c == '\u{301}') {
            end = at.saturating_add(c.len_utf8());
        } else if !(matches!(c, '-' | '\'' | '’') && chars.peek().is_some_and(|it| letter(it.1))) {
            break;
        } else if c != '-' && end > 1 {
            // `Ines's`, `don't`; but `O'Brien`.
            break;
        }
    }
    Some((start, start.saturating_add(end)))
}

/// Whether it is a word by itself: no part of an address, a path, a number, a contraction.
fn stands_free(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|it| it.chars().next_back());
    let mut after = text.get(end..).unwrap_or_default().chars();
    let (next, second) = (after.next(), after.next());
    let joins = |c: char| c.is_ascii_digit() || matches!(c, '@' | '_' | '/' | '\\' | '#' | '&');
    let goes_on = |c: char| c.is_alphanumeric() && !is_han(c);
    let contracted =
        matches!(next, Some('\'' | '’')) && second.is_some_and(|c| c != 's' && c != 'S' && goes_on(c));
    let joined = next == Some('.') && second.is_some_and(goes_on);
    !before.is_some_and(|c| joins(c) || matches!(c, '.' | '\'' | '’'))
        && !next.is_some_and(joins)
        && !contracted
        && !joined
}

/// Whether a word is written as names are: no abbreviation, no camel's hump but Mc and Mac.
fn is_mixed(word: &str, cased: bool) -> bool {
    let mut lower = false;
    for part in word.split(['-', '\'', '’']) {
        let mut chars = part.chars();
        chars.next();
        let humps = chars.clone().filter(|it| it.is_uppercase()).count();
        let scots = part.starts_with("Mc") || part.starts_with("Mac");
        if humps > usize::from(scots) {
            return false;
        }
        lower = lower || chars.any(char::is_lowercase);
    }
    lower || !cased
}

/// Whether capitals are used at all.
fn is_cased(text: &str) -> bool {
    let (mut words, mut capitals) = (0_usize, 0_usize);
    let mut inside = false;
    for byte in text.bytes() {
        let letter = byte.is_ascii_alphabetic();
        if letter && !inside {
            words += 1;
            capitals += usize::from(byte.is_ascii_uppercase());
        }
        inside = letter;
    }
    capitals.saturating_mul(WORDS_PER_CAPITAL) >= words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::View;

    fn model() -> UnknownWords {
        let words = "# source: ours; licence: CC0\nthen\nlaughed\nwas\nso\nyeah\nand\nhope\nstation\nwell\nknown\ni\nhe\nat\nthe\nyes\nit\nis\n";
        UnknownWords::new(&[Arc::new(List::parse(words, false).unwrap())], &[], 0)
    }

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let view = View::of(text);
        let found = model().find(view.text(), view.folded());
        let got: Vec<_> = found.into_iter().map(|(range, _)| view.text()[range].to_owned()).collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn a_capital_on_a_word_of_no_dictionary_is_found() {
        check("Then Zsofika laughed", &["Zsofika"]);
        check("Then Kılıç Małasiewicz was well", &["Kılıç Małasiewicz"]);
        check("Then O'Brannagh and McQuinty laughed", &["O'Brannagh", "McQuinty"]);
        check("Zsofika's hope was Taylor-Quinty", &["Zsofika", "Taylor-Quinty"]);
        check("嗰日Zsofika嚟咗", &["Zsofika"]);
    }

    #[test]
    fn words_forms_of_words_and_what_is_drawn_out_are_known() {
        check("Then Hopes and Stations laughed", &[]);
        check("Yeahhh and Sooo Well-Known", &[]);
        check("Then Hmm was", &[]);
        check("Then zzyzxa was", &[]);
    }

    #[test]
    fn abbreviations_addresses_and_contractions_are_no_words() {
        check("Then PHQZ and WhatsZap was", &[]);
        check("Then Zsofika@hope and Zsofika_1 and www.Zsofika.org", &[]);
        check("Then Zsofik'll was", &[]);
    }

    #[test]
    fn without_capitals_every_unknown_word_counts() {
        check("so then zsofika laughed and he was at the station", &["zsofika"]);
        check("so then it is sooo well", &[]);
    }
}
