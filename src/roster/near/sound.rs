//! How a character sounds in Cantonese, as speech recognition confuses it, and which two characters are a word.
//!
//! Written by `training/lists/jyutping.py`. Sounds that most speakers no longer keep apart are one here: n and l
//! before a vowel, ng and nothing, gw and g before o, and the syllables ng and m.

use std::sync::LazyLock;

use crate::view::is_han;

/// The first character of the table, and how many there are places for.
const FIRST: u32 = 0x3400;
const PLACES: usize = 0x6C00;

/// So many syllables without their tones there is room for.
pub(super) const MAX_BASES: usize = 1024;

/// A syllable and its tone.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub(super) struct Sound(u16);

impl Sound {
    /// The syllable without its tone, below [`MAX_BASES`].
    pub(super) const fn base(self) -> u16 {
        self.0 >> 3
    }

    /// As a part of a key: with its tone, or without.
    pub(super) fn key(self, toned: bool) -> u64 {
        u64::from(if toned { self.0 } else { self.0 & !7 })
    }
}

/// The commonest readings of a character, the main one first.
pub(super) fn of(c: char) -> impl Iterator<Item = Sound> {
    let readings = place(c).and_then(|it| SOUNDS.get(it)).copied().unwrap_or_default();
    readings.into_iter().filter(|it| *it != 0).map(Sound)
}

/// What is known of every character that has a sound, a byte each, looked up without further ado.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<u8>);

impl Marks {
    /// Asks `mark` about the sounds of every character.
    pub(super) fn new(mark: impl Fn(Sound) -> u8) -> Self {
        let of_all =
            |it: &[u16; 2]| it.iter().filter(|it| **it != 0).fold(0, |bits, it| bits | mark(Sound(*it)));
        Self(SOUNDS.iter().map(of_all).collect())
    }

    /// All marks of a character.
    pub(super) fn of(&self, c: char) -> u8 {
        place(c).and_then(|it| self.0.get(it)).copied().unwrap_or(0)
    }
}

/// Whether two characters are a frequent word, traditional or simplified.
pub(crate) fn is_word(first: char, second: char) -> bool {
    WORDS.binary_search(&(first, second)).is_ok()
}

/// Whether a text is a frequent word of two characters.
pub(crate) fn is_word_of_two(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(first), Some(second), None) => is_word(first, second),
        _ => false,
    }
}

/// Another character that is read the same and begins many words: for examples.
pub(super) fn alike(c: char) -> Option<char> {
    let sound = of(c).next()?;
    let begins =
        |it: char| WORDS.partition_point(|word| word.0 <= it) - WORDS.partition_point(|word| word.0 < it);
    let first = char::from_u32(FIRST)?;
    (first..='\u{9FFF}').filter(|it| *it != c && of(*it).next() == Some(sound)).max_by_key(|it| begins(*it))
}

fn place(c: char) -> Option<usize> {
    usize::try_from(u32::from(c).checked_sub(FIRST)?).ok()
}

/// How a character is read, in Jyutping with its tone: the main reading first.
pub(in crate::roster) fn syllables(c: char) -> impl Iterator<Item = &'static str> {
    let known = place(c).and_then(|it| SYLLABLES.1.get(it)).copied().unwrap_or_default();
    known.into_iter().filter_map(|it| SYLLABLES.0.get(usize::from(it).checked_sub(1)?).copied())
}

/// All syllables, with their tones.
pub(in crate::roster) fn all_syllables() -> &'static [&'static str] {
    &SYLLABLES.0
}

/// All syllables, and for each character one more than where its own stand among them.
static SYLLABLES: LazyLock<(Vec<&'static str>, Vec<[u16; 2]>)> = LazyLock::new(|| {
    let mut all = Vec::new();
    let mut table = vec![[0; 2]; PLACES];
    for (syllable, mainly, sometimes) in include_str!("jyutping.txt").lines().filter_map(parts) {
        all.push(syllable);
        let Ok(n) = u16::try_from(all.len()) else { break };
        for (slot, chars) in [mainly, sometimes].into_iter().enumerate() {
            for c in chars.chars() {
                let cell = place(c).and_then(|it| table.get_mut(it)).and_then(|it| it.get_mut(slot));
                if let Some(cell) = cell {
                    *cell = n;
                }
            }
        }
    }
    (all, table)
});

static SOUNDS: LazyLock<Vec<[u16; 2]>> = LazyLock::new(|| {
    let lines = || include_str!("jyutping.txt").lines().filter_map(parts);
    let mut bases: Vec<String> = lines().map(|(syllable, ..)| folded(syllable).0).collect();
    bases.sort();
    bases.dedup();
    let mut table = vec![[0; 2]; PLACES];
    for (syllable, mainly, sometimes) in lines() {
        let (base, tone) = folded(syllable);
        let Some(n) = bases.binary_search(&base).ok().and_then(|it| u16::try_from(it).ok()) else { continue };
        let sound = n.saturating_add(1).saturating_mul(8) | tone;
        for (slot, chars) in [mainly, sometimes].into_iter().enumerate() {
            for c in chars.chars() {
                let cell = place(c).and_then(|it| table.get_mut(it)).and_then(|it| it.get_mut(slot));
                if let Some(cell) = cell {
                    *cell = sound;
                }
            }
        }
    }
    table
});

static WORDS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let lines = include_str!("words-zh.txt").lines().filter(|it| !it.starts_with('#'));
    let mut words: Vec<(char, char)> = lines
        .filter_map(|it| it.split_once(' '))
        .filter_map(|(first, seconds)| Some((first.chars().next()?, seconds)))
        .flat_map(|(first, seconds)| seconds.chars().map(move |it| (first, it)))
        .collect();
    words.sort_unstable();
    words
});

/// `can4 陳塵|曾`: the syllable, who is mostly read so, who sometimes.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (syllable, chars) = line.split_once(' ').filter(|it| !it.0.starts_with('#'))?;
    let (mainly, sometimes) = chars.split_once('|')?;
    Some((syllable, mainly, sometimes))
}

/// A syllable as speakers let it run together with others, and its tone.
fn folded(syllable: &str) -> (String, u16) {
    let base = syllable.trim_end_matches(|c: char| c.is_ascii_digit());
    let tone = syllable.get(base.len()..).and_then(|it| it.parse().ok()).unwrap_or(0);
    let vowel = |it: &str| it.starts_with(['a', 'e', 'i', 'o', 'u']);
    let base = match base {
        "ng" => "m".to_owned(),
        _ => match (base.strip_prefix("ng"), base.strip_prefix('n')) {
            (Some(rest), _) if vowel(rest) => rest.to_owned(),
            (_, Some(rest)) if vowel(rest) => format!("l{rest}"),
            _ => base.replacen("gwo", "go", 1).replacen("kwo", "ko", 1),
        },
    };
    (base, tone)
}

/// Whether every character of a name has a sound.
pub(super) fn is_sounded(name: &[char]) -> bool {
    name.iter().all(|it| is_han(*it) && of(*it).next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound_alike(a: char, b: char, toned: bool) -> bool {
        of(a).any(|a| of(b).any(|b| a.key(toned) == b.key(toned)))
    }

    #[test]
    fn characters_sound_as_they_are_said() {
        for (a, b) in [('陳', '塵'), ('文', '聞'), ('强', '強'), ('吳', '吴'), ('你', '李'), ('我', '臥')]
        {
            assert!(sound_alike(a, b, false), "{a} {b}");
        }
        assert!(
            sound_alike('陳', '塵', true) && !sound_alike('陳', '趁', true) && sound_alike('陳', '趁', false)
        );
        assert!(!sound_alike('陳', '張', false));
        assert_eq!(of('A').count(), 0);
        assert_eq!(of('𠺢').count(), 0);
    }

    #[test]
    fn the_tables_are_read_whole() {
        assert!(SOUNDS.iter().filter(|it| it[0] != 0).count() > 15_000);
        let highest = SOUNDS.iter().flatten().map(|it| it >> 3).max().unwrap();
        assert!(usize::from(highest) < MAX_BASES, "{highest}");
        assert!(is_word('國', '家') && is_word('国', '家') && !is_word('陳', '大'));
    }
}
