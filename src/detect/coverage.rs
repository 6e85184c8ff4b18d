//! Which turns no enabled pack covers: another script, another language in Latin letters, Cantonese in
//! Jyutping, private-use characters. Such a turn holds the item, since nobody searched it with knowledge.
//!
//! Looks at words, never at names: a list of names or a short answer is no evidence of a language.

use std::borrow::Cow;

use super::{Gap, frequent::is_common};
use crate::{
    config::Language,
    rules::Engine,
    view::{hkscs, is_han},
};

/// So many letters of a script, in a row, are a word of it.
const MIN_SCRIPT_LETTERS: usize = 2;
/// So many syllables with tone digits are Jyutping.
const MIN_JYUTPING: usize = 3;
/// Latin text is judged by this many words at a time.
const WINDOW_WORDS: usize = 24;
/// With so many known words among them, the others need not be looked at: they are more than 34 % of all.
const PLAINLY_ENGLISH: usize = 9;
/// Fewer words than that are no evidence.
const MIN_WORDS: usize = 5;

/// What is wrong with a turn, if anything.
pub(super) fn gap(turn: &str, languages: &[Language], engine: &Engine) -> Option<Gap> {
    let han = languages.iter().any(|it| matches!(it, Language::Yue | Language::Zh));
    let english = languages.contains(&Language::En);
    if turn.is_ascii() {
        return latin_gap(turn, english, engine);
    }
    if turn.chars().any(|it| hkscs::is_private_use(it) && hkscs::standard(it).is_none()) {
        return Some(Gap::PrivateUse);
    }
    let (mut foreign, mut ideographs) = (0_usize, 0_usize);
    for c in turn.chars() {
        match script(c) {
            Script::Other => {
                foreign = foreign.saturating_add(1);
                if foreign >= MIN_SCRIPT_LETTERS {
                    return Some(Gap::Language);
                }
            }
            Script::Mark => {}
            Script::Han => {
                foreign = 0;
                ideographs = ideographs.saturating_add(1);
            }
            Script::Latin | Script::Common => foreign = 0,
        }
    }
    if ideographs >= MIN_SCRIPT_LETTERS && !han {
        return Some(Gap::Language);
    }
    latin_gap(turn, english, engine)
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Script {
    Latin,
    Han,
    /// Belongs to the letter before.
    Mark,
    Common,
    Other,
}

fn script(c: char) -> Script {
    match c {
        _ if is_han(c) => Script::Han,
        // Bopomofo and its tones, which Cantonese writing borrows.
        '\u{3100}'..='\u{312F}' | '\u{02C7}' | '\u{02CA}' | '\u{02CB}' | '\u{02D9}' | 'の' => Script::Han,
        '\u{0300}'..='\u{036F}' | '\u{064B}'..='\u{065F}' => Script::Mark,
        '\u{0000}'..='\u{024F}'
        | '\u{1E00}'..='\u{1EFF}'
        | '\u{FF21}'..='\u{FF5A}'
        | '\u{FB00}'..='\u{FB06}'
        | '\u{0250}'..='\u{02AF}' => {
            if c.is_alphabetic() {
                Script::Latin
            } else {
                Script::Common
            }
        }
        _ if c.is_alphabetic() => Script::Other,
        _ => Script::Common,
    }
}

/// Judges what is written in Latin letters.
fn latin_gap(turn: &str, english: bool, engine: &Engine) -> Option<Gap> {
    let mut syllables = 0_usize;
    let mut window = Window::default();
    for token in turn.split(|c: char| is_han(c) || !(c.is_alphanumeric() || c == '\'' || c == '’')) {
        if token.is_empty() {
            continue;
        }
        if is_jyutping(token) {
            syllables = syllables.saturating_add(1);
            if syllables >= MIN_JYUTPING {
                return Some(Gap::Language);
            }
        }
        if token.bytes().any(|it| it.is_ascii_digit()) {
            continue;
        }
        if english && window.known >= PLAINLY_ENGLISH {
            window.words.push(token);
        } else {
            let lower = token.chars().next().is_some_and(char::is_lowercase);
            let folded = folded(token);
            let known = is_common(&folded) || engine.is_stop_word(&folded);
            window.push(token, folded.len() > 1, lower, known);
        }
        if window.words.len() >= WINDOW_WORDS {
            if window.is_foreign(english) {
                return Some(Gap::Language);
            }
            window.clear();
        }
    }
    window.is_foreign(english).then_some(Gap::Language)
}

fn folded(token: &str) -> Cow<'_, str> {
    if token.bytes().all(|it| it.is_ascii_lowercase() || it == b'\'') {
        Cow::Borrowed(token)
    } else if token.is_ascii() {
        Cow::Owned(token.to_ascii_lowercase())
    } else {
        Cow::Owned(token.to_lowercase().replace('’', "'"))
    }
}

#[derive(Default)]
struct Window<'t> {
    words: Vec<&'t str>,
    /// Words that do not begin with a capital, and of at least two letters: names do not count.
    plain: usize,
    known: usize,
}

impl<'t> Window<'t> {
    fn push(&mut self, word: &'t str, long: bool, lower: bool, known: bool) {
        self.words.push(word);
        self.known = self.known.saturating_add(usize::from(known));
        if (lower || known) && long {
            self.plain = self.plain.saturating_add(1);
        }
    }

    fn clear(&mut self) {
        self.words.clear();
        (self.plain, self.known) = (0, 0);
    }

    /// The language that somebody else takes the words for; asked only where they leave a doubt.
    fn opinion(&self) -> Option<whatlang::Info> {
        let text = self.words.iter().flat_map(|it| [folded(it), Cow::Borrowed(" ")]).collect::<String>();
        whatlang::detect(&text)
    }

    fn is_foreign(&self, english: bool) -> bool {
        if self.plain < MIN_WORDS {
            return false;
        }
        if !english {
            return true;
        }
        let percent = self.known.saturating_mul(100).checked_div(self.plain).unwrap_or(100);
        // Ordinary talk has 50 to 90 % of such words; noise and lists of things fall to 25 %.
        match percent {
            0..=8 => self.plain >= MIN_WORDS,
            9..=24 => self
                .opinion()
                .is_some_and(|it| it.lang() != whatlang::Lang::Eng && (self.plain >= 8 || it.is_reliable())),
            25..=34 => self.opinion().is_some_and(|it| it.lang() != whatlang::Lang::Eng && it.is_reliable()),
            _ => false,
        }
    }
}

/// A syllable of the Linguistic Society of Hong Kong's romanisation, with its tone.
fn is_jyutping(token: &str) -> bool {
    const INITIALS: &[&str] = &[
        "gw", "kw", "ng", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "w", "z", "c", "s", "j", "",
    ];
    const FINALS: &[&str] = &[
        "aa", "aai", "aau", "aam", "aan", "aang", "aap", "aat", "aak", "a", "ai", "au", "am", "an", "ang",
        "ap", "at", "ak", "e", "ei", "eu", "em", "eng", "ep", "ek", "i", "iu", "im", "in", "ing", "ip", "it",
        "ik", "o", "oi", "ou", "on", "ong", "ot", "ok", "u", "ui", "un", "ung", "ut", "uk", "oe", "oeng",
        "oek", "eoi", "eon", "eot", "yu", "yun", "yut", "m", "ng",
    ];
    if !token.ends_with(|it| matches!(it, '1'..='6')) {
        return false;
    }
    let lower = token.to_ascii_lowercase();
    let Some(syllable) = lower.strip_suffix(['1', '2', '3', '4', '5', '6']) else { return false };
    // One letter and a digit is an answer sheet's box, not speech.
    syllable.len() > 1
        && INITIALS.iter().filter_map(|it| syllable.strip_prefix(it)).any(|it| FINALS.contains(&it))
}
