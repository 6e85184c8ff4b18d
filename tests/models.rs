//! A name finder of a study's own, through the program: pinned, checked, used by the whole line, and refused when it is
//! not what was pinned or can't be used.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;
#[path = "models/tiny.rs"]
mod tiny;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use station::{BINARY, Bench};
use vouchsafe::{catalog::State, fault::Fault as _, id::Digest, sample};

const TOKENISER: &str = include_str!("models/word-piece.json");
const FILE: &str = "D01/PSW/W1/interview/a.txt";
const SAID: &str = "Interviewer: Who was there?\nPSW: First we call, and then Smile said so.\n";

/// What is done to a folder.
type Break = Box<dyn Fn(&Path)>;

/// A folder without pins.
fn unpinned(dir: &Path, network: &[u8]) -> PathBuf {
    let folder = dir.join("tiny");
    fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in [
        ("model.onnx", network),
        ("tokenizer.json", TOKENISER.as_bytes()),
        ("config.json", tiny::CONFIG.as_bytes()),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
    }
    folder
}

/// Exit code and both outputs.
fn said(arguments: &[&str]) -> (i32, String) {
    let ran = Command::new(BINARY).args(arguments).output().unwrap();
    let text = [ran.stdout, ran.stderr].concat();
    (ran.status.code().unwrap(), String::from_utf8(text).unwrap())
}

fn pin(folder: &Path) -> (i32, String) {
    said(&["models", "pin", folder.to_str().unwrap(), "--licence", "CC0", "--source", "made for a test"])
}

/// A station whose study uses the tiny model, and is sure of what it says.
fn bench() -> (Bench, PathBuf) {
    let bench = Bench::new("automatic");
    let folder =
        unpinned(&bench.station.join("studies").join(sample::STUDY).join("models"), &tiny::network());
    assert_eq!(pin(&folder).0, 0);
    bench.set_study("finder", "\"./models/tiny\"");
    bench.set_study("certain", "30");
    bench.set_study("quasi", "30");
    (bench, folder)
}

/// What went out, and the digest of the model in its manifest.
fn released(bench: &Bench) -> (String, Value) {
    let name = bench.job(FILE).facts.release_name.unwrap();
    let dir = bench.release_dir();
    let manifest = fs::read(dir.join(format!("_proof/{name}.manifest.json"))).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    (fs::read_to_string(dir.join(name)).unwrap(), manifest["pins"]["model"].clone())
}

#[test]
fn a_name_that_only_the_study_s_model_knows_is_taken_out() {
    let (bench, folder) = bench();
    bench.drop_file(FILE, SAID);
    bench.run();
    let (out, digest) = released(&bench);
    assert!(!out.contains("Smile") && out.contains("[person-1] said so"), "{out}");
    let pinned = Sha256::digest(fs::read(folder.join("model.toml")).unwrap());
    assert_eq!(digest, Digest::from_bytes(pinned.into()).to_string());
    bench.check_archive_and_log();

    let bench = Bench::new("automatic");
    bench.drop_file(FILE, SAID);
    bench.run();
    let (out, digest) = released(&bench);
    assert!(out.contains("Smile said so") && digest.is_null(), "without it the name stays: {out}");
}

#[test]
fn a_model_that_is_not_as_pinned_stops_the_daemon_and_is_told_by_doctor_and_config() {
    let loop_inside = tiny::with_operator("", "Loop", true);
    let digest = Digest::from_bytes(Sha256::digest(&loop_inside).into());
    let change = |name: &'static str, bytes: Vec<u8>| {
        move |folder: &Path| fs::write(folder.join(name), &bytes).unwrap()
    };
    let pinned_loop = move |folder: &Path| {
        let text = fs::read_to_string(folder.join("model.toml")).unwrap();
        let old = text.lines().find_map(|it| it.strip_prefix("\"model.onnx\" = ")).unwrap();
        fs::write(folder.join("model.toml"), text.replace(old, &format!("\"{digest}\""))).unwrap();
        fs::write(folder.join("model.onnx"), &loop_inside).unwrap();
    };
    let breaks: [(&str, Break); 4] = [
        ("MO-05", Box::new(|folder| fs::remove_dir_all(folder).unwrap())),
        ("MO-08", Box::new(change("model.toml", b"schema = 1\nname = \"Mara\"\n".to_vec()))),
        ("MO-09", Box::new(change("config.json", b"{}".to_vec()))),
        ("MO-10", Box::new(pinned_loop)),
    ];
    for (code, break_it) in breaks {
        let (bench, folder) = bench();
        break_it(&folder);
        let dropped = bench.drop_file(FILE, SAID);
        let run = bench.run_by(std::sync::Arc::new(vouchsafe::clock::SystemClock::new()));
        assert_eq!(run.unwrap_err().code(), code);
        assert!(dropped.exists() || bench.job(FILE).state != State::Released, "{code}");
        assert_eq!(bench.released(), [""; 0], "{code}");
        let station = bench.station.to_str().unwrap();
        let (exit, doctor) = said(&["-s", station, "doctor"]);
        assert!(exit == 1 && doctor.contains(code), "{code}: {doctor}");
        // Whether a network can be used is not looked at where nothing is run.
        if code != "MO-10" {
            let (exit, config) = said(&["-s", station, "config", "check"]);
            assert!(exit == 1 && config.contains(code), "{code}: {config}");
        }
        assert!(!doctor.contains("Mara"), "what stands in a file is no message: {doctor}");
    }
}

#[test]
fn a_folder_is_pinned_once_checked_and_used_to_explain() {
    let dir = tempfile::tempdir().unwrap();
    let folder = unpinned(dir.path(), &tiny::network());
    let path = folder.to_str().unwrap();
    let (code, out) = pin(&folder);
    assert_eq!(code, 0, "{out}");
    for want in ["Gather 1", "MatMul 1", "PER    PERSON", "EMP    not looked for", "It loads"] {
        assert!(out.contains(want), "{want}: {out}");
    }
    let pins = fs::read_to_string(folder.join("model.toml")).unwrap();
    assert!(pins.contains("\"PER\" = \"PERSON\"\n# \"EMP\" = \"\"\n"), "{pins}");
    let (code, out) = pin(&folder);
    assert!(code == 2 && out.contains("DU-02"), "what a steward has corrected is not overwritten: {out}");

    let (code, out) = said(&["models", "check", path, "--text", "then Mara Quill rang"]);
    assert!(code == 0 && out.contains("Mara Quill  PERSON") && out.contains("KB/s"), "{out}");
    let (code, out) = said(&["models", "check", path, "--text", "then we rang"]);
    assert!(code == 1 && out.contains("nothing"), "{out}");

    let text = dir.path().join("a.txt");
    fs::write(&text, SAID).unwrap();
    let text = text.to_str().unwrap();
    let (_, out) = said(&["explain", text, "--model", path]);
    assert!(out.contains("Smile"), "{out}");
    let (code, out) = said(&["explain", text, "--model", path, "--fast"]);
    assert_eq!(code, 2, "{out}");
}

#[test]
fn a_folder_that_can_t_be_used_is_not_pinned() {
    for (network, code, told) in [
        (tiny::with_operator("", "If", true), "MO-10", "operator If"),
        (tiny::with_operator("example.org", "Fetch", false), "MO-10", "operator example.org:Fetch"),
        (tiny::network()[..400].to_vec(), "MO-03", "can't be loaded"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let folder = unpinned(dir.path(), &network);
        let (exit, out) = pin(&folder);
        assert!(exit == 2 && out.contains(code) && out.contains(told), "{out}");
        assert!(!folder.join("model.toml").exists());
    }
}
