//! Makes aliases of the names in a roster.
//!
//! A name cell may hold Latin and Han forms together, and further names after `;`. Homophones (as speech
//! recognition mishears names) are not made here.

use std::collections::BTreeMap;

use super::{
    Error, Person, Warning,
    matcher::{Alias, AliasForm, AliasTable, Spared, is_latin},
    squeeze::squeezed_name,
    variants, words,
};
use crate::{entity::PersonIndex, view};

/// Surnames of two characters.
const DOUBLE_SURNAMES: &[&str] = &[
    "歐陽", "司徒", "上官", "諸葛", "司馬", "皇甫", "尉遲", "公孫", "夏侯", "令狐", "東方", "慕容", "欧阳",
    "诸葛", "司马",
];

/// Surnames as Hong Kong, the mainland and Taiwan romanise them.
const SURNAMES: &str = "\
au au-yeung auyeung cai chai cham chan chang chau cheang chen cheng cheong cheuk cheung chiang chik chim chin ching chiu cho choi chong chou chow \
choy chu chui chun chung dai deng ding dong du fan fang feng fok fong foo fu fung gan gao gu guan guo han hao hau he heung ho hon hong hsieh \
hsu hu hua huang hui hung huo hwang ip jiang jin ka kam kan kang kao ke ki ko kong koo ku kuk kum kung kuo kwan kwok kwong lai lam lau law lee \
lei leung lew li liang liao lie lim lin ling liu lo lok long lou lu lui luk luo lung luo ma mak man mao mei meng miao mo mok mui mung ng ngai \
ngan ning niu on pan pang pau peng pong poon pun qian qin qiu qu ren sam see seto shao shek shen sheung shi shing shiu shum sin siu so song su \
suen sum sun sung sze szeto szeto tai tam tan tang tao teng ting to tong tsai tsang tsao tse tseng tso tsoi tsui tsz tu tung u wan wang wei wen \
wong woo wu xia xiang xiao xie xin xing xiong xu xue yam yan yang yao yau ye yeh yeung yi yim yin ying yip yiu yu yuan yue yuen yung zeng zhang \
zhao zheng zhong zhou zhu zhuang zou";

/// What stands before or after a Latin surname. `nurse wong`, `wong sir`.
const TITLES: &[&str] =
    &["mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss", "madam", "dr", "dr.", "nurse", "auntie", "uncle"];

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
    // Who has an alias already, whether a person wrote it or it is a full name, and on which line.
    let mut seen: BTreeMap<String, (PersonIndex, bool, u64)> = BTreeMap::new();
    for (n, person) in people.iter().enumerate() {
        let index = PersonIndex(u16::try_from(n).map_err(|_| Error::TooManyPeople)?);
        let mut any_certain = false;
        for (folded, made) in aliases(person) {
            if let Some((_, theirs, first)) = seen.get(&folded) {
                let (line, first) = (person.line, *first);
                if made.certain && made.own && *theirs {
                    return Err(Error::SharedAlias { line, first });
                }
                let warning = Warning::SharedDoubtful { form: made.form, line, first };
                if !warnings.contains(&warning) {
                    warnings.push(warning);
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
        if !any_certain {
            warnings.push(Warning::NothingCertain { line: person.line });
        }
        if person.is_participant() && person.consent.is_none() {
            warnings.push(Warning::NoConsent { line: person.line });
        }
    }
    Ok((table, warnings))
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
    for it in &person.never_match {
        // EXPOSE: as above.
        maker.made.remove(&squeezed_name(it.expose()));
    }
    maker.made
}

#[derive(Default)]
struct Maker {
    made: BTreeMap<String, Made>,
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
        self.add(name, AliasForm::HanFull, true);
        if given.chars().count() >= 2 {
            self.add(&given, AliasForm::HanGiven, false);
        }
        for title in HAN_TITLES {
            self.add_if(&format!("{surname}{title}"), AliasForm::HanAddress, false, false);
        }
        self.add_if(&format!("miss{surname}"), AliasForm::HanAddress, false, false);
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
            }
            _ => {
                for (surname, given) in splits(words) {
                    self.latin_full(surname, &given);
                }
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
        for name in &english {
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
            let joined = it.replace(' ', "");
            self.add(&format!("{surname}{joined}"), AliasForm::LatinFull, true);
            self.add(&format!("{joined}{surname}"), AliasForm::LatinFull, true);
        }
        self.surname(surname);
        self.initials(surname, &syllables, &english);
        if let [.., last] = syllables.as_slice()
            && syllables.len() > 1
        {
            self.add_if(&format!("ah {last}"), AliasForm::Nickname, false, false);
            for after in ["仔", "哥", "姐", "生", "女"] {
                self.add_if(&format!("{last}{after}"), AliasForm::Nickname, false, false);
            }
        }
    }

    fn surname(&mut self, surname: &str) {
        self.add_if(surname, AliasForm::LatinSurname, false, false);
        for title in TITLES {
            self.add_if(&format!("{title} {surname}"), AliasForm::LatinSurname, false, false);
        }
        for title in ["sir", "生", "太", "姑娘", "醫生", "小姐"] {
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
    (han >= 2 || latin >= 4) && !words::is_common(folded)
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

/// The surname and the rest, in each way that the words can be read.
fn splits<'w>(words: &[&'w str]) -> Vec<(&'w str, Vec<&'w str>)> {
    let known = |word: &str| SURNAMES.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(word));
    let (Some((first, after)), Some((last, before))) = (words.split_first(), words.split_last()) else {
        return Vec::new();
    };
    let (front, back) = ((*first, after.to_vec()), (*last, before.to_vec()));
    // `CHAN Tai Man`, `Tai Man CHAN`: capitals say which.
    let shouted = |word: &str| word.len() > 1 && !word.contains(|c: char| c.is_lowercase());
    let some_quiet = words.iter().any(|it| !shouted(it));
    if some_quiet && shouted(first) != shouted(last) {
        return vec![if shouted(first) { front } else { back }];
    }
    match (known(first), known(last), words.len()) {
        (false, _, _) => vec![back],
        // `Ho Lam` can be read both ways, `Chan Tai Man` hardly.
        (true, true, 2) => vec![front, back],
        (true, _, _) => vec![front],
    }
}

/// Syllables of a Chinese given name, and names from elsewhere.
fn tell_apart<'w>(given: &[&'w str]) -> (Vec<&'w str>, Vec<&'w str>) {
    match given {
        [one] if !is_syllable(one) => (Vec::new(), vec![one]),
        [_] | [_, _] if given.iter().all(|it| is_syllable(it)) => (given.to_vec(), Vec::new()),
        [first, rest @ ..] if rest.len() >= 2 && rest.iter().all(|it| is_syllable(it)) => {
            (rest.to_vec(), vec![first])
        }
        [rest @ .., last] if rest.len() >= 2 && rest.iter().all(|it| is_syllable(it)) => {
            (rest.to_vec(), vec![last])
        }
        _ => given.iter().partition(|it| is_syllable(it)),
    }
}

/// Whether a word could be a syllable as Hong Kong romanises it.
fn is_syllable(word: &str) -> bool {
    const ONSETS: &[&str] = &[
        "", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "ng", "gw", "kw", "h", "w", "ts", "ch", "s",
        "sh", "y", "j", "z", "c", "x", "q", "zh",
    ];
    const RIMES: &[&str] = &[
        "a", "ah", "ai", "ak", "am", "an", "ang", "ap", "ar", "at", "au", "aw", "ay", "e", "ee", "ei", "ek",
        "en", "eng", "eong", "euk", "eung", "eun", "i", "ia", "ian", "iang", "iao", "ie", "ik", "im", "in",
        "ing", "ip", "it", "iu", "o", "oi", "ok", "on", "ong", "oo", "oon", "or", "ot", "ou", "ow", "oy",
        "u", "ua", "uan", "uang", "ue", "uen", "uet", "ui", "uk", "um", "un", "ung", "uo", "ut", "wan",
        "yee", "z", "ze",
    ];
    let word = word.to_lowercase();
    ONSETS.iter().any(|onset| word.strip_prefix(onset).is_some_and(|it| RIMES.contains(&it)))
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
