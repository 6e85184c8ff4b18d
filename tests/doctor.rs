//! What `vouchsafe doctor` says of a good station and of broken ones.
#![expect(
    clippy::indexing_slicing,
    clippy::semicolon_if_nothing_returned,
    clippy::type_complexity,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the program is run as people run it, on files made by plain means"
)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match
PSW-01,PSW,D01,U1,Yeung Ka Fai,楊家輝; Felix Yeung,,team,
PIR-01,PIR,D01,U1,Lau Sze Ki,劉詩琪; Kiki Lau,,team,
";

fn vouchsafe(arguments: &[&str]) -> (i32, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_vouchsafe")).args(arguments).output().unwrap();
    (ran.status.code().unwrap(), String::from_utf8(ran.stdout).unwrap())
}

/// A station that nobody has started yet, with so many stewards.
fn station(dir: &Path, stewards: &[&str]) -> PathBuf {
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let (out, roster, station) = (dir.join("keys"), dir.join("roster.csv"), dir.join("station"));
    fs::create_dir(&out).unwrap();
    fs::write(&roster, ROSTER).unwrap();
    let mut arguments: Vec<String> =
        ["init", "--study", "QUAY", "--ethics-approval", "QA-1", "--approval-until", "2099-12-31"]
            .map(str::to_owned)
            .to_vec();
    for name in stewards {
        let (code, said) = vouchsafe(&["keys", "steward", "new", name, "--out", &text(&out)]);
        assert_eq!(code, 0, "{said}");
        arguments.extend(["--steward".to_owned(), text(&out.join(format!("{name}.steward.toml")))]);
    }
    arguments.extend(["--from-roster".to_owned(), text(&roster), text(&station)]);
    let (code, said) = vouchsafe(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(code, 0, "{said}");
    station
}

/// The exit code, and the checks of a grade.
fn doctor(station: &Path, grade: &str) -> (i32, Vec<String>) {
    let (code, said) = vouchsafe(&["--station", station.to_str().unwrap(), "--json", "doctor"]);
    let report: Value = serde_json::from_str(&said).unwrap();
    let checks = report["checks"].as_array().unwrap().iter().filter(|it| it["grade"] == grade);
    (code, checks.map(|it| it["what"].as_str().unwrap().to_owned()).collect())
}

#[test]
fn a_new_station_has_nothing_to_mend() {
    let dir = tempfile::tempdir().unwrap();
    let station = station(dir.path(), &["first", "second"]);
    let (code, wrong) = doctor(&station, "wrong");
    assert_eq!((code, wrong), (0, vec![]));
    let (_, weak) = doctor(&station, "weak");
    assert!(weak.iter().any(|it| it.starts_with("keystore.key lies on this machine")), "{weak:?}");
    assert!(!weak.iter().any(|it| it.contains("steward")), "{weak:?}");
    let (_, good) = doctor(&station, "good");
    for want in ["drop folders", "2 stewards", "roster opens", "hold all their examples", "worker starts"] {
        assert!(good.iter().any(|it| it.contains(want)), "{want}: {good:?}");
    }
    // What it tried, it has removed.
    let left: Vec<_> = fs::read_dir(station.join("intake")).unwrap().collect();
    assert!(left.iter().all(|it| !it.as_ref().unwrap().file_name().to_str().unwrap().contains("probe")));
}

#[test]
fn what_is_broken_is_told() {
    let break_one: [(&str, &str, fn(&Path)); 6] = [
        ("KE-02", "a key that others can read", |it| {
            fs::set_permissions(it.join("credentials/roster.key"), fs::Permissions::from_mode(0o644))
                .unwrap();
        }),
        ("KE-01", "a key that is gone", |it| fs::remove_file(it.join("credentials/log.key")).unwrap()),
        ("steward second", "a steward without a public file", |it| {
            fs::remove_file(it.join("stewards/second.steward.toml")).unwrap();
        }),
        ("no roster", "a roster that is gone", |it| {
            fs::remove_file(it.join("studies/QUAY/roster.sealed")).unwrap();
        }),
        ("the roster", "a roster of another station", |it| {
            fs::write(it.join("studies/QUAY/roster.sealed"), [7; 200]).unwrap();
        }),
        ("CF-0", "settings that do not load", |it| {
            fs::write(it.join("vouchsafe.toml"), "station = 1").unwrap()
        }),
    ];
    for (want, what, break_it) in break_one {
        let dir = tempfile::tempdir().unwrap();
        let station = station(dir.path(), &["first", "second"]);
        break_it(&station);
        let (code, wrong) = doctor(&station, "wrong");
        assert_eq!(code, 1, "{what}");
        assert!(wrong.iter().any(|it| it.contains(want)), "{what}: {wrong:?}");
    }
}

#[test]
fn what_weakens_is_told_and_is_no_error() {
    let dir = tempfile::tempdir().unwrap();
    let station = station(dir.path(), &["only"]);
    fs::create_dir(station.join("intake/.stversions")).unwrap();
    fs::create_dir(station.join("intake/QUAY/.Trash-1000")).unwrap();
    let (code, weak) = doctor(&station, "weak");
    assert_eq!(code, 0, "{weak:?}");
    for want in ["one steward only", ".stversions", "a recycle bin"] {
        assert!(weak.iter().any(|it| it.contains(want)), "{want}: {weak:?}");
    }
}
