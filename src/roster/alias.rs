//! Makes aliases of the names in a roster.
//!
//! A name cell may hold Latin and Han forms together, and further names after `;`. All forms are compared in
//! small letters. What is almost a name (homophones, misspellings) is not made here: see `near`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Error, Person, Warning,
    latin::{splits, tell_apart, two_words},
    matcher::{Alias, AliasForm, AliasTable, Spared, is_latin},
    near::{respelling, sound},
    squeeze::squeezed_name,
    variants, words,
};
use crate::{entity::PersonIndex, view};

/// Surnames of two characters.
const DOUBLE_SURNAMES: &[&str] = &[
    "歐陽", "司徒", "上官", "諸葛", "司馬", "皇甫", "尉遲", "公孫", "夏侯", "令狐", "東方", "慕容", "欧阳",
    "诸葛", "司马",
];

/// Whether a name opens with a surname of two characters.
pub(super) fn is_double_surname(name: &[char]) -> bool {
    DOUBLE_SURNAMES.iter().any(|it| it.chars().eq(name.iter().copied().take(2)))
}

/// What stands before a Latin surname. `nurse wong`, `ah wong`.
const TITLES: &[&str] = &[
    "mr",
    "mr.",
    "mrs",
    "mrs.",
    "ms",
    "ms.",
    "miss",
    "madam",
    "dr",
    "dr.",
    "doctor",
    "prof",
    "prof.",
    "professor",
    "nurse",
    "sister",
    "brother",
    "teacher",
    "pastor",
    "auntie",
    "uncle",
    "ah",
    "阿",
    "老",
];

/// What stands after a Latin name that was made of others. `May姐`, `Kelvin sir`.
const AFTER_LATIN: &[&str] = &["仔", "女", "哥", "姐", "生", "太", "姑娘", "醫生", "sir"];

/// A short form of fewer letters is looked for beside the surname only.
const MIN_SHORT_LETTERS: usize = 3;

/// Initials that are words.
const WORDS_OF_INITIALS: &[&str] = &[
    "a.m.", "p.m.", "e.g.", "i.e.", "u.s.", "u.k.", "h.k.", "d.j.", "t.v.", "p.s.", "o.k.", "p.e.", "i.t.",
    "n.b.", "p.r.", "m.d.", "c.v.", "i.q.", "o.t.", "p.t.", "a.a.", "n.a.", "i.d.",
];

/// What stands after a Han surname.
const HAN_TITLES: &[&str] = &[
    "生", "太", "先生", "太太", "小姐", "女士", "姑娘", "醫生", "医生", "師傅", "老師", "社工", "sir",
    "miss", "伯", "婆", "叔", "姨", "哥", "姐",
];

/// What stands after the last character of a given name, or after a nickname of one syllable.
const HAN_ADDRESS: &[&str] =
    &["仔", "女", "哥", "姐", "伯", "姨", "叔", "嬸", "爺", "婆", "妹", "少", "生", "太", "姑娘"];

/// What stands before it.
const HAN_PREFIXES: &[&str] = &["細", "大", "肥", "高", "老", "小"];

/// Makes every alias of everybody, and refuses a certain full name or written alias of two people.
pub(super) fn expand(people: &[Person]) -> Result<(AliasTable, Vec<Warning>), Error> {
    let mut table = AliasTable::default();
    let mut warnings = Vec::new();
    let mut told: BTreeSet<(AliasForm, u64, u64)> = BTreeSet::new();
    // Who has an alias already, whether a person wrote it or it is a full name, and on which line.
    let mut seen: BTreeMap<String, (PersonIndex, bool, u64)> = BTreeMap::new();
    let mut all: Vec<BTreeMap<String, Made>> = people.iter().map(aliases).collect();
    drop_guesses(&mut all);
    for (n, (person, own)) in people.iter().zip(all).enumerate() {
        let has_names = !own.is_empty();
        let index = PersonIndex(u16::try_from(n).map_err(|_| Error::TooManyPeople)?);
        let mut any_certain = false;
        for (folded, made) in own {
            if let Some((_, theirs, first)) = seen.get(&folded) {
                let (line, first) = (person.line, *first);
                if made.certain && made.own && *theirs {
                    return Err(Error::SharedAlias { line, first });
                }
                if told.insert((made.form, line, first)) {
                    warnings.push(Warning::SharedDoubtful { form: made.form, line, first });
                }
            } else {
                seen.insert(folded.clone(), (index, made.own, person.line));
            }
            any_certain = any_certain || made.certain;
            table.aliases.push(Alias { person: index, form: made.form, certain: made.certain, folded });
        }
        for it in &person.never_match {
            // EXPOSE: what is never matched is not looked for by ear either.
            table.spared.push(Spared { folded: squeezed_name(it.expose()) });
        }
        if has_names && !any_certain {
            warnings.push(Warning::NothingCertain { line: person.line });
        }
        if person.is_participant() && person.consent.is_none() {
            warnings.push(Warning::NoConsent { line: person.line });
        }
    }
    Ok((table, warnings))
}

/// Takes away short forms by which somebody else is known: Elizabeth is not called Liz where a Liz takes part.
fn drop_guesses(all: &mut [BTreeMap<String, Made>]) {
    let is_guess = |it: &Made| it.form == AliasForm::ShortForm;
    let known: BTreeSet<String> =
        all.iter().flatten().filter(|(_, made)| !is_guess(made)).map(|(folded, _)| folded.clone()).collect();
    for own in all {
        own.retain(|folded, made| !is_guess(made) || !known.contains(folded));
    }
}

/// How an alias of one person was made.
#[derive(Clone, Copy)]
struct Made {
    form: AliasForm,
    certain: bool,
    /// A full name, or written in the roster: two people must not share it.
    own: bool,
}

/// The aliases of one person, each once, in order.
fn aliases(person: &Person) -> BTreeMap<String, Made> {
    let mut maker = Maker::default();
    // EXPOSE: aliases are made of it, which stay in the table.
    for (n, part) in person.name.expose().split([';', '；', '/', '、']).enumerate() {
        maker.name(part, n > 0);
    }
    for alias in &person.aliases {
        // EXPOSE: as above.
        maker.name(alias.expose(), true);
    }
    maker.together();
    for it in &person.never_match {
        // EXPOSE: as above.
        maker.made.remove(&squeezed_name(it.expose()));
    }
    maker.made
}

#[derive(Default)]
struct Maker {
    made: BTreeMap<String, Made>,
    /// Surnames and English names of all cells: they are combined, whichever cell they stand in.
    latin_surnames: BTreeSet<String>,
    han_surnames: BTreeSet<String>,
    english: BTreeSet<String>,
}

impl Maker {
    fn add(&mut self, text: &str, form: AliasForm, own: bool) {
        self.add_if(text, form, own, true);
    }

    fn add_if(&mut self, text: &str, form: AliasForm, own: bool, may_be_certain: bool) {
        let folded = squeezed_name(text);
        for folded in variants::of(&folded).into_iter().chain(plain(&folded)).chain([folded]) {
            let certain = may_be_certain && can_be_certain(&folded);
            if folded.chars().filter(|it| it.is_alphanumeric()).count() < 2 {
                continue;
            }
            let made = self.made.entry(folded).or_insert(Made { form, certain, own });
            if certain && !made.certain {
                (made.form, made.certain) = (form, true);
            }
            made.own = made.own || own;
        }
    }

    /// One name: its Latin words and its Han characters are forms of the same.
    fn name(&mut self, part: &str, nickname: bool) {
        let part = part.replace(['(', ')', '（', '）', '[', ']', '"', '“', '”'], " ");
        let as_given = if nickname { AliasForm::Nickname } else { AliasForm::AsGiven };
        self.add(&part, as_given, true);
        let han: String = part.chars().filter(|it| view::is_han(*it)).collect();
        let latin: String = part.chars().map(|it| if view::is_han(it) { ' ' } else { it }).collect();
        let words: Vec<&str> = latin
            .split(|c: char| c.is_whitespace() || matches!(c, '-' | '‑' | ',' | '·'))
            .filter(|it| !it.is_empty())
            .collect();
        // `阿May` and `Man仔` are one form of address, not a Latin and a Han name.
        if !words.is_empty() && (han.chars().count() == 1) {
            for word in words {
                self.add_if(word, AliasForm::Nickname, false, true);
            }
            return;
        }
        if !han.is_empty() {
            self.han(&han, nickname);
        }
        self.latin(&words, nickname);
    }

    fn han(&mut self, name: &str, nickname: bool) {
        let chars: Vec<char> = name.chars().collect();
        if nickname && (chars.len() < 3 || !is_surname_like(name)) {
            self.add(name, AliasForm::Nickname, true);
            return;
        }
        let surname = match chars.len() {
            0 | 1 => return,
            _ if DOUBLE_SURNAMES.iter().any(|it| name.starts_with(it)) && chars.len() > 2 => 2,
            4.. => 2,
            _ => 1,
        };
        let (surname, given) = chars.split_at(surname.min(chars.len()));
        let (surname, given): (String, String) = (surname.iter().collect(), given.iter().collect());
        self.han_surnames.insert(surname.clone());
        self.add(name, AliasForm::HanFull, true);
        if given.chars().count() >= 2 {
            self.add(&given, AliasForm::HanGiven, false);
        }
        for title in HAN_TITLES {
            self.add_if(&format!("{surname}{title}"), AliasForm::HanAddress, false, false);
        }
        for title in ["sir", "miss"] {
            self.add_if(&format!("{surname} {title}"), AliasForm::HanAddress, false, false);
        }
        for title in ["miss", "mr", "mrs", "ms", "madam", "dr", "nurse"] {
            self.add_if(&format!("{title}{surname}"), AliasForm::HanAddress, false, false);
            self.add_if(&format!("{title} {surname}"), AliasForm::HanAddress, false, false);
        }
        self.add_if(&format!("阿{surname}"), AliasForm::HanAddress, false, false);
        self.add_if(&format!("老{surname}"), AliasForm::HanAddress, false, false);
        if let Some(last) = given.chars().next_back() {
            self.add(&format!("阿{last}"), AliasForm::HanAddress, false);
            self.add_if(&format!("{last}{last}"), AliasForm::HanAddress, false, false);
            for after in HAN_ADDRESS {
                self.add_if(&format!("{last}{after}"), AliasForm::HanAddress, false, false);
            }
            for before in HAN_PREFIXES {
                self.add_if(&format!("{before}{last}"), AliasForm::HanAddress, false, false);
            }
        }
    }

    fn latin(&mut self, words: &[&str], nickname: bool) {
        match words {
            [] => {}
            [one] => {
                let form = if nickname { AliasForm::Nickname } else { AliasForm::LatinGiven };
                self.add(one, form, nickname);
                self.english.insert(one.to_lowercase());
            }
            _ => {
                for (surname, given) in two_words(words).map_or_else(|| splits(words), |it| vec![it]) {
                    self.latin_full(&surname, &given);
                    if surname.contains(' ') {
                        self.latin_full(&surname.replace(' ', ""), &given);
                    }
                }
            }
        }
    }

    /// What people make of names that stand apart in the roster: `Fiona Lau`, `Fiona劉`, `阿Fiona`, `Fi`.
    fn together(&mut self) {
        let (latin, han) = (std::mem::take(&mut self.latin_surnames), std::mem::take(&mut self.han_surnames));
        for name in std::mem::take(&mut self.english) {
            let short = respelling::short_forms(&name);
            for it in short.iter().filter(|it| it.len() >= MIN_SHORT_LETTERS) {
                self.add_if(it, AliasForm::ShortForm, false, false);
            }
            for it in std::iter::once(name.as_str()).chain(short) {
                for surname in latin.iter().filter(|surname| *surname != it) {
                    self.add(&format!("{it} {surname}"), AliasForm::LatinFull, false);
                    self.add(&format!("{surname} {it}"), AliasForm::LatinFull, false);
                }
                for surname in &han {
                    for full in [format!("{it}{surname}"), format!("{surname}{it}")] {
                        self.add(&full, AliasForm::LatinFull, false);
                    }
                    for full in [format!("{it} {surname}"), format!("{surname} {it}")] {
                        self.add(&full, AliasForm::LatinFull, false);
                    }
                }
            }
            self.add_if(&format!("阿{name}"), AliasForm::Nickname, false, false);
            for after in AFTER_LATIN {
                self.add_if(&format!("{name}{after}"), AliasForm::Nickname, false, false);
            }
        }
    }

    fn latin_full(&mut self, surname: &str, given: &[&str]) {
        let (syllables, english) = tell_apart(given);
        let mut givens: Vec<String> = Vec::new();
        if !syllables.is_empty() {
            let both = [syllables.join(" "), syllables.concat()];
            for it in &both {
                self.add(it, AliasForm::LatinGiven, false);
            }
            givens.extend(both);
        }
        self.latin_surnames.insert(surname.to_lowercase());
        for name in &english {
            self.english.insert(name.to_lowercase());
            self.add(name, AliasForm::LatinGiven, false);
            let mut more = Vec::new();
            for it in &givens {
                // David Chan Tai Man, Chan Tai Man David, Chan David Tai Man, David Tai Man Chan.
                more.extend([
                    format!("{name} {surname} {it}"),
                    format!("{surname} {it} {name}"),
                    format!("{surname} {name} {it}"),
                    format!("{name} {it} {surname}"),
                ]);
            }
            for it in more {
                self.add(&it, AliasForm::LatinFull, true);
            }
            givens.push((*name).to_owned());
        }
        for it in &givens {
            for full in [format!("{surname} {it}"), format!("{it} {surname}"), format!("{surname}, {it}")] {
                self.add(&full, AliasForm::LatinFull, true);
            }
            let (joined, surname) = (it.replace(' ', ""), surname.replace(' ', ""));
            self.add(&format!("{surname}{joined}"), AliasForm::LatinFull, true);
            self.add(&format!("{joined}{surname}"), AliasForm::LatinFull, true);
        }
        self.surname(surname);
        self.initials(surname, &syllables, &english);
        if let [.., last] = syllables.as_slice()
            && syllables.len() > 1
        {
            self.add_if(&format!("ah {last}"), AliasForm::Nickname, false, false);
            self.add_if(&format!("阿{last}"), AliasForm::Nickname, false, false);
            for after in ["仔", "哥", "姐", "生", "女", " jai", " zai", " gor", " je"] {
                self.add_if(&format!("{last}{after}"), AliasForm::Nickname, false, false);
            }
        }
    }

    fn surname(&mut self, surname: &str) {
        self.add_if(surname, AliasForm::LatinSurname, false, false);
        for title in TITLES {
            let gap = if title.is_ascii() { " " } else { "" };
            self.add_if(&format!("{title}{gap}{surname}"), AliasForm::LatinSurname, false, false);
        }
        for title in ["sir", "miss", "生", "太", "姑娘", "醫生", "小姐"] {
            self.add_if(&format!("{surname} {title}"), AliasForm::LatinSurname, false, false);
            self.add_if(&format!("{surname}{title}"), AliasForm::LatinSurname, false, false);
        }
    }

    fn initials(&mut self, surname: &str, syllables: &[&str], english: &[&str]) {
        let first = |it: &&str| it.chars().next();
        let own: Vec<char> = syllables.iter().filter_map(first).collect();
        let Some(family) = surname.chars().next() else { return };
        for given in [own, english.iter().filter_map(first).collect::<Vec<char>>()] {
            if given.is_empty() {
                continue;
            }
            let dotted: String = given.iter().flat_map(|it| [*it, '.']).collect();
            let spaced = given.iter().map(char::to_string).collect::<Vec<_>>().join(" ");
            let joined: String = given.iter().collect();
            for it in [dotted.as_str(), &spaced, &joined] {
                let both = given.len() > 1;
                self.add_if(&format!("{it} {surname}"), AliasForm::Initials, false, both);
                self.add_if(&format!("{surname} {it}"), AliasForm::Initials, false, both);
            }
            self.add_if(&format!("{dotted}{surname}"), AliasForm::Initials, false, given.len() > 1);
            if given.len() > 1 && !WORDS_OF_INITIALS.contains(&dotted.to_lowercase().as_str()) {
                self.add_if(&dotted, AliasForm::Initials, false, false);
            }
            if given.len() > 1 {
                for it in [format!("{family}{joined}"), format!("{joined}{family}")] {
                    self.add_if(&it, AliasForm::Initials, false, false);
                    let dotted: String = it.chars().flat_map(|it| [it, '.']).collect();
                    self.add_if(&dotted, AliasForm::Initials, false, false);
                    self.add_if(dotted.trim_end_matches('.'), AliasForm::Initials, false, false);
                }
            }
        }
        for name in english {
            self.add_if(&format!("{name} {family}"), AliasForm::Initials, false, false);
        }
    }
}

/// Two Han characters or four Latin letters, and no common word.
fn can_be_certain(folded: &str) -> bool {
    let han = folded.chars().filter(|it| view::is_han(*it)).count();
    let latin = folded.chars().filter(|it| is_latin(*it)).count();
    (han >= 2 || latin >= 4) && !words::is_common(folded) && !sound::is_word_of_two(folded)
}

/// The name without its accents, where it has any.
fn plain(folded: &str) -> Option<String> {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let plain: String = folded.nfd().filter(|it| !is_combining_mark(*it)).nfc().collect();
    (plain != folded).then_some(plain)
}

fn is_surname_like(han: &str) -> bool {
    const COMMON: &str = "陳林黃張李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余盧梁趙顏柯翁魏孫戴范方宋鄧杜傅侯曹薛丁卓馬董溫唐藍石蔣古紀姚連馮歐程湯田康姜汪白鄒尤巫鐘黎涂龔嚴韓袁金童陸夏柳凌邵關麥霍莫甘區岑鄺譚伍冼陶熊阮容孔文尹駱蒙畢翟司";
    han.chars().next().is_some_and(|it| {
        COMMON.contains(it) || variants::of(&it.to_string()).iter().any(|it| COMMON.contains(it.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Roster;
    use super::*;

    const HEAD: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n";

    fn roster(rows: &str) -> Roster {
        Roster::from_csv(format!("{HEAD}{rows}").as_bytes()).unwrap()
    }

    /// `certain` must be certain aliases, `doubtful` doubtful ones, `none` none.
    fn check(name: &str, aliases: &str, certain: &[&str], doubtful: &[&str], none: &[&str]) {
        let roster = roster(&format!("PSW-01,PSW,D01,,\"{name}\",{aliases},,team,\n"));
        let find =
            |it: &str| roster.aliases.aliases.iter().find(|alias| alias.folded == it).map(|it| it.certain);
        for it in certain {
            assert_eq!(find(it), Some(true), "{it} of {name}");
        }
        for it in doubtful {
            assert_eq!(find(it), Some(false), "{it} of {name}");
        }
        for it in none {
            assert_eq!(find(it), None, "{it} of {name}");
        }
    }

    #[test]
    fn latin_names_are_found_in_their_orders() {
        check(
            "Chan Tai Man",
            "",
            &[
                "chan tai man",
                "tai man chan",
                "chan, tai man",
                "chantaiman",
                "taiman",
                "tai man",
                "t.m. chan",
                "tm chan",
                "chan taiman",
            ],
            &["chan", "mr chan", "chan sir", "ctm", "c.t.m.", "man仔", "ah man"],
            &["man", "tm", "tai"],
        );
        check(
            "CHAN Tai-man, David",
            "",
            &["david chan", "david chan tai man", "chan tai man david", "david", "davidchan"],
            &["d chan"],
            &[],
        );
        check("David Chan", "", &["david", "david chan", "chan david"], &["chan"], &[]);
        check("Grace Okafor", "", &["grace okafor", "okafor, grace"], &["grace", "okafor"], &[]);
        check("José Márquez", "", &["jose marquez", "josé márquez", "jose"], &[], &[]);
        check("Lee Wai Ting", "", &["wai ting", "lee wai ting"], &["waiting"], &[]);
    }

    #[test]
    fn han_names_are_found_as_people_are_called() {
        check(
            "陳大文",
            "",
            &["陳大文", "陈大文", "大文", "阿文"],
            &[
                "陳生",
                "陈生",
                "陳太",
                "陳姑娘",
                "陳醫生",
                "陳sir",
                "文仔",
                "文哥",
                "文姐",
                "細文",
                "肥文",
                "阿陳",
            ],
            &["文", "陳"],
        );
        check("歐陽小鳳", "", &["歐陽小鳳", "欧阳小凤", "小鳳", "阿鳳"], &["歐陽生"], &[]);
        check("何希望", "", &["何希望"], &["希望"], &[]);
        check("何文", "", &["何文", "阿文"], &[], &["文"]);
    }

    #[test]
    fn one_cell_may_hold_both_scripts_and_more_names() {
        check(
            "Chan Tai Man 陳大文; David",
            "Sunny；肥仔強",
            &["tai man", "大文", "david", "肥仔強"],
            &["sunny"],
            &[],
        );
        check("May", "阿May", &[], &["may", "阿may"], &[]);
    }

    #[test]
    fn names_of_several_cells_are_combined() {
        check(
            "Lau Siu Fong 劉小芳",
            "Fiona",
            &["fiona lau", "lau fiona", "fiona劉", "fiona 劉", "劉fiona", "刘fiona"],
            &["阿fiona", "fiona姐", "阿fong", "ah fong", "fong姐", "ah lau", "阿lau", "s.f.", "miss劉"],
            &["s.f", "fong", "fi"],
        );
        check(
            "Elizabeth Wong",
            "",
            &["elizabeth wong", "beth wong", "wong liz"],
            &["liz", "beth", "wong miss"],
            &["e."],
        );
        check(
            "Au-Yeung Lai Kuen",
            "",
            &["auyeung lai kuen", "au yeung lai kuen", "lai kuen au yeung", "laikuen", "auyeunglaikuen"],
            &["mr au yeung", "au yeung"],
            &["yeung lai kuen"],
        );
        check("Chan Pui Man", "", &[], &[], &["p.m."]);
    }

    #[test]
    fn nobody_is_guessed_by_a_name_that_is_somebody_elses() {
        let roster = roster("A-1,PSW,D01,,Elizabeth Wong,,,team,\nB-1,PSW,D02,,Chan Mei Yee,Liz,,team,\n");
        let liz: Vec<_> = roster.aliases.aliases.iter().filter(|it| it.folded == "liz").collect();
        assert!(matches!(liz.as_slice(), [it] if it.person.0 == 1 && it.form == AliasForm::Nickname));
    }

    #[test]
    fn never_match_takes_an_alias_away() {
        let roster = roster("PSW-01,PSW,D01,,Chan Tai Man,David,,team,Tai-Man; david\n");
        let folded: Vec<_> = roster.aliases.aliases.iter().map(|it| it.folded.as_str()).collect();
        assert!(folded.contains(&"chan tai man"));
        assert!(!folded.contains(&"tai man") && !folded.contains(&"david"));
    }

    #[test]
    fn a_certain_name_of_two_people_is_refused_and_a_doubtful_one_reported() {
        let twice =
            format!("{HEAD}PSW-01,PSW,D01,,Ho Siu Ling,,,team,\nPIR-01,PIR,D01,,Siu Ling HO,,,team,\n");
        assert_eq!(Roster::from_csv(twice.as_bytes()).unwrap_err(), Error::SharedAlias { line: 3, first: 2 });
        let alias = format!(
            "{HEAD}PSW-01,PSW,D01,,Ho Siu Ling,Elaine,,team,\nPIR-01,PIR,D01,,Yip Ka Yan,Elaine,,team,\n"
        );
        assert_eq!(Roster::from_csv(alias.as_bytes()).unwrap_err(), Error::SharedAlias { line: 3, first: 2 });
        let given = roster("PSW-01,PSW,D01,,陳大文,,,team,\nPIR-01,PIR,D01,,黃大文,,,,\n");
        assert!(
            given.warnings().iter().any(|it| matches!(it, Warning::SharedDoubtful { line: 3, first: 2, .. }))
        );
        assert!(given.warnings().contains(&Warning::NoConsent { line: 3 }));
    }

    #[test]
    fn the_same_roster_makes_the_same_table() {
        let rows = "PSW-01,PSW,D01,,Chan Tai Man 陳大文,阿B,,team,\nINT-1,INT,,,Wong Amy,,,,\n";
        let (a, b) = (roster(rows).alias_table(), roster(rows).alias_table());
        assert_eq!(serde_json::to_string(&a).unwrap(), serde_json::to_string(&b).unwrap());
    }
}
