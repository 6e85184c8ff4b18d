//! Hostile files through the whole line: of what they hide, and of what their names, folders and attributes say, nothing is in
//! anything that the station writes for people to read. `training/hostile` makes the files.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::{
    fs,
    io::{Cursor, Read as _},
    path::{Path, PathBuf},
    process::Command,
};

use encoding_rs::{BIG5, GB18030};
use station::{BINARY, Bench, files};
use vouchsafe::{catalog::State, review::Ballot};
use zip::ZipArchive;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hostile-files");
/// What every hidden word begins with, and the end that is other bytes in every encoding.
const WORDS: [&str; 3] = ["CANARY", "canary", "匿雀"];

/// A word's bytes in every encoding that a file can be in.
fn spellings(word: &str) -> Vec<Vec<u8>> {
    let units: Vec<u16> = word.encode_utf16().collect();
    vec![
        word.as_bytes().to_vec(),
        units.iter().flat_map(|it| it.to_le_bytes()).collect(),
        units.iter().flat_map(|it| it.to_be_bytes()).collect(),
        BIG5.encode(word).0.into_owned(),
        GB18030.encode(word).0.into_owned(),
    ]
}

/// The bytes of a file and of everything that is packed in it, however deep, with the members' names.
fn unpacked(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![bytes.to_vec()];
    if let Ok(mut zip) = ZipArchive::new(Cursor::new(bytes)) {
        for n in 0..zip.len() {
            let mut member = zip.by_index(n).unwrap();
            let mut inner = Vec::new();
            all.push(member.name_raw().to_vec());
            member.read_to_end(&mut inner).unwrap();
            all.extend(unpacked(&inner));
        }
    }
    all
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|it| it == what)
}

/// Which hidden word is found in some bytes.
fn found(bytes: &[u8]) -> Option<&'static str> {
    let parts = unpacked(bytes);
    WORDS
        .into_iter()
        .find(|word| spellings(word).iter().any(|spelling| parts.iter().any(|part| holds(part, spelling))))
}

fn hostile() -> Vec<PathBuf> {
    let mut all = files(Path::new(FOLDER));
    all.sort();
    all
}

#[test]
fn nothing_that_a_file_hides_comes_out_of_the_station() {
    let bench = Bench::new("automatic");
    let settings = bench.station.join("studies").join(vouchsafe::sample::STUDY).join("study.toml");
    let columns = fs::read_to_string(&settings).unwrap() + "\n[columns]\nSecret = \"leave-out\"\n";
    fs::write(settings, columns).unwrap();
    let mut drops = Vec::new();
    for file in hostile() {
        let bytes = fs::read(&file).unwrap();
        assert!(found(&bytes).is_some(), "{} hides nothing", file.display());
        let name = file.file_name().unwrap().to_str().unwrap();
        let path = format!("D01/PSW/W1/interview/{name}");
        let drop = bench.drop_file(&path, &bytes);
        // Where the file system keeps such things.
        let mark = rustix::fs::setxattr(
            &drop,
            "user.xdg.comment",
            "CANARY-attribute 匿雀".as_bytes(),
            rustix::fs::XattrFlags::empty(),
        );
        if mark.is_err() {
            eprintln!("SKIPPED: extended attributes, which this file system does not keep");
        }
        drops.push(path);
    }
    let text = b"I: how was it?\nP: it was fine\n";
    for path in [
        "D01/PSW/W1/interview/CANARY-name 匿雀.txt",
        "D01/PSW/W1/interview/CANARY-folder 匿雀/talk.txt",
        "CANARY-folder 匿雀/W1/talk.txt",
    ] {
        bench.drop_file(path, text);
    }
    let run = Command::new(BINARY)
        .arg("--station")
        .arg(&bench.station)
        .args(["run", "--once"])
        .env("RUST_LOG", "trace")
        .env("VOUCHSAFE_LOG", "trace")
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    for (what, bytes) in [("output", &run.stdout), ("log", &run.stderr)] {
        assert_eq!(found(bytes), None, "{what}: {}", String::from_utf8_lossy(bytes));
    }
    // What the line is not certain of, a steward decides.
    for path in &drops {
        let job = bench.job(path);
        if job.state != State::Done {
            bench.decide(&job, "ada", Ballot::Approve, |work| {
                for n in 1..=work.candidates().len() {
                    work.redact(n, None).unwrap();
                }
            });
        }
    }
    bench.run();
    for path in &drops {
        let job = bench.job(path);
        assert_eq!(job.state, State::Done, "{path}: {:?}", job.facts.reason);
        let copy = bench.copy(&job);
        assert!(unpacked(&copy).iter().any(|it| holds(it, b"VISIBLE")), "{path}: what is seen is not there");
    }
    let intake = bench.station.join("intake");
    let mut looked_at = 0;
    for file in files(&bench.station) {
        // What somebody dropped, and the slip beside it, which says its name to whoever dropped it.
        let slip = file.to_str().is_some_and(|it| it.ends_with(".receipt.txt"));
        if file.starts_with(&intake) && (!slip || found(file.as_os_str().as_encoded_bytes()).is_some()) {
            continue;
        }
        let below = file.strip_prefix(&bench.station).unwrap();
        assert_eq!(found(below.as_os_str().as_encoded_bytes()), None, "{}", below.display());
        assert_eq!(found(&fs::read(&file).unwrap()), None, "{}", below.display());
        let mut names = vec![0; 4096];
        let said = rustix::fs::listxattr(&file, &mut names[..]).unwrap_or(0);
        assert!(!holds(&names[..said], b"comment"), "{}", below.display());
        looked_at += 1;
    }
    assert!(looked_at > 3 * drops.len(), "{looked_at}");
}

#[test]
fn a_word_is_found_however_it_is_packed_and_written() {
    assert_eq!(found("nothing 匿 here".as_bytes()), None);
    for word in WORDS {
        for spelling in spellings(word) {
            assert!(found(&[b"ab ", &spelling[..], b" c"].concat()).is_some(), "{word}");
        }
    }
    let pack = |name: &str, bytes: &[u8]| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, bytes).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let inner = pack("a", &BIG5.encode("匿雀").0.repeat(50));
    assert_eq!(found(&pack("b", &inner)), Some("匿雀"));
}
