//! The program as people start it: what it prints, what it leaves on the disk, and how it ends.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
    PSW-03,PSW,D03,,Tam Oi Lin 譚愛蓮,Linny,,team,\n\
    PIR-03,PIR,D03,,Cheuk Wing Fat 卓永發,,,,\n";

fn run(dir: &Path, arguments: &[&str]) -> Output {
    #[expect(clippy::disallowed_methods, reason = "this test is about the program as it is started")]
    let mut program = Command::new(env!("CARGO_BIN_EXE_vouchsafe"));
    program.current_dir(dir).args(arguments).output().unwrap()
}

/// Exit code, standard output and standard error.
fn said(dir: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = run(dir, arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(dir: &Path, arguments: &[&str]) -> serde_json::Value {
    let (_, out, _) = said(dir, &[&["--json"], arguments].concat());
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("no JSON from {arguments:?}: {out}"))
}

#[expect(clippy::disallowed_methods, reason = "what the program is given to read")]
fn put(dir: &Path, name: &str, text: &str) {
    fs::write(dir.join(name), text).unwrap();
}

#[test]
fn a_steward_gets_a_secret_and_a_public_file_once() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = ["keys", "steward", "new", "ana", "--out", "keys"];
    let (code, out, _) = said(dir.path(), &arguments);
    assert_eq!(code, 0, "{out}");
    for it in ["keys/ana.steward.key", "keys/ana.steward.toml", "offline", "stewards/ana.steward.toml"] {
        assert!(out.contains(it), "{it} in {out}");
    }
    let secret = dir.path().join("keys/ana.steward.key");
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&secret).unwrap();
    let key = text.lines().last().unwrap();
    assert!(!out.contains(key), "the secret is printed");
    let (code, _, error) = said(dir.path(), &arguments);
    assert_eq!(code, 2, "{error}");
    assert_eq!(fs::read_to_string(&secret).unwrap(), text, "a steward's key was replaced");
}

#[test]
fn the_built_in_packs_hold_and_a_missing_one_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let tested = json(dir.path(), &["rules", "test"]);
    assert_eq!(tested["good"], true, "{tested}");
    assert!(tested["rules"].as_u64().unwrap() > 20, "{tested}");
    assert!(tested["examples"].as_u64().unwrap() > 100, "{tested}");
    let (code, _, error) = said(dir.path(), &["rules", "test", "hk-2"]);
    assert!(code == 2 && error.contains("hk-2") && error.contains("CL-05"), "{error}");
}

#[test]
fn a_rule_says_what_it_finds_and_why() {
    let dir = tempfile::tempdir().unwrap();
    let text = "Write to me at oi.lin@example.org please";
    let found = json(dir.path(), &["rules", "explain", text]);
    let found = found["findings"].as_array().unwrap();
    let mail = found.iter().find(|it| it["entity"] == "EMAIL").unwrap();
    assert_eq!(mail["text"], "oi.lin@example.org");
    assert!(mail["rule"].as_str().unwrap().contains('.'), "{mail}");
    let (code, out, _) = said(dir.path(), &["rules", "explain", text]);
    assert!(code == 0 && out.contains("EMAIL") && out.contains("oi.lin@example.org"), "{out}");
    let (_, out, _) = said(dir.path(), &["rules", "explain", "it was good"]);
    assert!(out.contains("Nothing found"), "{out}");
}

/// A pack with one rule and one list, with its digests in order.
fn pack(dir: &Path, name: &str, confidence: &str, terms: &str) {
    let rule = |id: &str, kind: &str, rest: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\ntitle = \"t\"\n{kind}status = \"stable\"\nsince = \"1\"\nlang = [\"any\"]\n\
             why = \"w\"\nsource = \"s\"\n{rest}\n"
        )
    };
    let of = "entity = \"IDNUM\"\nclass = \"direct\"\n";
    let numbers = rule(
        "own.case",
        of,
        &format!(
            "patterns = ['CASE-[0-9]{{3}}']\nconfidence = {confidence}\nmust_match = [{{ text = \"CASE-123\", find = \"CASE-123\" }}]\n\
         must_not_match = [{{ text = \"CASE-1\", because = \"short\" }}]"
        ),
    );
    let of = "entity = \"ORG\"\nclass = \"quasi\"\n";
    let clubs = rule(
        "own.clubs",
        of,
        "list = \"clubs\"\nconfidence = 0.9\n\
        must_match = [{ text = \"at Tern House\", find = \"Tern House\" }]\n\
        must_not_match = [{ text = \"a house\", because = \"no club\" }]",
    );
    let folder = dir.join(name);
    for it in ["10-direct", "lists"] {
        fs::create_dir_all(folder.join(it)).unwrap();
    }
    put(&folder, "10-direct/own.toml", &format!("schema = 1\n{numbers}{clubs}"));
    put(&folder, "lists/clubs.txt", &format!("# source: own; licence: none\nTern House\n{terms}"));
    let head = "schema = 1\nname = \"own\"\nversion = \"1\"\ntitle = \"t\"\nlanguages = [\"any\"]\nlicence = \"l\"\n";
    put(&folder, "PACK.toml", &format!("{head}[files]\n"));
    let (code, _, error) = said(dir, &["rules", "digests", "--write", name]);
    assert_eq!(code, 0, "{error}");
}

#[test]
fn a_word_that_was_missed_is_a_line_of_an_own_list() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    let (code, out, error) = said(at, &["rules", "new", "harbour"]);
    assert!(code == 0 && out.contains("rules digests --write harbour"), "{out}{error}");
    assert_eq!(said(at, &["rules", "test", "core", "./harbour"]).0, 0);
    let list = "harbour/lists/harbour-missed.txt";
    put(at, list, &(fs::read_to_string(at.join(list)).unwrap() + "金勺冰室\n"));
    let explain = ["rules", "explain", "--packs", "core,./harbour", "去咗金勺冰室食飯"];
    assert_ne!(said(at, &explain).0, 0, "the list is not as PACK.toml says");
    assert_eq!(said(at, &["rules", "digests", "--write", "harbour"]).0, 0);
    let (code, out, _) = said(at, &explain);
    assert!(code == 0 && out.contains("金勺冰室") && out.contains("harbour.missed"), "{out}");
    let (code, digests, _) = said(at, &["rules", "digests", "harbour"]);
    let manifest = fs::read_to_string(at.join("harbour/PACK.toml")).unwrap();
    assert!(code == 0 && manifest.ends_with(&digests), "{digests}");
    for (name, why) in [("Harbour", "CL-26"), ("harbour", "DU-02")] {
        assert!(said(at, &["rules", "new", name]).2.contains(why));
    }
}

#[test]
fn packs_are_compared_by_what_they_say_and_by_what_they_find() {
    let dir = tempfile::tempdir().unwrap();
    pack(dir.path(), "old", "0.9", "Heron Club\n");
    pack(dir.path(), "same", "0.9", "# said otherwise\nHeron Club\n");
    pack(dir.path(), "new", "0.7", "Avocet Club\n");
    put(dir.path(), "talk.txt", "P: CASE-777 at the Heron Club, later at the Avocet Club\n");
    let (code, out, _) = said(dir.path(), &["rules", "diff", "old", "same", "--over", "talk.txt"]);
    assert!(code == 0 && out.contains("SAME") && out.contains("Both find the same"), "{out}");
    let (code, out, error) = said(dir.path(), &["rules", "diff", "old", "new"]);
    assert_eq!(code, 1, "{out}{error}");
    for it in ["own.case", "confidence: 0.9 → 0.7", "clubs", "+1 Avocet Club", "−1 Heron Club"] {
        assert!(out.contains(it), "{it} in {out}");
    }
    let over = ["rules", "diff", "old", "new", "--over", "talk.txt"];
    let (code, out, error) = said(dir.path(), &over);
    assert_eq!(code, 1, "{out}{error}");
    for it in ["certain → probable", "lost, certain", "gained, certain"] {
        assert!(out.contains(it), "{it} in {out}");
    }
    assert!(!out.contains("CASE-777"), "said without being asked: {out}");
    let (_, out, _) = said(dir.path(), &[&over[..], &["--show", "2"]].concat());
    assert!(out.contains("[[CASE-777]] at the") && out.contains("[[Avocet Club]]"), "{out}");
    let told = json(dir.path(), &over);
    assert_eq!(told["equal"], false);
    assert_eq!(told["rules"][0]["keys"][0]["new"], 0.7);
    assert_eq!(told["findings"].as_array().unwrap().len(), 3, "{told}");
    assert!(!told.to_string().contains("777"), "{told}");
}

#[test]
fn packs_of_the_program_are_compared_and_trouble_is_no_difference() {
    let dir = tempfile::tempdir().unwrap();
    put(
        dir.path(),
        "gold.jsonl",
        "{\"id\": \"a1\", \"text\": \"P: my card is A123456(3) ok\", \"spans\": []}\n",
    );
    pack(dir.path(), "own", "0.9", "");
    let told = json(dir.path(), &["rules", "diff", "own", "core,en,hk", "--over", "gold.jsonl"]);
    assert_eq!((&told["packs"][2]["name"], &told["packs"][2]["became"]), (&"hk".into(), &"added".into()));
    assert!(told["findings"].as_array().unwrap().iter().any(|it| it["rule"] == "hk.hkid"), "{told}");
    let same = said(dir.path(), &["rules", "diff", "core,en,hk", "hk,core,en"]);
    assert_eq!(same.0, 0, "{}", same.1);
    for (arguments, code) in [
        (&["hk", "hk-2"][..], "CL-05"),
        (&["hk", "hk", "--over", "none.txt"][..], "CL-04"),
        (&["hk", "core", "--over", "none.jsonl"][..], "CL-04"),
    ] {
        let (got, _, error) = said(dir.path(), &[&["rules", "diff"], arguments].concat());
        assert!(got == 2 && error.contains(code), "{code} in {error}");
    }
}

#[test]
fn a_roster_is_judged_by_line_and_no_name_is_printed() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "good.csv", ROSTER);
    put(dir.path(), "bad.csv", &ROSTER.replace("PIR-03,", "PSW-03,"));
    for (file, code, want) in [("good.csv", 0, "line 3"), ("bad.csv", 1, "RO-07")] {
        let (got, out, error) = said(dir.path(), &["roster", "check", file]);
        assert_eq!(got, code, "{file}: {out}{error}");
        assert!(out.contains(want), "{want} in {out}");
        for name in ["Tam", "Oi Lin", "譚", "Linny", "卓"] {
            assert!(!format!("{out}{error}").contains(name), "{name} in {out}");
        }
    }
    let (code, out, _) = said(dir.path(), &["roster", "expand", "good.csv"]);
    assert!(code == 0 && out.contains("linny"), "expand does print names: {out}");
    let (code, _, error) = said(dir.path(), &["roster", "check", "none.csv"]);
    assert!(code == 2 && error.contains("none.csv"), "{error}");
}

#[test]
fn wrong_settings_are_named_by_line_and_key() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "vouchsafe.toml", "[station]\nid = \"hku-1\"\ncolour = \"blue\"\n");
    let (code, out, _) = said(dir.path(), &["config", "check"]);
    assert_eq!(code, 1, "{out}");
    for it in ["vouchsafe.toml, line 3", "`colour`", "CF-03"] {
        assert!(out.contains(it), "{it} in {out}");
    }
    assert!(!out.contains("blue"), "a value is repeated: {out}");
    let checked = json(dir.path(), &["config", "check"]);
    assert_eq!((&checked["good"], &checked["problems"][0]["code"]), (&false.into(), &"CF-03".into()));
}

#[test]
fn an_auditor_without_a_key_is_told_where_to_get_it() {
    let dir = tempfile::tempdir().unwrap();
    let key = ["audit", "verify", "--log", ".", "--key", "not-a-key"];
    let (code, _, error) = said(dir.path(), &key);
    assert!(code == 2 && error.contains("vouchsafe audit key"), "{error}");
}

#[test]
fn a_decision_that_is_unclear_is_not_repeated() {
    let dir = tempfile::tempdir().unwrap();
    let decide = ["review", "decide", "0123456789abcdef", "mark Linny as PERSON", "-i", "none"];
    let (code, _, error) = said(dir.path(), &decide);
    assert!(code == 2 && error.contains("CL-06") && error.contains("decision 1"), "{error}");
    assert!(!error.contains("Linny"), "{error}");
}

#[test]
fn a_vote_that_is_missing_is_named_as_both_that_it_can_be() {
    let dir = tempfile::tempdir().unwrap();
    for (votes, both) in [(&[][..], true), (&["--approve", "--reject"], true), (&["--reject"], false)] {
        let (code, _, error) =
            said(dir.path(), &[&["review", "finish", "3f9a01bc", "-i", "KEY"], votes].concat());
        assert_ne!(code, 0);
        assert_eq!(error.contains("--approve") && error.contains("--reject"), both, "{votes:?} {error}");
    }
}

#[test]
fn help_says_how_it_is_done() {
    let dir = tempfile::tempdir().unwrap();
    for (arguments, want) in [
        (&["review", "decide", "--help"][..], "redact 4 as PSW-01"),
        (&["review", "show", "--help"], "review finish"),
        (&["audit", "verify", "--help"], "audit key"),
        (&["archive", "open", "--help"], "Example"),
        (&["roster", "expand", "--help"], "PRINTS NAMES"),
    ] {
        let (code, out, _) = said(dir.path(), arguments);
        assert!(code == 0 && out.contains(want), "{arguments:?}: {out}");
    }
}

#[test]
fn detection_is_measured_on_annotated_texts() {
    let dir = tempfile::tempdir().unwrap();
    let gold = concat!(
        r#"{"id": "a", "lang": "en", "style": "clean", "text": "P: call me on 9123 4567 about Beck.", "spans": "#,
        r#"[{"start": 14, "end": 23, "type": "PHONE", "identifier_class": "direct", "entity_id": "n"}, "#,
        r#"{"start": 3, "end": 7, "type": "PERSON", "identifier_class": "direct", "entity_id": "never"}]}"#,
        "\n"
    );
    put(dir.path(), "gold.jsonl", gold);
    let mut scored = json(dir.path(), &["eval", "gold.jsonl", "--predictions", "ours.jsonl"]);
    assert_eq!(scored["mentions"]["direct/PHONE"]["leak"], 0.0, "{scored}");
    assert_eq!(scored["mentions"]["direct"]["leak"], 0.5, "{scored}");
    assert_eq!(scored["char_precision"], 1.0, "{scored}");
    let again = json(dir.path(), &["eval", "gold.jsonl", "--score", "ours.jsonl"]);
    // What a reviewer would be asked stands in no file of predictions.
    assert_eq!(scored["review"].take()["leaks_asked"], 0);
    assert_eq!(again, scored, "what is written down scores the same");
    let (_, out, _) = said(dir.path(), &["eval", "gold.jsonl", "--errors", "5"]);
    assert!(out.contains("P: [[call]] me on"), "{out}");
    put(dir.path(), "bad.jsonl", "{\"id\": \"Daisy Quill\"}\n");
    let (code, _, error) = said(dir.path(), &["eval", "bad.jsonl"]);
    assert!(code == 2 && error.contains("line 1") && error.contains("CL-15"), "{error}");
    assert!(!error.contains("Daisy"), "{error}");
    put(dir.path(), "other.jsonl", "{\"id\": \"b\", \"spans\": []}\n");
    let (code, _, error) = said(dir.path(), &["eval", "gold.jsonl", "--score", "other.jsonl"]);
    assert!(code == 2 && error.contains("CL-16"), "{error}");
}

#[test]
fn no_study_is_begun_under_an_approval_that_has_ended() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "roster.csv", ROSTER);
    said(dir.path(), &["keys", "steward", "new", "ana"]);
    let init = |until| {
        let study = ["init", "a station", "--study", "QUAY", "--ethics-approval", "QA-1"];
        let rest = ["--steward", "ana.steward.toml", "--from-roster", "roster.csv"];
        said(dir.path(), &[&study[..], &["--approval-until", until], &rest].concat())
    };
    let (code, _, error) = init("2020-12-31");
    assert!(code == 2 && error.contains("CL-24") && error.contains("2020-12-31"), "{error}");
    assert!(!dir.path().join("a station").exists(), "something was written");
    let (code, out, error) = init("2099-12-31");
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("vouchsafe run --station '/"), "the path is no one word: {out}");
}

#[test]
fn a_table_becomes_a_list_that_a_pack_takes_and_a_person_can_read() {
    let dir = tempfile::tempdir().unwrap();
    let import = |rest: &[&str]| {
        let told = ["--source", "the Trust", "--licence", "for this study only"];
        said(dir.path(), &[&["lists", "import", "csv"], rest, &told].concat())
    };
    put(dir.path(), "staff.csv", "name,weight\nMei Ling,7\nＨｏ,2\nmei  ling,3\n");
    let (code, out, error) = import(&["staff.csv", "--out", "staff.fst"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.contains("2 terms") && out.contains("1 lines named one again"), "{out}");
    let mode = fs::metadata(dir.path().join("staff.fst")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o644, "a pack is shared");
    let (_, out, _) = said(dir.path(), &["lists", "show", "staff.fst"]);
    let head = "# source: the Trust; licence: for this study only";
    assert_eq!(out, format!("{head}\nho,2\nmei ling,7\n# 2 of 2 terms\n"));
    let (code, out, _) = said(dir.path(), &["lists", "show", "staff.fst", "--grep", "MEI", "--min", "7"]);
    assert_eq!((code, out), (0, format!("{head}\nmei ling,7\n# 1 of 2 terms\n")));
    assert_eq!(said(dir.path(), &["lists", "show", "staff.fst", "--grep", "x"]).0, 1, "none fits");

    put(dir.path(), "clinics.csv", "Yau Ma Tei Clinic,Yau Tsim Mong,Kowloon\n沙田診所,沙田\n");
    let (code, ..) = import(&["clinics.csv", "--ladder", "--out", "clinics-out.csv"]);
    assert_eq!(code, 0);
    let text = fs::read_to_string(dir.path().join("clinics-out.csv")).unwrap();
    assert_eq!(text, format!("{head}\nYau Ma Tei Clinic,Yau Tsim Mong,Kowloon\n沙田診所,沙田\n"));
}

#[test]
fn a_table_that_is_no_list_is_refused_with_its_line_and_no_name() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |table: &str, out: &str, code: &str, what: &str| {
        put(dir.path(), "t.csv", table);
        let arguments = ["lists", "import", "csv", "t.csv", "--source", "x", "--licence", "y", "--out", out];
        let (exit, _, error) = said(dir.path(), &arguments);
        assert_eq!(exit, 2, "{error}");
        assert!(error.contains(code) && error.contains(what) && !error.contains("Ming"), "{error}");
        assert!(!dir.path().join(out).exists());
    };
    refused("Ming,1\nMing,often\n", "a.fst", "RU-10", "line 2");
    refused("Ming,1\n,2\n", "a.fst", "RU-10", "line 2");
    refused("Ming,1\n", "a.csv", "CL-25", ".fst");
    refused("Ming,1\n", "A.fst", "CL-25", "lower-case");
    let (exit, _, error) = said(dir.path(), &["lists", "show", "nothing.fst"]);
    assert!(exit == 2 && error.contains("CL-04"), "{error}");
    put(dir.path(), "a.fst", "# source: x; licence: y\nno list");
    let (exit, _, error) = said(dir.path(), &["lists", "show", "a.fst"]);
    assert!(exit == 2 && error.contains("RU-10") && error.contains("damaged"), "{error}");
}
