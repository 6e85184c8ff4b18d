//! What must hold of the ledger: what a row says and does not say, and what is reckoned from rows.

use super::{
    risk::{Remains, Risk, Row, assess},
    *,
};
use crate::{
    catalog::{Facts, Job, State},
    clock::{Date, Timestamp},
    config::{Action, Columns, Detail, Gate, Names, Population, Share, Shares, Study},
    detect::{self, Scan},
    entity::{EntityType as E, Layer, Tier},
    id::JobId,
    item::{Activity, ItemKind},
    roster::Roster,
    secret::Sensitive,
    transcript::{Format, Piece},
};

/// Two pairs and a third peer worker.
const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
    PSW-01,PSW,D01,North,Chan Tai Man,,,team,\nPIR-01,PIR,D01,North,Ho Siu Ling,,,team,\n\
    PSW-02,PSW,D02,South,Kam Oi Yee,,,team,\nPIR-02,PIR,D02,South,Tse Kin Fai,,,team,\n\
    PSW-03,PSW,D03,South,Mui Pak To,,,team,\nINT-1,INT,,,Wong Amy,,,,\n";

/// 2026-06-01.
const HANDED_IN: Timestamp = Timestamp::from_millis(1_780_272_000_000);

fn roster() -> Roster {
    Roster::from_csv(ROSTER.as_bytes()).unwrap()
}

fn names() -> NameKey {
    NameKey::new(Sensitive::new([3; 32]))
}

fn rungs() -> BTreeMap<String, String> {
    ["sha tin", "shatin", "沙田", "沙田區"].map(|it| (it.to_owned(), "Sha Tin".to_owned())).into()
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

fn place(group: &str, codes: &[&str]) -> Place {
    let codes: Vec<Code> = codes.iter().map(|it| code(it)).collect();
    Place {
        study: "RECOVERY".parse().unwrap(),
        group: group.parse().unwrap(),
        role: if codes.len() > 1 { "JOINT".parse().unwrap() } else { "PIR".parse().unwrap() },
        voice: if let [one] = codes.as_slice() { Voice::One(one.clone()) } else { Voice::Joint(codes) },
        wave: "W1".parse().unwrap(),
        activity: Activity::Interview,
        kind: ItemKind::Transcript,
        language: None,
    }
}

fn study() -> Study {
    let actions = E::ALL.iter().map(|it| (*it, Action::default_for(*it))).collect();
    let population = Population {
        size: Some(60),
        threshold: 5,
        groups: None,
        roles: BTreeMap::new(),
        units: BTreeMap::new(),
        shares: BTreeMap::new(),
    };
    Study {
        id: "RECOVERY".parse().unwrap(),
        ethics_approval: "EA-1".to_owned(),
        profiles: BTreeSet::new(),
        language_versions: Vec::new(),
        approval_until: Date::new(2099, 1, 1).unwrap(),
        languages: Vec::new(),
        roster: std::path::PathBuf::new(),
        packs: Vec::new(),
        actions,
        columns: Columns::default(),
        detail: Detail::default(),
        names: Names::default(),
        gate: Gate::Automatic,
        stewards: Vec::new(),
        waves: Vec::new(),
        file_pattern: None,
        population,
        submitters: crate::config::Submitters::default(),
    }
}

/// A found string, what it is, how sure, and its ladder.
type Found<'f> = (&'f str, E, Tier, &'f [&'f str]);

const fn sure<'f>(string: &'f str, entity: E, ladder: &'f [&'f str]) -> Found<'f> {
    (string, entity, Tier::Certain, ladder)
}

/// `label: speech` lines, with findings in the order of the text.
fn detected(text: &str, found: &[Found<'_>]) -> Transcript<Detected> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for (turn, line) in (0_u32..).zip(text.split('\n')) {
        let speech = line.split_once(": ").map_or(at, |(label, _)| {
            pieces.push(Piece { start: at, end: at + label.len(), role: Role::Label, turn });
            at + label.len() + 2
        });
        pieces.push(Piece { start: speech, end: at + line.len(), role: Role::Speech, turn });
        at += line.len() + 1;
    }
    let layout = Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces };
    let mut from = 0;
    let findings = found.iter().map(|(string, entity, tier, ladder)| {
        let start = from + text[from..].find(string).unwrap();
        from = start + string.len();
        Finding {
            span: start..from,
            entity: *entity,
            class: entity.class(),
            tier: *tier,
            confidence: 90,
            layer: Layer::Rule,
            rule: "test".to_owned(),
            person: None,
            ladder: ladder.iter().map(|it| (*it).to_owned()).collect(),
        }
    });
    let scan = Scan { findings: findings.collect(), uncovered: Vec::new(), weighed: false };
    let raw = Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout).unwrap();
    detect::accept(raw, scan).unwrap()
}

fn row_of(place: &Place, text: &str, found: &[Found<'_>], settings: &Study) -> ItemLedger {
    let (roster, names, rungs) = (roster(), names(), rungs());
    let policy = Policy::new(settings.actions.clone(), settings.detail, 40);
    let speakers = &roster.speakers(place);
    let with = Reading { place, speakers, policy: &policy, names: &names, rungs: &rungs, let_stand: &[] };
    read(&detected(text, found), &with)
}

/// A study's files with their rows, all released.
#[derive(Default)]
struct Files {
    rows: Vec<(JobId, ItemLedger)>,
    jobs: Vec<Job>,
}

impl Files {
    fn add(&mut self, place: &Place, found: &[Found<'_>], settings: &Study) -> &mut Job {
        let text = found.iter().map(|it| it.0).collect::<Vec<_>>().join(" and ");
        let job = JobId::from_bytes([u8::try_from(self.jobs.len()).unwrap() + 1; 16]);
        self.rows.push((job, row_of(place, &format!("P: {text}"), found, settings)));
        let ordinal = u32::try_from(self.jobs.len()).unwrap() + 1;
        let facts = Facts {
            place: Some(place.clone()),
            ordinal,
            version: 1,
            release_name: Some("out".to_owned()),
            ..Facts::default()
        };
        let study = place.study.clone();
        let state = State::Done;
        self.jobs.push(Job { job, state, study, claimed_at: HANDED_IN, changed_at: HANDED_IN, facts });
        self.jobs.last_mut().unwrap()
    }

    fn assess(&self, settings: &Study) -> Risk {
        assess(&self.rows, &self.jobs, settings, &roster(), &names())
    }

    fn rows_of(&self, who: &str, settings: &Study) -> Vec<Row> {
        let risk = self.assess(settings);
        risk.people.into_iter().find(|it| it.code == code(who)).map(|it| it.rows).unwrap_or_default()
    }
}

fn wider(name: &str) -> Remains {
    Remains::Wider(name.to_owned())
}

/// An estate, and the ladder that it stands on.
const ESTATE: Found<'_> = sure("Sunny Court", E::Place, &["Tuen Mun", "New Territories"]);

#[test]
fn an_attribute_of_two_files_is_one_in_two_files() {
    let (settings, mut files) = (study(), Files::default());
    let diver = sure("pearl diver", E::Occupation, &[]);
    files.add(&place("D01", &["PIR-01"]), &[ESTATE, diver, ESTATE], &settings);
    files.add(&place("D01", &["PIR-01"]), &[sure("SUNNY  COURT", E::Place, ESTATE.3)], &settings);
    let rows = files.rows_of("PIR-01", &settings);
    let told: Vec<_> = rows.iter().map(|it| (it.kind, it.remains.clone(), it.values, it.files)).collect();
    assert_eq!(told, [(E::Place, wider("Tuen Mun"), 1, 2), (E::Occupation, Remains::Nothing, 1, 1)]);
}

#[test]
fn two_names_of_one_rung_are_one_place() {
    let (settings, mut files) = (study(), Files::default());
    let ladder = &["", "New Territories"];
    files.add(&place("D01", &["PIR-01"]), &[sure("Sha Tin", E::Place, ladder)], &settings);
    files.add(&place("D01", &["PIR-01"]), &[sure("沙田", E::Place, ladder)], &settings);
    files.add(
        &place("D02", &["PIR-02"]),
        &[sure("火炭", E::Place, &["Sha Tin", "New Territories"])],
        &settings,
    );
    let rows = files.rows_of("PIR-01", &settings);
    assert_eq!((rows.len(), rows[0].values, rows[0].files), (1, 1, 2));
    assert_eq!(
        (&rows[0].remains, rows[0].in_study),
        (&wider("New Territories"), 2),
        "he is of the New Territories too"
    );
    let other = files.rows_of("PIR-02", &settings);
    assert_eq!(
        (&other[0].remains, other[0].in_study),
        (&wider("Sha Tin"), 1),
        "of her only the region is left"
    );
}

#[test]
fn joint_talk_is_told_of_who_speaks_and_else_of_all_as_weaker() {
    let settings = study();
    let joint = place("D01", &["PIR-01", "PSW-01"]);
    let text = "PSW: I was a diver\nWong Amy: a smith\nPIR-01: in Sunny Court\nP: a monk\nTse Kin Fai: a nun";
    let found = [
        sure("diver", E::Occupation, &[]),
        sure("smith", E::Occupation, &[]),
        ESTATE,
        sure("monk", E::Occupation, &[]),
        sure("nun", E::Occupation, &[]),
    ];
    let row = row_of(&joint, text, &found, &settings);
    let of = |who: &str, weight| row.about()[&code(who)].iter().filter(|it| it.weight == weight).count();
    assert_eq!((of("PSW-01", Weight::Own), of("PSW-01", Weight::Shared)), (1, 3));
    assert_eq!((of("PIR-01", Weight::Own), of("PIR-01", Weight::Shared)), (1, 3));
    assert_eq!(row.about().len(), 2, "who is not of the session has no row");
    let alone = row_of(&place("D01", &["PIR-01"]), text, &found, &settings);
    assert_eq!(alone.about()[&code("PIR-01")].len(), 5, "whoever says it, it is told in their item");
}

#[test]
fn weaker_evidence_hides_nobody() {
    let (settings, mut files) = (study(), Files::default());
    files.add(&place("D01", &["PSW-01"]), &[ESTATE], &settings);
    files.add(&place("D02", &["PIR-02", "PSW-02"]), &[ESTATE], &settings);
    assert_eq!(files.rows_of("PSW-01", &settings)[0].in_study, 1, "PSW-02 may not be meant");
    let joint = files.rows_of("PSW-02", &settings);
    assert_eq!((joint[0].in_study, joint[0].own), (2, false), "PSW-01 is");
}

#[test]
fn a_row_holds_nothing_that_was_said() {
    let text = "P: Sunny Court, at 34, pearl diver, on 12 March 1961, Harbour Kitchen";
    let found = [
        ESTATE,
        sure("34", E::Age, &[]),
        sure("pearl diver", E::Occupation, &[]),
        sure("12 March 1961", E::Date, &[]),
        ("Harbour Kitchen", E::Organisation, Tier::Possible, &[]),
    ];
    let row = row_of(&place("D01", &["PIR-01"]), text, &found, &study());
    let json = serde_json::to_string(&row).unwrap().to_lowercase();
    for planted in
        ["sunny", "court", "pearl", "diver", "march", "harbour", "kitchen", "\"34\"", "sunny court"]
    {
        assert!(!json.contains(planted), "{planted} in {json}");
    }
    assert!(json.contains("\"tuen mun\"") && json.contains("\"30-34\"") && json.contains("\"1961\""));
    let back: ItemLedger = serde_json::from_str(&serde_json::to_string(&row).unwrap()).unwrap();
    assert_eq!(back, row);
}

#[test]
fn what_names_by_itself_is_no_attribute_unless_something_wider_is_left() {
    let address: Found<'_> = sure("Flat 3, Sunny Court", E::Address, &["Tuen Mun"]);
    let found = [sure("9123 4567", E::Phone, &[]), address];
    let row = row_of(&place("D01", &["PIR-01"]), "P: 9123 4567 Flat 3, Sunny Court", &found, &study());
    let kinds: Vec<_> = row.about()[&code("PIR-01")].iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [E::Address]);
    assert!(row_of(&place("D01", &["PIR-01"]), "P: 9123 4567", &found[..1], &study()).is_empty());
}

#[test]
fn what_reviewers_keep_stands_and_what_they_take_out_does_not() {
    let (names, mut settings) = (names(), study());
    settings.actions.insert(E::Demographic, Action::Keep);
    let found = [
        ESTATE,
        ("harbour pilot", E::Occupation, Tier::Possible, &[][..]),
        sure("Hakka", E::Demographic, &[]),
    ];
    let text = "P: Sunny Court harbour pilot Hakka";
    let standing = |row: &ItemLedger| -> Vec<(E, bool)> {
        row.about()[&code("PIR-01")].iter().map(|it| (it.kind, it.standing)).collect()
    };
    let digest = |kind, string| decision_digest(&names, kind, string);
    let (pilot, court) = (digest(E::Occupation, "harbour pilot"), digest(E::Place, "Sunny Court"));
    let none = BTreeSet::new();
    let base = row_of(&place("D01", &["PIR-01"]), text, &found, &settings);
    for (kept, redacted, want) in [
        (none.clone(), none.clone(), (false, true, true)),
        (none.clone(), [pilot].into(), (false, false, true)),
        ([court].into(), none.clone(), (true, true, true)),
        ([court, pilot].into(), [pilot].into(), (true, true, true)),
    ] {
        let mut row = base.clone();
        row.review(&kept, &redacted);
        let want = [(E::Place, want.0), (E::Occupation, want.1), (E::Demographic, want.2)];
        assert_eq!(standing(&row), want);
        let once = row.clone();
        row.review(&kept, &redacted);
        assert_eq!(row, once, "twice is once");
    }
    // What a reviewer takes out was one, and is counted; what only may be one is told apart.
    let mut files = Files::default();
    files.add(&place("D01", &["PIR-01"]), &found, &settings);
    let risk = files.assess(&settings);
    assert_eq!((risk.people[0].doubtful, risk.people[0].rows.len()), (1, 2));
    files.rows[0].1.review(&none, &[pilot].into());
    let risk = files.assess(&settings);
    assert_eq!((risk.people[0].doubtful, risk.people[0].rows.len()), (0, 3));
}

#[test]
fn of_each_file_the_newest_version_counts() {
    let (settings, mut files) = (study(), Files::default());
    let own = place("D01", &["PIR-01"]);
    let diver = || sure("pearl diver", E::Occupation, &[]);
    let version = |job: &mut Job, version, state| {
        (job.facts.ordinal, job.facts.version, job.state) = (1, version, state);
        if state != State::Done {
            job.facts.release_name = None;
        }
    };
    version(files.add(&own, &[diver()], &settings), 1, State::Done);
    version(files.add(&own, &[ESTATE], &settings), 2, State::Done);
    let kinds =
        |files: &Files| files.rows_of("PIR-01", &study()).iter().map(|it| it.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&files), [E::Place], "the first was replaced");
    version(files.add(&own, &[sure("34", E::Age, &[])], &settings), 3, State::Held);
    assert_eq!(kinds(&files), [E::Place, E::Age], "one is out, and one may be soon");
    assert_eq!(files.rows_of("PIR-01", &settings)[0].released, 1);
    assert_eq!(files.rows_of("PIR-01", &settings)[1].released, 0);
    for gone in [State::Quarantined, State::Rejected, State::Duplicate] {
        files.jobs[2].state = gone;
        assert_eq!(kinds(&files), [E::Place], "{gone}");
    }
    files.jobs.clear();
    assert_eq!(kinds(&files), [E::Place, E::Age, E::Occupation], "a lost catalog hides nothing");
}

#[test]
fn k_is_people_times_shares_of_the_rarest_of_each_kind() {
    let mut settings = study();
    let place_shares = BTreeMap::from([
        ("Tuen Mun".to_owned(), Share::new(0.1).unwrap()),
        ("Sha Tin".to_owned(), Share::new(0.2).unwrap()),
    ]);
    settings.population.shares = BTreeMap::from([
        (E::Place, Shares { values: place_shares, others: None }),
        (E::Age, Shares { values: BTreeMap::new(), others: Share::new(0.5) }),
    ]);
    let mut files = Files::default();
    let tai_wai = sure("Tai Wai", E::Place, &["Sha Tin", "New Territories"]);
    files.add(&place("D01", &["PIR-01"]), &[ESTATE, tai_wai, sure("34", E::Age, &[])], &settings);
    let risk = files.assess(&settings);
    let left = risk.people[0].left.clone().unwrap();
    let told: Vec<_> = left.parts.iter().map(|it| (it.kind, it.remains.clone())).collect();
    assert_eq!(told, [(E::Place, wider("Tuen Mun")), (E::Age, wider("30-34"))]);
    assert!((left.k.unwrap() - 3.0).abs() < 1e-9 && !left.guessed, "{left:?}");
    assert!(left.is_rarer_than(5) && !left.is_rarer_than(3));
    let raw = risk.people[0].raw.clone().unwrap();
    assert!(raw.k.unwrap() < 0.2 && raw.parts.iter().all(|it| it.remains == Remains::Whole), "{raw:?}");
    assert_eq!(risk.warned().count(), 1);

    settings.population.roles = BTreeMap::from([("PIR".parse().unwrap(), 40)]);
    settings.population.units = BTreeMap::from([("North".to_owned(), 15)]);
    let left = files.assess(&settings).people[0].left.clone().unwrap();
    assert!((left.k.unwrap() - 2.0).abs() < 1e-9, "a code tells the role");
    assert!((left.k_within_unit.unwrap() - 0.5).abs() < 1e-9, "ten of that role in the unit");

    settings.population.size = None;
    settings.population.roles.clear();
    let risk = files.assess(&settings);
    assert_eq!((risk.people[0].left.clone().unwrap().k, risk.warned().count()), (None, 0));
}

#[test]
fn a_wider_rung_fits_more_people_and_a_share_above_bounds_what_lies_below() {
    let mut settings = study();
    let mut k = |rungs, region: Option<f64>| {
        settings.detail.rungs = rungs;
        let values =
            region.map(|it| ("New Territories".to_owned(), Share::new(it).unwrap())).into_iter().collect();
        settings.population.shares = BTreeMap::from([(E::Place, Shares { values, others: None })]);
        let mut files = Files::default();
        files.add(&place("D01", &["PIR-01"]), &[ESTATE], &settings);
        files.assess(&settings).people[0].left.clone().unwrap().k.unwrap()
    };
    assert!(k(2, None) > k(1, None));
    assert!((k(2, Some(0.02)) - 1.2).abs() < 1e-9);
    assert!((k(1, Some(0.02)) - 1.2).abs() < 1e-9, "a district has no more people than its region");
}

#[test]
fn who_is_alone_is_counted_within_the_role() {
    let (settings, mut files) = (study(), Files::default());
    let age = |it| sure(it, E::Age, &[]);
    let tai_wai = sure("Tai Wai", E::Place, &["Sha Tin", "New Territories"]);
    files.add(&place("D01", &["PSW-01"]), &[ESTATE, age("34")], &settings);
    files.add(&place("D02", &["PSW-02"]), &[ESTATE, age("52")], &settings);
    files.add(&place("D03", &["PSW-03"]), &[tai_wai, age("31")], &settings);
    files.add(&place("D01", &["PIR-01"]), &[ESTATE, age("34")], &settings);
    let risk = files.assess(&settings);
    let alone = |who: &str| risk.people.iter().find(|it| it.code == code(who)).unwrap().alone_by;
    assert_eq!(alone("PSW-01"), Some(2), "one shares the place, one the age, nobody both");
    assert_eq!((alone("PSW-02"), alone("PSW-03"), alone("PIR-01")), (Some(1), Some(1), Some(1)));
    let left = |who: &str| risk.people.iter().find(|it| it.code == code(who)).unwrap().left.clone().unwrap();
    assert_eq!(left("PSW-01").in_study, 1);
    files.add(&place("D02", &["PSW-02"]), &[age("33")], &settings);
    let risk = files.assess(&settings);
    let psw = risk.people.iter().find(|it| it.code == code("PSW-01")).unwrap();
    assert_eq!((psw.alone_by, psw.left.clone().unwrap().in_study), (None, 2));
}

#[test]
fn a_pair_is_looked_for_among_pairs() {
    let mut settings = study();
    settings.population.groups = Some(20);
    let share = |it| Shares { values: BTreeMap::new(), others: Share::new(it) };
    settings.population.shares = BTreeMap::from([(E::Place, share(0.1)), (E::Age, share(0.5))]);
    let mut files = Files::default();
    files.add(&place("D01", &["PSW-01"]), &[ESTATE], &settings);
    assert!(files.assess(&settings).groups.is_empty(), "nothing is told of the other");
    files.add(&place("D01", &["PIR-01"]), &[sure("34", E::Age, &[])], &settings);
    let risk = files.assess(&settings);
    let [group] = risk.groups.as_slice() else { panic!("{:?}", risk.groups) };
    let left = group.left.clone().unwrap();
    assert!((left.k.unwrap() - 1.0).abs() < 1e-9, "{left:?}");
    assert_eq!((group.among, left.in_study, left.parts.len()), (Some(20), 1, 2));
    settings.population.groups = None;
    assert_eq!(files.assess(&settings).groups[0].among, Some(30), "sixty people are thirty pairs");
    assert_eq!(risk.untold, [code("PSW-02"), code("PIR-02"), code("PSW-03")]);
}

#[test]
fn the_year_of_the_talk_singles_nobody_out() {
    let (settings, mut files) = (study(), Files::default());
    let date = |it| sure(it, E::Date, &[]);
    files.add(&place("D01", &["PIR-01"]), &[date("12 March 2026"), date("5 May 2025")], &settings);
    let risk = files.assess(&settings);
    assert_eq!((risk.people[0].left.clone(), risk.people[0].alone_by), (None, None));
    files.add(&place("D01", &["PIR-01"]), &[date("5 May 2024")], &settings);
    assert_eq!(files.assess(&settings).people[0].left.clone().unwrap().parts[0].remains, wider("2024"));
}

#[test]
fn who_is_forgotten_leaves_no_trace_in_a_row() {
    let settings = study();
    let joint = place("D01", &["PIR-01", "PSW-01"]);
    let mut row = row_of(&joint, "PSW: Sunny Court\nPIR: Sunny Court", &[ESTATE, ESTATE], &settings);
    assert!(row.forget(&code("PIR-01")) && !row.forget(&code("PIR-01")));
    assert!(!serde_json::to_string(&row).unwrap().contains("PIR-01"));
    assert_eq!(row.about().len(), 1);
}

#[test]
fn advice_names_the_setting_that_leaves_less() {
    use super::advice::Advice;
    let mut settings = study();
    let mut files = Files::default();
    let found = [ESTATE, sure("34", E::Age, &[]), sure("12 March 1961", E::Date, &[])];
    files.add(&place("D01", &["PIR-01"]), &found, &settings);
    let advice = |settings: &Study, files: &Files| -> BTreeSet<String> {
        let left = files.assess(settings).people[0].left.clone().unwrap();
        left.parts.iter().filter_map(|it| Advice::on(it, settings)).map(|it| it.to_string()).collect()
    };
    let want = [
        "ages: `age_years = 10` under [detail]",
        "date: `DATE = \"date-shift\"` under [actions]",
        "places: `rungs = 2` under [detail]",
    ];
    assert_eq!(advice(&settings, &files), want.map(str::to_owned).into());
    settings.actions.insert(E::Place, Action::Code);
    assert!(advice(&settings, &files).iter().any(|it| it.contains("hand the file in again")));
}

#[test]
fn what_stands_by_a_decision_on_another_item_stands_here_too() {
    let (roster, names, rungs, settings) = (roster(), names(), rungs(), study());
    let place = place("D01", &["PIR-01"]);
    let policy = Policy::new(settings.actions.clone(), settings.detail, 40);
    let speakers = &roster.speakers(&place);
    let text = "P: Sunny Court";
    let seen = detected(text, &[ESTATE]);
    let let_stand = &seen.state().scan().findings;
    let with = Reading { place: &place, speakers, policy: &policy, names: &names, rungs: &rungs, let_stand };
    let row = read(&detected(text, &[]), &with);
    let [told] = row.about()[&code("PIR-01")].as_slice() else { panic!("{row:?}") };
    assert!(told.standing && !told.doubtful && told.wider.is_none());
}

#[test]
fn who_left_the_roster_is_still_told_of() {
    let (mut settings, mut files) = (study(), Files::default());
    settings.population.roles = BTreeMap::from([("PIR".parse().unwrap(), 40)]);
    files.add(&place("D09", &["PIR-09"]), &[ESTATE], &settings);
    let risk = files.assess(&settings);
    let person = &risk.people[0];
    assert_eq!((person.role.clone(), person.group.clone(), person.among), (None, None, Some(60)));
    assert!(person.left.clone().unwrap().is_rarer_than(5));
    assert_eq!(risk.unknown, 0);
}

#[test]
fn files_that_were_read_without_a_row_are_told() {
    let (settings, mut files) = (study(), Files::default());
    files.add(&place("D01", &["PIR-01"]), &[ESTATE], &settings).facts.format = Some(Format::Text);
    files.add(&place("D01", &["PIR-01"]), &[], &settings).facts.format = Some(Format::Text);
    assert_eq!((files.assess(&settings).files, files.assess(&settings).unknown), (2, 0));
    files.rows.pop();
    assert_eq!((files.assess(&settings).files, files.assess(&settings).unknown), (1, 1));
}
