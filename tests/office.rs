//! Other people's programs and whole documents: what `LibreOffice` writes is read, and what we release of it `LibreOffice`
//! opens and prints; a browser plays our captions. Skipped, with a line that says so, where the programs are not there:
//! on Debian `apt-get install --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils chromium`.
#![expect(
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]
#![expect(clippy::disallowed_methods, reason = "other people's programs are started here")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use station::{BINARY, Bench};

/// A talk with everything that a document shows, and `CANARY` wherever it shows nothing.
const TALK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/talk.fodt");
/// What is struck out in the talk; `LibreOffice` writes it into web pages like any other word, and browsers show it.
const STRUCK: &str = "CANARYdeleted";
/// What a reader of the talk sees, in its order, in every format.
const SEEN: [&str; 10] = [
    "Interviewer: so how was the weather that day?",
    "PSW-01: 我嗰陣去咗行山同朋友，好開心。",
    "Interviewer: two tabs",
    "and a line",
    "P1: in a cell",
    "second line",
    "P2: 喺格仔入面",
    "A link: shown marked",
    "Boxed words 框",
    "Last paragraph",
];
const SHEET: &str = "start,speaker,text\n0:01,P,so we went home\n0:02,I,\"去行山, yes\"\n";
const CAPTIONS: &str = "WEBVTT\n\nNOTE CANARY\n\n00:00:01.000 --> 00:00:02.500\n<v Participant>so <i>we</i> went &amp; 去行山</v>\n\n\
    00:01:02.000 --> 00:01:03.000\n- two\n- lines\n";

/// Whether programs answer; says so where one does not.
fn are_here(programs: &[(&str, &str)]) -> bool {
    let missing: Vec<_> = programs
        .iter()
        .filter(|(name, ask)| Command::new(name).arg(ask).output().is_err())
        .map(|it| it.0)
        .collect();
    if !missing.is_empty() {
        eprintln!("SKIPPED: there is no {}", missing.join(", "));
    }
    missing.is_empty()
}

/// Has `LibreOffice` write a file in another format, into `dir`.
fn convert(from: &Path, to: &str, dir: &Path) -> PathBuf {
    let profile = format!("-env:UserInstallation=file://{}", dir.join("profile").display());
    let done = Command::new("soffice")
        .args(["--headless", &profile, "--convert-to", to, "--outdir"])
        .args([dir, from])
        .output()
        .unwrap();
    let file = dir.join(from.file_stem().unwrap()).with_extension(to);
    assert!(file.exists(), "{} as {to}: {}", from.display(), String::from_utf8_lossy(&done.stderr));
    file
}

/// What stands on the pages that `LibreOffice` prints of a file.
fn printed(file: &Path, dir: &Path) -> String {
    let pdf = convert(file, "pdf", dir);
    let done = Command::new("pdftotext").args(["-layout"]).args([&pdf, Path::new("-")]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// That all are there, one after the other, whatever the spacing.
fn assert_says(text: &str, phrases: &[&str], what: &str) {
    let bare = |it: &str| it.split_whitespace().collect::<String>();
    let whole = bare(text);
    let mut rest = whole.as_str();
    for it in phrases {
        let found = rest.split_once(&bare(it));
        assert!(found.is_some(), "{what}: no {it:?} in its place in {text}");
        rest = found.unwrap().1;
    }
    assert!(!text.contains("CANARY"), "{what}: {text}");
}

#[test]
fn what_libreoffice_writes_is_read_and_what_we_write_it_prints() {
    if !are_here(&[("soffice", "--version"), ("pdftotext", "-v")]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::new("automatic");
    let path = |ending: &str| format!("D01/PSW/W1/interview/{ending}.{ending}");
    for ending in ["docx", "odt", "rtf", "html"] {
        bench.drop_file(path(ending), fs::read(convert(Path::new(TALK), ending, dir.path())).unwrap());
    }
    bench.run();
    for ending in ["docx", "odt", "rtf", "html"] {
        let copy = bench.job(path(ending)).facts.release_name.unwrap();
        let mut said = printed(&bench.release_dir().join(copy), dir.path());
        if ending == "html" {
            assert!(said.contains(STRUCK), "{said}");
            said = said.replace(STRUCK, "");
        }
        // Where a box stands among paragraphs is each format's own affair.
        let (boxed, rest): (Vec<_>, Vec<_>) = SEEN.iter().partition(|it| it.starts_with("Boxed"));
        assert_says(&said, &rest, ending);
        assert_says(&said, &boxed, ending);
        assert_says(&said, &["A footnote 註"], ending);
        assert_says(&said, &["Header of all pages", "Interviewer", "Footer 頁"], ending);
    }
    let out = dir.path().join("exported");
    let mut export = Command::new(BINARY);
    export.arg("export").arg(bench.release_dir()).args(["--as", "docx", "--to"]).arg(&out);
    let done = export.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for file in station::files(&out) {
        let said = printed(&file, dir.path()).replace(STRUCK, "");
        assert_says(&said, &["0001", "0002", "Interviewer: so how was the weather", "好開心"], "exported");
        // Lines are numbered in the margin.
        assert!(
            said.lines().filter(|it| it.trim_start().starts_with(|c: char| c.is_ascii_digit())).count() > 8
        );
    }
}

#[test]
fn a_workbook_of_libreoffice_is_a_table_of_turns() {
    if !are_here(&[("soffice", "--version")]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let csv = dir.path().join("sheet.csv");
    fs::write(&csv, SHEET).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", dir.path().join("profile").display());
    let mut program = Command::new("soffice");
    program.args(["--headless", &profile, "--convert-to", "xlsx", "--infilter=CSV:44,34,76", "--outdir"]);
    let done = program.args([dir.path(), csv.as_path()]).output().unwrap();
    let Ok(bytes) = fs::read(dir.path().join("sheet.xlsx")) else {
        eprintln!("SKIPPED: LibreOffice has no spreadsheets here: {}", String::from_utf8_lossy(&done.stderr));
        return;
    };
    let bench = Bench::new("automatic");
    let path = "D01/PSW/W1/interview/sheet.xlsx";
    bench.drop_file(path, bytes);
    bench.run();
    let text = bench.text(&bench.job(path));
    assert!(text.contains("PSW-01,so we went home\n") && text.contains("I,\"去行山, yes\"\n"), "{text}");
}

/// What a browser makes of captions: start, end and words of each cue.
const PAGE: &str = r#"<!doctype html><meta charset=utf-8><pre id=said>waiting</pre>
<video><track default src="data:text/vtt;base64,CAPTIONS"></video><script>
const track = document.querySelector('track'), say = it => { document.getElementById('said').textContent = it };
track.addEventListener('error', () => say('error'));
track.addEventListener('load', () => say(JSON.stringify(
    [...track.track.cues].map(it => [it.startTime, it.endTime, it.getCueAsHTML().textContent]))));
track.track.mode = 'hidden';
</script>"#;

#[test]
fn a_browser_plays_our_captions() {
    if !are_here(&[("chromium", "--version")]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let bench = Bench::new("automatic");
    let path = "D01/PSW/W1/interview/talk.vtt";
    bench.drop_file(path, CAPTIONS);
    bench.run();
    let copy = bench.text(&bench.job(path));
    assert!(copy.contains("<v PSW-01>") && !copy.contains("CANARY"), "{copy}");
    let page = dir.path().join("page.html");
    fs::write(&page, PAGE.replace("CAPTIONS", &STANDARD.encode(&copy))).unwrap();
    let done = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=10000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", dir.path().join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    let cues = r#"[[1,2.5,"so we went &amp; 去行山"],[62,63,"- two\n- lines"]]"#;
    assert!(said.contains(cues), "{said}{}", String::from_utf8_lossy(&done.stderr));
}
