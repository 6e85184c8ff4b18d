//! Which parts a name as written has, and how they are written anew: order, titles, hyphens and case stay.
//!
//! What is not understood is no name here: its place takes a code. `K. W. Chan`, a name of five words, a name in
//! a third script.

use super::pools::{
    self, COMPOUND_HAN, Gender, HAN_SURNAMES, MORE_HAN, MORE_ROMAN, MORE_SOUTH_ASIAN, MORE_WEST_FEMALE,
    MORE_WEST_MALE,
};
use crate::view;

/// A part of a name, and from which pool its surrogate comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// 陳, Chan.
    Surname,
    /// 大文, Tai Man.
    Given,
    /// 文, Man: the last of the given name.
    Last,
    /// Grace.
    WestGiven,
    /// Okafor.
    WestSurname,
    /// Ravi.
    AsianGiven,
    /// Gurung.
    AsianSurname,
}

/// A name taken apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Form {
    /// Title, or 阿, as it stands before.
    prefix: String,
    pub(super) parts: Vec<Part>,
    /// 先生, as it stands after.
    suffix: String,
    /// After how many parts a comma stands: `Tang Chi Ming, Ivan`.
    comma: Option<usize>,
    pub(super) han: bool,
    hyphen: bool,
    case: Case,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Case {
    Lower,
    Upper,
    Title,
}

/// Han titles after a name, longest first, and whose they are.
const HAN_AFTER: &[(&str, Gender)] = &[
    ("先生", Gender::Male),
    ("太太", Gender::Female),
    ("女士", Gender::Female),
    ("小姐", Gender::Female),
    ("姑娘", Gender::Female),
    ("醫生", Gender::Unknown),
    ("医生", Gender::Unknown),
    ("生", Gender::Male),
    ("太", Gender::Female),
    ("姐", Gender::Female),
    ("哥", Gender::Male),
    ("仔", Gender::Male),
    ("妹", Gender::Female),
    ("叔", Gender::Male),
    ("伯", Gender::Male),
    ("姨", Gender::Female),
    ("婆", Gender::Female),
];

/// Surnames that open given names as often.
const GIVEN_TOO: &[&str] = &[
    "wai", "man", "ho", "kwok", "siu", "wing", "chung", "kam", "ling", "hung", "tai", "hon", "lok", "ching",
    "mui", "tak",
];

/// English titles before a name, and whose they are.
const BEFORE: &[(&str, Gender)] = &[
    ("mr", Gender::Male),
    ("mrs", Gender::Female),
    ("ms", Gender::Female),
    ("miss", Gender::Female),
    ("madam", Gender::Female),
    ("auntie", Gender::Female),
    ("aunt", Gender::Female),
    ("uncle", Gender::Male),
    ("sir", Gender::Male),
    ("dr", Gender::Unknown),
    ("doctor", Gender::Unknown),
    ("prof", Gender::Unknown),
    ("professor", Gender::Unknown),
    ("nurse", Gender::Unknown),
];

/// Takes a name apart. `fuller` are other names of the same person, folded.
pub(super) fn form(name: &str, fuller: &[String]) -> Option<Form> {
    if name.chars().any(view::is_han) { han(name, fuller) } else { latin(name, fuller) }
}

fn han(name: &str, fuller: &[String]) -> Option<Form> {
    if !name.chars().all(view::is_han) {
        return None;
    }
    let within = |it: &str| fuller.iter().any(|full| full.ends_with(it) && full.as_str() != it);
    let nick = |before: &&&str| {
        let rest = name.strip_prefix(**before).unwrap_or_default();
        !rest.is_empty() && (**before == "阿" || rest.chars().count() == 1 && !within(name))
    };
    let prefix = ["阿", "肥", "細", "老"].iter().find(nick).copied().unwrap_or_default();
    let rest = name.strip_prefix(prefix).unwrap_or(name);
    let known = |it: &str| fuller.iter().any(|full| full == it) || within(it);
    let (core, suffix) = HAN_AFTER
        .iter()
        .find_map(|(title, _)| {
            let core = rest.strip_suffix(title).filter(|it| !it.is_empty())?;
            let sure = title.chars().count() > 1 || core.chars().count() == 1 || known(core);
            sure.then_some((core, *title))
        })
        .unwrap_or((rest, ""));
    let count = core.chars().count();
    let compound = COMPOUND_HAN.iter().any(|it| core.starts_with(it));
    let surname = core.chars().next().is_some_and(|c| is_han_surname(&c.to_string()));
    let parts = match count {
        1 if surname && (prefix.is_empty() || prefix == "老") => vec![Part::Surname],
        1 if !prefix.is_empty() || !suffix.is_empty() => vec![Part::Last],
        2 if within(core) => vec![Part::Given],
        2 if compound => vec![Part::Surname],
        2 if surname && prefix.is_empty() => vec![Part::Surname, Part::Last],
        2 => vec![Part::Given],
        3 if compound => vec![Part::Surname, Part::Last],
        3 if surname => vec![Part::Surname, Part::Given],
        4 if compound => vec![Part::Surname, Part::Given],
        _ => return None,
    };
    let (prefix, suffix) = (prefix.to_owned(), suffix.to_owned());
    Some(Form { prefix, parts, suffix, comma: None, han: true, hyphen: false, case: Case::Title })
}

fn latin(name: &str, fuller: &[String]) -> Option<Form> {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let mut prefix = String::new();
    while let Some(word) = words.first().filter(|it| title(it).is_some() && words.len() > 1) {
        prefix.push_str(word);
        prefix.push(' ');
        words.remove(0);
    }
    let nick = words.first().filter(|it| it.eq_ignore_ascii_case("ah") && words.len() == 2).copied();
    if let Some(ah) = nick {
        prefix.push_str(ah);
        prefix.push(' ');
        words.remove(0);
    }
    let text = words.join(" ").replace(['\'', '’'], "");
    if let Some((left, right)) = text.split_once(", ") {
        let (mut left, right) = (latin(left, fuller)?, latin(right, fuller)?);
        left.comma = Some(left.parts.len());
        left.parts.extend(right.parts);
        return (right.prefix.is_empty() && right.comma.is_none()).then_some(Form { prefix, ..left });
    }
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '-')) {
        return None;
    }
    let hyphen = text.contains('-');
    // `Tai-man Chan`: what is joined is the given name, wherever it stands.
    let joined = text.split(' ').position(|it| it.contains('-'));
    let atoms: Vec<String> = text.split([' ', '-']).map(str::to_lowercase).collect();
    if atoms.iter().any(|it| it.len() < 2) {
        return None;
    }
    let titled = !prefix.is_empty();
    let atoms: Vec<&str> = atoms.iter().map(String::as_str).collect();
    let parts = if nick.is_some() { vec![Part::Last] } else { latin_parts(&atoms, titled, joined, fuller)? };
    let letters = || text.chars().filter(char::is_ascii_alphabetic);
    let case = if letters().all(|c| c.is_ascii_lowercase()) {
        Case::Lower
    } else if letters().all(|c| c.is_ascii_uppercase()) {
        Case::Upper
    } else {
        Case::Title
    };
    Some(Form { prefix, parts, suffix: String::new(), comma: None, han: false, hyphen, case })
}

fn latin_parts(atoms: &[&str], titled: bool, joined: Option<usize>, fuller: &[String]) -> Option<Vec<Part>> {
    let within = || {
        fuller.iter().any(|it| {
            it.split(' ').collect::<Vec<_>>().windows(atoms.len()).any(|it| it == atoms)
                && it.split(' ').count() > atoms.len()
        })
    };
    let both = |a: &str, b: &str| is_syllable(a) && is_syllable(b);
    let asian = |it: &str| is_asian_given(it) || is_asian_surname(it);
    let ends = |it: &str| fuller.iter().any(|full| full.rsplit_once(' ').is_some_and(|(_, last)| last == it));
    let foreign = |it: &str| !is_surname(it) && !is_syllable(it);
    Some(match atoms {
        [a] if is_west(a) => vec![Part::WestGiven],
        [a] if is_asian_given(a) => vec![Part::AsianGiven],
        [a] if is_asian_surname(a) => vec![Part::AsianSurname],
        [a] if is_surname(a) => vec![Part::Surname],
        [a] if titled || ends(a) && !is_syllable(a) => vec![Part::WestSurname],
        [a] if is_syllable(a) => vec![Part::Last],
        [_] => vec![Part::WestGiven],
        [a, b] if is_west(a) && is_surname(b) => vec![Part::WestGiven, Part::Surname],
        [a, b] if is_west(a) && is_asian_surname(b) => vec![Part::WestGiven, Part::AsianSurname],
        [a, _] if is_west(a) => vec![Part::WestGiven, Part::WestSurname],
        [a, b] if foreign(a) && is_surname(b) => vec![Part::WestGiven, Part::Surname],
        [a, b] if is_surname(a) && is_west(b) => vec![Part::Surname, Part::WestGiven],
        [a, b] if asian(a) || is_asian_surname(b) => vec![Part::AsianGiven, Part::AsianSurname],
        [a, b] if both(a, b) && (joined.is_some() || within() || !is_surname(a) || GIVEN_TOO.contains(a)) => {
            vec![Part::Given]
        }
        [a, b] if is_surname(a) && is_syllable(b) => vec![Part::Surname, Part::Last],
        [_, _] => vec![Part::WestGiven, Part::WestSurname],
        [a, b, c] if joined != Some(0) && is_surname(a) && both(b, c) => vec![Part::Surname, Part::Given],
        [a, b, c] if both(a, b) && is_surname(c) => vec![Part::Given, Part::Surname],
        [_, _, c] if joined == Some(0) && !is_surname(c) => vec![Part::WestGiven, Part::WestSurname],
        [_, "de" | "dela" | "da" | "del" | "van" | "von" | "bin" | "al", _] => {
            vec![Part::WestGiven, Part::WestSurname]
        }
        [a, b, c, d] if (is_west(a) || foreign(a)) && is_surname(b) && both(c, d) => {
            vec![Part::WestGiven, Part::Surname, Part::Given]
        }
        [a, b, c, d] if is_surname(a) && both(b, c) && is_west(d) => {
            vec![Part::Surname, Part::Given, Part::WestGiven]
        }
        _ => return None,
    })
}

impl Form {
    /// The name as it was written, with these parts.
    pub(super) fn write(&self, parts: &[String]) -> String {
        if self.han {
            return format!("{}{}{}", self.prefix, parts.concat(), self.suffix);
        }
        let cased = parts.iter().zip(&self.parts).map(|(text, part)| {
            let hyphened = self.hyphen && *part == Part::Given;
            let text = if hyphened { hyphenated(text) } else { text.clone() };
            match self.case {
                Case::Lower => text.to_lowercase(),
                Case::Upper => text.to_uppercase(),
                Case::Title => text,
            }
        });
        let mut out = self.prefix.clone();
        for (n, it) in cased.enumerate() {
            if n > 0 {
                out.push_str(if self.comma == Some(n) { ", " } else { " " });
            }
            out.push_str(&it);
        }
        out
    }
}

/// `Chi-ming`.
fn hyphenated(given: &str) -> String {
    match given.split_once(' ') {
        Some((a, b)) => format!("{a}-{}", b.to_lowercase()),
        None => given.to_owned(),
    }
}

/// Whose name it is, as far as it tells.
pub(super) fn gender(name: &str) -> Gender {
    if name.chars().any(view::is_han) {
        if let Some((_, gender)) = HAN_AFTER.iter().find(|(it, _)| name.ends_with(it) && name != *it)
            && *gender != Gender::Unknown
        {
            return *gender;
        }
        return hinted(name.chars().next_back().map(String::from).as_deref().unwrap_or_default());
    }
    let words: Vec<String> = name.split([' ', '-']).map(str::to_lowercase).collect();
    let titled = words.iter().find_map(|it| title(it)).unwrap_or(Gender::Unknown);
    if titled != Gender::Unknown {
        return titled;
    }
    let west = words.iter().map(|it| west(it)).find(|it| *it != Gender::Unknown);
    west.unwrap_or_else(|| match words.as_slice() {
        [a, b, c] if is_surname(a) && is_syllable(b) => hinted(c),
        [_, b, c] if is_surname(c) => hinted(b),
        [_, b] if !is_surname(b) => hinted(b),
        _ => Gender::Unknown,
    })
}

fn hinted(last: &str) -> Gender {
    match (pools::FEMALE_HINTS.contains(&last), pools::MALE_HINTS.contains(&last)) {
        (true, false) => Gender::Female,
        (false, true) => Gender::Male,
        _ => Gender::Unknown,
    }
}

fn title(word: &str) -> Option<Gender> {
    let word = word.trim_end_matches('.').to_lowercase();
    BEFORE.iter().find(|(it, _)| *it == word).map(|(_, gender)| *gender)
}

fn has(list: &[&str], word: &str) -> bool {
    list.iter().any(|it| it.eq_ignore_ascii_case(word))
}

fn west(word: &str) -> Gender {
    if has(pools::WEST_FEMALE, word) || has(MORE_WEST_FEMALE, word) || has(pools::SOUTH_ASIAN_FEMALE, word) {
        Gender::Female
    } else if has(pools::WEST_MALE, word) || has(MORE_WEST_MALE, word) || has(pools::SOUTH_ASIAN_MALE, word) {
        Gender::Male
    } else {
        Gender::Unknown
    }
}

fn is_west(word: &str) -> bool {
    let lists = [pools::WEST_FEMALE, MORE_WEST_FEMALE, pools::WEST_MALE, MORE_WEST_MALE, pools::WEST_EITHER];
    lists.iter().any(|it| has(it, word))
}

fn is_asian_given(word: &str) -> bool {
    let lists = [pools::SOUTH_ASIAN_FEMALE, pools::SOUTH_ASIAN_MALE, pools::SOUTH_ASIAN_EITHER];
    lists.iter().any(|it| has(it, word))
}

fn is_asian_surname(word: &str) -> bool {
    has(pools::SOUTH_ASIAN_SURNAMES, word) || has(MORE_SOUTH_ASIAN, word)
}

fn is_han_surname(first: &str) -> bool {
    HAN_SURNAMES.iter().any(|it| it.0 == first) || MORE_HAN.contains(&first)
}

fn is_surname(word: &str) -> bool {
    HAN_SURNAMES.iter().any(|it| it.1.eq_ignore_ascii_case(word)) || has(MORE_ROMAN, word)
}

/// Whether a word could be a Cantonese syllable as Hong Kong spells it.
fn is_syllable(word: &str) -> bool {
    const INITIALS: &[&str] = &[
        "", "b", "ch", "c", "d", "f", "g", "gw", "h", "j", "k", "kw", "l", "m", "n", "ng", "p", "s", "sh",
        "sz", "t", "ts", "tsz", "w", "y", "z",
    ];
    const FINALS: &[&str] = &[
        "", "a", "ah", "ai", "ak", "am", "an", "ang", "ap", "at", "au", "aw", "ay", "e", "ee", "ei", "ek",
        "eng", "eong", "eu", "euk", "eung", "ew", "ey", "i", "ik", "im", "in", "ing", "ip", "it", "iu", "o",
        "oi", "ok", "on", "ong", "oo", "oon", "or", "ot", "ow", "oy", "u", "ue", "uen", "uet", "ui", "uk",
        "um", "un", "ung", "ut", "ze",
    ];
    if is_surname(word) {
        return true;
    }
    let splits = INITIALS.iter().filter_map(|it| word.strip_prefix(it));
    word.len() <= 6 && splits.into_iter().any(|it| FINALS.contains(&it)) && word.len() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use Part::{AsianGiven, AsianSurname, Given, Last, Surname, WestGiven, WestSurname};

    #[test]
    fn names_are_taken_apart_and_put_together_in_the_same_form() {
        for (name, fuller, parts, want) in [
            ("陳大文", "", &[Surname, Given][..], "李志明"),
            ("大文", "陳大文", &[Given], "志明"),
            ("大文", "", &[Given], "志明"),
            ("陳文", "", &[Surname, Last], "李明"),
            ("阿文", "", &[Last], "阿明"),
            ("陳生", "", &[Surname], "李生"),
            ("陳太太", "", &[Surname], "李太太"),
            ("陳大文先生", "", &[Surname, Given], "李志明先生"),
            ("玲姐", "", &[Last], "明姐"),
            ("肥強", "", &[Last], "肥明"),
            ("老陳", "", &[Surname], "老李"),
            ("陳", "", &[Surname], "李"),
            ("歐陽大文", "", &[Surname, Given], "李志明"),
            ("Chan Tai Man", "", &[Surname, Given], "Lee Chi Ming"),
            ("CHAN Tai-man", "", &[Surname, Given], "Lee Chi-ming"),
            ("chan tai man", "", &[Surname, Given], "lee chi ming"),
            ("Tai-man Chan", "", &[Given, Surname], "Chi-ming Lee"),
            ("Siu Ling", "ho siu ling", &[Given], "Chi Ming"),
            ("Wai Man", "", &[Given], "Chi Ming"),
            ("Chan Man", "", &[Surname, Last], "Lee Ming"),
            ("ah keung", "", &[Last], "ah ming"),
            ("Tang Chi Ming, Ivan", "", &[Surname, Given, WestGiven], "Lee Chi Ming, Alice"),
            ("Cherry Tsang Sze-Nga", "", &[WestGiven, Surname, Given], "Alice Lee Chi-ming"),
            ("Szeto Tsz Kit", "", &[Surname, Given], "Lee Chi Ming"),
            ("Mr. Chan", "", &[Surname], "Mr. Lee"),
            ("Miss Yip", "", &[Surname], "Miss Lee"),
            ("Amy Wong", "", &[WestGiven, Surname], "Alice Lee"),
            ("Peter Chan Tai Man", "", &[WestGiven, Surname, Given], "Alice Lee Chi Ming"),
            ("Daisy Quill", "", &[WestGiven, WestSurname], "Alice Smith"),
            ("Daisy", "", &[WestGiven], "Alice"),
            ("GRACE OKAFOR", "", &[WestGiven, WestSurname], "ALICE SMITH"),
            ("Dr Okafor", "", &[WestSurname], "Dr Smith"),
            ("Okafor", "grace okafor", &[WestSurname], "Smith"),
            ("Rebecca O'Connor", "", &[WestGiven, WestSurname], "Alice Smith"),
            ("Ji-woo Tanaka", "", &[WestGiven, WestSurname], "Alice Smith"),
            ("Siti Dela Cruz", "", &[WestGiven, WestSurname], "Alice Smith"),
            ("Yoyo Kwok", "", &[WestGiven, Surname], "Alice Lee"),
            ("Ravi Gurung", "", &[AsianGiven, AsianSurname], "Arjun Singh"),
        ] {
            let fuller: Vec<String> = (!fuller.is_empty()).then(|| fuller.to_owned()).into_iter().collect();
            let form = form(name, &fuller).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(form.parts, parts, "{name}");
            let of = |part: &Part| match (part, form.han) {
                (Surname, true) => "李",
                (Given, true) => "志明",
                (Last, true) => "明",
                (Surname, false) => "Lee",
                (Given, false) => "Chi Ming",
                (Last, false) => "Ming",
                (WestGiven, _) => "Alice",
                (WestSurname, _) => "Smith",
                (AsianGiven, _) => "Arjun",
                (AsianSurname, _) => "Singh",
            };
            let written: Vec<String> = form.parts.iter().map(|it| of(it).to_owned()).collect();
            assert_eq!(form.write(&written), want, "{name}");
        }
    }

    #[test]
    fn what_is_not_understood_is_no_name() {
        for it in [
            "K. W. Chan",
            "Peter陳",
            "José María",
            "牛",
            "嘟嘟姐",
            "a b",
            "one two three four five",
            "陳大文明仔",
            "",
        ] {
            assert_eq!(form(it, &[]), None, "{it}");
        }
    }

    #[test]
    fn gender_is_told_by_title_name_or_character() {
        for (name, want) in [
            ("Mr Chan", Gender::Male),
            ("Mrs Wong", Gender::Female),
            ("陳先生", Gender::Male),
            ("黃小姐", Gender::Female),
            ("Amy Wong", Gender::Female),
            ("Peter", Gender::Male),
            ("何小玲", Gender::Female),
            ("陳志強", Gender::Male),
            ("Ho Siu Ling", Gender::Female),
            ("Quill", Gender::Unknown),
            ("Ravi Gurung", Gender::Male),
        ] {
            assert_eq!(gender(name), want, "{name}");
        }
    }
}
