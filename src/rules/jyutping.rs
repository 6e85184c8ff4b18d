//! How Han characters are read in Cantonese: the compact list `jyutping` of the built-in pack `hk`.
//!
//! Its weights are readings. A reading is a number of 16 bits: 1 + 402 × onset + 6 × rhyme + tone − 1, where
//! onset and rhyme count the tables below; up to four stand in one weight, the usual one in the lowest bits.

use std::fmt;

use super::{compact::Compact, list::Flaw, pack::Content, pack::PackSource};

const ONSETS: [&str; 20] =
    ["", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "ng", "gw", "kw", "w", "h", "z", "c", "s", "j"];
const NUCLEI: [&str; 6] = ["aa", "a", "e", "i", "o", "u"];
const CODAS: [&str; 9] = ["", "i", "u", "m", "n", "ng", "p", "t", "k"];
/// Those that are none of the above together.
const RHYMES: [&str; 13] =
    ["oe", "oen", "oeng", "oet", "oek", "eoi", "eon", "eot", "yu", "yun", "yut", "m", "ng"];

const TONES: u16 = 6;
const RHYMES_AND_TONES: u16 = 402;

/// Readings of characters.
#[derive(Debug)]
pub struct Jyutping(Compact);

/// A syllable of Cantonese. `Display` writes it in Jyutping.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Reading(u16);

impl Jyutping {
    /// Those that are built in; none in a program that was built without them.
    #[must_use]
    pub fn built_in() -> Option<Self> {
        let pack = PackSource::built_in("hk")?;
        let file = pack.files.into_iter().find(|it| it.path == "lists/jyutping.fst")?;
        Self::read(file.content).ok()
    }

    fn read(content: Content) -> Result<Self, Flaw> {
        match content {
            Content::Bytes(it) => Ok(Self(Compact::open(it)?)),
            Content::Text(_) => Err(Flaw::Damaged),
        }
    }

    /// How a character is read, the usual reading first. None for what is no Han character, or a rare one.
    pub fn of(&self, c: char) -> impl Iterator<Item = Reading> + use<> {
        let packed = self.0.weight(c.encode_utf8(&mut [0; 4])).unwrap_or(0);
        (0..4_u32)
            .filter_map(move |n| u16::try_from(packed.checked_shr(n.wrapping_mul(16))? & 0xFFFF).ok())
            .take_while(|it| *it != 0)
            .map(Reading)
    }
}

impl Reading {
    fn number(self) -> u16 {
        self.0.saturating_sub(1)
    }

    /// The consonant before the vowel; empty where there is none.
    #[must_use]
    pub fn onset(self) -> &'static str {
        ONSETS.get(usize::from(self.number() / RHYMES_AND_TONES)).copied().unwrap_or_default()
    }

    /// From the vowel on, in one or two parts.
    fn rhyme(self) -> (&'static str, &'static str) {
        let rhyme = usize::from(self.number() % RHYMES_AND_TONES / TONES);
        if let Some(it) = rhyme.checked_sub(NUCLEI.len().saturating_mul(CODAS.len())) {
            return (RHYMES.get(it).copied().unwrap_or_default(), "");
        }
        let nucleus = NUCLEI.get(rhyme / CODAS.len()).copied().unwrap_or_default();
        (nucleus, CODAS.get(rhyme % CODAS.len()).copied().unwrap_or_default())
    }

    /// 1 to 6.
    #[must_use]
    pub fn tone(self) -> u8 {
        u8::try_from(self.number() % TONES).unwrap_or_default().saturating_add(1)
    }

    /// The same syllable in the first tone: what two readings share that differ in their tones alone.
    #[must_use]
    pub fn toneless(self) -> Self {
        Self(self.0.saturating_sub(self.number() % TONES))
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (nucleus, coda) = self.rhyme();
        write!(f, "{}{nucleus}{coda}{}", self.onset(), self.tone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_as_people_read_them() {
        let jyutping = Jyutping::built_in().unwrap();
        let is = |c: char, want: &[&str]| {
            let have: Vec<_> = jyutping.of(c).map(|it| it.to_string()).collect();
            assert_eq!(&have[..want.len().min(have.len())], want, "{c}");
        };
        is('陳', &["can4"]);
        is('陈', &["can4"]);
        is('長', &["coeng4", "zoeng2"]);
        is('吳', &["ng4"]);
        is('唔', &["m4"]);
        is('安', &["on1"]);
        is('元', &["jyun4"]);
        is('徐', &["ceoi4"]);
        assert_eq!(jyutping.of('a').count(), 0);
        assert_eq!(jyutping.of('。').count(), 0);
    }

    #[test]
    fn what_differs_in_tone_alone_is_one_without_it() {
        let jyutping = Jyutping::built_in().unwrap();
        let first = |c: char| jyutping.of(c).next().unwrap();
        let (san, tone) = (first('新'), first('神').tone());
        assert_eq!((san.toneless(), tone), (first('神').toneless(), 4));
        assert_eq!((first('神').onset(), first('神').toneless().to_string()), ("s", "san1".to_owned()));
        assert_ne!(first('新').toneless(), first('森').toneless());
    }

    #[test]
    fn every_reading_of_the_list_is_a_syllable() {
        let Jyutping(list) = Jyutping::built_in().unwrap();
        assert!(list.terms().len() > 10_000);
        for (term, packed) in list.terms() {
            assert_eq!(term.chars().count(), 1);
            for n in 0..4 {
                assert!(packed >> (16 * n) & 0xFFFF <= 20 * 402, "{term}");
            }
            assert_ne!(packed & 0xFFFF, 0, "{term}");
        }
    }
}
