//! What must hold of settings.

use std::{fs, path::Path};

use super::*;
use crate::fault::Fault;

const STUDY: &str = r#"
[study]
id = "RECOVERY"
languages = ["en", "yue"]
roster = "roster.csv"
packs = ["core", "en", "hk", "./site"]
stewards = ["first", "second"]
waves = ["W1", "W2"]

[ethics]
approval = "HREC-2026-01"
approval_until = 2029-12-31
"#;
const STATION: &str = "[station]\nid = \"recovery-hk\"\n";

fn station(station: &str, study: &str) -> (tempfile::TempDir, Result<Station, Error>) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("studies/RECOVERY")).unwrap();
    fs::write(dir.path().join("studies/RECOVERY/study.toml"), study).unwrap();
    fs::write(dir.path().join("vouchsafe.toml"), station).unwrap();
    let loaded = Station::load(&dir.path().join("vouchsafe.toml"));
    (dir, loaded)
}

fn check(station_text: &str, study_text: &str, code: &str, message: &str) {
    let error = station(station_text, study_text).1.expect_err(message);
    assert_eq!((error.code(), error.to_string().as_str()), (code, message));
    assert!(!error.remedy().is_empty());
}

#[test]
fn what_is_left_out_has_a_safe_default() {
    let (_dir, station) = station(STATION, STUDY);
    let station = station.unwrap();
    let study = &station.studies[&"RECOVERY".parse().unwrap()];
    assert_eq!(study.gate, Gate::OnePerson);
    assert_eq!(study.actions.len(), EntityType::ALL.len());
    assert_eq!(study.action(EntityType::Hkid), Action::Suppress);
    assert_eq!(station.limits.transcript_bytes, 32 * 1024 * 1024);
    assert!(station.notes.is_empty());
    assert!(study.packs.contains(&PackRef::BuiltIn("core".into())));
    assert!(matches!(study.packs.last(), Some(PackRef::Directory(_))));
}

#[test]
fn detail_is_as_written() {
    let written = "[detail]\nrungs = 2\nage_years = 10\nkeep_weekday = true\n[ethics]";
    for (study, want) in [
        (STUDY.to_owned(), Detail { rungs: 1, age_years: 5, keep_weekday: false }),
        (STUDY.replace("[ethics]", written), Detail { rungs: 2, age_years: 10, keep_weekday: true }),
    ] {
        let (_dir, station) = station(STATION, &study);
        assert_eq!(station.unwrap().studies[&"RECOVERY".parse().unwrap()].detail, want);
    }
}

#[test]
fn what_is_wrong_in_columns_is_said_by_line_and_without_the_heading() {
    for (written, at, wants) in [
        (
            "Daisy = \"age\"",
            "line 11, column 9",
            "\"text\", \"speaker\", \"time\", \"code\", \"keep\", \"leave-out\" or an entity type such as \"AGE\"",
        ),
        ("a = \"AGE\"\n\"(?)\" = \"AGE\"", "line 12, column 1", "a heading with a letter or digit in it"),
        (
            "\"Where now\" = \"LOC\"\n\"where_now (town)\" = \"LOC\"",
            "line 12, column 1",
            "each heading once; capitals, signs and what stands in brackets make no difference",
        ),
        ("b = \"speaker\"\na = \"speaker\"", "line 12, column 1", "one column of the role \"speaker\""),
    ] {
        let study = STUDY.replace("[ethics]", &format!("[columns]\n{written}\n[ethics]"));
        let message = format!("studies/RECOVERY/study.toml, {at}: `columns` wants {wants}");
        check(STATION, &study, "CF-05", &message);
    }
    let written = "[columns]\n\"Q7 (住邊?)\" = \"LOC\"\nHush = \"leave-out\"\n[ethics]";
    let (_dir, station) = station(STATION, &STUDY.replace("[ethics]", written));
    let columns = station.unwrap().studies[&"RECOVERY".parse().unwrap()].columns.clone();
    assert_eq!(columns.get("q7"), Some(Column::Fact(EntityType::Place)));
    assert_eq!((columns.get("hush"), columns.get("age")), (Some(Column::LeaveOut), None));
}

#[test]
fn a_population_is_as_written() {
    let written = "[population]\nsize = 60\ngroups = 25\n[population.roles]\nPSW = 20\n[population.units]\n\"North\" = 7\n\
        [population.shares.LOC]\n\"Tuen Mun\" = 0.07\n\"*\" = 1\n[ethics]";
    let (_dir, station) = station(STATION, &STUDY.replace("[ethics]", written));
    let population = station.unwrap().studies[&"RECOVERY".parse().unwrap()].population.clone();
    assert_eq!((population.size, population.threshold, population.groups), (Some(60), 5, Some(25)));
    assert_eq!(population.roles, [("PSW".parse().unwrap(), 20)].into());
    assert_eq!(population.units, [("North".to_owned(), 7)].into());
    let shares = &population.shares[&EntityType::Place];
    assert_eq!((shares.values["Tuen Mun"], shares.others), (Share::new(0.07).unwrap(), Share::new(1.0)));
    for share in [0.0, -0.1, 1.1, f64::NAN, f64::INFINITY, 1e-9] {
        assert_eq!(Share::new(share), None, "{share}");
    }
}

#[test]
fn what_is_wrong_in_a_population_is_said_by_line_and_key() {
    for (written, code, message) in [
        (
            "size = 0",
            "CF-05",
            "studies/RECOVERY/study.toml, line 11, column 8: `population.size` wants a number of people, 1 or more",
        ),
        (
            "size = 10\n[population.roles]\nPSW = 11",
            "CF-05",
            "studies/RECOVERY/study.toml, line 13, column 7: `population.roles` wants no more people than population.size",
        ),
        (
            "[population.units]\n\" \" = 3",
            "CF-03",
            "studies/RECOVERY/study.toml, line 12, column 1: there is no key `population.units.…`",
        ),
        (
            "[population.shares.COLOUR]\nred = 0.1",
            "CF-03",
            "studies/RECOVERY/study.toml, line 11, column 20: there is no key `population.shares.…`",
        ),
        (
            "[population.shares.LOC]\n\"Tuen Mun\" = 7",
            "CF-05",
            "studies/RECOVERY/study.toml, line 12, column 14: `population.shares.LOC` wants a share above 0 and up to 1, such as 0.05",
        ),
    ] {
        let written = format!("[population]\n{written}\n[ethics]");
        check(STATION, &STUDY.replace("[ethics]", &written), code, message);
    }
}

#[test]
fn what_is_wrong_in_a_study_is_said_by_line_and_key() {
    for (from, to, code, message) in [
        ("waves", "wave", "CF-03", "studies/RECOVERY/study.toml, line 8, column 1: there is no key `wave`"),
        (
            "roster = \"roster.csv\"\n",
            "",
            "CF-04",
            "studies/RECOVERY/study.toml, line 2, column 1: the key `roster` is missing",
        ),
        (
            "approval = \"HREC-2026-01\"\n",
            "",
            "CF-04",
            "studies/RECOVERY/study.toml, line 10, column 1: the key `approval` is missing",
        ),
        (
            "\"HREC-2026-01\"",
            "\"\"",
            "CF-05",
            "studies/RECOVERY/study.toml, line 11, column 12: `ethics.approval` wants the approval's number",
        ),
        (
            "\"roster.csv\"",
            "7",
            "CF-05",
            "studies/RECOVERY/study.toml, line 5, column 10: `roster` wants text in double quotes",
        ),
        (
            "2029-12-31",
            "2029-12-31T10:00:00",
            "CF-05",
            "studies/RECOVERY/study.toml, line 12, column 18: `ethics.approval_until` wants a day such as 2029-12-31",
        ),
        (
            "\"yue\"",
            "\"klingon\"",
            "CF-05",
            "studies/RECOVERY/study.toml, line 4, column 20: `study.languages` wants values that docs/configuration.md lists",
        ),
        (
            "\"first\", \"second\"",
            "",
            "CF-05",
            "studies/RECOVERY/study.toml, line 7, column 12: `study.stewards` wants one value at least",
        ),
        (
            "[ethics]",
            "[actions]\nHKID = \"keep\"\n[ethics]",
            "CF-05",
            "studies/RECOVERY/study.toml, line 11, column 8: `actions.HKID` wants an action that fits this entity type",
        ),
        (
            "[ethics]",
            "[detail]\nage_years = 7\n[ethics]",
            "CF-05",
            "studies/RECOVERY/study.toml, line 11, column 13: `detail.age_years` wants 5, 10 or 20",
        ),
        (
            "[ethics]",
            "[detail]\nrungs = 0\n[ethics]",
            "CF-05",
            "studies/RECOVERY/study.toml, line 11, column 9: `detail.rungs` wants a number from 1 to 8",
        ),
        (
            "[ethics]",
            "[actions]\nNAME = \"code\"\n[ethics]",
            "CF-03",
            "studies/RECOVERY/study.toml, line 11, column 1: there is no key `actions.…`",
        ),
        (
            "[ethics]",
            "[ethics",
            "CF-02",
            "studies/RECOVERY/study.toml, line 10, column 8: this is not TOML, or a key is written twice",
        ),
        (
            "\"RECOVERY\"",
            "\"OTHER\"",
            "CF-09",
            "a folder under `directories.studies` does not bear its study's id as its name",
        ),
        (
            "[ethics]",
            "[submitters.folders]\nChanTaiMan = \"fw-1\"\n[ethics]",
            "CF-03",
            "studies/RECOVERY/study.toml, line 11, column 1: there is no key `submitters.folders.…`",
        ),
    ] {
        assert!(STUDY.contains(from), "{from}");
        check(STATION, &STUDY.replacen(from, to, 1), code, message);
    }
}

#[test]
fn what_is_wrong_in_a_station_is_said_by_line_and_key() {
    for (more, code, message) in [
        ("idd = 1\n", "CF-03", "vouchsafe.toml, line 3, column 1: there is no key `idd`"),
        (
            "[timing]\nsettle = \"3\"\n",
            "CF-05",
            "vouchsafe.toml, line 4, column 10: `timing.settle` wants a duration such as \"30s\", \"10min\", \"24h\" or \"30d\"",
        ),
        (
            "[limits]\ntranscript = \"33MiB\"\n",
            "CF-05",
            "vouchsafe.toml, line 4, column 14: `limits.transcript` wants a size such as \"64KiB\", \"32MiB\" or \"16GiB\", within the limits of the archive",
        ),
        (
            "[directories]\nkeystore = \"station/objects\"\n",
            "CF-06",
            "vouchsafe.toml: `directories.objects` and `directories.keystore` are the same directory, or one lies inside the other",
        ),
        (
            "[directories]\ncredentials = \"station/objects\"\n",
            "CF-06",
            "vouchsafe.toml: `directories.station` and `directories.credentials` are the same directory, or one lies inside the other",
        ),
        (
            "[directories]\nrelease = \"intake/out\"\n",
            "CF-06",
            "vouchsafe.toml: `directories.intake` and `directories.release` are the same directory, or one lies inside the other",
        ),
        (
            "[directories]\nintake = \"/\"\n",
            "CF-07",
            "vouchsafe.toml: `directories.intake` lies outside the station's root",
        ),
        (
            "[directories]\nintake = \".\"\n",
            "CF-06",
            "vouchsafe.toml: `directories.root` and `directories.intake` are the same directory, or one lies inside the other",
        ),
    ] {
        check(&format!("{STATION}{more}"), STUDY, code, message);
    }
}

#[test]
fn a_link_does_not_hide_an_overlap() {
    let (dir, loaded) = station(&format!("{STATION}[directories]\nrelease = \"elsewhere\"\n"), STUDY);
    loaded.unwrap();
    fs::create_dir(dir.path().join("intake")).unwrap();
    std::os::unix::fs::symlink("intake", dir.path().join("elsewhere")).unwrap();
    let error = Station::load(&dir.path().join("vouchsafe.toml")).unwrap_err();
    assert_eq!(error.code(), "CF-06");
}

#[test]
fn an_error_repeats_no_value() {
    for text in [
        "approval = \"Chan Tai Man\"\napproval",
        "approval = [\"Chan Tai Man\"]\n#",
        "approval = 'Chan Tai Man' x\n#",
    ] {
        let error = station(STATION, &STUDY.replacen("approval", text, 1)).1.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("Tai"), "{error}");
    }
}

#[test]
#[expect(clippy::wildcard_enum_match_arm, reason = "whatever else it is, the test has failed")]
fn directories_and_ids_stay_while_the_daemon_runs() {
    let (dir, old) = station(STATION, STUDY);
    let old = old.unwrap();
    let file = dir.path().join("vouchsafe.toml");
    for (text, key) in [
        (STATION.to_owned() + "[timing]\nsettle = \"9s\"\n", None),
        (STATION.replace("recovery", "other"), Some("station.id")),
        (STATION.to_owned() + "[directories]\nrelease = \"out\"\n", Some("directories.release")),
    ] {
        fs::write(&file, text).unwrap();
        let said = old.can_reload_to(&Station::load(&file).unwrap()).err().map(|it| match it {
            Error::NotWhileRunning { key } => key,
            other => panic!("{other}"),
        });
        assert_eq!(said, key);
    }
}

#[test]
fn a_broken_reload_leaves_the_old_settings_alone() {
    let (dir, old) = station(STATION, STUDY);
    let file = dir.path().join("vouchsafe.toml");
    fs::write(&file, "[station").unwrap();
    assert!(Station::load(&file).is_err());
    assert_eq!(old.unwrap().id, "recovery-hk");
}

fn a_study(id: &str) -> InitStudy {
    InitStudy {
        station_id: "recovery-hk".into(),
        study: id.parse().unwrap(),
        ethics_approval: "A \"quoted\" \\ number".into(),
        approval_until: Date::new(2029, 12, 31).unwrap(),
        languages: vec![Language::En, Language::Yue],
        stewards: vec!["first".parse().unwrap()],
        waves: vec!["W1".parse().unwrap(), "W2".parse().unwrap()],
        own: vec![crate::item::Activity::Interview],
        joint: vec![crate::item::Activity::Session],
    }
}

fn participant(group: &str, role: &str, code: &str) -> Participant {
    Participant { group: group.parse().unwrap(), role: role.parse().unwrap(), code: code.parse().unwrap() }
}

#[test]
fn what_init_makes_loads() {
    let dir = tempfile::tempdir().unwrap();
    let people = [
        participant("D03", "PIR", "PIR-03"),
        participant("D03", "PSW", "PSW-03"),
        participant("F1", "PSW", "PSW-11"),
        participant("F1", "PSW", "PSW-12"),
    ];
    init(dir.path(), &a_study("RECOVERY"), &people).unwrap();
    init(dir.path(), &a_study("SECOND"), &[]).unwrap();
    assert!(matches!(init(dir.path(), &a_study("SECOND"), &[]), Err(Error::Taken)));
    let station = Station::load(&dir.path().join(STATION_FILE)).unwrap();
    assert_eq!(station.studies.len(), 2);
    assert_eq!(station.studies[&"RECOVERY".parse().unwrap()].ethics_approval, "A \"quoted\" \\ number");
    assert_eq!(station.notes, [Note::OneSteward]);
    for folder in ["D03/PIR/W2/interview", "D03/JOINT/W1/session", "F1/PSW-12/W1/interview"] {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            fs::metadata(dir.path().join("intake/RECOVERY").join(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o2770, "{folder}");
    }
    assert!(dir.path().join("intake").join(SHEET_FILE).is_file());
    assert!(Path::new(&station.directories.claimed).is_dir());
}

#[test]
fn the_documented_defaults_are_the_defaults() {
    let page = include_str!("../../docs/configuration.md");
    for entity in EntityType::ALL {
        let action = serde_json::to_value(Action::default_for(*entity)).unwrap();
        let row = format!("| `{entity}` | `{}` |", action.as_str().unwrap());
        assert!(page.contains(&row), "{row}");
        assert!(Action::default_for(*entity).fits(*entity));
    }
}

#[test]
fn the_documented_actions_are_those_that_fit() {
    let page = include_str!("../../docs/configuration.md");
    let table = page.split("What fits which type:").nth(1).unwrap().split("\n\n").nth(1).unwrap();
    let mut met = 0;
    for row in table.lines().skip(2) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        for name in cells[0].split_whitespace() {
            let entity: EntityType = name.trim_matches('`').parse().unwrap();
            let fits = [Action::Code, Action::Suppress, Action::Generalize, Action::Surrogate, Action::Keep];
            for (cell, action) in cells[1..].iter().zip(fits) {
                assert_eq!(*cell == "yes", action.fits(entity), "{entity} {action:?}");
            }
            for (word, action) in [
                ("`age-band`", Action::AgeBand),
                ("`year-only`", Action::YearOnly),
                ("`date-shift`", Action::DateShift),
            ] {
                assert_eq!(cells[6].contains(word), action.fits(entity), "{entity} {action:?}");
            }
            met += 1;
        }
    }
    assert_eq!(met, EntityType::ALL.len());
}
