//! The statistical name finder in the line: what it alone finds, its digest, and a study that does without.
#![expect(
    clippy::disallowed_methods,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

#[expect(dead_code, reason = "the other tests of the line use the rest")]
mod station;

use std::fs;

use vouchsafe::{
    catalog::{Job, State},
    detect::Model,
    plugin::Chosen,
    review::{Ballot, Work},
};

use self::station::Bench;

const TALK: &str = "D01/PSW/W1/interview/talk.txt";
/// Both names are words, in lower case, and nothing that a rule knows stands before them.
const TEXT: &str = "I: and what did you do then?\n\
    P: well she was crying so i rang april and then we went to see chase after the group\n";

fn bench(finder: &str, gate: &str) -> (Bench, Job) {
    let bench = Bench::new(gate);
    bench.set_study("finder", &format!("\"{finder}\""));
    bench.drop_file(TALK, TEXT);
    bench.run();
    let job = bench.job(TALK);
    (bench, job)
}

#[test]
fn names_that_are_words_are_found_and_named_manifests_say_by_which_model() {
    let (bench, job) = bench("embedded", "one-person");
    assert!(job.facts.counts["PERSON/probable"] >= 2, "{:?}", job.facts.counts);
    bench.decide(&job, "ada", Ballot::Approve, Work::keep_all_possible);
    bench.run();
    let job = bench.job(TALK);
    let text = bench.text(&job);
    assert!(!text.contains("april") && !text.contains("chase"), "{text}");
    assert!(text.contains("so i rang ["), "{text}");
    let digest = Model::digest_of(&Chosen::Embedded).unwrap().to_string();
    let proofs = bench.release_dir().join("_proof");
    let manifests = fs::read_dir(proofs).unwrap().map(|it| fs::read_to_string(it.unwrap().path()));
    assert!(manifests.filter_map(Result::ok).any(|it| it.contains(&digest)));
    bench.check_archive_and_log();
}

#[test]
fn a_study_may_do_without() {
    let (bench, job) = bench("off", "automatic");
    assert_eq!(job.state, State::Done);
    assert!(bench.text(&job).contains("rang april"));
    assert_eq!(Model::digest_of(&Chosen::Off), None);
}

#[test]
fn our_own_text_is_read_again_without_the_model() {
    // It has never seen codes, and would hold every item.
    let (_, job) = bench("embedded", "one-person");
    assert_eq!(job.state, State::Proposed, "{:?}", job.facts.reason);
}

#[test]
fn the_automatic_gate_lets_nothing_out_that_a_model_is_not_sure_of() {
    let (_, job) = bench("embedded", "automatic");
    assert_eq!(job.state, State::Held, "{:?}", job.facts.reason);
}
