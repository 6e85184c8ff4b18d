//! `vouchsafe eval` as people start it: what it reads, compares and writes.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// Exit code, standard output and standard error.
fn said(dir: &Path, arguments: &[&str]) -> (i32, String, String) {
    #[expect(clippy::disallowed_methods, reason = "this test is about the program as it is started")]
    let mut program = Command::new(env!("CARGO_BIN_EXE_vouchsafe"));
    let output = program.current_dir(dir).arg("eval").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(dir: &Path, arguments: &[&str]) -> serde_json::Value {
    let (_, out, error) = said(dir, &[&["--json"], arguments].concat());
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("no JSON from {arguments:?}: {out} {error}"))
}

#[expect(clippy::disallowed_methods, reason = "what the program is given to read")]
fn put(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Two talks; each says a telephone number and a nickname that is a word.
const GOLD: &str = concat!(
    r#"{"id": "a", "lang": "en", "style": "clean", "text": "P: call me on 9123 4567, says tulip.", "spans": "#,
    r#"[{"start": 14, "end": 23, "type": "PHONE", "identifier_class": "direct", "entity_id": "n"}, "#,
    r#"{"start": 30, "end": 35, "type": "PERSON", "identifier_class": "direct", "entity_id": "z"}]}"#,
    "\n",
    r#"{"id": "b", "lang": "en", "style": "clean", "text": "P: it's 9876 5432 now.", "spans": "#,
    r#"[{"start": 8, "end": 17, "type": "PHONE", "identifier_class": "direct", "entity_id": "n"}]}"#,
    "\n"
);

#[test]
fn standoff_is_read_from_a_folder_and_from_one_file() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "gold/home/a.txt", "P: call me on 9123 4567, says tulip.\n");
    put(dir.path(), "gold/home/a.ann", "T1\tTel 14 23\t9123 4567\nA1\tSure T1\nT2\tPET 30 35\ttulip\n");
    put(dir.path(), "gold/home/notes.md", "no gold\n");
    let (code, _, error) = said(dir.path(), &["gold", "--format", "brat"]);
    assert!(code == 2 && error.contains("EV-03"), "{error}");
    assert!(
        error.contains("Tel (first in line 1), PET (first in line 3)") && !error.contains("tulip"),
        "{error}"
    );
    let sorted = ["gold", "--format", "brat", "--direct", "tel", "--ignore", "pet"];
    let told = json(dir.path(), &sorted);
    assert_eq!(told["mentions"]["direct/Tel"]["leak"], 0.0, "{told}");
    assert_eq!(told["direct_leak_by_style"]["latin/home"]["n"], 1, "{told}");
    let one = ["gold/home/a.ann", "--format", "brat", "--direct", "Tel,Pet"];
    assert_eq!(json(dir.path(), &one)["mentions"]["direct"]["n"], 2);
    put(dir.path(), "gold/home/a.ann", "T1\tPERSON 15 23\t9123 4567\n");
    let (code, _, error) = said(dir.path(), &["gold", "--format", "brat"]);
    assert!(code == 2 && error.contains("EV-02") && error.contains("line 1"), "{error}");
    assert!(!error.contains("9123"), "{error}");
    let (code, _, error) = said(dir.path(), &["gold/home/notes.md", "--format", "jsonl"]);
    assert!(code == 2 && error.contains("CL-15"), "{error}");
}

#[test]
fn a_roster_s_people_are_known() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "gold.jsonl", GOLD);
    put(
        dir.path(),
        "roster.csv",
        "code,role,group,unit,name,aliases,relation,consent,never_match\nPIR-01,PIR,D01,,Wong Tai Lung,Tulip,,team,\n",
    );
    let leaks = |more: &[&str]| {
        json(dir.path(), &[&["gold.jsonl", "--fast"], more].concat())["mentions"]["direct/PERSON"]["leak"]
            .clone()
    };
    assert_eq!((leaks(&[]), leaks(&["--roster", "roster.csv"])), (1.0.into(), 0.0.into()));
    put(dir.path(), "roster.csv", "code\n");
    let (code, _, error) = said(dir.path(), &["gold.jsonl", "--fast", "--roster", "roster.csv"]);
    assert!(code != 0 && error.contains("RO-"), "{error}");
}

#[test]
fn columns_are_read() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "t.conll", "P O\n: O\ncall O\n9123 B-PHONE\n4567 I-PHONE\n\nso O\ntulip B-PER\n");
    // Without the model, which knows the nickname.
    let told = json(dir.path(), &["t.conll", "--format", "conll", "--fast"]);
    assert_eq!(told["mentions"]["direct/PHONE"]["leak"], 0.0, "{told}");
    assert_eq!(told["mentions"]["direct"]["leak"], 0.5, "{told}");
    put(dir.path(), "t.conll", "P O\ntulip\tB-PER\ntulip\n");
    let (code, _, error) = said(dir.path(), &["t.conll", "--format", "conll"]);
    assert!(code == 2 && error.contains("EV-05") && error.contains("line 3"), "{error}");
    assert!(!error.contains("tulip"), "{error}");
}

#[test]
fn a_mark_that_can_t_be_scored_is_not_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let check = |text: &str, want: &str| {
        put(dir.path(), "bad.jsonl", text);
        let (code, _, error) = said(dir.path(), &["bad.jsonl"]);
        assert!(code == 2 && error.contains(want) && error.contains("line 2"), "{want}: {error}");
        assert!(!error.contains("tulip"), "{error}");
    };
    let swapped = GOLD.replacen(r#""end": 17"#, r#""end": 900"#, 1);
    check(&swapped, "EV-09");
    let second = GOLD.lines().nth(1).unwrap();
    let capital = second.replace(r#""direct""#, r#""Direct""#);
    check(&GOLD.replace(second, &capital), "EV-09");
    check(&GOLD.replace(r#""id": "b""#, r#""id": "a""#), "EV-07");
    put(dir.path(), "none.jsonl", "\n");
    assert!(said(dir.path(), &["none.jsonl"]).2.contains("EV-06"));
}

#[test]
fn the_report_is_one_file_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "gold.jsonl", GOLD);
    let (code, out, error) = said(dir.path(), &["gold.jsonl", "--fast", "--html", "report.html"]);
    assert!(code == 0 && out.contains("HOLDS WHAT WAS SAID"), "{out} {error}");
    let path = dir.path().join("report.html");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let page = fs::read_to_string(path).unwrap();
    assert!(page.contains("missed: </span>tulip") && page.contains("covered: </span>9123 4567"), "{page}");
    let (code, _, error) = said(dir.path(), &["gold.jsonl", "--format", "tab", "--html", "x.html"]);
    assert!(code == 2 && error.contains("EV-08"), "{error}");
    let (code, _, error) = said(dir.path(), &["gold.jsonl", "--direct", "NICKNAME"]);
    assert!(code == 2 && error.contains("EV-08"), "{error}");
}

#[test]
fn two_programs_are_compared_and_no_text_is_told_unasked() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "gold.jsonl", GOLD);
    put(dir.path(), "a.jsonl", "{\"id\": \"a\", \"spans\": [{\"start\": 14, \"end\": 23}]}\n");
    put(dir.path(), "b.jsonl", "{\"id\": \"a\", \"spans\": [{\"start\": 30, \"end\": 35}]}\n");
    let compare = ["gold.jsonl", "--compare", "a.jsonl", "b.jsonl"];
    let told = json(dir.path(), &compare);
    assert_eq!(told["figures"][0]["figure"], "direct_leak", "{told}");
    assert_eq!(told["figures"][0]["difference"], 0.0, "{told}");
    assert_eq!(told["only_a_misses"][0]["start"], 30, "{told}");
    assert_eq!(told["only_b_misses"][0]["type"], "PHONE", "{told}");
    let (_, out, _) = said(dir.path(), &compare);
    assert!(out.contains("only A misses: 1 direct") && !out.contains("tulip"), "{out}");
    let (_, out, _) = said(dir.path(), &[&compare[..], &["--errors", "3"]].concat());
    assert!(out.contains("[[tulip]]"), "{out}");
}

#[test]
fn texts_and_not_mentions_are_what_an_interval_counts() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "gold.jsonl", GOLD);
    put(dir.path(), "none.jsonl", "{\"id\": \"a\", \"spans\": []}\n");
    let told = json(dir.path(), &["gold.jsonl", "--score", "none.jsonl"]);
    let low = told["mentions"]["direct"]["leak_ci95"][0].as_f64().unwrap();
    assert!(low < 0.1, "two texts say little: {low}");
    let one = GOLD.lines().next().unwrap();
    put(dir.path(), "one.jsonl", &format!("{one}\n"));
    let told = json(dir.path(), &["one.jsonl", "--score", "none.jsonl"]);
    let low = told["mentions"]["direct"]["leak_ci95"][0].as_f64().unwrap();
    assert!((low - 0.342).abs() < 0.001, "of one text it is Wilson's: {low}");
}
