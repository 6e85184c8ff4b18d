//! Names that sound like one of the roster and are written with other characters, as speech recognition writes
//! them. Flags only; a frequent word is none, unless a word of naming stands beside it.
//!
//! Full names of three characters or more are compared without tones, which recognition mishears too; shorter
//! forms with them, unless a word of naming stands beside. Each two neighbours are looked up in a set of bits first, so that the work does not grow
//! with the roster.

use std::{collections::BTreeSet, ops::Range};

use super::{
    NearHit, NearKind, NearPair,
    sound::{self, MAX_BASES, Marks, Sound},
};
use crate::{
    entity::PersonIndex,
    roster::matcher::{AliasForm, AliasTable},
    view::is_han,
};

/// The longest name that is listened for.
const MAX_CHARS: usize = 4;

/// What stands after a syllable in a form of address that is listened for.
const AFTER: &[char] = &['仔', '哥', '姐'];

/// Characters of talk, which recognition does not write for a name: they join what are two words.
const TALK: &str = "嘅咗唔冇佢哋喺嚟啲嗰㗎喇啦呀囉咩呢嗎吖喎啩噃嘞嘢乜咁係我你個都就好先到話去有得會要過返同又啊哦喔噢欸誒這哪們的了是在";

/// Before a name.
const BEFORE_NAMES: &[&str] =
    &["叫", "叫做", "姓", "名", "姓名", "阿", "個名係", "我係", "佢係", "呢位", "位"];

/// After a name.
const AFTER_NAMES: &[&str] = &[
    "先生", "小姐", "太太", "女士", "姑娘", "醫生", "医生", "老師", "姐", "哥", "仔", "生", "太", "伯", "姨",
    "叔",
];

/// Marks of characters that may be the first of a name, and the second.
const FIRST: u8 = 1;
const SECOND: u8 = 2;

#[derive(Debug)]
struct Pattern {
    person: PersonIndex,
    chars: usize,
    written: String,
    /// A character that is written as it is: 阿, or what stands after.
    literal: Option<(usize, char)>,
}

impl Pattern {
    /// Another way to write it: the character that is not written as it is, or the last.
    fn example(&self) -> Option<String> {
        let mut chars: Vec<char> = self.written.chars().collect();
        let before_literal = self.literal.is_some_and(|(at, _)| at == 1);
        let open = if before_literal { chars.first_mut() } else { chars.last_mut() }?;
        *open = sound::alike(*open)?;
        Some(chars.into_iter().collect())
    }
}

/// What is listened for.
pub(super) struct Homophones {
    patterns: Vec<Pattern>,
    /// The sounds of a name, and which it is; in order.
    keys: Vec<(u64, usize)>,
    /// Whether two syllables begin one, a bit for each two.
    pairs: Vec<u64>,
    /// Whether a character may be the first of one, or the second.
    marks: Marks,
    /// How the roster itself writes names, and what it does not want found.
    own: BTreeSet<String>,
}

impl Homophones {
    pub(super) fn new(table: &AliasTable) -> Self {
        let mut all = Self {
            patterns: Vec::new(),
            keys: Vec::new(),
            pairs: Vec::new(),
            marks: Marks::default(),
            own: BTreeSet::new(),
        };
        let (mut firsts, mut seconds) = (BTreeSet::new(), BTreeSet::new());
        for alias in &table.aliases {
            let chars: Vec<char> = alias.folded.chars().collect();
            if !(2..=MAX_CHARS).contains(&chars.len()) || !chars.iter().copied().all(is_han) {
                continue;
            }
            all.own.insert(alias.folded.clone());
            let literal = match (chars.as_slice(), alias.form) {
                (['阿', _], _) => Some((0, '阿')),
                ([_, after], AliasForm::HanAddress | AliasForm::Nickname) if AFTER.contains(after) => {
                    Some((1, *after))
                }
                _ => None,
            };
            let name = match alias.form {
                AliasForm::HanFull | AliasForm::HanGiven | AliasForm::Nickname | AliasForm::AsGiven => {
                    alias.certain
                }
                AliasForm::HanAddress => literal.is_some(),
                AliasForm::LatinFull
                | AliasForm::LatinGiven
                | AliasForm::LatinSurname
                | AliasForm::Initials
                | AliasForm::ShortForm => false,
            };
            if name && sound::is_sounded(&chars) {
                all.add(alias.person, &chars, literal);
                firsts.extend(chars.first().into_iter().flat_map(|it| sound::of(*it)).map(Sound::base));
                seconds.extend(chars.get(1).into_iter().flat_map(|it| sound::of(*it)).map(Sound::base));
            }
        }
        all.own.extend(table.spared.iter().map(|it| it.folded.clone()));
        all.keys.sort_unstable();
        all.keys.dedup();
        if !all.keys.is_empty() {
            all.marks = Marks::new(|it| {
                let first = if firsts.contains(&it.base()) { FIRST } else { 0 };
                first | if seconds.contains(&it.base()) { SECOND } else { 0 }
            });
        }
        all
    }

    /// Whose names are listened for, and what makes an example of how each may be heard.
    pub(super) fn watched(&self) -> impl Iterator<Item = (PersonIndex, impl Fn() -> Option<String>)> {
        self.patterns.iter().map(|it| (it.person, || it.example()))
    }

    /// Names of two people that sound alike.
    pub(super) fn pairs(&self) -> BTreeSet<NearPair> {
        let mut pairs = BTreeSet::new();
        for same in self.keys.chunk_by(|a, b| a.0 == b.0) {
            let names: Vec<&Pattern> = same.iter().filter_map(|it| self.patterns.get(it.1)).collect();
            for (a, b) in names.iter().zip(names.iter().skip(1)) {
                let alike = a.person != b.person && a.chars == b.chars && a.written != b.written;
                if alike && a.literal == b.literal {
                    pairs.insert(NearPair::of((a.person, &a.written), (b.person, &b.written)));
                }
            }
        }
        pairs
    }

    fn add(&mut self, person: PersonIndex, chars: &[char], literal: Option<(usize, char)>) {
        let n = self.patterns.len();
        let sounds: Vec<Vec<Sound>> = chars.iter().map(|it| sound::of(*it).collect()).collect();
        let before = self.keys.len();
        for key in keys_of(&sounds, false) {
            self.keys.push((key, n));
        }
        if chars.len() == 2 {
            self.keys.extend(keys_of(&sounds, true).into_iter().map(|it| (it, n)));
        }
        if self.keys.len() > before {
            let written = chars.iter().collect();
            self.patterns.push(Pattern { person, chars: chars.len(), written, literal });
        }
        if let [first, second, ..] = sounds.as_slice() {
            self.pairs.resize(MAX_BASES * MAX_BASES / 64, 0);
            for (a, b) in first.iter().flat_map(|a| second.iter().map(move |b| (*a, *b))) {
                let (word, bit) = pair(a, b);
                if let Some(it) = self.pairs.get_mut(word) {
                    *it |= bit;
                }
            }
        }
    }

    /// Calls `found` for each name, in order of where it starts.
    pub(super) fn find(&self, text: &str, is_word: &dyn Fn(&str) -> bool, found: &mut Vec<NearHit>) {
        if self.patterns.is_empty() {
            return;
        }
        // Where the last character stands, if a name may begin with it.
        let mut last: Option<(usize, char)> = None;
        let mut at = 0;
        while let Some(rest) = text.as_bytes().get(at..) {
            // What is not Han begins with a byte below those of the characters that are searched.
            let Some(skip) = rest.iter().position(|it| *it >= 0xE3) else { return };
            if skip > 0 {
                last = None;
            }
            at = at.saturating_add(skip);
            let Some(c) = text.get(at..).and_then(|it| it.chars().next()) else { return };
            let marks = self.marks.of(c);
            if let Some((start, before)) = last
                && marks & SECOND != 0
                && self.may_begin(before, c)
            {
                self.look(text, start, is_word, found);
            }
            last = (marks & FIRST != 0).then_some((at, c));
            at = at.saturating_add(c.len_utf8());
        }
    }

    fn may_begin(&self, first: char, second: char) -> bool {
        sound::of(first).any(|a| {
            sound::of(second).any(|b| {
                let (word, bit) = pair(a, b);
                self.pairs.get(word).is_some_and(|it| it & bit != 0)
            })
        })
    }

    /// The longest name that starts at a place.
    fn look(&self, text: &str, start: usize, is_word: &dyn Fn(&str) -> bool, found: &mut Vec<NearHit>) {
        let rest = text.get(start..).unwrap_or_default();
        let chars: Vec<char> = rest.chars().take(MAX_CHARS).take_while(|it| is_han(*it)).collect();
        for count in (2..=chars.len()).rev() {
            let chars = chars.get(..count).unwrap_or_default();
            let range = start..start.saturating_add(chars.iter().copied().map(char::len_utf8).sum());
            let written = text.get(range.clone()).unwrap_or_default();
            let named = is_named(text, &range);
            let mut people = self.people(chars, count == 2 && !named);
            if people.is_empty()
                || self.own.contains(written)
                || !named && is_talk(text, &range, chars, is_word)
            {
                continue;
            }
            people.sort_unstable();
            people.dedup();
            let Some(person) = people.first().copied() else { continue };
            let kind = if count > 2 { NearKind::FullHomophone } else { NearKind::Homophone };
            found.push(NearHit { range, person, shared: people.len() > 1, kind });
            return;
        }
    }

    /// Whose name sounds like these characters.
    fn people(&self, chars: &[char], toned: bool) -> Vec<PersonIndex> {
        let sounds: Vec<Vec<Sound>> = chars.iter().map(|it| sound::of(*it).collect()).collect();
        let same = |key: u64| {
            let from = self.keys.partition_point(|it| it.0 < key);
            self.keys.iter().skip(from).take_while(move |it| it.0 == key)
        };
        let all = keys_of(&sounds, toned).into_iter().flat_map(same);
        let patterns = all.filter_map(|it| self.patterns.get(it.1));
        patterns
            .filter(|it| it.chars == chars.len() && is_literal(it.literal, chars))
            .map(|it| it.person)
            .collect()
    }
}

/// Every way to sound some characters, as numbers that differ by length and by whether they have tones.
fn keys_of(sounds: &[Vec<Sound>], toned: bool) -> Vec<u64> {
    let mut keys = vec![0_u64];
    for readings in sounds {
        let longer = |key: &u64| readings.iter().map(|it| key << 16 | it.key(toned)).collect::<Vec<_>>();
        keys = keys.iter().flat_map(longer).collect();
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn pair(a: Sound, b: Sound) -> (usize, u64) {
    let n = usize::from(a.base()) * MAX_BASES + usize::from(b.base());
    (n / 64, 1 << (n % 64))
}

fn is_literal(literal: Option<(usize, char)>, chars: &[char]) -> bool {
    literal.is_none_or(|(at, want)| {
        chars.get(at).is_some_and(|it| *it == want || want == '阿' && matches!(it, '亞' | '亚'))
    })
}

/// Whether a word of naming stands beside some characters.
fn is_named(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    BEFORE_NAMES.iter().any(|it| before.ends_with(it)) || AFTER_NAMES.iter().any(|it| after.starts_with(it))
}

/// Whether the characters are a word, or the end of one and the start of the next.
fn is_talk(text: &str, range: &Range<usize>, chars: &[char], is_word: &dyn Fn(&str) -> bool) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let (Some(first), Some(last)) = (chars.first().copied(), chars.last().copied()) else { return true };
    let joins = |a: Option<char>, b: Option<char>| a.zip(b).is_some_and(|(a, b)| sound::is_word(a, b));
    let from_before = joins(before.chars().next_back(), Some(first));
    let into_after = joins(Some(last), after.chars().next());
    let written = text.get(range.clone()).unwrap_or_default();
    match chars {
        [a, b] => {
            sound::is_word(*a, *b)
                || is_word(written)
                || chars.iter().any(|it| TALK.contains(*it))
                || from_before && into_after
        }
        [a, middle @ .., z] => {
            let inner = middle.first().is_some_and(|it| sound::is_word(*a, *it));
            let outer = middle.last().is_some_and(|it| sound::is_word(*it, *z));
            is_word(written) || inner && into_after || outer && from_before
        }
        _ => true,
    }
}
