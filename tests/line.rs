//! The whole line on a real station: files dropped, read by the real worker, sealed, logged, reviewed, released.
#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::zero_repeat_side_effects,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]
#![expect(clippy::disallowed_methods, reason = "tests write as fieldworkers do, and start the program")]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use sha2::{Digest as _, Sha256};
use station::{BINARY, Bench, DaysOn, files, put};
use vouchsafe::{
    audit::{
        proof,
        show::{self, Filter},
    },
    catalog::{Job, State},
    clock::{Clock as _, SystemClock},
    entity::{EntityType, Tier},
    id::Digest,
    keys::{self, Credentials},
    registry,
    review::{Ballot, Error as ReviewError, Work},
    sample::{self, Fate},
    secret::Sensitive,
};

const PSW: &str = "D01/PSW/W1/interview/a.txt";

/// The sample study after one run with the gate `automatic`; several tests read it, none changes it.
fn sampled() -> &'static Bench {
    static SAMPLE: OnceLock<Bench> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let bench = Bench::new("automatic");
        for it in sample::files() {
            bench.drop_file(it.path, it.bytes);
        }
        bench.run();
        bench
    })
}

fn is_released(job: &Job) -> bool {
    job.state == State::Done && job.facts.release_name.is_some()
}

fn reason(job: &Job) -> &str {
    job.facts.reason.as_deref().unwrap_or_default()
}

fn approve(bench: &Bench, job: &Job, who: &str) {
    bench.decide(job, who, Ballot::Approve, |_| ());
}

/// The number under which a string is shown to the steward; `text` is the file as it was dropped.
fn numbered(work: &Work, text: &str, string: &str) -> usize {
    let shown: Vec<_> = work.candidates().iter().map(|it| &text[it.first.clone()]).collect();
    shown.iter().position(|it| *it == string).unwrap_or_else(|| panic!("{shown:?}")) + 1
}

/// What a steward is asked about in a sample file.
fn file_candidates(bench: &Bench, job: &Job, bytes: &[u8]) -> Vec<String> {
    if !matches!(job.state, State::Held | State::Proposed) {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(bytes);
    let asked = bench.work(job, "ada").candidates().into_iter().filter(|it| it.tier != Tier::Certain);
    asked.map(|it| format!("{} {:?} {}", it.entity, it.tier, text.get(it.first).unwrap_or("?"))).collect()
}

/// The codes of the notes beside refused decisions.
fn refused(bench: &Bench) -> Vec<String> {
    let notes = files(&bench.station.join("review/in/refused"));
    let notes = notes.iter().filter(|it| it.extension().is_some_and(|it| it == "txt"));
    notes.map(|it| fs::read_to_string(it).unwrap().chars().take(5).collect()).collect()
}

/// A string as it might stand in a file.
fn spellings(string: &str) -> Vec<Vec<u8>> {
    let mut spellings = vec![
        string.as_bytes().to_vec(),
        string.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        string.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ];
    for encoding in [encoding_rs::BIG5, encoding_rs::GB18030] {
        let (bytes, _, lossy) = encoding.encode(string);
        if !lossy {
            spellings.push(bytes.into_owned());
        }
    }
    spellings
}

/// Which planted strings stand in some bytes.
fn planted_in(bytes: &[u8]) -> Vec<&'static str> {
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|it| it == needle);
    sample::planted().iter().copied().filter(|it| spellings(it).iter().any(|it| holds(it))).collect()
}

fn release_files(bench: &Bench) -> Vec<PathBuf> {
    files(&bench.station.join("release"))
}

#[test]
fn the_search_for_planted_strings_finds_them() {
    for spelling in spellings("樂恩") {
        let bytes = [b"\x01x", spelling.as_slice(), b"\0"].concat();
        assert_eq!(planted_in(&bytes), ["樂恩"], "{spelling:x?}");
    }
    assert_eq!(planted_in("Joann, 樂, 9123 4568".as_bytes()), [""; 0]);
}

#[test]
fn no_dropped_file_is_lost_and_each_meets_its_fate() {
    let bench = sampled();
    let mut wrong = Vec::new();
    for file in sample::files() {
        let job = bench.job(file.path);
        let met = match (job.state, job.facts.release_name.is_some(), reason(&job)) {
            (State::Done, true, "") => Some(Fate::Released),
            (State::Done, false, "PI-10") => Some(Fate::NotConsented),
            (State::Done, false, "PI-11") => Some(Fate::SealedOnly),
            (State::Held | State::Proposed, false, _) => Some(Fate::Held),
            (State::Quarantined, false, _) => Some(Fate::Quarantined),
            _ => None,
        };
        if met != Some(file.fate) {
            let seen: Vec<_> = file_candidates(bench, &job, &file.bytes);
            wrong.push(format!(
                "{}: {:?}, but {} {} {seen:?}",
                file.path,
                file.fate,
                job.state,
                reason(&job)
            ));
        }
        assert!(job.facts.raw_object.is_some(), "{} is not sealed", file.path);
    }
    assert_eq!(wrong, [""; 0]);
    assert_eq!(bench.jobs().len(), sample::files().len());
    let left = files(&bench.station.join("intake"));
    let left: Vec<_> = left.iter().filter(|it| !it.to_str().unwrap().ends_with(".txt")).collect();
    assert_eq!(left, [&PathBuf::new(); 0], "only receipts and the sheet are left");
    assert_eq!(files(&bench.station.join("station/claimed")), [PathBuf::new(); 0]);
}

#[test]
fn what_is_quarantined_says_why() {
    let bench = sampled();
    for (path, want) in [
        ("D02/JOINT/W2/session/session2.vtt", "PA-"),
        ("D02/JOINT/W2/recording/session2.wav", "IN-12"),
        ("D01/PSW/W2/interview/interview.xyz", "PA-"),
    ] {
        let job = bench.job(path);
        assert!(reason(&job).starts_with(want), "{path}: {}", reason(&job));
        assert!(bench.receipt(path).contains(reason(&job)), "{path}");
    }
}

#[test]
fn every_object_is_whole_and_the_log_adds_up() {
    sampled().check_archive_and_log();
}

#[test]
fn the_raw_bytes_come_back_to_a_steward_unchanged() {
    let bench = sampled();
    for file in sample::files() {
        let members = bench.open(bench.job(file.path).facts.raw_object.unwrap());
        assert!(members.values().any(|it| *it == file.bytes), "{}: {:?}", file.path, members.keys());
    }
}

#[test]
fn every_release_has_a_manifest_and_a_proof_that_holds_alone() {
    let bench = sampled();
    let (dir, key) = (bench.release_dir(), bench.log_key());
    let hex = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect::<String>();
    assert!(bench.released().len() >= 3);
    for name in bench.released() {
        let proof = |ending: &str| fs::read(dir.join(format!("_proof/{name}.{ending}"))).unwrap();
        let (leaf, manifest, tlog) = (proof("leaf.json"), proof("manifest.json"), proof("tlog-proof"));
        proof::verify(&leaf, &tlog, &key).unwrap();
        let mut other = leaf.clone();
        other[10] ^= 1;
        assert!(proof::verify(&other, &tlog, &key).is_err(), "another leaf");
        let said = String::from_utf8(leaf).unwrap();
        assert!(
            said.contains(&hex(&fs::read(dir.join(&name)).unwrap())),
            "{name}: the leaf is of other bytes"
        );
        assert!(said.contains(&hex(&manifest)), "{name}: the leaf is of another manifest");
    }
}

#[test]
fn no_planted_string_is_in_any_released_byte_or_name() {
    let bench = sampled();
    for path in release_files(bench) {
        assert_eq!(planted_in(&fs::read(&path).unwrap()), [""; 0], "{}", path.display());
        let name = path.strip_prefix(&bench.station).unwrap().to_str().unwrap();
        assert_eq!(planted_in(name.as_bytes()), [""; 0]);
    }
}

#[test]
fn no_name_is_in_the_catalog_the_log_or_any_other_file_of_the_station() {
    let bench = sampled();
    let mut searched = 0;
    for path in files(&bench.station) {
        let below = path.strip_prefix(&bench.station).unwrap().to_str().unwrap();
        if below.starts_with("intake/") || below.starts_with("station/claimed/") {
            continue;
        }
        assert_eq!(planted_in(below.as_bytes()), [""; 0]);
        if below.starts_with("station/objects/") || below.starts_with("review/") {
            continue;
        }
        // SQLite's side files come and go while the other tests read the databases.
        let side = below.ends_with("-wal") || below.ends_with("-shm");
        let Ok(bytes) = fs::read(&path) else {
            assert!(side, "{below}");
            continue;
        };
        assert_eq!(planted_in(&bytes), [""; 0], "{below}");
        searched += 1;
    }
    assert!(searched > 30);
    for receipt in files(&bench.station.join("intake")) {
        assert_eq!(planted_in(&fs::read(&receipt).unwrap()), [""; 0], "{}", receipt.display());
    }
}

#[test]
fn what_was_meant_still_stands_in_the_release() {
    let bench = sampled();
    let mut met = 0;
    for (path, kept) in sample::kept() {
        let job = bench.job(path);
        if is_released(&job) {
            assert!(bench.text(&job).contains(kept), "{path} has lost {kept}");
            met += 1;
        }
    }
    assert!(met >= 3);
}

#[test]
fn time_stamps_go_out_byte_for_byte() {
    let bench = Bench::new("one-person");
    let (vtt, srt) = ("D01/JOINT/W1/session/session1.vtt", "D02/JOINT/W1/session/session1.srt");
    let files: BTreeMap<_, _> = sample::files().into_iter().map(|it| (it.path, it.bytes)).collect();
    for path in [vtt, srt] {
        bench.drop_file(path, &files[path]);
    }
    bench.run();
    for path in [vtt, srt] {
        bench.decide(&bench.job(path), "ada", Ballot::Approve, |it| it.redact_all_possible().unwrap());
    }
    bench.run();
    assert_eq!(refused(&bench), [""; 0]);
    let timings =
        |text: &str| text.lines().filter(|it| it.contains("-->")).map(str::to_owned).collect::<Vec<_>>();
    for path in [vtt, srt] {
        let (before, after) = (timings(str::from_utf8(&files[path]).unwrap()), bench.text(&bench.job(path)));
        assert_eq!(timings(&after), before, "{path}");
        assert!(before.len() > 10);
        assert_eq!(planted_in(after.as_bytes()), [""; 0], "{path}");
    }
}

#[test]
fn one_person_has_one_code_in_every_file_and_format() {
    let bench = Bench::new("one-person");
    let said = "My teacher was Mrs Ngai Suet Fong, and Terence knew her.";
    let drops = [
        ("D01/PSW/W1/interview/a.txt", format!("Interviewer: And then?\nPSW: {said}\n")),
        (
            "D01/JOINT/W1/session/b.vtt",
            format!("WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Joanne Yip>{said}</v>\n"),
        ),
        ("D01/PIR/W1/interview/c.srt", format!("1\n00:00:01,000 --> 00:00:04,000\nInterviewer: {said}\n")),
    ];
    for (path, bytes) in &drops {
        bench.drop_file(path, bytes);
    }
    bench.run();
    let mut codes = BTreeSet::new();
    for (path, _) in &drops {
        let job = bench.job(path);
        assert_eq!(job.state, State::Proposed, "{path} {}", reason(&job));
        approve(&bench, &job, "ada");
    }
    bench.run();
    for (path, _) in &drops {
        let out = bench.text(&bench.job(path));
        assert!(out.contains("[PIR-01]") && !out.contains("Terence"), "{out}");
        let at = out.find("[person-").unwrap_or_else(|| panic!("{out}"));
        codes.insert(out[at..].split_once(']').unwrap().0.to_owned());
    }
    assert_eq!(codes.len(), 1, "{codes:?}");
}

#[test]
fn a_steward_s_approval_releases_what_was_proposed() {
    let bench = Bench::new("one-person");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run();
    let job = bench.job(PSW);
    assert_eq!(job.state, State::Proposed);
    let slip = bench.receipt(PSW);
    assert!(slip.contains("WAITING FOR STEWARD") && slip.contains("YOU MAY DELETE YOUR COPY"), "{slip}");
    assert_eq!(bench.released(), [""; 0]);
    bench.run();
    assert_eq!(bench.job(PSW).state, State::Proposed, "waits for ever");
    approve(&bench, &job, "ben");
    assert_eq!(bench.run().decisions, 1);
    let job = bench.job(PSW);
    assert!(is_released(&job), "{} {}", job.state, reason(&job));
    assert_eq!(bench.text(&job), "Interviewer: Who was there?\nPSW-01: I came with [PIR-01].\n");
    let slip = bench.receipt(PSW);
    assert!(slip.contains("/ SAFE\n") && slip.contains("已安全存放") && !slip.contains("WAITING"), "{slip}");
    assert_eq!(files(&bench.station.join("review")), [PathBuf::new(); 0], "bundle and decision are gone");
    bench.check_archive_and_log();
}

#[test]
fn a_steward_s_no_keeps_it_in() {
    let bench = Bench::new("one-person");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run();
    bench.decide(&bench.job(PSW), "ben", Ballot::Reject, |_| ());
    bench.run();
    bench.run();
    let job = bench.job(PSW);
    assert_eq!((job.state, reason(&job)), (State::Rejected, "PI-14"));
    assert_eq!(bench.released(), [""; 0]);
    assert_eq!(files(&bench.station.join("station/outbox")), [PathBuf::new(); 0]);
}

#[test]
fn an_edited_result_is_verified_again_and_released_as_edited() {
    let bench = Bench::new("one-person");
    bench.drop_file(
        PSW,
        "Interviewer: Where?\nPSW: At the blue kettle, with Terence. The blue kettle is cheap.\n",
    );
    bench.run();
    bench.decide(&bench.job(PSW), "ada", Ballot::Approve, |it| {
        it.mark("the blue kettle", EntityType::Organisation, None).unwrap();
        it.mark("The blue kettle", EntityType::Organisation, None).unwrap();
    });
    bench.run();
    assert_eq!(refused(&bench), [""; 0]);
    let job = bench.job(PSW);
    assert!(is_released(&job), "{} {}", job.state, reason(&job));
    let out = bench.text(&job);
    assert!(
        !out.to_lowercase().contains("kettle") && out.contains("[PIR-01]") && out.contains("is cheap"),
        "{out}"
    );
    bench.check_archive_and_log();
}

/// What goes with a released copy to whoever uses it.
fn manifest(bench: &Bench, job: &Job) -> serde_json::Value {
    let name = job.facts.release_name.as_ref().unwrap();
    let path = bench.release_dir().join(format!("_proof/{name}.manifest.json"));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_manifest_counts_what_reviewers_marked_took_out_and_let_stand() {
    let said = "Interviewer: Where?\nPSW: At the blue kettle, with Terence, 同阿強. Call 9123 4567, Terence said, at the blue kettle.\n";
    let (bench, path) = two_person_on("fw-1", PSW, said);
    bench.decide(&bench.job(&path), "ada", Ballot::Approve, |it| {
        it.mark("the blue kettle", EntityType::Organisation, None).unwrap();
        it.keep(numbered(it, said, "阿強")).unwrap();
    });
    bench.run();
    bench.decide(&bench.job(&path), "ben", Ballot::Approve, Work::keep_all_possible);
    bench.run();
    let job = bench.job(&path);
    assert!(is_released(&job), "{} {} {:?}", job.state, reason(&job), refused(&bench));
    let (out, said) = (bench.text(&job), manifest(&bench, &job));
    let mut counts = BTreeMap::new();
    for it in said["applied"].as_array().unwrap() {
        counts.insert(it["entity"].as_str().unwrap(), it["count"].as_u64().unwrap());
    }
    assert_eq!(counts, BTreeMap::from([("ORG", 2), ("PERSON", 2), ("PHONE", 1)]), "{out}");
    assert_eq!(said["waivers"], serde_json::json!({ "PERSON": 1 }), "one string, whoever agreed to it");
    assert_eq!(said["reviewers"].as_array().unwrap().len(), 2);
}

#[test]
fn a_steward_cannot_let_a_rostered_name_stand() {
    let bench = Bench::new("one-person");
    let text = "Interviewer: Who was there?\nPSW: I came with Terence.\n";
    bench.drop_file(PSW, text);
    bench.run();
    let mut work = bench.work(&bench.job(PSW), "ada");
    let kept = work.keep(numbered(&work, text, "Terence"));
    let into = bench.station.join("review/in");
    let finished = work.finish(Ballot::Approve, &bench.stewards["ada"], &into, SystemClock::new().now());
    bench.run();
    assert_eq!(bench.released(), [""; 0], "{kept:?} {finished:?}");
}

#[test]
fn a_name_that_the_roster_has_learnt_since_holds_the_result_again() {
    let bench = Bench::new("one-person");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence and grumblewick.\n");
    bench.run();
    let job = bench.job(PSW);
    assert_eq!(job.state, State::Proposed);
    reroster(&bench, &sample::ROSTER.replace("阿威", "阿威; Grumblewick Mok; Grumblewick"));
    approve(&bench, &job, "ada");
    bench.run();
    let job = bench.job(PSW);
    assert_eq!((job.state, reason(&job)), (State::Held, "PI-12"), "{:?}", refused(&bench));
    assert_eq!(bench.released(), [""; 0]);
    // The bundle that went out again names it, so that it can be taken out.
    bench.decide(&job, "ada", Ballot::Approve, |it| it.redact_all_possible().unwrap());
    bench.run();
    let job = bench.job(PSW);
    assert!(is_released(&job), "{} {} {:?}", job.state, reason(&job), refused(&bench));
    assert!(!bench.text(&job).contains("rumblewick"));
}

/// Says when the ethics approval ends: what is approved after that waits.
fn approved_until(bench: &Bench, day: &str) {
    bench.set_study("approval_until", day);
}

fn outbox(bench: &Bench, job: &Job) -> PathBuf {
    bench.station.join("station/outbox").join(format!("{}.team.txt", job.job))
}

#[test]
fn a_changed_copy_in_the_outbox_holds_one_item_and_is_decided_on_again() {
    let bench = Bench::new("one-person");
    let path = |n: usize| format!("D01/PSW/W1/interview/{n}.txt");
    for n in 0..4 {
        bench.drop_file(path(n), format!("Interviewer: Who was there?\nPSW: I came at {n} with Terence.\n"));
    }
    bench.run();
    put(&outbox(&bench, &bench.job(path(0))), b"Interviewer: Who was there?\nPSW-01: It was Terence.\n");
    fs::remove_file(outbox(&bench, &bench.job(path(1)))).unwrap();
    let folder = outbox(&bench, &bench.job(path(2)));
    fs::remove_file(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    for n in 0..4 {
        approve(&bench, &bench.job(path(n)), "ada");
    }
    assert_eq!(bench.run().decisions, 4);
    assert!(is_released(&bench.job(path(3))), "the others go on");
    assert_eq!(bench.released().len(), 1);
    for n in 0..3 {
        let job = bench.job(path(n));
        assert_eq!((job.state, reason(&job)), (State::Held, "RL-04"), "{n}");
        assert!(bench.receipt(&path(n)).contains("WAITING FOR STEWARD"), "{n}");
        approve(&bench, &job, "ada");
    }
    let aside = files(&bench.station.join("station/outbox"));
    assert!(aside.len() == 1 && aside[0].to_str().unwrap().contains(".changed"), "{aside:?}");
    bench.run();
    for n in 0..3 {
        let job = bench.job(path(n));
        assert!(is_released(&job), "{n}: {} {} {:?}", job.state, reason(&job), refused(&bench));
        let want = format!("Interviewer: Who was there?\nPSW-01: I came at {n} with [PIR-01].\n");
        assert_eq!(bench.text(&job), want);
    }
    bench.check_archive_and_log();
}

#[test]
fn a_changed_copy_that_nobody_has_a_bundle_of_is_quarantined() {
    let bench = Bench::new("automatic");
    approved_until(&bench, "2020-01-01");
    let other = "D01/PSW/W1/interview/other.txt";
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.drop_file(other, "Interviewer: Who was there?\nPSW: I left with Terence.\n");
    bench.run();
    assert_eq!(bench.job(PSW).state, State::Approved);
    put(&outbox(&bench, &bench.job(PSW)), b"PSW: It was Terence.\n");
    approved_until(&bench, "2099-12-31");
    bench.run();
    let job = bench.job(PSW);
    assert_eq!((job.state, reason(&job)), (State::Quarantined, "RL-04"));
    assert!(is_released(&bench.job(other)));
    assert!(bench.receipt(PSW).contains("PLEASE FIX") && bench.receipt(PSW).contains("RL-04"));
    // The raw object is whole, and what is in it can be dropped again.
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run();
    assert!(bench.jobs_at(PSW).iter().any(is_released));
    bench.check_archive_and_log();
}

#[test]
fn a_name_learnt_after_the_approval_sends_a_new_bundle_out() {
    let bench = Bench::new("automatic");
    approved_until(&bench, "2020-01-01");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence and grumblewick.\n");
    bench.run();
    assert_eq!(bench.job(PSW).state, State::Approved);
    reroster(&bench, &sample::ROSTER.replace("阿威", "阿威; Grumblewick Mok; Grumblewick"));
    approved_until(&bench, "2099-12-31");
    bench.run();
    let job = bench.job(PSW);
    assert_eq!((job.state, reason(&job), bench.released().len()), (State::Held, "RL-05", 0));
    assert_eq!(bench.work(&job, "ada").bundle().facts().why.as_deref(), Some("RL-05"));
    approve(&bench, &job, "ada");
    bench.run();
    let job = bench.job(PSW);
    assert!(is_released(&job), "{} {} {:?}", job.state, reason(&job), refused(&bench));
    let out = bench.text(&job);
    assert!(!out.contains("rumblewick") && !out.contains("source"), "{out}");
    let said = manifest(&bench, &job);
    assert_eq!((&said["gate"], &said["reviewed"]), (&"automatic".into(), &"by one person".into()));
    bench.check_archive_and_log();
}

#[test]
fn an_earlier_version_approved_too_late_can_still_be_decided_on() {
    let bench = Bench::new("one-person");
    for n in 0..3 {
        bench.drop_file(PSW, format!("Interviewer: Who was there?\nPSW: I came at {n} with Terence.\n"));
        bench.run();
    }
    approve(&bench, &bench.jobs_at(PSW)[2], "ada");
    bench.run();
    let newest = bench.released();
    for ballot in [Ballot::Approve, Ballot::Reject] {
        bench.decide(&bench.jobs_at(PSW)[0], "ada", ballot, |_| ());
        bench.run();
        let want =
            if ballot == Ballot::Approve { (State::Held, "RL-07") } else { (State::Rejected, "PI-14") };
        let job = &bench.jobs_at(PSW)[0];
        assert_eq!((job.state, reason(job)), want, "{:?}", refused(&bench));
        assert_eq!(bench.released(), newest);
    }
}

/// Puts another roster under the station's key, as `vouchsafe roster import` does.
fn reroster(bench: &Bench, csv: &str) {
    let key = Credentials::load(&bench.station.join("credentials")).unwrap().roster;
    let study = sample::STUDY.parse().unwrap();
    let sealed = registry::seal_roster(&key, &study, &Sensitive::new(csv.as_bytes().to_vec())).unwrap();
    put(&bench.station.join("studies").join(sample::STUDY).join("roster.sealed"), &sealed);
}

/// A station with the two-person gate, where `submitter` hands in through their own folder.
fn two_person(submitter: &str) -> (Bench, String) {
    two_person_on(submitter, PSW, "Interviewer: Where?\nPSW: At the blue kettle, with Terence.\n")
}

fn two_person_on(submitter: &str, path: &str, said: &str) -> (Bench, String) {
    let bench = Bench::new("two-person");
    let study = bench.station.join("studies").join(sample::STUDY).join("study.toml");
    let text = fs::read_to_string(&study).unwrap();
    put(&study, format!("{text}\n[submitters.folders]\nhandin = \"{submitter}\"\n").as_bytes());
    let path = format!("handin/{path}");
    bench.drop_file(&path, said);
    bench.run();
    let job = bench.job(&path);
    assert_eq!(job.state, State::Proposed, "{}", reason(&job));
    (bench, path)
}

#[test]
fn two_stewards_are_asked_where_the_gate_says_two() {
    let (bench, path) = two_person("fw-1");
    approve(&bench, &bench.job(&path), "ada");
    assert_eq!(bench.run().decisions, 1);
    assert_eq!(bench.job(&path).state, State::Proposed, "one vote is not enough");
    approve(&bench, &bench.job(&path), "ada");
    assert_eq!(bench.run().decisions, 0);
    assert_eq!(bench.job(&path).state, State::Proposed, "nor the same steward's twice");
    assert_eq!(refused(&bench).len(), 1);
    approve(&bench, &bench.job(&path), "ben");
    bench.run();
    let job = bench.job(&path);
    assert!(is_released(&job), "{} {} {:?}", job.state, reason(&job), refused(&bench));
}

#[test]
fn who_handed_an_item_in_does_not_vote_on_it() {
    let (bench, path) = two_person("ada");
    approve(&bench, &bench.job(&path), "ada");
    assert_eq!(bench.run().decisions, 0);
    assert_eq!(refused(&bench).len(), 1);
    approve(&bench, &bench.job(&path), "ben");
    bench.run();
    assert_eq!(bench.job(&path).state, State::Proposed);
    assert_eq!(bench.released(), [""; 0]);
}

#[test]
fn who_has_voted_is_told_so_in_the_list() {
    let (bench, path) = two_person("fw-1");
    let keys = bench.stewards["ada"].identity();
    let to_work = bench.station.join("review/work");
    let listed = |who: &str| {
        let identity = std::slice::from_ref(bench.stewards[who].identity());
        let all = vouchsafe::review::list(&bench.station.join("review/out"), identity).unwrap().items;
        assert_eq!(all.len(), 1);
        let votes = all[0].cast.as_ref().map(|it| (it.by.len(), it.needed));
        (all[0].is_voted(&to_work, &bench.stewards[who]), votes)
    };
    assert_eq!((listed("ada"), listed("ben")), ((false, None), (false, None)));
    bench
        .work(&bench.job(&path), "ada")
        .note_vote(&bench.station.join("review/out"), &to_work, &keys.recipient().unwrap())
        .unwrap();
    assert_eq!((listed("ada"), listed("ben")), ((true, None), (false, None)));
    // An edit goes out again, and brings with it who has agreed.
    bench.decide(&bench.job(&path), "ben", Ballot::Approve, |it| {
        it.mark("the blue kettle", EntityType::Organisation, None).unwrap();
    });
    bench.run();
    assert_eq!(refused(&bench), [""; 0]);
    assert_eq!((listed("ada"), listed("ben")), ((false, Some((1, 2))), (true, Some((1, 2)))));
}

#[test]
fn an_edit_drops_the_votes_before_it() {
    let (bench, path) = two_person("fw-1");
    approve(&bench, &bench.job(&path), "ada");
    bench.run();
    bench.decide(&bench.job(&path), "ben", Ballot::Approve, |it| {
        it.mark("the blue kettle", EntityType::Organisation, None).unwrap();
    });
    bench.run();
    assert_eq!(refused(&bench), [""; 0]);
    assert_eq!(bench.job(&path).state, State::Proposed, "ada has not seen what ben made of it");
    assert_eq!(bench.released(), [""; 0]);
    approve(&bench, &bench.job(&path), "ben");
    assert_eq!(bench.run().decisions, 0, "ben has said yes to it already");
    approve(&bench, &bench.job(&path), "ada");
    bench.run();
    let job = bench.job(&path);
    assert!(is_released(&job), "{} {} {:?}", job.state, reason(&job), refused(&bench));
    assert_eq!(bench.text(&job), "Interviewer: Where?\nPSW-01: At [organisation-1], with [PIR-01].\n");
    bench.check_archive_and_log();
}

#[test]
fn after_an_edit_the_other_s_unchanged_yes_completes_the_gate() {
    let said = "WEBVTT\n\nNOTE made by hand\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Interviewer>Where, [PSW-07]?</v>\n\n\
                2\n00:00:05.000 --> 00:00:09.000\n<v PSW>At the blue kettle, 同阿強，in 1987. And Terence came.</v>\n";
    let (bench, path) = two_person_on("fw-1", "D01/PSW/W1/interview/a.vtt", said);
    bench.decide(&bench.job(&path), "ada", Ballot::Approve, |it| {
        it.keep(numbered(it, said, "阿強")).unwrap();
        it.mark("the blue kettle", EntityType::Organisation, None).unwrap();
    });
    bench.run();
    assert_eq!((bench.job(&path).state, refused(&bench)), (State::Proposed, Vec::new()));
    // What ada let stand is shown to ben, who has to say so too.
    let seen = bench.work(&bench.job(&path), "ben");
    assert_eq!(seen.undecided(), 1);
    let into = bench.station.join("review/in");
    let unsaid = seen.finish(Ballot::Approve, &bench.stewards["ben"], &into, SystemClock::new().now());
    assert!(matches!(unsaid, Err(ReviewError::Undecided(1))), "{unsaid:?}");
    bench.decide(&bench.job(&path), "ben", Ballot::Approve, Work::keep_all_possible);
    bench.run();
    let job = bench.job(&path);
    assert!(is_released(&job), "{} {} {:?}", job.state, reason(&job), refused(&bench));
    let out = bench.text(&job);
    assert!(out.contains("<v Interviewer>Where, [source: PSW-07]?</v>"), "{out}");
    assert!(
        out.contains("<v PSW-01>At [organisation-1], 同阿強，in [year: 1987]. And [PIR-01] came.</v>"),
        "{out}"
    );
    bench.check_archive_and_log();
}

#[test]
fn every_edit_starts_the_count_again() {
    let (bench, path) = two_person("fw-1");
    bench.decide(&bench.job(&path), "ada", Ballot::Approve, |it| {
        it.mark("the blue kettle", EntityType::Organisation, None).unwrap();
    });
    bench.run();
    bench.decide(&bench.job(&path), "ben", Ballot::Approve, |it| {
        it.mark("Where", EntityType::Place, None).unwrap();
    });
    bench.run();
    assert_eq!((bench.job(&path).state, refused(&bench)), (State::Proposed, Vec::new()));
    assert_eq!(bench.released(), [""; 0], "ada has not seen what ben made of it");
    approve(&bench, &bench.job(&path), "ada");
    bench.run();
    let job = bench.job(&path);
    assert!(is_released(&job), "{} {} {:?}", job.state, reason(&job), refused(&bench));
    let out = bench.text(&job);
    assert!(!out.contains("source") && !out.contains("Where") && !out.contains("kettle"), "{out}");
}

#[test]
fn an_old_bundle_s_yes_does_not_count_for_what_was_edited_since() {
    let (bench, path) = two_person("fw-1");
    let old = bench.station.join("review/old");
    fs::create_dir(&old).unwrap();
    let job = bench.job(&path);
    let now = SystemClock::new().now();
    let made = bench.work(&job, "ben").finish(Ballot::Approve, &bench.stewards["ben"], &old, now).unwrap();
    bench.decide(&job, "ada", Ballot::Approve, |it| {
        it.mark("the blue kettle", EntityType::Organisation, None).unwrap();
    });
    bench.run();
    fs::rename(old.join(&made), bench.station.join("review/in").join(&made)).unwrap();
    assert_eq!(bench.run().decisions, 0);
    assert_eq!(refused(&bench), ["RV-04"]);
    assert_eq!((bench.job(&path).state, bench.released().len()), (State::Proposed, 0));
}

#[test]
fn without_consent_it_is_sealed_and_never_released() {
    let bench = Bench::with_roster("one-person", &sample::ROSTER.replace("Joanne,,team,", "Joanne,,,"));
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.drop_file("D01/JOINT/W1/session/s.txt", "PIR: Good morning.\nPSW: And to you.\n");
    bench.drop_file("D01/PIR/W1/interview/i.txt", "Interviewer: Good morning.\nPIR: And to you.\n");
    bench.run();
    for path in [PSW, "D01/JOINT/W1/session/s.txt"] {
        let job = bench.job(path);
        assert_eq!((job.state, reason(&job)), (State::Done, "PI-10"), "{path}");
        assert!(job.facts.deidentified.is_none() && job.facts.raw_object.is_some());
        assert!(bench.receipt(path).contains("/ SAFE\n"));
    }
    assert_eq!(bench.job("D01/PIR/W1/interview/i.txt").state, State::Proposed, "he agreed");
}

#[test]
fn nothing_is_released_once_the_ethics_approval_has_ended() {
    let bench = Bench::new("automatic");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run_by(Arc::new(DaysOn(36_500, SystemClock::new()))).unwrap();
    assert_eq!(bench.job(PSW).state, State::Approved);
    assert_eq!(bench.released(), [""; 0]);
    bench.run();
    assert_eq!(bench.released(), [""; 0], "also when the clock is turned back");
    bench.check_archive_and_log();
}

#[test]
fn two_lines_of_two_people_end() {
    let bench = Bench::new("one-person");
    bench.drop_file(PSW, "Fiona: Terence, hi\nTerence: Hello you\n");
    bench.run();
    let job = bench.job(PSW);
    assert_eq!((job.state, reason(&job)), (State::Proposed, "PI-13"));
    approve(&bench, &job, "ada");
    bench.run();
    assert!(is_released(&bench.job(PSW)), "{} {}", bench.job(PSW).state, reason(&bench.job(PSW)));
}

#[test]
fn the_same_bytes_for_two_people_in_one_batch_are_sealed_for_both() {
    let bench = Bench::new("one-person");
    let film = |who: &str| format!("D01/{who}/W1/recording/a.bin");
    let talk = |who: &str| format!("D01/{who}/W1/interview/a.txt");
    for who in ["PSW", "PIR"] {
        bench.drop_file(film(who), [7; 4000]);
        bench.drop_file(talk(who), "Interviewer: How was it?\nParticipant: It was long.\n");
    }
    bench.run();
    let jobs = bench.jobs();
    assert!(jobs.iter().all(|it| it.state != State::Duplicate && it.facts.raw_object.is_some()));
    assert_eq!(["PSW", "PIR"].map(|it| bench.job(film(it)).state), [State::Done; 2]);
    let mut talks = ["PSW", "PIR"].map(|it| bench.job(talk(it)));
    talks.sort_by_key(|it| it.state);
    assert_eq!(talks.each_ref().map(|it| it.state), [State::Proposed, State::Quarantined]);
    assert_eq!(reason(&talks[1]), "PI-17");
    bench.check_archive_and_log();
}

#[test]
fn the_same_bytes_twice_are_one_item_and_the_slip_says_so() {
    let bench = Bench::new("automatic");
    let text = "Interviewer: Who was there?\nPSW: I came with Terence.\n";
    bench.drop_file("D01/PSW/W1/interview/b.txt", text);
    bench.drop_file("D01/PSW/W1/interview/c.txt", text);
    bench.run();
    bench.drop_file("D01/PSW/W1/interview/d.txt", text);
    bench.drop_file("D01/PIR/W1/recording/r.bin", b"\x00\x01\x02");
    bench.drop_file("D01/PIR/W1/recording/s.bin", b"\x00\x01\x02");
    bench.run();
    let state = |name: &str| bench.job(format!("D01/{name}")).state;
    let drops = ["PSW/W1/interview/b.txt", "PSW/W1/interview/c.txt", "PSW/W1/interview/d.txt"];
    let mut states: Vec<_> = drops.iter().map(|it| state(it)).collect();
    states.sort();
    assert_eq!(states, [State::Done, State::Duplicate, State::Duplicate]);
    let mut states = ["PIR/W1/recording/r.bin", "PIR/W1/recording/s.bin"].map(state);
    states.sort();
    assert_eq!(states, [State::Done, State::Duplicate]);
    let slip = bench.receipt("D01/PSW/W1/interview/d.txt");
    assert!(slip.contains("PI-15") && slip.contains("YOU MAY DELETE"), "{slip}");
    assert_eq!(bench.released().len(), 1);
    let raw = bench.jobs().iter().filter(|it| it.facts.raw_object.is_some()).count();
    assert_eq!(raw, 2, "each content is sealed once");
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one_once_it_is_released() {
    let bench = Bench::new("automatic");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run();
    let first = bench.released();
    assert!(first.len() == 1 && first[0].ends_with("_v1.txt"), "{first:?}");
    // One that has to be looked at first.
    bench.drop_file(
        PSW,
        "Interviewer: Who was there?\nPSW: Ang kapatid ko ay nagtatrabaho sa ibang bansa ngayon.\n",
    );
    bench.run();
    assert_eq!(bench.jobs_at(PSW)[1].state, State::Held);
    assert_eq!(bench.released(), first, "the old one stays meanwhile");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came alone, without Terence.\n");
    bench.run();
    let names = bench.released();
    assert!(names.len() == 1 && names[0].ends_with("_v3.txt"), "{names:?}");
    let versions: Vec<_> = bench.jobs_at(PSW).iter().map(|it| it.facts.version).collect();
    assert_eq!(versions, [1, 2, 3]);
    let away = files(&bench.station.join("station/withdrawn"));
    assert!(away.iter().any(|it| it.to_str().unwrap().contains("_v1.txt")), "{away:?}");
    bench.check_archive_and_log();
}

#[test]
fn what_is_not_sealed_in_its_place_uses_up_no_number() {
    let bench = Bench::new("automatic");
    let broken = "D01/PSW/W1/interview/broken.txt";
    bench.drop_file(broken, b"\x00\x01\x02\x03\xff");
    bench.drop_file("D01/PIR/W1/recording/r.bin", b"\x00\x01\x02");
    bench.run();
    assert_eq!(bench.job(broken).state, State::Quarantined);
    // Another file of that place, the first one mended, and a recording after a copy of the one before.
    bench.drop_file("D01/PIR/W1/recording/again.bin", b"\x00\x01\x02");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run();
    bench.drop_file("D01/PIR/W1/recording/s.bin", b"\x03\x04\x05");
    bench.drop_file(broken, "Interviewer: Who was there?\nPSW: I came alone, without Terence.\n");
    bench.run();
    assert_eq!(
        bench.released(),
        [
            format!("{}_D01_PSW_W1_interview-2_v1.txt", sample::STUDY),
            format!("{}_D01_PSW_W1_interview_v1.txt", sample::STUDY),
        ]
    );
    let numbers = |path: &str| {
        let facts = bench.jobs_at(path).pop().unwrap().facts;
        (facts.ordinal, facts.version)
    };
    assert_eq!((numbers(PSW), numbers(broken)), ((1, 1), (2, 1)));
    assert_eq!(numbers("D01/PIR/W1/recording/s.bin"), (2, 1));
}

#[test]
fn what_a_steward_decided_about_a_string_holds_for_the_next_file() {
    let said = "Interviewer: 你同邊個去？\nPSW: 我同阿強去飲茶。\n";
    for stays in [true, false] {
        let bench = Bench::new("one-person");
        bench.drop_file(PSW, said);
        bench.run();
        bench.decide(&bench.job(PSW), "ada", Ballot::Approve, |it| {
            let n = numbered(it, said, "阿強");
            if stays { it.keep(n).unwrap() } else { it.redact(n, None).unwrap() }
        });
        bench.run();
        assert_eq!(refused(&bench), [""; 0]);
        let job = bench.job(PSW);
        assert!(is_released(&job), "{} {}", job.state, reason(&job));
        assert_eq!(bench.text(&job).contains("阿強"), stays);
        // Nobody has to be asked about it again.
        bench.set_study("gate", "\"automatic\"");
        let next = "D01/PSW/W2/interview/next.txt";
        bench.drop_file(next, "Interviewer: 今次呢？\nPSW: 我又同阿強去飲茶。\n");
        bench.run();
        let job = bench.job(next);
        assert!(is_released(&job), "{} {}", job.state, reason(&job));
        assert_eq!(bench.text(&job).contains("阿強"), stays);
    }
}

/// Said of somebody whom the roster calls May: once nobody can miss it, once it might be the month.
const MAYS: &str = "Interviewer: Who?\nPSW: It was May who helped me.\nPSW: May is the other peer worker.\n";

/// A station whose roster calls PIR-01 May.
fn with_may(gate: &str) -> Bench {
    Bench::with_roster(gate, &sample::ROSTER.replace("阿威", "阿威; May"))
}

#[test]
fn an_occurrence_that_would_stay_is_asked_about_though_the_name_is_taken_out_elsewhere() {
    for stays in [true, false] {
        let bench = with_may("one-person");
        bench.drop_file(PSW, MAYS);
        bench.run();
        let job = bench.job(PSW);
        let asked = bench.work(&job, "ada");
        let rows: Vec<_> = asked.candidates().into_iter().map(|it| (it.tier, it.count, it.code)).collect();
        let code = || Some("PIR-01".to_owned());
        assert_eq!(rows, [(Tier::Possible, 1, code()), (Tier::Probable, 1, code())]);
        assert_eq!(asked.listing().undecided, 1);
        let into = bench.station.join("review/in");
        let early = asked
            .finish(Ballot::Approve, &bench.stewards["ada"], &into, SystemClock::new().now())
            .unwrap_err();
        assert!(matches!(early, ReviewError::Undecided(1)), "{early}");
        bench.decide(&job, "ada", Ballot::Approve, |it| {
            if stays { it.keep(1).unwrap() } else { it.redact(1, None).unwrap() }
        });
        bench.run();
        let job = bench.job(PSW);
        assert!(is_released(&job), "{} {} {:?}", job.state, reason(&job), refused(&bench));
        let out = bench.text(&job);
        let second = if stays { "May is the other" } else { "[PIR-01] is the other" };
        assert!(out.contains("It was [PIR-01] who") && out.contains(second), "{out}");
        bench.check_archive_and_log();
    }
}

#[test]
fn a_name_of_the_roster_that_stays_in_one_file_is_asked_about_in_the_next() {
    let bench = with_may("one-person");
    bench.drop_file(PSW, "Interviewer: Who?\nPSW: May is the other peer worker.\n");
    bench.run();
    bench.decide(&bench.job(PSW), "ada", Ballot::Approve, |it| {
        it.keep(1).unwrap();
        assert_eq!(it.kept_here_only(), 1);
    });
    bench.run();
    assert!(bench.text(&bench.job(PSW)).contains("May is the other"));
    let next = "D01/PSW/W2/interview/next.txt";
    bench.drop_file(next, "Interviewer: And then?\nPSW: May is my sister.\n");
    bench.run();
    let job = bench.job(next);
    assert_eq!(bench.work(&job, "ada").undecided(), 1);
    // Nor does it pass where nobody would look.
    bench.set_study("gate", "\"automatic\"");
    let last = "D01/PSW/W2/interview/last.txt";
    bench.drop_file(last, "Interviewer: And then?\nPSW: May is a nurse.\n");
    bench.run();
    let job = bench.job(last);
    assert_eq!((job.state, reason(&job)), (State::Held, "PI-12"));
}

#[test]
fn what_comes_to_be_an_alias_no_longer_stays_by_what_was_said_before() {
    // A word too, and so never certain.
    let said = KEUNG.replace("阿強", "家樂");
    let bench = Bench::new("one-person");
    bench.drop_file(PSW, &said);
    bench.run();
    bench.decide(&bench.job(PSW), "ada", Ballot::Approve, |it| {
        it.keep(numbered(it, &said, "家樂")).unwrap();
        assert_eq!(it.kept_here_only(), 0);
    });
    bench.run();
    assert!(bench.text(&bench.job(PSW)).contains("家樂"));
    bench.set_study("gate", "\"automatic\"");
    let drop = |n: u8| {
        let path = format!("D01/PSW/W2/interview/{n}.txt");
        bench.drop_file(&path, format!("{said}PSW: {n}.\n"));
        bench.run();
        let job = bench.job(&path);
        is_released(&job) && bench.text(&job).contains("家樂")
    };
    assert!(drop(1), "carried");
    reroster(&bench, &sample::ROSTER.replace("阿威", "阿威; 家樂"));
    assert!(!drop(2));
}

const KEUNG: &str = "Interviewer: 你同邊個去？\nPSW: 我同阿強去飲茶。\n";

fn keep_keung(work: &mut Work) {
    work.keep(numbered(work, KEUNG, "阿強")).unwrap();
}

#[test]
fn what_is_taken_out_later_no_longer_stays_by_what_was_said_before() {
    type Later = fn(&mut Work, &str);
    let redact: Later = |it, text| it.redact(numbered(it, text, "阿強"), None).unwrap();
    let mark: Later = |it, _| it.mark("阿強", EntityType::Person, None).unwrap();
    let mark_as_known: Later = |it, _| it.mark("阿強", EntityType::Person, Some("PSW-01")).unwrap();
    let mark_as_other: Later = |it, _| it.mark("阿強", EntityType::Organisation, None).unwrap();
    for (n, later) in [mark, mark_as_known, mark_as_other, redact].into_iter().enumerate() {
        let bench = Bench::new("one-person");
        let second = "D01/PSW/W2/interview/second.txt";
        bench.drop_file(PSW, KEUNG);
        if n == 3 {
            // Both wait at the same time: the later word is the one on the second.
            bench.drop_file(second, format!("{KEUNG}PSW: 係呀。\n"));
        }
        bench.run();
        bench.decide(&bench.job(PSW), "ada", Ballot::Approve, keep_keung);
        bench.run();
        assert!(bench.text(&bench.job(PSW)).contains("阿強"));
        let said = format!("{KEUNG}PSW: 係呀。\n");
        if n != 3 {
            bench.drop_file(second, &said);
            bench.run();
        }
        bench.decide(&bench.job(second), "ada", Ballot::Approve, |it| later(it, &said));
        bench.run();
        let job = bench.job(second);
        assert!(is_released(&job), "{n} {} {} {:?}", job.state, reason(&job), refused(&bench));
        assert!(!bench.text(&job).contains("阿強"), "{n}");
        bench.set_study("gate", "\"automatic\"");
        let third = "D01/PSW/W2/interview/third.txt";
        bench.drop_file(third, "Interviewer: 今次呢？\nPSW: 我又同阿強去飲茶。\n");
        bench.run();
        let job = bench.job(third);
        assert!(!is_released(&job) || !bench.text(&job).contains("阿強"), "{n}: stays by an earlier word");
    }
}

#[test]
fn what_one_of_two_took_out_no_longer_stays_once_the_other_agrees() {
    let bench = two_person_on("fw-1", PSW, KEUNG).0;
    let path = format!("handin/{PSW}");
    bench.decide(&bench.job(&path), "ada", Ballot::Approve, keep_keung);
    bench.run();
    bench.decide(&bench.job(&path), "ben", Ballot::Approve, Work::keep_all_possible);
    bench.run();
    assert!(bench.text(&bench.job(&path)).contains("阿強"));
    let asked = |n: u8| {
        let path = format!("handin/D01/PSW/W2/interview/{n}.txt");
        bench.drop_file(&path, format!("Interviewer: {n}?\nPSW: 我又同阿強去飲茶。\n"));
        bench.run();
        bench.work(&bench.job(&path), "ada").candidates().len()
    };
    assert_eq!(asked(1), 0, "both have said that it stays");
    let path = "handin/D01/PSW/W2/interview/1.txt";
    bench.decide(&bench.job(path), "ada", Ballot::Approve, |it| {
        it.mark("阿強", EntityType::Person, None).unwrap();
    });
    bench.run();
    assert_eq!(asked(2), 0, "one alone changes nothing elsewhere");
    approve(&bench, &bench.job(path), "ben");
    bench.run();
    assert!(is_released(&bench.job(path)), "{:?}", refused(&bench));
    assert_eq!(asked(3), 1, "the last word holds");
}

#[test]
fn what_the_packs_do_not_cover_is_held_until_a_steward_has_read_it() {
    let bench = Bench::new("automatic");
    let drops = [
        ("urdu.txt", "PSW: میں کل ہسپتال گیا تھا اور ڈاکٹر سے ملا۔ اس نے کہا کہ سب ٹھیک ہے۔\n"),
        (
            "tagalog.txt",
            "PSW: Ang kapatid ko ay nagtatrabaho sa ibang bansa ngayon, at hindi pa siya umuuwi.\n",
        ),
        ("jyutping.txt", "PSW: ngo5 kam4 jat6 heoi3 zo2 jyun2, ji1 sang1 waa6 ngo5 mou5 si6 laa3.\n"),
        (
            "one-turn.txt",
            "Interviewer: How was the week?\nPSW: It was long, and I slept badly.\nPSW: Mi hermana vino de visita y \
             cocinamos juntos toda la tarde.\nInterviewer: And then?\nPSW: Then I slept.\n",
        ),
    ];
    for (name, bytes) in drops {
        bench.drop_file(format!("D01/PSW/W1/interview/{name}"), bytes);
    }
    bench.drop_file("D01/PSW/W1/interview/english.txt", "PSW: It was long, and I slept badly.\n");
    bench.run();
    assert!(is_released(&bench.job("D01/PSW/W1/interview/english.txt")), "the control");
    for (name, _) in drops {
        let job = bench.job(format!("D01/PSW/W1/interview/{name}"));
        assert_eq!((job.state, reason(&job)), (State::Held, "PI-12"), "{name}");
    }
    let path = "D01/PSW/W1/interview/one-turn.txt";
    bench.decide(&bench.job(path), "ada", Ballot::Approve, |it| it.redact_all_possible().unwrap());
    bench.run();
    let job = bench.job(path);
    assert!(is_released(&job), "{} {} {:?}", job.state, reason(&job), refused(&bench));
    assert!(bench.text(&job).contains("cocinamos juntos toda la tarde"));
}

#[test]
fn a_second_run_changes_nothing() {
    let bench = Bench::new("automatic");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.drop_file("D01/PIR/W1/interview/b.txt", "PSW: میں کل ہسپتال گیا تھا اور ڈاکٹر سے ملا۔\n");
    bench.drop_file("D01/PIR/W1/interview/c.txt", b"\x00\x01\x02\x03\xff");
    assert_eq!(bench.run().outcomes.len(), 3);
    let now = || (bench.jobs(), bench.released(), files(&bench.station.join("station/objects")));
    let (jobs, released, objects) = now();
    for _ in 0..2 {
        assert_eq!(bench.run().outcomes, []);
    }
    let again = now();
    assert_eq!(format!("{jobs:?}"), format!("{:?}", again.0));
    assert_eq!((released, objects), (again.1, again.2));
    let log = bench.station.join("station/log");
    let ops: Vec<_> = show::show(&log, &bench.log_key(), Filter::default())
        .unwrap()
        .map(|it| it.unwrap().1.op().name())
        .collect();
    let (first, later) = ops.split_at(ops.iter().position(|it| *it == "stop").unwrap() + 1);
    assert_eq!(first.iter().filter(|it| **it == "release").count(), 1, "{ops:?}");
    assert_eq!(later, ["start", "rules", "stop"].repeat(2), "{ops:?}");
}

/// The daemon as a service manager starts it, with what it says.
struct Daemon {
    child: Child,
    said: PathBuf,
}

impl Daemon {
    fn start(bench: &Bench) -> Self {
        let said = bench.station.with_file_name("said");
        let stderr = fs::File::create(&said).unwrap();
        let child = Command::new(BINARY)
            .arg("--station")
            .arg(&bench.station)
            .arg("run")
            .stdin(Stdio::null())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let daemon = Self { child, said };
        daemon.wait("\"ready\"");
        daemon
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.said).unwrap()
    }

    fn wait(&self, text: &str) {
        until(|| self.said().contains(text), || format!("never said {text}: {}", self.said()));
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    fn stop(mut self) -> String {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success(), "{}", self.said());
        self.said()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn until(mut done: impl FnMut() -> bool, else_: impl Fn() -> String) {
    for _ in 0..400 {
        if done() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{}", else_());
}

/// Waits for the word on the slip beside a drop.
fn wait_for(bench: &Bench, path: &str, words: &[&str]) {
    let slip = bench.at(format!("{path}.receipt.txt"));
    let now = || fs::read_to_string(&slip).unwrap_or_default();
    until(|| words.iter().any(|it| now().contains(it)), || format!("{path}: {}", now()));
}

#[test]
fn the_daemon_reloads_without_losing_work_and_stops_in_order() {
    let bench = Bench::new("automatic");
    let mut daemon = Daemon::start(&bench);
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    wait_for(&bench, PSW, &["/ SAFE"]);
    // Settings that can't be used: the old ones stay in force, and work goes on.
    bench.set_study("gate", "\"whatever\"");
    daemon.signal("HUP");
    daemon.wait("the old ones stay");
    let second = "D01/PSW/W1/interview/second.txt";
    bench.drop_file(second, "Interviewer: Who was there?\nPSW: I came with Terence, later.\n");
    wait_for(&bench, second, &["/ SAFE"]);
    // And settings that can.
    bench.set_study("gate", "\"one-person\"");
    let third = "D01/PSW/W1/interview/third.txt";
    bench.drop_file(third, "Interviewer: Who was there?\nPSW: I came without Terence.\n");
    daemon.signal("HUP");
    daemon.wait("new settings are in force");
    wait_for(&bench, third, &["/ SAFE", "/ WAITING"]);
    let fourth = "D01/PSW/W1/interview/fourth.txt";
    bench.drop_file(fourth, "Interviewer: Who was there?\nPSW: Nobody but Terence.\n");
    wait_for(&bench, fourth, &["/ WAITING"]);
    assert!(daemon.child.try_wait().unwrap().is_none());
    let said = daemon.stop();
    assert_eq!(planted_in(said.as_bytes()), [""; 0], "the daemon's own words hold no name");
    assert!(!said.contains("interview/"), "nor a file's: {said}");
    let log = bench.station.join("station/log");
    let last = show::show(&log, &bench.log_key(), Filter::default()).unwrap().last().unwrap().unwrap();
    assert_eq!(last.1.op().name(), "stop");
    bench.check_archive_and_log();
}

#[test]
fn a_slip_says_the_final_state_in_two_languages_and_nothing_else() {
    let bench = sampled();
    for file in sample::files() {
        let (job, slip) = (bench.job(file.path), bench.receipt(file.path));
        let (word, may_delete) = match file.fate {
            Fate::Released | Fate::NotConsented | Fate::SealedOnly => ("SAFE", true),
            Fate::Held => ("WAITING FOR STEWARD", true),
            Fate::Quarantined => ("PLEASE FIX", false),
        };
        if !matches!((file.fate, job.state), (Fate::Released, State::Held | State::Proposed)) {
            assert!(slip.starts_with(&format!("vouchsafe receipt 收據 / {word}\n")), "{}: {slip}", file.path);
            assert_eq!(slip.contains("YOU MAY DELETE YOUR COPY."), may_delete, "{}", file.path);
            assert_eq!(slip.contains("你可以刪除你的副本。"), may_delete, "{}", file.path);
        }
        assert!(slip.contains("English\n") && slip.contains("繁體中文\n"), "{slip}");
        assert_eq!(planted_in(slip.as_bytes()), [""; 0], "{}", file.path);
        let long_hex = slip.split(|it: char| !it.is_ascii_hexdigit()).any(|it| it.len() >= 16);
        assert!(!long_hex, "a hash or an id: {slip}");
        let content = String::from_utf8_lossy(&file.bytes).into_owned();
        let quoted = content.lines().filter(|it| it.chars().count() > 12).any(|it| slip.contains(it));
        assert!(
            !quoted && !slip.contains(Path::new(file.path).file_name().unwrap().to_str().unwrap()),
            "{slip}"
        );
    }
}

/// A decision made by a program of the steward's own: signed and sealed as ours are, with another result.
fn decide_by_own_program(bench: &Bench, job: &Job, who: &str, edit: impl FnOnce(&str) -> String) {
    let steward = &bench.stewards[who];
    let made = bench.station.with_file_name("made");
    fs::create_dir_all(&made).unwrap();
    let name =
        bench.work(job, who).finish(Ballot::Approve, steward, &made, SystemClock::new().now()).unwrap();
    let station = Credentials::load(&bench.station.join("credentials")).unwrap().station;
    let sealed = fs::File::open(made.join(&name)).unwrap();
    let packed = keys::decrypt_from(std::slice::from_ref(&station), sealed).unwrap();
    let tar = zstd::decode_all(packed).unwrap();
    let mut members: Vec<(String, Vec<u8>)> = tar::Archive::new(tar.as_slice())
        .entries()
        .unwrap()
        .map(|it| {
            let mut it = it.unwrap();
            let mut bytes = Vec::new();
            it.read_to_end(&mut bytes).unwrap();
            (it.path().unwrap().to_str().unwrap().to_owned(), bytes)
        })
        .collect();
    members[1].1 = edit(str::from_utf8(&members[1].1).unwrap()).into_bytes();
    let mut signed: serde_json::Value = serde_json::from_slice(&members[0].1).unwrap();
    signed["result"] = Digest::from_bytes(Sha256::digest(&members[1].1).into()).to_string().into();
    members[0].1 = keys::canonical::to_bytes(&signed).unwrap();
    let message = [b"vouchsafe/decision/v1\0".as_slice(), &Sha256::digest(&members[0].1)].concat();
    members[3].1 = steward.signing_key().sign(&message).to_vec();
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in &members {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    let packed = zstd::encode_all(tar.into_inner().unwrap().as_slice(), 3).unwrap();
    let sealed = keys::encrypt(&[station.recipient().unwrap()], &packed).unwrap();
    put(&bench.station.join("review/in").join(name), &sealed);
}

#[test]
fn what_a_steward_s_own_program_puts_between_brackets_is_searched() {
    let bench = Bench::new("one-person");
    let cases = [
        ("[PSW-01] and [phone]", true),
        ("[phone: 9123 4567]", false),
        ("[A1234563]", false),
        ("[person-91234567]", false),
        ("[place: Terence]", false),
        ("[Terence]", false),
    ];
    let path = |n: usize| format!("D01/PSW/W1/interview/{n}.txt");
    for n in 0..cases.len() {
        bench.drop_file(path(n), format!("Interviewer: Who was there?\nPSW: I came at {n} with Terence.\n"));
    }
    bench.run();
    for (n, (said, _)) in cases.iter().enumerate() {
        decide_by_own_program(&bench, &bench.job(path(n)), "ada", |it| it.replace("[PIR-01]", said));
    }
    assert_eq!(bench.run().decisions, cases.len(), "{:?}", refused(&bench));
    for (n, (said, passes)) in cases.iter().enumerate() {
        let job = bench.job(path(n));
        assert_eq!(is_released(&job), *passes, "{said}: {} {}", job.state, reason(&job));
        assert!(*passes || (job.state, reason(&job)) == (State::Held, "PI-12"), "{said}");
    }
    assert_eq!(bench.released().len(), 1);
}

#[test]
fn a_decision_that_is_still_being_copied_is_waited_for() {
    let bench = Bench::new("one-person");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run();
    let (into, away) = (bench.station.join("review/in"), bench.station.join("review/away"));
    fs::create_dir(&away).unwrap();
    let now = SystemClock::new().now();
    let name = bench
        .work(&bench.job(PSW), "ada")
        .finish(Ballot::Approve, &bench.stewards["ada"], &away, now)
        .unwrap();
    let whole = fs::read(away.join(&name)).unwrap();
    bench.set("media_settle", "\"1s\"");
    let daemon = Daemon::start(&bench);
    // Slower than `settle`, and longer in all than `media_settle`.
    for end in [0, 1, 40, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        put(&into.join(&name), &whole[..end]);
        thread::sleep(Duration::from_millis(350));
    }
    assert_eq!(refused(&bench), [""; 0], "{}", daemon.said());
    put(&into.join(&name), &whole);
    wait_for(&bench, PSW, &["/ SAFE"]);
    daemon.stop();
    assert!(is_released(&bench.job(PSW)));
    assert_eq!(refused(&bench), [""; 0]);
}

#[test]
fn a_decision_that_stays_cut_off_is_refused_in_plain_words_and_kept() {
    let bench = Bench::new("one-person");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run();
    approve(&bench, &bench.job(PSW), "ada");
    let into = bench.station.join("review/in");
    let name = fs::read_dir(&into).unwrap().map(|it| it.unwrap().file_name()).next().unwrap();
    let whole = fs::read(into.join(&name)).unwrap();
    put(&into.join(&name), &whole[..whole.len() - 1]);
    assert_eq!(bench.run().decisions, 0);
    assert_eq!(refused(&bench), ["RV-17"]);
    let kept = into.join("refused").join(&name);
    assert_eq!(fs::read(&kept).unwrap(), whole[..whole.len() - 1]);
    let note = fs::read_to_string(kept.with_extension("age.txt")).unwrap();
    assert!(note.contains("Nothing was counted") && note.contains("again"), "{note}");
    assert_eq!(bench.job(PSW).state, State::Proposed);
    put(&into.join(&name), &whole);
    assert_eq!(bench.run().decisions, 1, "what came in whole counts");
    assert!(is_released(&bench.job(PSW)));
}

#[test]
fn a_decision_from_nobody_we_know_is_refused() {
    let bench = Bench::new("one-person");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run();
    let stranger = keys::StewardSecret::generate("ada".parse().unwrap()).unwrap();
    let work = bench.work(&bench.job(PSW), "ada");
    let into = bench.station.join("review/in");
    let named: Result<String, ReviewError> =
        work.finish(Ballot::Approve, &stranger, &into, SystemClock::new().now());
    named.unwrap();
    put(&into.join("x.decision.age"), b"age-encryption.org/v1\nnonsense");
    bench.run();
    assert_eq!(refused(&bench).len(), 2);
    assert_eq!(bench.job(PSW).state, State::Proposed);
}
