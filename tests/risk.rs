//! `vouchsafe risk` on a real station: what files tell of participants and what is left of it, through two languages,
//! new versions, decisions, kills and places that nobody knows; and nothing of what was said in any of it.
#![expect(
    clippy::disallowed_methods,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::{
    collections::BTreeMap,
    fs,
    os::unix::process::CommandExt as _,
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use station::{BINARY, Bench, files};
use vouchsafe::{
    catalog::State,
    id::JobId,
    keys::Credentials,
    ledger::ItemLedger,
    registry::{self, Registry},
    review::Ballot,
    sample,
};

/// What is said in the files below, and must be nowhere but in sealed objects.
const SAID: &[&str] = &["Sha Tin", "沙田", "harbour pilot", "五十一", "Fo Tan", "火炭"];

const ENGLISH: &str = "I: where is that\nP: I live in Sha Tin, and I used to be a harbour pilot at sea.\n";
const CANTONESE: &str = "訪問員：喺邊度呀\n受訪者：我住喺沙田，今年五十一歲。\n";

fn risk(bench: &Bench, more: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.arg("--station").arg(&bench.station).args(["risk", sample::STUDY]).args(more);
    command.output().unwrap()
}

fn risk_json(bench: &Bench) -> Value {
    let out = risk(bench, &["--json"]);
    assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// The rows of one participant: attribute → what is left, values, files.
fn left_of(told: &Value, code: &str) -> BTreeMap<String, (String, u64, u64)> {
    let people = told["participants"].as_array().unwrap();
    let person = people.iter().find(|it| it["participant"] == code);
    let rows = person.map(|it| it["attributes"].as_array().unwrap().clone()).unwrap_or_default();
    rows.iter()
        .map(|it| {
            let left = it["as"].as_str().unwrap_or_else(|| it["left"].as_str().unwrap()).to_owned();
            let number = |key: &str| it[key].as_u64().unwrap();
            (it["attribute"].as_str().unwrap().to_owned(), (left, number("values"), number("files")))
        })
        .fold(BTreeMap::new(), |mut all, (kind, row)| {
            assert!(all.insert(kind, row).is_none(), "one row of a kind is expected: {rows:?}");
            all
        })
}

fn ledger(bench: &Bench) -> Option<Vec<(JobId, ItemLedger)>> {
    let station = bench.loaded();
    let credentials = Credentials::load(&station.directories.credentials).unwrap();
    let rows = credentials.roster.derive("station.db").unwrap();
    let names = registry::name_key(&credentials.pseudonym).unwrap();
    let registry = Registry::read(&station.directories.registry(), rows, names).ok()?;
    registry.ledger(&sample::STUDY.parse().unwrap()).ok()
}

/// A station with one participant's two files, not yet read.
fn dropped() -> Bench {
    let bench = Bench::new("automatic");
    bench.drop_file("D01/PIR/W1/interview/a.txt", ENGLISH);
    bench.drop_file("D01/PIR/W2/interview/b.txt", CANTONESE);
    bench
}

#[test]
fn two_languages_in_two_files_are_one_attribute_and_nothing_said_is_told() {
    let bench = dropped();
    bench.set_study("size", "60");
    let study = bench.station.join("studies").join(sample::STUDY).join("study.toml");
    let text = fs::read_to_string(&study).unwrap().replace("# [population]", "[population]");
    fs::write(&study, text).unwrap();
    let run = Command::new(BINARY)
        .arg("-s")
        .arg(&bench.station)
        .args(["run", "--once", "--log-json"])
        .env("RUST_LOG", "trace")
        .output()
        .unwrap();
    assert!(run.status.success());
    let json = risk(&bench, &["--json"]);
    let told: Value = serde_json::from_slice(&json.stdout).unwrap();
    let rows = left_of(&told, "PIR-01");
    assert_eq!(rows["LOC"], ("New Territories".to_owned(), 1, 2), "{rows:?}");
    assert_eq!(rows["AGE"], ("50-54".to_owned(), 1, 1), "{rows:?}");
    assert_eq!(rows["OCCUPATION"], ("nothing".to_owned(), 1, 1), "{rows:?}");
    assert_eq!((&told["rare"], json.status.code()), (&serde_json::json!(["PIR-01"]), Some(1)));

    let plain = risk(&bench, &[]);
    let shown = String::from_utf8(plain.stdout.clone()).unwrap();
    assert!(
        shown.contains("PIR-01") && shown.contains("New Territories") && shown.contains("RARE"),
        "{shown}"
    );
    assert!(shown.contains("age_years = 10"), "{shown}");
    let database: Vec<u8> = files(&bench.station.join("station"))
        .into_iter()
        .filter(|it| it.file_name().unwrap().to_str().unwrap().starts_with("station.db"))
        .flat_map(|it| fs::read(it).unwrap())
        .collect();
    assert!(!database.is_empty());
    let places = [
        ("risk", [plain.stdout, plain.stderr].concat()),
        ("risk --json", [json.stdout, json.stderr].concat()),
        ("the log", [run.stdout, run.stderr].concat()),
        ("station.db", database),
    ];
    for (place, bytes) in &places {
        for said in SAID {
            assert!(!bytes.windows(said.len()).any(|it| it == said.as_bytes()), "{said} in {place}");
        }
    }
    for name in sample::ROSTER.lines().skip(1).filter_map(|it| it.split(',').nth(4)) {
        assert!(!shown.contains(name), "{name}");
    }
}

#[test]
fn an_item_that_belongs_nowhere_tells_nothing_of_anybody() {
    let bench = Bench::new("automatic");
    bench.drop_file("D09/PIR/W1/interview/stranger.txt", ENGLISH);
    bench.drop_file("loose.txt", CANTONESE);
    bench.run();
    assert!(bench.jobs().iter().all(|it| it.state == State::Quarantined));
    assert!(ledger(&bench).unwrap().is_empty());
    let out = risk(&bench, &[]);
    assert!(out.status.success());
    assert!(String::from_utf8_lossy(&out.stdout).contains("Nothing was found yet"));
}

#[test]
fn a_new_version_takes_the_place_of_the_old() {
    let bench = dropped();
    bench.run();
    let text = "I: where is that\nP: I live in Fo Tan now, and nobody asks.\n";
    bench.drop_file("D01/PIR/W1/interview/a.txt", text);
    bench.run();
    let told = risk_json(&bench);
    let places: Vec<_> = told["participants"][0]["attributes"].as_array().unwrap().iter().collect();
    let places: Vec<_> = places.iter().filter(|it| it["attribute"] == "LOC").map(|it| &it["as"]).collect();
    assert_eq!(places, ["New Territories", "Sha Tin"], "one from each file");
    assert!(!told.to_string().contains("OCCUPATION"), "the pilot is gone");
}

/// Kills the daemon between the ledger's row and the seal: the item is read again, and has one row.
#[test]
fn a_kill_after_the_row_counts_nothing_twice() {
    let whole = dropped();
    whole.run();
    let bench = dropped();
    let mut child = Command::new(BINARY)
        .arg("-s")
        .arg(&bench.station)
        .args(["run", "--once"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    while ledger(&bench).is_none_or(|it| it.is_empty()) {
        assert!(Instant::now() < until, "no row was written");
        thread::sleep(Duration::from_millis(1));
    }
    let group = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
    child.wait().unwrap();
    let rows = ledger(&bench).unwrap().len();
    assert!((1..=2).contains(&rows), "{rows}");
    bench.run();
    assert_eq!(ledger(&bench).unwrap().len(), 2);
    assert_eq!(risk_json(&bench), risk_json(&whole));
}

/// What two files have in common: detection is not quite sure of it, and a steward lets it stand.
const KITCHEN: &str =
    "I: where to\nP: we go to the Harbour Kitchen Association, and I used to be a harbour pilot.\n";

#[test]
fn what_a_steward_lets_stand_counts_as_standing_in_other_files_too() {
    let bench = Bench::new("one-person");
    bench.drop_file("D01/PIR/W1/interview/a.txt", KITCHEN);
    bench.run();
    let told = risk_json(&bench);
    assert_eq!((&told["files"], &told["released_files"]), (&serde_json::json!(1), &serde_json::json!(0)));
    let rows = left_of(&told, "PIR-01");
    assert_eq!((rows["OCCUPATION"].0.as_str(), rows["ORG"].0.as_str()), ("nothing", "nothing"));

    let job = bench.job("D01/PIR/W1/interview/a.txt");
    bench.decide(&job, "ada", Ballot::Approve, |work| {
        for (n, it) in (1..).zip(work.candidates()) {
            if KITCHEN[it.first].contains("Kitchen") {
                work.keep(n).unwrap();
            } else {
                work.redact(n, None).unwrap();
            }
        }
    });
    bench.run();
    let told = risk_json(&bench);
    assert_eq!(told["released_files"], 1, "{told}");
    let rows = left_of(&told, "PIR-01");
    assert_eq!((rows["OCCUPATION"].0.as_str(), rows["ORG"].0.as_str()), ("nothing", "whole"));

    // The decision is carried to other files, where the string is no longer among what is found.
    bench.drop_file("D01/PIR/W2/interview/b.txt", format!("{KITCHEN}I: and then\nP: nothing more.\n"));
    bench.run();
    let rows = left_of(&risk_json(&bench), "PIR-01");
    assert_eq!(rows["ORG"], ("whole".to_owned(), 1, 2), "{rows:?}");
    assert_eq!(rows["OCCUPATION"], ("nothing".to_owned(), 1, 2), "{rows:?}");
}

#[test]
fn risk_says_who_and_what_is_not_there() {
    let bench = Bench::new("automatic");
    let out = risk(&bench, &[]);
    assert!(out.status.success(), "before the daemon's first run");
    let out = Command::new(BINARY).arg("-s").arg(&bench.station).args(["risk", "NOWHERE"]).output().unwrap();
    assert!(String::from_utf8_lossy(&out.stderr).contains("CL-14"));
    let out = risk(&bench, &["--participant", "PIR-09"]);
    assert!(String::from_utf8_lossy(&out.stderr).contains("CL-27") && out.status.code() == Some(2));
}
