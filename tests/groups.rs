//! Groups whose people come from several pairs: their talk has a place, and the consent of all of them is asked; so is that
//! of whoever else speaks.
#![expect(
    clippy::disallowed_methods,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use station::Bench;
use vouchsafe::{
    catalog::{Job, State},
    sample,
};

const TALK: &str = "Moderator: who begins?\nPSW-01: well, I do\nPIR-02: and then me\nPSW-02: so do I\n";

/// The two workers and one person in recovery of the sample are a focus group, too.
fn bench(change: impl Fn(String) -> String) -> Bench {
    let roster = sample::ROSTER
        .replace("PSW,D01,", "PSW,D01; F01,")
        .replace("PSW,D02,", "PSW,D02；F01,")
        .replace("PIR,D02,", "PIR,D02;F01,");
    Bench::with_roster("automatic", &change(roster))
}

fn dropped(bench: &Bench, path: &str, text: &str) -> Job {
    bench.drop_file(path, text);
    bench.run();
    bench.job(path)
}

fn fate(job: &Job) -> (State, Option<&str>) {
    (job.state, job.facts.reason.as_deref())
}

#[test]
fn a_focus_group_of_several_pairs_has_a_place_and_one_code_for_each_person() {
    let bench = bench(|it| it);
    let path = "F01/JOINT/W1/focusgroup/talk.txt";
    assert!(bench.at("F01/JOINT/W1").is_dir() && bench.at("F01/PSW-01").is_dir(), "init made the folders");
    let job = dropped(&bench, path, &TALK.replace("PSW-02", "Kelvin"));
    assert_eq!(bench.text(&job), TALK);
    let codes: Vec<_> =
        job.facts.place.iter().flat_map(|it| it.voice.codes()).map(ToString::to_string).collect();
    assert_eq!(codes.join(" "), "PIR-02 PSW-01 PSW-02");
    assert!(job.facts.guests.is_empty());
    let own = dropped(&bench, "D01/PSW/W1/interview/talk.txt", "I: how was it?\nP: fine, thank you\n");
    assert_eq!(bench.text(&own), "I: how was it?\nPSW-01: fine, thank you\n", "each has a pair of their own");
    bench.check_archive_and_log();
}

#[test]
fn what_one_of_a_focus_group_has_not_agreed_to_is_sealed_and_no_more() {
    let bench = bench(|it| it.replace("玲姐,,team; interview", "玲姐,,team; focusgroup=archive; interview"));
    let job = dropped(&bench, "F01/JOINT/W1/focusgroup/talk.txt", TALK);
    assert_eq!(fate(&job), (State::Done, Some("PI-10")));
    assert!(bench.released().is_empty());
}

#[test]
fn whoever_else_speaks_is_asked_too() {
    let bench = bench(|it| it);
    let other = "Moderator: who begins?\nPSW-01: well\nTerence: and I came along\n";
    let job = dropped(&bench, "F01/JOINT/W1/focusgroup/talk.txt", other);
    assert_eq!(bench.text(&job), other.replace("Terence", "PIR-01"), "PIR-01 agreed to everything");
    let guests: Vec<_> = job.facts.guests.iter().map(ToString::to_string).collect();
    assert_eq!(guests, ["PIR-01"]);
    // The other one of the pair lets interviews be archived only.
    let job =
        dropped(&bench, "D02/PSW/W1/interview/talk.txt", "I: how was it?\nPSW: fine\nShirley: he is right\n");
    assert_eq!(fate(&job), (State::Done, Some("PI-10")));
    assert_eq!(bench.released().len(), 1);
    assert!(job.facts.raw_object.is_some(), "nothing is lost");
    bench.check_archive_and_log();
}

#[test]
fn a_guest_without_any_consent_keeps_a_focus_group_sealed() {
    let bench = bench(|it| {
        it.replace("莫振威; Terence Mok; Terence; 阿威,,team,", "莫振威; Terence Mok; Terence; 阿威,,,")
    });
    let job =
        dropped(&bench, "F01/JOINT/W1/focusgroup/talk.txt", "PSW-01: well\nTerence: and I came along\n");
    assert_eq!(fate(&job), (State::Done, Some("PI-10")));
    let receipt = bench.receipt("F01/JOINT/W1/focusgroup/talk.txt");
    assert!(receipt.contains("someone in it has not agreed"), "{receipt}");
}
