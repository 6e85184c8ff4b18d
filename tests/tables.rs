//! Tables in the line: a table of turns and a table of facts are dropped, read, and released as CSV.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::fs;

use station::{Bench, files};
use vouchsafe::catalog::State;

const TURNS: &str = "D01/PSW/W1/interview/turns.csv";
const FACTS: &str = "D01/PSW/W2/demographics/facts.csv";

#[test]
fn what_a_column_says_is_taken_out_and_the_table_stays_one() {
    let bench = Bench::new("automatic");
    bench.drop_file(
        TURNS,
        "start;speaker;text\n0:01;P;\"so, my number is 9123 4567\"\n0:02;I;thank you; really\n",
    );
    bench.drop_file(
        FACTS,
        "code,name,age,gender,district,year of diagnosis,phone,remarks\n\
         PSW-01,Daisy Quill,47,F,Sha Tin,2004,12-34,Daisy Quill was fine\nPSW-02,,93,,,,,=1+1\n",
    );
    bench.run();
    assert_eq!(
        bench.text(&bench.job(TURNS)),
        "start,speaker,text\n0:01,PSW-01,\"so, my number is [phone]\"\n0:02,I,thank you,really\n"
    );
    let facts = bench.text(&bench.job(FACTS));
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(facts.as_bytes());
    let rows: Vec<Vec<String>> =
        rows.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect();
    let [heads, first, second] = rows.as_slice() else { panic!("{facts}") };
    assert_eq!(heads.join(","), "code,name,age,gender,district,year of diagnosis,phone,remarks");
    let [code, name, age, gender, district, year, phone, remarks] = first.as_slice() else {
        panic!("{facts}")
    };
    assert_eq!(
        (code.as_str(), age.as_str(), gender.as_str()),
        ("PSW-01", "[age: 45-49]", "[demographic]"),
        "{facts}"
    );
    assert_eq!(
        (district.as_str(), year.as_str(), phone.as_str()),
        ("[place: New Territories]", "[year: 2004]", "[phone]")
    );
    assert!(name.starts_with("[person-") && *remarks == format!("{name} was fine"), "{facts}");
    assert_eq!(second.join(","), "PSW-02,,[age: 90+],,,,,=1+1");
}

/// Says in the study's settings what stands below some headings.
fn name_columns(bench: &Bench, columns: &str) {
    let file = bench.station.join("studies/HARBOUR/study.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, format!("{text}\n[columns]\n{columns}")).unwrap();
}

#[test]
fn headings_that_the_study_names_are_read_generalized_counted_and_left_out() {
    let bench = Bench::new("automatic");
    name_columns(
        &bench,
        "Pseudonym = \"code\"\n\"Q1 (years)\" = \"AGE\"\n\"Q2: where?\" = \"LOC\"\nQ3 = \"OCCUPATION\"\n\
         Position = \"keep\"\nHush = \"leave-out\"\n",
    );
    bench.drop_file(
        FACTS,
        "Pseudonym;Hush;Q1;Q2: where?;Q3;Position\nPSW-01;Tamsin CANARY;47;Sha Tin;welder;third\nPSW-02;CANARY;93;;;first\n;CANARY;;;;\n",
    );
    bench.run();
    assert_eq!(
        bench.text(&bench.job(FACTS)),
        "Pseudonym,Q1,Q2: where?,Q3,Position\nPSW-01,[age: 45-49],[place: New Territories],[occupation-1],third\n\
         PSW-02,[age: 90+],,,first\n"
    );
    for file in files(&bench.station.join("release")) {
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(6).any(|it| it == b"CANARY"), "{}", file.display());
    }
    let mut risk = std::process::Command::new(station::BINARY);
    risk.arg("--station").arg(&bench.station).args(["risk", "HARBOUR", "--json"]);
    let risk = risk.output().unwrap();
    let risk = String::from_utf8(risk.stdout).unwrap();
    for known in ["45-49", "New Territories"] {
        assert!(risk.contains(known), "{risk}");
    }
    bench.check_archive_and_log();
}

#[test]
fn a_table_of_turns_has_the_headings_that_the_study_names() {
    let bench = Bench::new("automatic");
    let table = "At,Voice,Utt.\n0:01,P,\"so, my number is 9123 4567\"\n0:02,I,really\n";
    bench.drop_file("D01/PSW/W1/interview/before.csv", table);
    bench.run();
    let job = bench.job("D01/PSW/W1/interview/before.csv");
    assert_eq!((job.state, job.facts.reason.as_deref()), (State::Quarantined, Some("PA-25")));
    // The statistical name finder looks at headings, too, and knows the study's.
    bench.set_study("finder", "\"embedded\"");
    name_columns(&bench, "At = \"time\"\nVoice = \"speaker\"\n\"Utt.\" = \"text\"\n");
    bench.drop_file(TURNS, format!("{table}0:03,I,again\n"));
    bench.run();
    assert_eq!(
        bench.text(&bench.job(TURNS)),
        "At,Voice,Utt.\n0:01,PSW-01,\"so, my number is [phone]\"\n0:02,I,really\n0:03,I,again\n"
    );
}
