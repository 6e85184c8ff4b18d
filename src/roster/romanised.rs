//! How Hong Kong spells Han names in Latin letters: which spellings a character has, and whether a Latin name can be
//! that of a Han name. Spellings come from the Cantonese reading; Pinyin is not read.
//!
//! One spelling stands for many characters, so that this can say that two names do not belong together, and only that
//! they might.

use std::{collections::BTreeMap, sync::LazyLock};

use super::{alias, near::sound, variants};
use crate::view::is_han;

/// The longest romanised syllable: `kwong`, `cheung`.
const MAX_SYLLABLE_BYTES: usize = 8;
/// Surnames of two characters and longer given names: no name that is read here has more.
const MAX_CHARS: usize = 4;

/// Onsets of Jyutping, the longest first, and how they are spelled.
const ONSETS: &[(&str, &[&str])] = &[
    ("gw", &["kw", "gw", "k"]),
    ("kw", &["kw", "k"]),
    ("ng", &["ng", ""]),
    ("b", &["p", "b"]),
    ("p", &["p"]),
    ("m", &["m"]),
    ("f", &["f"]),
    ("d", &["t", "d"]),
    ("t", &["t"]),
    ("n", &["n"]),
    ("l", &["l"]),
    ("g", &["k", "g"]),
    ("k", &["k"]),
    ("h", &["h"]),
    ("w", &["w"]),
    ("z", &["ch", "ts", "j"]),
    ("c", &["ch", "ts"]),
    ("s", &["s", "sh"]),
    ("j", &["y", ""]),
    ("", &["", "ng"]),
];

/// Rimes of Jyutping, and how they are spelled.
const RIMES: &[(&str, &[&str])] = &[
    ("a", &["a"]),
    ("aa", &["a", "ah", "ar"]),
    ("aai", &["ai"]),
    ("aak", &["ak"]),
    ("aam", &["am"]),
    ("aan", &["an"]),
    ("aang", &["ang"]),
    ("aap", &["ap"]),
    ("aat", &["at"]),
    ("aau", &["au"]),
    ("ai", &["ai"]),
    ("ak", &["ak", "uk"]),
    ("am", &["am", "um"]),
    ("an", &["an", "un"]),
    ("ang", &["ang", "ung"]),
    ("ap", &["ap", "up"]),
    ("at", &["at", "ut"]),
    ("au", &["au", "ow"]),
    ("e", &["e", "eh", "eah"]),
    ("ei", &["ei", "i", "ee", "ay"]),
    ("ek", &["ek", "ik"]),
    ("eng", &["eng", "ang", "ing"]),
    ("eoi", &["ui"]),
    ("eon", &["un"]),
    ("eot", &["ut"]),
    ("oek", &["euk"]),
    ("oeng", &["eung", "eong"]),
    ("i", &["i", "ee"]),
    ("ik", &["ik"]),
    ("im", &["im"]),
    ("in", &["in"]),
    ("ing", &["ing"]),
    ("ip", &["ip"]),
    ("it", &["it"]),
    ("iu", &["iu", "ew"]),
    ("m", &["ng", "m"]),
    ("ng", &["ng", "ung"]),
    ("o", &["o", "oh", "or", "aw"]),
    ("oi", &["oi", "oy"]),
    ("ok", &["ok"]),
    ("on", &["on"]),
    ("ong", &["ong"]),
    ("ot", &["ot"]),
    ("ou", &["o", "ou", "oo"]),
    ("u", &["u", "oo"]),
    ("ui", &["ui", "ooi"]),
    ("uk", &["uk"]),
    ("un", &["un", "oon"]),
    ("ung", &["ung"]),
    ("ut", &["ut", "oot"]),
    ("yu", &["u", "ue"]),
    ("yun", &["uen", "un"]),
    ("yut", &["uet", "ut"]),
];

/// Spellings that no rule above makes: 子 is `Tsz`, 思 is `Sze`, 馬 is `Mah`.
const WHOLE: &[(&str, &[&str])] = &[
    ("zi", &["tsz", "tze", "tsze", "jee"]),
    ("ci", &["tsz", "tze"]),
    ("si", &["sze", "szee"]),
    ("ji", &["e"]),
    ("jan", &["ian"]),
    ("mei", &["mui"]),
    ("wai", &["way"]),
    ("gam", &["kum", "gum"]),
];

/// All spellings of a character, in small letters.
fn spellings(c: char) -> Vec<&'static str> {
    /// By syllable, with its tone.
    static ALL: LazyLock<BTreeMap<&'static str, Vec<String>>> =
        LazyLock::new(|| sound::all_syllables().iter().map(|it| (*it, of_syllable(it))).collect());
    sound::syllables(c).filter_map(|it| ALL.get(it)).flatten().map(String::as_str).collect()
}

fn of_syllable(toned: &str) -> Vec<String> {
    let syllable = toned.trim_end_matches(|it: char| it.is_ascii_digit());
    let mut all: Vec<String> = WHOLE
        .iter()
        .filter(|it| it.0 == syllable)
        .flat_map(|it| it.1.iter().map(|it| (*it).to_owned()))
        .collect();
    let split = |(onset, written): &(&str, &'static [&'static str])| {
        let rime = syllable.strip_prefix(onset)?;
        let (_, rimes) = RIMES.iter().find(|it| it.0 == rime)?;
        Some((*written, *rimes))
    };
    if let Some((onsets, rimes)) = ONSETS.iter().find_map(split) {
        all.extend(onsets.iter().flat_map(|onset| rimes.iter().map(move |rime| format!("{onset}{rime}"))));
    }
    // Nothing is spelled with a vowel alone but 柯 and 余, and these are words too often.
    all.retain(|it| it.len() > 1);
    all
}

/// How a full Han name may be spelled, character by character.
#[derive(Debug)]
pub(crate) struct Spelled {
    family: Vec<Vec<&'static str>>,
    given: Vec<Vec<&'static str>>,
}

impl Spelled {
    /// Of a surname and a given name. None if it is no such name, or a character has no known reading.
    pub(crate) fn of(han: &str) -> Option<Self> {
        let chars: Vec<char> = han.chars().collect();
        if !(2..=MAX_CHARS).contains(&chars.len()) || !chars.iter().copied().all(is_han) {
            return None;
        }
        let double = chars.len() == 4 || is_double_surname_alone(&chars);
        let all: Vec<Vec<&str>> = chars.iter().map(|it| spellings(*it)).collect();
        let (family, given) = all.split_at(if double { 2 } else { 1 });
        let known = all.iter().all(|it| !it.is_empty());
        known.then(|| Self { family: family.to_vec(), given: given.to_vec() })
    }

    /// How many characters the name has.
    pub(crate) const fn len(&self) -> usize {
        self.family.len().saturating_add(self.given.len())
    }

    /// Every spelling of a character of it, and of both of a given name together.
    pub(crate) fn syllables(&self) -> impl Iterator<Item = String> {
        let apart = self.family.iter().chain(&self.given).flatten().map(|it| (*it).to_owned());
        let together = match self.given.as_slice() {
            [first, second] => {
                first.iter().flat_map(|it| second.iter().map(move |other| format!("{it}{other}"))).collect()
            }
            _ => Vec::new(),
        };
        apart.chain(together)
    }

    /// Whether words in small letters can be the name: surname and given name in either order, the syllables of a
    /// name apart or together.
    pub(crate) fn is_full(&self, words: &[&str]) -> bool {
        (1..words.len()).any(|at| {
            let (Some(one), Some(other)) = (words.get(..at), words.get(at..)) else { return false };
            writes(&self.family, one) && writes(&self.given, other)
                || writes(&self.given, one) && writes(&self.family, other)
        })
    }

    /// Whether they can be its given name, of two characters.
    pub(crate) fn is_given(&self, words: &[&str]) -> bool {
        self.given.len() == 2 && writes(&self.given, words)
    }
}

/// Whether a Latin name in small letters can be that of a full Han name; a given name from elsewhere may stand at
/// either end of it.
pub(crate) fn is_of(latin: &str, han: &str) -> bool {
    let words: Vec<&str> = latin.split([' ', '-']).map(|it| it.trim_end_matches(',')).collect();
    if !(2..=MAX_CHARS.saturating_add(1)).contains(&words.len()) {
        return false;
    }
    let Some(spelled) = Spelled::of(han) else { return false };
    // `David Chan Tai Man`, `Chan Tai Man David`: whoever has three characters is told apart by them.
    let longer = spelled.len() > 2 && words.len() > 2;
    spelled.is_full(&words)
        || longer
            && (words.get(1..).is_some_and(|it| spelled.is_full(it))
                || words.split_last().is_some_and(|(_, rest)| spelled.is_full(rest)))
}

/// Whether words can be the given name of a full Han name.
pub(crate) fn is_given(words: &[&str], han: &str) -> bool {
    han.chars().count() > 2 && Spelled::of(han).is_some_and(|it| it.is_given(words))
}

/// How a Han name's last two characters, a given name for the most part, may be spelled, as one word: `lokhang`.
pub(crate) fn given_spellings(han: &str) -> Vec<String> {
    let chars: Vec<char> = han.chars().collect();
    match chars.as_slice() {
        [.., first, second] if chars.len() <= MAX_CHARS && chars.iter().copied().all(is_han) => {
            let seconds = spellings(*second);
            let together = |one: &'static str| seconds.iter().map(move |it| format!("{one}{it}"));
            spellings(*first).into_iter().flat_map(together).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether words are how these characters are spelled, and nothing else.
pub(crate) fn is_written(han: &str, words: &[&str]) -> bool {
    let chars: Vec<Vec<&str>> = han.chars().map(spellings).collect();
    writes(&chars, words)
}

/// Whether words, apart or together, are how characters are spelled.
fn writes(chars: &[Vec<&'static str>], words: &[&str]) -> bool {
    let has = |spellings: &[&str], word: &str| spellings.contains(&word);
    if words.len() == chars.len() {
        return chars.iter().zip(words).all(|(it, word)| has(it, word));
    }
    match (chars, words) {
        ([first, second], [joined]) => {
            first.iter().any(|it| joined.strip_prefix(*it).is_some_and(|it| has(second, it)))
        }
        _ => false,
    }
}

/// Whether a syllable in small letters can be how a character is spelled.
pub(crate) fn spells(c: char, syllable: &str) -> bool {
    syllable.len() <= MAX_SYLLABLE_BYTES && spellings(c).contains(&syllable)
}

/// Whether a Han name opens with a surname that is common in Hong Kong.
pub(crate) fn opens_with_surname(name: &str) -> bool {
    name.chars().next().is_some_and(|it| {
        SURNAMES.contains(it) || variants::of(&it.to_string()).iter().any(|it| SURNAMES.contains(it.as_str()))
    })
}

/// Whether a name of three characters is a surname of two and a given name of one.
pub(crate) fn is_double_surname_alone(chars: &[char]) -> bool {
    chars.len() == 3 && alias::is_double_surname(chars)
}

/// Surnames of one character that can be spelled so.
pub(crate) fn surnames(syllable: &str) -> impl Iterator<Item = char> {
    let common = SURNAMES.chars().filter(move |it| spells(*it, syllable));
    common.flat_map(|it| {
        let other = variants::of(&it.to_string()).into_iter().filter_map(|it| it.chars().next());
        std::iter::once(it).chain(other)
    })
}

/// The surnames of Hong Kong, the commonest first.
const SURNAMES: &str = "\
陳黃李林張梁王吳劉何鄭楊蔡周葉許郭馬鄧曾徐馮謝羅趙朱蘇胡鍾蕭譚盧潘余呂袁彭莫麥鄺溫杜關方簡湯歐杜傅石江施高黎孫古伍龔賴姚邱甘\
范霍戴范翁丘陸洪尹岑廖沈魏唐容宋區任蔣董鄒易文植侯柯邵倪凌湛單白連阮毛雷姜金畢程尤俞熊萬康倫顏崔田龍丁司冼符殷麥駱孔韓嚴屈鄔葛";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelled_as_identity_cards_spell_it() {
        for (han, latin) in [
            ("陳大文", "chan tai man"),
            ("陳大文", "tai man chan"),
            ("陈大文", "chan taiman"),
            ("陳大文", "chan, tai man"),
            ("陳大文", "david chan tai man"),
            ("陳大文", "chan tai man david"),
            ("黎曉彤", "lai hiu tung"),
            ("郭子謙", "kwok tsz him"),
            ("余思詠", "yu sze wing"),
            ("吳詠恩", "ng wing yan"),
            ("周美儀", "chow mei yee"),
            ("徐俊傑", "tsui chun kit"),
            ("許雪", "hui suet"),
            ("梁婉君", "leung yuen kwan"),
            ("曾志強", "tsang chi keung"),
            ("歐陽小鳳", "au yeung siu fung"),
            ("蔡寶珠", "choi po chu"),
            ("鄭佩珊", "cheng pui shan"),
            ("葉靜", "yip ching"),
            ("謝家寶", "tse ka po"),
        ] {
            assert!(is_of(latin, han), "{latin} for {han}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for (han, latin) in [
            ("陳大文", "chan tai"),
            ("陳大文", "tai man"),
            ("陳大文", "wong tai man"),
            ("陳大文", "chan siu man"),
            ("陳大文", "man tai chan"),
            ("陳大文", "chan"),
            ("陳大文", "grace okafor"),
            ("陳文", "man"),
            ("大文", ""),
            ("何", "ho"),
        ] {
            assert!(!is_of(latin, han), "{latin} for {han}");
        }
    }

    #[test]
    fn surnames_are_known_by_their_spelling() {
        let of = |it: &str| surnames(it).collect::<String>();
        assert!(of("chan").starts_with('陳') && of("chan").contains('陈'));
        assert!(of("kwok").contains('郭') && !of("kwok").contains('陳'));
        assert_eq!(of("okafor"), "");
    }
}
