//! Other people's readers read the files of turns that we write: `pympi-ling` ELAN's, `praatio` Praat's, `pylangacq`
//! `TalkBank`'s. Skipped, with a line that says so, where Python or its packages can't be had.
#![expect(
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]
#![expect(clippy::disallowed_methods, reason = "other people's programs are started here")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use vouchsafe::{render, transcript::Format};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/read.py");
const TARGET: &str = env!("CARGO_TARGET_TMPDIR");
const PACKAGES: [&str; 3] = ["pympi-ling", "praatio", "pylangacq"];

/// A Python that has the packages, made once and kept in the build directory; none where it can't be made.
fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    PYTHON.get_or_init(make_python).as_deref()
}

fn make_python() -> Option<PathBuf> {
    let venv = Path::new(TARGET).join("foreign-venv");
    let python = venv.join("bin/python");
    let runs = |command: &mut Command| command.output().is_ok_and(|it| it.status.success());
    let ready = || runs(Command::new(&python).args(["-c", "import pympi, praatio, pylangacq"]));
    let made = || {
        runs(Command::new("python3").args(["-m", "venv"]).arg(&venv))
            && runs(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))
    };
    let found = ready() || made() && ready();
    if !found {
        eprintln!("SKIPPED: no Python 3 with the packages {}", PACKAGES.join(", "));
    }
    found.then_some(python)
}

/// What the foreign reader finds in the file that is made of `held`, line by line.
fn check(format: Format, held: &str, want: &[&str]) {
    let Some(python) = python() else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("turns").with_extension(format.extension());
    fs::write(&path, render::file(format, held)).unwrap();
    let done = Command::new(python).arg(SCRIPT).arg(format.extension()).arg(&path).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8(done.stdout).unwrap();
    assert_eq!(said.lines().collect::<Vec<_>>(), want, "{format:?}");
}

#[test]
fn pympi_reads_our_elan() {
    check(
        Format::Elan,
        "@0\t@1200\t#PSW-03\t=so we <went> & \"came\"\n@900\t@1500\t#person-4\t=去行山\n@1000\t@1600\t#PSW-03\t=over\n\
         @1000\t@1600\t#PSW-03\t=again\n",
        &[
            r#"[0, 1200, "PSW-03", "so we <went> & \"came\""]"#,
            r#"[900, 1500, "person-4", "去行山"]"#,
            r#"[1000, 1600, "PSW-03", "over"]"#,
            r#"[1000, 1600, "PSW-03", "again"]"#,
        ],
    );
}

#[test]
fn praatio_reads_our_textgrid() {
    check(
        Format::TextGrid,
        "@0.25\t@1.125\t#PSW-03\t=so \"we\" went\n@1\t@2.5\t#PSW-03\t=over\u{2028}there\n@1.5\t#person-4\t=去\n",
        &[
            r#"[0.25, 1.125, "PSW-03", "so \"we\" went"]"#,
            "[1.0, 2.5, \"PSW-03~2\", \"over\u{2028}there\"]",
            r#"[1.5, 1.5, "person-4", "去"]"#,
        ],
    );
}

#[test]
fn pylangacq_reads_our_chat() {
    check(
        Format::Chat,
        "~languages: eng, yue\n@0\t@1200\t#PSW-03\t=so we went .\n#PSW-03\t~%eng\t=there\n#person-4\t=去 行山 ?\n",
        &[r#"[0, 1200, "PSW03", "so we went ."]"#, r#"[null, null, "PERSON4", "去 行山 ?"]"#],
    );
}

#[test]
fn python_reads_our_segments() {
    check(
        Format::Whisper,
        "@0.0\t@2.40\t#PSW-03\t=so \"we\" went\n@2.5\t@3\t=去\n@00:00:03,200\t@00:00:04,000\t=x\n",
        &[
            r#"[0.0, 2.4, "PSW-03", "so \"we\" went"]"#,
            r#"[2.5, 3, null, "去"]"#,
            r#"["00:00:03,200", "00:00:04,000", null, "x"]"#,
        ],
    );
}
