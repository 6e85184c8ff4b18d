//! Copies for other readers than the team: what leads from one to another in the team's copies does not in theirs.
//! And language versions of a session, which go out together.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::Command,
};

use station::{BINARY, Bench};
use vouchsafe::{
    audit::{
        entry::Op,
        show::{self, Filter},
    },
    catalog::{Job, State},
    export,
    item::Profile,
    release, render, sample,
};

/// A participant and their peer support worker, about each other and about one third person.
const FILES: [(&str, &str); 4] = [
    (
        "D01/PIR/W1/interview/a.txt",
        "I: hello\nTerence: Yip Lok Yan comes on Mondays, and Daisy Quill too. I am 34 years old, from Tai Wai.\n",
    ),
    ("D01/PIR/W2/interview/b.txt", "I: again\nTerence: Daisy Quill left on 12 March 2019.\n"),
    ("D01/PSW/W1/interview/c.txt", "I: and you?\nJoanne: Terence and I met Daisy Quill there.\n"),
    (
        "D01/JOINT/W1/session/d.txt",
        "D01_JOINT: [PSW-01] and pir01\nJoanne: Terence, how is Daisy Quill?\nTerence: she is well.\n",
    ),
];

const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
    PSW-01,PSW,D01,,Yip Lok Yan,Joanne,,external,\n\
    PIR-01,PIR,D01,,Mok Chun Wai,Terence,,external,\n";

fn bench(profiles: &str) -> Bench {
    let bench = Bench::with_roster("automatic", ROSTER);
    bench.set_study("profiles", profiles);
    for (path, text) in FILES {
        bench.drop_file(path, text);
    }
    bench.settle();
    bench
}

fn directory(bench: &Bench, profile: Profile) -> PathBuf {
    bench.station.join("release").join(sample::STUDY).join(profile.name())
}

/// What lies there, by name.
fn out(bench: &Bench, profile: Profile) -> BTreeMap<String, String> {
    let copies = release::copies_in(&directory(bench, profile)).unwrap();
    copies.into_iter().map(|(row, bytes)| (row.name, String::from_utf8(bytes).unwrap())).collect()
}

/// The copy of a file for these readers, and its name.
fn copy(bench: &Bench, path: &str, profile: Profile) -> (String, String) {
    let job = bench.job(path);
    let it = job.facts.copies.get(&profile);
    let name = it.and_then(|it| it.release_name.clone());
    let name = name.unwrap_or_else(|| panic!("{path}: {:?} {:?} {it:?}", job.state, job.facts.reason));
    (out(bench, profile)[&name].clone(), name)
}

/// What stands between brackets or is a speaker's code: whatever has a number.
fn codes(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words
        .filter(|it| {
            it.split_once('-').is_some_and(|(noun, n)| {
                noun.chars().all(|c| c.is_ascii_alphabetic())
                    && !n.is_empty()
                    && n.chars().all(|c| c.is_ascii_digit())
            })
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn insiders_copies_share_no_code_and_no_date() {
    let bench = bench("[\"insider-safe\"]");
    let team: Vec<_> = FILES.iter().map(|(path, _)| codes(&bench.text(&bench.job(path)))).collect();
    assert!(team.iter().all(|it| it.contains("PIR-01") && it.contains("person-1")), "{team:?}");

    let copies: Vec<_> = FILES.iter().map(|it| copy(&bench, it.0, Profile::InsiderSafe)).collect();
    for (n, (one, _)) in copies.iter().enumerate() {
        assert!(["-01", "pir01", "D01", "person-1]"].iter().all(|it| !one.contains(it)), "{one}");
        for (other, _) in &copies[n + 1..] {
            assert_eq!(codes(one).intersection(&codes(other)).count(), 0, "{one}\n{other}");
        }
    }
    // Each keeps what belongs together within it.
    let (text, name) = &copies[0];
    let speaker = text.lines().nth(1).unwrap().split(':').next().unwrap();
    assert!(speaker.starts_with("PIR-") && name.contains(speaker), "{name}: {text}");
    assert_eq!(codes(text).len(), 3, "{text}");
    assert!(text.contains("[age: 30-39]") && text.contains("[place: New Territories]"), "{text}");
    assert!(copies[1].0.contains("[date]"), "{}", copies[1].0);
    assert!(
        copies[3].1.starts_with("HARBOUR_JOINT-") && copies[3].1.ends_with("_session_v1.txt"),
        "{copies:?}"
    );
    // Neither names nor list say who belongs to whom, in which session, and when.
    let listed = fs::read_to_string(directory(&bench, Profile::InsiderSafe).join("index.csv")).unwrap();
    for told in ["D01", "W1", "W2", "T0", ":"] {
        assert!(!listed.contains(told), "{told}: {listed}");
    }
    bench.check_archive_and_log();
}

#[test]
fn others_follow_a_participant_and_not_a_pair() {
    let bench = bench("[\"external\", \"insider-safe\"]");
    let [first, second, theirs, joint] = [0, 1, 2, 3].map(|n| copy(&bench, FILES[n].0, Profile::External));
    let speaker = |it: &(String, String)| it.0.lines().nth(1).unwrap().split(':').next().unwrap().to_owned();
    assert_eq!(speaker(&first), speaker(&second), "one participant in two sessions");
    assert!(codes(&first.0).is_superset(&codes(&second.0)), "{first:?} {second:?}");
    for other in [&theirs, &joint] {
        assert_eq!(codes(&first.0).intersection(&codes(&other.0)).count(), 0, "{first:?} {other:?}");
    }
    assert!(first.1.contains("_W1_") && second.1.contains("_W2_"), "{first:?}");
    assert!(second.0.contains("[year: 2019]"), "{second:?}");
    let listed = fs::read_to_string(directory(&bench, Profile::External).join("index.csv")).unwrap();
    assert!(!listed.contains("D01"), "{listed}");
    assert_eq!(out(&bench, Profile::InsiderSafe).len(), FILES.len());

    // Each has a leaf of its own, and none a second one however often the daemon starts.
    let leaves = || {
        let directories = bench.loaded().directories;
        let entries = show::show(&directories.log, &bench.log_key(), Filter::default()).unwrap();
        entries.filter(|it| matches!(it.as_ref().unwrap().1.op(), Op::Release { .. })).count()
    };
    assert_eq!(leaves(), 3 * FILES.len());
    bench.run();
    assert_eq!(leaves(), 3 * FILES.len());
    bench.check_archive_and_log();

    // Analysts' programs get them, too: participants are cases, and no pair is.
    for profile in [Profile::External, Profile::InsiderSafe] {
        let to = bench.station.join(format!("for-{}", profile.name()));
        let run = Command::new(BINARY)
            .args(["export", "--as", "qdpx"])
            .arg(directory(&bench, profile))
            .arg("--to")
            .arg(&to)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let project = fs::read(to.join("HARBOUR.qdpx")).unwrap();
        let parts = render::parts(&project).unwrap();
        let whole: String = parts.iter().map(|it| String::from_utf8_lossy(it)).collect();
        assert!(!whole.contains("D01") && !whole.contains("PIR-01"), "{whole}");
    }
}

#[test]
fn a_profile_that_comes_later_has_what_is_out_already_and_no_consent_no_copy() {
    let roster = ROSTER.replacen("external", "interview=external; session=team", 1);
    let bench = Bench::with_roster("automatic", &roster);
    for (path, text) in FILES {
        bench.drop_file(path, text);
    }
    bench.settle();
    assert!(!directory(&bench, Profile::External).exists());
    bench.set_study("profiles", "[\"external\", \"insider-safe\"]");
    bench.run();
    let has = |job: &Job, profile| job.facts.copies.get(&profile).is_some_and(|it| it.is_out);
    for (path, _) in FILES {
        let job = bench.job(path);
        assert_eq!(has(&job, Profile::External), !path.contains("session"), "{path}");
        assert!(has(&job, Profile::InsiderSafe), "{path}");
    }
    assert!(fs::read_dir(bench.loaded().directories.outbox).unwrap().next().is_none());
}

#[test]
fn a_folder_that_bears_a_code_does_not_tell_it() {
    let roster = format!("{ROSTER}PSW-02,PSW,D01,,Kwok Sau Ling,Shirley,,external,\n");
    let bench = Bench::with_roster("automatic", &roster);
    bench.set_study("profiles", "[\"external\", \"insider-safe\"]");
    bench.drop_file("D01/PSW-02/W1/interview/a.txt", "I: so?\nShirley: Joanne was there.\n");
    bench.settle();
    for profile in [Profile::External, Profile::InsiderSafe] {
        assert_eq!(out(&bench, profile).len(), 1);
        let listed = fs::read_to_string(directory(&bench, profile).join("index.csv")).unwrap();
        assert!(listed.contains(",PSW,") && !listed.contains("PSW-02"), "{listed}");
    }
}

#[test]
fn two_folders_of_one_persons_talk_have_two_names() {
    let bench = Bench::with_roster("automatic", ROSTER);
    bench.set_study("profiles", "[\"external\", \"insider-safe\"]");
    let paths = ["D01/PIR/W1/interview/a.txt", "D01/PIR-01/W1/interview/b.txt"];
    bench.drop_file(paths[0], "I: so?\nTerence: I came by bus.\n");
    bench.settle();
    bench.drop_file(paths[1], "I: and then?\nTerence: I walked home.\n");
    bench.settle();
    for profile in [Profile::External, Profile::InsiderSafe] {
        assert_eq!(out(&bench, profile).len(), 2, "{profile:?}");
    }
    let names = paths.map(|path| copy(&bench, path, Profile::External).1);
    let code = names[0].split("_W1_").next().unwrap();
    assert_eq!(names, ["_v1.txt", "-2_v1.txt"].map(|end| format!("{code}_W1_interview{end}")));
    bench.drop_file(paths[1], "I: and then?\nTerence: I walked home slowly.\n");
    bench.settle();
    let names: Vec<_> = out(&bench, Profile::External).into_keys().collect();
    assert_eq!(names, ["-2_v2.txt", "_v1.txt"].map(|end| format!("{code}_W1_interview{end}")));
}

#[test]
fn what_other_settings_left_in_the_teams_copy_withholds_the_others() {
    let bench = Bench::with_roster("automatic", ROSTER);
    for (path, text) in FILES {
        bench.drop_file(path, text);
    }
    bench.settle();
    assert!(bench.text(&bench.job(FILES[0].0)).contains("[age: 30-34]"));
    let settings = bench.station.join("studies").join(sample::STUDY).join("study.toml");
    let changed = fs::read_to_string(&settings).unwrap() + "\n[detail]\nage_years = 10\n";
    fs::write(&settings, changed).unwrap();
    bench.set_study("profiles", "[\"insider-safe\"]");
    bench.run();
    let withheld = |path| bench.job(path).facts.copies[&Profile::InsiderSafe].withheld.clone();
    assert_eq!(withheld(FILES[0].0).as_deref(), Some("PI-12"));
    assert_eq!(out(&bench, Profile::InsiderSafe).len(), FILES.len() - 1, "it has a band of five years");
    // Judged by these settings it goes.
    bench.drop_file(FILES[0].0, FILES[0].1.replace("hello", "good morning"));
    bench.settle();
    assert_eq!(out(&bench, Profile::InsiderSafe).len(), FILES.len());
}

#[test]
fn a_corrected_language_version_brings_its_sibling_back() {
    let bench = versions("talk_yue.txt", YUE);
    assert_eq!(out(&bench, Profile::InsiderSafe).len(), 2);
    // Nobody asks for them while a correction comes, and then somebody does.
    bench.set_study("profiles", "[\"external\"]");
    bench.drop_file("D01/JOINT/W1/session/talk_en.txt", EN.replace("hello", "welcome"));
    bench.settle();
    assert!(!out(&bench, Profile::InsiderSafe).keys().any(|it| it.contains("_en_")));
    bench.set_study("profiles", "[\"insider-safe\"]");
    bench.run();
    let names: Vec<_> = out(&bench, Profile::InsiderSafe).into_keys().collect();
    assert!(names.len() == 2 && names[0].ends_with("_en_v2.txt"), "{names:?}");
}

#[test]
fn a_new_version_takes_the_place_of_the_copy_and_keeps_its_codes() {
    let bench = bench("[\"insider-safe\"]");
    let (first, name) = copy(&bench, FILES[0].0, Profile::InsiderSafe);
    bench.drop_file(FILES[0].0, FILES[0].1.replace("hello", "good morning"));
    bench.settle();
    let jobs = bench.jobs_at(FILES[0].0);
    assert_eq!(jobs.len(), 2);
    let now = out(&bench, Profile::InsiderSafe);
    assert!(!now.contains_key(&name), "{now:?}");
    let second = &now[&name.replace("_v1", "_v2")];
    assert_eq!(*second, first.replace("hello", "good morning"));
    // Nobody asks for such copies any more: what a third version corrects does not stay with those who had the second.
    bench.set_study("profiles", "[\"external\"]");
    bench.drop_file(FILES[0].0, FILES[0].1.replace("hello", "good evening"));
    bench.settle();
    let now = out(&bench, Profile::InsiderSafe);
    assert_eq!(now.len(), FILES.len() - 1, "{now:?}");
    assert!(!now.keys().any(|it| it.starts_with(name.trim_end_matches("1.txt"))), "{now:?}");
    bench.check_archive_and_log();
}

#[test]
fn insiders_are_told_that_kin_is_of_the_family() {
    let bench = Bench::with_roster("automatic", ROSTER);
    bench.set_study("profiles", "[\"external\", \"insider-safe\"]");
    let path = "D01/PIR/W1/interview/kin.txt";
    bench.drop_file(path, "I: so?\nTerence: My elder sister and 阿媽 came; Joanne's husband, 個女人 too.\n");
    bench.settle();
    let said = |profile| copy(&bench, path, profile).0;
    assert!(said(Profile::External).contains("My elder sister and 阿媽 came"));
    let insiders = said(Profile::InsiderSafe);
    assert!(insiders.contains("My [family member] and [family member] came"), "{insiders}");
    assert!(insiders.contains("]'s [family member], 個女人 too"), "{insiders}");
    assert!(bench.text(&bench.job(path)).contains("My elder sister and 阿媽 came"), "the team's");
}

#[test]
fn a_word_beside_kin_is_no_name_for_that() {
    let bench = Bench::with_roster("automatic", ROSTER);
    bench.set_study("finder", "\"embedded\"");
    bench.set_study("profiles", "[\"insider-safe\"]");
    let path = "D01/PIR/W1/interview/kin.csv";
    bench.drop_file(path, "speaker,text\nTerence,\"In January. My mum works there as a cleaner.\"\n");
    bench.settle();
    let insiders = copy(&bench, path, Profile::InsiderSafe).0;
    assert!(insiders.contains("My [family member] works"), "{insiders}");
}

const EN: &str = "The second session\nJoanne: hello\nTerence: I came with Daisy Quill.\nJoanne: how is she?\nTerence: well\n";
const YUE: &str = "Joanne: 你好\nTerence: 我同 Daisy Quill 一齊嚟。\nJoanne: 佢點呀？\nTerence: 好好\n";

/// A session's two versions, and what the second one says.
fn versions(name: &str, second: &str) -> Bench {
    let bench = Bench::with_roster("automatic", ROSTER);
    bench.set_study("language_versions", "[\"en\", \"yue\"]");
    bench.set_study("profiles", "[\"insider-safe\"]");
    bench.drop_file("D01/JOINT/W1/session/talk_en.txt", EN);
    bench.settle();
    let job = bench.job("D01/JOINT/W1/session/talk_en.txt");
    assert_eq!((job.state, job.facts.reason.as_deref()), (State::Approved, Some("PI-18")));
    assert!(bench.receipt("D01/JOINT/W1/session/talk_en.txt").contains("the other language version"));
    assert!(!directory(&bench, Profile::Team).join("index.csv").exists());
    bench.drop_file(format!("D01/JOINT/W1/session/{name}"), second);
    bench.settle();
    bench
}

#[test]
fn language_versions_go_out_together_with_the_same_codes() {
    let cue = |n: usize, line: &str| format!("00:0{n}.000 --> 00:0{n}.900\n{line}\n\n");
    let cues: String = YUE.lines().enumerate().map(|(n, it)| cue(n, it)).collect();
    let bench = versions("talk-YUE.vtt", &format!("WEBVTT\n\n{cues}"));
    for profile in [Profile::Team, Profile::InsiderSafe] {
        let out = out(&bench, profile);
        let names: Vec<_> = out.keys().map(String::as_str).collect();
        assert!(names.len() == 2 && names[0].ends_with("_session_en_v1.txt"), "{names:?}");
        assert_eq!(names[1], names[0].replace("_en_v1.txt", "_yue_v1.vtt"), "one session, one name");
        let both: Vec<_> = out.values().map(|it| codes(it)).collect();
        assert_eq!(both[0], both[1], "{out:?}");
        assert_eq!(both[0].len(), 3, "{out:?}");
    }
    // Turn 2 is turn 2 in both, though only one has a heading.
    let to = bench.station.join("tables");
    let mut run = Command::new(BINARY);
    run.args(["export", "--as", "csv"]).arg(directory(&bench, Profile::Team)).arg("--to").arg(&to);
    assert!(run.output().unwrap().status.success());
    let ids = |end: &str| {
        let table = fs::read_to_string(to.join(format!("HARBOUR_D01_JOINT_W1_session_{end}.csv"))).unwrap();
        let talk = table.lines().skip(1).filter(|it| !it.contains("#0000"));
        talk.map(|it| it.split(',').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (en, yue) = (ids("en_v1"), ids("yue_v1"));
    assert_eq!((en.len(), &en), (4, &yue));
    // A corrected version takes the place of its own predecessor and of nothing else.
    bench.drop_file("D01/JOINT/W1/session/talk_en.txt", EN.replace("hello", "welcome"));
    bench.settle();
    for profile in [Profile::Team, Profile::InsiderSafe] {
        let names: Vec<_> = out(&bench, profile).into_keys().collect();
        assert!(names[0].ends_with("_en_v2.txt") && names[1].ends_with("_yue_v1.vtt"), "{names:?}");
    }
    bench.check_archive_and_log();
}

#[test]
fn captions_that_cut_a_turn_share_its_number() {
    let cue = |n: usize, line: &str| format!("00:0{n}.000 --> 00:0{n}.900\n{line}\n\n");
    let cut = [
        "Joanne: 你好",
        "Terence: 我同",
        "Terence: Daisy Quill",
        "一齊嚟。",
        "Joanne: 佢點呀？",
        "Terence: 好好",
    ];
    let cues: String = cut.iter().enumerate().map(|(n, it)| cue(n, it)).collect();
    let bench = versions("talk_yue.vtt", &format!("WEBVTT\n\n{cues}"));
    assert_eq!(out(&bench, Profile::Team).len(), 2);
    assert_eq!(out(&bench, Profile::InsiderSafe).len(), 2);
    let numbers = |language: &str| -> Vec<String> {
        let directory = directory(&bench, Profile::Team);
        let all = release::copies_in(&directory).unwrap().into_iter();
        let mut of = all.filter(|it| it.0.name.contains(&format!("_{language}_")));
        let (row, bytes) = of.next().unwrap();
        export::Copy::read(&row, &bytes).unwrap().turns.iter().map(export::Turn::counted).collect()
    };
    assert_eq!(numbers("en"), ["0000", "0001", "0002", "0003", "0004"]);
    assert_eq!(numbers("yue"), ["0001", "0002", "0002.2", "0002.3", "0003", "0004"]);
}

#[test]
fn versions_of_different_turns_do_not_go_out() {
    let bench = versions("talk_yue.txt", &YUE.replacen("Joanne: 佢點呀？\n", "", 1));
    let jobs = bench.jobs();
    let stand: Vec<_> = jobs.iter().map(|it| (it.state, it.facts.reason.as_deref())).collect();
    assert_eq!(stand, [(State::Approved, Some("PI-19")); 2]);
    assert!(!directory(&bench, Profile::Team).join("index.csv").exists());
    // The corrected one goes, and the other with it.
    bench.drop_file("D01/JOINT/W1/session/talk_yue.txt", YUE);
    bench.settle();
    assert_eq!(out(&bench, Profile::Team).len(), 2);
}
