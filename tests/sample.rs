//! `vouchsafe sample` over the copies that the demo releases: a sheet for two readers, and what it comes to.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
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
    sync::OnceLock,
};

use serde_json::Value;

/// The demo's directory; its station is drawn from and otherwise left as it is.
fn demo() -> &'static Path {
    static DEMO: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, dir) = DEMO.get_or_init(|| {
        let temporary = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let dir = temporary.path().join("demo");
        let ran = Command::new(env!("CARGO_BIN_EXE_vouchsafe")).args(["demo", "--dir"]).arg(&dir).output();
        assert!(ran.unwrap().status.success());
        (temporary, dir)
    });
    dir
}

/// Exit code, standard output and standard error of `vouchsafe sample`.
fn said(dir: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_vouchsafe"));
    program.current_dir(dir).arg("--station").arg(demo().join("station")).arg("sample").args(arguments);
    let output = program.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(dir: &Path, arguments: &[&str]) -> Value {
    let (_, out, error) = said(dir, &[&["--json"], arguments].concat());
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("no JSON from {arguments:?}: {out} {error}"))
}

fn rows(sheet: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(sheet).unwrap();
    reader.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// A copy of the sheet in which a reader has read all, and found the first word of the first turn.
fn fill(sheet: &Path, reader: usize, name: &str) -> (PathBuf, String) {
    let mut rows = rows(sheet);
    let word = rows[1][4].split_whitespace().next().unwrap().to_owned();
    let first = 5 + (reader - 1) * 3;
    for row in &mut rows[1..] {
        "x".clone_into(&mut row[first]);
    }
    rows[1][first + 1].clone_from(&word);
    let path = sheet.with_file_name(name);
    let mut writer = csv::Writer::from_path(&path).unwrap();
    for it in &rows {
        writer.write_record(it).unwrap();
    }
    writer.flush().unwrap();
    (path, word)
}

#[test]
fn a_seed_draws_a_sheet_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let draw = |name: &str, seed: &str| {
        let told = json(dir.path(), &["draw", "HARBOUR", "--turns", "12", "--seed", seed, "--out", name]);
        let texts: Vec<_> = rows(&dir.path().join(name)).into_iter().map(|it| it[4].clone()).collect();
        (told, texts)
    };
    let (told, texts) = draw("a.csv", "5");
    assert_eq!((&told["turns"], &told["seed"]), (&12.into(), &5.into()), "{told}");
    assert!(told["strata"].as_array().unwrap().len() > 3, "{told}");
    assert_eq!(fs::metadata(dir.path().join("a.csv")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(draw("b.csv", "5").1, texts);
    assert_ne!(draw("c.csv", "6").1, texts);
    let (code, _, error) = said(dir.path(), &["draw", "HARBOUR", "--out", "a.csv"]);
    assert!(code == 2 && error.contains("DU-"), "a sheet was replaced: {error}");
    let (code, _, error) = said(dir.path(), &["draw", "QUAY"]);
    assert!(code == 2 && error.contains("CL-14"), "{error}");
}

#[test]
fn what_readers_found_becomes_numbers_and_the_words_are_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let told = json(
        dir.path(),
        &["draw", "HARBOUR", "--words", "300", "--by", "none", "--seed", "5", "--out", "sheet.csv"],
    );
    let sheet = dir.path().join("sheet.csv");
    let (code, _, error) = said(dir.path(), &["record", "sheet.csv"]);
    assert!(code == 2 && error.contains("RR-09"), "{error}");
    let (_, word) = fill(&sheet, 1, "one.csv");
    fill(&sheet, 2, "two.csv");
    let recorded = json(dir.path(), &["record", "one.csv", "two.csv"]);
    let record = &recorded["record"];
    assert_eq!((&record["readers"], &record["turns"]), (&2.into(), &told["turns"]), "{record}");
    assert_eq!(record["direct"]["both"], 1, "{record}");
    let words = told["words"].as_f64().unwrap();
    assert!((record["direct"]["rate"].as_f64().unwrap() - 1e4 / words).abs() < 1e-6, "{record}");
    let kept = Path::new(recorded["kept"].as_str().unwrap()).parent().unwrap().to_owned();
    for it in fs::read_dir(kept).unwrap() {
        let path = it.unwrap().path();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(&format!("\"{word}\"")) && !text.contains("HARBOUR_D"), "{text}");
    }
    let (code, _, error) = said(dir.path(), &["record", "one.csv"]);
    assert!(code == 2 && error.contains("RR-10"), "{error}");
    let (code, out, _) = said(dir.path(), &["record", "--replace", "one.csv", "two.csv"]);
    assert!(code == 0 && out.contains("HARBOUR_D") && out.contains("delete the sheets"), "{out}");
    let id = told["draw"].as_str().unwrap();
    let (code, out, _) = said(dir.path(), &["report", "HARBOUR", "--draw", id]);
    assert!(code == 0 && out.contains("| direct | 1 |") && out.contains("two readers"), "{out}");
    let (code, _, error) = said(dir.path(), &["report", "HARBOUR", "--draw", "00000000"]);
    assert!(code == 2 && error.contains("RR-12"), "{error}");
}

#[test]
fn a_sheet_that_can_t_be_used_is_told_by_its_line() {
    let dir = tempfile::tempdir().unwrap();
    json(dir.path(), &["draw", "HARBOUR", "--turns", "9", "--seed", "5", "--out", "sheet.csv"]);
    let (path, word) = fill(&dir.path().join("sheet.csv"), 1, "one.csv");
    let good = fs::read_to_string(&path).unwrap();
    let check = |text: &str, want: &str| {
        fs::write(&path, text).unwrap();
        let (code, _, error) = said(dir.path(), &["record", "one.csv"]);
        assert!(code == 2 && error.contains(want), "{want}: {error}");
        assert!(!error.contains("Tamsin"), "{error}");
    };
    check(&good.replace(&format!(",x,{word},"), ",x,Tamsin Quill,"), "line 2, column direct_1");
    check(&good.replace("direct_2", "found"), "RR-03");
    check("no sheet at all", "RR-03");
    check(&good.replace("-0001,", "-0999,"), "RR-05");
    let id = good.lines().nth(1).unwrap().split('-').next().unwrap();
    check(&good.replace(id, "0badcafe"), "RR-04");
}
