//! What must hold of surrogates.

use super::{known::known, *};
use crate::{
    config::Detail,
    detect::{self, Scan},
    entity::{Finding, Layer, Tier},
    id::JobId,
    roster::{Roster, name_key::NameKey},
    secret::Sensitive,
    transcript::{Format, Layout, Piece, Role},
    transform::{Markers, transform},
};

const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
    PSW-03,PSW,D03,,Chan Tai Man 陳大文,,,team,\nPIR-03,PIR,D03,,Ho Siu Ling 何小玲,,,team,\n\
    PSW-04,PSW,D04,,Lee Chi Ming 李志明,Alice,,team,\n";

/// Draws in order, kept in memory.
#[derive(Default)]
struct Memory {
    drawn: BTreeMap<(String, String), u32>,
    next: BTreeMap<String, u32>,
    gender: BTreeMap<String, Gender>,
}

impl Draws for Memory {
    type Error = ();

    fn draw(
        &mut self,
        pool: &str,
        owner: &str,
        size: u32,
        fits: &mut dyn FnMut(u32) -> bool,
    ) -> Result<Option<u32>, ()> {
        let key = (pool.to_owned(), owner.to_owned());
        if let Some(it) = self.drawn.get(&key) {
            return Ok(Some(*it));
        }
        let next = self.next.entry(pool.to_owned()).or_default();
        while *next < size {
            let n = *next;
            *next += 1;
            if fits(n) {
                self.drawn.insert(key, n);
                return Ok(Some(n));
            }
        }
        Ok(None)
    }

    fn gender(&mut self, owner: &str, known: Gender) -> Result<Gender, ()> {
        Ok(*self.gender.entry(owner.to_owned()).or_insert(known))
    }
}

use EntityType as E;

fn policy() -> Policy {
    let types = [E::Person, E::Phone, E::Email, E::Hkid, E::Date];
    Policy::new(types.map(|it| (it, Action::Surrogate)).into(), Detail::default(), 30)
}

fn names() -> NameKey {
    NameKey::new(Sensitive::new([4; 32]))
}

/// The text with its surrogates, and what stands in them, checked to be known again.
fn said(draws: &mut Memory, text: &str, found: &[(&str, E, &str)]) -> String {
    let piece = Piece { start: 0, end: text.len(), role: Role::Speech, turn: 0 };
    let layout = Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces: vec![piece] };
    let mut at = 0;
    let mut codes = CodeTable::default();
    let mut findings = Vec::new();
    for (n, (name, entity, code)) in found.iter().enumerate() {
        let start = at + text[at..].find(name).unwrap();
        at = start + name.len();
        findings.push(Finding {
            span: start..at,
            entity: *entity,
            class: entity.class(),
            tier: Tier::Certain,
            confidence: 99,
            layer: Layer::Rule,
            rule: "test".to_owned(),
            person: None,
            ladder: Vec::new(),
        });
        if !code.is_empty() {
            codes.findings.insert(n, (*code).to_owned());
        }
    }
    let scan = Scan { findings, uncovered: Vec::new(), weighed: false };
    let raw = Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout).unwrap();
    let detected = detect::accept(raw, scan.clone()).unwrap();
    let roster = Roster::from_csv(ROSTER.as_bytes()).unwrap();
    let aliases = &Matcher::new(&roster.alias_table()).unwrap();
    let names = |code: &str| roster.names_of(code);
    codes.surrogates =
        surrogates(&detected, &codes, &policy(), Rostered { aliases, names: &names }, draws).unwrap();
    let names = self::names;
    let markers = Markers {
        codes: ["PSW-03", "PIR-03", "PSW-04"].map(str::to_owned).into(),
        numbers: E::ALL.iter().map(|it| (*it, 900)).collect(),
        policy: policy(),
        names: names(),
        rungs: BTreeSet::new(),
        surrogates: known(&names(), &scan, &codes, &policy()),
    };
    let (done, _) = transform(detected, &codes, &policy());
    assert_eq!(markers.places(&done), done.state().replaced(), "{}", done.text().expose());
    let counted: u64 = markers.counts(&done).values().sum();
    assert_eq!(usize::try_from(counted).unwrap(), found.len());
    done.text().expose().clone()
}

#[test]
fn a_person_has_one_surrogate_in_both_scripts_and_all_files() {
    let mut draws = Memory::default();
    let first = said(
        &mut draws,
        "陳大文 (Chan Tai Man)，阿文 or Tai-man, Mr Chan; 何小玲 and Siu Ling",
        &[
            ("陳大文", E::Person, "PSW-03"),
            ("Chan Tai Man", E::Person, "PSW-03"),
            ("阿文", E::Person, "PSW-03"),
            ("Tai-man", E::Person, "PSW-03"),
            ("Mr Chan", E::Person, "PSW-03"),
            ("何小玲", E::Person, "PIR-03"),
            ("Siu Ling", E::Person, "PIR-03"),
        ],
    );
    // 明, 李 and 陳 belong to the roster, 玲 to the person, who is a woman by it.
    assert_eq!(first, "黃志強 (Wong Chi Keung)，阿強 or Chi-keung, Mr Wong; 林美儀 and Mei Yee");
    let second = said(
        &mut draws,
        "TAI MAN again, and 陳生, Chan Tai Man's mother",
        &[
            ("TAI MAN", E::Person, "PSW-03"),
            ("陳生", E::Person, "PSW-03"),
            ("Chan Tai Man's", E::Person, "PSW-03"),
        ],
    );
    assert_eq!(second, "CHI KEUNG again, and 黃生, Wong Chi Keung's mother");
}

#[test]
fn people_of_other_cultures_keep_theirs_and_no_two_are_one() {
    let mut draws = Memory::default();
    let out = said(
        &mut draws,
        "Daisy Quill, Daisy, Peter, Amy Wong, Ravi Gurung, Dr Okafor",
        &[
            ("Daisy Quill", E::Person, "person-1"),
            ("Daisy", E::Person, "person-1"),
            ("Peter", E::Person, "person-2"),
            ("Amy Wong", E::Person, "person-3"),
            ("Ravi Gurung", E::Person, "person-4"),
            ("Dr Okafor", E::Person, "person-5"),
        ],
    );
    // Alice is an alias of the roster; whoever the text itself names is nobody's surrogate.
    assert_eq!(out, "Beatrice Smith, Beatrice, James, Carol Lam, Arjun Singh, Dr Jones");
    let again = said(&mut draws, "James met Daisy", &[("Daisy", E::Person, "person-1")]);
    assert_eq!(again, "James met Beatrice");
    let clash = said(&mut draws, "Beatrice met Daisy", &[("Daisy", E::Person, "person-1")]);
    assert_eq!(clash, "Beatrice met [person-1]", "somebody of that name is in the text");
    let mut seen = BTreeSet::new();
    for n in 0..200 {
        let code = format!("person-{}", n + 10);
        let out = said(&mut draws, "陸家恩", &[("陸家恩", E::Person, &code)]);
        let given: String = out.chars().skip(1).collect();
        assert!(out.starts_with('[') || seen.insert(given), "{out}");
    }
    assert!(seen.len() > 60, "{}", seen.len());
}

#[test]
fn numbers_and_dates_have_the_form_of_what_was_said() {
    let mut draws = Memory::default();
    let out = said(
        &mut draws,
        "call 9123 4567 or +852 91234567, mail a@b.hk, born 12 March 1961, card A123456(3), 年初二",
        &[
            ("9123 4567", E::Phone, ""),
            ("+852 91234567", E::Phone, ""),
            ("a@b.hk", E::Email, ""),
            ("12 March 1961", E::Date, ""),
            ("A123456(3)", E::Hkid, ""),
            ("年初二", E::Date, ""),
        ],
    );
    assert_eq!(
        out,
        "call 0000 0000 or +852 00000000, mail user10000@example.org, born 11 April 1961, card Q000000(8), [date]"
    );
    let other = said(
        &mut draws,
        "9123-4567 and 9123 4568",
        &[("9123-4567", E::Phone, ""), ("9123 4568", E::Phone, "")],
    );
    assert_eq!(other, "0000-0000 and 0357 9317");
}

#[test]
fn a_name_that_is_not_understood_takes_its_code() {
    let out = said(&mut Memory::default(), "K. W. Chan came", &[("K. W. Chan", E::Person, "PSW-03")]);
    assert_eq!(out, "[PSW-03] came");
}

#[test]
fn no_two_given_names_sound_the_same() {
    let of = |first: &[(&str, &str)], last: &[(&str, &str)]| -> Vec<String> {
        first
            .iter()
            .flat_map(|a| last.iter().map(|b| format!("{} {}", a.1, b.1)).collect::<Vec<_>>())
            .collect()
    };
    let mut all = of(pools::MALE_FIRST, pools::MALE_LAST);
    all.extend(of(pools::FEMALE_FIRST, pools::FEMALE_LAST));
    all.extend(of(pools::EITHER_FIRST, pools::EITHER_LAST));
    for it in [pools::WEST_MALE, pools::WEST_FEMALE, pools::WEST_EITHER] {
        all.extend(it.iter().map(|it| (*it).to_owned()));
    }
    for it in [pools::SOUTH_ASIAN_MALE, pools::SOUTH_ASIAN_FEMALE, pools::SOUTH_ASIAN_EITHER] {
        all.extend(it.iter().map(|it| (*it).to_owned()));
    }
    all.extend(pools::SOUTH_ASIAN_SURNAMES.iter().chain(pools::WEST_SURNAMES).map(|it| (*it).to_owned()));
    let drawn = usize::try_from(pools::DRAWN_SURNAMES).unwrap();
    all.extend(pools::HAN_SURNAMES[..drawn].iter().map(|it| it.1.to_owned()));
    let unique: BTreeSet<&String> = all.iter().collect();
    let twice: Vec<_> =
        unique.iter().filter(|it| all.iter().filter(|other| other == *it).count() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
