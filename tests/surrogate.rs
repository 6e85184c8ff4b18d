//! A study that asks for surrogates: what goes out, through review, and after a restart.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::fs;

use vouchsafe::{catalog::State, entity::EntityType, review::Ballot, sample};

use self::station::Bench;

const PSW: &str = "D01/PSW/W1/interview/talk.txt";

fn bench(gate: &str) -> Bench {
    let bench = Bench::new(gate);
    let path = bench.station.join("studies").join(sample::STUDY).join("study.toml");
    let text = fs::read_to_string(&path).unwrap();
    let actions = ["PERSON", "PHONE", "EMAIL", "HKID", "DATE"].map(|it| format!("{it} = \"surrogate\"\n"));
    fs::write(path, format!("{text}\n[actions]\n{}", actions.concat())).unwrap();
    bench
}

/// What stands between two stretches of a text.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let start = text.find(before).unwrap_or_else(|| panic!("{before} in {text}")) + before.len();
    let rest = &text[start..];
    &rest[..rest.find(after).unwrap_or_else(|| panic!("{after} in {text}"))]
}

#[test]
fn one_person_has_one_surrogate_in_every_wave_and_script() {
    let bench = bench("one-person");
    let said = [
        "Interviewer: Who?\nPSW: Mok Chun Wai came on 12 March 2019, call 9123 4567 or mok@harbour.hk.\n",
        "Interviewer: 邊個?\nPSW: 莫振威話佢識得 Mok Chun Wai，電話 9123 4567 呀。\n",
        "Interviewer: And then?\nPSW: It was Terence on 14 March 2019, card A123456(3).\n",
    ];
    let paths = ["W1/interview/a.txt", "W2/interview/b.txt", "W2/interview/c.txt"];
    let path = |n: usize| format!("D01/PSW/{}", paths[n]);
    for (n, it) in said.iter().enumerate() {
        bench.drop_file(path(n), it);
        bench.run();
    }
    for n in 0..3 {
        assert_eq!(bench.job(path(n)).state, State::Proposed, "{n}: {:?}", bench.job(path(n)).facts.reason);
        bench.decide(&bench.job(path(n)), "ada", Ballot::Approve, |_| ());
    }
    bench.run();
    let out: Vec<_> = (0..3).map(|n| bench.text(&bench.job(path(n)))).collect();
    for it in &out {
        assert!(!it.contains('['), "{it}");
        for planted in ["Mok", "莫", "Terence", "威", "9123", "harbour", "A1234", "12 March"] {
            assert!(!it.contains(planted), "{planted} in {it}");
        }
    }
    let name = between(&out[0], "PSW-01: ", " came on ");
    assert_eq!(between(&out[1], "佢識得 ", "，"), name, "{out:?}");
    assert_eq!(between(&out[1], "PSW-01: ", "話").chars().count(), 3, "{}", out[1]);
    let phone = between(&out[0], "call ", " or ");
    assert_eq!((between(&out[1], "電話 ", " 呀"), &phone[..1], phone.len()), (phone, "0", 9));
    let day = |it: &str| it.split(' ').next().unwrap().parse::<u32>().unwrap();
    let (first, last) = (between(&out[0], "came on ", ","), between(&out[2], " on ", ","));
    assert!(day(last) == day(first) + 2 || day(last) < 3, "{first} and {last}");
    let manifest = bench.job(path(0)).facts.release_name.unwrap();
    let manifest = format!("release/{}/team/_proof/{manifest}.manifest.json", sample::STUDY);
    let manifest = fs::read_to_string(bench.station.join(manifest)).unwrap();
    assert!(manifest.contains(r#"{"action":"surrogate","count":1,"entity":"PERSON"}"#), "{manifest}");
    bench.check_archive_and_log();
}

#[test]
fn what_a_steward_edits_keeps_its_surrogates_and_is_verified_again() {
    let bench = bench("one-person");
    let said = "Interviewer: Where?\nPSW: At the blue kettle, with Terence. Terence likes the blue kettle.\n";
    bench.drop_file(PSW, said);
    bench.run();
    bench.decide(&bench.job(PSW), "ada", Ballot::Approve, |it| {
        it.mark("the blue kettle", EntityType::Organisation, None).unwrap();
        it.mark("Where", EntityType::Person, None).unwrap();
    });
    bench.run();
    let out = bench.text(&bench.job(PSW));
    let name = between(&out, "with ", ".");
    assert!(!out.contains("kettle") && !out.contains("Terence") && !name.contains('['), "{out}");
    assert_eq!(out.matches(name).count(), 2, "{out}");
    assert!(out.contains("[person-"), "what a steward marks takes a code: {out}");
    bench.check_archive_and_log();
}

#[test]
fn a_changed_copy_in_the_outbox_is_decided_on_again() {
    let bench = bench("one-person");
    bench.drop_file(PSW, "Interviewer: Who was there?\nPSW: I came with Terence.\n");
    bench.run();
    let job = bench.job(PSW);
    let copy = station::files(&bench.station.join("station/outbox")).pop().unwrap();
    let copy = bench.station.join("station/outbox").join(copy);
    fs::remove_file(copy).unwrap();
    bench.decide(&job, "ada", Ballot::Approve, |_| ());
    bench.run();
    let job = bench.job(PSW);
    assert_eq!((job.state, job.facts.reason.as_deref()), (State::Held, Some("RL-04")));
    bench.decide(&job, "ada", Ballot::Approve, |_| ());
    bench.run();
    let out = bench.text(&bench.job(PSW));
    assert!(!out.contains("Terence") && !out.contains('['), "{out}");
}

#[test]
fn the_sample_study_goes_out_with_surrogates_as_it_does_with_codes() {
    let bench = bench("automatic");
    for it in sample::files() {
        bench.drop_file(it.path, it.bytes);
    }
    bench.run();
    for it in sample::files().iter().filter(|it| it.fate == sample::Fate::Released) {
        let job = bench.job(it.path);
        let out = bench.text(&job);
        // A name that stands in another file only may be drawn for somebody by chance: it is nobody's here.
        let source = String::from_utf8_lossy(&it.bytes);
        let is_known = |it: &&&str| source.contains(**it) || sample::ROSTER.contains(**it);
        for planted in sample::planted().iter().filter(is_known) {
            assert!(!out.contains(planted), "{planted} in {}", it.path);
        }
    }
    bench.check_archive_and_log();
}
